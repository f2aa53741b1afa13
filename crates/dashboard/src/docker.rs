//! Requests to the engine that bollard has no fitting call for, over the Docker
//! socket.
use std::{io, path::Path};

use berth_api::error::{ApiError, ErrorCode};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::{Method, Request, body::Incoming, header};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use tokio::net::UnixStream;

use crate::failure;

/// Oldest version that engines of today still speak; answers keep its shape.
const VERSION: &str = "/v1.44";

/// Largest answer that is read as one value, in bytes.
const LARGEST: usize = 64 << 20;

/// Sends a request and gives the answer's body when its status is a success.
/// `path` begins with a slash, is escaped, and has no version.
///
/// # Errors
/// When the engine can't be asked, and its own words when it refuses.
pub(crate) async fn send(
    socket: &Path,
    method: Method,
    path: &str,
    auth: Option<&str>,
) -> Result<Incoming, ApiError> {
    let stream = UnixStream::connect(socket).await;
    let stream = stream.map_err(|error| no_answer(&error))?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake::<_, Empty<Bytes>>(TokioIo::new(stream))
            .await
            .map_err(|error| no_answer(&io::Error::other(error)))?;
    // It ends with the answer's body, or when that is dropped.
    tokio::spawn(connection);
    let mut request = Request::builder()
        .method(method)
        .uri(format!("{VERSION}{path}"))
        .header(header::HOST, "docker");
    if let Some(auth) = auth {
        request = request.header("X-Registry-Auth", auth);
    }
    let request = request
        .body(Empty::new())
        .map_err(|error| failure::bad_request(error.to_string(), "check the name"))?;
    let answer = sender.send_request(request).await;
    let answer = answer.map_err(|error| no_answer(&io::Error::other(error)))?;
    let status = answer.status();
    if status.is_success() {
        return Ok(answer.into_body());
    }
    let body = Limited::new(answer.into_body(), 64 << 10).collect().await;
    let body = body
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    Err(failure::refused(status.as_u16(), &message(&body)))
}

/// Asks for one value.
///
/// # Errors
/// As [`send`], and when the answer can't be read.
pub(crate) async fn get<T: DeserializeOwned>(socket: &Path, path: &str) -> Result<T, ApiError> {
    let body = send(socket, Method::GET, path, None).await?;
    let body = Limited::new(body, LARGEST).collect().await;
    let body = body.map_err(|error| no_answer(&io::Error::other(error)))?;
    serde_json::from_slice(&body.to_bytes()).map_err(|error| {
        let message = format!("the engine's answer can't be read: {error}");
        ApiError::new(ErrorCode::Internal, message)
            .with_hint("check that Berth and its VM image belong together with 'berth doctor'")
    })
}

/// `text` as a part of a path or a query.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

fn message(body: &[u8]) -> String {
    #[derive(serde::Deserialize)]
    struct Refusal {
        message: String,
    }
    serde_json::from_slice::<Refusal>(body).map_or_else(
        |_| String::from_utf8_lossy(body).trim().to_owned(),
        |refusal| refusal.message,
    )
}

fn no_answer(error: &io::Error) -> ApiError {
    let message = format!("the engine does not answer: {error}");
    ApiError::new(ErrorCode::NotRunning, message).with_hint("start it with 'berth start'")
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn what_means_something_in_a_path_is_escaped() {
        assert_eq!(escape("a/b:1?x=ä#"), "a%2Fb%3A1%3Fx%3D%C3%A4%23");
        assert_eq!(escape("..%2f"), "..%252f");
    }
}
