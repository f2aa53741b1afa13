//! A session: the tasks that read and write the channel, and opening streams.
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use serde::{Serialize, de::DeserializeOwned};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf},
    sync::mpsc,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::{
    MAX_STREAMS, WINDOW,
    state::{End, Shared, lock},
    stream::MuxStream,
    wire::{Frame, MAX_PAYLOAD, RESYNC, WireError, decode},
};
use crate::{BoxStream, DialFuture, Dialer, proto::GuestService};

/// Which side we are: it decides the ids of the streams that we open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Opens odd streams.
    Host,
    /// Opens even streams.
    Guest,
}

/// Bytes that must fit before the reader reads. Less than what it allocates at
/// a time ([`GATHER`]), so that one allocation serves many reads: streams hold
/// on to what was read, and a guest's pages are dear.
const ROOM: usize = 8 * 1024;

/// Frames that may wait for the writer: small, since a small frame waits behind
/// all of them.
const QUEUE: usize = 8;

/// How long a channel that nobody reads may hold up the end of a session.
const FAREWELL: Duration = Duration::from_secs(1);

/// Bytes that the writer gathers before it writes.
const GATHER: usize = 64 * 1024;

/// A session's handle. Cheap to clone; the session ends when the last one and
/// the [`Incoming`] are dropped.
#[derive(Debug, Clone)]
pub struct Handle {
    shared: Arc<Shared>,
    next: Arc<AtomicU32>,
    _ender: Arc<Ender>,
}

#[derive(Debug)]
struct Ender(Arc<Shared>);

impl Drop for Ender {
    fn drop(&mut self) {
        self.0.end(End::new("closed by this side"));
    }
}

/// Streams that the peer opens.
#[derive(Debug)]
pub struct Incoming {
    streams: mpsc::UnboundedReceiver<Accepted>,
    _ender: Arc<Ender>,
}

/// A stream that the peer opened.
#[derive(Debug)]
pub struct Accepted {
    header: Bytes,
    /// The stream itself.
    pub stream: MuxStream,
}

impl Accepted {
    /// The service that it was opened for.
    ///
    /// # Errors
    /// When the header names no service that `T` knows.
    pub fn service<T: DeserializeOwned>(&self) -> io::Result<T> {
        serde_json::from_slice(&self.header)
            .map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))
    }
}

impl Incoming {
    /// The next stream, `None` when the session is over.
    pub async fn next(&mut self) -> Option<Accepted> {
        self.streams.recv().await
    }
}

/// Starts a session on a channel after the handshake; `early` are bytes that
/// the handshake read too far.
///
/// Must be called within a tokio runtime; two tasks serve the session until it
/// is over.
pub fn start(
    channel: impl AsyncRead + AsyncWrite + Send + 'static,
    early: BytesMut,
    role: Role,
) -> (Handle, Incoming) {
    let (urgent, urgent_queue) = mpsc::unbounded_channel();
    let (data, data_queue) = mpsc::channel(QUEUE);
    let (accepted, streams) = mpsc::unbounded_channel();
    let shared = Arc::new(Shared::new(urgent, data, CancellationToken::new()));
    let (read, write) = tokio::io::split(channel);
    let reader = Reader {
        shared: Arc::clone(&shared),
        role,
        accepted,
    };
    tokio::spawn(reader.run(read, early));
    tokio::spawn(write_frames(
        write,
        urgent_queue,
        data_queue,
        Arc::clone(&shared),
    ));
    let ender = Arc::new(Ender(Arc::clone(&shared)));
    let first = match role {
        Role::Host => 1,
        Role::Guest => 2,
    };
    let handle = Handle {
        shared,
        next: Arc::new(AtomicU32::new(first)),
        _ender: Arc::clone(&ender),
    };
    (
        handle,
        Incoming {
            streams,
            _ender: ender,
        },
    )
}

impl Handle {
    /// Opens a stream whose header is `service` as JSON.
    ///
    /// # Errors
    /// When the session is over, or [`MAX_STREAMS`] are open.
    pub async fn open(&self, service: &impl Serialize) -> io::Result<MuxStream> {
        let header = Bytes::from(serde_json::to_vec(service).map_err(io::Error::other)?);
        if header.len() > MAX_PAYLOAD {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "service header too long",
            ));
        }
        if self.shared.over.is_cancelled() {
            return Err(self.over());
        }
        let id = self.next.fetch_add(2, Ordering::Relaxed);
        let Some(state) = self.shared.add(id, MAX_STREAMS) else {
            return Err(io::Error::new(
                io::ErrorKind::QuotaExceeded,
                "too many open streams",
            ));
        };
        let stream = MuxStream::new(id, state, Arc::clone(&self.shared));
        self.shared
            .data
            .send(Frame::Open(id, header))
            .await
            .map_err(|_| self.over())?;
        Ok(stream)
    }

    fn over(&self) -> io::Error {
        io::Error::new(io::ErrorKind::NotConnected, self.shared.why().to_string())
    }

    /// Number of open streams.
    pub fn open_streams(&self) -> usize {
        self.shared.count()
    }

    /// The session is over, or about to be.
    pub fn is_over(&self) -> bool {
        self.shared.over.is_cancelled()
    }

    /// Waits until the session is over and its writer has let go of the channel,
    /// and says why it ended.
    pub async fn closed(&self) -> End {
        self.shared.finished.cancelled().await;
        self.shared.why()
    }

    /// Ends the session; every stream is reset.
    pub fn close(&self) {
        self.shared.end(End::new("closed by this side"));
    }
}

