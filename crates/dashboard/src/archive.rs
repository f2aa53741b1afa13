//! Archive files on the host: written beside their name and renamed when whole,
//! never over something; compressed and read back by the end of their name.
use std::{
    fs::{self, File},
    io::{self, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use berth_api::error::ApiError;
use bytes::Bytes;
use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::mpsc,
};
use tokio_util::io::{StreamReader, SyncIoBridge};

use crate::{failure, tasks::Format};

/// A file that is being written. It is removed unless it is [`NewFile::keep`]t.
#[derive(Debug)]
pub(crate) struct NewFile {
    to: PathBuf,
    beside: PathBuf,
    kept: bool,
}

impl NewFile {
    /// # Errors
    /// When there is something at `to`, or its folder can't be written.
    pub(crate) fn create(to: &Path) -> Result<(Self, File), ApiError> {
        let failed = |error| failure::file(to, &error);
        if fs::symlink_metadata(to).is_ok() {
            return Err(failed(io::ErrorKind::AlreadyExists.into()));
        }
        let mut name = to.as_os_str().to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let beside = PathBuf::from(name);
        let mut options = File::options();
        let opened = options.write(true).create_new(true).open(&beside);
        // A part of a daemon that was killed and had our number is told by its name.
        let file = opened.map_err(|error| failure::file(&beside, &error))?;
        let new = Self {
            to: to.to_owned(),
            beside,
            kept: false,
        };
        Ok((new, file))
    }

    /// Gives it its name. Blocks until it is on the disk.
    ///
    /// # Errors
    /// When something has taken the name meanwhile, or the disk fails.
    pub(crate) fn keep(mut self, file: &File) -> Result<(), ApiError> {
        let failed = |error: io::Error| failure::file(&self.to, &error);
        file.sync_all().map_err(failed)?;
        // A hard link fails where a rename would overwrite; file systems without
        // hard links get the rename.
        match fs::hard_link(&self.beside, &self.to) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(failed(error));
            }
            Err(_) => {
                fs::rename(&self.beside, &self.to).map_err(failed)?;
                self.kept = true;
            }
        }
        Ok(())
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = fs::remove_file(&self.beside)
        {
            tracing::warn!(%error, path = %self.beside.display(), "a part of a file was left");
        }
    }
}

/// Compresses what is written to it.
enum Packer<W: Write> {
    Plain(BufWriter<W>),
    Gzip(GzEncoder<W>),
    Zstd(zstd::stream::write::Encoder<'static, W>),
}

impl<W: Write> Packer<W> {
    fn new(format: Format, to: W) -> io::Result<Self> {
        Ok(match format {
            Format::Plain => Self::Plain(BufWriter::with_capacity(1 << 20, to)),
            Format::Gzip => Self::Gzip(GzEncoder::new(to, Compression::fast())),
            Format::Zstd => Self::Zstd(zstd::stream::write::Encoder::new(to, 3)?),
        })
    }

    fn finish(self) -> io::Result<W> {
        match self {
            Self::Plain(buffer) => buffer.into_inner().map_err(io::IntoInnerError::into_error),
            Self::Gzip(encoder) => encoder.finish(),
            Self::Zstd(encoder) => encoder.finish(),
        }
    }
}

impl<W: Write> Write for Packer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(to) => to.write(bytes),
            Self::Gzip(to) => to.write(bytes),
            Self::Zstd(to) => to.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(to) => to.flush(),
            Self::Gzip(to) => to.flush(),
            Self::Zstd(to) => to.flush(),
        }
    }
}

/// Reads all of `from` and writes it, compressed, to `to`. Blocks.
///
/// # Errors
/// What either side reports.
pub(crate) fn pack<W: Write>(format: Format, mut from: impl Read, to: W) -> io::Result<W> {
    let mut packer = Packer::new(format, to)?;
    let mut buffer = vec![0; 256 << 10];
    loop {
        match from.read(&mut buffer)? {
            0 => return packer.finish(),
            count => packer.write_all(&buffer[..count])?,
        }
    }
}

