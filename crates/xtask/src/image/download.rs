//! Packs an image for a download.
//!
//! Files on disk are not compressed, because a guest that doesn't decompress
//! starts sooner. Packing each whole is also smaller than a compressed file
//! system, whose blocks are compressed one by one.
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use berth_model::image::{MANIFEST, Manifest, SBOM};

use super::{Progress, cache::Cache, initramfs};

/// The most that a user shall have to download, in bytes.
const BUDGET: u64 = 120_000_000;
/// Slow to pack, which is done once, and as fast as any to unpack.
const LEVEL: i32 = 19;
/// 128 MB, the largest window that a decoder takes without being told.
const WINDOW_LOG: u32 = 27;

/// Packs the image in `folder` unless that is in the cache, and gives the
/// folder with `<name>.zst` of each file and a manifest with their sizes.
pub(super) fn pack(cache: &Cache, folder: &Path, progress: Progress<'_>) -> Result<PathBuf> {
    let mut manifest = initramfs::read_manifest(folder)?;
    let key = manifest.key.clone();
    let packed = cache.entry("downloads", &key, |work| {
        for file in &mut manifest.files {
            progress(&format!("packing {}", file.name));
            let target = work.join(format!("{}.zst", file.name));
            compress(&folder.join(&file.name), &target)
                .with_context(|| format!("cannot pack {}", file.name))?;
            file.download_size = fs::metadata(&target)?.len();
        }
        manifest.download_bytes = manifest.files.iter().map(|file| file.download_size).sum();
        fs::write(work.join(MANIFEST), serde_json::to_vec_pretty(&manifest)?)?;
        fs::copy(folder.join(SBOM), work.join(SBOM))?;
        Ok(())
    })?;
    let manifest = initramfs::read_manifest(&packed)?;
    progress(&summary(&manifest));
    check_budget(manifest.download_bytes)?;
    Ok(packed)
}

fn compress(source: &Path, target: &Path) -> io::Result<()> {
    let mut encoder = zstd::Encoder::new(File::create(target)?, LEVEL)?;
    encoder.long_distance_matching(true)?;
    encoder.window_log(WINDOW_LOG)?;
    encoder.include_checksum(true)?;
    io::copy(&mut File::open(source)?, &mut encoder)?;
    encoder.finish()?.sync_all()
}

fn check_budget(download_bytes: u64) -> Result<()> {
    ensure!(
        download_bytes <= BUDGET,
        "the image exceeds its budget of {:.1} MB. Next: drop something from the recipe",
        megabytes(BUDGET)
    );
    Ok(())
}

fn summary(manifest: &Manifest) -> String {
    let part = |(name, bytes): (&str, u64)| format!("{name} {:.1} MB", megabytes(bytes));
    let parts: Vec<String> = manifest
        .files
        .iter()
        .map(|file| part((file.name.as_str(), file.download_size)))
        .collect();
    let total = part(("to download:", manifest.download_bytes));
    format!("{total} ({})", parts.join(", "))
}

#[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_over_the_budget_is_refused() {
        check_budget(BUDGET).unwrap();
        let error = check_budget(BUDGET + 1).unwrap_err();

        assert!(error.to_string().contains("120.0 MB"), "{error}");
    }

    #[test]
    fn what_was_packed_unpacks_to_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let (source, target) = (folder.path().join("a"), folder.path().join("a.zst"));
        let content = b"some content ".repeat(1000);
        fs::write(&source, &content).unwrap();

        compress(&source, &target).unwrap();

        let packed = fs::read(&target).unwrap();
        assert!(packed.len() < content.len());
        assert_eq!(zstd::decode_all(&packed[..]).unwrap(), content);
    }
}
