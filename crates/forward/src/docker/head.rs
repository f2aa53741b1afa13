//! Heads of requests: how long they are, what they ask for and how their body
//! is framed (RFC 9112 §6). Nothing else of a request is of interest here.
use super::body::Framing;

/// Longest head of a request or response, in bytes. Go's server stops at 1 MiB;
/// no client of Docker comes near either.
pub(super) const MAX_HEAD: usize = 64 * 1024;
const MAX_HEADERS: usize = 256;

/// What the proxy needs to know of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// Bytes up to and including the empty line.
    pub(super) length: usize,
    /// What is asked for.
    pub(super) kind: Kind,
    /// How the body is framed.
    pub(super) framing: Framing,
    /// It carries an `Upgrade` header.
    pub(super) upgrade: bool,
    /// It carries `Expect: 100-continue`.
    pub(super) expects_continue: bool,
    /// The method is `HEAD`.
    pub(super) is_head: bool,
}

/// Requests that the proxy tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Passed as it is.
    Plain,
    /// Its body is looked into.
    Create(Create),
    /// The connection may become raw without an `Upgrade` header.
    Hijack,
    /// `POST /containers/{id}/start`
    Start,
}

/// Bodies that may name folders of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Create {
    /// `POST /containers/create`
    Container,
    /// `POST /services/create` and `/services/{id}/update`
    Service,
    /// `POST /volumes/create`
    Volume,
}

/// A head that isn't a request.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadHead {
    #[error("this is no HTTP/1.1 request")]
    Syntax(#[source] httparse::Error),
    #[error("the head of the request is longer than {MAX_HEAD} bytes")]
    TooLong,
    #[error("the length of the request's body is unclear ({0})")]
    Framing(&'static str),
}

/// Reads the head at the start of `bytes`; `None` when more bytes are needed.
pub(super) fn parse(bytes: &[u8]) -> Result<Option<Head>, BadHead> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let seen = &bytes[..bytes.len().min(MAX_HEAD)];
    let length = match request.parse(seen).map_err(BadHead::Syntax)? {
        httparse::Status::Complete(length) => length,
        httparse::Status::Partial if seen.len() == MAX_HEAD => return Err(BadHead::TooLong),
        httparse::Status::Partial => return Ok(None),
    };
    let method = request.method.unwrap_or_default();
    Ok(Some(Head {
        length,
        kind: classify(method, request.path.unwrap_or_default()),
        framing: framing(request.headers)?,
        upgrade: values(request.headers, "upgrade").next().is_some(),
        expects_continue: values(request.headers, "expect")
            .any(|v| v.eq_ignore_ascii_case(b"100-continue")),
        is_head: method == "HEAD",
    }))
}

/// The request of `head` again, with `body` as its body.
///
/// # Panics
/// Never for bytes that [`parse`] accepted.
pub(super) fn with_body(head: &[u8], body: &[u8]) -> Vec<u8> {
    rebuild(head, body, false)
}

/// The same as the only request of its connection.
///
/// # Panics
/// As [`with_body`].
pub(super) fn alone(head: &[u8], body: &[u8]) -> Vec<u8> {
    rebuild(head, body, true)
}

/// A response without the word that its connection ends.
pub(super) fn kept_open(response: &[u8]) -> Vec<u8> {
    let end = response
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .unwrap_or(0);
    let close = b"connection: close\r\n";
    let head = &response[..(end + 2).min(response.len())];
    let found = head
        .windows(close.len())
        .position(|w| w.eq_ignore_ascii_case(close));
    let (from, to) = found.map_or((0, 0), |at| (at, at + close.len()));
    [&response[..from], &response[to..]].concat()
}

