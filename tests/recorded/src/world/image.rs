//! An image and what the API says about it.
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{clock::rfc3339, mix};

/// An image.
#[derive(Debug, Clone, Default)]
pub(crate) struct Image {
    pub(crate) id: String,
    pub(crate) tags: BTreeSet<String>,
    pub(crate) digests: Vec<String>,
    pub(crate) created: u64,
    pub(crate) size: u64,
    pub(crate) shared: u64,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) cmd: Vec<String>,
    pub(crate) seed: u64,
}

/// `nginx` is `nginx:latest`.
pub(crate) fn full_tag(name: &str) -> String {
    let last = name.rsplit('/').next().unwrap_or(name);
    if last.contains(':') || name.contains('@') {
        name.to_owned()
    } else {
        format!("{name}:latest")
    }
}

impl Image {
    /// Its entry in `GET /images/json`.
    pub(crate) fn listed(&self, containers: i64) -> Value {
        json!({
            "Id": self.id, "ParentId": "", "RepoTags": self.tags, "RepoDigests": self.digests,
            "Created": self.created, "Size": self.size, "SharedSize": -1, "Labels": self.labels,
            "Containers": containers,
        })
    }

    /// Answer to `GET /images/{id}/json`.
    pub(crate) fn inspected(&self) -> Value {
        let layers: Vec<_> = (0..self.layers())
            .map(|n| format!("sha256:{}", super::id("layer", self.seed << 8 | n)))
            .collect();
        json!({
            "Id": self.id, "RepoTags": self.tags, "RepoDigests": self.digests, "Parent": "",
            "Comment": "", "Created": rfc3339(Some(self.created)), "DockerVersion": "",
            "Author": "", "Architecture": self.architecture(), "Os": "linux", "Size": self.size,
            "Variant": if self.architecture() == "arm64" { "v8" } else { "" },
            "Config": {"Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
                "Cmd": self.cmd, "Labels": self.labels, "WorkingDir": "/app",
                "ExposedPorts": {"80/tcp": {}}, "Entrypoint": null},
            "GraphDriver": {"Name": "overlay2", "Data": null},
            "RootFS": {"Type": "layers", "Layers": layers}, "Metadata": {},
        })
    }

    fn architecture(&self) -> &'static str {
        if self.seed.is_multiple_of(7) {
            "arm64"
        } else {
            "amd64"
        }
    }

    fn layers(&self) -> u64 {
        3 + self.seed % 6
    }

    /// Answer to `GET /images/{id}/history`.
    pub(crate) fn history(&self) -> Value {
        let commands = [
            "/bin/sh -c #(nop) ADD file:0b4c7e0d in / ",
            "/bin/sh -c set -eux; apt-get update; apt-get install -y --no-install-recommends ca-certificates",
            "ENV PATH=/usr/local/bin:/usr/bin:/bin",
            "WORKDIR /app",
            "COPY package.json package-lock.json ./ # buildkit",
            "RUN /bin/sh -c npm ci --omit=dev # buildkit",
            "COPY . . # buildkit",
            "EXPOSE map[80/tcp:{}]",
            "CMD [\"node\" \"server.js\"]",
        ];
        let count = self.layers();
        let steps: Vec<_> = (0..count)
            .rev()
            .map(|n| {
                let first = n == 0;
                let size = if first {
                    self.size / 2
                } else {
                    self.size / 2 / count
                };
                let command = usize::try_from(n).unwrap_or(0) % commands.len();
                json!({
                    "Id": if n + 1 == count { self.id.as_str() } else { "<missing>" },
                    "Created": self.created - (count - n) * 3, "CreatedBy": commands[command],
                    "Tags": if n + 1 == count { json!(self.tags) } else { Value::Null },
                    "Size": if mix(n).is_multiple_of(4) && !first { 0 } else { size },
                    "Comment": "buildkit.dockerfile.v0",
                })
            })
            .collect();
        json!(steps)
    }
}
