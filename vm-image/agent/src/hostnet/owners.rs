//! Whose a socket is: a container's, or one of the guest's own programs'.
use std::{
    collections::{HashMap, HashSet},
    fs,
    path::Path,
};

use super::sockets::Socket;

/// Owners found so far. To find one means to look at every descriptor of every
/// process, so it is done once for each socket.
#[derive(Debug, Default)]
pub(super) struct Owners(HashMap<u64, bool>);

impl Owners {
    /// Drops what belongs to the guest's own programs.
    pub(super) fn keep_containers(&mut self, sockets: &mut Vec<Socket>) {
        let all: HashSet<u64> = sockets.iter().map(|socket| socket.inode).collect();
        self.0.retain(|inode, _| all.contains(inode));
        if all.iter().any(|inode| !self.0.contains_key(inode)) {
            self.find(&all);
        }
        // One whose owner was not found has none yet: it is looked for again.
        sockets.retain(|socket| self.0.get(&socket.inode) == Some(&true));
    }

    fn find(&mut self, wanted: &HashSet<u64>) {
        let Ok(processes) = fs::read_dir("/proc") else {
            return;
        };
        for process in processes.flatten() {
            let path = process.path();
            let Ok(descriptors) = fs::read_dir(path.join("fd")) else {
                continue;
            };
            let mut container = None;
            for descriptor in descriptors.flatten() {
                let Some(inode) = inode(&descriptor.path()) else {
                    continue;
                };
                if wanted.contains(&inode) && !self.0.contains_key(&inode) {
                    let container = *container.get_or_insert_with(|| {
                        let groups = fs::read_to_string(path.join("cgroup"));
                        is_container(&groups.unwrap_or_default())
                    });
                    self.0.insert(inode, container);
                }
            }
        }
    }
}

fn inode(descriptor: &Path) -> Option<u64> {
    let target = fs::read_link(descriptor).ok()?;
    target
        .to_str()?
        .strip_prefix("socket:[")?
        .strip_suffix(']')?
        .parse()
        .ok()
}

/// By its control group: PID 1 and its own children are in the root group, the
/// daemons and their proxies in `/engine`.
fn is_container(groups: &str) -> bool {
    match groups.trim().strip_prefix("0::") {
        Some("/") | None => false,
        Some(group) => group != "/engine" && !group.starts_with("/engine/"),
    }
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, os::fd::AsRawFd as _, path::PathBuf};

    use super::{inode, is_container};

    #[test]
    fn containers_are_told_by_their_control_group() {
        assert!(is_container("0::/docker/4f2a\n"));
        assert!(is_container("0::/custom/parent/4f2a\n"));
        for own in ["0::/\n", "0::/engine\n", "0::/engine/sub\n", ""] {
            assert!(!is_container(own), "{own:?}");
        }
        assert!(is_container("0::/engine-room/x\n"));
    }

    #[test]
    fn a_descriptor_of_a_socket_names_its_inode() {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let path = PathBuf::from(format!("/proc/self/fd/{}", socket.as_raw_fd()));
        assert!(inode(&path).is_some());
        assert_eq!(inode(&PathBuf::from("/proc/self/exe")), None);
    }
}
