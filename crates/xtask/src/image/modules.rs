//! Kernel modules: which ones are kept, and in which order they load.
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Read,
    path::Path,
};

use anyhow::{Context, Result, ensure};

use super::{
    pattern,
    recipe::{self, Modules},
};

/// What each module needs, as `modules.dep` says: paths relative to the
/// release's folder, the needed ones from the last to load to the first.
#[derive(Debug, Default)]
pub(super) struct Dependencies(BTreeMap<String, Vec<String>>);

impl Dependencies {
    /// Reads a `modules.dep` (modules.dep(5)).
    pub(super) fn parse(text: &str) -> Self {
        let entry = |line: &str| {
            let (path, needed) = line.split_once(':')?;
            let needed = needed.split_whitespace().map(str::to_owned).collect();
            Some((path.trim().to_owned(), needed))
        };
        Self(text.lines().filter_map(entry).collect())
    }

    /// Paths of the modules called `names` and all that they need, each after
    /// everything that it needs. Names that are no module are left to
    /// `builtin`, the content of `modules.builtin`.
    pub(super) fn load_order(&self, names: &[String], builtin: &str) -> Result<Vec<String>> {
        let mut order: Vec<String> = Vec::new();
        for name in names {
            let found = self
                .0
                .iter()
                .find(|(path, _)| module_name(path) == normal(name));
            let Some((path, needed)) = found else {
                let is_builtin = builtin
                    .lines()
                    .any(|path| module_name(path) == normal(name));
                ensure!(
                    is_builtin,
                    "the kernel has no module {name}. Next: change the recipe"
                );
                continue;
            };
            for path in needed.iter().rev().chain([path]) {
                if !order.contains(path) {
                    order.push(path.clone());
                }
            }
        }
        Ok(order)
    }

    /// The modules that the recipe keeps, with all that they need.
    fn kept(&self, modules: &Modules) -> BTreeSet<&str> {
        let wanted = self.0.iter().filter(|(path, _)| {
            let path = path.strip_prefix("kernel/").unwrap_or(path);
            pattern::any(&modules.keep, path) && !pattern::any(&modules.drop, path)
        });
        let mut kept = BTreeSet::new();
        for (path, needed) in wanted {
            kept.insert(path.as_str());
            kept.extend(needed.iter().map(String::as_str));
        }
        kept
    }
}

/// Deletes the modules in `folder` that the recipe doesn't keep.
pub(super) fn prune(folder: &Path, modules: &Modules) -> Result<()> {
    let dependencies = read_dependencies(folder)?;
    let kept = dependencies.kept(modules);
    for path in recipe::files_under(&folder.join("kernel"))? {
        let name = path.strip_prefix(folder)?.to_string_lossy().into_owned();
        if !kept.contains(name.as_str()) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// Replaces every compressed module in `folder`: the root image compresses
/// better and faster, and the kernel would have to unpack them twice.
pub(super) fn decompress_all(folder: &Path) -> Result<()> {
    for path in recipe::files_under(&folder.join("kernel"))? {
        if path.extension().is_some_and(|extension| extension == "xz") {
            let packed = fs::read(&path)?;
            let mut module = Vec::new();
            liblzma::read::XzDecoder::new(&packed[..])
                .read_to_end(&mut module)
                .with_context(|| format!("cannot decompress {}", path.display()))?;
            fs::write(path.with_extension(""), module)?;
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// The `modules.dep` of a release's folder.
pub(super) fn read_dependencies(folder: &Path) -> Result<Dependencies> {
    let path = folder.join("modules.dep");
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Dependencies::parse(&text))
}

fn module_name(path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    normal(file.split(".ko").next().unwrap_or(file))
}

// The kernel takes `-` and `_` in a module's name for the same.
fn normal(name: &str) -> String {
    name.replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEP: &str = "kernel/fs/erofs/erofs.ko: kernel/lib/libcrc32c.ko kernel/lib/crc.ko\n\
                       kernel/lib/libcrc32c.ko: kernel/lib/crc.ko\n\
                       kernel/lib/crc.ko:\n\
                       kernel/drivers/block/virtio-blk.ko.xz:\n\
                       kernel/fs/nfs/nfs.ko: kernel/lib/crc.ko\n";

    fn order(names: &[&str]) -> Result<Vec<String>> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Dependencies::parse(DEP).load_order(&names, "kernel/fs/ext4/ext4.ko\n")
    }

    #[test]
    fn each_module_comes_once_and_after_all_that_it_needs() {
        let order = order(&["erofs", "libcrc32c", "virtio_blk"]).unwrap();

        assert_eq!(
            order,
            [
                "kernel/lib/crc.ko",
                "kernel/lib/libcrc32c.ko",
                "kernel/fs/erofs/erofs.ko",
                "kernel/drivers/block/virtio-blk.ko.xz",
            ]
        );
    }

    #[test]
    fn a_module_that_is_built_in_needs_no_loading() {
        assert_eq!(order(&["ext4"]).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_module_that_the_kernel_lacks_is_named() {
        let error = order(&["zfs"]).unwrap_err().to_string();

        assert!(error.contains("zfs"), "{error}");
    }

    #[test]
    fn pruning_keeps_what_kept_modules_need_though_no_pattern_names_it() {
        let modules = Modules {
            keep: vec!["fs/*".into()],
            drop: vec!["fs/nfs/*".into()],
            early: Vec::new(),
        };
        let dependencies = Dependencies::parse(DEP);

        let kept: Vec<&str> = dependencies.kept(&modules).into_iter().collect();

        assert_eq!(
            kept,
            [
                "kernel/fs/erofs/erofs.ko",
                "kernel/lib/crc.ko",
                "kernel/lib/libcrc32c.ko"
            ]
        );
    }
}
