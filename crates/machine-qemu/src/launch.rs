//! From arguments to a running QEMU that has shaken hands.
//!
//! Until [`HalfStarted::keep`] is called, dropping what this module made kills
//! the process: a start that is cancelled or fails leaves nothing running.
use std::{
    ffi::OsString,
    fs::OpenOptions,
    io::{self, Write},
    path::Path,
    time::Duration,
};

use berth_machine::{Accelerator, MachineError, MachineSpec};
use tokio::{
    sync::broadcast,
    time::{MissedTickBehavior, interval, timeout},
};

use crate::{
    arguments::arguments,
    console, exit,
    paths::RunPaths,
    process::Process,
    program::Program,
    qmp::{Event, Qmp, QmpError},
    sys,
    vsock::{self, Blame, Vsock},
};

/// How long QEMU may take until it answers. It does so before the guest runs,
/// within 0.3 s on an idle host.
const HANDSHAKE_PATIENCE: Duration = Duration::from_secs(60);

/// How often we look whether QEMU has made its socket.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Further arguments for QEMU, separated by white space. Only for benchmarks,
/// which compare the channel with the devices that it replaces.
const EXTRA_ARGUMENTS: &str = "BERTH_QEMU_EXTRA_ARGS";

/// The arguments in the value of [`EXTRA_ARGUMENTS`].
fn extra(value: Option<&str>) -> Vec<OsString> {
    let arguments: Vec<_> = value.unwrap_or_default().split_whitespace().collect();
    if !arguments.is_empty() {
        tracing::warn!(?arguments, "QEMU gets the arguments of {EXTRA_ARGUMENTS}");
    }
    arguments.into_iter().map(OsString::from).collect()
}

/// The arguments of a start, with those of the environment.
pub(crate) fn all_arguments(
    spec: &MachineSpec,
    program: &Program,
    accelerator: Accelerator,
    vsock: Option<&Vsock>,
) -> Vec<OsString> {
    let mut arguments = arguments(spec, program, accelerator, vsock);
    arguments.extend(extra(std::env::var(EXTRA_ARGUMENTS).ok().as_deref()));
    arguments
}

/// A machine that is not handed out yet.
#[derive(Debug)]
pub(crate) struct HalfStarted {
    pub(crate) process: Process,
    /// What its arguments say about vsock.
    pub(crate) vsock: Option<Vsock>,
    control: Option<(Qmp, broadcast::Receiver<Event>)>,
    kept: bool,
}

impl HalfStarted {
    /// Starts a new machine, with vsock where it is `offered` and can be had.
    ///
    /// # Errors
    /// Those of [`Self::launch`] that have nothing to do with vsock.
    pub(crate) async fn launch_new(
        spec: &MachineSpec,
        program: &Program,
        accelerator: Accelerator,
        offered: bool,
    ) -> Result<Self, MachineError> {
        if offered
            && let Some(started) = Self::launch_with_vsock(spec, program, accelerator).await?
        {
            return Ok(started);
        }
        let arguments = all_arguments(spec, program, accelerator, None);
        Self::launch(spec, program, &arguments, None).await
    }

    /// `None` where vsock can't be had.
    async fn launch_with_vsock(
        spec: &MachineSpec,
        program: &Program,
        accelerator: Accelerator,
    ) -> Result<Option<Self>, MachineError> {
        for _ in 0..vsock::ATTEMPTS {
            let vsock = match Vsock::random() {
                Ok(vsock) => vsock,
                Err(error) => {
                    tracing::warn!(%error, "there is no key for vsock");
                    return Ok(None);
                }
            };
            let arguments = all_arguments(spec, program, accelerator, Some(&vsock));
            match Self::launch(spec, program, &arguments, Some(vsock)).await {
                Ok(started) => return Ok(Some(started)),
                Err(error) => match vsock::blame(&error) {
                    Blame::Other => return Err(error),
                    Blame::Taken => tracing::info!(%error, "another vsock number is tried"),
                    Blame::Vsock => {
                        tracing::warn!(%error, "QEMU starts without vsock");
                        return Ok(None);
                    }
                },
            }
        }
        tracing::warn!("QEMU starts without vsock: no number is free");
        Ok(None)
    }