impl Dialer for Handle {
    fn dial(&self, service: GuestService) -> DialFuture<'_> {
        Box::pin(async move { Ok(Box::new(self.open(&service).await?) as BoxStream) })
    }
}

async fn write_frames<W: AsyncWrite>(
    mut to: WriteHalf<W>,
    mut urgent: mpsc::UnboundedReceiver<Frame>,
    mut data: mpsc::Receiver<Frame>,
    shared: Arc<Shared>,
) {
    let mut buffer = BytesMut::with_capacity(GATHER + 2 * MAX_PAYLOAD);
    let reason = loop {
        let frame = tokio::select! {
            biased;
            () = shared.over.cancelled() => break None,
            frame = urgent.recv() => frame,
            frame = data.recv() => frame,
        };
        let Some(frame) = frame else { break None };
        frame.encode(&mut buffer);
        while buffer.len() < GATHER {
            let Ok(frame) = urgent.try_recv().or_else(|_| data.try_recv()) else {
                break;
            };
            frame.encode(&mut buffer);
        }
        let sent = tokio::select! {
            biased;
            () = shared.over.cancelled() => break None,
            sent = to.write_all(&buffer) => sent,
        };
        if let Err(error) = sent {
            break Some(format!("writing to the channel failed: {error}"));
        }
        if let Err(error) = to.flush().await {
            break Some(format!("writing to the channel failed: {error}"));
        }
        buffer.clear();
    };
    shared.end(End::new(reason.unwrap_or_else(|| "closed".into())));
    // The other side may not have noticed; after this it has.
    let _ = timeout(FAREWELL, to.write_all(&RESYNC)).await;
    let _ = timeout(FAREWELL, to.shutdown()).await;
    shared.finished.cancel();
}

struct Reader {
    shared: Arc<Shared>,
    role: Role,
    accepted: mpsc::UnboundedSender<Accepted>,
}

impl Reader {
    async fn run<R: AsyncRead>(self, mut from: ReadHalf<R>, mut buffer: BytesMut) {
        let over = self.shared.over.clone();
        let end = loop {
            if let Err(end) = self.take_all(&mut buffer) {
                break end;
            }
            buffer.reserve(ROOM);
            let read = tokio::select! {
                biased;
                () = over.cancelled() => break End::new("closed"),
                read = from.read_buf(&mut buffer) => read,
            };
            match read {
                Ok(0) => break End::new("the other side closed the channel"),
                Ok(_) => {}
                Err(error) => break End::new(format!("reading from the channel failed: {error}")),
            }
        };
        self.shared.end(end);
    }

    fn take_all(&self, buffer: &mut BytesMut) -> Result<(), End> {
        while let Some(frame) = decode(buffer).map_err(end_of)? {
            self.take(frame)?;
        }
        Ok(())
    }

    fn take(&self, frame: Frame) -> Result<(), End> {
        match frame {
            Frame::Open(id, header) => self.opened(id, header)?,
            Frame::Data(id, bytes) => self.received(id, bytes)?,
            Frame::Credit(id, amount) => self.credited(id, amount)?,
            Frame::Fin(id) => {
                if let Some(stream) = self.shared.stream(id) {
                    let mut stream = lock(&stream);
                    stream.peer_ended = true;
                    stream.wake_reader();
                }
            }
            Frame::Reset(id) => {
                if let Some(stream) = self.shared.stream(id) {
                    self.shared.remove(id);
                    lock(&stream).kill();
                }
            }
        }
        Ok(())
    }

    fn opened(&self, id: u32, header: Bytes) -> Result<(), End> {
        let theirs = match self.role {
            Role::Host => id.is_multiple_of(2),
            Role::Guest => !id.is_multiple_of(2),
        };
        if !theirs {
            let reason = format!("stream {id} was opened by the wrong side");
            return Err(End::violation(reason));
        }
        match self.shared.add(id, MAX_STREAMS) {
            Some(state) => {
                let stream = MuxStream::new(id, state, Arc::clone(&self.shared));
                let _ = self.accepted.send(Accepted { header, stream });
            }
            None => {
                let _ = self.shared.urgent.send(Frame::Reset(id));
            }
        }
        Ok(())
    }

    /// Data for a stream that is gone is dropped: its reset is on the way.
    fn received(&self, id: u32, bytes: Bytes) -> Result<(), End> {
        let Some(stream) = self.shared.stream(id) else {
            return Ok(());
        };
        let mut stream = lock(&stream);
        stream.received_len += bytes.len();
        if stream.received_len > WINDOW as usize || stream.peer_ended {
            return Err(End::violation(format!("stream {id} sent more than it may")));
        }
        if !bytes.is_empty() {
            stream.received.push_back(bytes);
            stream.wake_reader();
        }
        Ok(())
    }

    fn credited(&self, id: u32, amount: u32) -> Result<(), End> {
        let Some(stream) = self.shared.stream(id) else {
            return Ok(());
        };
        let mut stream = lock(&stream);
        stream.credit = stream
            .credit
            .checked_add(amount)
            .filter(|credit| *credit <= WINDOW)
            .ok_or_else(|| {
                End::violation(format!("stream {id} was given more credit than its window"))
            })?;
        stream.wake_writer();
        Ok(())
    }
}

fn end_of(error: WireError) -> End {
    match error {
        WireError::Ended => End::new(error.to_string()),
        WireError::Kind(_) | WireError::Length { .. } => {
            End::violation(format!("garbage on the channel: {error}"))
        }
    }
}
