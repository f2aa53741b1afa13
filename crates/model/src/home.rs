//! Where Berth keeps its files: every path below the home folder, in one place.
//!
//! Nothing here touches the disk, apart from asking whether an image folder is
//! there.
use std::path::{Path, PathBuf};

/// Longest path of a Unix socket, in bytes: `sun_path` has 104 on macOS (108 on
/// Linux), one of them for the final NUL.
pub const SOCKET_PATH_MAX: usize = 103;

/// The home folder, `$BERTH_HOME` or `~/.berth`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    root: PathBuf,
}

/// Why there is no usable home folder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HomeError {
    /// Neither `$BERTH_HOME` nor `$HOME` is set.
    #[error("no home folder: neither BERTH_HOME nor HOME is set")]
    Unknown,
    /// A relative path would mean another folder for each process.
    #[error("the home folder '{}' is not an absolute path", .0.display())]
    Relative(PathBuf),
    /// Sockets in it could not be bound.
    #[error(
        "the home folder is too deep: '{}' has {bytes} bytes, a socket's path may have {SOCKET_PATH_MAX}",
        .socket.display()
    )]
    TooLong {
        /// The longest socket path.
        socket: PathBuf,
        /// Its length, in bytes.
        bytes: usize,
    },
}

impl HomeError {
    /// The next step for the user.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unknown => "set BERTH_HOME to a folder of yours",
            Self::Relative(_) => "set BERTH_HOME to an absolute path",
            Self::TooLong { .. } => "set BERTH_HOME to a shorter path, such as /tmp/berth",
        }
    }
}

impl Home {
    /// A home at `root`.
    ///
    /// # Errors
    /// [`HomeError::Relative`], and [`HomeError::TooLong`] when its sockets
    /// could not be bound.
    pub fn at(root: impl Into<PathBuf>) -> Result<Self, HomeError> {
        let root = root.into();
        if !root.is_absolute() {
            return Err(HomeError::Relative(root));
        }
        let home = Self { root };
        let longest = [
            home.docker_socket(),
            home.control_socket(),
            home.qmp_socket(),
            home.channel_socket(),
        ]
        .into_iter()
        .max_by_key(|path| path.as_os_str().len());
        match longest {
            Some(socket) if socket.as_os_str().len() > SOCKET_PATH_MAX => {
                let bytes = socket.as_os_str().len();
                Err(HomeError::TooLong { socket, bytes })
            }
            _ => Ok(home),
        }
    }

