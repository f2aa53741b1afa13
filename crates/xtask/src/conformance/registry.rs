//! A registry in the guest, with stand-ins for the images that the tests pull.
//!
//! The tests expect it at `localhost:5000` as the engine sees it, as in
//! bollard's own CI; nothing of it needs the outside world. The stand-ins hold
//! busybox, and what the tests look for in the originals.
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    bench::lab::{Lab, output},
    run::busybox_image,
    setup::which,
};

/// Where it listens, in the guest.
pub(super) const ADDRESS: &str = "localhost:5000";

/// Name of its container and its image.
pub(super) const NAME: &str = "conformance-registry";

/// Debian package with its program.
pub(super) const PACKAGE: &str = "docker-registry";

const CONFIG: &str = "version: 0.1
storage: {filesystem: {rootdirectory: /tmp/registry}}
http: {addr: 127.0.0.1:5000}
";

const HELLO: &str = "#!/bin/sh
printf '\\nHello from Docker!\\nThis message is all that the tests look at.\\n'
";

/// The original's first line is empty.
const UHTTPD_CONFIG: &str = "\nconfig uhttpd main\n";

const RUN_UHTTPD: &str = "#!/bin/sh\nexec httpd \"$@\"\n";

/// Starts it and fills it.
pub(super) fn start(lab: &Lab) -> Result<()> {
    let folder = lab.folder().join("registry");
    fs::create_dir(&folder)?;
    run_registry(lab, &folder)?;
    for (image, command, files) in images() {
        let tar = root(&folder, &files)?;
        let name = format!("{ADDRESS}/{image}");
        let change = format!("CMD {command}");
        lab.docker(&["import", "--change", &change, &tar, &name])?;
        lab.docker(&["push", "--quiet", &name])?;
    }
    Ok(())
}

/// Pulls all images, as bollard's CI does: some tests rely on it.
pub(super) fn pull(lab: &Lab) -> Result<()> {
    for (image, ..) in images() {
        lab.docker(&["pull", "--quiet", &format!("{ADDRESS}/{image}")])?;
    }
    Ok(())
}

type Files = Vec<(&'static str, &'static str)>;

/// Name, default command and additional files.
fn images() -> [(&'static str, &'static str, Files); 3] {
    [
        ("hello-world:linux", r#"["/hello"]"#, vec![("hello", HELLO)]),
        ("alpine", r#"["/bin/sh"]"#, vec![]),
        (
            "fussybeaver/uhttpd",
            r#"["/usr/sbin/run_uhttpd", "-f", "-p", "80", "-h", "/www"]"#,
            vec![
                ("usr/sbin/run_uhttpd", RUN_UHTTPD),
                ("etc/config/uhttpd", UHTTPD_CONFIG),
                ("www/index.html", "conformance\n"),
            ],
        ),
    ]
}

/// A root file system with busybox and `files`; gives its path.
fn root(folder: &Path, files: &[(&str, &str)]) -> Result<String> {
    let mut paths = Vec::new();
    for (place, content) in files {
        let path = folder.join(place.replace('/', "-"));
        fs::write(&path, content)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
        paths.push((*place, path));
    }
    let others: Vec<(&str, &Path)> = paths.iter().map(|(p, f)| (*p, f.as_path())).collect();
    Ok(busybox_image(folder, &others)?.display().to_string())
}

fn run_registry(lab: &Lab, folder: &Path) -> Result<()> {
    let program = which("docker-registry").context("docker-registry is not installed")?;
    let config = folder.join("config.yml");
    fs::write(&config, CONFIG)?;
    let mut files: Vec<(String, PathBuf)> = libraries(&program)?;
    files.push(("registry".into(), program));
    files.push(("config.yml".into(), config));
    let others: Vec<(&str, &Path)> = files
        .iter()
        .map(|(place, path)| (place.as_str(), path.as_path()))
        .collect();
    let tar = busybox_image(folder, &others)?.display().to_string();
    lab.docker(&["import", &tar, NAME])?;
    let run = ["run", "-d", "--network", "host", "--name", NAME, NAME];
    lab.docker(&[&run[..], &["/registry", "serve", "/config.yml"]].concat())?;
    let deadline = Instant::now() + Duration::from_secs(60);
    while lab
        .script("wget -q -O - http://127.0.0.1:5000/v2/")
        .is_err()
    {
        if Instant::now() > deadline {
            bail!(
                "the registry does not answer:\n{}",
                lab.docker(&["logs", NAME])?
            );
        }
    }
    Ok(())
}

/// The shared libraries of `program`, each with its place.
fn libraries(program: &Path) -> Result<Vec<(String, PathBuf)>> {
    let listing = output(Command::new("ldd").arg(program))?;
    Ok(parse_ldd(&listing))
}

fn parse_ldd(listing: &str) -> Vec<(String, PathBuf)> {
    let words = listing.split_whitespace().filter(|w| w.starts_with('/'));
    words
        .map(|path| (path.trim_start_matches('/').to_owned(), path.into()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::parse_ldd;

    #[test]
    fn the_libraries_and_the_loader_are_taken_and_the_kernels_own_is_not() {
        let listing = "\tlinux-vdso.so.1 (0x00007f8f3458d000)\n\
            \tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f8f3439a000)\n\
            \t/lib64/ld-linux-x86-64.so.2 (0x00007f8f3458f000)\n";
        let places: Vec<String> = parse_ldd(listing).into_iter().map(|l| l.0).collect();
        assert_eq!(
            places,
            [
                "lib/x86_64-linux-gnu/libc.so.6",
                "lib64/ld-linux-x86-64.so.2"
            ]
        );
    }
}
