//! Self-checks: each says what is, and what to do where that is not right.
use berth_api::{
    report::{Check, CheckStatus, DoctorReport},
    status::EngineStatus,
};
use berth_machine::{Accelerator, BackendInfo, MachineError};
use berth_model::{config, state::VmState};

use super::Control;
use crate::{disk::MIN_FREE, image, vm::engine_status};

/// Free space under which the doctor warns, in bytes.
const COMFORTABLE: u64 = 10 << 30;

impl Control {
    pub(super) async fn doctor(&self) -> DoctorReport {
        let hypervisor = self.backend.probe().await;
        let checks = vec![
            hypervisor_check(&hypervisor),
            acceleration(&hypervisor),
            self.image_check(),
            self.settings_check(),
            space(self.home.root(), (self.free_space)(self.home.root())),
            self.machine_check(),
            self.engine_check(),
            self.incident_check(),
        ];
        DoctorReport { checks }
    }

    fn image_check(&self) -> Check {
        match image::open(self.home.find_image()) {
            Ok(image) => ok(
                "image",
                "VM image",
                format!("{} is whole", image.folder.display()),
            ),
            Err(failure) => fail("image", "VM image", failure.cause, failure.next_step),
        }
    }

    fn settings_check(&self) -> Check {
        let path = self.home.config_file();
        match config::file::load(&path, &self.host) {
            Ok(settings) => match settings.unknown.first() {
                None => ok("settings", "Settings", "every key is known".to_owned()),
                Some(unknown) => {
                    let next = "correct it with 'berth config edit'";
                    warn("settings", "Settings", unknown.to_string(), next.to_owned())
                }
            },
            Err(error) => fail("settings", "Settings", error.to_string(), error.hint()),
        }
    }

    fn machine_check(&self) -> Check {
        let (id, title) = ("machine", "Virtual machine");
        match self.vm.snapshot().state {
            VmState::Failed {
                cause, next_step, ..
            } => fail(id, title, cause, next_step),
            VmState::Stopped => skip(
                id,
                title,
                "it is stopped; 'berth start' starts it".to_owned(),
            ),
            state => ok(id, title, state.to_string()),
        }
    }

    fn engine_check(&self) -> Check {
        let (id, title) = ("engine", "Docker Engine");
        match engine_status(self.vm.snapshot().engine.as_ref()) {
            EngineStatus::Running { version } => ok(id, title, format!("{version} answers")),
            EngineStatus::Failed { part, cause } => {
                fail(id, title, cause, format!("see 'berth logs {part}'"))
            }
            EngineStatus::Stopped => skip(id, title, "the machine is stopped".to_owned()),
            EngineStatus::Starting => skip(id, title, "it is starting".to_owned()),
            EngineStatus::Stopping => skip(id, title, "it is stopping".to_owned()),
        }
    }

    fn incident_check(&self) -> Check {
        let (id, title) = ("incident", "Last incident");
        match self.vm.snapshot().incident {
            None => ok(id, title, "none".to_owned()),
            Some(incident) => warn(
                id,
                title,
                incident.what,
                incident.next_step.unwrap_or_default(),
            ),
        }
    }
}

fn hypervisor_check(found: &Result<BackendInfo, MachineError>) -> Check {
    let (id, title) = ("hypervisor", "Hypervisor");
    match found {
        Ok(info) => ok(id, title, format!("{} {}", info.name, info.version)),
        Err(error) => {
            let next = error.hint().unwrap_or("see 'berth logs daemon'").to_owned();
            fail(id, title, error.to_string(), next)
        }
    }
}

fn acceleration(found: &Result<BackendInfo, MachineError>) -> Check {
    let (id, title) = ("acceleration", "Hardware virtualization");
    match found {
        Err(_) => skip(id, title, "there is no hypervisor".to_owned()),
        Ok(info) if info.accelerator == Accelerator::Emulation => {
            let reason = info
                .slow_because
                .clone()
                .unwrap_or_else(|| "not available".to_owned());
            warn(
                id,
                title,
                reason,
                "Berth works without it, several times slower".to_owned(),
            )
        }
        Ok(info) => ok(id, title, info.accelerator.to_string()),
    }
}

fn space(root: &std::path::Path, free: u64) -> Check {
    let (id, title) = ("space", "Disk space");
    let detail = format!(
        "{} MiB are free where '{}' lies",
        free >> 20,
        root.display()
    );
    let next = "free some space; 'docker system df' shows what Docker could give back";
    if free < MIN_FREE {
        fail(id, title, detail, next.to_owned())
    } else if free < COMFORTABLE {
        warn(id, title, detail, next.to_owned())
    } else {
        ok(id, title, detail)
    }
}

fn check(id: &str, title: &str, status: CheckStatus, detail: String, fix: Option<String>) -> Check {
    Check {
        id: id.to_owned(),
        title: title.to_owned(),
        status,
        detail,
        fix,
    }
}

fn ok(id: &str, title: &str, detail: String) -> Check {
    check(id, title, CheckStatus::Ok, detail, None)
}

fn skip(id: &str, title: &str, detail: String) -> Check {
    check(id, title, CheckStatus::Skip, detail, None)
}

fn warn(id: &str, title: &str, detail: String, fix: String) -> Check {
    check(id, title, CheckStatus::Warn, detail, Some(fix))
}

fn fail(id: &str, title: &str, detail: String, fix: String) -> Check {
    check(id, title, CheckStatus::Fail, detail, Some(fix))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use berth_api::report::CheckStatus;
    use berth_machine::{Accelerator, BackendInfo, Features, MachineError};

    use super::{acceleration, hypervisor_check, space};

    #[test]
    fn emulation_is_a_warning_with_its_reason() {
        let info = BackendInfo {
            name: "QEMU",
            version: "10".into(),
            accelerator: Accelerator::Emulation,
            slow_because: Some("the processor offers no virtualization".into()),
            features: Features::default(),
        };
        let check = acceleration(&Ok(info));
        assert_eq!(check.status, CheckStatus::Warn);
        assert!(check.detail.contains("offers no virtualization"));
    }

    #[test]
    fn a_missing_hypervisor_fails_with_its_hint() {
        let error = MachineError::Missing {
            program: "qemu".into(),
            hint: "install qemu".into(),
        };
        let check = hypervisor_check(&Err(error));
        assert_eq!(
            (check.status, check.fix.as_deref()),
            (CheckStatus::Fail, Some("install qemu"))
        );
    }

    #[test]
    fn little_space_warns_and_too_little_fails() {
        let at = |free: u64| space(Path::new("/h"), free).status;
        assert_eq!(at(1 << 40), CheckStatus::Ok);
        assert_eq!(at(1 << 30), CheckStatus::Warn);
        assert_eq!(at(1 << 20), CheckStatus::Fail);
    }
}
