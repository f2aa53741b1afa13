//! As much of a client for the engine's API as the agent needs: GET over its
//! socket. HTTP 1.0, so that the answer is the plain bytes up to the end.
use std::{io, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::UnixStream,
    time::timeout,
};

use super::SOCKET;

/// Longest answer that is read whole, in bytes: a list of many containers.
const LONGEST: u64 = 16 << 20;

/// How long the engine may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Opens an endpoint: what follows is the body, up to its end.
///
/// # Errors
/// When the engine does not answer, or not with success.
pub(crate) async fn open(path: &str) -> io::Result<BufReader<UnixStream>> {
    let mut stream = UnixStream::connect(SOCKET).await?;
    stream
        .write_all(format!("GET {path} HTTP/1.0\r\nHost: docker\r\n\r\n").as_bytes())
        .await?;
    let mut reader = BufReader::with_capacity(64 << 10, stream);
    head(&mut reader).await?;
    Ok(reader)
}

/// The JSON that an endpoint answers.
///
/// # Errors
/// When the engine does not answer in time, or not with JSON.
pub(crate) async fn get(path: &str) -> io::Result<Value> {
    let answer = async {
        let mut body = Vec::new();
        open(path)
            .await?
            .take(LONGEST)
            .read_to_end(&mut body)
            .await?;
        serde_json::from_slice(&body).map_err(io::Error::other)
    };
    timeout(PATIENCE, answer).await?
}

/// The engine's version, empty when it does not say.
pub(super) async fn engine_version() -> String {
    let version = get("/version").await.unwrap_or_default();
    version["Version"].as_str().unwrap_or_default().to_owned()
}

async fn head(from: &mut (impl AsyncBufRead + Unpin)) -> io::Result<()> {
    let mut from = from.take(64 << 10);
    let mut status = String::new();
    from.read_line(&mut status).await?;
    if status.split(' ').nth(1) != Some("200") {
        return Err(io::Error::other(format!(
            "the engine answered '{}'",
            status.trim()
        )));
    }
    loop {
        let mut line = String::new();
        match from.read_line(&mut line).await? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            _ if line.trim().is_empty() => return Ok(()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::head;

    #[tokio::test]
    async fn the_body_follows_the_head() {
        let mut answer = &b"HTTP/1.0 200 OK\r\nContent-Type: x\r\n\r\n{}"[..];
        head(&mut answer).await.unwrap();
        let mut body = String::new();
        answer.read_to_string(&mut body).await.unwrap();
        assert_eq!(body, "{}");
    }

    #[tokio::test]
    async fn anything_but_success_is_an_error() {
        for mut answer in [&b"HTTP/1.0 500 No\r\n\r\n"[..], b"", b"garbage\r\n\r\n"] {
            head(&mut answer).await.unwrap_err();
        }
    }

    #[tokio::test]
    async fn a_cut_head_is_an_error() {
        head(&mut &b"HTTP/1.0 200 OK\r\nContent"[..])
            .await
            .unwrap_err();
    }
}
