use berth_machine::{Backend, Machine};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::{mpsc, watch},
};

use super::*;
use crate::backend::tests::{Bench, QmpPeer, RUNS, signal, started};

/// How a QEMU behaves that is only played.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// Process in whose place it answers.
    pub(crate) pid: Option<u32>,
    /// The state: is it there when a command comes?
    pub(crate) file: PathBuf,
    /// Its memory.
    pub(crate) memory: Vec<u8>,
    pub(crate) saving: Saving,
    /// Before it loads.
    pub(crate) loading: fn(&Path),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Saving {
    Works,
    Fails,
    Hangs,
    NeverConnects,
}

impl Part {
    pub(crate) fn new(bench: &Bench, saving: Saving) -> Self {
        Self {
            pid: None,
            file: bench.at("state"),
            memory: b"memory".repeat(100_000),
            saving,
            loading: |_| {},
        }
    }

    /// Plays it to the end; tells each command that asks for no state, and
    /// whether the file was there by then.
    pub(crate) fn play(self, peer: QmpPeer) -> mpsc::UnboundedReceiver<(String, bool)> {
        let (sender, heard) = mpsc::unbounded_channel();
        tokio::spawn(self.answer_all(peer, sender));
        heard
    }

    async fn answer_all(self, mut peer: QmpPeer, heard: mpsc::UnboundedSender<(String, bool)>) {
        let (migration, status) = (watch::Sender::new(None), watch::Sender::new("running"));
        while let Some(command) = peer.hear().await {
            let name = command["execute"].as_str().unwrap().to_owned();
            let uri = command["arguments"]["uri"].as_str().unwrap_or_default();
            let socket = PathBuf::from(uri.trim_start_matches("unix:"));
            let mut answer = json!({});
            match name.as_str() {
                "stop" => drop(status.send_replace("paused")),
                "cont" => drop(status.send_replace("running")),
                "migrate" => {
                    migration.send_replace(Some("active"));
                    tokio::spawn(self.clone().migrate(socket, migration.clone()));
                }
                "migrate_cancel" => {
                    migration.send_if_modified(|m| m.replace("cancelled").is_some());
                }
                "migrate-incoming" => {
                    let listener = UnixListener::bind(&socket).unwrap();
                    status.send_replace("inmigrate");
                    tokio::spawn(self.clone().load(listener, status.clone()));
                }
                "query-migrate" => {
                    let migration = *migration.borrow();
                    answer = migration.map_or(answer, |m| json!({"status": m, "error-desc": "no"}));
                }
                "query-status" => answer = json!({"status": *status.borrow()}),
                _ => {}
            }
            if !name.starts_with("query-") {
                let _ = heard.send((name.clone(), self.file.exists()));
            }
            let id = &command["id"];
            peer.say(&json!({"id": id, "return": answer}).to_string())
                .await;
            if name == "quit" {
                signal(self.pid, "KILL");
                return;
            }
        }
    }

    async fn migrate(self, socket: PathBuf, status: watch::Sender<Option<&'static str>>) {
        if self.saving == Saving::NeverConnects {
            status.send_replace(Some("failed"));
            return;
        }
        let mut stream = UnixStream::connect(socket).await.unwrap();
        let end = match self.saving {
            Saving::Works if stream.write_all(&self.memory).await.is_ok() => "completed",
            Saving::Hangs => std::future::pending().await,
            _ => "failed",
        };
        status.send_replace(Some(end));
    }

    /// A QEMU that gets other memory than its own ends.
    async fn load(self, listener: UnixListener, status: watch::Sender<&'static str>) {
        let (mut stream, _) = listener.accept().await.unwrap();
        (self.loading)(&self.file);
        let mut memory = Vec::new();
        let read = stream.read_to_end(&mut memory).await;
        if read.is_err() || memory != self.memory {
            let log = self.file.with_file_name("qemu.log");
            std::fs::write(log, "qemu-system-x86_64: load of migration failed\n").unwrap();
            signal(self.pid, "KILL");
            return;
        }
        status.send_replace("paused");
    }
}

async fn machine(bench: &Bench, saving: Saving) -> (Arc<dyn Machine>, Heard) {
    let (machine, peer) = started(bench).await;
    let mut part = Part::new(bench, saving);
    part.pid = machine.pid();
    (machine, Heard(part.play(peer)))
}

struct Heard(mpsc::UnboundedReceiver<(String, bool)>);

impl Heard {
    async fn all_to(&mut self, last: &str) -> Vec<String> {
        let mut names = Vec::new();
        while names.last().is_none_or(|name| name != last) {
            names.push(self.0.recv().await.unwrap().0);
        }
        names
    }
}

const TO_MIGRATE: [&str; 3] = ["stop", "migrate-set-parameters", "migrate"];

fn leftovers(bench: &Bench) -> Vec<PathBuf> {
    let all = ["state", "state.partial", "state.sock"].map(|name| bench.at(name));
    all.into_iter().filter(|path| path.exists()).collect()
}

async fn assert_goes_on(bench: &Bench, machine: Arc<dyn Machine>, mut heard: Heard) {
    let names = heard.all_to("cont").await;
    assert_eq!(names[..3], TO_MIGRATE);
    assert_eq!(names[3..], ["migrate_cancel", "cont"]);
    assert_eq!(leftovers(bench), Vec::<PathBuf>::new());
    assert!(bench.paths().process_record().exists());
    machine.kill().await.unwrap();
    assert!(!machine.exited().await.orderly);
}

