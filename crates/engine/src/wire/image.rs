//! Images: the list's entries, and the platform that only `inspect` tells.
use std::collections::BTreeMap;

use berth_api::engine::Image;
use serde::Deserialize;

use super::{nullable, positive};
use crate::cut::{NAME, cut_owned, labels, list};

/// An entry of `GET /images/json`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct Listed {
    id: String,
    #[serde(deserialize_with = "nullable")]
    repo_tags: Vec<String>,
    #[serde(deserialize_with = "nullable")]
    repo_digests: Vec<String>,
    #[serde(deserialize_with = "nullable")]
    created: i64,
    #[serde(deserialize_with = "nullable")]
    size: i64,
    #[serde(deserialize_with = "nullable")]
    labels: BTreeMap<String, String>,
}

impl From<Listed> for Image {
    fn from(listed: Listed) -> Self {
        Self {
            id: cut_owned(listed.id, NAME),
            tags: names(listed.repo_tags, "<none>:<none>"),
            digests: names(listed.repo_digests, "<none>@<none>"),
            created: positive(listed.created).unwrap_or(0),
            size: positive(listed.size).unwrap_or(0),
            shared: None,
            platform: None,
            labels: labels(listed.labels),
        }
    }
}

fn names(all: Vec<String>, nothing: &str) -> Vec<String> {
    let mut names: Vec<_> = all
        .into_iter()
        .filter(|name| name != nothing)
        .map(|name| cut_owned(name, NAME))
        .collect();
    names.sort();
    list(names, String::len)
}

/// What `GET /images/{id}/json` says about where an image runs.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct Inspected {
    #[serde(deserialize_with = "nullable")]
    os: String,
    #[serde(deserialize_with = "nullable")]
    architecture: String,
    #[serde(deserialize_with = "nullable")]
    variant: String,
}

impl Inspected {
    /// Such as `linux/arm64/v8`.
    pub(crate) fn platform(&self) -> Option<String> {
        if self.os.is_empty() || self.architecture.is_empty() {
            return None;
        }
        let mut platform = format!("{}/{}", self.os, self.architecture);
        if !self.variant.is_empty() {
            platform.push('/');
            platform.push_str(&self.variant);
        }
        Some(cut_owned(platform, 64))
    }
}
