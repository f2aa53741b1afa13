//! Builds the guest image, in two stages keyed by what goes into them.
//!
//! The base (kernel, root file system, modules) changes when the recipe or a
//! pinned package does, and takes about a minute. The initramfs around it
//! changes with every build of the agent, and takes a second. Both land in the
//! cache under a name that is a hash of their inputs; a folder under its final
//! name is complete, because it was renamed into place.
mod apt;
mod base;
mod cache;
mod cpio;
mod download;
mod initramfs;
mod kernel;
mod linkage;
mod lock;
mod mirror;
mod modules;
mod packing;
mod pattern;
mod probe;
mod recipe;
mod sbom;
mod tree;

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// Arguments of `cargo xtask image`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Pins the packages to what the suites hold today, before building
    #[arg(long)]
    update_lock: bool,
    /// Packs the root in this format instead of the recipe's, to compare them
    #[arg(long, value_name = "FORMAT")]
    root_format: Option<packing::Format>,
    /// Takes this program as the agent instead of building it
    #[arg(long, value_name = "PROGRAM")]
    agent: Option<PathBuf>,
    /// Packs the image for a download too, and says how large that is
    #[arg(long)]
    download: bool,
    /// Boots the base with a shell script as init, and says how long each step took
    #[arg(long)]
    probe: bool,
}

/// Says in a sentence what is being done, for whoever waits.
pub(crate) type Progress<'a> = &'a dyn Fn(&str);

/// Debian packages with the programs that a build calls.
pub(crate) fn required_packages() -> &'static [&'static str] {
    &["apt", "dpkg", "debian-archive-keyring", "erofs-utils"]
}

/// Builds the image unless it is in the cache, and gives its folder.
///
/// Safe to call from several processes at once: the second waits for the first.
///
/// # Errors
/// When packages can't be fetched or verified, a program of the image lacks a
/// library, or the agent doesn't build.
pub(crate) fn ensure(workspace: &Path, progress: Progress<'_>) -> Result<PathBuf> {
    let cache = cache::Cache::open()?;
    let base = base::ensure(&cache, workspace, packing::SHIPPED, progress)?;
    let agent = initramfs::build_agent(workspace, progress)?;
    initramfs::ensure(&cache, &base, &agent)
}

/// Gives `<shelf>/<key>` of the cache, made by `fill` when it is missing.
///
/// # Errors
/// Those of `fill`, and when the cache can't be written.
pub(crate) fn cached(
    shelf: &str,
    key: &str,
    fill: impl FnOnce(&Path) -> Result<()>,
) -> Result<PathBuf> {
    cache::Cache::open()?.entry(shelf, key, fill)
}

/// The Debian mirror that the image's packages come from.
///
/// # Errors
/// When neither the environment nor this machine's apt names one.
pub(crate) fn mirror() -> Result<String> {
    Ok(mirror::find()?.main)
}

/// The packages of `suite` that the image is made from, as `name=version`.
///
/// # Errors
/// When the lock can't be read.
pub(crate) fn pinned(suite: &str) -> Result<Vec<String>> {
    let lock = lock::Lock::read(&workspace_root()?)?;
    let packages = lock.packages.iter().filter(|p| p.suite == suite);
    Ok(packages
        .map(|p| format!("{}={}", p.name, p.version))
        .collect())
}

/// Runs `cargo xtask image`.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let workspace = workspace_root()?;
    let progress = |step: &str| {
        // Nobody left to read it is no reason to stop.
        let _ = writeln!(std::io::stderr(), "image: {step}");
    };
    if arguments.update_lock {
        lock::update(&workspace, &progress)?;
    }
    let cache = cache::Cache::open()?;
    let format = arguments.root_format.unwrap_or(packing::SHIPPED);
    let base = base::ensure(&cache, &workspace, format, &progress)?;
    if arguments.probe {
        return probe::boot(&base, &progress);
    }
    let agent = match &arguments.agent {
        Some(program) => program.clone(),
        None => initramfs::build_agent(&workspace, &progress)?,
    };
    let folder = initramfs::ensure(&cache, &base, &agent)?;
    if arguments.download {
        let packed = download::pack(&cache, &folder, &progress)?;
        progress(&format!("packed in {}", packed.display()));
    }
    writeln!(std::io::stdout(), "{}", folder.display()).context("cannot print the folder")
}

fn workspace_root() -> Result<PathBuf> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = manifest.parent().and_then(Path::parent);
    Ok(root
        .context("xtask does not lie in crates/ of a workspace")?
        .to_path_buf())
}
