//! Where the dashboard is found: a port that stays the same from one daemon to
//! the next, so that what a browser keeps for the origin is kept.
use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
};

use berth_api::dashboard::DashboardAddress;
use berth_model::atomic;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{Parts, serve, ticket, token::Token};

/// A server that listens and doesn't answer yet.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    port: u16,
    token: Token,
}

/// Listens on loopback at the port that `memory` names; at another one, which
/// is then remembered, when it is taken.
///
/// # Errors
/// When no port can be had, or the system has no randomness for a token.
pub async fn bind(memory: &Path) -> io::Result<Bound> {
    let token = Token::random()?;
    let remembered = remembered(memory);
    let listener = match remembered {
        Some(port) => match TcpListener::bind(loopback(port)).await {
            Ok(listener) => listener,
            Err(error) => {
                tracing::warn!(port, %error, "the dashboard's port is taken; it gets another");
                TcpListener::bind(loopback(0)).await?
            }
        },
        None => TcpListener::bind(loopback(0)).await?,
    };
    let port = listener.local_addr()?.port();
    if remembered != Some(port)
        && let Err(error) = atomic::replace(memory, format!("{port}\n").as_bytes())
    {
        // The dashboard works all the same, under another address next time.
        tracing::warn!(%error, path = %memory.display(), "the dashboard's port can't be remembered");
    }
    Ok(Bound {
        listener,
        port,
        token,
    })
}

fn loopback(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

fn remembered(memory: &Path) -> Option<u16> {
    let text = fs::read_to_string(memory).ok()?;
    text.trim().parse().ok().filter(|port| *port >= 1024)
}

impl Bound {
    /// Where it is, and the token.
    pub fn address(&self) -> DashboardAddress {
        let origin = format!("http://127.0.0.1:{}", self.port);
        let token = self.token.reveal().to_owned();
        DashboardAddress {
            url: format!("{origin}{}", ticket::page(&self.token)),
            origin,
            token,
        }
    }

    /// Serves until `cancel`; connections that are open then may end within a
    /// moment.
    pub async fn serve(self, parts: Parts, cancel: CancellationToken) {
        serve::run(self.listener, self.port, self.token, parts, cancel).await;
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::bind;

    #[tokio::test]
    async fn the_port_stays_and_the_token_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let memory = folder.path().join("port");
        let first = bind(&memory).await.unwrap().address();
        let second = bind(&memory).await.unwrap().address();
        assert_eq!(first.origin, second.origin);
        assert_ne!(first.token, second.token);
        assert_eq!(
            second.url,
            format!("{}/#token={}", second.origin, second.token)
        );
    }

    #[tokio::test]
    async fn a_port_that_is_taken_is_replaced_and_the_new_one_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let memory = folder.path().join("port");
        let first = bind(&memory).await.unwrap();
        let second = bind(&memory).await.unwrap();
        assert_ne!(first.port, second.port);
        assert_eq!(
            fs::read_to_string(&memory).unwrap(),
            format!("{}\n", second.port)
        );
    }

    #[tokio::test]
    async fn a_damaged_memory_is_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let memory = folder.path().join("port");
        for text in ["", "x", "80", "99999", "\0\0"] {
            fs::write(&memory, text).unwrap();
            assert!(bind(&memory).await.unwrap().port >= 1024, "{text}");
        }
    }

    #[tokio::test]
    async fn a_folder_that_can_not_be_written_is_no_reason_not_to_serve() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        bind(&file.join("port")).await.unwrap();
    }
}
