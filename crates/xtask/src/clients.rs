//! Docker's command line and its plugins, taken out of the guest image for
//! hosts that have none.
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use berth_model::image::{MANIFEST, Manifest, ROOT};

use crate::{image, programs};

/// Where the guest's root has them.
const IN_ROOT: [&str; 3] = [
    "usr/bin/docker",
    "usr/libexec/docker/cli-plugins/docker-buildx",
    "usr/libexec/docker/cli-plugins/docker-compose",
];

/// Gives a folder with `docker`, `docker-buildx` and `docker-compose`, taken
/// from the image in `folder` when it is used for the first time.
///
/// # Errors
/// When the image is not whole, or this machine lacks the program that reads it.
pub(crate) fn ensure(folder: &Path) -> Result<PathBuf> {
    let manifest = fs::read(folder.join(MANIFEST))
        .with_context(|| format!("'{}' holds no image", folder.display()))?;
    let manifest: Manifest = serde_json::from_slice(&manifest)?;
    let root = manifest.files.iter().find(|file| file.name == ROOT);
    let root = root.with_context(|| format!("the manifest names no {ROOT}"))?;
    let source = folder.join(ROOT);
    image::cached("clients", &root.sha256, |place| {
        let tree = tempfile::tempdir_in(place)?;
        extract(&source, &manifest.root_filesystem, tree.path())?;
        for path in IN_ROOT {
            let from = tree.path().join(path);
            let name = from.file_name().context("a path of a program")?;
            fs::rename(&from, place.join(name))
                .with_context(|| format!("the image holds no {path}"))?;
        }
        Ok(())
    })
}

fn extract(source: &Path, kind: &str, tree: &Path) -> Result<()> {
    let mut command = match kind {
        "squashfs" => {
            let mut command = Command::new("unsquashfs");
            command.args(["-q", "-n", "-f", "-d"]).arg(tree);
            command.arg(source).args(IN_ROOT);
            command
        }
        "erofs" => {
            let mut command = Command::new("fsck.erofs");
            let mut option = std::ffi::OsString::from("--extract=");
            option.push(tree);
            command.arg("--overwrite").arg("--no-preserve").arg(option);
            command.arg(source);
            command
        }
        other => bail!("the image's root is of the unknown kind '{other}'"),
    };
    programs::run(command.stdout(std::process::Stdio::null()))
}
