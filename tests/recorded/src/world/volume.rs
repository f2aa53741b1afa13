//! A volume.
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::clock::rfc3339;
use crate::fs::Fs;

/// A volume.
#[derive(Debug, Clone, Default)]
pub(crate) struct Volume {
    pub(crate) name: String,
    pub(crate) driver: String,
    pub(crate) created: u64,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) options: BTreeMap<String, String>,
    pub(crate) size: u64,
    pub(crate) fs: Fs,
}

impl Volume {
    /// As in `GET /volumes`.
    pub(crate) fn listed(&self) -> Value {
        json!({
            "Name": self.name, "Driver": self.driver, "Scope": "local", "Labels": self.labels,
            "Options": self.options, "CreatedAt": rfc3339(Some(self.created)),
            "Mountpoint": format!("/var/lib/docker/volumes/{}/_data", self.name),
        })
    }
}
