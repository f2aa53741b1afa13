//! Starting a container, once more where a random port was taken on the host.
//!
//! The engine picks random ports by what is free in the guest, and gives up when
//! its helper finds one taken on the host. Its next start picks the next port,
//! so that is what we do, on streams of their own, before the client hears of it.
use std::io;

use berth_link::{
    Dialer,
    proto::{GuestService, RANDOM_PORTS},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::head;

/// Starts in a row, the first included.
const ATTEMPTS: u32 = 5;

/// Longest answer that is read, in bytes.
const MAX_ANSWER: u64 = 1 << 20;

/// The words between a port and who holds it, in the host's refusal.
const REFUSAL: &str = " is already in use by ";

/// Sends a start, `request` being all of it and saying `Connection: close`, and
/// gives the answer that the client is to get.
///
/// # Errors
/// When the engine can't be reached or ends without an answer.
pub(super) async fn start(dialer: &dyn Dialer, request: &[u8]) -> io::Result<Vec<u8>> {
    let mut last = None;
    let mut attempt = 1;
    loop {
        let answer = ask(dialer, request).await?;
        let refused = refused_port(&answer);
        // The same port again was not picked but asked for.
        if attempt == ATTEMPTS || refused.is_none() || refused == last {
            return Ok(head::kept_open(&answer));
        }
        tracing::info!(
            port = refused,
            "a random port is taken on the host; starting again"
        );
        last = refused;
        attempt += 1;
    }
}

async fn ask(dialer: &dyn Dialer, request: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = dialer.dial(GuestService::Docker).await?;
    stream.write_all(request).await?;
    let mut answer = Vec::new();
    stream.take(MAX_ANSWER).read_to_end(&mut answer).await?;
    if answer.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(answer)
}

/// The port that the host refused, if the engine may have picked it.
fn refused_port(answer: &[u8]) -> Option<u16> {
    let text = std::str::from_utf8(answer).ok()?;
    if !text.starts_with("HTTP/1.1 500") {
        return None;
    }
    let (before, _) = text.split_once(REFUSAL)?;
    let name = before.rsplit([' ', '"']).next()?;
    let (address, _transport) = name.split_once('/')?;
    let address: std::net::SocketAddr = address.parse().ok()?;
    RANDOM_PORTS
        .contains(&address.port())
        .then_some(address.port())
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::{ATTEMPTS, refused_port, start};
    use crate::testing::{failing, pipes};

    fn refusal(port: u16) -> String {
        let text = format!(
            "{{\"message\":\"failed to start userland proxy for port mapping 0.0.0.0:{port}:172.17.0.2:80/tcp: \
             error starting userland proxy: 0.0.0.0:{port}/tcp is already in use by nc (PID 7)\"}}"
        );
        let length = text.len();
        format!(
            "HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{text}"
        )
    }

    /// Answers starts one after the other, and says how many came.
    async fn engine(answers: &[String]) -> (String, usize) {
        let (dialer, mut dialed) = pipes();
        let asking = tokio::spawn(async move { start(&*dialer, b"POST /start").await });
        let mut asked = 0;
        for answer in answers {
            let Some((_, mut guest)) = dialed.recv().await else {
                break;
            };
            let mut request = [0; 11];
            guest.read_exact(&mut request).await.unwrap();
            guest.write_all(answer.as_bytes()).await.unwrap();
            asked += 1;
        }
        let answer = asking.await.unwrap().unwrap();
        (String::from_utf8(answer).unwrap(), asked)
    }

    const STARTED: &str = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";

    #[tokio::test]
    async fn a_random_port_that_is_taken_is_passed_over() {
        let (answer, asked) = engine(&[refusal(20001), refusal(20002), STARTED.into()]).await;
        assert_eq!(
            (answer.as_str(), asked),
            ("HTTP/1.1 204 No Content\r\n\r\n", 3)
        );
    }

    #[tokio::test]
    async fn a_port_that_was_asked_for_fails_with_the_hosts_words() {
        let (answer, asked) = engine(&[refusal(8080)]).await;
        assert!(
            answer.contains("8080/tcp is already in use by nc (PID 7)"),
            "{answer}"
        );
        assert_eq!(asked, 1);
        let (answer, asked) = engine(&[refusal(25565), refusal(25565)]).await;
        assert!(answer.contains("25565/tcp is already in use"), "{answer}");
        assert_eq!(asked, 2);
    }

    #[tokio::test]
    async fn it_gives_up_when_every_port_is_taken() {
        let all: Vec<String> = (0..9).map(|n| refusal(20000 + n)).collect();
        let (answer, asked) = engine(&all[..ATTEMPTS as usize]).await;
        assert!(answer.starts_with("HTTP/1.1 500"), "{answer}");
        assert_eq!(asked, ATTEMPTS as usize);
    }

    #[tokio::test]
    async fn an_engine_that_is_away_is_an_error() {
        assert!(start(&*failing(), b"x").await.is_err());
    }

    #[test]
    fn only_the_hosts_refusal_counts() {
        assert_eq!(refused_port(refusal(20001).as_bytes()), Some(20001));
        let v6 = refusal(20001).replace("0.0.0.0:20001/", "[::]:20001/");
        assert_eq!(refused_port(v6.as_bytes()), Some(20001));
        assert_eq!(
            refused_port(b"HTTP/1.1 500 x\r\n\r\nport is already allocated"),
            None
        );
        assert_eq!(
            refused_port(b"HTTP/1.1 404 1:20001/tcp is already in use by x"),
            None
        );
    }
}
