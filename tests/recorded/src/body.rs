//! Answers.
use std::io;

use bytes::Bytes;
use futures::Stream;
use http::{Response, StatusCode, header::CONTENT_TYPE};
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::Frame;
use serde_json::{Value, json};

/// The body of every answer.
pub(crate) type Body = UnsyncBoxBody<Bytes, io::Error>;
/// An answer.
pub(crate) type Answer = Response<Body>;

pub(crate) fn bytes(status: StatusCode, kind: &'static str, content: impl Into<Bytes>) -> Answer {
    let body = Full::new(content.into()).map_err(|never| match never {});
    let mut answer = Response::new(body.boxed_unsync());
    *answer.status_mut() = status;
    let kind = http::HeaderValue::from_static(kind);
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}

pub(crate) fn json(value: &Value) -> Answer {
    bytes(StatusCode::OK, "application/json", value.to_string())
}

pub(crate) fn created(value: &Value) -> Answer {
    bytes(StatusCode::CREATED, "application/json", value.to_string())
}

pub(crate) fn nothing() -> Answer {
    status(StatusCode::NO_CONTENT)
}

pub(crate) fn status(status: StatusCode) -> Answer {
    bytes(status, "application/json", Bytes::new())
}

pub(crate) fn refuse(status: StatusCode, message: impl Into<String>) -> Answer {
    let body = json!({"message": message.into()});
    bytes(status, "application/json", body.to_string())
}

pub(crate) fn missing(what: &str, name: &str) -> Answer {
    refuse(StatusCode::NOT_FOUND, format!("No such {what}: {name}"))
}

/// An answer whose parts come over time.
pub(crate) fn stream<S>(kind: &'static str, parts: S) -> Answer
where
    S: Stream<Item = Bytes> + Send + 'static,
{
    use futures::StreamExt;
    let body = StreamBody::new(parts.map(|part| Ok(Frame::data(part))));
    let mut answer = Response::new(body.boxed_unsync());
    let kind = http::HeaderValue::from_static(kind);
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}
