//! The guest image: what its `manifest.json` says.
//!
//! Written by `cargo xtask image`, read by whoever starts, updates or explains
//! the image. The folder that holds `manifest.json` also holds the files that
//! it lists and `sbom.spdx.json`.
use serde::{Deserialize, Serialize};

/// File name of the uncompressed kernel, an ELF with a PVH note.
pub const KERNEL: &str = "vmlinux";
/// File name of the initramfs: the agent and the modules that mount the root.
pub const INITRAMFS: &str = "initramfs.img";
/// File name of the read-only root file system.
pub const ROOT: &str = "root.img";
/// File name of the [`Manifest`].
pub const MANIFEST: &str = "manifest.json";
/// File name of the bill of materials (SPDX 2.3, JSON).
pub const SBOM: &str = "sbom.spdx.json";

/// A guest image, as `manifest.json` describes it.
///
/// ```json
/// {
///   "key": "3f5a…", "created": "2026-11-20T08:00:00Z",
///   "kernel": "6.12.1+deb13-cloud-amd64", "architecture": "amd64",
///   "root_filesystem": "erofs",
///   "engine": {"docker": "28.5.2", "containerd": "2.1.9", "runc": "1.3.6",
///              "buildx": "0.29.1", "compose": "2.40.3"},
///   "files": [{"name": "vmlinux", "size": 1, "sha256": "…", "download_size": 1}],
///   "download_bytes": 1,
///   "packages": [{"name": "runc", "version": "1.3.6+ds1-1",
///                 "architecture": "amd64", "sha256": "…", "suite": "sid"}]
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Names this image: a hash over everything that it was made from, in hex.
    pub key: String,
    /// When its inputs were pinned (RFC 3339, UTC). Not when it was built: the
    /// same inputs give the same manifest.
    pub created: String,
    /// Kernel release, as `uname -r` prints it.
    pub kernel: String,
    /// Debian's name of the architecture, such as `amd64`.
    pub architecture: String,
    /// File system of [`ROOT`], as `mount -t` wants it.
    pub root_filesystem: String,
    /// Upstream versions of the parts of the engine.
    pub engine: EngineVersions,
    /// The files that a machine needs to start.
    pub files: Vec<ImageFile>,
    /// Sum of the files' `download_size`; zero in an image that was built here.
    pub download_bytes: u64,
    /// The packages that the image was taken from, sorted by name.
    pub packages: Vec<ImagePackage>,
}

/// Upstream versions, without Debian's revisions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineVersions {
    /// Docker Engine, `dockerd`.
    pub docker: String,
    /// containerd.
    pub containerd: String,
    /// runc.
    pub runc: String,
    /// The buildx plugin.
    pub buildx: String,
    /// The compose plugin.
    pub compose: String,
}

/// One file of an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageFile {
    /// Name in the image's folder.
    pub name: String,
    /// Bytes on disk.
    pub size: u64,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// Bytes of `<name>.zst`, the form that is downloaded; zero where that was not made.
    pub download_size: u64,
}

/// One Debian package whose files are in an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImagePackage {
    /// Name of the package.
    pub name: String,
    /// Its full Debian version.
    pub version: String,
    /// `amd64` or `all`.
    pub architecture: String,
    /// SHA-256 of the `.deb`, in hex.
    pub sha256: String,
    /// Suite that it was taken from, such as `trixie`.
    pub suite: String,
}
