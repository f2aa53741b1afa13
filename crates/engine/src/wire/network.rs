//! Networks.
use std::collections::BTreeMap;

use berth_api::engine::{Network, Subnet};
use serde::Deserialize;

use super::{nullable, some};
use crate::{
    cut::{NAME, cut_owned, labels},
    times::seconds,
};

/// A network, in the list and alone.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct Listed {
    id: String,
    #[serde(deserialize_with = "nullable")]
    name: String,
    #[serde(deserialize_with = "nullable")]
    driver: String,
    #[serde(deserialize_with = "nullable")]
    scope: String,
    #[serde(deserialize_with = "nullable")]
    internal: bool,
    #[serde(deserialize_with = "nullable")]
    attachable: bool,
    #[serde(rename = "EnableIPv6", deserialize_with = "nullable")]
    ipv6: bool,
    #[serde(deserialize_with = "nullable")]
    created: String,
    #[serde(deserialize_with = "nullable")]
    labels: BTreeMap<String, String>,
    #[serde(rename = "IPAM", deserialize_with = "nullable")]
    ipam: Ipam,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Ipam {
    #[serde(deserialize_with = "nullable")]
    config: Vec<Range>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Range {
    #[serde(deserialize_with = "nullable")]
    subnet: String,
    #[serde(deserialize_with = "nullable")]
    gateway: String,
}

impl From<Listed> for Network {
    fn from(listed: Listed) -> Self {
        let ranges = listed.ipam.config.into_iter().take(64);
        Self {
            id: cut_owned(listed.id, NAME),
            name: cut_owned(listed.name, NAME),
            driver: cut_owned(listed.driver, NAME),
            scope: cut_owned(listed.scope, 32),
            internal: listed.internal,
            attachable: listed.attachable,
            ipv6: listed.ipv6,
            subnets: ranges
                .map(|range| Subnet {
                    subnet: cut_owned(range.subnet, 64),
                    gateway: some(cut_owned(range.gateway, 64)),
                })
                .collect(),
            created: seconds(&listed.created),
            labels: labels(listed.labels),
        }
    }
}
