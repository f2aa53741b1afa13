//! `berth login-item`: the daemon starts with the login session.
//!
//! A systemd user unit where there is systemd, written and linked as
//! `systemctl --user enable` would do it, so that no running session manager is
//! needed; else an entry of the desktop's autostart folder.
use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use berth_api::client::daemon_program;
use berth_model::atomic;
use serde_json::json;

use super::Context;
use crate::{
    args::LoginItemCommand,
    failure::{FAILED, Failure},
};

const UNIT: &str = "berthd.service";

/// Files of the login item.
#[derive(Debug, PartialEq, Eq)]
struct Item {
    file: PathBuf,
    /// A link to the file that makes systemd start it.
    link: Option<PathBuf>,
}

pub(crate) fn run(context: &Context<'_>, command: &LoginItemCommand) -> Result<i32, Failure> {
    let folder = config_folder(
        env::var_os("XDG_CONFIG_HOME").map(PathBuf::from),
        env::home_dir(),
    )
    .ok_or_else(|| Failure::new(FAILED, "no home folder: HOME is not set"))?;
    let item = item(&folder, Path::new("/run/systemd/system").is_dir());
    match command {
        LoginItemCommand::Enable => enable(context, &item)?,
        LoginItemCommand::Disable => disable(&item)?,
        LoginItemCommand::Status => {}
    }
    report(context, &item)
}

fn config_folder(named: Option<PathBuf>, home: Option<PathBuf>) -> Option<PathBuf> {
    let named = named.filter(|path| path.is_absolute());
    named.or_else(|| Some(home?.join(".config")))
}

fn item(folder: &Path, systemd: bool) -> Item {
    if systemd {
        let units = folder.join("systemd/user");
        let link = units.join("default.target.wants").join(UNIT);
        Item {
            file: units.join(UNIT),
            link: Some(link),
        }
    } else {
        Item {
            file: folder.join("autostart/berthd.desktop"),
            link: None,
        }
    }
}

fn content(item: &Item, program: &Path, home: &Path) -> String {
    let (program, home) = (program.display(), home.display());
    if item.link.is_none() {
        return format!(
            "[Desktop Entry]\nType=Application\nName=Berth\nComment=Containers\n\
             Exec=env \"BERTH_HOME={home}\" \"{program}\"\nNoDisplay=true\n"
        );
    }
    // KillMode: the machine is a process of its own and goes on when only the
    // daemon is stopped or updated.
    format!(
        "[Unit]\nDescription=Berth, containers\n\n\
         [Service]\nExecStart=\"{program}\"\nEnvironment=\"BERTH_HOME={home}\"\n\
         KillMode=process\nTimeoutStopSec=60\nRestart=on-failure\n\n\
         [Install]\nWantedBy=default.target\n"
    )
}

fn enable(context: &Context<'_>, item: &Item) -> Result<(), Failure> {
    let program = daemon_program().and_then(|path| fs::canonicalize(path).ok());
    let program = program.ok_or_else(|| {
        Failure::new(FAILED, "berthd was not found").hint("install Berth again, or set BERTHD")
    })?;
    let text = content(item, &program, context.home.root());
    write(item, &text).map_err(|error| unwritable(&item.file, &error))?;
    reload(item);
    Ok(())
}

fn write(item: &Item, text: &str) -> io::Result<()> {
    if let Some(folder) = item.file.parent() {
        fs::create_dir_all(folder)?;
    }
    atomic::replace(&item.file, text.as_bytes())?;
    if let Some(link) = &item.link {
        if let Some(folder) = link.parent() {
            fs::create_dir_all(folder)?;
        }
        remove(link)?;
        std::os::unix::fs::symlink(&item.file, link)?;
    }
    Ok(())
}

fn disable(item: &Item) -> Result<(), Failure> {
    for file in item.link.iter().chain([&item.file]) {
        remove(file).map_err(|error| unwritable(file, &error))?;
    }
    reload(item);
    Ok(())
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Best effort: without a session manager it is read at the next login.
fn reload(item: &Item) {
    if item.link.is_some() {
        let mut command = Command::new("systemctl");
        command
            .args(["--user", "daemon-reload"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let _ = command.stdin(Stdio::null()).status();
    }
}

fn report(context: &Context<'_>, item: &Item) -> Result<i32, Failure> {
    let enabled = item
        .link
        .as_ref()
        .unwrap_or(&item.file)
        .symlink_metadata()
        .is_ok();
    let output = context.output;
    if output.json {
        output.json(&json!({ "enabled": enabled, "file": item.file }))?;
    } else if enabled {
        output.line(&format!("Berth starts at login ({})", item.file.display()))?;
    } else {
        output.line("Berth does not start at login")?;
    }
    Ok(0)
}

fn unwritable(file: &Path, error: &io::Error) -> Failure {
    Failure::new(
        FAILED,
        format!("'{}' can't be changed: {error}", file.display()),
    )
    .hint("check who owns the folder")
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{config_folder, content, item, remove, write};

    #[test]
    fn a_relative_xdg_folder_is_ignored_as_the_specification_says() {
        let home = || Some(PathBuf::from("/home/me"));
        assert_eq!(
            config_folder(Some("relative".into()), home()),
            Some("/home/me/.config".into())
        );
        assert_eq!(
            config_folder(Some("/xdg".into()), home()),
            Some("/xdg".into())
        );
        assert_eq!(config_folder(None, None), None);
    }

    #[test]
    fn the_unit_leaves_the_machine_alone_when_only_the_daemon_stops() {
        let unit = content(
            &item(Path::new("/c"), true),
            Path::new("/b/berthd"),
            Path::new("/h h"),
        );
        assert!(unit.contains("KillMode=process"), "{unit}");
        assert!(unit.contains("ExecStart=\"/b/berthd\""), "{unit}");
        assert!(unit.contains("Environment=\"BERTH_HOME=/h h\""), "{unit}");
    }

    #[test]
    fn enabling_twice_and_disabling_leaves_nothing() {
        for systemd in [true, false] {
            let folder = tempfile::tempdir().unwrap();
            let item = item(folder.path(), systemd);
            write(&item, "first").unwrap();
            write(&item, "second").unwrap();
            assert_eq!(std::fs::read_to_string(&item.file).unwrap(), "second");
            if let Some(link) = &item.link {
                assert_eq!(std::fs::read_link(link).unwrap(), item.file);
                remove(link).unwrap();
            }
            remove(&item.file).unwrap();
            remove(&item.file).unwrap();
            assert!(!item.file.exists());
        }
    }
}