    /// The home that the environment names.
    ///
    /// # Errors
    /// As [`Home::at`], and [`HomeError::Unknown`].
    pub fn from_env() -> Result<Self, HomeError> {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        if let Some(root) = set("BERTH_HOME") {
            return Self::at(root);
        }
        let user = std::env::home_dir().filter(|path| !path.as_os_str().is_empty());
        Self::at(user.ok_or(HomeError::Unknown)?.join(".berth"))
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Sockets, PID files and the lock; private to the user.
    pub fn run_dir(&self) -> PathBuf {
        self.root.join("run")
    }

    /// The Docker socket.
    pub fn docker_socket(&self) -> PathBuf {
        self.run_dir().join("docker.sock")
    }

    /// The socket of the control API.
    pub fn control_socket(&self) -> PathBuf {
        self.run_dir().join("berthd.sock")
    }

    /// Locked by the one daemon of this home.
    pub fn lock_file(&self) -> PathBuf {
        self.run_dir().join("berthd.lock")
    }

    /// The hypervisor's own control socket, where it has one.
    pub fn qmp_socket(&self) -> PathBuf {
        self.run_dir().join("qmp.sock")
    }

    /// The channel to the guest, where it is a socket.
    pub fn channel_socket(&self) -> PathBuf {
        self.run_dir().join("channel.sock")
    }

    /// The folder of the data disk.
    pub fn data_dir(&self) -> PathBuf {
        self.root.join("data")
    }

    /// The data disk: images, containers and volumes.
    pub fn data_disk(&self) -> PathBuf {
        self.data_dir().join("data.raw")
    }

    /// A suspended machine's memory and devices.
    pub fn saved_machine(&self) -> PathBuf {
        self.data_dir().join("suspended.state")
    }

    /// The folder of logs.
    pub fn logs_dir(&self) -> PathBuf {
        self.root.join("logs")
    }

    /// The daemon's log.
    pub fn daemon_log(&self) -> PathBuf {
        self.logs_dir().join("berthd.log")
    }

    /// What the daemon wrote to its standard output and error: panics, and why
    /// it could not start.
    pub fn daemon_output(&self) -> PathBuf {
        self.logs_dir().join("berthd.out")
    }

    /// The guest's serial console.
    pub fn console_log(&self) -> PathBuf {
        self.logs_dir().join("console.log")
    }

    /// The user's settings.
    pub fn config_file(&self) -> PathBuf {
        self.root.join("config.toml")
    }

    /// What the daemon remembers between runs.
    pub fn state_file(&self) -> PathBuf {
        self.root.join("state.json")
    }

    /// Remembers the port of the dashboard.
    pub fn dashboard_port(&self) -> PathBuf {
        self.root.join("dashboard.port")
    }

    /// The dashboard's files of this home: a folder, or a link to one.
    pub fn ui_dir(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// The folder with the dashboard's files: `$BERTH_UI`, else the one installed
    /// beside the program, else the home's own; `None` if it has no page in it.
    pub fn find_ui(&self) -> Option<PathBuf> {
        let named = std::env::var_os("BERTH_UI").filter(|value| !value.is_empty());
        let candidates = ui_candidates(
            named.map(PathBuf::from),
            self.ui_dir(),
            std::env::current_exe().ok().as_deref(),
        );
        candidates
            .into_iter()
            .find(|folder| folder.join("index.html").is_file())
    }

    /// The VM image of this home: a folder, or a link to one.
    pub fn image_dir(&self) -> PathBuf {
        self.root.join("image")
    }

    /// Folders that may hold the VM image, best first: `$BERTH_IMAGE`, the
    /// home's own, and the one installed beside the program.
    pub fn image_candidates(&self) -> Vec<PathBuf> {
        let named = std::env::var_os("BERTH_IMAGE").filter(|value| !value.is_empty());
        image_candidates(
            named.map(PathBuf::from),
            self.image_dir(),
            std::env::current_exe().ok().as_deref(),
        )
    }

    /// The first of [`Home::image_candidates`] with a manifest in it.
    pub fn find_image(&self) -> Option<PathBuf> {
        let mut candidates = self.image_candidates().into_iter();
        candidates.find(|folder| folder.join("manifest.json").is_file())
    }
}

fn image_candidates(named: Option<PathBuf>, own: PathBuf, exe: Option<&Path>) -> Vec<PathBuf> {
    // A folder that was named is the only one: falling back to another would
    // boot something that the user did not ask for.
    if let Some(named) = named {
        return vec![named];
    }
    std::iter::once(own)
        .chain(installed(exe, "share/berth/image"))
        .collect()
}

fn ui_candidates(named: Option<PathBuf>, own: PathBuf, exe: Option<&Path>) -> Vec<PathBuf> {
    // For the same reason.
    if let Some(named) = named {
        return vec![named];
    }
    installed(exe, "share/berth/ui")
        .into_iter()
        .chain([own])
        .collect()
}

/// A folder of the installation that the program belongs to.
fn installed(exe: Option<&Path>, folder: &str) -> Option<PathBuf> {
    let prefix = exe.and_then(Path::parent).and_then(Path::parent)?;
    Some(prefix.join(folder))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Home, HomeError, image_candidates, ui_candidates};

    #[test]
    fn paths_are_below_the_home() {
        let home = Home::at("/h").unwrap();
        assert_eq!(home.docker_socket().to_str(), Some("/h/run/docker.sock"));
        assert_eq!(home.data_disk().to_str(), Some("/h/data/data.raw"));
    }

    #[test]
    fn a_home_too_deep_for_sockets_is_refused() {
        // "/run/channel.sock" takes 17 of the 103 bytes.
        let fits = format!("/{}", "a".repeat(85));
        assert!(Home::at(&fits).is_ok());
        let error = Home::at(format!("{fits}a")).unwrap_err();
        assert!(matches!(error, HomeError::TooLong { bytes: 104, .. }));
        assert!(error.to_string().contains("103"));
    }

    #[test]
    fn a_relative_home_is_refused() {
        let error = Home::at("berth").unwrap_err();
        assert_eq!(error, HomeError::Relative("berth".into()));
    }

    #[test]
    fn a_named_image_is_the_only_candidate() {
        let own = || "/h/image".into();
        let exe = || Some(Path::new("/usr/bin/berth"));
        let named = image_candidates(Some("/i".into()), own(), exe());
        assert_eq!(named, ["/i"].map(std::path::PathBuf::from));
        let found = image_candidates(None, own(), exe());
        let expected = ["/h/image", "/usr/share/berth/image"];
        assert_eq!(found, expected.map(std::path::PathBuf::from));
    }
    #[test]
    fn the_dashboard_is_the_installed_one_before_the_homes_own() {
        let own = || "/h/ui".into();
        let exe = || Some(Path::new("/usr/bin/berthd"));
        let named = ui_candidates(Some("/u".into()), own(), exe());
        assert_eq!(named, ["/u"].map(std::path::PathBuf::from));
        let found = ui_candidates(None, own(), exe());
        let expected = ["/usr/share/berth/ui", "/h/ui"];
        assert_eq!(found, expected.map(std::path::PathBuf::from));
    }
}
