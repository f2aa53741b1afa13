//! The state of everything, put together.
use std::{fs, time::Duration};

use berth_api::status::{
    BackendStatus, BootStage, DaemonStatus, DiskStatus, DockerEndpoint, Status, VmStatus,
};
use berth_link::proto::{ControlReply, ControlRequest, GuestInfo};
use berth_model::{config, size::ByteSize, state::RestartCost};
use tokio::time::timeout;

use super::{Control, VERSION, machine_settings};
use crate::{
    session,
    vm::{Snapshot, engine_status},
};

/// How long a busy guest may hold up a status.
const PATIENCE: Duration = Duration::from_secs(2);

impl Control {
    pub(super) async fn status(&self) -> Status {
        let now = self.vm.snapshot();
        let guest = guest(&now).await;
        let mut warnings = Vec::new();
        let pending = match config::file::load(&self.home.config_file(), &self.host) {
            Ok(settings) => {
                let unknown = settings.unknown.iter().map(ToString::to_string);
                warnings.extend(unknown);
                pending(&now, &settings.config)
            }
            Err(error) => {
                warnings.push(error.to_string());
                Default::default()
            }
        };
        Status {
            daemon: DaemonStatus {
                version: VERSION.to_owned(),
                pid: std::process::id(),
                uptime_seconds: self.started.elapsed().as_secs(),
            },
            engine: engine_status(now.engine.as_ref()),
            docker: DockerEndpoint {
                socket: self.home.docker_socket(),
                context: None,
            },
            ports: (self.ports)(),
            last_incident: now.incident.clone(),
            image: now.image.clone(),
            warnings,
            vm: self.vm_status(now, guest.as_ref(), pending),
        }
    }

    fn vm_status(
        &self,
        now: Snapshot,
        guest: Option<&GuestInfo>,
        pending: RestartCost,
    ) -> VmStatus {
        let settings = now
            .settings
            .unwrap_or_else(|| self.settings.borrow().clone());
        let warning = now.warning;
        VmStatus {
            state: now.state,
            backend: now.backend.map(|info| BackendStatus {
                name: info.name.to_owned(),
                version: info.version,
                accelerator: info.accelerator.to_string(),
                warning: warning.or(info.slow_because),
            }),
            pid: now.pid,
            uptime_seconds: now.since.map(|since| since.elapsed().as_secs()),
            cpus: settings.cpus,
            memory_bytes: ByteSize::bytes(settings.memory_bytes),
            disk: self.disk(settings.disk_bytes, guest),
            stages: now
                .stages
                .into_iter()
                .map(|stage| BootStage {
                    name: stage.name,
                    took_ms: stage.took_ms,
                })
                .collect(),
            pending,
        }
    }

    fn disk(&self, wanted: u64, guest: Option<&GuestInfo>) -> DiskStatus {
        let found = fs::metadata(self.home.data_disk());
        let size = found.as_ref().map_or(wanted, fs::Metadata::len);
        DiskStatus {
            size_bytes: ByteSize::bytes(size),
            host_used_bytes: ByteSize::bytes(found.map_or(0, |m| crate::disk::allocated(&m))),
            guest_used_bytes: guest
                .map(|g| ByteSize::bytes(g.data_bytes - g.data_free_bytes.min(g.data_bytes))),
        }
    }
}

/// What it takes until the file's settings hold in the running machine.
fn pending(now: &Snapshot, config: &config::Config) -> RestartCost {
    let (Some(running), Ok(wanted)) = (&now.settings, machine_settings(config)) else {
        return RestartCost::None;
    };
    let same = running.cpus == wanted.cpus && running.memory_bytes == wanted.memory_bytes;
    if same {
        RestartCost::None
    } else {
        RestartCost::RestartVm
    }
}

/// What the guest says of itself now; nothing when it takes too long.
async fn guest(now: &Snapshot) -> Option<GuestInfo> {
    let handle = now.session.as_ref()?;
    let answer = timeout(PATIENCE, session::ask(handle, &ControlRequest::Info)).await;
    match answer {
        Ok(Ok(ControlReply::Info(info))) => Some(info),
        _ => None,
    }
}
