//! An initramfs: a cpio archive in the "new ASCII" form.
//!
//! The form is described in Linux, Documentation/driver-api/early-userspace/buffer-format.rst.
use std::io::{self, Write};

const DIRECTORY: u32 = 0o040_755;
const PROGRAM: u32 = 0o100_755;
const FILE: u32 = 0o100_644;
const TRAILER: &str = "TRAILER!!!";

/// Writes an archive; owners are root and times zero, so equal content is equal bytes.
#[derive(Debug)]
pub(super) struct Archive<W: Write> {
    sink: W,
    entries: u32,
}

impl<W: Write> Archive<W> {
    /// Starts an archive on `sink`.
    pub(super) fn new(sink: W) -> Self {
        Self { sink, entries: 0 }
    }

    /// Adds a folder; its parents must have been added before.
    pub(super) fn directory(&mut self, name: &str) -> io::Result<()> {
        self.entry(name, DIRECTORY, &[])
    }

    /// Adds a file that may be executed.
    pub(super) fn program(&mut self, name: &str, content: &[u8]) -> io::Result<()> {
        self.entry(name, PROGRAM, content)
    }

    /// Adds a file.
    pub(super) fn file(&mut self, name: &str, content: &[u8]) -> io::Result<()> {
        self.entry(name, FILE, content)
    }

    /// Ends the archive and gives the sink back.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.entries = 0;
        self.write(TRAILER, 0, 0, &[])?;
        Ok(self.sink)
    }

    fn entry(&mut self, name: &str, mode: u32, content: &[u8]) -> io::Result<()> {
        self.entries += 1;
        self.write(name, mode, self.entries, content)
    }

    fn write(&mut self, name: &str, mode: u32, inode: u32, content: &[u8]) -> io::Result<()> {
        let size = u32::try_from(content.len()).map_err(io::Error::other)?;
        let name_size = u32::try_from(name.len() + 1).map_err(io::Error::other)?;
        // ino mode uid gid nlink mtime filesize major minor rmajor rminor namesize check
        let fields = [inode, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, name_size, 0];
        let mut head = String::from("070701");
        for field in fields {
            head.push_str(&format!("{field:08x}"));
        }
        head.push_str(name);
        head.push('\0');
        self.padded(head.as_bytes())?;
        self.padded(content)
    }

    fn padded(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sink.write_all(bytes)?;
        self.sink
            .write_all(&[0; 3][..bytes.len().next_multiple_of(4) - bytes.len()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        let mut archive = Archive::new(Vec::new());
        archive.directory("modules").unwrap();
        archive.program("init", b"12345").unwrap();
        archive.file("modules/load", b"a\n").unwrap();
        archive.finish().unwrap()
    }

    #[test]
    fn every_part_of_an_entry_is_aligned_to_four_bytes() {
        let bytes = sample();

        assert_eq!(bytes.len() % 4, 0);
        let starts: Vec<usize> = bytes
            .windows(6)
            .enumerate()
            .filter(|(_, w)| *w == b"070701")
            .map(|(at, _)| at)
            .collect();
        assert_eq!(starts.len(), 4);
        assert!(starts.iter().all(|at| at % 4 == 0), "{starts:?}");
    }

    #[test]
    fn the_head_holds_mode_size_and_length_of_the_name() {
        let mut archive = Archive::new(Vec::new());
        archive.program("init", b"12345").unwrap();
        let text = String::from_utf8(archive.finish().unwrap()).unwrap();

        assert_eq!(&text[..6], "070701");
        assert_eq!(&text[14..22], "000081ed", "mode");
        assert_eq!(&text[54..62], "00000005", "size");
        assert_eq!(
            &text[94..102],
            "00000005",
            "length of the name with its zero"
        );
        assert_eq!(&text[110..116], "init\0\0");
        assert_eq!(&text[116..124], "12345\0\0\0");
    }

    #[test]
    fn the_archive_ends_with_the_trailer() {
        let bytes = sample();
        let tail = String::from_utf8(bytes[bytes.len() - 124..].to_vec()).unwrap();

        assert!(tail.starts_with("070701"), "{tail}");
        assert!(tail.contains("TRAILER!!!\0"), "{tail}");
    }

    #[test]
    fn equal_content_gives_equal_bytes() {
        assert_eq!(sample(), sample());
    }
}
