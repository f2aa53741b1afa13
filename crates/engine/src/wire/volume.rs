//! Volumes.
use std::collections::BTreeMap;

use berth_api::engine::Volume;
use serde::Deserialize;

use super::nullable;
use crate::{
    cut::{NAME, TEXT, cut_owned, labels},
    times::seconds,
};

/// Label of volumes whose name is generated, since API 1.43.
const ANONYMOUS: &str = "com.docker.volume.anonymous";

/// A volume, in the list and alone.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct Listed {
    name: String,
    #[serde(deserialize_with = "nullable")]
    driver: String,
    #[serde(deserialize_with = "nullable")]
    mountpoint: String,
    #[serde(deserialize_with = "nullable")]
    created_at: String,
    #[serde(deserialize_with = "nullable")]
    labels: BTreeMap<String, String>,
    #[serde(deserialize_with = "nullable")]
    options: BTreeMap<String, String>,
}

impl From<Listed> for Volume {
    fn from(listed: Listed) -> Self {
        Self {
            driver: cut_owned(listed.driver, NAME),
            mountpoint: cut_owned(listed.mountpoint, TEXT),
            created: seconds(&listed.created_at),
            anonymous: listed.labels.contains_key(ANONYMOUS) || is_generated(&listed.name),
            labels: labels(listed.labels),
            options: labels(listed.options),
            size: None,
            name: cut_owned(listed.name, NAME),
        }
    }
}

/// The engine names a volume without a name by 64 hexadecimal digits.
fn is_generated(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}
