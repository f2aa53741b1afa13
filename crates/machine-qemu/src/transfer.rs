//! QEMU's migration stream, to a file and back.
//!
//! The stream goes through us because QEMU writes plain files only since
//! version 9, and because zstd at its lowest level is faster than most disks.
use std::{
    io::{self, BufReader, Read, Write},
    net::Shutdown,
    os::unix::net::UnixStream,
};

/// Bytes that are copied at a time; QEMU writes up to 1 MiB at once.
const PIECE: usize = 1 << 20;

/// A guest of 2 GiB with an idle engine has a stream of 303 MB, which this level
/// makes 86 MB in less than a second of one core; the disk would take longer to
/// make the difference last.
const LEVEL: i32 = 1;

/// Lets another thread end a transfer: the socket is shut down when this is
/// dropped.
#[derive(Debug)]
pub(crate) struct Interrupt(UnixStream);

impl Interrupt {
    pub(crate) fn new(stream: &UnixStream) -> io::Result<Self> {
        stream.try_clone().map(Self)
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        shut_down(&self.0);
    }
}

fn shut_down(stream: &UnixStream) {
    // It fails only where the connection has ended, which is what we want.
    let _ = stream.shutdown(Shutdown::Both);
}

/// Compresses what comes from `stream` into `file` until its end; an error
/// ends the stream, so that QEMU notices. Returns the bytes that came. Blocks.
///
/// # Errors
/// Those of reading and writing.
pub(crate) fn receive(mut stream: UnixStream, file: impl Write) -> io::Result<u64> {
    let received = compress(&mut stream, file);
    shut_down(&stream);
    received
}

fn compress(mut from: impl Read, file: impl Write) -> io::Result<u64> {
    let mut encoder = zstd::Encoder::new(file, LEVEL)?;
    encoder.include_checksum(true)?;
    let copied = copy(&mut from, |piece| encoder.write_all(piece))?;
    encoder.finish()?.flush()?;
    Ok(copied)
}

/// Why a state could not be handed over.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    /// The file is damaged, or can't be read.
    #[error("it is damaged")]
    Damaged(#[source] io::Error),
    /// QEMU does not listen any more.
    #[error("QEMU stopped reading")]
    Refused(#[source] io::Error),
}

/// Hands the stream in `file` to QEMU, then ends `to`. Returns only after the
/// whole of `file` was found undamaged. Blocks.
///
/// # Errors
/// [`SendError`].
pub(crate) fn send(file: impl Read, mut to: UnixStream) -> Result<(), SendError> {
    let sent = decompress(file, &mut to);
    shut_down(&to);
    sent
}

fn decompress(file: impl Read, mut to: impl Write) -> Result<(), SendError> {
    let file = BufReader::with_capacity(PIECE, file);
    let decoder = zstd::Decoder::with_buffer(file).map_err(SendError::Damaged)?;
    let mut decoder = decoder.single_frame();
    let mut refused = None;
    let copied = copy(&mut decoder, |piece| {
        to.write_all(piece).map_err(|error| {
            let kind = error.kind();
            refused = Some(error);
            kind.into()
        })
    });
    match (copied, refused) {
        (_, Some(error)) => return Err(SendError::Refused(error)),
        (Err(error), None) => return Err(SendError::Damaged(error)),
        (Ok(_), None) => {}
    }
    let mut rest = decoder.finish();
    match rest.read(&mut [0]) {
        Ok(0) => Ok(()),
        Ok(_) => Err(SendError::Damaged(io::ErrorKind::InvalidData.into())),
        Err(error) => Err(SendError::Damaged(error)),
    }
}

/// Copies to the end of `from`.
fn copy(from: &mut impl Read, mut to: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<u64> {
    let mut piece = vec![0; PIECE];
    let mut copied = 0;
    loop {
        match from.read(&mut piece) {
            Ok(0) => return Ok(copied),
            Ok(read) => {
                to(&piece[..read])?;
                copied += read as u64;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    /// Takes so many bytes and then is full.
    struct FullDisk(usize);

    impl Write for FullDisk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0 == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            let taken = bytes.len().min(self.0);
            self.0 -= taken;
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Memory that does not compress.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 1_u64;
        let next = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        };
        std::iter::repeat_with(next).take(length).collect()
    }

    fn saved(stream: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        compress(stream, &mut file).unwrap();
        file
    }

    #[test]
    fn a_stream_comes_back_as_it_was() {
        let mut stream = noise(3 << 20);
        stream.extend(vec![0; 8 << 20]);
        let file = saved(&stream);
        assert!(file.len() < 4 << 20);
        let mut back = Vec::new();
        decompress(&file[..], &mut back).unwrap();
        assert!(back == stream);
    }

    #[test]
    fn a_full_disk_is_told_and_ends_the_stream_of_qemu() {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let receiving = thread::spawn(move || receive(ours, FullDisk(1 << 20)));
        let sent = theirs.write_all(&noise(16 << 20));
        assert!(sent.is_err());
        let error = receiving.join().unwrap().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn an_interrupt_ends_a_transfer_that_waits() {
        let (ours, _theirs) = UnixStream::pair().unwrap();
        let interrupt = Interrupt::new(&ours).unwrap();
        let receiving = thread::spawn(move || receive(ours, io::sink()));
        drop(interrupt);
        assert_eq!(receiving.join().unwrap().unwrap(), 0);
    }

    #[test]
    fn damage_anywhere_is_found() {
        let file = saved(&noise(1 << 20));
        let check = |bytes: &[u8]| {
            let error = decompress(bytes, io::sink()).unwrap_err();
            assert!(matches!(error, SendError::Damaged(_)), "{error:?}");
        };
        check(&[]);
        check(&file[..file.len() / 2]);
        check(&file[..file.len() - 1]);
        let mut changed = file.clone();
        changed[file.len() / 2] ^= 1;
        check(&changed);
        let mut longer = file;
        longer.push(0);
        check(&longer);
    }

    #[test]
    fn a_qemu_that_stops_reading_is_told_from_a_damaged_file() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        drop(theirs);
        let file = saved(&noise(1 << 20));
        let error = send(&file[..], ours).unwrap_err();
        assert!(matches!(error, SendError::Refused(_)), "{error:?}");
    }
}
