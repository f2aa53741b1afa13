//! A container and what the API says about it.
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    clock::{ago, now_ms, now_seconds, rfc3339, rfc3339_ms},
    mix,
};
use crate::{fs::Fs, log::LogPlan};

/// State of a container's process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Run {
    Created,
    Running,
    Paused,
    Restarting,
    Exited,
    Dead,
}

impl Run {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Restarting => "restarting",
            Self::Exited => "exited",
            Self::Dead => "dead",
        }
    }

    pub(crate) fn is_up(self) -> bool {
        matches!(self, Self::Running | Self::Paused)
    }
}

/// What its health check says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Health {
    Starting,
    Healthy,
    Unhealthy,
}

impl Health {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Healthy => "healthy",
            Self::Unhealthy => "unhealthy",
        }
    }
}

/// A port, published if it has a host port.
#[derive(Debug, Clone)]
pub(crate) struct Port {
    pub(crate) inner: u16,
    pub(crate) protocol: String,
    pub(crate) host: Option<u16>,
    pub(crate) host_ip: String,
}

/// A program that runs in a container.
#[derive(Debug, Clone, Default)]
pub(crate) struct Exec {
    pub(crate) id: String,
    pub(crate) container: String,
    pub(crate) cmd: Vec<String>,
    pub(crate) tty: bool,
    pub(crate) running: bool,
    pub(crate) exit_code: Option<i64>,
}

/// A container.
#[derive(Debug, Clone)]
pub(crate) struct Container {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) image: String,
    pub(crate) image_id: String,
    pub(crate) cmd: Vec<String>,
    pub(crate) env: Vec<String>,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) created: u64,
    pub(crate) run: Run,
    pub(crate) health: Option<Health>,
    pub(crate) exit_code: i64,
    pub(crate) started: Option<u64>,
    pub(crate) finished: Option<u64>,
    pub(crate) ports: Vec<Port>,
    /// Networks by name: ID, address.
    pub(crate) networks: BTreeMap<String, (String, String)>,
    /// Kind, name or path, target, writable.
    pub(crate) mounts: Vec<(String, String, String, bool)>,
    pub(crate) tty: bool,
    pub(crate) restart: String,
    pub(crate) auto_remove: bool,
    pub(crate) host_config: Value,
    pub(crate) fs: Fs,
    pub(crate) log: LogPlan,
    /// Makes its load differ from that of others.
    pub(crate) seed: u64,
}

