//! What the sources may look like: where platform code lies, how long files
//! are, and what must not be in them.
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Lines past which a file is two things.
const LONGEST: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sources() -> Vec<(String, String)> {
    let listed = Command::new("git")
        .args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "*.rs",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(listed.status.success());
    let names = String::from_utf8(listed.stdout).unwrap();
    let mut found = Vec::new();
    for name in names.lines() {
        if let Ok(text) = fs::read_to_string(root().join(name)) {
            found.push((name.to_owned(), text));
        }
    }
    assert!(found.len() > 20, "the sources were not found");
    found
}

fn ours(name: &str) -> bool {
    !name.starts_with("tests/arch/")
}

/// A platform part is a file of its own, chosen in one place: the `mod` line.
#[test]
fn platform_conditions_stand_only_at_module_and_import_lines() {
    let mut wrong = Vec::new();
    for (name, text) in sources().into_iter().filter(|(name, _)| ours(name)) {
        let platform_file = name.contains("/sys/") || name.ends_with("/sys.rs");
        // What differs there is only whether a variant counts as unused.
        let lint = |line: &str| line.contains("cfg_attr(");
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let condition = ["target_os", "cfg(unix)", "cfg(windows)", "cfg(not(unix"];
            if platform_file || lint(line) || !condition.iter().any(|c| line.contains(c)) {
                continue;
            }
            let subject = lines[at..]
                .iter()
                .find(|l| !l.trim_start().starts_with("#["));
            let subject = subject.copied().unwrap_or_default().trim_start();
            let allowed = [
                "mod ",
                "pub mod ",
                "pub(crate) mod ",
                "use ",
                "pub use ",
                "pub(crate) use ",
            ];
            if !allowed.iter().any(|start| subject.starts_with(start)) {
                wrong.push(format!("{name}:{}: {line}", at + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_file_is_two_things() {
    let long: Vec<_> = sources()
        .into_iter()
        .map(|(name, text)| (text.lines().count(), name))
        .filter(|(lines, _)| *lines > LONGEST)
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn nothing_is_left_for_later_or_switched_off() {
    let forbidden = [
        "#[ignore",
        "todo!(",
        "unimplemented!(",
        "FIXME",
        "#![allow(",
    ];
    let mut wrong = Vec::new();
    for (name, text) in sources().into_iter().filter(|(name, _)| ours(name)) {
        for (at, line) in text.lines().enumerate() {
            if forbidden.iter().any(|f| line.contains(f)) {
                wrong.push(format!("{name}:{}: {line}", at + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn errors_are_types_and_not_strings() {
    let mut wrong = Vec::new();
    for (name, text) in sources().into_iter().filter(|(name, _)| ours(name)) {
        for (at, line) in text.lines().enumerate() {
            if line.contains("pub ") && line.contains("Result<") && line.contains(", String>") {
                wrong.push(format!("{name}:{}: {line}", at + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
