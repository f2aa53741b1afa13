//! Why a port is not bound, in words that the user can act on: the engine shows
//! them as the error of `docker run`.
use std::{fmt, io, net::SocketAddr};

use berth_link::proto::{ExposeReply, ExposeRequest, Transport};

use crate::sys;

/// Ports below this one are the superuser's on most systems.
const FIRST_FREE: u16 = 1024;

/// Who holds an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// A program on the host.
    Program {
        /// Its name.
        name: String,
        /// Its process ID.
        pid: u32,
    },
    /// Another port that is published through Berth.
    Container {
        /// Where that one leads in the guest.
        target: SocketAddr,
    },
    /// Somebody whom this user may not see.
    Unknown,
}

/// Why a port is not bound.
#[derive(Debug, thiserror::Error)]
pub enum ExposeError {
    /// Somebody else has it.
    #[error("{} is already in use by {}", Name(request), Who(owner, request))]
    InUse {
        /// What was asked for.
        request: ExposeRequest,
        /// Who has it.
        owner: Owner,
    },
    /// The system keeps it from ordinary users.
    #[error("{} may not be bound by an ordinary user; {}", Name(request), sys::privileged_hint(request.host.port()))]
    Privileged {
        /// What was asked for.
        request: ExposeRequest,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// The host has no such address.
    #[error("this host has no address {}; {}", request.host.ip(), sys::unbindable_hint())]
    NoAddress {
        /// What was asked for.
        request: ExposeRequest,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// The host has no IPv6 and all IPv6 addresses were asked for: nothing is
    /// bound and nothing is wrong.
    #[error("this host has no IPv6")]
    Skipped,
    /// Anything else.
    #[error("can't bind {}", Name(request))]
    Other {
        /// What was asked for.
        request: ExposeRequest,
        /// The system's error.
        #[source]
        source: io::Error,
    },
}

impl ExposeError {
    /// Sorts an error of binding other than a conflict.
    pub(super) fn from_bind(request: ExposeRequest, source: io::Error) -> Self {
        let host = request.host;
        let absent =
            source.kind() == io::ErrorKind::AddrNotAvailable || sys::is_family_missing(&source);
        if absent && host.is_ipv6() && host.ip().is_unspecified() {
            return Self::Skipped;
        }
        if absent {
            return Self::NoAddress { request, source };
        }
        if source.kind() == io::ErrorKind::PermissionDenied && host.port() < FIRST_FREE {
            return Self::Privileged { request, source };
        }
        Self::Other { request, source }
    }
}

impl From<ExposeError> for ExposeReply {
    fn from(error: ExposeError) -> Self {
        let message = match error {
            ExposeError::Skipped => return Self::Skipped,
            ExposeError::Other { ref source, .. } => format!("{error}: {source}"),
            error => error.to_string(),
        };
        Self::Refused { message }
    }
}

/// `127.0.0.1:8080/tcp`
struct Name<'a>(&'a ExposeRequest);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let transport = match self.0.transport {
            Transport::Tcp => "tcp",
            Transport::Udp => "udp",
        };
        write!(f, "{}/{transport}", self.0.host)
    }
}

struct Who<'a>(&'a Owner, &'a ExposeRequest);

impl fmt::Display for Who<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(owner, request) = self;
        match owner {
            Owner::Program { name, pid } => write!(f, "{name} (PID {pid})"),
            Owner::Container { target } => {
                write!(f, "another container ({target} in the VM); see `docker ps`")
            }
            Owner::Unknown => {
                let is_tcp = request.transport == Transport::Tcp;
                let hint = sys::processes_hint(is_tcp, request.host.port());
                write!(f, "a program of another user; {hint}")
            }
        }
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::io;

    use berth_link::proto::{ExposeReply, ExposeRequest, Transport};
    use rustix::io::Errno;

    use super::{ExposeError, Owner};

    fn request(host: &str) -> ExposeRequest {
        ExposeRequest {
            transport: Transport::Tcp,
            host: host.parse().unwrap(),
            target: "172.17.0.2:80".parse().unwrap(),
        }
    }

    fn in_use(owner: Owner) -> String {
        let request = request("127.0.0.1:8080");
        ExposeError::InUse { request, owner }.to_string()
    }

    #[test]
    fn a_conflict_names_the_program_and_its_process() {
        let owner = Owner::Program {
            name: "nginx".into(),
            pid: 1234,
        };
        let expected = "127.0.0.1:8080/tcp is already in use by nginx (PID 1234)";
        assert_eq!(in_use(owner), expected);
    }

    #[test]
    fn a_conflict_with_a_container_says_which() {
        let target = "172.17.0.3:80".parse().unwrap();
        assert!(in_use(Owner::Container { target }).contains("172.17.0.3:80 in the VM"));
    }

    #[test]
    fn an_owner_out_of_sight_comes_with_the_way_to_see_it() {
        assert!(in_use(Owner::Unknown).contains("sudo "));
    }

    fn reply(host: &str, error: Errno) -> ExposeReply {
        let source = io::Error::from_raw_os_error(error.raw_os_error());
        ExposeError::from_bind(request(host), source).into()
    }

    fn refusal(host: &str, error: Errno) -> String {
        match reply(host, error) {
            ExposeReply::Refused { message } => message,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_privileged_port_comes_with_the_next_step() {
        assert!(
            refusal("0.0.0.0:80", Errno::ACCESS)
                .starts_with("0.0.0.0:80/tcp may not be bound by an ordinary user; ")
        );
        let other = refusal("0.0.0.0:8080", Errno::ACCESS);
        assert!(
            other.starts_with("can't bind 0.0.0.0:8080/tcp: "),
            "{other}"
        );
    }

    #[test]
    fn an_address_of_another_host_is_named() {
        let text = refusal("192.0.2.1:80", Errno::ADDRNOTAVAIL);
        assert!(
            text.starts_with("this host has no address 192.0.2.1;"),
            "{text}"
        );
        let text = refusal("[::1]:80", Errno::AFNOSUPPORT);
        assert!(text.starts_with("this host has no address ::1;"), "{text}");
    }

    #[test]
    fn all_of_ipv6_is_skipped_on_a_host_without_it() {
        for error in [Errno::AFNOSUPPORT, Errno::ADDRNOTAVAIL] {
            assert_eq!(reply("[::]:80", error), ExposeReply::Skipped);
        }
    }
}
