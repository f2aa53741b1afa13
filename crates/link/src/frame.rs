//! Length-prefixed JSON frames: a 32-bit big-endian length, then that many bytes.
use std::io;

use serde::{Serialize, de::DeserializeOwned};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::proto::MAX_FRAME;

/// Reads one frame.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] when it is longer than [`MAX_FRAME`] or not a
/// `T`, [`io::ErrorKind::UnexpectedEof`] when the stream ends, and what the
/// stream itself reports.
pub async fn read<T: DeserializeOwned>(from: &mut (impl AsyncRead + Unpin)) -> io::Result<T> {
    let length = from.read_u32().await? as usize;
    if length > MAX_FRAME {
        let text = format!("frame of {length} bytes, the limit is {MAX_FRAME}");
        return Err(io::Error::new(io::ErrorKind::InvalidData, text));
    }
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes).await?;
    serde_json::from_slice(&bytes).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))
}

/// Writes one frame and flushes.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] when it is longer than [`MAX_FRAME`], and
/// what the stream itself reports.
pub async fn write<T: Serialize>(to: &mut (impl AsyncWrite + Unpin), value: &T) -> io::Result<()> {
    to.write_all(&encode(value)?).await?;
    to.flush().await
}

/// The bytes of one frame.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] when it is longer than [`MAX_FRAME`].
pub fn encode<T: Serialize>(value: &T) -> io::Result<Vec<u8>> {
    let body = serde_json::to_vec(value).map_err(io::Error::other)?;
    if body.len() > MAX_FRAME {
        let text = format!("frame of {} bytes, the limit is {MAX_FRAME}", body.len());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    }
    let mut bytes = Vec::with_capacity(4 + body.len());
    #[expect(clippy::cast_possible_truncation, reason = "MAX_FRAME fits")]
    bytes.extend_from_slice(&(body.len() as u32).to_be_bytes());
    bytes.extend_from_slice(&body);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{encode, read, write};
    use crate::proto::{GuestService, MAX_FRAME};

    #[tokio::test]
    async fn a_frame_comes_back_as_it_went() {
        let mut bytes = Vec::new();
        write(&mut bytes, &GuestService::Docker).await.unwrap();
        let back: GuestService = read(&mut bytes.as_slice()).await.unwrap();
        assert_eq!(back, GuestService::Docker);
    }

    #[tokio::test]
    async fn too_long_a_frame_is_refused_before_it_is_read() {
        let bytes = [0xff; 64];
        let error = read::<GuestService>(&mut bytes.as_slice())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
    }

    #[test]
    fn too_long_a_value_is_not_sent() {
        let error = encode(&"x".repeat(MAX_FRAME)).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    }
}
