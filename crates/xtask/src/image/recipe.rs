//! The recipe, `vm-image/recipe.toml`, and the files laid over the root.
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde::Deserialize;

use super::cache::Hasher;

/// Where the recipe lies in the workspace.
const FOLDER: &str = "vm-image";

/// What goes into the image.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Recipe {
    /// Debian's name of the guest's architecture.
    pub(super) architecture: String,
    /// The folder of libraries under `usr/lib`.
    pub(super) multiarch: String,
    /// Where the kernel comes from.
    pub(super) kernel: Kernel,
    /// Wanted paths by package, by suite; none named means all of them.
    pub(super) packages: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// Suites that hold newer versions of a suite's packages, by that suite.
    #[serde(default)]
    pub(super) updates: BTreeMap<String, Vec<String>>,
    /// Never taken.
    pub(super) drop: Drop,
    /// Which kernel modules stay.
    pub(super) modules: Modules,
    /// Symbolic links by path, with what they point to.
    pub(super) links: BTreeMap<String, String>,
    /// Mount points and the like.
    pub(super) directories: Directories,
}

/// Where the kernel comes from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kernel {
    /// A package that depends on the newest kernel.
    pub(super) package: String,
    /// Its suite.
    pub(super) suite: String,
}

/// Paths that no package brings in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Drop {
    /// Patterns of them.
    pub(super) paths: Vec<String>,
}

/// Which kernel modules stay, as patterns of paths under `kernel/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Modules {
    /// Wanted in the root.
    pub(super) keep: Vec<String>,
    /// Not wanted, though `keep` matches.
    pub(super) drop: Vec<String>,
    /// Names of those that mount the root.
    pub(super) early: Vec<String>,
}

/// Folders that the root needs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Directories {
    /// Made empty.
    pub(super) empty: Vec<String>,
}

impl Recipe {
    /// Reads the recipe of `workspace`.
    pub(super) fn read(workspace: &Path) -> Result<Self> {
        let path = folder(workspace).join("recipe.toml");
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is no recipe", path.display()))
    }

    /// `suite` and those that update it.
    pub(super) fn with_updates<'a>(&'a self, suite: &'a str) -> impl Iterator<Item = &'a str> {
        let updates = self.updates.get(suite).into_iter().flatten();
        std::iter::once(suite).chain(updates.map(String::as_str))
    }

    /// Every suite that packages may come from.
    pub(super) fn suites(&self) -> BTreeSet<&str> {
        let named = self.packages.keys().chain([&self.kernel.suite]);
        named.flat_map(|suite| self.with_updates(suite)).collect()
    }

    /// Every package but the kernel's, with its suite.
    pub(super) fn wanted(&self) -> impl Iterator<Item = (&str, &str)> {
        self.packages.iter().flat_map(|(suite, packages)| {
            packages
                .keys()
                .map(move |name| (name.as_str(), suite.as_str()))
        })
    }

    /// The patterns of the paths wanted from `package`; none means all.
    pub(super) fn patterns(&self, package: &str) -> &[String] {
        let found = self
            .packages
            .values()
            .find_map(|packages| packages.get(package));
        found.map_or(&[], Vec::as_slice)
    }
}

/// The folder of the recipe.
pub(super) fn folder(workspace: &Path) -> PathBuf {
    workspace.join(FOLDER)
}

/// The folder of the files that are laid over the packages'.
pub(super) fn overlay(workspace: &Path) -> PathBuf {
    folder(workspace).join("root")
}

/// Feeds the recipe and the overlay to `hasher`.
pub(super) fn hash(workspace: &Path, hasher: &mut Hasher) -> Result<()> {
    let recipe = folder(workspace).join("recipe.toml");
    hasher.add("recipe", &fs::read(&recipe)?);
    let overlay = overlay(workspace);
    for path in files_under(&overlay)? {
        let name = path.strip_prefix(&overlay)?.to_string_lossy().into_owned();
        hasher.add(&name, &fs::read(&path)?);
    }
    Ok(())
}

/// All files under `folder`, at any depth, sorted.
pub(super) fn files_under(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut pending = vec![folder.to_path_buf()];
    while let Some(folder) = pending.pop() {
        let entries =
            fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            match entry.file_type()? {
                kind if kind.is_dir() => pending.push(entry.path()),
                _ => found.push(entry.path()),
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Recipe;
    use crate::image::workspace_root;

    #[test]
    fn the_recipe_names_no_package_in_two_suites() {
        let recipe = Recipe::read(&workspace_root().unwrap()).unwrap();

        let names: Vec<&str> = recipe.wanted().map(|(name, _)| name).collect();

        let distinct: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(names.len(), distinct.len());
        assert!(distinct.contains("docker.io"));
    }

    #[test]
    fn what_is_stable_gets_its_security_updates() {
        let recipe = Recipe::read(&workspace_root().unwrap()).unwrap();

        let suites: Vec<&str> = recipe.with_updates(&recipe.kernel.suite).collect();

        assert!(suites.contains(&"trixie-security"), "{suites:?}");
        assert!(recipe.suites().contains("trixie-security"));
    }

    #[test]
    fn a_misspelt_key_is_refused() {
        let error = toml::from_str::<Recipe>("architecure = \"amd64\"").unwrap_err();
        assert!(error.to_string().contains("architecure"), "{error}");
    }
}
