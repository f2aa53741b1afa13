//! `packages.lock.json`: the very packages that the image is made from.
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result, ensure};
use berth_model::image::ImagePackage;
use serde::{Deserialize, Serialize};

use super::{
    Progress,
    apt::{Apt, Available, Download},
    cache::{self, Cache, Hasher},
    recipe::{self, Kernel, Recipe},
};

const FILE: &str = "packages.lock.json";

/// The pinned packages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lock {
    /// When they were pinned, in seconds since 1970; the time of every file in the image.
    pub(super) epoch: u64,
    /// The package with the kernel.
    pub(super) kernel: String,
    /// All packages, sorted by name.
    pub(super) packages: Vec<ImagePackage>,
}

impl Lock {
    /// Reads the lock of `workspace`.
    pub(super) fn read(workspace: &Path) -> Result<Self> {
        Self::read_file(&recipe::folder(workspace).join(FILE))
    }

    fn read_file(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| {
            format!(
                "cannot read {}. Next: cargo xtask image --update-lock",
                path.display()
            )
        })?;
        Self::parse(&text).with_context(|| format!("{} is no lock", path.display()))
    }

    fn parse(text: &str) -> Result<Self> {
        let lock: Self = serde_json::from_str(text)?;
        let is_hash = |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        for package in &lock.packages {
            ensure!(is_hash(&package.sha256), "{} has no SHA-256", package.name);
        }
        let has_kernel = lock
            .packages
            .iter()
            .any(|package| package.name == lock.kernel);
        ensure!(
            has_kernel,
            "the kernel {} is not among the packages",
            lock.kernel
        );
        Ok(lock)
    }

    fn write_file(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Names the packages, by content.
    pub(super) fn hash(&self, hasher: &mut Hasher) {
        hasher.add("epoch", &self.epoch.to_le_bytes());
        for package in &self.packages {
            hasher.add(&package.name, package.sha256.as_bytes());
        }
    }

    /// Fails when the recipe wants what isn't locked, or the other way round.
    pub(super) fn check(&self, recipe: &Recipe) -> Result<()> {
        let wanted: BTreeSet<(&str, &str)> = recipe.wanted().collect();
        let locked: BTreeSet<(&str, &str)> = self
            .packages
            .iter()
            .filter(|package| package.name != self.kernel)
            .map(|package| (package.name.as_str(), package.suite.as_str()))
            .collect();
        let differ: Vec<_> = wanted.symmetric_difference(&locked).collect();
        ensure!(
            differ.is_empty(),
            "recipe and lock differ: {differ:?}. Next: cargo xtask image --update-lock"
        );
        Ok(())
    }
}

/// Pins what the suites hold today.
pub(super) fn update(workspace: &Path, progress: Progress<'_>) -> Result<()> {
    let recipe = Recipe::read(workspace)?;
    let cache = Cache::open()?;
    let apt = indices(&cache, &recipe, progress)?;
    let epoch = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let lock = resolve(&apt, &recipe, epoch)?;
    let path = recipe::folder(workspace).join(FILE);
    progress(&format!(
        "{} packages pinned in {}",
        lock.packages.len(),
        path.display()
    ));
    lock.write_file(&path)
}

/// The packages of `lock` as files in the cache, with the lock that they
/// follow: another one where a mirror no longer has a pinned version.
pub(super) fn fetch(
    cache: &Cache,
    recipe: &Recipe,
    lock: Lock,
    progress: Progress<'_>,
) -> Result<Lock> {
    let folder = cache.folder("packages")?;
    let missing = missing(&folder, &lock);
    if missing.is_empty() {
        return Ok(lock);
    }
    let _guard = cache::lock(&folder)?;
    let instead = replacement_path(&folder, &lock);
    if let Ok(replacement) = Lock::read_file(&instead)
        && self::missing(&folder, &replacement).is_empty()
    {
        warn_of_replacement(&lock, &replacement, progress);
        return Ok(replacement);
    }
    let apt = indices(cache, recipe, progress)?;
    let lock = replace_vanished(&apt, recipe, lock, &instead, progress)?;
    let missing = self::missing(&folder, &lock);
    if !missing.is_empty() {
        progress(&format!("downloading {} packages", missing.len()));
        download(&apt, &missing, &folder)?;
    }
    Ok(lock)
}

/// Where the cache holds `package`.
pub(super) fn file(folder: &Path, package: &ImagePackage) -> PathBuf {
    folder.join(format!("{}.deb", package.sha256))
}

fn missing<'a>(folder: &Path, lock: &'a Lock) -> Vec<&'a ImagePackage> {
    lock.packages
        .iter()
        .filter(|package| !file(folder, package).is_file())
        .collect()
}

fn indices(cache: &Cache, recipe: &Recipe, progress: Progress<'_>) -> Result<Apt> {
    let suites: Vec<&str> = recipe.suites().into_iter().collect();
    progress(&format!(
        "fetching the package lists of {}",
        suites.join(" and ")
    ));
    let folder = cache.folder("apt")?;
    let _guard = cache::lock(&folder)?;
    Apt::fetch_indices(&folder, &recipe.architecture, &suites)
}

