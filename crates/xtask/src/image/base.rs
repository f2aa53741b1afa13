//! The base of an image: kernel, root file system and early modules.
use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use berth_model::image::{EngineVersions, ImageFile, ImagePackage, KERNEL, ROOT};
use serde::{Deserialize, Serialize};

use super::{
    Progress,
    cache::{self, Cache, Hasher},
    kernel,
    linkage::{self, Loader},
    lock::{self, Lock},
    modules,
    packing::Format,
    recipe::{self, Recipe},
    tree,
};

/// Names what this module and those it calls do with the inputs. Raise it
/// when the same inputs would give another base.
const BUILDER: &str = "2";
const DESCRIPTION: &str = "base.json";
/// Folder of the early modules in a base.
pub(super) const EARLY: &str = "early";
/// A static shell in a base, for a probe's init.
pub(super) const SHELL: &str = "busybox";

/// What a base says about itself.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Description {
    /// Names the base.
    pub(super) key: String,
    /// See [`Lock::epoch`].
    pub(super) epoch: u64,
    /// The kernel's release.
    pub(super) kernel: String,
    /// Debian's name of it.
    pub(super) architecture: String,
    /// For `mount -t`.
    pub(super) root_filesystem: String,
    /// Upstream versions.
    pub(super) engine: EngineVersions,
    /// The kernel and the root.
    pub(super) files: Vec<ImageFile>,
    /// File names of the early modules, in the order to load them.
    pub(super) early_modules: Vec<String>,
    /// What it was made from.
    pub(super) packages: Vec<ImagePackage>,
}

/// A base in the cache.
#[derive(Debug)]
pub(super) struct Base {
    /// Its folder.
    pub(super) folder: PathBuf,
    /// What it says about itself.
    pub(super) description: Description,
}

/// Builds the base unless it is in the cache.
pub(super) fn ensure(
    cache: &Cache,
    workspace: &Path,
    format: Format,
    progress: Progress<'_>,
) -> Result<Base> {
    let recipe = Recipe::read(workspace)?;
    let pinned = Lock::read(workspace)?;
    pinned.check(&recipe)?;
    let place = cache
        .folder("bases")?
        .join(key(workspace, &pinned, format)?);
    if place.is_dir() {
        return read(place);
    }
    let lock = lock::fetch(cache, &recipe, pinned, progress)?;
    let key = key(workspace, &lock, format)?;
    let folder = cache.entry("bases", &key, |work| {
        let inputs = Inputs {
            cache,
            recipe: &recipe,
            lock: &lock,
            workspace,
            format,
        };
        inputs.build(work, &key, progress)
    })?;
    read(folder)
}

fn key(workspace: &Path, lock: &Lock, format: Format) -> Result<String> {
    let mut hasher = Hasher::default();
    hasher.add("builder", BUILDER.as_bytes());
    hasher.add("format", format.to_string().as_bytes());
    recipe::hash(workspace, &mut hasher)?;
    lock.hash(&mut hasher);
    Ok(hasher.key())
}

fn read(folder: PathBuf) -> Result<Base> {
    let path = folder.join(DESCRIPTION);
    let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let description = serde_json::from_slice(&text).with_context(|| {
        format!(
            "{} is broken. Next: delete {}",
            path.display(),
            folder.display()
        )
    })?;
    Ok(Base {
        folder,
        description,
    })
}

struct Inputs<'a> {
    cache: &'a Cache,
    recipe: &'a Recipe,
    lock: &'a Lock,
    workspace: &'a Path,
    format: Format,
}

