//! A client of the control API: one call at a time on one connection. Who
//! wants several at a time opens several.
mod launch;
mod spawn;

use std::{
    io,
    path::{Path, PathBuf},
    process::ExitStatus,
    time::Duration,
};

pub use spawn::daemon_program;

use berth_model::home::Home;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, Chain},
    time::timeout,
};

use crate::{
    API_VERSION,
    call::{Call, Exec, Hello, HelloReply},
    error::{ApiError, ErrorCode},
    socket::{self, SocketReader, SocketWriter},
    wire::{self, LineReader, Reply, ReplyBody, Request},
};

/// How long a daemon may take to say who it is: it needs nothing for that.
const HELLO_TIMEOUT: Duration = Duration::from_secs(10);

/// How many daemons may be lost before one says hello.
const MOST_LOST: u32 = 3;

/// A connection to the daemon.
#[derive(Debug)]
pub struct Client {
    lines: LineReader<SocketReader>,
    write: SocketWriter,
    next_id: u64,
}

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The daemon answered with an error.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// Nothing answers at the socket.
    #[error("the daemon does not answer at '{}'", .socket.display())]
    Unreachable {
        /// Where it should.
        socket: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// There is no daemon program.
    #[error("the daemon program 'berthd' was not found")]
    DaemonMissing,
    /// The daemon's files can't be prepared, or its program can't be run.
    #[error("the daemon can't be started: {what}")]
    Spawn {
        /// What was tried.
        what: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The daemon ended before it answered.
    #[error("the daemon ended while starting ({})", status_text(.status.as_ref()))]
    Died {
        /// How it ended.
        status: Option<ExitStatus>,
        /// The last lines that it wrote.
        output: Vec<String>,
    },
    /// The daemon runs but does not answer in time.
    #[error("the daemon did not answer within {seconds} s")]
    Late {
        /// How long was waited.
        seconds: u64,
        /// The last lines that it wrote.
        output: Vec<String>,
    },
    /// The connection was cut.
    #[error("the connection to the daemon was lost")]
    Lost(#[source] io::Error),
    /// The daemon answered something that is no answer.
    #[error("the daemon's answer is not understood")]
    Protocol(#[source] io::Error),
}

fn status_text(status: Option<&ExitStatus>) -> String {
    status.map_or_else(|| "it closed its pipe".to_owned(), ToString::to_string)
}

impl ClientError {
    /// The next step for the user, if there is one.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Api(error) => error.hint.as_deref(),
            Self::Unreachable { .. } if self.is_absent() => Some("run 'berth start'"),
            Self::Unreachable { .. } => Some("check who owns the socket and its folder"),
            Self::DaemonMissing => {
                Some("put berthd beside berth or on the PATH, or set BERTHD to its path")
            }
            Self::Spawn { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
                Some("make the folder yours and writable, or set BERTH_HOME to one that is")
            }
            Self::Spawn { .. } => None,
            Self::Died { .. } | Self::Late { .. } => Some("'berth logs daemon' shows more"),
            Self::Lost(_) => Some("run 'berth logs daemon' to see why"),
            Self::Protocol(_) => Some("compare the versions with 'berth version'"),
        }
    }

    /// No daemon runs, rather than one that can't be reached.
    pub fn is_absent(&self) -> bool {
        let Self::Unreachable { source, .. } = self else {
            return false;
        };
        let kind = source.kind();
        kind == io::ErrorKind::NotFound || kind == io::ErrorKind::ConnectionRefused
    }

    /// What the daemon wrote before it failed.
    pub fn output(&self) -> &[String] {
        match self {
            Self::Died { output, .. } | Self::Late { output, .. } => output,
            _ => &[],
        }
    }

    /// The daemon's own code, when it was the daemon that refused.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Api(error) => Some(error.code),
            _ => None,
        }
    }
}

