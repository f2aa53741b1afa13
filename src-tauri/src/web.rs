//! The daemon's HTTP interface, as far as the window uses it itself: a few
//! posts to the engine, and files that the user saves. Always loopback.
use std::{io, path::Path};

use berth_api::dashboard::DashboardAddress;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::{
    Method, Request, Response, StatusCode, Uri,
    body::{Bytes, Incoming},
    header,
};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::{fs::File, io::AsyncWriteExt, net::TcpStream};

/// Longest error text that is read, in bytes.
const MAX_ERROR: usize = 64 << 10;

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WebError {
    /// The address is not one of the daemon's.
    #[error("the address does not belong to Berth's daemon")]
    Foreign,
    /// The daemon does not answer.
    #[error("Berth's daemon does not answer")]
    Unreachable(#[source] io::Error),
    /// The connection broke.
    #[error("the connection to Berth's daemon broke")]
    Broken(#[from] hyper::Error),
    /// It was refused.
    #[error("{message}")]
    Refused {
        /// What the daemon or the engine says.
        message: String,
    },
    /// The file can't be written.
    #[error("the file can't be written")]
    File(#[source] io::Error),
}

#[derive(Deserialize)]
struct Message {
    message: String,
}

/// Posts to the engine; `path` begins with a slash, as in its API.
///
/// # Errors
/// Any [`WebError`] but those of files.
pub(crate) async fn post(address: &DashboardAddress, path: &str) -> Result<(), WebError> {
    let target = format!("{}/docker{path}", address.origin);
    let response = send(address, Method::POST, &target).await?;
    let status = response.status();
    // Starting what runs already is what was wanted.
    if status.is_success() || status == StatusCode::NOT_MODIFIED {
        return Ok(());
    }
    Err(refusal(response).await)
}

/// Saves what is at `url`, which must be the daemon's own, as a file.
///
/// # Errors
/// Any [`WebError`]; what was written so far is removed.
pub(crate) async fn save(
    address: &DashboardAddress,
    url: &str,
    file: &Path,
) -> Result<(), WebError> {
    let response = send(address, Method::GET, url).await?;
    if !response.status().is_success() {
        return Err(refusal(response).await);
    }
    let outcome = write(response, file).await;
    if outcome.is_err() {
        let _ = tokio::fs::remove_file(file).await;
    }
    outcome
}

async fn write(response: Response<Incoming>, file: &Path) -> Result<(), WebError> {
    let mut body = response.into_body();
    let mut file = File::create(file).await.map_err(WebError::File)?;
    while let Some(frame) = body.frame().await {
        if let Some(bytes) = frame?.data_ref() {
            file.write_all(bytes).await.map_err(WebError::File)?;
        }
    }
    file.flush().await.map_err(WebError::File)
}

async fn send(
    address: &DashboardAddress,
    method: Method,
    url: &str,
) -> Result<Response<Incoming>, WebError> {
    let (authority, path) = target(&address.origin, url).ok_or(WebError::Foreign)?;
    let stream = TcpStream::connect(&authority)
        .await
        .map_err(WebError::Unreachable)?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    // It ends when the response was read or dropped.
    tokio::spawn(connection);
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, authority)
        .header(header::AUTHORIZATION, format!("Bearer {}", address.token))
        .body(Empty::<Bytes>::new())
        .map_err(|_| WebError::Foreign)?;
    Ok(sender.send_request(request).await?)
}

/// Where to connect and what to ask for, if `url` belongs to `origin`.
fn target(origin: &str, url: &str) -> Option<(String, String)> {
    let rest = url.strip_prefix(origin)?;
    if !rest.starts_with('/') {
        return None;
    }
    let uri: Uri = url.parse().ok()?;
    let authority = uri.authority()?.to_string();
    let path = uri.path_and_query()?.to_string();
    (uri.scheme_str() == Some("http")).then_some((authority, path))
}

async fn refusal(response: Response<Incoming>) -> WebError {
    let status = response.status();
    let body = Limited::new(response.into_body(), MAX_ERROR)
        .collect()
        .await;
    let text = body
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    let message = match serde_json::from_slice::<Message>(&text) {
        Ok(Message { message }) => message,
        Err(_) => format!("the daemon answered {status}"),
    };
    WebError::Refused { message }
}

#[cfg(test)]
mod tests {
    use berth_api::dashboard::DashboardAddress;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::{WebError, post, save, target};

    #[test]
    fn only_addresses_of_the_daemon_are_asked() {
        let origin = "http://127.0.0.1:4242";
        let own = target(origin, "http://127.0.0.1:4242/api/file?ticket=1");
        let expected = ("127.0.0.1:4242".to_owned(), "/api/file?ticket=1".to_owned());
        assert_eq!(own, Some(expected));
        for foreign in [
            "http://127.0.0.1:4243/x",
            "http://127.0.0.1:42421/x",
            "http://127.0.0.1:4242@evil.example/x",
            "http://127.0.0.1:4242.evil.example/x",
            "https://127.0.0.1:4242/x",
            "file:///etc/passwd",
            "/x",
            "",
        ] {
            assert_eq!(target(origin, foreign), None, "{foreign}");
        }
    }

    /// A daemon that gives this answer once, and what it was asked.
    async fn daemon(answer: &'static str) -> (DashboardAddress, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let asked = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = vec![0; 4096];
            let length = stream.read(&mut head).await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
            String::from_utf8_lossy(&head[..length]).into_owned()
        });
        let address = DashboardAddress {
            url: String::new(),
            origin,
            token: "secret".to_owned(),
        };
        (address, asked)
    }

    #[tokio::test]
    async fn a_post_carries_the_token_and_takes_unchanged_for_done() {
        let (address, asked) = daemon("HTTP/1.1 304 Not Modified\r\n\r\n").await;
        post(&address, "/containers/a/start").await.unwrap();
        let asked = asked.await.unwrap();
        assert!(
            asked.starts_with("POST /docker/containers/a/start HTTP/1.1\r\n"),
            "{asked}"
        );
        assert!(
            asked.contains("authorization: Bearer secret\r\n"),
            "{asked}"
        );
    }

    #[tokio::test]
    async fn a_refusal_says_what_the_engine_says() {
        let answer =
            "HTTP/1.1 409 Conflict\r\ncontent-length: 24\r\n\r\n{\"message\":\"port taken\"}";
        let (address, _asked) = daemon(answer).await;
        let error = post(&address, "/x").await.unwrap_err();
        assert_eq!(error.to_string(), "port taken");
    }

    #[tokio::test]
    async fn a_file_that_came_in_part_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x");
        let (address, _asked) = daemon("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf").await;
        let url = format!("{}/x", address.origin);
        let error = save(&address, &url, &file).await.unwrap_err();
        assert!(matches!(error, WebError::Broken(_)), "{error:?}");
        assert!(!file.exists());
    }

    #[tokio::test]
    async fn a_whole_file_is_saved() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x");
        let (address, _asked) = daemon("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwhole").await;
        save(&address, &format!("{}/x", address.origin), &file)
            .await
            .unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"whole");
    }
}
