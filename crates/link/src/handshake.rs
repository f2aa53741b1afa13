//! How host and guest find each other on a raw channel, at any time.
//!
//! The channel may hold anything when a side arrives: half a frame of a daemon
//! that was killed, or hellos from before the guest booted. So the host first
//! sends [`RESYNC`], zero bytes enough to end the longest frame that the guest
//! may be in the middle of; zeros are then no frame, the guest drops its
//! session and listens for hellos. A session that ends sends the same, so that
//! the other side notices. Messages are 32 bytes: magic, kind, version,
//! nonce.
//!
//! ```text
//! host   HELLO(n)  (again until answered)
//! guest  WELCOME(n), for each hello
//! host   GO(n)
//! guest  READY(n), and from here on frames
//! host   (after READY) frames
//! ```
//!
//! The last two messages exist because more hellos and welcomes may be under
//! way when the first welcome arrives.
use std::{io, time::Duration};

use bytes::{Buf, BufMut, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    time::{Instant, timeout_at},
};

use crate::{
    mux::wire::{MAX_PAYLOAD, RESYNC},
    proto::{VERSION, Version},
};

const MAGIC: [u8; 16] = *b"\xff\xfeberth channel\r";
const MESSAGE: usize = 32;

/// How often the host repeats its hello.
const REPEAT: Duration = Duration::from_millis(100);

/// How long an answered guest may take for each further step.
const STEP: Duration = Duration::from_secs(20);

/// Why the sides did not come together.
#[derive(Debug, thiserror::Error)]
pub enum HandshakeError {
    /// The channel failed or was closed.
    #[error("the channel to the virtual machine failed")]
    Channel(#[from] io::Error),
    /// The guest speaks another major version.
    #[error("the virtual machine speaks protocol {}.{}, this program {}.{}", .guest.major, .guest.minor, VERSION.major, VERSION.minor)]
    Version {
        /// The guest's version.
        guest: Version,
    },
    /// The guest answered a hello and then nothing.
    #[error("the virtual machine stopped answering in the middle of the handshake")]
    Silent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Hello = 1,
    Welcome = 2,
    Go = 3,
    Ready = 4,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Message {
    kind: Kind,
    version: Version,
    nonce: u64,
}

impl Message {
    fn new(kind: Kind, nonce: u64) -> Self {
        Self {
            kind,
            version: VERSION,
            nonce,
        }
    }

    fn encode(self) -> [u8; MESSAGE] {
        let mut bytes = [0; MESSAGE];
        let mut to = bytes.as_mut_slice();
        to.put_slice(&MAGIC);
        to.put_u8(self.kind as u8);
        to.put_bytes(0, 3);
        to.put_u16(self.version.major);
        to.put_u16(self.version.minor);
        to.put_u64(self.nonce);
        bytes
    }

    fn decode(mut from: &[u8]) -> Option<Self> {
        from.advance(MAGIC.len());
        let kind = match from.get_u8() {
            1 => Kind::Hello,
            2 => Kind::Welcome,
            3 => Kind::Go,
            4 => Kind::Ready,
            _ => return None,
        };
        from.advance(3);
        let version = Version {
            major: from.get_u16(),
            minor: from.get_u16(),
        };
        Some(Self {
            kind,
            version,
            nonce: from.get_u64(),
        })
    }
}

/// Takes the next message out of `buffer`, dropping what lies before it.
fn scan(buffer: &mut BytesMut) -> Option<Message> {
    loop {
        let found = buffer.windows(MAGIC.len()).position(|w| w == MAGIC);
        let Some(at) = found else {
            // The magic's beginning may be the buffer's end.
            let keep = buffer.len().min(MAGIC.len() - 1);
            buffer.advance(buffer.len() - keep);
            return None;
        };
        buffer.advance(at);
        if buffer.len() < MESSAGE {
            return None;
        }
        let bytes = buffer.split_to(MESSAGE);
        if let Some(message) = Message::decode(&bytes) {
            return Some(message);
        }
    }
}

async fn next(
    channel: &mut (impl AsyncRead + Unpin),
    buffer: &mut BytesMut,
) -> io::Result<Message> {
    loop {
        if let Some(message) = scan(buffer) {
            return Ok(message);
        }
        if channel.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// The host's side. `nonce` must differ from every earlier one on this channel.
/// Waits for the guest as long as it takes; cancel it by dropping. Returns the
/// guest's version and bytes that already belong to the session.
///
/// # Errors
/// Any [`HandshakeError`].
pub async fn host(
    channel: &mut (impl AsyncRead + AsyncWrite + Unpin),
    nonce: u64,
) -> Result<(Version, BytesMut), HandshakeError> {
    let mut buffer = BytesMut::with_capacity(2 * MAX_PAYLOAD);
    channel.write_all(&RESYNC).await?;
    let version = welcome(channel, &mut buffer, nonce).await?;
    if version.major != VERSION.major {
        return Err(HandshakeError::Version { guest: version });
    }
    channel
        .write_all(&Message::new(Kind::Go, nonce).encode())
        .await?;
    channel.flush().await?;
    let until = Instant::now() + STEP;
    loop {
        let message = timeout_at(until, next(channel, &mut buffer)).await;
        let message = message.map_err(|_| HandshakeError::Silent)??;
        if message.kind == Kind::Ready && message.nonce == nonce {
            return Ok((version, buffer));
        }
    }
}

/// Sends hellos until one is answered. A hello that was begun is always ended,
/// or it would swallow the beginning of what comes after it.
async fn welcome(
    channel: &mut (impl AsyncRead + AsyncWrite + Unpin),
    buffer: &mut BytesMut,
    nonce: u64,
) -> Result<Version, HandshakeError> {
    let hello = Message::new(Kind::Hello, nonce).encode();
    let (mut read, mut write) = tokio::io::split(channel);
    let mut ticks = tokio::time::interval(REPEAT);
    let mut unsent: &[u8] = &[];
    // Hellos that nobody reads fill the channel: then writing waits for the
    // guest too, and reading must go on meanwhile.
    let version = loop {
        tokio::select! {
            _ = ticks.tick(), if unsent.is_empty() => unsent = &hello,
            sent = write.write(unsent), if !unsent.is_empty() => unsent.advance(sent?),
            message = next(&mut read, buffer) => {
                let message = message?;
                if message.kind == Kind::Welcome && message.nonce == nonce {
                    break message.version;
                }
            }
        }
    };
    write.write_all(unsent).await?;
    Ok(version)
}

/// The guest's side: listens until a host came. Returns the host's version and
/// bytes that already belong to the session.
///
/// # Errors
/// [`HandshakeError::Channel`].
pub async fn guest(
    channel: &mut (impl AsyncRead + AsyncWrite + Unpin),
) -> Result<(Version, BytesMut), HandshakeError> {
    let mut buffer = BytesMut::with_capacity(2 * MAX_PAYLOAD);
    let mut greeted = None;
    loop {
        let message = next(channel, &mut buffer).await?;
        match message.kind {
            Kind::Hello => {
                greeted = Some(message.nonce);
                channel
                    .write_all(&Message::new(Kind::Welcome, message.nonce).encode())
                    .await?;
                channel.flush().await?;
            }
            Kind::Go if greeted == Some(message.nonce) => {
                channel
                    .write_all(&Message::new(Kind::Ready, message.nonce).encode())
                    .await?;
                channel.flush().await?;
                return Ok((message.version, buffer));
            }
            Kind::Go | Kind::Welcome | Kind::Ready => {}
        }
    }
}

#[cfg(test)]
mod tests;
