//! `cargo xtask bindings`: the TypeScript declarations of the control API.
use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, bail};

use crate::programs;

/// Writes ui/src/bindings anew from crates/api.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Change nothing; fail if what is there is not what would be written
    #[arg(long)]
    check: bool,
}

/// Only compares.
pub(crate) const CHECK: Arguments = Arguments { check: true };

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let there = programs::workspace().join("ui/src/bindings");
    let scratch = tempfile::tempdir()?;
    let fresh = scratch.path().join("bindings");
    generate(&fresh)?;
    let (old, new) = (read(&there)?, read(&fresh)?);
    if old == new {
        return Ok(());
    }
    if arguments.check {
        bail!("ui/src/bindings does not match crates/api; run 'cargo xtask bindings'");
    }
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        fs::remove_file(there.join(name))?;
    }
    for (name, text) in &new {
        let path = there.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, text)?;
    }
    Ok(())
}

fn generate(folder: &Path) -> Result<()> {
    let folder = folder.to_str().context("the scratch folder has no name")?;
    programs::cargo(&[
        "run",
        "--quiet",
        "-p",
        "berth-api",
        "--features",
        "typescript",
        "--example",
        "bindings",
        "--",
        folder,
    ])
}

/// Every file below a folder by its path in it; none if there is no folder.
fn read(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        let Ok(entries) = fs::read_dir(&next) else {
            continue;
        };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(folder)?.to_string_lossy().into_owned();
            found.insert(name, fs::read_to_string(&path)?);
        }
    }
    Ok(found)
}
