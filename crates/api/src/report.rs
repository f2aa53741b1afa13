//! Results of the calls about settings, health and the VM image.
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use berth_model::{
    config::{
        Config,
        file::{Change, Settings},
        table::KEYS,
    },
    host::HostFacts,
    image::Manifest,
    size::ByteSize,
    state::RestartCost,
};
use serde::{Deserialize, Serialize};

/// Result of [`crate::call::Call::ConfigGet`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConfigReport {
    /// The settings file.
    pub path: PathBuf,
    /// Every setting, in the order of the documentation.
    pub entries: Vec<ConfigEntry>,
    /// What is wrong with the file, one sentence each.
    pub problems: Vec<String>,
}

impl ConfigReport {
    /// What `settings` from the file at `path` mean on `host`.
    pub fn new(path: &Path, settings: &Settings, host: &HostFacts) -> Self {
        let defaults = Config::defaults(host);
        let entries = KEYS.iter().map(|key| ConfigEntry {
            key: key.name.to_owned(),
            value: key.show(&settings.config),
            default: key.show(&defaults),
            set: settings.set.contains(&key.name),
            description: key.description.to_owned(),
            cost: key.cost,
        });
        Self {
            path: path.to_owned(),
            entries: entries.collect(),
            problems: settings.unknown.iter().map(ToString::to_string).collect(),
        }
    }
}

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
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
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
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

impl From<&Change> for ConfigChange {
    fn from(change: &Change) -> Self {
        Self {
            key: change.key.name.to_owned(),
            old: change.key.show(&change.old.config),
            new: change.key.show(&change.new.config),
            cost: change.cost,
        }
    }
}

/// Result of [`crate::call::Call::Doctor`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
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
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
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
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
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
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
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

impl ImageReport {
    /// What the image in `folder` says of itself.
    pub fn new(folder: &Path, manifest: &Manifest) -> Self {
        let engine = &manifest.engine;
        let components = [
            ("kernel", &manifest.kernel),
            ("docker", &engine.docker),
            ("containerd", &engine.containerd),
            ("runc", &engine.runc),
            ("buildx", &engine.buildx),
            ("compose", &engine.compose),
        ];
        let components = components.map(|(name, version)| (name.to_owned(), version.clone()));
        let files = manifest.files.iter().map(|file| ImageFile {
            name: file.name.clone(),
            bytes: ByteSize::bytes(file.size),
            sha256: file.sha256.clone(),
        });
        Self {
            key: manifest.key.clone(),
            folder: folder.to_owned(),
            components: components.into(),
            files: files.collect(),
        }
    }
}

/// A file of the image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImageFile {
    /// Such as `vmlinux`.
    pub name: String,
    /// Its size.
    pub bytes: ByteSize,
    /// Checksum, in hexadecimal.
    pub sha256: String,
}
