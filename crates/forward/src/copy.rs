//! Copying between a client and the guest, with half-close.
//!
//! An end of input on one side becomes a `shutdown` on the other and leaves the
//! opposite direction alone. An error ends both, and the caller learns whose
//! error it was so that it can pass a reset on.
use std::{
    io,
    sync::atomic::{AtomicU64, Ordering},
};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// What a direction begins with: most connections are small talk, and there may
/// be thousands of them.
const SMALL: usize = 8 * 1024;
/// What a direction grows to as soon as a read fills the small buffer.
const LARGE: usize = 128 * 1024;

/// Why a direction broke.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The source failed.
    Read(io::Error),
    /// The destination failed.
    Write(io::Error),
}

/// How a relayed connection ended.
#[derive(Debug)]
pub(crate) enum Ending {
    /// Both directions ended by an end of input, or the guest closed in order.
    Closed,
    /// The client broke.
    Client(io::Error),
    /// The guest broke: a reset is due to the client.
    Guest(io::Error),
}

/// Buffer that starts small and grows once, when a read fills it.
#[derive(Debug)]
pub(crate) struct Buffer(Vec<u8>);

impl Buffer {
    pub(crate) fn new() -> Self {
        Self(vec![0; SMALL])
    }

    pub(crate) fn space(&mut self) -> &mut [u8] {
        &mut self.0
    }

    pub(crate) fn filled(&self, count: usize) -> &[u8] {
        &self.0[..count]
    }

    /// To be called when the bytes of a read of `count` have been used.
    pub(crate) fn used(&mut self, count: usize) {
        if count == self.0.len() && count < LARGE {
            self.0.resize(LARGE, 0);
        }
    }
}

/// Copies until the end of `from`, then shuts `to` down. `moved` counts bytes.
pub(crate) async fn half(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    moved: &AtomicU64,
) -> Result<(), Fault> {
    let mut buffer = Buffer::new();
    loop {
        let count = from.read(buffer.space()).await.map_err(Fault::Read)?;
        if count == 0 {
            return to.shutdown().await.map_err(Fault::Write);
        }
        write(to, buffer.filled(count))
            .await
            .map_err(Fault::Write)?;
        moved.fetch_add(count as u64, Ordering::Relaxed);
        buffer.used(count);
    }
}

/// Writes all of `bytes` and flushes.
pub(crate) async fn write(to: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> io::Result<()> {
    to.write_all(bytes).await?;
    to.flush().await
}

/// Relays both ways until both directions ended or one side broke.
///
/// A guest that stops reading may still be answering (a server that refuses a
/// long upload), so a failed write to it doesn't end the other direction.
pub(crate) async fn both(
    client: (
        &mut (impl AsyncRead + Unpin),
        &mut (impl AsyncWrite + Unpin),
    ),
    guest: (
        &mut (impl AsyncRead + Unpin),
        &mut (impl AsyncWrite + Unpin),
    ),
    (to_guest, from_guest): (&AtomicU64, &AtomicU64),
) -> Ending {
    let mut up = std::pin::pin!(half(client.0, guest.1, to_guest));
    let mut down = std::pin::pin!(half(guest.0, client.1, from_guest));
    let (mut up_open, mut down_open) = (true, true);
    while up_open || down_open {
        tokio::select! {
            end = &mut up, if up_open => match end {
                Err(Fault::Read(error)) => return Ending::Client(error),
                // The guest can't hear us any more and has nothing to say.
                Err(Fault::Write(_)) if !down_open => return Ending::Closed,
                Err(Fault::Write(_)) | Ok(()) => up_open = false,
            },
            end = &mut down, if down_open => match end {
                Ok(()) => down_open = false,
                Err(Fault::Read(error)) => return Ending::Guest(error),
                Err(Fault::Write(error)) => return Ending::Client(error),
            },
        }
    }
    Ending::Closed
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex, sink, split},
        task::JoinHandle,
    };

    use super::{Buffer, Ending, LARGE, SMALL, both};
    use crate::testing::Reset;

    fn relay(client: DuplexStream, guest: DuplexStream) -> JoinHandle<(Ending, u64, u64)> {
        tokio::spawn(async move {
            let (up, down) = (AtomicU64::new(0), AtomicU64::new(0));
            let (mut read, mut write) = split(client);
            let (mut guest_read, mut guest_write) = split(guest);
            let guest = (&mut guest_read, &mut guest_write);
            let ending = both((&mut read, &mut write), guest, (&up, &down)).await;
            (ending, up.into_inner(), down.into_inner())
        })
    }

    #[tokio::test]
    async fn more_than_a_buffer_travels_both_ways_and_is_counted() {
        let (client, near) = duplex(1024);
        let (guest, far) = duplex(1024);
        let task = relay(near, far);
        let bytes = vec![3; 3 * LARGE + 1];
        let talk = async |stream: DuplexStream| {
            let (mut read, mut write) = split(stream);
            let send = async {
                write.write_all(&bytes).await.unwrap();
                write.shutdown().await.unwrap();
            };
            let mut received = Vec::new();
            let (_, count) = tokio::join!(send, read.read_to_end(&mut received));
            assert_eq!(count.unwrap(), bytes.len());
            assert_eq!(received, bytes);
        };
        tokio::join!(talk(client), talk(guest));
        let (ending, up, down) = task.await.unwrap();
        assert!(matches!(ending, Ending::Closed), "{ending:?}");
        assert_eq!((up, down), (bytes.len() as u64, bytes.len() as u64));
    }

    #[tokio::test]
    async fn a_guest_that_stopped_reading_is_heard_to_the_end() {
        let (mut client, near) = duplex(64);
        let (mut guest, far) = duplex(64);
        let task = relay(near, far);
        guest.write_all(b"too long").await.unwrap();
        drop(guest);
        // The relay may have noticed already that nobody takes this.
        let _ = client.write_all(&[0; 256]).await;
        let mut answer = [0; 8];
        client.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"too long");
        assert!(matches!(task.await.unwrap().0, Ending::Closed));
    }

    #[tokio::test]
    async fn the_side_that_broke_is_told() {
        let counts = (&AtomicU64::new(0), &AtomicU64::new(0));
        let (_peer, fine) = duplex(64);
        let (mut read, mut write) = split(fine);
        let (mut broken, mut nowhere) = (Reset, sink());
        let ending = both((&mut read, &mut write), (&mut broken, &mut nowhere), counts).await;
        assert!(matches!(ending, Ending::Guest(_)), "{ending:?}");
        let ending = both((&mut broken, &mut nowhere), (&mut read, &mut write), counts).await;
        assert!(matches!(ending, Ending::Client(_)), "{ending:?}");
    }

    #[test]
    fn a_buffer_grows_once_when_it_was_full() {
        let mut buffer = Buffer::new();
        buffer.used(SMALL - 1);
        assert_eq!(buffer.space().len(), SMALL);
        buffer.used(SMALL);
        assert_eq!(buffer.space().len(), LARGE);
        buffer.used(LARGE);
        assert_eq!(buffer.space().len(), LARGE);
    }
}
