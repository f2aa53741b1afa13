//! The VM image on disk: is it whole?
use std::{
    fs, io,
    path::{Path, PathBuf},
};

use berth_api::error::ErrorCode;
use berth_model::image::{MANIFEST, Manifest};

use crate::failure::Failure;

/// An image that was found and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    /// Its folder, links resolved.
    pub folder: PathBuf,
    /// What it says it holds.
    pub manifest: Manifest,
}

impl Image {
    /// Path of one of its files.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

const REINSTALL: &str = "install the image again (in a source tree: 'cargo xtask image')";

/// Reads an image's manifest and compares the sizes of its files: enough to
/// find one that was cut off, cheap enough for every start.
///
/// # Errors
/// When there is none, or it is damaged.
pub fn open(folder: Option<PathBuf>) -> Result<Image, Failure> {
    let Some(folder) = folder else {
        let cause = "there is no VM image";
        return Err(Failure::new(
            "image",
            ErrorCode::ImageMissing,
            cause,
            REINSTALL,
        ));
    };
    // The link may be moved to a newer image while the machine runs.
    let folder = fs::canonicalize(&folder).map_err(|e| unreadable(&folder, &e))?;
    let path = folder.join(MANIFEST);
    let text = fs::read(&path).map_err(|e| unreadable(&path, &e))?;
    let manifest: Manifest = serde_json::from_slice(&text)
        .map_err(|e| damaged(&format!("'{}' can't be understood: {e}", path.display())))?;
    for file in &manifest.files {
        let path = folder.join(&file.name);
        let size = fs::metadata(&path)
            .map_err(|e| unreadable(&path, &e))?
            .len();
        if size != file.size {
            let path = path.display();
            return Err(damaged(&format!(
                "'{path}' has {size} bytes instead of {}",
                file.size
            )));
        }
    }
    Ok(Image { folder, manifest })
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    damaged(&format!("'{}' can't be read: {error}", path.display()))
}

fn damaged(cause: &str) -> Failure {
    let cause = format!("the VM image is damaged: {cause}");
    Failure::new("image", ErrorCode::ImageDamaged, cause, REINSTALL)
}
