//! The file of a saved state.
//!
//! A head of [`HEAD`] bytes (a magic number, the length of a JSON text as u32
//! big endian, the text, zeroes), then QEMU's migration stream in one zstd
//! frame with a checksum. The head is written last, when the data disk can no
//! longer change; a file without one is not a state. One file and not two, so
//! that one rename publishes it and one unlink spends it.
use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    origin::{DiskIdentity, Origin},
    sys,
};

/// Room for magic number, length and text, in bytes.
const HEAD: usize = 64 << 10;

/// Its last digit is the version of the format.
const MAGIC: [u8; 8] = *b"BERTHVM1";

/// What a state must fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StateHead {
    pub(crate) origin: Origin,
    pub(crate) disk: DiskIdentity,
}

impl StateHead {
    fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let text = serde_json::to_vec(self)?;
        let length = u32::try_from(text.len()).map_err(io::Error::other)?;
        let mut bytes = Vec::with_capacity(HEAD);
        bytes.extend(MAGIC);
        bytes.extend(length.to_be_bytes());
        bytes.extend(text);
        if bytes.len() > HEAD {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        bytes.resize(HEAD, 0);
        Ok(bytes)
    }

    /// `None` where these are not the bytes of a head.
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(&MAGIC)?;
        let (length, rest) = rest.split_first_chunk()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        serde_json::from_slice(rest.get(..length)?).ok()
    }
}

/// Opens a state at the start of its stream; its head is `None` where the file
/// is not a state.
///
/// # Errors
/// Those of opening and reading the file.
pub(crate) fn open(path: &Path) -> io::Result<(File, Option<StateHead>)> {
    let mut file = File::open(path)?;
    let mut head = vec![0; HEAD];
    match file.read_exact(&mut head) {
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => Ok((file, None)),
        Err(e) => Err(e),
        Ok(()) => Ok((file, StateHead::from_bytes(&head))),
    }
}

/// Makes sure that a state is never used again: returns when its name is gone
/// even if the computer loses power now.
///
/// # Errors
/// Those of removing it and of writing its folder.
pub(crate) fn spend(path: &Path) -> io::Result<()> {
    std::fs::remove_file(path)?;
    sys::sync_folder(path)
}

/// A state that is being written, beside its final name. Dropping it removes
/// it.
#[derive(Debug)]
pub(crate) struct PartialState {
    path: PathBuf,
    name: PathBuf,
    published: bool,
}

impl PartialState {
    /// Makes the file; the returned one stands where the stream begins.
    ///
    /// # Errors
    /// Those of creating the file.
    pub(crate) fn create(name: &Path) -> io::Result<(Self, File)> {
        let mut path = name.as_os_str().to_owned();
        path.push(".partial");
        let partial = Self {
            path: path.into(),
            name: name.into(),
            published: false,
        };
        // The guest's memory is in it: for the user's eyes only.
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        let mut file = sys::open_private(&mut options, &partial.path)?;
        file.seek(SeekFrom::Start(HEAD as u64))?;
        Ok((partial, file))
    }

    /// Writes the head and waits until all of it is on the disk.
    ///
    /// # Errors
    /// Those of writing.
    pub(crate) fn finish(&self, head: &StateHead) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).open(&self.path)?;
        file.write_all(&head.to_bytes()?)?;
        file.sync_all()
    }

    /// Gives it its name. After an error the name may be taken nevertheless.
    ///
    /// # Errors
    /// Those of renaming and of writing the folder.
    pub(crate) fn publish(&mut self) -> io::Result<()> {
        std::fs::rename(&self.path, &self.name)?;
        self.published = true;
        sys::sync_folder(&self.name)
    }
}

impl Drop for PartialState {
    fn drop(&mut self) {
        if self.published {
            return;
        }
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, "could not remove {}", self.path.display());
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::tests::any_origin;

    fn folder() -> (tempfile::TempDir, PathBuf, StateHead) {
        let folder = tempfile::tempdir().unwrap();
        let disk = folder.path().join("data");
        std::fs::write(&disk, "").unwrap();
        let head = StateHead {
            origin: any_origin(&disk),
            disk: DiskIdentity::look(&disk).unwrap(),
        };
        let name = folder.path().join("state");
        (folder, name, head)
    }

    #[test]
    fn a_published_state_has_its_head_and_its_stream() {
        let (_folder, name, head) = folder();
        let (mut partial, mut file) = PartialState::create(&name).unwrap();
        file.write_all(b"stream").unwrap();
        partial.finish(&head).unwrap();
        assert!(!name.exists());
        partial.publish().unwrap();
        drop(partial);
        let (mut file, read) = open(&name).unwrap();
        assert_eq!(read, Some(head));
        let mut stream = String::new();
        file.read_to_string(&mut stream).unwrap();
        assert_eq!(stream, "stream");
        spend(&name).unwrap();
        assert!(!name.exists());
        assert!(spend(&name).is_err());
    }

    #[test]
    fn a_state_that_is_given_up_leaves_nothing_and_spares_the_older_one() {
        let (folder, name, _) = folder();
        std::fs::write(&name, "older").unwrap();
        let (partial, _file) = PartialState::create(&name).unwrap();
        drop(partial);
        assert_eq!(std::fs::read(&name).unwrap(), b"older");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn what_is_no_state_has_no_head() {
        let (_folder, name, head) = folder();
        let whole = head.to_bytes().unwrap();
        let check = |bytes: &[u8]| {
            std::fs::write(&name, bytes).unwrap();
            assert_eq!(open(&name).unwrap().1, None);
        };
        check(b"");
        check(&whole[..HEAD - 1]);
        check(&[0; HEAD]);
        let mut older = whole.clone();
        older[7] = b'0';
        check(&older);
        let mut long = whole.clone();
        long[8] = 0xff;
        check(&long);
        let mut garbled = whole;
        garbled[12] = b'!';
        check(&garbled);
        std::fs::remove_file(&name).unwrap();
        assert_eq!(open(&name).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_head_without_end_is_refused() {
        let (_folder, _name, mut head) = folder();
        head.origin = any_origin(Path::new(&"x".repeat(HEAD)));
        assert!(head.to_bytes().is_err());
    }

    #[test]
    fn only_the_user_may_read_a_state() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, name, _) = folder();
        let (partial, file) = PartialState::create(&name).unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        drop(partial);
    }
}
