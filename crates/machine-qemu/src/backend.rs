//! Probe, start and adopt.
use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use berth_machine::{
    Accelerator, Backend, BackendInfo, Features, Machine, MachineError, MachineSpec,
};
use tokio::time::timeout;

use crate::{
    accelerator::{self, Choice, HostFacts},
    arguments::incoming,
    console,
    launch::{HalfStarted, all_arguments, blames_accelerator},
    machine::QemuMachine,
    origin::{Images, Origin},
    paths::RunPaths,
    preflight,
    process::{Process, ProcessRecord},
    program::{self, Program},
    qmp::{Qmp, QmpError},
    restore::{self, SavedState},
    save, sys,
    verdict::{Circumstances, Plan, Verdict, plan},
    vsock::{self, Vsock},
};

/// How long an adopted QEMU may take to shake hands; an earlier daemon that
/// still holds the connection keeps it from doing so.
const ADOPTION_PATIENCE: Duration = Duration::from_secs(10);

/// How the backend is set up.
#[derive(Debug, Clone)]
pub struct QemuOptions {
    /// QEMU's program; else `$BERTH_QEMU`, else `qemu-system-x86_64`.
    pub program: Option<PathBuf>,
    /// How long a hardware accelerator may take to show a first sign of life on
    /// the console before the machine is started again with emulation.
    pub watchdog: Duration,
}

impl Default for QemuOptions {
    fn default() -> Self {
        Self {
            program: None,
            watchdog: Duration::from_secs(10),
        }
    }
}

/// Machines that run in QEMU.
#[derive(Debug)]
pub struct QemuBackend {
    program: PathBuf,
    watchdog: Duration,
    facts: fn() -> HostFacts,
    /// See [`vsock::offered`].
    vsock: fn() -> bool,
}

/// The backend with the usual options.
pub fn backend() -> impl Backend {
    QemuBackend::new(QemuOptions::default())
}

impl QemuBackend {
    /// A backend with these options. Looks at nothing yet.
    pub fn new(options: QemuOptions) -> Self {
        let environment = std::env::var_os(program::PROGRAM_VARIABLE);
        Self {
            program: program::pick(options.program, environment),
            watchdog: options.watchdog,
            facts: sys::host_facts,
            vsock: vsock::offered,
        }
    }

    fn choice(&self) -> Choice {
        accelerator::choose((self.facts)())
    }

    /// Starts with the accelerator of the plan, or with emulation where that
    /// one does not work; then says why.
    async fn start_as_planned(
        &self,
        spec: &MachineSpec,
        program: &Program,
    ) -> Result<(HalfStarted, Accelerator, Option<String>), MachineError> {
        let paths = RunPaths::new(&spec.run_dir);
        let now = Circumstances::look(program, &spec.kernel).await;
        let (choice, vsock) = (self.choice(), (self.vsock)());
        let remembered = Verdict::read(&paths).await;
        let (accelerator, watched) = match plan(choice.accelerator, &now, remembered.as_ref()) {
            Plan::Trust(accelerator) => (accelerator, false),
            Plan::Watch(accelerator) => (accelerator, true),
            Plan::Avoid(accelerator) => {
                return emulate(spec, program, vsock, Some(hung(accelerator))).await;
            }
        };
        let started = match HalfStarted::launch_new(spec, program, accelerator, vsock).await {
            Err(error) if accelerator != Accelerator::Emulation && blames_accelerator(&error) => {
                let warning = format!("{accelerator} failed ({error}){EMULATED}");
                return emulate(spec, program, vsock, Some(warning)).await;
            }
            result => result?,
        };
        if watched {
            let works = self.shows_life(spec, &started).await;
            Verdict::new(now, works).write(&paths).await;
            if !works {
                started.discard().await;
                return emulate(spec, program, vsock, Some(hung(accelerator))).await;
            }
        }
        let warning = choice
            .slow_because
            .map(|reason| format!("{reason}{UNTIL_THEN}"));
        Ok((started, accelerator, warning))
    }

