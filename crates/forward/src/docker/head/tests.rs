use super::{BadHead, Create, Kind, MAX_HEAD, classify, parse, takes_over, with_body};
use crate::docker::body::Framing;

fn check_kind(method: &str, target: &str, expected: Kind) {
    assert_eq!(classify(method, target), expected, "{method} {target}");
}

#[test]
fn the_few_requests_of_interest_are_recognised_in_all_their_spellings() {
    let container = Kind::Create(Create::Container);
    check_kind("POST", "/containers/create", container);
    check_kind("POST", "/v1.47/containers/create?name=web", container);
    check_kind("POST", "http://docker/v1.47/containers/create", container);
    check_kind(
        "POST",
        "/v1.51/services/create",
        Kind::Create(Create::Service),
    );
    check_kind(
        "POST",
        "/services/x/update?version=3",
        Kind::Create(Create::Service),
    );
    check_kind("POST", "/volumes/create", Kind::Create(Create::Volume));
    check_kind("POST", "/v1.24/containers/x/attach?stdin=1", Kind::Hijack);
    check_kind("POST", "/exec/0a/start", Kind::Hijack);
    check_kind("POST", "/v1.47/containers/x/start?detachKeys=", Kind::Start);
}

#[test]
fn everything_else_is_plain() {
    check_kind("GET", "/containers/create", Kind::Plain);
    check_kind("POST", "/containers/create/restart", Kind::Plain);
    check_kind("POST", "/vx/containers/create", Kind::Plain);
    check_kind("GET", "/containers/x/attach/ws", Kind::Plain);
    check_kind("POST", "/containers/x/stop", Kind::Plain);
    check_kind("OPTIONS", "*", Kind::Plain);
}

#[test]
fn a_head_is_found_as_soon_as_it_is_complete_and_not_before() {
    let bytes = b"GET /_ping HTTP/1.1\r\nHost: docker\r\n\r\nGET";
    let length = bytes.len() - 3;
    for end in 0..length {
        assert_eq!(parse(&bytes[..end]), Ok(None), "{end}");
    }
    assert_eq!(parse(bytes).unwrap().unwrap().length, length);
}

fn framing_of(headers: &str) -> Result<Framing, BadHead> {
    let text = format!("POST /x HTTP/1.1\r\n{headers}\r\n");
    parse(text.as_bytes()).map(|head| head.unwrap().framing)
}

#[test]
fn the_framing_of_the_body_follows_the_headers() {
    assert_eq!(framing_of(""), Ok(Framing::Length(0)));
    assert_eq!(
        framing_of("content-length: 12\r\n"),
        Ok(Framing::Length(12))
    );
    assert_eq!(
        framing_of("Transfer-Encoding: Chunked\r\n"),
        Ok(Framing::Chunked)
    );
    let both = "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n";
    assert_eq!(framing_of(both), Ok(Framing::Chunked));
}

#[test]
fn an_unclear_framing_is_refused() {
    for headers in [
        "Content-Length: x\r\n",
        "Content-Length: +3\r\n",
        "Content-Length: \r\n",
        "Content-Length: 99999999999999999999999\r\n",
        "Content-Length: 3\r\nContent-Length: 4\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
    ] {
        let error = framing_of(headers).unwrap_err();
        assert!(matches!(error, BadHead::Framing(_)), "{headers}: {error:?}");
    }
}

#[test]
fn garbage_and_endless_heads_are_refused() {
    assert!(matches!(
        parse(b"\x16\x03\x01\x02\x00"),
        Err(BadHead::Syntax(_))
    ));
    assert!(matches!(
        parse(b"PRI * HTTP/2.0\r\n\r\n"),
        Err(BadHead::Syntax(_))
    ));
    let mut endless = b"GET / HTTP/1.1\r\nX: ".to_vec();
    endless.resize(MAX_HEAD, b'a');
    assert_eq!(parse(&endless), Err(BadHead::TooLong));
}

#[test]
fn a_new_body_brings_its_own_length_and_keeps_the_other_headers() {
    let head = b"POST /containers/create HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\
        Expect: 100-continue\r\nX-Meta: \xff\r\n\r\n";
    let bytes = with_body(head, b"{}");
    let expected = b"POST /containers/create HTTP/1.1\r\nHost: d\r\nX-Meta: \xff\r\n\
        Content-Length: 2\r\n\r\n{}";
    assert_eq!(bytes, expected);
}

#[test]
fn only_an_accepted_upgrade_takes_the_connection_over() {
    let check = |text: &str, hijack, expected| {
        assert_eq!(takes_over(text.as_bytes(), hijack), expected, "{text:?}");
    };
    check(
        "HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\n",
        false,
        Some(true),
    );
    check(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 X\r\n\r\n",
        false,
        Some(true),
    );
    check("HTTP/1.1 100 Continue\r\n\r\n", false, None);
    check(
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        true,
        Some(false),
    );
    check(
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        true,
        Some(false),
    );
    check(
        "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n",
        true,
        Some(true),
    );
    check("HTTP/1.1 200 OK\r\n\r\n", false, Some(false));
    check("HTTP/1.1 200 O", true, None);
    check("garbage", false, Some(true));
}