    /// Starts QEMU and waits until it answers.
    ///
    /// # Errors
    /// [`MachineError::Start`] with QEMU's last words, [`MachineError::Io`].
    pub(crate) async fn launch(
        spec: &MachineSpec,
        program: &Program,
        arguments: &[OsString],
        vsock: Option<Vsock>,
    ) -> Result<Self, MachineError> {
        let paths = RunPaths::new(&spec.run_dir);
        let unprepared = |source| MachineError::Io {
            what: format!("could not prepare {}", spec.run_dir.display()),
            source,
        };
        prepare(spec, &paths, vsock.as_ref())
            .await
            .map_err(unprepared)?;
        let mut started = Self::spawn(&program.path, arguments, &paths)?;
        let answer = timeout(HANDSHAKE_PATIENCE, shake_hands(&started.process, &paths)).await;
        // QEMU has read it, or never will.
        remove(&paths.vsock_key()).await.map_err(unprepared)?;
        started.control = Some(answer.unwrap_or_else(|_| Err(silent(&paths)))?);
        started.vsock = vsock;
        Ok(started)
    }

    fn spawn(
        program: &Path,
        arguments: &[OsString],
        paths: &RunPaths,
    ) -> Result<Self, MachineError> {
        tracing::debug!(?program, ?arguments, "starting QEMU");
        let process = Process::spawn(program, arguments, &paths.qemu_log());
        Ok(Self {
            process: process.map_err(|source| MachineError::Io {
                what: format!("could not start {}", program.display()),
                source,
            })?,
            vsock: None,
            control: None,
            kept: false,
        })
    }

    /// Its control connection.
    ///
    /// # Errors
    /// [`MachineError::Gone`] where there is none, which no launch leaves.
    pub(crate) fn qmp(&self) -> Result<&Qmp, MachineError> {
        self.control
            .as_ref()
            .map(|(qmp, _)| qmp)
            .ok_or(MachineError::Gone)
    }

    /// Hands it out: from now on dropping kills nothing.
    pub(crate) fn keep(mut self) -> Option<(Process, Qmp, broadcast::Receiver<Event>)> {
        let (qmp, events) = self.control.take()?;
        self.kept = true;
        Some((self.process.clone(), qmp, events))
    }

    /// Kills it and waits until its locks and sockets are free.
    pub(crate) async fn discard(self) {
        let process = self.process.clone();
        drop(self);
        process.ended().await;
    }
}

impl Drop for HalfStarted {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = self.process.kill()
        {
            tracing::error!(%error, pid = self.process.pid, "could not kill QEMU");
        }
    }
}

/// Makes room for a start: a fresh log, no socket of an earlier machine, and
/// the key where QEMU finds it.
async fn prepare(spec: &MachineSpec, paths: &RunPaths, vsock: Option<&Vsock>) -> io::Result<()> {
    console::rotate(&spec.console_log).await?;
    console::rotate(&paths.qemu_log()).await?;
    remove_sockets(paths).await?;
    let path = paths.vsock_key();
    remove(&path).await?;
    let Some(vsock) = vsock else {
        return Ok(());
    };
    let mut options = OpenOptions::new();
    let mut file = sys::open_private(options.write(true).create_new(true), &path)?;
    file.write_all(vsock.key.as_bytes())
}

/// Removes the sockets, which QEMU leaves behind where it is killed.
pub(crate) async fn remove_sockets(paths: &RunPaths) -> io::Result<()> {
    let sockets = [
        paths.qmp_socket(),
        paths.channel_socket(),
        paths.state_socket(),
    ];
    for socket in sockets {
        remove(&socket).await?;
    }
    Ok(())
}

