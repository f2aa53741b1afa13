//! Packs a folder into a read-only file system.
use std::{path::Path, process::Command, str::FromStr};

use anyhow::{Context, Result, bail, ensure};

/// A file system with its settings, written `squashfs:zstd:19:256K` or
/// `erofs:none:0:4K`: kind, compression, level (0 for none) and block size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Format {
    kind: Kind,
    compression: Compression,
    level: u32,
    block_kib: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Squashfs,
    Erofs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compression {
    Gzip,
    Lz4,
    Lz4hc,
    None,
    Xz,
    Zstd,
}

/// What images are shipped in; vm-image/README.md has the measurements.
pub(super) const SHIPPED: Format = Format {
    kind: Kind::Erofs,
    compression: Compression::None,
    level: 0,
    block_kib: 4,
};

impl Format {
    /// Its name for `mount -t`.
    pub(super) fn file_system(self) -> &'static str {
        match self.kind {
            Kind::Squashfs => "squashfs",
            Kind::Erofs => "erofs",
        }
    }

    /// Packs `root` into `image`; owners become root, and times `epoch`.
    pub(super) fn pack(self, root: &Path, image: &Path, epoch: u64) -> Result<()> {
        let mut command = self.command(root, image, epoch);
        let program = command.get_program().to_string_lossy().into_owned();
        let output = command
            .output()
            .with_context(|| format!("cannot run {program}. Next: install it"))?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(
            output.status.success(),
            "{program} failed: {}",
            errors.trim()
        );
        Ok(())
    }

    fn command(self, root: &Path, image: &Path, epoch: u64) -> Command {
        match self.kind {
            Kind::Squashfs => self.squashfs(root, image, epoch),
            Kind::Erofs => self.erofs(root, image, epoch),
        }
    }

    fn squashfs(self, root: &Path, image: &Path, epoch: u64) -> Command {
        let mut command = Command::new("mksquashfs");
        command.arg(root).arg(image);
        command.args([
            "-noappend",
            "-quiet",
            "-no-progress",
            "-all-root",
            "-no-xattrs",
        ]);
        command.args([
            "-all-time",
            &epoch.to_string(),
            "-mkfs-time",
            &epoch.to_string(),
        ]);
        command.args([
            "-b",
            &format!("{}K", self.block_kib),
            "-comp",
            self.compression.name(),
        ]);
        match (self.compression, self.level) {
            (Compression::Zstd | Compression::Gzip, level @ 1..) => {
                command.args(["-Xcompression-level", &level.to_string()]);
            }
            (Compression::Xz, _) => {
                command.args(["-Xbcj", "x86"]);
            }
            (Compression::Lz4, 1..) => {
                command.arg("-Xhc");
            }
            _ => {}
        }
        // Times are given above; mksquashfs refuses to be told twice.
        command.env_remove("SOURCE_DATE_EPOCH");
        command
    }

    fn erofs(self, root: &Path, image: &Path, epoch: u64) -> Command {
        let mut command = Command::new("mkfs.erofs");
        if self.compression != Compression::None {
            let level = if self.level == 0 {
                String::new()
            } else {
                format!(",{}", self.level)
            };
            command.arg(format!("-z{}{level}", self.compression.name()));
            command.arg(format!("-C{}", u64::from(self.block_kib) * 1024));
        }
        command.args(["--all-root", "-x-1", &format!("-T{epoch}")]);
        // A random identifier would make every build differ.
        command.args(["-U", "00000000-0000-4000-8000-000000000000"]);
        command.arg(image).arg(root);
        command
    }
}

impl Compression {
    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Lz4 => "lz4",
            Self::Lz4hc => "lz4hc",
            Self::None => "none",
            Self::Xz => "xz",
            Self::Zstd => "zstd",
        }
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (kind, compression) = (self.file_system(), self.compression.name());
        write!(
            formatter,
            "{kind}:{compression}:{}:{}K",
            self.level, self.block_kib
        )
    }
}

impl FromStr for Format {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let parts: Vec<&str> = text.split(':').collect();
        let [kind, compression, level, block] = parts[..] else {
            bail!("a format looks like squashfs:zstd:19:256K");
        };
        let kind = match kind {
            "squashfs" => Kind::Squashfs,
            "erofs" => Kind::Erofs,
            _ => bail!("{kind} is neither squashfs nor erofs"),
        };
        let all = [
            Compression::Gzip,
            Compression::Lz4,
            Compression::Lz4hc,
            Compression::None,
            Compression::Xz,
            Compression::Zstd,
        ];
        let compression = all.into_iter().find(|known| known.name() == compression);
        Ok(Self {
            kind,
            compression: compression.context("a compression that is not known")?,
            level: level.parse().context("a level that is no number")?,
            block_kib: block
                .trim_end_matches('K')
                .parse()
                .context("a block size like 256K")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(text: &str) -> String {
        let format: Format = text.parse().unwrap();
        let command = format.command(Path::new("/r"), Path::new("/i"), 7);
        let words: Vec<_> = command
            .get_args()
            .map(|word| word.to_string_lossy())
            .collect();
        words.join(" ")
    }

    #[test]
    fn a_format_is_written_as_it_is_read() {
        for text in [
            "squashfs:zstd:19:256K",
            "erofs:lz4hc:12:64K",
            "squashfs:xz:0:1024K",
        ] {
            assert_eq!(text.parse::<Format>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn an_uncompressed_erofs_is_asked_for_no_compression() {
        let plain = arguments(&SHIPPED.to_string());
        let packed = arguments("erofs:lz4hc:12:64K");

        assert!(!plain.contains("-z") && !plain.contains("-C"), "{plain}");
        assert!(packed.starts_with("-zlz4hc,12 -C65536 "), "{packed}");
    }

    #[test]
    fn what_is_no_format_is_refused() {
        for text in [
            "",
            "squashfs",
            "ext4:zstd:1:4K",
            "squashfs:brotli:1:4K",
            "squashfs:zstd:x:4K",
        ] {
            assert!(text.parse::<Format>().is_err(), "{text}");
        }
    }

    #[test]
    fn images_depend_neither_on_the_clock_nor_on_who_builds_them() {
        let squashfs = arguments("squashfs:zstd:19:256K");
        let erofs = arguments("erofs:lz4hc:12:64K");

        assert!(squashfs.contains("-all-root") && squashfs.contains("-all-time 7 -mkfs-time 7"));
        assert!(
            erofs.contains("--all-root") && erofs.contains("-T7 -U"),
            "{erofs}"
        );
    }
}