    /// What a start would use now, and the warning that it would give.
    async fn available(
        &self,
        spec: &MachineSpec,
        program: &Program,
        paths: &RunPaths,
    ) -> (Accelerator, Option<String>) {
        let choice = self.choice();
        let now = Circumstances::look(program, &spec.kernel).await;
        match plan(
            choice.accelerator,
            &now,
            Verdict::read(paths).await.as_ref(),
        ) {
            Plan::Avoid(accelerator) => (Accelerator::Emulation, Some(hung(accelerator))),
            Plan::Trust(accelerator) | Plan::Watch(accelerator) => (
                accelerator,
                choice
                    .slow_because
                    .map(|reason| format!("{reason}{UNTIL_THEN}")),
            ),
        }
    }

    async fn shows_life(&self, spec: &MachineSpec, started: &HalfStarted) -> bool {
        tokio::select! {
            // An early end is not a hang: the caller of the machine learns of it.
            _ = started.process.ended() => true,
            seen = timeout(self.watchdog, console::first_byte(&spec.console_log)) => seen.is_ok(),
        }
    }
}

const EMULATED: &str = "; the virtual machine runs with software emulation, which is slow";
const UNTIL_THEN: &str = "; until then software emulation is used, which is slow";
const SINCE_THEN: &str = "can be used now, but the virtual machine was saved under software \
     emulation and goes on with it; stop and start it to make it fast";

fn hung(accelerator: Accelerator) -> String {
    format!("{accelerator} hangs on this computer{EMULATED}")
}

async fn emulate(
    spec: &MachineSpec,
    program: &Program,
    vsock: bool,
    warning: Option<String>,
) -> Result<(HalfStarted, Accelerator, Option<String>), MachineError> {
    let accelerator = Accelerator::Emulation;
    let started = HalfStarted::launch_new(spec, program, accelerator, vsock).await?;
    Ok((started, accelerator, warning))
}

#[async_trait]
impl Backend for QemuBackend {
    async fn probe(&self) -> Result<BackendInfo, MachineError> {
        let program = Program::find(&self.program).await?;
        let choice = self.choice();
        Ok(BackendInfo {
            name: "QEMU",
            version: program.full_version,
            accelerator: choice.accelerator,
            slow_because: choice.slow_because,
            features: Features {
                survives_owner: true,
                save_restore: true,
                online_grow: true,
            },
        })
    }

    async fn start(&self, spec: &MachineSpec) -> Result<Arc<dyn Machine>, MachineError> {
        let program = Program::find(&self.program).await?;
        let paths = RunPaths::new(&spec.run_dir);
        check_files(spec).await?;
        refuse_second(&paths).await?;
        let images = look_at_images(spec).await?;
        let (started, accelerator, warning) = self.start_as_planned(spec, &program).await?;
        let vsock = started.vsock.clone();
        let arguments = all_arguments(spec, &program, accelerator, vsock.as_ref());
        let origin = Origin::new(spec, images, &program, accelerator, vsock, &arguments);
        let record = ProcessRecord::new(&started.process, accelerator, warning);
        let record = record.with_origin(origin);
        write_record(&record, &paths).await?;
        let (process, qmp, events) = started.keep().ok_or(MachineError::Gone)?;
        Ok(QemuMachine::new(process, (qmp, events), paths, &record))
    }

    async fn adopt(&self, spec: &MachineSpec) -> Result<Option<Arc<dyn Machine>>, MachineError> {
        let paths = RunPaths::new(&spec.run_dir);
        let Some(record) = read_record(&paths).await? else {
            return Ok(None);
        };
        let Some(process) = Process::find(&record) else {
            return Ok(None);
        };
        let connect = async {
            let control = Qmp::connect(&paths.qmp_socket()).await?;
            save::resume_if_paused(&control.0).await?;
            Ok(control)
        };
        let connected: Result<Result<_, QmpError>, _> = timeout(ADOPTION_PATIENCE, connect).await;
        match connected {
            Ok(Ok(control)) => Ok(Some(QemuMachine::new(process, control, paths, &record))),
            Ok(Err(_)) if process.has_ended() => Ok(None),
            Ok(Err(error)) => Err(not_adopted(&process, Some(&error))),
            Err(_) => Err(not_adopted(&process, None)),
        }
    }

