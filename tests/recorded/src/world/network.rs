//! A network.
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Held, clock::rfc3339};

/// A network.
#[derive(Debug, Clone, Default)]
pub(crate) struct Network {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) driver: String,
    pub(crate) internal: bool,
    pub(crate) attachable: bool,
    pub(crate) ipv6: bool,
    pub(crate) subnet: String,
    pub(crate) gateway: String,
    pub(crate) created: u64,
    pub(crate) labels: BTreeMap<String, String>,
}

/// A container on a network.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) ip: String,
}

impl Network {
    /// As in `GET /networks`; `members` when one is asked for alone.
    pub(crate) fn listed(&self, members: &[Member]) -> Value {
        let containers: serde_json::Map<_, _> = members
            .iter()
            .map(|member| {
                let value = json!({
                    "Name": member.name, "EndpointID": member.id, "MacAddress": "02:42:ac:12:00:02",
                    "IPv4Address": format!("{}/16", member.ip), "IPv6Address": "",
                });
                (member.id.clone(), value)
            })
            .collect();
        let ranges = if self.subnet.is_empty() {
            json!([])
        } else {
            json!([{"Subnet": self.subnet, "Gateway": self.gateway}])
        };
        json!({
            "Name": self.name, "Id": self.id, "Created": rfc3339(Some(self.created)),
            "Scope": "local", "Driver": self.driver, "EnableIPv4": true, "EnableIPv6": self.ipv6,
            "IPAM": {"Driver": "default", "Options": null, "Config": ranges},
            "Internal": self.internal, "Attachable": self.attachable, "Ingress": false,
            "ConfigFrom": {"Network": ""}, "ConfigOnly": false, "Containers": containers,
            "Options": {}, "Labels": self.labels,
        })
    }
}

impl Held {
    /// Containers that run on a network.
    pub(crate) fn members(&self, network: &str) -> Vec<Member> {
        let up = self.containers.values().filter(|c| c.run.is_up());
        up.filter_map(|c| {
            let (_, (_, ip)) = c.networks.iter().find(|(_, (id, _))| id == network)?;
            Some(Member {
                id: c.id.clone(),
                name: c.name.clone(),
                ip: ip.clone(),
            })
        })
        .collect()
    }
}
