//! A small client of QEMU's control protocol.
//!
//! One JSON object a line, both ways: a greeting, then answers by the id of
//! their command, with events in between. Source: QEMU's
//! `docs/interop/qmp-spec`. QEMU serves one client at a time; a second one
//! waits for its greeting until the first has gone.
use std::{
    collections::HashMap,
    io,
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::UnixStream,
    sync::{broadcast, mpsc, oneshot},
    task::JoinHandle,
};

/// Longest line that is read, in bytes. Answers to our commands are far
/// shorter; a guest can't make them longer.
const LONGEST_LINE: u64 = 1 << 20;

/// Events that may wait for a slow reader before it misses some.
const EVENT_BACKLOG: usize = 64;

/// Commands that may wait for QEMU to read them.
const COMMAND_BACKLOG: usize = 16;

/// Why a command has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum QmpError {
    /// QEMU answered with an error.
    #[error("{description}")]
    Refused {
        /// QEMU's words.
        description: String,
    },
    /// The connection has ended.
    #[error("the control connection to QEMU has ended")]
    Closed,
    /// What came is not the protocol.
    #[error("QEMU's control connection sent something else than QMP: {what}")]
    Protocol {
        /// What was wrong.
        what: String,
    },
    /// The socket failed.
    #[error("the control connection to QEMU failed")]
    Io(#[from] io::Error),
}

/// An event. Source: QEMU's `qapi/run-state.json`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Event {
    /// Such as `SHUTDOWN`.
    #[serde(rename = "event")]
    pub(crate) name: String,
    /// What belongs to it.
    #[serde(default)]
    pub(crate) data: Value,
}

type Answer = Result<Value, QmpError>;

/// Commands under way; `None` once the connection has ended.
type Pending = Arc<Mutex<Option<HashMap<u64, oneshot::Sender<Answer>>>>>;

/// A connection after its handshake. Dropping it closes it.
#[derive(Debug)]
pub(crate) struct Qmp {
    commands: mpsc::Sender<Vec<u8>>,
    pending: Pending,
    next_id: AtomicU64,
    tasks: [JoinHandle<()>; 2],
}

impl Qmp {
    /// Connects and shakes hands. The receiver has every event from the
    /// handshake on and ends with the connection.
    pub(crate) async fn connect(
        socket: &Path,
    ) -> Result<(Self, broadcast::Receiver<Event>), QmpError> {
        let (reader, writer) = UnixStream::connect(socket).await?.into_split();
        Self::handshake(reader, writer).await
    }

    /// Shakes hands over any stream.
    pub(crate) async fn handshake(
        reader: impl AsyncRead + Send + Unpin + 'static,
        writer: impl AsyncWrite + Send + Unpin + 'static,
    ) -> Result<(Self, broadcast::Receiver<Event>), QmpError> {
        let mut lines = Lines(BufReader::new(reader));
        let greeting = lines.next().await?.ok_or(QmpError::Closed)?;
        if greeting.get("QMP").is_none() {
            return Err(QmpError::Protocol {
                what: "no greeting".into(),
            });
        }
        let (commands, queue) = mpsc::channel(COMMAND_BACKLOG);
        let (events, receiver) = broadcast::channel(EVENT_BACKLOG);
        let pending = Arc::new(Mutex::new(Some(HashMap::new())));
        let tasks = [
            tokio::spawn(write_commands(writer, queue)),
            tokio::spawn(read_answers(lines, Arc::clone(&pending), events)),
        ];
        let client = Self {
            commands,
            pending,
            next_id: AtomicU64::new(1),
            tasks,
        };
        client.execute("qmp_capabilities", Value::Null).await?;
        Ok((client, receiver))
    }

