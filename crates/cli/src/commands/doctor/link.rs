//! Makes `/var/run/docker.sock` lead to our socket, where nothing else is.
use std::{fs, io, os::unix::fs::symlink, path::Path};

use crate::host_side::{Lead, lead};

/// What became of the link.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Linked {
    /// It was there.
    Already,
    /// It was made.
    Now,
    /// Something else is there, which is not ours to take away.
    NotOurs,
}

/// Makes `path` lead to `socket`. A link that leads nowhere is replaced.
pub(super) fn link(path: &Path, socket: &Path) -> io::Result<Linked> {
    match lead(path, socket) {
        Lead::Here => Ok(Linked::Already),
        Lead::Nowhere => symlink(socket, path).map(|()| Linked::Now),
        Lead::Dangling(_) => {
            fs::remove_file(path)?;
            symlink(socket, path).map(|()| Linked::Now)
        }
        Lead::Elsewhere(_) | Lead::OwnSocket | Lead::NoSocket | Lead::Unknown(_) => {
            Ok(Linked::NotOurs)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::{Linked, link};

    #[test]
    fn a_link_is_made_where_nothing_is_and_kept_once_made() {
        let folder = tempfile::tempdir().unwrap();
        let (path, socket) = (
            folder.path().join("docker.sock"),
            folder.path().join("ours"),
        );
        assert_eq!(link(&path, &socket).unwrap(), Linked::Now);
        assert_eq!(link(&path, &socket).unwrap(), Linked::Already);
        fs::remove_file(&path).unwrap();
        symlink(folder.path().join("gone"), &path).unwrap();
        assert_eq!(link(&path, &socket).unwrap(), Linked::Now);
        assert_eq!(fs::read_link(&path).unwrap(), socket);
    }

    #[test]
    fn what_another_engine_has_put_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("docker.sock");
        fs::write(&path, "theirs").unwrap();
        let linked = link(&path, &folder.path().join("ours")).unwrap();
        assert_eq!(linked, Linked::NotOurs);
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
    }
}
