//! A desktop of a test's own: display, window manager, session bus, home.
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use berth_model::home::Home;
use tempfile::TempDir;

use crate::{environment, process::Running, screen::Screen, wait::until};

const SCREEN: &str = "1600x1000x24";

/// The desktop. What was started in it ends with it.
#[derive(Debug)]
pub struct Desktop {
    display: String,
    bus: String,
    folder: TempDir,
    daemon: PathBuf,
    _parts: Vec<Running>,
}

impl Desktop {
    /// Starts one where no daemon can be started, for tests that bring a
    /// made-up one.
    pub fn start() -> Self {
        Self::start_with("/nowhere/berthd".into())
    }

    /// Starts one with the real daemon.
    pub fn start_with_daemon() -> Self {
        Self::start_with(environment::daemon())
    }

    fn start_with(daemon: PathBuf) -> Self {
        // Sockets need a short path.
        let folder = tempfile::Builder::new().prefix("bd").tempdir();
        let folder = folder.expect("a folder");
        let (server, number) = Running::start_and_read(
            Command::new("Xvfb")
                .args(["-displayfd", "1", "-screen", "0", SCREEN])
                .args(["-nolisten", "tcp", "-noreset"]),
        );
        let display = format!(":{number}");
        let (broker, bus) = Running::start_and_read(Command::new("dbus-daemon").args([
            "--session",
            "--nofork",
            "--nopidfile",
            "--print-address=1",
        ]));
        let mut desktop = Self {
            display,
            bus,
            folder,
            daemon,
            _parts: vec![server, broker],
        };
        desktop.prepare();
        let manager = Running::start(&mut desktop.command("openbox"));
        desktop._parts.insert(0, manager);
        let screen = desktop.screen();
        until("a window manager", || screen.is_managed());
        desktop
    }

    fn prepare(&self) {
        for name in ["h", "home", "run", "bin"] {
            fs::create_dir(self.path(name)).expect("a folder");
        }
        fs::set_permissions(self.path("run"), fs::Permissions::from_mode(0o700)).expect("rights");
        fs::write(self.path("h").join("config.toml"), "autostart = false\n").expect("settings");
        // What the system would open an address with, and writes it down instead.
        let opened = self.path("opened");
        let script = format!("#!/bin/sh\necho \"$1\" >> '{}'\n", opened.display());
        for name in ["xdg-open", "gio", "gnome-open", "kde-open", "wslview"] {
            let program = self.path("bin").join(name);
            fs::write(&program, &script).expect("a script");
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("rights");
        }
    }

    /// A path in the desktop's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Berth's home.
    pub fn home(&self) -> Home {
        Home::at(self.path("h")).expect("an absolute path")
    }

    /// The address of the session bus.
    pub fn bus(&self) -> &str {
        &self.bus
    }

    /// The display.
    pub fn screen(&self) -> Screen {
        Screen::open(&self.display)
    }

    /// A command that runs in this desktop.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        let path = std::env::var_os("PATH").unwrap_or_default();
        let own = std::iter::once(self.path("bin"));
        let path = std::env::join_paths(own.chain(std::env::split_paths(&path)));
        command
            .env_clear()
            .env("PATH", path.expect("a path without colons"))
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("HOME", self.path("home"))
            .env("XDG_RUNTIME_DIR", self.path("run"))
            .env("BERTH_HOME", self.path("h"))
            .env("BERTHD", &self.daemon)
            .env("LANG", "C.UTF-8")
            .env("GDK_BACKEND", "x11")
            // There is neither an accessibility bus nor a graphics card here.
            .env("NO_AT_BRIDGE", "1")
            .env("GTK_A11Y", "none")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .current_dir(self.folder.path());
        command
    }

    /// Starts the program under test.
    pub fn berth(&self, arguments: &[&str]) -> Running {
        Running::start(self.command(environment::program()).args(arguments))
    }

    /// What was opened with the system's browser, one address a line.
    pub fn opened(&self) -> String {
        fs::read_to_string(self.path("opened")).unwrap_or_default()
    }

    /// Presses a key, as `xdotool` names it, in the window that has the focus.
    pub fn press(&self, key: &str) {
        let status = self.command("xdotool").args(["key", key]).status();
        assert!(status.expect("starting xdotool").success());
    }

    /// Keeps a picture of the whole display.
    pub fn picture(&self, name: &str) {
        let file = environment::screens().join(format!("desktop-{name}.png"));
        let mut import = self.command("import");
        let status = import.args(["-window", "root"]).arg(file).status();
        assert!(status.expect("starting import").success());
    }
}
