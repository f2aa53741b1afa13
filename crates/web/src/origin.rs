//! Which Host and Origin headers are ours. Pure.
//!
//! Host defends against DNS rebinding: a page of another site whose name now
//! leads to 127.0.0.1 still says its own name. Origin defends against requests
//! that other sites' pages make.

/// Origins of the window: its pages come from the program itself, so they reach
/// us across origins. See Tauri's documentation of its custom protocols.
const WINDOW: [&str; 3] = [
    "tauri://localhost",
    "http://tauri.localhost",
    "https://tauri.localhost",
];

/// Who made a request, by its Origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// The dashboard in a browser, or a program that is no browser.
    Own,
    /// The dashboard in its window, which needs CORS answers.
    Window,
    /// A page of somebody else.
    Foreign,
}

/// The port is ours and the name means this very machine.
pub(crate) fn is_own_host(host: &str, port: u16) -> bool {
    let Some((name, at)) = host.rsplit_once(':') else {
        return false;
    };
    is_own_name(name) && at.parse() == Ok(port) && at.bytes().all(|b| b.is_ascii_digit())
}

fn is_own_name(name: &str) -> bool {
    name == "127.0.0.1" || name.eq_ignore_ascii_case("localhost")
}

/// Judges an Origin header.
pub(crate) fn caller(origin: Option<&str>, port: u16) -> Caller {
    let Some(origin) = origin else {
        return Caller::Own;
    };
    if WINDOW.contains(&origin) {
        return Caller::Window;
    }
    let own = origin
        .strip_prefix("http://")
        .is_some_and(|host| is_own_host(host, port));
    match own {
        true => Caller::Own,
        false => Caller::Foreign,
    }
}

#[cfg(test)]
mod tests {
    use super::{Caller, caller, is_own_host};

    #[test]
    fn only_loopback_names_with_our_port_are_our_host() {
        for own in ["127.0.0.1:7654", "localhost:7654", "LocalHost:7654"] {
            assert!(is_own_host(own, 7654), "{own}");
        }
        for other in [
            "",
            "127.0.0.1",
            "localhost",
            "127.0.0.1:7655",
            "127.0.0.1:+7654",
            "127.0.0.1:7654 ",
            "127.0.0.1:7654:7654",
            "127.0.0.2:7654",
            "evil.example:7654",
            "localhost.evil.example:7654",
            "evil@127.0.0.1:7654",
            "[::1]:7654",
            "0.0.0.0:7654",
            "127.1:7654",
        ] {
            assert!(!is_own_host(other, 7654), "{other}");
        }
    }

    #[test]
    fn callers_are_told_apart_by_their_origin() {
        assert_eq!(caller(None, 7654), Caller::Own);
        for (origin, expected) in [
            ("http://127.0.0.1:7654", Caller::Own),
            ("http://localhost:7654", Caller::Own),
            ("tauri://localhost", Caller::Window),
            ("http://tauri.localhost", Caller::Window),
            ("https://tauri.localhost", Caller::Window),
            ("null", Caller::Foreign),
            ("", Caller::Foreign),
            ("https://127.0.0.1:7654", Caller::Foreign),
            ("http://127.0.0.1:80", Caller::Foreign),
            ("http://127.0.0.1:7654/", Caller::Foreign),
            ("http://tauri.localhost.evil.example", Caller::Foreign),
            ("https://evil.example", Caller::Foreign),
        ] {
            assert_eq!(caller(Some(origin), 7654), expected, "{origin}");
        }
    }
}
