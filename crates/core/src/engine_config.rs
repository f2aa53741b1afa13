//! What the engine in the guest is told about the host: proxies and certificates.
use std::collections::BTreeMap;

/// Name of the host in the guest; its loopback there.
const HOST: &str = "host.docker.internal";

/// Proxy variables that Docker knows.
const VARIABLES: [&str; 3] = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

/// Proxy variables for the guest out of the host's environment; lower case wins
/// as it does for curl. A proxy on the host's loopback is named by the host's
/// name in the guest.
pub fn proxy_from(variable: impl Fn(&str) -> Option<String>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for name in VARIABLES {
        let value = variable(&name.to_lowercase()).or_else(|| variable(name));
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            continue;
        };
        let value = if name == "NO_PROXY" {
            no_proxy(&value)
        } else {
            seen_from_guest(&value)
        };
        found.insert(name.to_owned(), value);
    }
    found
}

/// Proxy variables for one proxy given in the settings.
pub fn proxy_of(url: &str) -> BTreeMap<String, String> {
    let url = seen_from_guest(url);
    BTreeMap::from([
        ("HTTP_PROXY".to_owned(), url.clone()),
        ("HTTPS_PROXY".to_owned(), url),
        ("NO_PROXY".to_owned(), no_proxy("")),
    ])
}

/// The guest itself and the host are never reached through the proxy.
fn no_proxy(value: &str) -> String {
    let mut entries: Vec<&str> = value
        .split(',')
        .map(str::trim)
        .filter(|e| !e.is_empty())
        .collect();
    for ours in ["localhost", "127.0.0.1", "::1", HOST] {
        if !entries.contains(&ours) {
            entries.push(ours);
        }
    }
    entries.join(",")
}

fn seen_from_guest(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(s, r)| (s, r));
    let (credentials, place) = rest.rsplit_once('@').map_or(("", rest), |(c, p)| (c, p));
    let end = place.find('/').unwrap_or(place.len());
    let (authority, path) = place.split_at(end);
    let (host, port) = split_port(authority);
    if !is_loopback(host) {
        return url.to_owned();
    }
    let scheme = if scheme.is_empty() {
        String::new()
    } else {
        format!("{scheme}://")
    };
    let credentials = if credentials.is_empty() {
        String::new()
    } else {
        format!("{credentials}@")
    };
    format!("{scheme}{credentials}{HOST}{port}{path}")
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || bare
            .parse()
            .is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

/// Splits `host:port` so that the port keeps its colon.
fn split_port(authority: &str) -> (&str, &str) {
    match authority.rfind(':') {
        Some(at) if !authority[at..].contains(']') => authority.split_at(at),
        _ => (authority, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::{no_proxy, proxy_from, proxy_of, seen_from_guest};

    #[test]
    fn a_proxy_on_the_hosts_loopback_is_reached_from_the_guest() {
        for (given, expected) in [
            ("http://127.0.0.1:3128", "http://host.docker.internal:3128"),
            (
                "http://localhost:3128/",
                "http://host.docker.internal:3128/",
            ),
            (
                "http://me:p%40ss@localhost:1",
                "http://me:p%40ss@host.docker.internal:1",
            ),
            ("socks5://[::1]:1080", "socks5://host.docker.internal:1080"),
            ("localhost:8080", "host.docker.internal:8080"),
            ("http://proxy.example:8080/x", "http://proxy.example:8080/x"),
            ("http://127.example.org:1", "http://127.example.org:1"),
        ] {
            assert_eq!(seen_from_guest(given), expected);
        }
    }

    #[test]
    fn lower_case_variables_win_and_empty_ones_do_not_count() {
        let proxy = proxy_from(|name| match name {
            "http_proxy" => Some("http://lower:1".into()),
            "HTTP_PROXY" => Some("http://upper:1".into()),
            "HTTPS_PROXY" => Some(String::new()),
            _ => None,
        });
        assert_eq!(proxy.get("HTTP_PROXY").unwrap(), "http://lower:1");
        assert_eq!(proxy.len(), 1);
    }

    #[test]
    fn the_host_itself_is_never_behind_the_proxy() {
        assert_eq!(
            no_proxy("corp.example, localhost"),
            "corp.example,localhost,127.0.0.1,::1,host.docker.internal"
        );
        assert!(proxy_of("http://p:1")["NO_PROXY"].contains("host.docker.internal"));
    }
}
