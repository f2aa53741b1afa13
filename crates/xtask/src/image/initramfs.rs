//! The initramfs around the agent, and the image as a whole.
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use berth_model::image::{INITRAMFS, KERNEL, MANIFEST, Manifest, ROOT, SBOM};

use super::{
    Progress,
    base::{self, Base},
    cache::{Cache, Hasher},
    cpio::Archive,
    sbom,
};

/// Names what this module does with its inputs; see `base`.
const BUILDER: &str = "1";
const AGENT: &str = "berth-agent";
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Builds the image of `base` and the program `agent` unless it is in the cache.
pub(super) fn ensure(cache: &Cache, base: &Base, agent: &Path) -> Result<PathBuf> {
    let agent = fs::read(agent).with_context(|| format!("cannot read {}", agent.display()))?;
    let mut hasher = Hasher::default();
    hasher.add("builder", BUILDER.as_bytes());
    hasher.add("base", base.description.key.as_bytes());
    hasher.add("agent", &agent);
    let key = hasher.key();
    cache.entry("images", &key, |work| {
        for name in [KERNEL, ROOT] {
            link_or_copy(&base.folder.join(name), &work.join(name))?;
        }
        let archive = archive(base, &agent)?.finish()?;
        fs::write(work.join(INITRAMFS), archive)?;
        let manifest = manifest(work, &key, base)?;
        fs::write(work.join(MANIFEST), serde_json::to_vec_pretty(&manifest)?)?;
        let sbom = sbom::document(&manifest, env!("CARGO_PKG_VERSION"));
        fs::write(work.join(SBOM), serde_json::to_vec_pretty(&sbom)?)?;
        Ok(())
    })
}

/// Reads the manifest of the image in `folder`.
pub(super) fn read_manifest(folder: &Path) -> Result<Manifest> {
    let path = folder.join(MANIFEST);
    let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is no manifest", path.display()))
}

/// The initramfs, not compressed when `init` is in place; see vm-image/README.md.
pub(super) fn archive(base: &Base, init: &[u8]) -> Result<Archive<Vec<u8>>> {
    let mut archive = Archive::new(Vec::new());
    for folder in ["dev", "modules", "proc", "root", "run", "sys"] {
        archive.directory(folder)?;
    }
    archive.program("init", init)?;
    let names = &base.description.early_modules;
    for name in names {
        let module = fs::read(base.folder.join(base::EARLY).join(name))?;
        archive.file(&format!("modules/{name}"), &module)?;
    }
    let list: String = names.iter().map(|name| format!("{name}\n")).collect();
    archive.file("modules/load", list.as_bytes())?;
    Ok(archive)
}

/// Builds the agent for the guest, linked statically, away from the host's
/// builds so that the different flags don't throw out each other's results.
pub(super) fn build_agent(workspace: &Path, progress: Progress<'_>) -> Result<PathBuf> {
    progress("building the agent");
    let target = workspace.join("target/guest");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args([
            "build",
            "--quiet",
            "--release",
            "--package",
            AGENT,
            "--target",
            TARGET,
        ])
        .arg("--target-dir")
        .arg(&target)
        .current_dir(workspace)
        .env(
            "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS",
            "-C target-feature=+crt-static",
        )
        // Either would win over the flags above.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .status()
        .context("cannot run cargo")?;
    ensure!(
        status.success(),
        "the agent doesn't build; cargo says why above"
    );
    Ok(target.join(TARGET).join("release").join(AGENT))
}

// Hard links spare a copy of the root per build of the agent.
fn link_or_copy(from: &Path, to: &Path) -> Result<()> {
    if fs::hard_link(from, to).is_err() {
        fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    }
    Ok(())
}

fn manifest(work: &Path, key: &str, base: &Base) -> Result<Manifest> {
    let description = &base.description;
    let mut files = description.files.clone();
    files.push(base::describe_file(work, INITRAMFS)?);
    Ok(Manifest {
        key: key.to_owned(),
        created: sbom::timestamp(description.epoch),
        kernel: description.kernel.clone(),
        architecture: description.architecture.clone(),
        root_filesystem: description.root_filesystem.clone(),
        engine: description.engine.clone(),
        files,
        download_bytes: 0,
        packages: description.packages.clone(),
    })
}
