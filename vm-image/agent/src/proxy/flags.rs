//! Command line of docker-proxy, with the rules of Go's `flag` package.
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use berth_link::proto::{ExposeRequest, Transport};

/// What dockerd wants of the proxy.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flags {
    /// The port.
    pub(super) port: ExposeRequest,
    /// A bound socket is passed on.
    pub(super) use_listener: bool,
}

/// What is wrong with the command line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FlagError {
    /// A flag that this proxy does not know.
    Unknown(String),
    /// A flag without its value, or with one that is none.
    Value(String),
    /// A transport protocol that can't be published.
    Transport(String),
}

impl std::error::Error for FlagError {}

impl std::fmt::Display for FlagError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unknown(flag) => write!(f, "unknown flag {flag}"),
            Self::Value(flag) => write!(f, "flag {flag} needs another value"),
            Self::Transport(name) => write!(
                f,
                "{name} ports can't be published on the host, only tcp and udp; \
                 leave the port out, or reach it from another container"
            ),
        }
    }
}

/// Reads the command line, without the program's name.
pub(super) fn parse(arguments: &[String]) -> Result<Flags, FlagError> {
    let mut transport = String::from("tcp");
    let mut host: (IpAddr, u16) = (Ipv4Addr::UNSPECIFIED.into(), 0);
    let mut container = host;
    let mut use_listener = false;
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let (flag, inline) = match word.split_once('=') {
            Some((flag, value)) => (flag, Some(value)),
            None => (word.as_str(), None),
        };
        let bad = || FlagError::Value(flag.to_owned());
        let name = flag.trim_start_matches('-');
        if name == "use-listen-fd" {
            use_listener = inline.unwrap_or("true").parse().map_err(|_| bad())?;
            continue;
        }
        let mut value = || {
            inline
                .or_else(|| words.next().map(String::as_str))
                .ok_or_else(bad)
        };
        match name {
            "proto" => value()?.clone_into(&mut transport),
            "host-ip" => host.0 = value()?.parse().map_err(|_| bad())?,
            "host-port" => host.1 = value()?.parse().map_err(|_| bad())?,
            "container-ip" => container.0 = value()?.parse().map_err(|_| bad())?,
            "container-port" => container.1 = value()?.parse().map_err(|_| bad())?,
            _ => return Err(FlagError::Unknown(flag.to_owned())),
        }
    }
    let transport = match transport.as_str() {
        "tcp" => Transport::Tcp,
        "udp" => Transport::Udp,
        _ => return Err(FlagError::Transport(transport)),
    };
    let port = ExposeRequest {
        transport,
        host: SocketAddr::from(host),
        target: SocketAddr::from(container),
    };
    Ok(Flags { port, use_listener })
}

#[cfg(test)]
mod tests {
    use berth_link::proto::{ExposeRequest, Transport};

    use super::{FlagError, Flags, parse};

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn the_command_line_of_dockerd_is_understood() {
        let line = "-proto udp -host-ip ::1 -host-port 53 -container-ip 172.17.0.2 \
                    -container-port 5353 -use-listen-fd";
        let port = ExposeRequest {
            transport: Transport::Udp,
            host: "[::1]:53".parse().unwrap(),
            target: "172.17.0.2:5353".parse().unwrap(),
        };
        assert_eq!(
            parse(&words(line)),
            Ok(Flags {
                port,
                use_listener: true
            })
        );
    }

    #[test]
    fn gos_other_ways_to_write_flags_are_understood() {
        let flags = parse(&words("--proto=tcp --host-port=80 -use-listen-fd=false")).unwrap();
        assert_eq!(flags.port.host.to_string(), "0.0.0.0:80");
        assert!(!flags.use_listener);
    }

    #[test]
    fn sctp_is_refused_with_a_next_step() {
        let error = parse(&words("-proto sctp -host-port 80")).unwrap_err();
        assert!(error.to_string().contains("only tcp and udp"));
    }

    #[test]
    fn mistakes_are_refused() {
        for (line, flag) in [
            ("-host-port", "-host-port"),
            ("-host-port 65536", "-host-port"),
            ("-host-ip nowhere", "-host-ip"),
            ("-use-listen-fd=maybe", "-use-listen-fd"),
        ] {
            assert_eq!(parse(&words(line)), Err(FlagError::Value(flag.into())));
        }
        assert_eq!(
            parse(&words("-what")),
            Err(FlagError::Unknown("-what".into()))
        );
    }
}
