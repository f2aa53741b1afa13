//! The engine's hijacked streams: a request that is answered 101, and from then
//! on bytes. See "Attach to a container" and "Start an exec instance" of the
//! Docker Engine API.
use std::{io, path::Path};

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use berth_api::error::ErrorCode;
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Limited};
use hyper::{body::Incoming, upgrade::Upgraded};
use hyper_util::rt::TokioIo;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};

use super::bridge::{self, Said};
use crate::{
    docker::{Driver, send},
    refusal::Refusal,
};

/// Most bytes of output that go into one message.
const CHUNK: usize = 32 << 10;
/// Longest answer that is read where no stream follows, in bytes.
const MAX_ANSWER: usize = 1 << 20;
/// What of a name may stand in a path as it is.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// A request for a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hijack {
    uri: String,
    body: Option<Value>,
    /// Where the engine says how it ended, and the place in that answer.
    report: (String, &'static str),
}

impl Hijack {
    /// Starts an exec.
    pub(super) fn exec(id: &str, tty: bool, size: Option<(u16, u16)>) -> Self {
        let id = utf8_percent_encode(id, IN_PATH);
        let mut body = json!({ "Detach": false, "Tty": tty });
        if let Some((columns, rows)) = size.filter(|_| tty) {
            body["ConsoleSize"] = json!([rows, columns]);
        }
        Self {
            uri: format!("/exec/{id}/start"),
            body: Some(body),
            report: (format!("/exec/{id}/json"), "/ExitCode"),
        }
    }

    /// Attaches to a container; all streams, unless the query says otherwise.
    pub(super) fn attach(id: &str, query: Option<&str>) -> Self {
        let id = utf8_percent_encode(id, IN_PATH);
        let all = "stream=1&stdin=1&stdout=1&stderr=1";
        let query = query.filter(|query| !query.is_empty()).unwrap_or(all);
        Self {
            uri: format!("/containers/{id}/attach?{query}"),
            body: None,
            report: (format!("/containers/{id}/json"), "/State/ExitCode"),
        }
    }

    /// Sends it.
    ///
    /// # Errors
    /// What the engine says, when it gives no stream.
    pub(super) async fn open(&self, docker: &Path) -> Result<Session, Refusal> {
        let body = self.body.as_ref().map(Value::to_string);
        let request = Request::builder()
            .method(Method::POST)
            .uri(&self.uri)
            .header(header::HOST, "docker")
            .header(header::CONNECTION, "Upgrade")
            .header(header::UPGRADE, "tcp")
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.map_or_else(Body::empty, Body::from))
            .map_err(|error| Refusal::bad_request(error.to_string()))?;
        let (response, driver) = send(docker, request).await?;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            let status = response.status();
            return Err(refusal(status, read(response.into_body()).await));
        }
        let stream = hyper::upgrade::on(response).await.map_err(|error| {
            let text = format!("the engine gave no stream: {error}");
            Refusal::new(StatusCode::BAD_GATEWAY, ErrorCode::Internal, text)
        })?;
        Ok(Session { stream, driver })
    }

    /// How the program ended, if the engine knows.
    pub(super) async fn exit_code(&self, docker: &Path) -> Option<i64> {
        let (uri, place) = &self.report;
        let request = Request::get(uri).header(header::HOST, "docker");
        let request = request.body(Body::empty()).ok()?;
        let (response, _driver) = send(docker, request).await.ok()?;
        let answer: Value = serde_json::from_slice(&read(response.into_body()).await?).ok()?;
        let running = ["/Running", "/State/Running"];
        let runs = running
            .iter()
            .any(|at| answer.pointer(at) == Some(&Value::Bool(true)));
        answer.pointer(place).filter(|_| !runs)?.as_i64()
    }
}

async fn read(body: Incoming) -> Option<Bytes> {
    let whole = Limited::new(body, MAX_ANSWER).collect().await;
    whole.ok().map(http_body_util::Collected::to_bytes)
}

fn refusal(status: StatusCode, body: Option<Bytes>) -> Refusal {
    let said = body.and_then(|body| serde_json::from_slice::<Value>(&body).ok());
    let said = said.as_ref().and_then(|said| said["message"].as_str());
    let text = said.map_or_else(|| format!("the engine answered {status}"), str::to_owned);
    let code = match status {
        StatusCode::SERVICE_UNAVAILABLE => ErrorCode::NotRunning,
        _ => ErrorCode::BadRequest,
    };
    // A success without a stream is none.
    let status = match status.is_success() {
        true => StatusCode::BAD_GATEWAY,
        false => status,
    };
    Refusal::new(status, code, text)
}

/// A stream of the engine's.
pub(super) struct Session {
    stream: Upgraded,
    driver: Driver,
}

type Stream = TokioIo<Upgraded>;

impl Session {
    /// Its two directions.
    pub(super) fn split(self) -> (Output, Input) {
        let (from, to) = tokio::io::split(TokioIo::new(self.stream));
        let output = Output {
            from,
            _driver: self.driver,
        };
        (output, Input { to })
    }
}

/// What comes from the engine.
pub(super) struct Output {
    from: ReadHalf<Stream>,
    _driver: Driver,
}

impl bridge::Output for Output {
    async fn next(&mut self) -> io::Result<Said> {
        let mut bytes = BytesMut::with_capacity(CHUNK);
        Ok(match self.from.read_buf(&mut bytes).await? {
            0 => Said::Ended(None),
            _ => Said::Bytes(bytes.freeze()),
        })
    }
}

/// What goes to the engine.
pub(super) struct Input {
    to: WriteHalf<Stream>,
}

impl bridge::Input for Input {
    async fn bytes(&mut self, bytes: Bytes) -> io::Result<()> {
        self.to.write_all(&bytes).await?;
        self.to.flush().await
    }

    async fn end(&mut self) -> io::Result<()> {
        self.to.shutdown().await
    }

    /// The engine's own API does that.
    async fn resize(&mut self, _size: (u16, u16)) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Hijack;

    #[test]
    fn names_can_not_leave_their_place_in_the_path() {
        let hijack = Hijack::attach("../exec/x?y#z", Some("logs=1"));
        assert_eq!(
            hijack.uri,
            "/containers/..%2Fexec%2Fx%3Fy%23z/attach?logs=1"
        );
    }

    #[test]
    fn the_size_is_told_as_rows_and_columns_and_only_to_terminals() {
        let body = |tty| Hijack::exec("a", tty, Some((80, 24))).body.unwrap();
        let expected = json!({"Detach": false, "Tty": true, "ConsoleSize": [24, 80]});
        assert_eq!(body(true), expected);
        assert_eq!(body(false), json!({"Detach": false, "Tty": false}));
    }
}
