//! Which headers pass. Pure.
use axum::http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{self, HOST},
};

/// Headers of one connection only (RFC 9110, 7.6.1).
const HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// What a browser or we add, and the engine has no use for.
const OURS: [HeaderName; 6] = [
    header::AUTHORIZATION,
    header::COOKIE,
    header::EXPECT,
    header::ORIGIN,
    header::REFERER,
    header::FORWARDED,
];

/// Leaves what is meant for the engine.
pub(super) fn clean_request(headers: &mut HeaderMap) {
    remove_hops(headers);
    for name in OURS {
        headers.remove(name);
    }
    remove_where(headers, |name| {
        ["sec-", "x-berth-", "x-forwarded-", "access-control-"]
            .iter()
            .any(|start| name.starts_with(start))
    });
    headers.insert(HOST, HeaderValue::from_static("docker"));
}

/// Leaves what is meant for the page: whether other origins may read an answer
/// is not the engine's to say.
pub(super) fn clean_response(headers: &mut HeaderMap) {
    remove_hops(headers);
    headers.remove(header::SET_COOKIE);
    remove_where(headers, |name| name.starts_with("access-control-"));
}

fn remove_hops(headers: &mut HeaderMap) {
    let listed: Vec<String> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    remove_where(headers, |name| {
        HOP.contains(&name) || listed.iter().any(|listed| listed == name)
    });
}

fn remove_where(headers: &mut HeaderMap, wrong: impl Fn(&str) -> bool) {
    let names: Vec<HeaderName> = headers
        .keys()
        .filter(|name| wrong(name.as_str()))
        .cloned()
        .collect();
    for name in names {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName};

    use super::{clean_request, clean_response};

    fn headers(lines: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let name: HeaderName = name.parse().unwrap();
            headers.append(name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn the_engine_sees_neither_our_token_nor_the_browser() {
        let mut seen = headers(&[
            ("host", "127.0.0.1:7654"),
            ("authorization", "Bearer secret"),
            ("origin", "http://127.0.0.1:7654"),
            ("sec-fetch-site", "same-origin"),
            ("x-berth-wake", "never"),
            ("cookie", "a=b"),
            ("x-registry-auth", "e30="),
            ("content-type", "application/x-tar"),
            ("content-length", "5"),
        ]);
        clean_request(&mut seen);
        let kept = headers(&[
            ("host", "docker"),
            ("x-registry-auth", "e30="),
            ("content-type", "application/x-tar"),
            ("content-length", "5"),
        ]);
        assert_eq!(seen, kept);
    }

    #[test]
    fn headers_of_one_hop_stay_there() {
        let mut seen = headers(&[
            ("connection", "Upgrade, X-Secret"),
            ("connection", "close"),
            ("x-secret", "1"),
            ("close", "1"),
            ("upgrade", "tcp"),
            ("transfer-encoding", "chunked"),
            ("access-control-allow-origin", "*"),
            ("x-docker-container-path-stat", "e30="),
        ]);
        clean_response(&mut seen);
        assert_eq!(seen, headers(&[("x-docker-container-path-stat", "e30=")]));
    }
}