impl Container {
    /// The volume that a path is in, and the path there.
    pub(crate) fn volume_at<'p>(&self, path: &'p str) -> Option<(&str, &'p str)> {
        let (_, name, target, _) = self
            .mounts
            .iter()
            .find(|(kind, _, target, _)| kind == "volume" && path.starts_with(target.as_str()))?;
        let rest = &path[target.len()..];
        Some((name, if rest.is_empty() { "/" } else { rest }))
    }

    /// The sentence of `docker ps` (moby, `container/state.go`).
    pub(crate) fn status(&self) -> String {
        let since = |time: Option<u64>| ago(now_seconds().saturating_sub(time.unwrap_or(0)));
        let health = match self.health {
            Some(Health::Starting) => " (health: starting)".to_owned(),
            Some(health) => format!(" ({})", health.name()),
            None => String::new(),
        };
        match self.run {
            Run::Created => "Created".to_owned(),
            Run::Running => format!("Up {}{health}", since(self.started)),
            Run::Paused => format!("Up {} (Paused)", since(self.started)),
            Run::Dead => "Dead".to_owned(),
            Run::Exited | Run::Restarting => {
                let word = if self.run == Run::Exited {
                    "Exited"
                } else {
                    "Restarting"
                };
                format!("{word} ({}) {} ago", self.exit_code, since(self.finished))
            }
        }
    }

    /// Its entry in `GET /containers/json`.
    pub(crate) fn listed(&self) -> Value {
        let ports: Vec<_> = self
            .ports
            .iter()
            .flat_map(|port| self.listed_port(port))
            .collect();
        let networks: serde_json::Map<_, _> = self
            .networks
            .iter()
            .map(|(name, (id, ip))| (name.clone(), self.endpoint(id, ip)))
            .collect();
        json!({
            "Id": self.id, "Names": [format!("/{}", self.name)], "Image": self.image,
            "ImageID": self.image_id, "Command": self.cmd.join(" "), "Created": self.created,
            "Ports": ports, "Labels": self.labels, "State": self.run.name(),
            "Status": self.status(), "HostConfig": {"NetworkMode": "default"},
            "NetworkSettings": {"Networks": networks}, "Mounts": self.mount_points(),
        })
    }

    fn listed_port(&self, port: &Port) -> Vec<Value> {
        let bare = json!({"PrivatePort": port.inner, "Type": port.protocol});
        let Some(host) = port.host.filter(|_| self.run.is_up()) else {
            return vec![bare];
        };
        let on = |ip: &str| json!({"IP": ip, "PrivatePort": port.inner, "PublicPort": host, "Type": port.protocol});
        if port.host_ip == "0.0.0.0" {
            vec![on("0.0.0.0"), on("::")]
        } else {
            vec![on(&port.host_ip)]
        }
    }

    fn endpoint(&self, id: &str, ip: &str) -> Value {
        let up = self.run.is_up();
        let mac = format!(
            "02:42:ac:{:02x}:{:02x}:02",
            self.seed & 255,
            self.seed >> 8 & 255
        );
        json!({
            "NetworkID": id, "EndpointID": if up { self.id.as_str() } else { "" },
            "IPAddress": if up { ip } else { "" }, "IPPrefixLen": if up { 16 } else { 0 },
            "Gateway": if up { "172.18.0.1" } else { "" }, "GlobalIPv6Address": "",
            "MacAddress": if up { mac } else { String::new() }, "Aliases": [self.name],
            "DNSNames": [self.name, &self.id[..12]],
        })
    }

    fn mount_points(&self) -> Vec<Value> {
        let point = |(kind, source, target, writable): &(String, String, String, bool)| {
            let volume = kind == "volume";
            json!({
                "Type": kind, "Name": if volume { source.as_str() } else { "" },
                "Source": if volume {
                    format!("/var/lib/docker/volumes/{source}/_data")
                } else {
                    source.clone()
                },
                "Destination": target, "Driver": if volume { "local" } else { "" },
                "Mode": if *writable { "rw" } else { "ro" }, "RW": writable, "Propagation": "",
            })
        };
        self.mounts.iter().map(point).collect()
    }

    /// Answer to `GET /containers/{id}/json`.
    pub(crate) fn inspected(&self) -> Value {
        let mut ports = serde_json::Map::new();
        for port in &self.ports {
            let bound = port
                .host
                .filter(|_| self.run.is_up())
                .map(|host| json!([{"HostIp": port.host_ip, "HostPort": host.to_string()}]));
            let key = format!("{}/{}", port.inner, port.protocol);
            ports.insert(key, bound.unwrap_or(Value::Null));
        }
        let networks: serde_json::Map<_, _> = self
            .networks
            .iter()
            .map(|(name, (id, ip))| (name.clone(), self.endpoint(id, ip)))
            .collect();
        let mut config = self.config();
        if self.health.is_some() {
            config["Healthcheck"] = json!({
                "Test": ["CMD-SHELL", "curl -f http://localhost/ || exit 1"],
                "Interval": 30_000_000_000u64, "Timeout": 3_000_000_000u64, "Retries": 3,
            });
        }
        json!({
            "Id": self.id, "Created": rfc3339(Some(self.created)), "Path": self.cmd.first(),
            "Args": self.cmd.iter().skip(1).collect::<Vec<_>>(), "State": self.state(),
            "Image": self.image_id, "Name": format!("/{}", self.name), "RestartCount": 0,
            "Driver": "overlay2", "Platform": "linux", "MountLabel": "", "ProcessLabel": "",
            "HostConfig": self.full_host_config(), "Mounts": self.mount_points(),
            "Config": config, "LogPath": "", "ExecIDs": null,
            "NetworkSettings": {"Ports": ports, "Networks": networks, "SandboxID": self.id},
            "SizeRw": 1024 * (self.seed % 5000), "SizeRootFs": 100_000_000 + self.seed % 1_000_000,
            "GraphDriver": {"Name": "overlay2", "Data": null},
        })
    }

    fn state(&self) -> Value {
        let mut state = json!({
            "Status": self.run.name(), "Running": self.run.is_up() || self.run == Run::Restarting,
            "Paused": self.run == Run::Paused, "Restarting": self.run == Run::Restarting,
            "OOMKilled": self.exit_code == 137 && self.seed.is_multiple_of(2), "Dead": self.run == Run::Dead,
            "Pid": if self.run.is_up() { 1000 + self.seed % 30000 } else { 0 },
            "ExitCode": if self.run.is_up() { 0 } else { self.exit_code }, "Error": "",
            "StartedAt": rfc3339(self.started), "FinishedAt": rfc3339(self.finished),
        });
        if let Some(health) = self.health {
            let failed = health == Health::Unhealthy;
            let checks: Vec<_> = (0..5u64)
                .map(|n| {
                    let at = now_ms().saturating_sub((5 - n) * 30_000);
                    json!({
                        "Start": rfc3339_ms(at), "End": rfc3339_ms(at + 40 + self.seed % 50),
                        "ExitCode": i32::from(failed),
                        "Output": if failed {
                            "curl: (7) Failed to connect to localhost port 80: Connection refused\n"
                        } else {
                            "OK\n"
                        },
                    })
                })
                .collect();
            let streak = if failed { 5 } else { 0 };
            state["Health"] =
                json!({"Status": health.name(), "FailingStreak": streak, "Log": checks});
        }
        state
    }

    fn config(&self) -> Value {
        let exposed: serde_json::Map<_, _> = self
            .ports
            .iter()
            .map(|port| (format!("{}/{}", port.inner, port.protocol), json!({})))
            .collect();
        json!({
            "Hostname": &self.id[..12], "Domainname": "", "User": "", "AttachStdin": false,
            "AttachStdout": true, "AttachStderr": true, "ExposedPorts": exposed, "Tty": self.tty,
            "OpenStdin": self.tty, "StdinOnce": false, "Env": self.env, "Cmd": self.cmd,
            "Image": self.image, "Volumes": null, "WorkingDir": "/app", "Entrypoint": null,
            "Labels": self.labels,
        })
    }

    fn full_host_config(&self) -> Value {
        let mut bindings = serde_json::Map::new();
        for port in self.ports.iter().filter(|port| port.host.is_some()) {
            let host = port.host.unwrap_or(0).to_string();
            bindings.insert(
                format!("{}/{}", port.inner, port.protocol),
                json!([{"HostIp": port.host_ip, "HostPort": host}]),
            );
        }
        let binds: Vec<_> = self
            .mounts
            .iter()
            .map(|(_, source, target, writable)| {
                format!("{source}:{target}{}", if *writable { "" } else { ":ro" })
            })
            .collect();
        let network = self.networks.keys().next().map_or("bridge", String::as_str);
        let mut config = json!({
            "Binds": binds, "NetworkMode": network, "PortBindings": bindings,
            "RestartPolicy": {"Name": self.restart, "MaximumRetryCount": 0},
            "AutoRemove": self.auto_remove, "Memory": 0, "NanoCpus": 0, "Privileged": false,
            "LogConfig": {"Type": "json-file", "Config": {}}, "CapAdd": null, "CapDrop": null,
            "Dns": [], "ExtraHosts": null, "ShmSize": 67_108_864, "Runtime": "runc",
        });
        if let (Some(all), Some(own)) = (config.as_object_mut(), self.host_config.as_object()) {
            for (key, value) in own {
                all.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
        config
    }

    /// Answer to `GET /containers/{id}/stats`: counters that grow with time, at a
    /// pace of the container's own.
    pub(crate) fn stats(&self) -> Value {
        if !self.run.is_up() {
            let never = rfc3339(None);
            return json!({"read": never, "preread": never, "name": format!("/{}", self.name), "id": self.id});
        }
        let now = now_ms();
        let up = now.saturating_sub(self.started.unwrap_or(0) * 1000);
        let cpu = if self.run == Run::Paused {
            0
        } else {
            self.cpu_ns(up)
        };
        let base = (8 + mix(self.seed) % 400) << 20;
        let memory = base + (mix(self.seed ^ (now / 1000)) % (base / 8));
        let wave = up * (self.seed % 2000);
        json!({
            "read": rfc3339_ms(now), "preread": rfc3339(None), "name": format!("/{}", self.name),
            "id": self.id, "num_procs": 0,
            "cpu_stats": {"cpu_usage": {"total_usage": cpu, "usage_in_usermode": cpu / 3 * 2,
                "usage_in_kernelmode": cpu / 3}, "system_cpu_usage": now * 4_000_000,
                "online_cpus": 4, "throttling_data": {}},
            "precpu_stats": {},
            "memory_stats": {"usage": memory + (4 << 20), "limit": 8_u64 << 30,
                "stats": {"inactive_file": 4 << 20}},
            "networks": {"eth0": {"rx_bytes": wave / 3, "tx_bytes": wave / 7, "rx_packets": wave / 900,
                "tx_packets": wave / 1900}},
            "blkio_stats": {"io_service_bytes_recursive": [
                {"major": 254, "minor": 0, "op": "read", "value": wave / 11},
                {"major": 254, "minor": 0, "op": "write", "value": wave / 5}]},
            "pids_stats": {"current": 1 + self.seed % 40, "limit": 18_000},
        })
    }

    /// CPU time after so many milliseconds, in nanoseconds: a rate of its own with
    /// a wave on it.
    fn cpu_ns(&self, up_ms: u64) -> u64 {
        let busy = mix(self.seed) % 100;
        let top = match busy {
            96.. => 1.2,
            61..96 => 0.12,
            _ => 0.01,
        };
        let period = 20_000.0 + (self.seed % 40_000) as f64;
        let at = up_ms as f64;
        let turn = std::f64::consts::TAU / period;
        let spent = top * at - 0.9 * top / turn * (at * turn).sin();
        (spent * 1e6) as u64
    }
}
