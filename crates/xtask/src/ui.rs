//! `cargo xtask ui`: the dashboard's files, by npm and Vite.
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::{
    programs::{run, target, workspace},
    setup,
    stopwatch::stage,
};

/// Builds the dashboard's files and prints their folder.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Install missing system packages without asking
    #[arg(long)]
    yes: bool,
}

/// Oldest Node.js that Vite and the compiler run on.
const NODE: u32 = 20;

/// Node.js and npm, as packages of Debian and Ubuntu.
const PACKAGES: &[&str] = &["nodejs", "npm"];

pub(crate) fn build(arguments: &Arguments) -> Result<()> {
    let folder = stage("dashboard", || ensure(arguments.yes))?;
    println!("{}", folder.display());
    Ok(())
}

/// The folder with the dashboard's files, built anew if anything that goes into
/// them has changed.
///
/// # Errors
/// When Node.js is missing or too old, or the build fails.
pub(crate) fn ensure(yes: bool) -> Result<PathBuf> {
    let source = workspace().join("ui");
    let built = source.join("dist");
    let inputs = Stamp::of(&inputs(&source)?, target().join("ui.stamp"))?;
    if built.join("index.html").is_file() && inputs.holds() {
        return Ok(built);
    }
    ensure_node(yes)?;
    let npm = |arguments: &[&str]| {
        // Before the arguments: behind their "--" it would be the script's.
        run(Command::new("npm")
            .arg("--prefix")
            .arg(&source)
            .args(arguments))
    };
    if !is_installed(&source) {
        npm(&["ci", "--no-audit", "--no-fund", "--silent"])?;
    }
    npm(&["run", "--silent", "build", "--", "--logLevel", "warn"])?;
    inputs.keep()?;
    Ok(built)
}

/// npm has installed what the lock file says: it writes a record of its own when
/// it is done.
fn is_installed(folder: &Path) -> bool {
    let changed = |name: &str| fs::metadata(folder.join(name))?.modified();
    match (
        changed("node_modules/.package-lock.json"),
        changed("package-lock.json"),
    ) {
        (Ok(record), Ok(lock)) => record >= lock,
        _ => false,
    }
}

fn ensure_node(yes: bool) -> Result<()> {
    if node().is_some_and(|found| found >= NODE) && setup::which("npm").is_some() {
        return Ok(());
    }
    setup::ensure(PACKAGES, yes)?;
    match node() {
        Some(found) if found >= NODE => Ok(()),
        Some(found) => bail!(
            "the dashboard needs Node.js {NODE} or newer, this is {found}; install a newer one \
             and put it first on the PATH, then try again"
        ),
        None => bail!(
            "the dashboard needs Node.js {NODE} or newer and npm; install them, then try again"
        ),
    }
}

/// The major version of the Node.js that is found.
fn node() -> Option<u32> {
    let answer = Command::new("node").arg("--version").output().ok()?;
    major(&String::from_utf8_lossy(&answer.stdout))
}

fn major(version: &str) -> Option<u32> {
    let version = version.trim().strip_prefix('v')?;
    version.split('.').next()?.parse().ok()
}

/// What the files are made from: everything in the folder but what is made.
fn inputs(folder: &Path) -> Result<Vec<PathBuf>> {
    let listed = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(folder)
        .output()
        .context("starting git")?;
    if !listed.status.success() {
        bail!("'{}' is not in a git work tree", folder.display());
    }
    let names = String::from_utf8(listed.stdout)?;
    let mut files: Vec<PathBuf> = names
        .split_terminator('\0')
        .map(|name| folder.join(name))
        .filter(|file| file.is_file())
        .collect();
    files.sort();
    Ok(files)
}

/// A hash of files, and where it is remembered once something was made of them.
struct Stamp {
    hash: String,
    memory: PathBuf,
}

impl Stamp {
    fn of(files: &[PathBuf], memory: PathBuf) -> Result<Self> {
        let mut hash = Sha256::new();
        for file in files {
            let bytes = fs::read(file).with_context(|| format!("reading '{}'", file.display()))?;
            let name = file.as_os_str().as_encoded_bytes();
            for part in [name, bytes.as_slice()] {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part);
            }
        }
        let digest = hash.finalize();
        let hash = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { hash, memory })
    }

    fn holds(&self) -> bool {
        fs::read_to_string(&self.memory).is_ok_and(|kept| kept == self.hash)
    }

    fn keep(&self) -> Result<()> {
        if let Some(folder) = self.memory.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.memory, &self.hash).context("remembering what was built")
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Stamp, major};

    #[test]
    fn the_major_version_is_read() {
        assert_eq!(major("v20.19.2\n"), Some(20));
        assert_eq!(major("20.19.2"), None);
        assert_eq!(major(""), None);
    }

    #[test]
    fn a_stamp_holds_until_a_name_or_a_byte_differs() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let memory = folder.path().join("deep/memory");
        let stamp = |files: &[_]| Stamp::of(files, memory.clone()).unwrap();
        let (a, b) = (file("a", "1"), file("b", "2"));
        assert!(!stamp(&[a.clone(), b.clone()]).holds());
        stamp(&[a.clone(), b.clone()]).keep().unwrap();
        assert!(stamp(&[a.clone(), b.clone()]).holds());
        assert!(!stamp(&[b.clone(), a.clone()]).holds());
        file("b", "3");
        assert!(!stamp(&[a, b]).holds());
    }
}
