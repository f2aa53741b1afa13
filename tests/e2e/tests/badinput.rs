//! Homes in which something is wrong: each error says what, and what to do.
#![expect(clippy::unwrap_used, reason = "these are tests")]
use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::Command,
};

use berth_e2e::{
    environment,
    process::{Finished, run},
};
use tempfile::TempDir;

/// A home of the test's own; its daemon is ended with it.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        // Sockets need a short path.
        let home = Self(
            tempfile::Builder::new()
                .prefix("bi")
                .tempdir_in("/tmp")
                .unwrap(),
        );
        symlink(environment::image(), home.path().join("image")).unwrap();
        home
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(environment::cli());
        command.args(arguments).env("BERTH_HOME", self.path());
        command
    }

    fn berth(&self, arguments: &[&str]) -> Finished {
        run(&mut self.command(arguments))
    }

    /// Starts it where there is no hypervisor, so that no second VM comes up.
    fn start_without_vm(&self) -> Finished {
        run(self
            .command(&["start"])
            .env("BERTH_QEMU", "/nonexistent/qemu"))
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        self.berth(&["stop", "--quit", "--force"]);
    }
}

/// It failed, said these words, and gave a next step with those.
#[track_caller]
fn assert_told(outcome: Finished, cause: &[&str], next: &str) {
    let error = outcome.failed();
    let (cause_told, hint) = error.split_once("hint:").unwrap_or((&error, ""));
    for words in cause {
        assert!(cause_told.contains(words), "{words:?} is not told: {error}");
    }
    assert!(hint.contains(next), "{next:?} is no next step: {error}");
}

#[test]
fn an_unknown_setting_is_refused_with_the_nearest_one() {
    let home = Home::new();
    let outcome = home.berth(&["config", "set", "memry", "4GiB"]);
    assert_eq!(outcome.code, 2);
    assert_told(outcome, &["memry"], "memory");
}

#[test]
fn an_unknown_key_in_the_settings_file_is_told_and_stops_nothing() {
    let home = Home::new();
    fs::write(
        home.path().join("config.toml"),
        "memry = \"4GiB\"\ncpus = 1\n",
    )
    .unwrap();
    home.start_without_vm().failed();
    let status = home.berth(&["status"]);
    let all = status.stdout + &status.stderr;
    assert!(all.contains("memry"), "{all}");
    assert!(all.contains("memory"), "{all}");
}

#[test]
fn a_damaged_settings_file_is_told_with_its_place() {
    let home = Home::new();
    fs::write(home.path().join("config.toml"), "cpus = = 1\n").unwrap();
    assert_told(
        home.berth(&["config", "list"]),
        &["config.toml:1"],
        "berth config edit",
    );
}

#[test]
fn a_corrupt_state_file_is_put_aside() {
    let home = Home::new();
    let state = home.path().join("state.json");
    fs::write(&state, "{ not json").unwrap();
    assert_told(home.start_without_vm(), &["/nonexistent/qemu"], "");
    let aside = home.path().join("state.json.damaged");
    assert_eq!(fs::read_to_string(aside).unwrap(), "{ not json");
    let status = home.berth(&["status"]);
    let all = status.stdout + &status.stderr;
    assert!(all.contains("state.json.damaged"), "{all}");
}

/// The image with one file cut to `size` bytes.
fn damage(home: &Home, name: &str, size: u64) {
    let folder = home.path().join("damaged");
    fs::create_dir(&folder).unwrap();
    for entry in fs::read_dir(environment::image()).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name() != name {
            symlink(entry.path(), folder.join(entry.file_name())).unwrap();
        }
    }
    let file = fs::File::create(folder.join(name)).unwrap();
    file.set_len(size).unwrap();
    let link = home.path().join("image");
    fs::remove_file(&link).unwrap();
    symlink(folder, link).unwrap();
}

#[test]
fn a_truncated_image_is_told_with_the_file() {
    let home = Home::new();
    damage(&home, "root.img", 1 << 20);
    let cause = ["the VM image is damaged", "root.img", "1048576 bytes"];
    assert_told(home.berth(&["start"]), &cause, "install the image again");
}

#[test]
fn a_damaged_manifest_is_told() {
    let home = Home::new();
    damage(&home, "manifest.json", 10);
    let cause = ["the VM image is damaged", "manifest.json"];
    assert_told(home.berth(&["start"]), &cause, "install the image again");
}

#[test]
fn no_image_is_told() {
    let home = Home::new();
    fs::remove_file(home.path().join("image")).unwrap();
    assert_told(
        home.berth(&["start"]),
        &["no VM image"],
        "install the image",
    );
}

#[test]
fn no_hypervisor_is_told_with_the_way_to_install_it() {
    let home = Home::new();
    assert_told(home.start_without_vm(), &["/nonexistent/qemu"], "install");
    let empty = home.path().join("empty");
    fs::create_dir(&empty).unwrap();
    home.berth(&["stop", "--quit", "--force"]);
    let outcome = run(home.command(&["start"]).env("PATH", &empty));
    assert_told(outcome, &["qemu-system-x86_64"], "install");
}

/// A small file system over a folder, taken away at the end.
struct Mount(PathBuf);

impl Drop for Mount {
    fn drop(&mut self) {
        run(Command::new("umount").arg("-l").arg(&self.0));
    }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[test]
fn a_full_disk_is_told_before_anything_is_made() {
    if !is_root() {
        println!("skipped: only root can mount a small disk");
        return;
    }
    let home = Home::new();
    let place = home.path().join("small");
    fs::create_dir(&place).unwrap();
    run(Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=2m", "none"])
        .arg(&place))
    .ok();
    let _mount = Mount(place.clone());
    symlink(environment::image(), place.join("image")).unwrap();
    let berth = |arguments: &[&str]| run(home.command(arguments).env("BERTH_HOME", &place));
    let outcome = berth(&["start"]);
    berth(&["stop", "--quit", "--force"]);
    assert_told(outcome, &["MiB free"], "free some space");
}

#[test]
fn a_home_of_somebody_else_is_told() {
    if !is_root() {
        println!("skipped: only root can become another user");
        return;
    }
    let home = Home::new();
    fs::create_dir(home.path().join("run")).unwrap();
    for folder in [home.path(), &home.path().join("run")] {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    }
    // The programs may lie where others can't look.
    let programs = tempfile::Builder::new()
        .prefix("bp")
        .tempdir_in("/tmp")
        .unwrap();
    fs::set_permissions(programs.path(), fs::Permissions::from_mode(0o755)).unwrap();
    for program in [environment::cli(), environment::daemon()] {
        fs::copy(&program, programs.path().join(program.file_name().unwrap())).unwrap();
    }
    let mut nobody = Command::new("setpriv");
    nobody.args([
        "--reuid",
        "65534",
        "--regid",
        "65534",
        "--clear-groups",
        "--",
    ]);
    nobody.arg(programs.path().join("berth")).arg("start");
    nobody
        .env("BERTH_HOME", home.path())
        .env("HOME", "/nonexistent");
    nobody.env("BERTHD", programs.path().join("berthd"));
    let place = home.path().to_str().unwrap().to_owned();
    assert_told(run(&mut nobody), &[&place], "BERTH_HOME");
}
