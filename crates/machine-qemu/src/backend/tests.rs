use std::{os::unix::fs::PermissionsExt, path::Path, process::ExitStatus};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::UnixListener,
    task::JoinHandle,
};

use super::*;

mod vsock;

/// A machine's folder and a shell script in QEMU's place.
pub(crate) struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    /// `script` runs for a start, with the accelerator's name in `$accel`.
    pub(crate) fn new(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bench = Self { folder };
        let mut kernel = vec![0; 4096];
        kernel[0x202..0x206].copy_from_slice(b"HdrS");
        std::fs::write(bench.at("kernel"), kernel).unwrap();
        for (name, size) in [("initrd", 1), ("root", 512), ("data", 512)] {
            std::fs::write(bench.at(name), vec![0; size]).unwrap();
        }
        bench.replace_script(script);
        let executable = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(bench.at("qemu"), executable).unwrap();
        bench
    }

    /// What QEMU does from the next start on.
    pub(crate) fn replace_script(&self, script: &str) {
        let text = format!(
            "#!/bin/sh\n\
             case \"$*\" in *--version*) echo QEMU emulator version 7.2.0; exit;; esac\n\
             accel=tcg; case \"$*\" in *'-accel kvm'*) accel=kvm;; esac\n\
             cd {}\n{script}\n",
            self.folder.path().display()
        );
        std::fs::write(self.at("qemu"), text).unwrap();
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn paths(&self) -> RunPaths {
        RunPaths::new(self.folder.path())
    }

    pub(crate) fn spec(&self) -> MachineSpec {
        MachineSpec {
            run_dir: self.folder.path().into(),
            kernel: self.at("kernel"),
            initrd: self.at("initrd"),
            root_image: self.at("root"),
            data_disk: self.at("data"),
            cmdline: String::new(),
            cpus: 1,
            memory_bytes: 1 << 30,
            console_log: self.at("console.log"),
        }
    }

    pub(crate) fn backend(&self, kvm: bool) -> QemuBackend {
        let facts: fn() -> HostFacts = if kvm { with_kvm } else { without_kvm };
        QemuBackend {
            program: self.at("qemu"),
            watchdog: Duration::from_millis(200),
            facts,
            vsock: || false,
        }
    }

    /// One that believes that QEMU can give machines vsock.
    pub(crate) fn vsock_backend(&self) -> QemuBackend {
        QemuBackend {
            vsock: || true,
            ..self.backend(false)
        }
    }

    /// A fifo through which the script tells that it runs: by then a start has
    /// removed the sockets of before.
    pub(crate) fn fifo(&self, name: &str) -> PathBuf {
        let made = std::process::Command::new("mkfifo")
            .arg(self.at(name))
            .status();
        assert!(made.unwrap().success());
        self.at(name)
    }

    /// Answers QMP in the script's place once it has written to `fifo`.
    pub(crate) fn serve(&self, fifo: PathBuf) -> JoinHandle<QmpPeer> {
        let socket = self.paths().qmp_socket();
        tokio::spawn(async move {
            tokio::fs::read(fifo).await.unwrap();
            QmpPeer::shake_hands(&socket).await
        })
    }
}

fn with_kvm() -> HostFacts {
    HostFacts::Linux {
        virtualization_flag: true,
        kvm_device: accelerator::DeviceAccess::Usable,
    }
}

fn without_kvm() -> HostFacts {
    HostFacts::Linux {
        virtualization_flag: true,
        kvm_device: accelerator::DeviceAccess::Forbidden,
    }
}

pub(crate) struct QmpPeer {
    lines: tokio::io::Lines<BufReader<tokio::net::unix::OwnedReadHalf>>,
    writer: tokio::net::unix::OwnedWriteHalf,
}

impl QmpPeer {
    pub(crate) async fn shake_hands(socket: &Path) -> Self {
        Self::accept(UnixListener::bind(socket).unwrap()).await
    }

