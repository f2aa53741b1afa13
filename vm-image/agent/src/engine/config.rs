//! Contents of the engine's configuration files.
use serde_json::{Map, Value, json};

use crate::boot::PROXY;

/// containerd's configuration. What Docker never uses (Kubernetes' interface,
/// other snapshotters) is off: it costs start-up time, and the `opt` plugin
/// wants to write to the read-only root.
pub(super) const CONTAINERD_TOML: &str = r#"version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = [
  "io.containerd.grpc.v1.cri",
  "io.containerd.internal.v1.opt",
  "io.containerd.nri.v1.nri",
  "io.containerd.snapshotter.v1.blockfile",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.erofs",
  "io.containerd.snapshotter.v1.zfs",
]
[grpc]
address = "/run/containerd/containerd.sock"
"#;

/// Keys that the host's settings can't change: others of Berth rely on them.
const OURS: [&str; 8] = [
    "containerd",
    "data-root",
    "exec-root",
    "hosts",
    "pidfile",
    "userland-proxy",
    "userland-proxy-path",
    "exec-opts",
];

/// What the engine is configured for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    /// Containers go on while dockerd is restarted.
    Running,
    /// Containers end with dockerd, within this many seconds.
    Ending(u64),
}

/// dockerd's configuration: Berth's own, the host's keys merged over it.
pub(super) fn daemon_json(wanted: &Map<String, Value>, life: Life) -> Map<String, Value> {
    let mut all = ours();
    for (key, value) in wanted
        .iter()
        .filter(|(key, _)| !OURS.contains(&key.as_str()))
    {
        merge(all.entry(key.clone()).or_insert(Value::Null), value);
    }
    if let Life::Ending(seconds) = life {
        all.insert("live-restore".into(), false.into());
        all.insert("shutdown-timeout".into(), seconds.into());
    }
    all
}

fn ours() -> Map<String, Value> {
    let value = json!({
        "hosts": ["unix:///var/run/docker.sock"],
        "containerd": "/run/containerd/containerd.sock",
        "data-root": "/var/lib/docker",
        "exec-opts": ["native.cgroupdriver=cgroupfs"],
        "userland-proxy": true,
        "userland-proxy-path": PROXY,
        "live-restore": true,
        "features": { "containerd-snapshotter": true },
        "mtu": crate::network::MTU,
        "default-network-opts": {
            "bridge": { "com.docker.network.driver.mtu": crate::network::MTU.to_string() },
        },
        "host-gateway-ips": ["198.18.6.1"],
        // The host's own loopback, which Docker trusts by default elsewhere: a
        // registry there is pushed to by the host's name, without certificates.
        "insecure-registries": ["198.18.6.1/32", "fd6b:6572:7468::1/128"],
        "log-driver": "json-file",
        "log-opts": { "max-size": "10m", "max-file": "3" },
        "builder": { "gc": { "enabled": true } },
    });
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// Objects are merged key by key, anything else is replaced.
fn merge(old: &mut Value, new: &Value) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for (key, value) in new {
                merge(old.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (old, new) => old.clone_from(new),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::{CONTAINERD_TOML, Life, daemon_json};

    fn check(wanted: &Value, life: Life, key: &str, expected: &Value) {
        let all = daemon_json(wanted.as_object().unwrap(), life);
        assert_eq!(all.get(key).unwrap_or(&Value::Null), expected);
    }

    #[test]
    fn the_hosts_keys_are_merged_over_ours() {
        let wanted = json!({
            "debug": true,
            "features": { "cdi": true },
            "log-opts": { "max-size": "1m" },
        });
        check(&wanted, Life::Running, "debug", &json!(true));
        let features = json!({ "containerd-snapshotter": true, "cdi": true });
        check(&wanted, Life::Running, "features", &features);
        let log = json!({ "max-size": "1m", "max-file": "3" });
        check(&wanted, Life::Running, "log-opts", &log);
    }

    #[test]
    fn lists_are_replaced_not_joined() {
        let wanted = json!({ "host-gateway-ips": ["10.0.0.1"] });
        check(
            &wanted,
            Life::Running,
            "host-gateway-ips",
            &json!(["10.0.0.1"]),
        );
    }

    #[test]
    fn what_berth_relies_on_stays() {
        let wanted = json!({ "hosts": ["tcp://0.0.0.0:2375"], "userland-proxy": false });
        check(
            &wanted,
            Life::Running,
            "hosts",
            &json!(["unix:///var/run/docker.sock"]),
        );
        check(&wanted, Life::Running, "userland-proxy", &json!(true));
    }

    #[test]
    fn containers_outlive_dockerd_until_the_end() {
        check(&json!({}), Life::Running, "live-restore", &json!(true));
        let wanted = json!({ "live-restore": true, "shutdown-timeout": 1 });
        check(&wanted, Life::Ending(7), "live-restore", &json!(false));
        check(&wanted, Life::Ending(7), "shutdown-timeout", &json!(7));
    }

    #[test]
    fn registries_on_the_hosts_loopback_need_no_certificate() {
        let trusted = json!(["198.18.6.1/32", "fd6b:6572:7468::1/128"]);
        check(&json!({}), Life::Running, "insecure-registries", &trusted);
    }

    #[test]
    fn container_logs_are_bounded() {
        let all = daemon_json(&Map::new(), Life::Running);
        assert_eq!(all["log-opts"]["max-size"], "10m");
    }

    #[test]
    fn containerd_listens_where_dockerd_looks() {
        let all = daemon_json(&Map::new(), Life::Running);
        assert!(CONTAINERD_TOML.contains(all["containerd"].as_str().unwrap()));
    }
}
