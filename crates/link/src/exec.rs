//! Frames of an exec session: a 32-bit big-endian length, one type byte, then
//! the payload, which the length includes together with the type byte.
//!
//! They are not JSON because they carry the program's bytes: base64 would cost
//! a third more and a copy each way.
use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::proto::{ExecFrame, MAX_FRAME};

/// Most bytes of standard input or output that one frame should carry.
pub const CHUNK: usize = 64 << 10;

const STDIN: u8 = 0;
const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const RESIZE: u8 = 3;
const EXIT: u8 = 4;
const FAILED: u8 = 5;

/// The bytes of one frame.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] when it is longer than [`MAX_FRAME`].
pub fn encode(frame: &ExecFrame) -> io::Result<Vec<u8>> {
    let resize: [u8; 4];
    let exit: [u8; 4];
    let (kind, payload): (u8, &[u8]) = match frame {
        ExecFrame::Stdin(bytes) => (STDIN, bytes),
        ExecFrame::Stdout(bytes) => (STDOUT, bytes),
        ExecFrame::Stderr(bytes) => (STDERR, bytes),
        ExecFrame::Resize(columns, rows) => {
            let ([a, b], [c, d]) = (columns.to_be_bytes(), rows.to_be_bytes());
            resize = [a, b, c, d];
            (RESIZE, &resize)
        }
        ExecFrame::Exit(code) => {
            exit = code.to_be_bytes();
            (EXIT, &exit)
        }
        ExecFrame::Failed(message) => (FAILED, message.as_bytes()),
    };
    let length = payload.len() + 1;
    if length > MAX_FRAME {
        let text = format!("exec frame of {length} bytes, the limit is {MAX_FRAME}");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    }
    let mut bytes = Vec::with_capacity(4 + length);
    #[expect(clippy::cast_possible_truncation, reason = "MAX_FRAME fits")]
    bytes.extend_from_slice(&(length as u32).to_be_bytes());
    bytes.push(kind);
    bytes.extend_from_slice(payload);
    Ok(bytes)
}

/// The frame in `body`: type byte and payload, without the length.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] when the type is unknown or the payload is
/// not what the type carries.
pub fn decode(body: &[u8]) -> io::Result<ExecFrame> {
    let malformed = || io::Error::new(io::ErrorKind::InvalidData, "malformed exec frame");
    let (kind, payload) = body.split_first().ok_or_else(malformed)?;
    Ok(match *kind {
        STDIN => ExecFrame::Stdin(payload.to_vec()),
        STDOUT => ExecFrame::Stdout(payload.to_vec()),
        STDERR => ExecFrame::Stderr(payload.to_vec()),
        RESIZE => {
            let [a, b, c, d]: [u8; 4] = payload.try_into().map_err(|_| malformed())?;
            ExecFrame::Resize(u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]))
        }
        EXIT => {
            let bytes: [u8; 4] = payload.try_into().map_err(|_| malformed())?;
            ExecFrame::Exit(i32::from_be_bytes(bytes))
        }
        FAILED => ExecFrame::Failed(String::from_utf8_lossy(payload).into_owned()),
        _ => return Err(malformed()),
    })
}

/// Reads one frame; `None` when the stream ended between two.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] when it is malformed or longer than
/// [`MAX_FRAME`], [`io::ErrorKind::UnexpectedEof`] when it is cut short, and
/// what the stream itself reports.
pub async fn read(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<ExecFrame>> {
    let mut prefix = [0; 4];
    if from.read(&mut prefix[..1]).await? == 0 {
        return Ok(None);
    }
    from.read_exact(&mut prefix[1..]).await?;
    let length = u32::from_be_bytes(prefix) as usize;
    if length > MAX_FRAME {
        let text = format!("exec frame of {length} bytes, the limit is {MAX_FRAME}");
        return Err(io::Error::new(io::ErrorKind::InvalidData, text));
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).await?;
    decode(&body).map(Some)
}

/// Writes one frame and flushes.
///
/// # Errors
/// As [`encode`], and what the stream itself reports.
pub async fn write(to: &mut (impl AsyncWrite + Unpin), frame: &ExecFrame) -> io::Result<()> {
    to.write_all(&encode(frame)?).await?;
    to.flush().await
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::{decode, encode, read};
    use crate::proto::{ExecFrame, MAX_FRAME};

    #[tokio::test]
    async fn every_frame_comes_back_as_it_went() {
        let frames = [
            ExecFrame::Stdin(vec![]),
            ExecFrame::Stdin(b"\0\xff".to_vec()),
            ExecFrame::Stdout(b"out".to_vec()),
            ExecFrame::Stderr(b"err".to_vec()),
            ExecFrame::Resize(80, 24),
            ExecFrame::Exit(-1),
            ExecFrame::Failed("no such file".into()),
        ];
        let bytes: Vec<u8> = frames.iter().flat_map(|f| encode(f).unwrap()).collect();
        let mut from = bytes.as_slice();
        for frame in frames {
            assert_eq!(read(&mut from).await.unwrap(), Some(frame));
        }
        assert_eq!(read(&mut from).await.unwrap(), None);
    }

    #[test]
    fn malformed_bodies_are_refused() {
        for body in [&[][..], &[9, 1], &[3, 0, 80], &[4], &[4, 0, 0, 0, 0, 0]] {
            assert_eq!(decode(body).unwrap_err().kind(), ErrorKind::InvalidData);
        }
    }

    #[tokio::test]
    async fn a_cut_frame_is_not_the_end_of_the_stream() {
        let bytes = encode(&ExecFrame::Stdout(b"out".to_vec())).unwrap();
        for length in 1..bytes.len() {
            let error = read(&mut &bytes[..length]).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
        }
    }

    #[tokio::test]
    async fn too_long_a_frame_is_refused_both_ways() {
        let error = read(&mut [0xff; 64].as_slice()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        let error = encode(&ExecFrame::Stdin(vec![0; MAX_FRAME])).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}