/// Reads an archive, whichever way it is compressed: by its first bytes, since
/// names lie.
///
/// # Errors
/// What the file reports.
pub(crate) fn unpack(file: impl Read + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    let mut file = BufReader::with_capacity(1 << 20, file);
    let start = io::BufRead::fill_buf(&mut file)?;
    // RFC 1952, 2.3.1; RFC 8878, 3.1.1.
    Ok(if start.starts_with(&[0x1f, 0x8b]) {
        Box::new(MultiGzDecoder::new(file))
    } else if start.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        Box::new(zstd::stream::read::Decoder::with_buffer(file)?)
    } else {
        Box::new(file)
    })
}

/// A pipe from asynchronous to blocking code: what is written to the first end is
/// read from the second. Must be called on a runtime.
pub(crate) fn pipe() -> (impl AsyncWrite + Unpin + Send, impl Read + Send) {
    let (writer, reader) = tokio::io::duplex(256 << 10);
    (writer, SyncIoBridge::new(reader))
}

/// Reads blocking on another thread; what is read comes out of the reader.
pub(crate) fn background(mut from: impl Read + Send + 'static) -> impl AsyncRead + Unpin + Send {
    let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(8);
    tokio::task::spawn_blocking(move || {
        let mut buffer = vec![0; 256 << 10];
        loop {
            let part = match from.read(&mut buffer) {
                Ok(0) => return,
                Ok(count) => Ok(Bytes::copy_from_slice(&buffer[..count])),
                Err(error) => Err(error),
            };
            let failed = part.is_err();
            if sender.blocking_send(part).is_err() || failed {
                return;
            }
        }
    });
    let parts = futures::stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|part| (part, receiver))
    });
    StreamReader::new(Box::pin(parts))
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{self, File},
        io::{self, Read, Write},
    };

    use super::{Format, NewFile, pack, unpack};

    #[test]
    fn every_format_comes_back() {
        let data = b"some data ".repeat(100_000);
        for format in [Format::Plain, Format::Gzip, Format::Zstd] {
            let packed = pack(format, &data[..], Vec::new()).unwrap();
            assert_eq!(packed.len() < data.len(), format != Format::Plain);
            let mut back = Vec::new();
            let mut reader = unpack(io::Cursor::new(packed)).unwrap();
            reader.read_to_end(&mut back).unwrap();
            assert!(back == data, "{format:?}");
        }
    }

    #[test]
    fn a_full_disk_is_an_error_and_not_a_short_archive() {
        struct Full(usize);
        impl Write for Full {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                if self.0 < bytes.len() {
                    return Err(io::ErrorKind::StorageFull.into());
                }
                self.0 -= bytes.len();
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let data: Vec<u8> = (0..3_000_000_u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        for format in [Format::Plain, Format::Gzip, Format::Zstd] {
            let error = pack(format, &data[..], Full(1000)).err().unwrap();
            assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{format:?}");
        }
    }

    #[test]
    fn a_cut_archive_is_an_error() {
        let packed = pack(Format::Gzip, &[7; 100_000][..], Vec::new()).unwrap();
        let cut = packed[..packed.len() / 2].to_vec();
        let mut reader = unpack(io::Cursor::new(cut)).unwrap();
        assert!(reader.read_to_end(&mut Vec::new()).is_err());
    }

    #[test]
    fn a_file_appears_when_it_is_whole_and_never_over_another() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("a.tar");
        let names = || -> Vec<_> {
            let entries = fs::read_dir(folder.path()).unwrap();
            entries.map(|entry| entry.unwrap().file_name()).collect()
        };
        let (given_up, _file) = NewFile::create(&to).unwrap();
        drop(given_up);
        assert!(names().is_empty());
        let (new, mut file) = NewFile::create(&to).unwrap();
        file.write_all(b"whole").unwrap();
        assert!(!to.exists());
        new.keep(&file).unwrap();
        assert_eq!(names(), ["a.tar"]);
        NewFile::create(&to).unwrap_err();
        fs::remove_file(&to).unwrap();
        let (late, file) = NewFile::create(&to).unwrap();
        File::create(&to).unwrap();
        late.keep(&file).unwrap_err();
        assert_eq!(names(), ["a.tar"]);
    }
}