    async fn restore(
        &self,
        spec: &MachineSpec,
        file: &Path,
    ) -> Result<Arc<dyn Machine>, MachineError> {
        let program = Program::find(&self.program).await?;
        let paths = RunPaths::new(&spec.run_dir);
        check_files(spec).await?;
        refuse_second(&paths).await?;
        let state = SavedState::open(file).await?;
        let (available, warning) = self.available(spec, &program, &paths).await;
        let accelerator = state.accelerator(available)?;
        let warning = warning
            .or_else(|| (accelerator != available).then(|| format!("{available} {SINCE_THEN}")));
        // The number is in the guest's memory: this one or none.
        let vsock = state.head.origin.vsock().cloned();
        let vsock = vsock.filter(|_| (self.vsock)());
        let mut arguments = all_arguments(spec, &program, accelerator, vsock.as_ref());
        let images = look_at_images(spec).await?;
        let origin = Origin::new(
            spec,
            images,
            &program,
            accelerator,
            vsock.clone(),
            &arguments,
        );
        state.compare(&origin)?;

        arguments.extend(incoming());
        let started = start_saved(spec, &program, &arguments, vsock, &state).await?;
        restore::spend(file).await?;
        let record = ProcessRecord::new(&started.process, accelerator, warning);
        let record = record.with_origin(origin);
        write_record(&record, &paths).await?;
        restore::run(started.qmp()?).await?;
        let (process, qmp, events) = started.keep().ok_or(MachineError::Gone)?;
        Ok(QemuMachine::new(process, (qmp, events), paths, &record))
    }
}

/// Starts QEMU, paused, with the whole state loaded and the data disk locked.
async fn start_saved(
    spec: &MachineSpec,
    program: &Program,
    arguments: &[OsString],
    vsock: Option<Vsock>,
    state: &SavedState,
) -> Result<HalfStarted, MachineError> {
    let started = HalfStarted::launch(spec, program, arguments, vsock).await;
    let started = started.map_err(restore::blame_vsock)?;
    let loaded = state.load(&started, &RunPaths::new(&spec.run_dir)).await;
    // QEMU locks the disk only when all is loaded; until then anyone could have
    // written to it.
    match loaded.and_then(|()| state.check_disk(&spec.data_disk)) {
        Ok(()) => Ok(started),
        Err(error) => {
            started.discard().await;
            Err(error)
        }
    }
}

async fn look_at_images(spec: &MachineSpec) -> Result<Images, MachineError> {
    Images::look(spec).await.map_err(|source| MachineError::Io {
        what: "could not look at the VM image".into(),
        source,
    })
}

async fn write_record(record: &ProcessRecord, paths: &RunPaths) -> Result<(), MachineError> {
    let written: io::Result<()> = record.write(paths).await;
    written.map_err(|source| MachineError::Io {
        what: "could not record which process the virtual machine is".into(),
        source,
    })
}

async fn check_files(spec: &MachineSpec) -> Result<(), MachineError> {
    let spec = spec.clone();
    let checked = tokio::task::spawn_blocking(move || preflight::check(&spec)).await;
    checked.unwrap_or_else(|error| {
        Err(MachineError::Io {
            what: "could not check the virtual machine's files".into(),
            source: error.into(),
        })
    })
}

async fn refuse_second(paths: &RunPaths) -> Result<(), MachineError> {
    let record = read_record(paths).await?;
    match record.as_ref().and_then(Process::find) {
        Some(process) => Err(MachineError::Start {
            message: format!("it runs already, as PID {}", process.pid),
            hint: "use the running one, or stop it first".into(),
        }),
        None => Ok(()),
    }
}

async fn read_record(paths: &RunPaths) -> Result<Option<ProcessRecord>, MachineError> {
    ProcessRecord::read(paths)
        .await
        .map_err(|source| MachineError::Io {
            what: format!("could not read {}", paths.process_record().display()),
            source,
        })
}

fn not_adopted(process: &Process, error: Option<&QmpError>) -> MachineError {
    let reason = error.map_or_else(
        || "another program holds its control connection".to_owned(),
        ToString::to_string,
    );
    MachineError::Start {
        message: format!(
            "the running QEMU (PID {}) can't be taken over: {reason}",
            process.pid
        ),
        hint: format!(
            "end the other berthd, or end the machine with 'kill {}'",
            process.pid
        ),
    }
}

#[cfg(test)]
pub(crate) mod tests;