impl Inputs<'_> {
    fn build(&self, work: &Path, key: &str, progress: Progress<'_>) -> Result<()> {
        let root = work.join("root");
        fs::create_dir(&root)?;
        progress(&format!("extracting {} packages", self.lock.packages.len()));
        self.extract(&root)?;
        let release = extract_kernel(&root, work)?;
        progress("choosing kernel modules");
        let loader = Loader::of(&root, self.recipe);
        let early_modules = self.prepare_modules(&root, &loader, &release, work)?;
        fs::copy(root.join("usr/bin/busybox"), work.join(SHELL))?;
        tree::finish(&root, self.recipe, self.workspace)?;
        progress("checking that every program finds its libraries");
        linkage::check(&loader)?;
        tree::normalize_modes(&root)?;
        progress(&format!("packing the root as {}", self.format));
        self.format.pack(&root, &work.join(ROOT), self.lock.epoch)?;
        fs::remove_dir_all(&root)?;
        let description = self.describe(work, key, release, early_modules)?;
        fs::write(
            work.join(DESCRIPTION),
            serde_json::to_vec_pretty(&description)?,
        )?;
        Ok(())
    }

    fn extract(&self, root: &Path) -> Result<()> {
        let folder = self.cache.folder("packages")?;
        // The links of the merged /usr must be there before anything goes through them.
        let is_first = |package: &&ImagePackage| package.name == "base-files";
        let (first, rest): (Vec<_>, Vec<_>) = self.lock.packages.iter().partition(is_first);
        for package in first.into_iter().chain(rest) {
            tree::extract(
                &lock::file(&folder, package),
                &package.name,
                self.recipe,
                root,
            )?;
        }
        Ok(())
    }

    fn prepare_modules(
        &self,
        root: &Path,
        loader: &Loader,
        release: &str,
        work: &Path,
    ) -> Result<Vec<String>> {
        let folder = root.join("usr/lib/modules").join(release);
        tree::depmod(loader, root, release)?;
        modules::prune(&folder, &self.recipe.modules)?;
        modules::decompress_all(&folder)?;
        tree::depmod(loader, root, release)?;
        let builtin = fs::read_to_string(folder.join("modules.builtin"))?;
        let mut early = self.recipe.modules.early.clone();
        early.push(self.format.file_system().to_owned());
        let early = modules::read_dependencies(&folder)?.load_order(&early, &builtin)?;
        fs::create_dir(work.join(EARLY))?;
        let mut names = Vec::new();
        for path in early {
            let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
            fs::copy(folder.join(&path), work.join(EARLY).join(&name))?;
            names.push(name);
        }
        Ok(names)
    }

    fn describe(
        &self,
        work: &Path,
        key: &str,
        release: String,
        early_modules: Vec<String>,
    ) -> Result<Description> {
        Ok(Description {
            key: key.to_owned(),
            epoch: self.lock.epoch,
            kernel: release,
            architecture: self.recipe.architecture.clone(),
            root_filesystem: self.format.file_system().to_owned(),
            engine: engine_versions(&self.lock.packages),
            files: vec![describe_file(work, KERNEL)?, describe_file(work, ROOT)?],
            early_modules,
            packages: self.lock.packages.clone(),
        })
    }
}

// Gives the release.
fn extract_kernel(root: &Path, work: &Path) -> Result<String> {
    let boot = root.join("boot");
    let entries =
        fs::read_dir(&boot)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let release = entries
        .into_iter()
        .find_map(|name| name.strip_prefix("vmlinuz-").map(str::to_owned))
        .context("the kernel's package has no vmlinuz")?;
    let image = fs::read(boot.join(format!("vmlinuz-{release}")))?;
    let payload = kernel::payload(&image)?;
    fs::write(work.join(KERNEL), kernel::decompress(payload)?)?;
    fs::remove_dir_all(&boot)?;
    Ok(release)
}

/// Describes the file called `name` in `folder`, not packed for a download.
pub(super) fn describe_file(folder: &Path, name: &str) -> Result<ImageFile> {
    let path = folder.join(name);
    Ok(ImageFile {
        name: name.to_owned(),
        size: fs::metadata(&path)?.len(),
        sha256: cache::sha256(&path)?,
        download_size: 0,
    })
}

fn engine_versions(packages: &[ImagePackage]) -> EngineVersions {
    let of = |name: &str| {
        let found = packages.iter().find(|package| package.name == name);
        found.map_or_else(String::new, |package| upstream(&package.version).to_owned())
    };
    EngineVersions {
        docker: of("docker.io"),
        containerd: of("containerd"),
        runc: of("runc"),
        buildx: of("docker-buildx"),
        compose: of("docker-compose"),
    }
}

/// `1:28.5.2+dfsg4-5` is `28.5.2`: no epoch, no revision, no repacking.
fn upstream(version: &str) -> &str {
    let version = version.split_once(':').map_or(version, |(_, rest)| rest);
    let version = version
        .rsplit_once('-')
        .map_or(version, |(upstream, _)| upstream);
    version.split(['+', '~']).next().unwrap_or(version)
}

#[cfg(test)]
mod tests {
    use super::upstream;

    #[test]
    fn the_upstream_version_has_no_trace_of_packaging() {
        for (version, expected) in [
            ("28.5.2+dfsg4-5", "28.5.2"),
            ("1:2.47.3-0+deb13u1", "2.47.3"),
            ("1.7.24~ds1-6+deb13u1", "1.7.24"),
            ("2.40.3-3", "2.40.3"),
            ("20250419", "20250419"),
        ] {
            assert_eq!(upstream(version), expected);
        }
    }
}