fn resolve(apt: &Apt, recipe: &Recipe, epoch: u64) -> Result<Lock> {
    let kernel = newest_kernel(apt, recipe)?;
    let kernel_wanted = (kernel.as_str(), recipe.kernel.suite.as_str());
    let wanted: BTreeMap<&str, &str> = recipe.wanted().chain([kernel_wanted]).collect();
    let names: Vec<&str> = wanted.keys().copied().collect();
    let available = apt.available(&names)?;
    let versions: Result<Vec<String>> = wanted
        .iter()
        .map(|(name, suite)| {
            let version = newest(&available, recipe, name, suite)?;
            Ok(format!("{name}={version}"))
        })
        .collect();
    let mut packages = Vec::new();
    for found in apt.resolve(&versions?)? {
        let suite = wanted.get(found.name.as_str());
        let suite = *suite.with_context(|| format!("apt offers {} unasked", found.name))?;
        packages.push(pin(found, suite));
    }
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    let lock = Lock {
        epoch,
        kernel,
        packages,
    };
    lock.check(recipe)?;
    Ok(lock)
}

/// The newest version of `name` in `suite` and those that update it.
fn newest<'a>(
    available: &'a [Available],
    recipe: &Recipe,
    name: &str,
    suite: &str,
) -> Result<&'a str> {
    let suites: Vec<&str> = recipe.with_updates(suite).collect();
    let found = available
        .iter()
        .find(|found| found.name == name && suites.contains(&found.suite.as_str()));
    let found = found.with_context(|| format!("no {name} in {}", suites.join(" or ")))?;
    Ok(&found.version)
}

fn newest_kernel(apt: &Apt, recipe: &Recipe) -> Result<String> {
    let Kernel { package, suite } = &recipe.kernel;
    let available = apt.available(&[package])?;
    let version = newest(&available, recipe, package, suite)?;
    let dependencies = apt.dependencies(package, version)?;
    let found = dependencies
        .into_iter()
        .find(|name| name.starts_with("linux-image-"));
    found.with_context(|| format!("{package} depends on no kernel"))
}

fn pin(found: Download, suite: &str) -> ImagePackage {
    ImagePackage {
        name: found.name,
        version: found.version,
        architecture: found.architecture,
        sha256: found.sha256,
        suite: suite.to_owned(),
    }
}

fn replace_vanished(
    apt: &Apt,
    recipe: &Recipe,
    lock: Lock,
    instead: &Path,
    progress: Progress<'_>,
) -> Result<Lock> {
    let names: Vec<&str> = lock
        .packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    let available = apt.available(&names)?;
    let available = available
        .into_iter()
        .map(|found| (found.name, found.version))
        .collect();
    let vanished = vanished(&lock, &available);
    if vanished.is_empty() {
        return Ok(lock);
    }
    let today = resolve(apt, recipe, lock.epoch)?;
    let replacement = substitute(&lock, &vanished, &today);
    warn_of_replacement(&lock, &replacement, progress);
    replacement.write_file(instead)?;
    Ok(replacement)
}

/// Names of the locked packages that no suite holds in the locked version.
fn vanished(lock: &Lock, available: &BTreeSet<(String, String)>) -> BTreeSet<String> {
    lock.packages
        .iter()
        .filter(|package| !available.contains(&(package.name.clone(), package.version.clone())))
        .map(|package| package.name.clone())
        .collect()
}

/// `lock` with the packages that vanished taken from `today`. When the kernel
/// is one of them it is replaced by today's, whatever its name.
fn substitute(lock: &Lock, vanished: &BTreeSet<String>, today: &Lock) -> Lock {
    let kernel = if vanished.contains(&lock.kernel) {
        &today.kernel
    } else {
        &lock.kernel
    };
    let kept = lock
        .packages
        .iter()
        .filter(|package| !vanished.contains(&package.name));
    let replaced = today.packages.iter().filter(|package| {
        vanished.contains(&package.name)
            || (package.name == *kernel && vanished.contains(&lock.kernel))
    });
    let mut packages: Vec<ImagePackage> = kept.chain(replaced).cloned().collect();
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    Lock {
        epoch: lock.epoch,
        kernel: kernel.clone(),
        packages,
    }
}

fn warn_of_replacement(lock: &Lock, replacement: &Lock, progress: Progress<'_>) {
    let differing = replacement
        .packages
        .iter()
        .filter(|package| !lock.packages.contains(package));
    let lines: Vec<String> = differing
        .map(|package| format!("\n  {} {}", package.name, package.version))
        .collect();
    progress(&format!(
        "WARNING: the mirror no longer has some pinned versions; this image is NOT the \
         pinned one. Taken instead:{}\nNext: cargo xtask image --update-lock, and commit \
         {FILE}",
        lines.concat()
    ));
}

fn replacement_path(folder: &Path, lock: &Lock) -> PathBuf {
    let mut hasher = Hasher::default();
    lock.hash(&mut hasher);
    folder.join(format!("{}.lock.json", hasher.key()))
}

fn download(apt: &Apt, missing: &[&ImagePackage], folder: &Path) -> Result<()> {
    let work = tempfile::tempdir_in(folder)?;
    let wanted: Vec<String> = missing
        .iter()
        .map(|package| format!("{}={}", package.name, package.version))
        .collect();
    apt.download(&wanted, work.path())?;
    for entry in fs::read_dir(work.path())? {
        let path = entry?.path();
        let sha256 = cache::sha256(&path)?;
        fs::rename(&path, folder.join(format!("{sha256}.deb")))?;
    }
    let absent = missing
        .iter()
        .find(|package| !file(folder, package).is_file());
    ensure!(
        absent.is_none(),
        "what the mirror has as {:?} is not the pinned file. Next: cargo xtask image --update-lock",
        absent.map(|package| &package.name)
    );
    Ok(())
}

#[cfg(test)]
mod tests;