#[tokio::test]
async fn a_saved_machine_is_a_file_and_ended_orderly() {
    let bench = Bench::new(RUNS);
    let (machine, mut heard) = machine(&bench, Saving::Works).await;
    machine.save(&bench.at("state")).await.unwrap();
    let names = heard.all_to("quit").await;
    assert_eq!(names[..3], TO_MIGRATE);
    assert_eq!(names[3..], ["quit"]);
    let exit = machine.exited().await;
    assert!(exit.orderly);
    assert_eq!(exit.description, "the machine was saved");
    assert_eq!(leftovers(&bench), [bench.at("state")]);
    let error = machine.save(&bench.at("state")).await.unwrap_err();
    assert!(matches!(error, MachineError::Gone), "{error:?}");
}

#[tokio::test]
async fn a_machine_that_qemu_can_not_save_goes_on() {
    for saving in [Saving::Fails, Saving::NeverConnects] {
        let bench = Bench::new(RUNS);
        let (machine, heard) = machine(&bench, saving).await;
        let error = machine.save(&bench.at("state")).await.unwrap_err();
        let words = "could not be saved: QEMU gave up: no";
        assert!(error.to_string().contains(words), "{error}");
        assert!(error.hint().is_some());
        assert_goes_on(&bench, machine, heard).await;
    }
}

#[tokio::test]
async fn a_full_disk_leaves_the_machine_running_and_says_what_to_do() {
    let bench = Bench::new(RUNS);
    std::os::unix::fs::symlink("/dev/full", bench.at("state.partial")).unwrap();
    let (machine, heard) = machine(&bench, Saving::Works).await;
    let error = machine.save(&bench.at("state")).await.unwrap_err();
    assert!(error.to_string().contains("No space left"), "{error}");
    assert!(error.hint().unwrap().contains("free some space"));
    assert_goes_on(&bench, machine, heard).await;
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_refused_before_anything_is_paused() {
    let bench = Bench::new(RUNS);
    let (machine, mut heard) = machine(&bench, Saving::Works).await;
    let error = machine.save(&bench.at("no/state")).await.unwrap_err();
    assert!(error.to_string().contains("No such file"), "{error}");
    assert!(!heard.all_to("cont").await.contains(&"stop".to_owned()));
    machine.kill().await.unwrap();
}

#[tokio::test]
async fn a_save_that_nobody_waits_for_any_more_is_undone() {
    let bench = Bench::new(RUNS);
    let (machine, mut heard) = machine(&bench, Saving::Hangs).await;
    let (saved, file) = (Arc::clone(&machine), bench.at("state"));
    let saving = tokio::spawn(async move { saved.save(&file).await });
    assert_eq!(heard.all_to("migrate").await, TO_MIGRATE);
    let second = machine.save(&bench.at("state")).await.unwrap_err();
    assert!(second.to_string().contains("saved already"), "{second}");
    saving.abort();
    assert_eq!(heard.all_to("cont").await, ["migrate_cancel", "cont"]);
    assert_eq!(leftovers(&bench), Vec::<PathBuf>::new());
    machine.kill().await.unwrap();
}

#[tokio::test]
async fn a_qemu_that_dies_while_it_saves_is_gone_and_leaves_no_file() {
    let bench = Bench::new(RUNS);
    let (machine, peer) = started(&bench).await;
    let (saved, file) = (Arc::clone(&machine), bench.at("state"));
    let saving = tokio::spawn(async move { saved.save(&file).await });
    signal(machine.pid(), "KILL");
    machine.exited().await;
    drop(peer);
    let error = saving.await.unwrap().unwrap_err();
    assert!(matches!(error, MachineError::Gone), "{error:?}");
    assert!(!machine.exited().await.orderly);
    assert_eq!(leftovers(&bench), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn a_machine_whose_save_was_cut_short_goes_on_when_it_is_adopted() {
    let bench = Bench::new(RUNS);
    let (machine, heard) = machine(&bench, Saving::Hangs).await;
    let pid = machine.pid();
    drop((machine, heard));
    std::fs::remove_file(bench.paths().qmp_socket()).unwrap();
    let listener = UnixListener::bind(bench.paths().qmp_socket()).unwrap();
    let mut part = Part::new(&bench, Saving::Works);
    part.pid = pid;
    let playing = tokio::spawn(async move {
        let mut peer = QmpPeer::accept(listener).await;
        let first = peer.hear().await.unwrap();
        assert_eq!(first["execute"], "query-status");
        let paused = json!({"id": first["id"], "return": {"status": "postmigrate"}});
        peer.say(&paused.to_string()).await;
        Heard(part.play(peer))
    });
    let backend = bench.backend(false);
    let spec = bench.spec();
    let adopting = tokio::spawn(async move { backend.adopt(&spec).await });
    let mut heard = playing.await.unwrap();
    assert_eq!(heard.all_to("cont").await, ["migrate_cancel", "cont"]);
    let adopted = adopting.await.unwrap().unwrap().unwrap();
    adopted.save(&bench.at("state")).await.unwrap();
    assert!(bench.at("state").exists());
}
