//! Frames: an 8-byte header, then a payload.
//!
//! ```text
//! byte 0     kind
//! bytes 1-3  payload length, big endian
//! bytes 4-7  stream id, big endian; odd when the host opened it
//! ```
//!
//! Kind 0 is never valid, so that a run of zero bytes ends a session that lost
//! its place (see [`crate::handshake`]).
use bytes::{Buf, BufMut, Bytes, BytesMut};

/// Length of a frame's header.
pub const HEADER: usize = 8;

/// Largest payload of a frame, in bytes. The guest's virtio console driver
/// passes at most 32 KiB on at a time, so larger frames gain nothing and delay
/// the small frames behind them.
pub const MAX_PAYLOAD: usize = 32 * 1024;

/// Zero bytes that end a session whatever it is in the middle of: they complete
/// the longest frame, and what follows is no frame.
pub static RESYNC: [u8; HEADER + MAX_PAYLOAD + HEADER] = [0; HEADER + MAX_PAYLOAD + HEADER];

/// One frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// Opens a stream; the payload names the service.
    Open(u32, Bytes),
    /// Bytes of a stream.
    Data(u32, Bytes),
    /// This many more bytes may be sent.
    Credit(u32, u32),
    /// No more bytes will be sent.
    Fin(u32),
    /// The stream is gone in both directions.
    Reset(u32),
}

/// Why bytes are not frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// The other side ended its session, see [`RESYNC`].
    #[error("the other side ended the session")]
    Ended,
    /// The kind byte is none of ours.
    #[error("unknown frame kind {0}")]
    Kind(u8),
    /// The length doesn't fit the kind.
    #[error("frame of kind {kind} with {length} bytes")]
    Length {
        /// The frame's kind.
        kind: u8,
        /// Its length.
        length: usize,
    },
}

const OPEN: u8 = 1;
const DATA: u8 = 2;
const CREDIT: u8 = 3;
const FIN: u8 = 4;
const RESET: u8 = 5;

impl Frame {
    /// Appends the frame's bytes.
    pub fn encode(&self, to: &mut BytesMut) {
        match self {
            Self::Open(id, payload) => put(to, OPEN, *id, payload),
            Self::Data(id, payload) => put(to, DATA, *id, payload),
            Self::Credit(id, amount) => put(to, CREDIT, *id, &amount.to_be_bytes()),
            Self::Fin(id) => put(to, FIN, *id, &[]),
            Self::Reset(id) => put(to, RESET, *id, &[]),
        }
    }
}

fn put(to: &mut BytesMut, kind: u8, id: u32, payload: &[u8]) {
    debug_assert!(payload.len() <= MAX_PAYLOAD);
    to.reserve(HEADER + payload.len());
    to.put_u8(kind);
    to.put_uint(payload.len() as u64, 3);
    to.put_u32(id);
    to.put_slice(payload);
}

/// Takes the next frame from the front of `from`; `None` when it is not whole.
///
/// # Errors
/// When the bytes are not a frame. Nothing after them can be understood.
pub fn decode(from: &mut BytesMut) -> Result<Option<Frame>, WireError> {
    let Some(header) = from.get(..HEADER) else {
        return Ok(None);
    };
    let kind = header[0];
    let length = u32::from_be_bytes([0, header[1], header[2], header[3]]) as usize;
    let id = u32::from_be_bytes([header[4], header[5], header[6], header[7]]);
    check(kind, length)?;
    if from.len() < HEADER + length {
        from.reserve(HEADER + length - from.len());
        return Ok(None);
    }
    from.advance(HEADER);
    let mut payload = from.split_to(length);
    Ok(Some(match kind {
        OPEN => Frame::Open(id, payload.freeze()),
        DATA => Frame::Data(id, payload.freeze()),
        CREDIT => Frame::Credit(id, payload.get_u32()),
        FIN => Frame::Fin(id),
        _ => Frame::Reset(id),
    }))
}

fn check(kind: u8, length: usize) -> Result<(), WireError> {
    let fits = match kind {
        OPEN | DATA => length <= MAX_PAYLOAD,
        CREDIT => length == 4,
        FIN | RESET => length == 0,
        0 => return Err(WireError::Ended),
        _ => return Err(WireError::Kind(kind)),
    };
    if fits {
        Ok(())
    } else {
        Err(WireError::Length { kind, length })
    }
}

#[cfg(test)]
mod tests {
    use super::{Frame, HEADER, MAX_PAYLOAD, WireError, decode};
    use bytes::{Bytes, BytesMut};
    use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof, proptest};

    fn frames() -> impl Strategy<Value = Frame> {
        let payload = proptest::collection::vec(any::<u8>(), 0..300).prop_map(Bytes::from);
        prop_oneof![
            (any::<u32>(), payload.clone()).prop_map(|(id, p)| Frame::Open(id, p)),
            (any::<u32>(), payload).prop_map(|(id, p)| Frame::Data(id, p)),
            any::<(u32, u32)>().prop_map(|(id, n)| Frame::Credit(id, n)),
            any::<u32>().prop_map(Frame::Fin),
            any::<u32>().prop_map(Frame::Reset),
            Just(Frame::Data(7, Bytes::from(vec![9; MAX_PAYLOAD]))),
        ]
    }

    proptest! {
        #[test]
        fn frames_come_back_however_the_bytes_are_cut(
            sent in proptest::collection::vec(frames(), 0..8), step in 1_usize..5000,
        ) {
            let mut bytes = BytesMut::new();
            sent.iter().for_each(|f| f.encode(&mut bytes));
            let mut buffer = BytesMut::new();
            let mut got = Vec::new();
            for piece in bytes.chunks(step) {
                buffer.extend_from_slice(piece);
                while let Some(frame) = decode(&mut buffer).unwrap() {
                    got.push(frame);
                }
            }
            prop_assert_eq!(sent, got);
        }

        #[test]
        fn garbage_never_panics_and_never_asks_for_more_than_a_frame(
            garbage in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            let mut buffer = BytesMut::from(garbage.as_slice());
            while let Ok(Some(_)) = decode(&mut buffer) {}
            assert!(buffer.capacity() <= 2 * (HEADER + MAX_PAYLOAD) + garbage.len());
        }
    }

    #[test]
    fn zeros_are_not_a_frame() {
        let error = decode(&mut BytesMut::zeroed(HEADER)).unwrap_err();
        assert_eq!(error, WireError::Ended);
    }

    #[test]
    fn a_payload_over_the_limit_is_refused_by_its_header() {
        let mut bytes = BytesMut::from([2, 0xff, 0xff, 0xff, 0, 0, 0, 1].as_slice());
        assert_eq!(
            decode(&mut bytes).unwrap_err(),
            WireError::Length {
                kind: 2,
                length: 0xff_ffff
            }
        );
    }
}