    pub(crate) async fn accept(listener: UnixListener) -> Self {
        let (reader, writer) = listener.accept().await.unwrap().0.into_split();
        let lines = BufReader::new(reader).lines();
        let mut peer = Self { lines, writer };
        peer.say(r#"{"QMP": {}}"#).await;
        peer.answer("qmp_capabilities", r#""return": {}"#).await;
        peer
    }

    pub(crate) async fn say(&mut self, line: &str) {
        self.writer
            .write_all(format!("{line}\n").as_bytes())
            .await
            .unwrap();
    }

    /// The next command, `None` at the end.
    pub(crate) async fn hear(&mut self) -> Option<serde_json::Value> {
        let line = self.lines.next_line().await.ok()??;
        Some(serde_json::from_str(&line).unwrap())
    }

    async fn answer(&mut self, command: &str, rest: &str) -> serde_json::Value {
        let line = self.lines.next_line().await.unwrap().unwrap();
        let heard: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(heard["execute"], command);
        self.say(&format!(r#"{{"id": {}, {rest}}}"#, heard["id"]))
            .await;
        heard
    }
}

pub(crate) const RUNS: &str = "echo x > ready-$accel; exec sleep 1000";

/// Starts a machine with emulation and returns it with its QMP peer.
pub(crate) async fn started(bench: &Bench) -> (Arc<dyn Machine>, QmpPeer) {
    started_by(&bench.backend(false), bench).await
}

/// The same with a backend of one's own.
pub(crate) async fn started_by(
    backend: &QemuBackend,
    bench: &Bench,
) -> (Arc<dyn Machine>, QmpPeer) {
    let peer = bench.serve(bench.fifo("ready-tcg"));
    let machine = backend.start(&bench.spec()).await.unwrap();
    (machine, peer.await.unwrap())
}

pub(crate) fn signal(pid: Option<u32>, name: &str) -> ExitStatus {
    let pid = pid.unwrap().to_string();
    std::process::Command::new("kill")
        .args(["-s", name, &pid])
        .status()
        .unwrap()
}

#[tokio::test]
async fn a_probe_tells_version_and_why_it_is_slow() {
    let bench = Bench::new("");
    let info = bench.backend(false).probe().await.unwrap();
    assert_eq!((info.name, info.version.as_str()), ("QEMU", "7.2.0"));
    assert_eq!(info.accelerator, Accelerator::Emulation);
    assert!(info.slow_because.unwrap().contains("usermod"));
    assert_eq!(
        bench.backend(true).probe().await.unwrap().slow_because,
        None
    );
}

#[tokio::test]
async fn an_early_failure_carries_qemus_last_line_and_leaves_no_record() {
    let bench = Bench::new("echo first >&2; echo 'qemu-system-x86_64: no such thing' >&2; exit 1");
    let error = bench.backend(false).start(&bench.spec()).await.unwrap_err();
    let words = "QEMU exited with code 1: no such thing";
    assert!(error.to_string().ends_with(words), "{error}");
    assert!(error.hint().unwrap().contains("qemu.log"));
    assert!(
        bench
            .backend(false)
            .adopt(&bench.spec())
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_missing_image_is_refused_before_qemu_runs() {
    let bench = Bench::new("touch ran; exit 1");
    std::fs::remove_file(bench.at("root")).unwrap();
    let error = bench.backend(false).start(&bench.spec()).await.unwrap_err();
    assert!(error.to_string().contains("root image"), "{error}");
    assert!(!bench.at("ran").exists());
}

#[tokio::test]
async fn a_kill_from_outside_is_described_and_cleaned_up_after() {
    let bench = Bench::new(RUNS);
    let (machine, peer) = started(&bench).await;
    assert_eq!(machine.accelerator(), Accelerator::Emulation);
    assert!(machine.warning().unwrap().contains("software emulation"));
    assert!(signal(machine.pid(), "KILL").success());
    drop(peer);
    let exit = machine.exited().await;
    assert_eq!(exit.description, "QEMU was killed by signal 9");
    assert!(!exit.orderly);
    assert_eq!(machine.exited().await, exit);
    assert!(!bench.paths().qmp_socket().exists());
    assert!(!bench.paths().process_record().exists());
    assert!(matches!(
        machine.open_channel().await,
        Err(MachineError::Gone)
    ));
    assert!(matches!(
        machine.grow_data_disk(1).await,
        Err(MachineError::Gone)
    ));
    machine.kill().await.unwrap();
}

#[tokio::test]
async fn a_guest_that_powers_off_ends_orderly() {
    let bench = Bench::new("echo x > ready-tcg; cat end; exit 0");
    let end = bench.fifo("end");
    let (machine, mut peer) = started(&bench).await;
    peer.say(r#"{"event": "SHUTDOWN", "data": {"guest": true, "reason": "guest-shutdown"}}"#)
        .await;
    drop(peer);
    tokio::fs::write(end, b"").await.unwrap();
    let exit = machine.exited().await;
    assert!(exit.orderly, "{exit:?}");
    assert_eq!(exit.description, "the guest powered off");
}

#[tokio::test]
async fn a_disk_grows_by_qmp_and_a_refusal_keeps_its_words() {
    let bench = Bench::new(RUNS);
    let (machine, mut peer) = started(&bench).await;
    let grown = tokio::join!(
        machine.grow_data_disk(4096),
        peer.answer("block_resize", r#""return": {}"#)
    );
    grown.0.unwrap();
    assert_eq!(grown.1["arguments"]["size"], 4096);
    let refused = tokio::join!(
        machine.grow_data_disk(1),
        peer.answer("block_resize", r#""error": {"desc": "too small"}"#)
    );
    let error = refused.0.unwrap_err();
    assert!(matches!(error, MachineError::Command { ref message, .. } if message == "too small"));
    signal(machine.pid(), "KILL");
    machine.exited().await;
}

#[tokio::test]
async fn a_second_start_is_refused_while_the_first_runs() {
    let bench = Bench::new(RUNS);
    let (machine, _peer) = started(&bench).await;
    let error = bench.backend(false).start(&bench.spec()).await.unwrap_err();
    assert!(error.to_string().contains("runs already"), "{error}");
    assert_ne!(machine.pid(), None);
    signal(machine.pid(), "KILL");
    machine.exited().await;
}

#[tokio::test]
async fn a_machine_outlives_its_handle_and_is_adopted_with_its_warning() {
    let bench = Bench::new(RUNS);
    let (machine, peer) = started(&bench).await;
    let (pid, warning) = (machine.pid(), machine.warning());
    drop(machine);
    drop(peer);
    std::fs::remove_file(bench.paths().qmp_socket()).unwrap();
    let socket = bench.paths().qmp_socket();
    let listener = UnixListener::bind(&socket).unwrap();
    let serving = tokio::spawn(async move {
        let (reader, writer) = listener.accept().await.unwrap().0.into_split();
        let lines = BufReader::new(reader).lines();
        let mut peer = QmpPeer { lines, writer };
        peer.say(r#"{"QMP": {}}"#).await;
        peer.answer("qmp_capabilities", r#""return": {}"#).await;
        peer.answer("query-status", r#""return": {"status": "running"}"#)
            .await;
        peer
    });
    let adopted = bench
        .backend(true)
        .adopt(&bench.spec())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((adopted.pid(), adopted.warning()), (pid, warning));
    assert_eq!(adopted.accelerator(), Accelerator::Emulation);
    signal(pid, "KILL");
    drop(serving.await.unwrap());
    assert!(!adopted.exited().await.orderly);
}

#[tokio::test]
async fn kvm_that_shows_no_life_is_replaced_by_emulation_and_remembered() {
    let bench = Bench::new("echo $accel >> starts; echo x > ready-$accel; exec sleep 1000");
    let kvm = bench.serve(bench.fifo("ready-kvm"));
    let ready = bench.fifo("ready-tcg");
    let socket = bench.paths().qmp_socket();
    let emulation = tokio::spawn(async move {
        tokio::fs::read(ready).await.unwrap();
        QmpPeer::shake_hands(&socket).await
    });
    let machine = bench.backend(true).start(&bench.spec()).await.unwrap();
    assert_eq!(machine.accelerator(), Accelerator::Emulation);
    assert!(
        machine
            .warning()
            .unwrap()
            .starts_with("KVM hangs on this computer")
    );
    signal(machine.pid(), "KILL");
    drop((kvm.await.unwrap(), emulation.await.unwrap()));
    machine.exited().await;

    let again = bench.serve(bench.at("ready-tcg"));
    let machine = bench.backend(true).start(&bench.spec()).await.unwrap();
    assert!(
        machine
            .warning()
            .unwrap()
            .starts_with("KVM hangs on this computer")
    );
    let starts = std::fs::read_to_string(bench.at("starts")).unwrap();
    assert_eq!(starts, "kvm\ntcg\ntcg\n");
    signal(machine.pid(), "KILL");
    drop(again.await.unwrap());
    machine.exited().await;
}

#[tokio::test]
async fn kvm_that_shows_life_is_kept() {
    let bench = Bench::new("echo SeaBIOS > console.log; echo x > ready-kvm; exec sleep 1000");
    let peer = bench.serve(bench.fifo("ready-kvm"));
    let machine = bench.backend(true).start(&bench.spec()).await.unwrap();
    assert_eq!(machine.accelerator(), Accelerator::Kvm);
    assert_eq!(machine.warning(), None);
    signal(machine.pid(), "KILL");
    drop(peer.await.unwrap());
    machine.exited().await;
}

#[tokio::test]
async fn kvm_that_refuses_is_replaced_but_a_broken_disk_is_not() {
    let refuses = "test $accel = kvm && { echo failed to initialize kvm: Busy >&2; exit 1; }";
    let bench = Bench::new(&format!("{refuses}\n{RUNS}"));
    let peer = bench.serve(bench.fifo("ready-tcg"));
    let machine = bench.backend(true).start(&bench.spec()).await.unwrap();
    assert!(
        machine
            .warning()
            .unwrap()
            .contains("failed to initialize kvm: Busy")
    );
    signal(machine.pid(), "KILL");
    drop(peer.await.unwrap());
    machine.exited().await;

    let bench =
        Bench::new("echo $accel >> starts; echo 'Failed to get \"write\" lock' >&2; exit 1");
    let error = bench.backend(true).start(&bench.spec()).await.unwrap_err();
    assert!(
        error.hint().unwrap().contains("another virtual machine"),
        "{error:?}"
    );
    assert_eq!(
        std::fs::read_to_string(bench.at("starts")).unwrap(),
        "kvm\n"
    );
}

#[tokio::test]
async fn a_cancelled_start_kills_the_process() {
    let bench = Bench::new("echo $$ > ready-tcg; exec sleep 1000");
    let ready = bench.fifo("ready-tcg");
    let backend = bench.backend(false);
    let spec = bench.spec();
    let start = tokio::spawn(async move { backend.start(&spec).await.map(drop) });
    let pid: u32 = String::from_utf8(tokio::fs::read(ready).await.unwrap())
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    let handle = sys::ProcessHandle::open(pid).unwrap();
    start.abort();
    assert!(start.await.unwrap_err().is_cancelled());
    handle.ended().await.unwrap();
}
