//! Packets on the stream: a big-endian `u16` length, then the packet.

use std::io;

use bytes::{Buf, Bytes, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    sync::mpsc,
};

use crate::{
    craft::{Frame, PREFIX},
    stats::Stats,
};

/// Room asked for before each read: a few of the largest packets.
const READ_ROOM: usize = 256 * 1024;

/// Frames taken from the queue at once.
const BATCH_FRAMES: usize = 64;

/// Bytes gathered for one write.
const BATCH_BYTES: usize = 256 * 1024;

/// Takes packets off a stream. [`PacketReader::fill`] may be cancelled freely.
#[derive(Debug)]
pub(crate) struct PacketReader<R> {
    stream: R,
    buffer: BytesMut,
}

impl<R: AsyncRead + Unpin> PacketReader<R> {
    pub(crate) fn new(stream: R) -> Self {
        Self {
            stream,
            buffer: BytesMut::new(),
        }
    }

    /// Reads more; false at the end of the stream.
    pub(crate) async fn fill(&mut self) -> io::Result<bool> {
        self.buffer.reserve(READ_ROOM);
        Ok(self.stream.read_buf(&mut self.buffer).await? > 0)
    }

    /// The next whole packet of what was read, without copying it.
    pub(crate) fn next_packet(&mut self) -> Option<Bytes> {
        split_packet(&mut self.buffer)
    }
}

/// Cuts one whole packet off the front of `buffer`.
pub(crate) fn split_packet(buffer: &mut BytesMut) -> Option<Bytes> {
    let &[high, low, ..] = &buffer[..] else {
        return None;
    };
    let length = usize::from(u16::from_be_bytes([high, low]));
    if buffer.len() < PREFIX + length {
        return None;
    }
    buffer.advance(PREFIX);
    Some(buffer.split_to(length).freeze())
}

/// Writes all frames to the stream, many per write, until the queue closes.
///
/// # Errors
/// That of the stream.
pub(crate) async fn write_frames<W: AsyncWrite + Unpin>(
    mut stream: W,
    mut queue: mpsc::Receiver<Frame>,
    stats: &Stats,
) -> io::Result<()> {
    let mut frames = Vec::with_capacity(BATCH_FRAMES);
    let mut batch = Vec::with_capacity(BATCH_BYTES);
    while queue.recv_many(&mut frames, BATCH_FRAMES).await > 0 {
        for frame in frames.drain(..) {
            stats.to_guest_packets.add(1);
            stats.to_guest_bytes.add((frame.len() - PREFIX) as u64);
            if batch.len() + frame.len() > BATCH_BYTES {
                stream.write_all(&batch).await?;
                batch.clear();
            }
            batch.extend_from_slice(&frame);
        }
        stream.write_all(&batch).await?;
        batch.clear();
        stream.flush().await?;
    }
    stream.shutdown().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_cut_off_only_when_whole() {
        let mut buffer = BytesMut::from(&[0, 3, 1, 2][..]);
        assert_eq!(split_packet(&mut buffer), None);
        buffer.extend_from_slice(&[3, 0, 0, 0]);
        assert_eq!(split_packet(&mut buffer).unwrap(), &[1, 2, 3][..]);
        assert_eq!(split_packet(&mut buffer).unwrap(), &[][..]);
        assert_eq!(split_packet(&mut buffer), None);
        assert_eq!(buffer.len(), 1);
    }

    #[tokio::test]
    async fn frames_arrive_in_order_and_the_stream_ends_with_the_queue() {
        let (near, mut far) = tokio::io::duplex(1 << 20);
        let (sender, queue) = mpsc::channel(8);
        for byte in 0..5 {
            sender.send(vec![0, 1, byte]).await.unwrap();
        }
        drop(sender);
        let stats = Stats::default();
        write_frames(near, queue, &stats).await.unwrap();
        let mut written = Vec::new();
        far.read_to_end(&mut written).await.unwrap();
        assert_eq!(written, [0, 1, 0, 0, 1, 1, 0, 1, 2, 0, 1, 3, 0, 1, 4]);
        assert_eq!(stats.snapshot().to_guest_packets, 5);
    }
}
