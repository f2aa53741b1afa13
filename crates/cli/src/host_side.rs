//! What this host has around Berth: programs on the PATH, Docker's plugins, and
//! where `/var/run/docker.sock` leads.
use std::{
    env, fs, io,
    os::unix::fs::{FileTypeExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// Where programs expect Docker's socket when nobody tells them.
pub(crate) const SYSTEM_SOCKET: &str = "/var/run/docker.sock";

/// Folders that Docker's client looks for plugins in, besides the user's own
/// (docker/cli, `cli-plugins/manager`).
const PLUGIN_FOLDERS: [&str; 4] = [
    "/usr/local/lib/docker/cli-plugins",
    "/usr/local/libexec/docker/cli-plugins",
    "/usr/lib/docker/cli-plugins",
    "/usr/libexec/docker/cli-plugins",
];

/// A program on the PATH.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let mut files = env::split_paths(&path).map(|folder| folder.join(name));
    files.find(|file| is_executable(file))
}

/// A plugin of Docker's client whose own folder is `docker`.
pub(crate) fn plugin(docker: &Path, name: &str) -> Option<PathBuf> {
    let own = docker.join("cli-plugins");
    let folders = std::iter::once(own).chain(PLUGIN_FOLDERS.map(PathBuf::from));
    let mut files = folders.map(|folder| folder.join(name));
    files.find(|file| is_executable(file))
}

/// A file that may be run.
pub(crate) fn is_executable(file: &Path) -> bool {
    file.metadata()
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// Where a path that should lead to our socket leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lead {
    /// There is nothing.
    Nowhere,
    /// A link to a file that isn't there.
    Dangling(PathBuf),
    /// To our socket.
    Here,
    /// A link to something else that is there.
    Elsewhere(PathBuf),
    /// It is a socket itself: another engine's.
    OwnSocket,
    /// It is no socket.
    NoSocket,
    /// It can't be looked at.
    Unknown(String),
}

/// Where `path` leads.
pub(crate) fn lead(path: &Path, socket: &Path) -> Lead {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Lead::Nowhere,
        Err(error) => Lead::Unknown(error.to_string()),
        Ok(meta) if meta.file_type().is_symlink() => link(path, socket),
        Ok(meta) if meta.file_type().is_socket() => Lead::OwnSocket,
        Ok(_) => Lead::NoSocket,
    }
}

fn link(path: &Path, socket: &Path) -> Lead {
    let target = match fs::read_link(path) {
        Ok(target) => target,
        Err(error) => return Lead::Unknown(error.to_string()),
    };
    // Ours even while no daemon runs and nothing is there.
    if target == socket {
        return Lead::Here;
    }
    match (fs::canonicalize(path), fs::canonicalize(socket)) {
        (Ok(real), Ok(ours)) if real == ours => Lead::Here,
        (Ok(_), _) => Lead::Elsewhere(target),
        (Err(_), _) => Lead::Dangling(target),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::{Lead, lead};

    #[test]
    fn it_is_told_where_a_path_leads() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let ours = at("ours");
        let path = at("docker.sock");
        assert_eq!(lead(&path, &ours), Lead::Nowhere);
        symlink(&ours, &path).unwrap();
        assert_eq!(lead(&path, &ours), Lead::Here);
        fs::remove_file(&path).unwrap();
        symlink(at("gone"), &path).unwrap();
        assert_eq!(lead(&path, &ours), Lead::Dangling(at("gone")));
        let _other = std::os::unix::net::UnixListener::bind(at("gone")).unwrap();
        assert_eq!(lead(&path, &ours), Lead::Elsewhere(at("gone")));
        assert_eq!(lead(&at("gone"), &ours), Lead::OwnSocket);
        fs::write(&ours, "").unwrap();
        assert_eq!(lead(&ours, &at("x")), Lead::NoSocket);
    }
}