/// An exec session: frames both ways. Dropping it ends the program.
#[derive(Debug)]
pub struct ExecSession {
    /// From the program.
    pub read: Chain<io::Cursor<Vec<u8>>, SocketReader>,
    /// To the program.
    pub write: SocketWriter,
}

impl Client {
    /// Connects to the daemon at `socket`.
    ///
    /// # Errors
    /// [`ClientError::Unreachable`].
    pub async fn connect(socket: &Path) -> Result<Self, ClientError> {
        let stream = socket::connect(socket)
            .await
            .map_err(|source| ClientError::Unreachable {
                socket: socket.to_owned(),
                source,
            })?;
        let (read, write) = stream.into_split();
        Ok(Self {
            lines: LineReader::new(read),
            write,
            next_id: 1,
        })
    }

    /// Connects to the daemon of `home`, and starts it if it does not run.
    /// The daemon goes on when this program ends.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn connect_or_spawn(home: &Home) -> Result<Self, ClientError> {
        match Self::connect(&home.control_socket()).await {
            Err(error) if error.is_absent() => spawn::spawn_and_connect(home).await,
            other => other,
        }
    }

    /// As [`Client::connect`] and [`Client::hello`]. A daemon that is lost before it
    /// has said hello was dying, for a killed one's sockets are closed a moment
    /// later: the next attempt tells.
    ///
    /// # Errors
    /// Any [`ClientError`]; `version_mismatch` if they don't speak the same
    /// version.
    pub async fn greet(socket: &Path, client_version: &str) -> Result<Self, ClientError> {
        let mut lost = 0;
        loop {
            let client = Self::connect(socket).await?;
            if let Some(greeted) = client.try_greet(client_version, &mut lost).await? {
                return Ok(greeted);
            }
        }
    }

    /// As [`Client::greet`], but starts the daemon of `home` if it does not run.
    ///
    /// # Errors
    /// As [`Client::greet`].
    pub async fn greet_or_spawn(home: &Home, client_version: &str) -> Result<Self, ClientError> {
        let mut lost = 0;
        loop {
            let client = Self::connect_or_spawn(home).await?;
            if let Some(greeted) = client.try_greet(client_version, &mut lost).await? {
                return Ok(greeted);
            }
        }
    }

    /// `None` if the daemon was lost and it is worth another attempt.
    async fn try_greet(
        mut self,
        client_version: &str,
        lost: &mut u32,
    ) -> Result<Option<Self>, ClientError> {
        match self.hello(client_version).await {
            Err(ClientError::Lost(_)) if *lost < MOST_LOST => {
                *lost += 1;
                Ok(None)
            }
            answer => answer.map(|_| Some(self)),
        }
    }

    /// Checks that both sides speak the same version.
    ///
    /// # Errors
    /// Any [`ClientError`]; `version_mismatch` if they don't.
    pub async fn hello(&mut self, client_version: &str) -> Result<HelloReply, ClientError> {
        let hello = Hello {
            client_version: client_version.to_owned(),
            api: API_VERSION,
        };
        let answer = timeout(HELLO_TIMEOUT, self.call(Call::Hello(hello))).await;
        answer.unwrap_or_else(|_| {
            Err(ClientError::Late {
                seconds: HELLO_TIMEOUT.as_secs(),
                output: Vec::new(),
            })
        })
    }

    /// Calls and waits for the result; events are left out. When the future is
    /// dropped the call goes on: drop the client to cancel it.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn call<T: DeserializeOwned>(&mut self, call: Call) -> Result<T, ClientError> {
        self.stream(call, |_: Value| {}).await
    }

    /// Calls, gives each event to `on_event`, and waits for the result.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn stream<E: DeserializeOwned, T: DeserializeOwned>(
        &mut self,
        call: Call,
        mut on_event: impl FnMut(E),
    ) -> Result<T, ClientError> {
        let id = self.send(call).await?;
        loop {
            match self.receive(id).await? {
                ReplyBody::Event(event) => on_event(read_value(event)?),
                ReplyBody::Result(value) => return read_value(value),
                ReplyBody::Error(error) => return Err(error.into()),
            }
        }
    }

    /// Sends a call without waiting; its replies come from
    /// [`Client::receive`] with the number returned here.
    ///
    /// # Errors
    /// [`ClientError::Lost`].
    pub async fn send(&mut self, call: Call) -> Result<u64, ClientError> {
        let id = self.next_id;
        self.next_id += 1;
        match wire::write(&mut self.write, &Request { id, call }).await {
            // The daemon closed, but may have said why: `receive` reads it.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(id),
            Err(error) => Err(ClientError::Lost(error)),
            Ok(()) => Ok(id),
        }
    }

    /// The next reply to call `id`; replies to calls given up are left out.
    /// Cancelling it loses nothing.
    ///
    /// # Errors
    /// [`ClientError::Lost`], [`ClientError::Protocol`], and
    /// [`ClientError::Api`] when the daemon refuses the connection.
    pub async fn receive(&mut self, id: u64) -> Result<ReplyBody, ClientError> {
        loop {
            let line = self.lines.next().await.map_err(cut)?;
            let line = line
                .ok_or_else(|| ClientError::Lost(io::Error::from(io::ErrorKind::UnexpectedEof)))?;
            let reply: Reply = serde_json::from_slice(&line)
                .map_err(|error| ClientError::Protocol(io::Error::other(error)))?;
            match reply {
                Reply {
                    id: None,
                    body: ReplyBody::Error(error),
                } => return Err(error.into()),
                Reply { id: Some(of), body } if of == id => return Ok(body),
                Reply { .. } => {}
            }
        }
    }

    /// Runs a program in the guest; the connection becomes its session.
    ///
    /// # Errors
    /// Any [`ClientError`].
    pub async fn exec(mut self, exec: Exec) -> Result<ExecSession, ClientError> {
        self.call::<()>(Call::Exec(exec)).await?;
        let (read_ahead, read) = self.lines.into_parts();
        Ok(ExecSession {
            read: io::Cursor::new(read_ahead).chain(read),
            write: self.write,
        })
    }
}