    /// Runs a command; `arguments` is an object, or null for none.
    ///
    /// Dropping the future abandons the answer, not the command.
    pub(crate) async fn execute(&self, command: &str, arguments: Value) -> Answer {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let mut line = json!({"execute": command, "id": id});
        if !arguments.is_null() {
            line["arguments"] = arguments;
        }
        let mut line = line.to_string().into_bytes();
        line.push(b'\n');
        let (sender, answer) = oneshot::channel();
        match lock(&self.pending).as_mut() {
            Some(pending) => pending.insert(id, sender),
            None => return Err(QmpError::Closed),
        };
        self.commands
            .send(line)
            .await
            .map_err(|_| QmpError::Closed)?;
        answer.await.map_err(|_| QmpError::Closed)?
    }
}

impl Drop for Qmp {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

async fn write_commands(mut writer: impl AsyncWrite + Unpin, mut queue: mpsc::Receiver<Vec<u8>>) {
    while let Some(line) = queue.recv().await {
        if let Err(error) = writer.write_all(&line).await {
            // The reader sees the same end and fails what is pending.
            tracing::debug!(%error, "QEMU's control connection takes no more commands");
            return;
        }
    }
}

async fn read_answers(
    mut lines: Lines<impl AsyncRead + Unpin>,
    pending: Pending,
    events: broadcast::Sender<Event>,
) {
    let end = loop {
        match lines.next().await {
            Ok(Some(line)) => {
                if let Err(error) = dispatch(line, &pending, &events) {
                    break Some(error);
                }
            }
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    if let Some(error) = &end {
        tracing::warn!(%error, "QEMU's control connection is given up");
    }
    // Dropping the senders answers everyone who waits with `Closed`.
    lock(&pending).take();
}

/// Hands one line to whom it belongs.
fn dispatch(
    mut line: Value,
    pending: &Pending,
    events: &broadcast::Sender<Event>,
) -> Result<(), QmpError> {
    if line.get("event").is_some() {
        let event = serde_json::from_value(line).map_err(|e| protocol(&e))?;
        // Nobody needs to listen.
        let _ = events.send(event);
        return Ok(());
    }
    let answer = if let Some(value) = line.get_mut("return") {
        Ok(value.take())
    } else if let Some(description) = line.pointer("/error/desc") {
        Err(QmpError::Refused {
            description: description.as_str().unwrap_or_default().to_owned(),
        })
    } else {
        return Err(QmpError::Protocol {
            what: "a line that is neither answer nor event".into(),
        });
    };
    let sender = line
        .get("id")
        .and_then(Value::as_u64)
        .and_then(|id| lock(pending).as_mut()?.remove(&id));
    match sender {
        // The caller may have gone; its answer is then for nobody.
        Some(sender) => drop(sender.send(answer)),
        None => tracing::debug!("QEMU answered a command that nobody sent"),
    }
    Ok(())
}

fn protocol(error: &serde_json::Error) -> QmpError {
    QmpError::Protocol {
        what: error.to_string(),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing under this lock can leave it half changed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads JSON objects, one a line, none longer than [`LONGEST_LINE`].
#[derive(Debug)]
struct Lines<R>(BufReader<R>);

impl<R: AsyncRead + Unpin> Lines<R> {
    /// The next object, `None` at the end of the stream.
    async fn next(&mut self) -> Result<Option<Value>, QmpError> {
        let mut line = Vec::new();
        let read = (&mut self.0)
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)
            .await?;
        if read == 0 {
            return Ok(None);
        }
        if line.last() != Some(&b'\n') {
            let cut = (line.len() as u64) < LONGEST_LINE;
            let what = if cut {
                "a line that was cut off"
            } else {
                "a line without end"
            };
            return Err(QmpError::Protocol { what: what.into() });
        }
        let value: Value = serde_json::from_slice(&line).map_err(|e| protocol(&e))?;
        if value.is_object() {
            Ok(Some(value))
        } else {
            Err(QmpError::Protocol {
                what: "a line that is no object".into(),
            })
        }
    }
}

#[cfg(test)]
mod tests;
