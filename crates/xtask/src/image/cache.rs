//! The cache: folders named by a hash of what they were made from.
use std::{
    env,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// The builder's cache on this machine.
#[derive(Debug)]
pub(super) struct Cache {
    root: PathBuf,
}

impl Cache {
    /// `$BERTH_CACHE`, or `berth` in the user's cache folder.
    pub(super) fn open() -> Result<Self> {
        let root = location(|name| env::var_os(name).map(PathBuf::from))
            .context("neither BERTH_CACHE nor HOME is set. Next: set BERTH_CACHE to a folder")?;
        Ok(Self { root })
    }

    /// A folder in the cache, made when it is missing.
    pub(super) fn folder(&self, name: &str) -> Result<PathBuf> {
        let path = self.root.join(name);
        fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(path)
    }

    /// Gives `<shelf>/<key>`, made by `fill` in a folder beside it and renamed
    /// when complete. While one process fills a shelf, others wait.
    pub(super) fn entry(
        &self,
        shelf: &str,
        key: &str,
        fill: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<PathBuf> {
        let shelf = self.folder(shelf)?;
        let place = shelf.join(key);
        if place.is_dir() {
            return Ok(place);
        }
        let _guard = lock(&shelf)?;
        if place.is_dir() {
            return Ok(place);
        }
        let work = tempfile::Builder::new()
            .prefix(".building-")
            .tempdir_in(&shelf)?;
        fill(work.path())?;
        make_readable(work.path())?;
        let work = work.keep();
        fs::rename(&work, &place).with_context(|| format!("cannot put {}", place.display()))?;
        Ok(place)
    }
}

/// Waits until no other process works in `folder`; the lock ends with the file.
pub(super) fn lock(folder: &Path) -> Result<File> {
    let path = folder.join(".lock");
    let file = File::create(&path).with_context(|| format!("cannot make {}", path.display()))?;
    file.lock()
        .with_context(|| format!("cannot lock {}", path.display()))?;
    Ok(file)
}

fn location(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let set = |name| variable(name).filter(|path| path.is_absolute());
    set("BERTH_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|path| path.join("berth")))
        .or_else(|| set("HOME").map(|path| path.join(".cache/berth")))
}

// Folders of tempfile are private to their maker; an image may be served by others.
fn make_readable(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
}

/// Hashes named inputs into a key; names and lengths keep them apart.
#[derive(Debug, Default)]
pub(super) struct Hasher(Sha256);

impl Hasher {
    /// Adds one input.
    pub(super) fn add(&mut self, name: &str, content: &[u8]) {
        for part in [name.as_bytes(), content] {
            self.0.update((part.len() as u64).to_le_bytes());
            self.0.update(part);
        }
    }

    /// The key: 128 bits in hex, which is short enough for a path.
    pub(super) fn key(self) -> String {
        hex(&self.0.finalize()[..16])
    }
}

/// SHA-256 of `file`, in hex.
pub(super) fn sha256(file: &Path) -> Result<String> {
    let mut source = File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match io::Read::read(&mut source, &mut buffer)? {
            0 => return Ok(hex(&digest.finalize())),
            count => digest.update(&buffer[..count]),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(inputs: &[(&str, &str)]) -> String {
        let mut hasher = Hasher::default();
        inputs
            .iter()
            .for_each(|(name, content)| hasher.add(name, content.as_bytes()));
        hasher.key()
    }

    #[test]
    fn a_key_changes_when_a_byte_moves_from_one_input_to_the_next() {
        assert_ne!(
            key(&[("a", "bc"), ("d", "")]),
            key(&[("a", "b"), ("cd", "")])
        );
        assert_eq!(key(&[("a", "b")]), key(&[("a", "b")]));
    }

    #[test]
    fn the_cache_of_berth_wins_over_that_of_the_user() {
        let all = |name: &str| Some(PathBuf::from("/").join(name));
        let home = |name: &str| (name == "HOME").then(|| PathBuf::from("/h"));
        let relative = |name: &str| (name != "HOME").then(|| PathBuf::from("here"));

        assert_eq!(location(all), Some("/BERTH_CACHE".into()));
        assert_eq!(location(home), Some("/h/.cache/berth".into()));
        assert_eq!(location(relative), None);
    }

    #[test]
    fn an_entry_that_fails_to_fill_leaves_nothing_and_is_tried_again() {
        let root = tempfile::tempdir().unwrap();
        let cache = Cache {
            root: root.path().to_path_buf(),
        };

        let failed = cache.entry("shelf", "key", |_| anyhow::bail!("no"));
        let made = cache.entry("shelf", "key", |folder| {
            Ok(fs::write(folder.join("a"), "1")?)
        });
        let kept = cache.entry("shelf", "key", |_| {
            anyhow::bail!("must not be filled again")
        });

        assert!(failed.is_err());
        assert_eq!(made.unwrap(), kept.unwrap());
        let names: Vec<_> = fs::read_dir(root.path().join("shelf")).unwrap().collect();
        assert_eq!(names.len(), 2, "the entry and the lock: {names:?}");
    }
}
