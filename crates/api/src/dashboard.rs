//! What the dashboard needs besides: its address, remembered choices, folders of
//! the host to choose from, compose files.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Result of [`crate::call::Call::Dashboard`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DashboardAddress {
    /// For a browser; holds the token in its fragment.
    pub url: String,
    /// Such as `http://127.0.0.1:7654`.
    pub origin: String,
    /// What every request must carry.
    pub token: String,
}

impl std::fmt::Debug for DashboardAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DashboardAddress")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

/// Result of [`crate::call::Call::Prefs`]: what the dashboard remembers, by name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Prefs {
    /// Values, which mean something to the dashboard only.
    #[cfg_attr(feature = "typescript", ts(type = "Record<string, unknown>"))]
    pub values: BTreeMap<String, Value>,
}

/// Parameters of [`crate::call::Call::PrefSet`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PrefSet {
    /// Name, at most 128 bytes.
    pub name: String,
    /// Value, at most 64 KiB as JSON; null removes it.
    #[cfg_attr(feature = "typescript", ts(type = "unknown"))]
    pub value: Value,
}

/// Result of [`crate::call::Call::HostFolder`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HostFolder {
    /// The folder, absolute.
    pub path: String,
    /// The folder above, if there is one.
    pub parent: Option<String>,
    /// What is in it: folders first, by name. Hidden ones too.
    pub entries: Vec<HostEntry>,
    /// There are more than are listed.
    pub cut: bool,
}

/// Something in a folder of the host.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HostEntry {
    /// Its name.
    pub name: String,
    /// It is a folder, or a link to one.
    pub folder: bool,
    /// Its size in bytes.
    pub size: u64,
    /// When it was last changed, in milliseconds since the Unix epoch.
    pub modified_ms: u64,
}

/// A compose project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ComposeProject {
    /// Its name.
    pub name: String,
    /// Its folder on the host.
    pub folder: Option<String>,
    /// Its files.
    pub files: Vec<String>,
    /// The files are there and can be read.
    pub files_present: bool,
    /// Services that its files name, empty if they can't be read.
    pub services: Vec<String>,
}

/// Result of [`crate::call::Call::ComposeRead`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ComposeFile {
    /// Where.
    pub path: String,
    /// What is in it.
    pub text: String,
    /// To be sent back with a change, so that nobody else's is overwritten.
    pub version: String,
    /// What `docker compose config` finds wrong, if anything.
    pub problem: Option<String>,
}

/// Parameters of [`crate::call::Call::ComposeWrite`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ComposeWrite {
    /// Where: a YAML file.
    pub path: String,
    /// What to write.
    pub text: String,
    /// [`ComposeFile::version`] as it was read; `None` for a new file.
    pub version: Option<String>,
}

/// Parameters of calls about one path of the host.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default, deny_unknown_fields)]
pub struct HostPath {
    /// The path; the user's home folder when empty.
    pub path: String,
}
