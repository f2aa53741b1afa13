//! The tests of the bollard crate, built once, statically, so that the very
//! same programs run on the host and in the guest.
//!
//! The crate's source comes from the registry by way of cargo; the copy that
//! is built lies in the build folder, and nothing of it is committed.
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use super::outcome::{Test, listed};
use crate::{bench::lab::output, programs};

const VERSION: &str = "0.21.1";
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// As bollard's own CI builds them for a daemon with BuildKit.
const FEATURES: &str = "buildkit,chrono";

/// The built tests.
#[derive(Debug)]
pub(super) struct Suite {
    /// The crate's folder, where tests expect to run.
    pub(super) source: PathBuf,
    programs: Vec<PathBuf>,
}

impl Suite {
    /// Fetches and builds them, which takes minutes the first time.
    pub(super) fn build() -> Result<Self> {
        let folder = programs::workspace().join("target/conformance");
        let source = copy_source(&folder)?;
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args(["test", "--quiet", "--locked", "--no-run", "--tests"])
            .args(["--features", FEATURES, "--target", TARGET])
            .args(["--message-format", "json", "--target-dir"])
            .arg(folder.join("build"))
            .current_dir(&source)
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_PROFILE_DEV_STRIP", "symbols")
            .env(
                "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS",
                "-C target-feature=+crt-static",
            )
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .stderr(Stdio::inherit());
        let programs = test_programs(&output(&mut cargo)?)?;
        ensure!(!programs.is_empty(), "bollard {VERSION} came without tests");
        Ok(Self { source, programs })
    }

    /// All tests that are not ignored, in the order in which they are to run.
    pub(super) fn tests(&self) -> Result<Vec<Test>> {
        let mut tests = Vec::new();
        for program in &self.programs {
            let list = |more: &[&str]| output(Command::new(program).arg("--list").args(more));
            let names = listed(&list(&[])?, &list(&["--ignored"])?);
            tests.extend(names.into_iter().map(|name| Test {
                program: stem(program),
                name,
            }));
        }
        tests.sort();
        Ok(tests)
    }

    /// The program that holds `test`.
    pub(super) fn program(&self, test: &Test) -> Result<&Path> {
        let found = self.programs.iter().find(|p| stem(p) == test.program);
        found.map(PathBuf::as_path).context("a test of no program")
    }

    /// All programs.
    pub(super) fn programs(&self) -> &[PathBuf] {
        &self.programs
    }
}

/// `container_test-0123456789abcdef` is `container_test`.
pub(super) fn stem(program: &Path) -> String {
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    name.rsplit_once('-')
        .map_or_else(|| name.as_ref(), |(stem, _)| stem)
        .to_owned()
}

/// Cargo fetches the crate as a dependency of an empty one.
fn copy_source(folder: &Path) -> Result<PathBuf> {
    let source = folder.join(format!("bollard-{VERSION}"));
    if source.join("Cargo.toml").is_file() {
        return Ok(source);
    }
    let fetched = fetch(&folder.join("fetch"))?;
    let copy = source.with_extension("copy");
    if copy.exists() {
        fs::remove_dir_all(&copy)?;
    }
    programs::run(Command::new("cp").arg("-r").args([&fetched, &copy]))?;
    // Else cargo would take it for a member of our workspace.
    let manifest = fs::read_to_string(copy.join("Cargo.toml"))?;
    fs::write(copy.join("Cargo.toml"), manifest + "\n[workspace]\n")?;
    fs::rename(&copy, &source)?;
    Ok(source)
}

fn fetch(folder: &Path) -> Result<PathBuf> {
    fs::create_dir_all(folder.join("src"))?;
    let manifest = format!(
        "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         [dependencies]\nbollard = \"={VERSION}\"\n[workspace]\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::write(folder.join("src/lib.rs"), "")?;
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["metadata", "--quiet", "--format-version", "1"])
        .current_dir(folder);
    let metadata: serde_json::Value = serde_json::from_str(&output(&mut cargo)?)?;
    let packages = metadata["packages"].as_array();
    let found = packages.and_then(|all| all.iter().find(|p| p["name"] == "bollard"));
    let manifest = found.and_then(|package| package["manifest_path"].as_str());
    let manifest = Path::new(manifest.context("cargo did not fetch bollard")?);
    Ok(manifest.parent().context("a manifest in no folder")?.into())
}

/// The integration tests among cargo's messages; not the crate's unit tests,
/// which need no engine.
fn test_programs(messages: &str) -> Result<Vec<PathBuf>> {
    let mut programs = Vec::new();
    for line in messages.lines().filter(|line| line.starts_with('{')) {
        let message: serde_json::Value = serde_json::from_str(line)?;
        let is_test = message["target"]["kind"][0] == "test";
        if let (true, Some(path)) = (is_test, message["executable"].as_str()) {
            programs.push(path.into());
        }
    }
    Ok(programs)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{stem, test_programs};

    #[test]
    fn integration_tests_are_taken_and_unit_tests_left() {
        let messages = "\n\
            {\"reason\":\"compiler-artifact\",\"target\":{\"kind\":[\"lib\"]},\"executable\":\"/b/bollard-1\"}\n\
            {\"reason\":\"compiler-artifact\",\"target\":{\"kind\":[\"test\"]},\"executable\":\"/b/exec_test-2\"}\n\
            {\"reason\":\"compiler-artifact\",\"target\":{\"kind\":[\"lib\"]},\"executable\":null}\n\
            {\"reason\":\"build-finished\",\"success\":true}\n";
        let programs = test_programs(messages).unwrap();
        assert_eq!(programs, [Path::new("/b/exec_test-2")]);
    }

    #[test]
    fn a_programs_stem_lacks_the_hash() {
        assert_eq!(stem(Path::new("/b/image_test-0a1b")), "image_test");
        assert_eq!(stem(Path::new("plain")), "plain");
    }
}
