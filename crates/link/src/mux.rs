//! Many streams over one byte channel.
//!
//! Own code rather than a yamux crate: yamux stops opening streams after 256
//! that the peer has not answered on, which idle database connections reach;
//! and its frames of 16 KiB cost a third of the throughput in an emulated
//! guest. The frame format is in [`wire`], flow control is by credit for each
//! stream ([`WINDOW`]), so that a stream nobody reads stops only its own writer.
mod session;
mod state;
mod stream;
pub mod wire;

pub use session::{Accepted, Handle, Incoming, Role, start};
pub use state::End;
pub use stream::MuxStream;

/// Bytes that a stream's writer may be ahead of its reader.
///
/// At a round trip of 2 ms (software emulation) this allows 256 MB/s; times
/// [`MAX_STREAMS`] it bounds what a hostile peer can make us hold.
pub const WINDOW: u32 = 512 * 1024;

/// Streams that may be open at once in one session.
pub const MAX_STREAMS: usize = 4096;

#[cfg(test)]
mod tests;