async fn remove(file: &Path) -> io::Result<()> {
    match tokio::fs::remove_file(file).await {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

async fn shake_hands(
    process: &Process,
    paths: &RunPaths,
) -> Result<(Qmp, broadcast::Receiver<Event>), MachineError> {
    tokio::select! {
        // Its end explains more than the connection that ended with it.
        biased;
        ended = process.ended() => Err(ended_early(ended.status, paths).await),
        connected = connect_soon(paths) => connected.map_err(|error| MachineError::Start {
            message: error.to_string(),
            hint: see_log(paths),
        }),
    }
}

async fn connect_soon(paths: &RunPaths) -> Result<(Qmp, broadcast::Receiver<Event>), QmpError> {
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match Qmp::connect(&paths.qmp_socket()).await {
            // Not there yet, or QEMU is ending: then the process says why.
            Err(QmpError::Io(_) | QmpError::Closed) => {}
            result => return result,
        }
    }
}

/// Why QEMU ended before it was handed out.
pub(crate) async fn ended_early(
    status: Option<std::process::ExitStatus>,
    paths: &RunPaths,
) -> MachineError {
    let log = console::tail(&paths.qemu_log()).await;
    let end = exit::describe(None, status, exit::last_line(&log));
    MachineError::Start {
        hint: hint_for(&log).map_or_else(|| see_log(paths), str::to_owned),
        message: end.description,
    }
}

fn silent(paths: &RunPaths) -> MachineError {
    MachineError::Start {
        message: format!(
            "QEMU did not answer within {} s",
            HANDSHAKE_PATIENCE.as_secs()
        ),
        hint: see_log(paths),
    }
}

fn see_log(paths: &RunPaths) -> String {
    format!("see {}", paths.qemu_log().display())
}

/// The next step for failures of QEMU that users meet.
fn hint_for(message: &str) -> Option<&'static str> {
    let known = [
        (
            "lock",
            "another virtual machine uses the data disk; stop it first",
        ),
        (
            "Cannot allocate memory",
            "give the virtual machine less memory in the settings",
        ),
        (
            "cannot set up guest memory",
            "give the virtual machine less memory in the settings",
        ),
        (
            "Permission denied",
            "check who owns the files in BERTH_HOME",
        ),
        (
            "pvh.bin",
            "install QEMU's firmware files too: the packages seabios and qemu-system-data",
        ),
        (
            "bios-256k.bin",
            "install QEMU's firmware files too: the package seabios",
        ),
    ];
    let found = known.into_iter().find(|(words, _)| message.contains(words));
    found.map(|(_, hint)| hint)
}

/// Is it the accelerator that failed, so that emulation may work?
pub(crate) fn blames_accelerator(error: &MachineError) -> bool {
    let MachineError::Start { message, .. } = error else {
        return false;
    };
    let message = message.to_ascii_lowercase();
    ["kvm", "hvf", "whpx", "accelerator"]
        .iter()
        .any(|word| message.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extra_arguments_are_none_unless_the_environment_names_some() {
        assert!(extra(None).is_empty());
        assert!(extra(Some(" ")).is_empty());
        assert_eq!(extra(Some("-device  a,b=c")), ["-device", "a,b=c"]);
    }

    #[test]
    fn only_failures_of_the_accelerator_are_blamed_on_it() {
        let start = |message: &str| MachineError::Start {
            message: message.into(),
            hint: String::new(),
        };
        assert!(blames_accelerator(&start(
            "failed to initialize kvm: Device or resource busy"
        )));
        assert!(blames_accelerator(&start(
            "Could not access KVM kernel module"
        )));
        assert!(!blames_accelerator(&start("Failed to get \"write\" lock")));
        assert!(!blames_accelerator(&MachineError::Gone));
    }

    #[test]
    fn failures_that_users_meet_have_a_hint() {
        let locked = "x: Failed to get \"write\" lock\nIs another process using the image [x]?\n";
        assert!(
            hint_for(locked)
                .unwrap()
                .contains("another virtual machine")
        );
        assert!(
            hint_for("could not load bios-256k.bin")
                .unwrap()
                .contains("seabios")
        );
        assert_eq!(hint_for("something new"), None);
    }
}