fn cut(error: io::Error) -> ClientError {
    match error.kind() {
        io::ErrorKind::InvalidData => ClientError::Protocol(error),
        _ => ClientError::Lost(error),
    }
}

fn read_value<T: DeserializeOwned>(value: Value) -> Result<T, ClientError> {
    serde_json::from_value(value).map_err(|error| ClientError::Protocol(io::Error::other(error)))
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use tokio::net::UnixListener;

    use super::{Client, ClientError};

    /// Takes so many connections, closes each at once, then the socket.
    async fn dying(listener: UnixListener, connections: u32) {
        for _ in 0..connections {
            drop(listener.accept().await.unwrap());
        }
    }

    #[tokio::test]
    async fn a_daemon_that_dies_before_it_says_hello_does_not_run() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("s");
        let listener = UnixListener::bind(&socket).unwrap();
        let (greeted, ()) = tokio::join!(Client::greet(&socket, "1"), dying(listener, 1));
        let error = greeted.unwrap_err();
        assert!(error.is_absent(), "{error:?}");
    }

    #[tokio::test]
    async fn one_that_hangs_up_again_and_again_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("s");
        let listener = UnixListener::bind(&socket).unwrap();
        let (greeted, ()) = tokio::join!(Client::greet(&socket, "1"), dying(listener, 4));
        let error = greeted.unwrap_err();
        let ClientError::Lost(source) = error else {
            panic!("{error:?}");
        };
        let cut = [
            ErrorKind::UnexpectedEof,
            ErrorKind::ConnectionReset,
            ErrorKind::BrokenPipe,
        ];
        assert!(cut.contains(&source.kind()), "{source:?}");
    }
}
