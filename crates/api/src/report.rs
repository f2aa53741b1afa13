//! Results of the calls about settings, health and the VM image.
use std::{collections::BTreeMap, path::PathBuf};

use berth_model::{size::ByteSize, state::RestartCost};
use serde::{Deserialize, Serialize};

/// Result of [`crate::call::Call::ConfigGet`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigReport {
    /// The settings file.
    pub path: PathBuf,
    /// Every setting, in the order of the documentation.
    pub entries: Vec<ConfigEntry>,
    /// What is wrong with the file, one sentence each.
    pub problems: Vec<String>,
}

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigEntry {
    /// Its key, such as `memory`.
    pub key: String,
    /// Its value now.
    pub value: String,
    /// Its value when the file doesn't name it.
    pub default: String,
    /// The file names it.
    pub set: bool,
    /// What it is for.
    pub description: String,
    /// What a change of it costs.
    pub cost: RestartCost,
}

/// Result of [`crate::call::Call::ConfigSet`] and `ConfigUnset`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigChange {
    /// The key.
    pub key: String,
    /// Its value before.
    pub old: String,
    /// Its value now.
    pub new: String,
    /// What it takes until the new value holds.
    pub cost: RestartCost,
}

/// Result of [`crate::call::Call::Doctor`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorReport {
    /// In the order in which they should be read.
    pub checks: Vec<Check>,
}

impl DoctorReport {
    /// No check failed; warnings don't count.
    pub fn is_healthy(&self) -> bool {
        let mut checks = self.checks.iter();
        !checks.any(|check| check.status == CheckStatus::Fail)
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Stable name, such as `docker_socket`.
    pub id: String,
    /// What is checked, for people.
    pub title: String,
    /// How it went.
    pub status: CheckStatus,
    /// What was found, one sentence.
    pub detail: String,
    /// A command, or what else the user can do.
    pub fix: Option<String>,
}

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckStatus {
    /// As it should be.
    Ok,
    /// Works, but not as well as it could.
    Warn,
    /// Does not work.
    Fail,
    /// Could not be checked, or does not apply.
    Skip,
}

/// Result of [`crate::call::Call::ImageInfo`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageReport {
    /// Names its content.
    pub key: String,
    /// Where it is.
    pub folder: PathBuf,
    /// Main parts and their versions, such as `dockerd`: `28.5.2`.
    pub components: BTreeMap<String, String>,
    /// Its files.
    pub files: Vec<ImageFile>,
}

/// A file of the image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageFile {
    /// Such as `vmlinux`.
    pub name: String,
    /// Its size.
    pub bytes: ByteSize,
    /// Checksum, in hexadecimal.
    pub sha256: String,
}
