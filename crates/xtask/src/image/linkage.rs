//! Checks that every program and library of a root finds the libraries it needs.
//!
//! The root's own dynamic loader does the looking, so that versions of symbols
//! are checked too: `ld.so --list` prints where each library was found.
use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use super::recipe::{self, Recipe};

/// The dynamic loader of a root, called from outside of it.
#[derive(Debug)]
pub(super) struct Loader {
    root: PathBuf,
    program: PathBuf,
    libraries: PathBuf,
}

impl Loader {
    /// The loader in `root`.
    pub(super) fn of(root: &Path, recipe: &Recipe) -> Self {
        Self {
            root: root.to_path_buf(),
            program: root.join("usr/lib64/ld-linux-x86-64.so.2"),
            libraries: root.join("usr/lib").join(&recipe.multiarch),
        }
    }

    /// A command that runs `program` of the root under the name `called`.
    pub(super) fn command(&self, program: &str, called: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--argv0").arg(called);
        command
            .arg("--inhibit-cache")
            .arg("--library-path")
            .arg(&self.libraries);
        command.arg(self.root.join(program));
        command
    }

    /// What `file` lacks, a line each.
    fn lacking(&self, file: &Path) -> Result<Vec<String>> {
        let output = Command::new(&self.program)
            .args(["--inhibit-cache", "--library-path"])
            .arg(&self.libraries)
            .arg("--list")
            .arg(file)
            .env("LC_ALL", "C")
            .output()
            .with_context(|| format!("cannot run {}", self.program.display()))?;
        let text = [output.stdout, output.stderr].concat();
        Ok(complaints(
            &String::from_utf8_lossy(&text),
            &self.root.to_string_lossy(),
        ))
    }
}

/// Fails with a list of all that is missing from the root of `loader`.
pub(super) fn check(loader: &Loader) -> Result<()> {
    let mut report = String::new();
    for file in recipe::files_under(&loader.root)? {
        let is_module = file.extension().is_some_and(|extension| extension == "ko");
        if file.is_symlink() || is_module || !is_elf(&file)? {
            continue;
        }
        for line in loader.lacking(&file)? {
            report.push_str(&format!("\n  {}: {line}", file.display()));
        }
    }
    ensure!(
        report.is_empty(),
        "libraries are missing. Next: add them to the recipe{report}"
    );
    Ok(())
}

fn is_elf(file: &Path) -> Result<bool> {
    let mut magic = [0; 4];
    let mut file = File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    Ok(file.read_exact(&mut magic).is_ok() && magic == *b"\x7fELF")
}

/// Lines of the loader's output about a library that it found nowhere, found
/// outside of `root` (that is, on this machine) or of a wrong version.
fn complaints(output: &str, root: &str) -> Vec<String> {
    let is_bad = |line: &str| match line.split_once(" => ") {
        Some((_, place)) => !place.starts_with(root),
        None => line.contains("not found") || line.contains("cannot open shared object"),
    };
    output
        .lines()
        .map(str::trim)
        .filter(|line| is_bad(line))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::complaints;

    #[test]
    fn libraries_in_the_root_and_static_programs_are_fine() {
        let output = "\tlinux-vdso.so.1 (0x7ff)\n\
                      \tlibc.so.6 => /r/usr/lib/libc.so.6 (0x7f)\n\
                      \t/lib64/ld-linux-x86-64.so.2 => /r/usr/lib64/ld-linux-x86-64.so.2 (0x7f)\n\
                      \tstatically linked\n";

        assert_eq!(complaints(output, "/r"), Vec::<String>::new());
    }

    #[test]
    fn a_library_that_is_absent_or_of_the_machine_or_too_old_is_named() {
        for line in [
            "libz.so.1 => not found",
            "libz.so.1 => /usr/lib/libz.so.1 (0x7f)",
            "a: error while loading shared libraries: libz.so.1: cannot open shared object file: No such file or directory",
            "a: /r/usr/lib/libc.so.6: version `GLIBC_2.99' not found (required by a)",
        ] {
            assert_eq!(complaints(line, "/r"), [line]);
        }
    }
}
