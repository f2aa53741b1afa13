//! One client's datagrams, in frames with a 16-bit length on a stream.
use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use berth_link::{BoxStream, Dialer, proto::GuestService};
use bytes::{Buf, Bytes, BytesMut};
use tokio::{
    io::{AsyncReadExt, ReadHalf, WriteHalf},
    sync::mpsc,
    time::{Instant, sleep_until},
};

use super::{super::registry::Counters, Answer};
use crate::copy;

/// A flow ends after this time without a datagram in either direction, as in
/// the engine's own proxy (`DefaultConnTrackTimeout` of `docker-proxy`).
pub(super) const IDLE: Duration = Duration::from_secs(90);

/// Bytes of the length before each datagram.
const PREFIX: usize = 2;

/// The host's end of a client's flow.
pub(super) struct Flow {
    pub(super) client: SocketAddr,
    pub(super) datagrams: mpsc::Receiver<Bytes>,
    pub(super) answers: mpsc::Sender<Answer>,
    pub(super) counters: Arc<Counters>,
}

impl Flow {
    /// Runs until the flow is idle, the guest ends it, or nobody listens.
    ///
    /// # Errors
    /// What dialing or the stream reports.
    pub(super) async fn run(
        mut self,
        dialer: &dyn Dialer,
        service: GuestService,
    ) -> io::Result<()> {
        let _open = self.counters.open();
        let dialed = dialer.dial(service).await;
        let stream = dialed.inspect_err(|_| self.counters.failed())?;
        let (reader, mut writer) = tokio::io::split(stream);
        let mut frames = Frames::new(reader);
        let mut deadline = Instant::now() + IDLE;
        loop {
            tokio::select! {
                () = sleep_until(deadline) => return Ok(()),
                datagram = self.datagrams.recv() => match datagram {
                    Some(datagram) => self.to_guest(&datagram, &mut writer).await?,
                    None => return Ok(()),
                },
                frame = frames.next() => match frame? {
                    Some(frame) => self.to_client(frame).await,
                    None => return Ok(()),
                },
            }
            deadline = Instant::now() + IDLE;
        }
    }

    async fn to_guest(&self, datagram: &[u8], guest: &mut WriteHalf<BoxStream>) -> io::Result<()> {
        let length = u16::try_from(datagram.len()).map_err(io::Error::other)?;
        let frame = [&length.to_be_bytes(), datagram].concat();
        copy::write(guest, &frame).await?;
        count(&self.counters.to_guest, datagram.len());
        Ok(())
    }

    async fn to_client(&self, datagram: Bytes) {
        count(&self.counters.from_guest, datagram.len());
        // Nobody takes answers any more when the port is being closed, and that
        // ends this flow as well.
        let _ = self.answers.send((self.client, datagram)).await;
    }
}

fn count(counter: &AtomicU64, bytes: usize) {
    counter.fetch_add(bytes as u64, Ordering::Relaxed);
}

/// Datagrams from the guest. Keeps what it has read, so that a wait for the
/// next one may be given up.
struct Frames {
    reader: ReadHalf<BoxStream>,
    buffer: BytesMut,
}

impl Frames {
    fn new(reader: ReadHalf<BoxStream>) -> Self {
        Self {
            reader,
            buffer: BytesMut::new(),
        }
    }

    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        loop {
            if let Some(frame) = self.take() {
                return Ok(Some(frame));
            }
            self.buffer.reserve(4096);
            if self.reader.read_buf(&mut self.buffer).await? == 0 {
                return Ok(None);
            }
        }
    }

    fn take(&mut self) -> Option<Bytes> {
        let prefix = self.buffer.first_chunk::<PREFIX>()?;
        let length = usize::from(u16::from_be_bytes(*prefix));
        if self.buffer.len() < PREFIX + length {
            return None;
        }
        self.buffer.advance(PREFIX);
        Some(self.buffer.split_to(length).freeze())
    }
}