fn rebuild(head: &[u8], body: &[u8], alone: bool) -> Vec<u8> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    request
        .parse(head)
        .expect("the head was parsed before, with the same limits");
    let mut bytes = Vec::with_capacity(head.len() + body.len() + 32);
    let (method, path) = (request.method, request.path);
    let version = request.version.unwrap_or(1);
    let line = format!(
        "{} {} HTTP/1.{version}\r\n",
        method.unwrap_or_default(),
        path.unwrap_or_default()
    );
    bytes.extend_from_slice(line.as_bytes());
    let left_out =
        |name: &str| frames_body(name) || (alone && name.eq_ignore_ascii_case("connection"));
    for header in request.headers.iter().filter(|h| !left_out(h.name)) {
        bytes.extend_from_slice(header.name.as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(header.value);
        bytes.extend_from_slice(b"\r\n");
    }
    if alone {
        bytes.extend_from_slice(b"Connection: close\r\n");
    }
    bytes.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    bytes.extend_from_slice(body);
    bytes
}

/// Whether the response at the start of `bytes` takes the connection over.
/// `None` when more bytes are needed. What can't be understood counts as taken:
/// raw bytes are never wrong, only unchecked.
pub(super) fn takes_over(mut bytes: &[u8], hijack: bool) -> Option<bool> {
    loop {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        let length = match response.parse(bytes) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) if bytes.len() < MAX_HEAD => return None,
            Ok(httparse::Status::Partial) | Err(_) => return Some(true),
        };
        match response.code {
            Some(101) => return Some(true),
            Some(100..200) => bytes = &bytes[length..],
            // The engine's answer to a hijack without `Upgrade` is a head that
            // frames no body; that of a detached exec has a `Content-Length`.
            Some(200) => {
                return Some(hijack && !response.headers.iter().any(|h| frames_body(h.name)));
            }
            _ => return Some(false),
        }
    }
}

fn classify(method: &str, target: &str) -> Kind {
    if method != "POST" {
        return Kind::Plain;
    }
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let path = origin(path);
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let segments = match segments.split_first() {
        Some((first, rest)) if is_version(first) => rest,
        _ => segments.as_slice(),
    };
    match segments {
        ["containers", "create"] => Kind::Create(Create::Container),
        ["services", "create"] | ["services", _, "update"] => Kind::Create(Create::Service),
        ["volumes", "create"] => Kind::Create(Create::Volume),
        ["containers", _, "start"] => Kind::Start,
        ["containers", _, "attach"] | ["exec", _, "start"] => Kind::Hijack,
        _ => Kind::Plain,
    }
}

/// The path of a target in absolute form (`http://docker/v1.47/...`).
fn origin(path: &str) -> &str {
    let Some((_, rest)) = path.split_once("://") else {
        return path;
    };
    rest.find('/').map_or("/", |at| &rest[at..])
}

fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    })
}

/// Like Go's server: `chunked` wins over a length, other codings are unknown.
fn framing(headers: &[httparse::Header<'_>]) -> Result<Framing, BadHead> {
    let mut codings = values(headers, "transfer-encoding");
    if let Some(coding) = codings.next() {
        let chunked = coding.eq_ignore_ascii_case(b"chunked") && codings.next().is_none();
        let unknown = BadHead::Framing("unknown Transfer-Encoding");
        return if chunked {
            Ok(Framing::Chunked)
        } else {
            Err(unknown)
        };
    }
    let mut lengths = values(headers, "content-length");
    let Some(first) = lengths.next() else {
        return Ok(Framing::Length(0));
    };
    if lengths.any(|other| other != first) {
        return Err(BadHead::Framing("several values of Content-Length"));
    }
    let digits = first.iter().all(u8::is_ascii_digit) && !first.is_empty();
    let number = std::str::from_utf8(first).ok().and_then(|t| t.parse().ok());
    match number {
        Some(length) if digits => Ok(Framing::Length(length)),
        _ => Err(BadHead::Framing("Content-Length is no number")),
    }
}

fn values<'h>(
    headers: &'h [httparse::Header<'_>],
    name: &'h str,
) -> impl Iterator<Item = &'h [u8]> {
    headers
        .iter()
        .filter(move |h| h.name.eq_ignore_ascii_case(name))
        .map(|h| h.value.trim_ascii())
}

fn frames_body(name: &str) -> bool {
    ["content-length", "transfer-encoding", "trailer", "expect"]
        .iter()
        .any(|other| name.eq_ignore_ascii_case(other))
}

#[cfg(test)]
mod tests;
