//! What a machine was made of, so that its saved state is given only to an
//! equal one.
//!
//! QEMU checks little of this by itself: it loads a state into a machine with
//! another kernel or a changed disk, and the guest then destroys its file
//! system. The record of a running process keeps the origin, since by the time
//! of a save the settings or the image may be newer ones.
use std::{ffi::OsString, fs::Metadata, io, path::Path, path::PathBuf, time::UNIX_EPOCH};

use berth_machine::{Accelerator, MachineSpec};
use serde::{Deserialize, Serialize};

use crate::{arguments::hardware, program::Program, sys, vsock::Vsock};

/// Tells the contents of an image file from those of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ImageIdentity {
    /// In bytes.
    size: u64,
    /// Time of the last change, in nanoseconds since 1970.
    modified: u64,
}

/// Tells one state of the data disk from every other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DiskIdentity {
    inode: u64,
    contents: ImageIdentity,
}

/// The files that a guest was booted from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Images {
    kernel: ImageIdentity,
    initrd: ImageIdentity,
    root_image: ImageIdentity,
}

/// Everything but the data disk that a state must fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Origin {
    qemu: String,
    accelerator: String,
    /// The host's processor, where the guest sees it.
    processor: Option<String>,
    cpus: u32,
    memory_bytes: u64,
    cmdline: String,
    images: Images,
    /// See [`hardware`].
    hardware: Vec<String>,
    /// Its vsock, which the guest remembers; compared as a part of the hardware.
    #[serde(default)]
    vsock: Option<Vsock>,
    /// Where the data disk is; not compared, its identity is.
    data_disk: PathBuf,
}

impl ImageIdentity {
    async fn look(path: &Path) -> io::Result<Self> {
        Ok(Self::of(&tokio::fs::metadata(path).await?))
    }

    fn of(metadata: &Metadata) -> Self {
        let modified = metadata.modified().ok();
        let since = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let nanoseconds = since.and_then(|since| u64::try_from(since.as_nanos()).ok());
        Self {
            size: metadata.len(),
            modified: nanoseconds.unwrap_or_default(),
        }
    }
}

impl DiskIdentity {
    /// Looks at the file at `path`.
    ///
    /// # Errors
    /// Those of reading its metadata.
    pub(crate) fn look(path: &Path) -> io::Result<Self> {
        let metadata = std::fs::metadata(path)?;
        Ok(Self {
            inode: sys::inode(&metadata),
            contents: ImageIdentity::of(&metadata),
        })
    }
}

impl Images {
    /// Looks at the files of `spec`.
    ///
    /// # Errors
    /// Those of reading their metadata.
    pub(crate) async fn look(spec: &MachineSpec) -> io::Result<Self> {
        Ok(Self {
            kernel: ImageIdentity::look(&spec.kernel).await?,
            initrd: ImageIdentity::look(&spec.initrd).await?,
            root_image: ImageIdentity::look(&spec.root_image).await?,
        })
    }
}

impl Origin {
    /// What a machine is made of that starts now with these arguments.
    pub(crate) fn new(
        spec: &MachineSpec,
        images: Images,
        program: &Program,
        accelerator: Accelerator,
        vsock: Option<Vsock>,
        arguments: &[OsString],
    ) -> Self {
        let emulated = accelerator == Accelerator::Emulation;
        Self {
            qemu: program.full_version.clone(),
            accelerator: accelerator.to_string(),
            processor: (!emulated).then(sys::processor),
            cpus: spec.cpus,
            memory_bytes: spec.memory_bytes,
            cmdline: spec.cmdline.clone(),
            images,
            hardware: hardware(arguments),
            vsock,
            data_disk: spec.data_disk.clone(),
        }
    }

    pub(crate) fn data_disk(&self) -> &Path {
        &self.data_disk
    }

    pub(crate) fn vsock(&self) -> Option<&Vsock> {
        self.vsock.as_ref()
    }

    /// What ran its instructions.
    pub(crate) fn accelerator(&self) -> Option<Accelerator> {
        use Accelerator::{Emulation, Hvf, Kvm, Whpx};
        [Kvm, Hvf, Whpx, Emulation]
            .into_iter()
            .find(|accelerator| accelerator.to_string() == self.accelerator)
    }

    /// Why a state of a machine of this origin does not fit one of `now`.
    pub(crate) fn misfit(&self, now: &Self) -> Option<String> {
        let another = |what: &str| format!("{what} is another one than when it was saved");
        let checks = [
            (self.qemu != now.qemu).then(|| {
                let (then, now) = (&self.qemu, &now.qemu);
                format!("QEMU {then} saved it and now QEMU {now} is installed")
            }),
            (self.accelerator != now.accelerator).then(|| {
                format!(
                    "it ran with {} and not {}",
                    self.accelerator, now.accelerator
                )
            }),
            (self.processor != now.processor).then(|| another("the computer's processor")),
            (self.cpus != now.cpus)
                .then(|| format!("it has {} CPUs and not {}", self.cpus, now.cpus)),
            (self.memory_bytes != now.memory_bytes).then(|| {
                let (then, now) = (self.memory_bytes >> 20, now.memory_bytes >> 20);
                format!("it has {then} MiB of memory and not {now}")
            }),
            (self.images.kernel != now.images.kernel).then(|| another("the kernel")),
            (self.images.initrd != now.images.initrd).then(|| another("the initial RAM disk")),
            (self.images.root_image != now.images.root_image).then(|| another("the root image")),
            (self.cmdline != now.cmdline).then(|| another("the kernel's command line")),
            (self.hardware != now.hardware).then(|| another("the virtual hardware")),
        ];
        checks.into_iter().flatten().next()
    }
}

#[cfg(test)]
pub(crate) mod tests;
