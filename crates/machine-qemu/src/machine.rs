//! A running machine.
use std::{
    io,
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use berth_machine::{Accelerator, Channel, Exit, Machine, MachineError};
use serde_json::{Value, json};
use tokio::{
    net::UnixStream,
    sync::{broadcast, oneshot, watch},
    time::timeout,
};

use crate::{
    arguments::DATA_NODE,
    channel::{ChannelSlot, connect_serial, connect_vsock},
    console,
    exit::{self, Shutdown},
    launch::remove_sockets,
    paths::RunPaths,
    process::{Process, ProcessRecord},
    qmp::{Event, Qmp, QmpError},
    save::Saver,
    vsock::{self, Vsock},
};

/// How long QEMU may take to quit by itself, which writes out what its disks
/// still hold, before it is killed.
const QUIT_PATIENCE: Duration = Duration::from_secs(3);

/// How long the events of a process that has ended may take to be read.
const LAST_EVENTS_PATIENCE: Duration = Duration::from_secs(1);

/// A machine that runs in a QEMU process.
#[derive(Debug)]
pub(crate) struct QemuMachine {
    process: Process,
    qmp: Arc<Qmp>,
    paths: RunPaths,
    accelerator: Accelerator,
    warning: Option<String>,
    channel: ChannelSlot,
    /// Its vsock until that turns out not to work.
    vsock: Mutex<Option<Vsock>>,
    saver: Saver,
    exit: watch::Receiver<Option<Exit>>,
}

impl QemuMachine {
    /// Watches a running process until its end, even if this handle is dropped.
    pub(crate) fn new(
        process: Process,
        control: (Qmp, broadcast::Receiver<Event>),
        paths: RunPaths,
        record: &ProcessRecord,
    ) -> Arc<Self> {
        let (sender, exit) = watch::channel(None);
        let (qmp, events) = control;
        let qmp = Arc::new(qmp);
        let saver = Saver {
            process: process.clone(),
            qmp: Arc::clone(&qmp),
            paths: paths.clone(),
            origin: record.origin.clone(),
            saved: Arc::default(),
            turn: Arc::default(),
        };
        let saved = Arc::clone(&saver.saved);
        tokio::spawn(watch_exit(
            process.clone(),
            events,
            paths.clone(),
            saved,
            sender,
        ));
        Arc::new(Self {
            process,
            qmp,
            paths,
            accelerator: record.accelerator(),
            warning: record.warning.clone(),
            channel: ChannelSlot::default(),
            vsock: Mutex::new(record.vsock()),
            saver,
            exit,
        })
    }

    /// Connects to the guest by vsock or, where there is none, serial port.
    async fn connect(&self) -> io::Result<UnixStream> {
        let vsock = self.lock_vsock().clone();
        let serial = || connect_serial(&self.paths.channel_socket());
        let Some(vsock) = vsock else {
            return serial();
        };
        let (stream, works) = vsock::connect_or(|| connect_vsock(&vsock), serial).await?;
        if !works {
            self.lock_vsock().take();
            if let Err(error) = self.note_serial_only().await {
                tracing::warn!(%error, "could not remember that vsock does not work");
            }
        }
        Ok(stream)
    }

    fn lock_vsock(&self) -> MutexGuard<'_, Option<Vsock>> {
        self.vsock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Spares those who adopt this machine the wait.
    async fn note_serial_only(&self) -> io::Result<()> {
        match ProcessRecord::read(&self.paths).await? {
            Some(mut record) if record.pid == self.process.pid => {
                record.serial_only = true;
                record.write(&self.paths).await
            }
            _ => Ok(()),
        }
    }

    async fn command(&self, command: &str, arguments: Value) -> Result<Value, MachineError> {
        let answer = self.qmp.execute(command, arguments).await;
        answer.map_err(|error| match error {
            QmpError::Refused { description } => refused(command, description),
            _ if self.process.has_ended() => MachineError::Gone,
            other => refused(command, other.to_string()),
        })
    }
}

fn refused(command: &str, message: String) -> MachineError {
    MachineError::Command {
        command: command.to_owned(),
        message,
    }
}

#[async_trait]
impl Machine for QemuMachine {
    fn accelerator(&self) -> Accelerator {
        self.accelerator
    }

    fn warning(&self) -> Option<String> {
        self.warning.clone()
    }

    fn pid(&self) -> Option<u32> {
        Some(self.process.pid)
    }

    async fn open_channel(&self) -> Result<Box<dyn Channel>, MachineError> {
        if self.process.has_ended() {
            return Err(MachineError::Gone);
        }
        let connecting = self.channel.open(self.connect());
        let connected = tokio::select! {
            _ = self.process.ended() => return Err(MachineError::Gone),
            connected = connecting => connected,
        };
        match connected {
            Ok(stream) => Ok(Box::new(stream)),
            Err(_) if self.process.has_ended() => Err(MachineError::Gone),
            Err(source) => Err(MachineError::Io {
                what: "could not connect to the virtual machine's channel".into(),
                source,
            }),
        }
    }

    async fn exited(&self) -> Exit {
        let mut exit = self.exit.clone();
        let unknown = || Exit {
            orderly: false,
            description: "QEMU is no longer watched".into(),
        };
        match exit.wait_for(Option::is_some).await {
            Ok(exit) => exit.clone().unwrap_or_else(unknown),
            Err(_) => unknown(),
        }
    }

    async fn kill(&self) -> Result<(), MachineError> {
        end(&self.process, &self.qmp).await?;
        self.exited().await;
        Ok(())
    }

    async fn grow_data_disk(&self, bytes: u64) -> Result<(), MachineError> {
        let arguments = json!({"node-name": DATA_NODE, "size": bytes});
        self.command("block_resize", arguments).await.map(drop)
    }

    async fn save(&self, file: &Path) -> Result<(), MachineError> {
        if self.process.has_ended() {
            return Err(MachineError::Gone);
        }
        // Dropped with this future, which the task below then learns.
        let (_here, cancelled) = oneshot::channel();
        let (saver, file) = (self.saver.clone(), file.to_owned());
        // A task of its own, since undoing a save takes commands to QEMU and
        // must happen even where nobody waits for it.
        let saving = tokio::spawn(async move {
            let (process, qmp) = (saver.process.clone(), Arc::clone(&saver.qmp));
            saver.save(file, cancelled, end(&process, &qmp)).await
        });
        saving.await.unwrap_or(Err(MachineError::Gone))?;
        self.exited().await;
        Ok(())
    }
}

/// Ends the process: asks it to, and kills it where it does not.
async fn end(process: &Process, qmp: &Qmp) -> Result<(), MachineError> {
    let quit = async {
        // QEMU may end before it answers; its end is what counts.
        let _ = qmp.execute("quit", Value::Null).await;
        process.ended().await;
    };
    if timeout(QUIT_PATIENCE, quit).await.is_err() {
        tracing::warn!(pid = process.pid, "QEMU does not quit and is killed");
        process.kill().map_err(|source| MachineError::Io {
            what: format!("could not kill QEMU (PID {})", process.pid),
            source,
        })?;
    }
    Ok(())
}

/// Publishes how the machine ended, after cleaning up behind it.
async fn watch_exit(
    process: Process,
    mut events: broadcast::Receiver<Event>,
    paths: RunPaths,
    saved: Arc<AtomicBool>,
    sender: watch::Sender<Option<Exit>>,
) {
    let mut shutdown = None;
    let ended = loop {
        tokio::select! {
            ended = process.ended() => break ended,
            open = note_event(&mut events, &mut shutdown) => if !open {
                break process.ended().await;
            },
        }
    };
    let rest = async { while note_event(&mut events, &mut shutdown).await {} };
    // What is missing after this is described from the exit status.
    let _ = timeout(LAST_EVENTS_PATIENCE, rest).await;
    let log = console::tail(&paths.qemu_log()).await;
    let exit = if saved.load(Ordering::Acquire) {
        exit::saved()
    } else {
        exit::describe(shutdown.as_ref(), ended.status, exit::last_line(&log))
    };
    if let Err(error) = clean_up(&process, &paths).await {
        tracing::warn!(%error, "could not clean up after QEMU");
    }
    sender.send_replace(Some(exit));
}

/// Takes one event; false when no more will come.
async fn note_event(
    events: &mut broadcast::Receiver<Event>,
    shutdown: &mut Option<Shutdown>,
) -> bool {
    match events.recv().await {
        Ok(event) if event.name == "SHUTDOWN" => {
            *shutdown = serde_json::from_value(event.data).ok();
            true
        }
        Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => true,
        Err(broadcast::error::RecvError::Closed) => false,
    }
}

/// Removes what belonged to this process, and nothing of a later one.
async fn clean_up(process: &Process, paths: &RunPaths) -> io::Result<()> {
    match ProcessRecord::read(paths).await? {
        Some(record) if record.pid == process.pid => {
            remove_sockets(paths).await?;
            tokio::fs::remove_file(paths.process_record()).await
        }
        _ => Ok(()),
    }
}
