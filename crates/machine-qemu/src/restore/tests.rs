use std::sync::Arc;

use berth_machine::{Backend, Machine};
use tokio::sync::mpsc;

use super::*;
use crate::{
    backend::{
        QemuBackend,
        tests::{Bench, signal, started_by},
    },
    process::ProcessRecord,
    save::tests::{Part, Saving},
};

const RUNS: &str = "echo $accel >> starts; echo $$ > ready-$accel; exec sleep 1000";

/// A machine that was saved to `state`.
async fn saved() -> Bench {
    saved_by(|bench| bench.backend(false)).await
}

async fn saved_by(backend: fn(&Bench) -> QemuBackend) -> Bench {
    let bench = Bench::new(RUNS);
    let (machine, peer) = started_by(&backend(&bench), &bench).await;
    let mut part = Part::new(&bench, Saving::Works);
    part.pid = machine.pid();
    let _heard = part.play(peer);
    machine.save(&bench.at("state")).await.unwrap();
    std::fs::remove_file(bench.at("starts")).unwrap();
    bench
}

type Heard = mpsc::UnboundedReceiver<(String, bool)>;

/// Restores it while a QEMU is played that loads as `loading` says.
async fn restored(
    bench: &Bench,
    kvm: bool,
    loading: fn(&Path),
) -> (Result<Arc<dyn Machine>, MachineError>, Heard) {
    restored_by(&bench.backend(kvm), bench, loading).await
}

async fn restored_by(
    backend: &QemuBackend,
    bench: &Bench,
    loading: fn(&Path),
) -> (Result<Arc<dyn Machine>, MachineError>, Heard) {
    let (ready, socket) = (bench.at("ready-tcg"), bench.paths().qmp_socket());
    let part = Part::new(bench, Saving::Works);
    let playing = tokio::spawn(async move {
        let pid = tokio::fs::read_to_string(ready).await.unwrap();
        let pid = Some(pid.trim().parse().unwrap());
        let part = Part {
            pid,
            loading,
            ..part
        };
        part.play(crate::backend::tests::QmpPeer::shake_hands(&socket).await)
    });
    let machine = backend.restore(&bench.spec(), &bench.at("state")).await;
    (machine, playing.await.unwrap())
}

async fn all(mut heard: Heard) -> Vec<(String, bool)> {
    let mut all = Vec::new();
    while let Some(one) = heard.recv().await {
        all.push(one);
    }
    all
}

fn heard(name: &str, file: bool) -> (String, bool) {
    (name.to_owned(), file)
}

async fn assert_never_ran(
    outcome: Result<Arc<dyn Machine>, MachineError>,
    played: Heard,
    words: &str,
) {
    let error = outcome.unwrap_err();
    let chain = format!("{error}: {:?}", std::error::Error::source(&error));
    assert!(chain.contains(words), "{chain}");
    let commands = all(played).await;
    assert!(!commands.iter().any(|c| c.0 == "cont"), "{commands:?}");
}

#[tokio::test]
async fn the_state_is_gone_before_the_guest_runs_and_not_before_it_is_loaded() {
    let bench = saved().await;
    let (machine, played) = restored(&bench, false, |file| assert!(file.exists())).await;
    let machine = machine.unwrap();
    assert_eq!(machine.accelerator(), Accelerator::Emulation);
    assert!(!bench.at("state").exists());
    assert!(bench.paths().process_record().exists());
    signal(machine.pid(), "KILL");
    machine.exited().await;
    drop(machine);
    let order = [heard("migrate-incoming", true), heard("cont", false)];
    assert_eq!(all(played).await, order);

    let again = bench.backend(false);
    let again = again.restore(&bench.spec(), &bench.at("state")).await;
    assert!(matches!(again, Err(MachineError::Stale { .. })));
}

#[tokio::test]
async fn a_restored_machine_can_be_saved_again() {
    let bench = saved().await;
    let (machine, _played) = restored(&bench, false, |_| {}).await;
    machine.unwrap().save(&bench.at("state")).await.unwrap();
    assert!(bench.at("state").exists());
}

#[tokio::test]
async fn a_machine_that_was_emulated_goes_on_so_where_kvm_can_be_had_and_says_so() {
    let bench = saved().await;
    let (machine, _played) = restored(&bench, true, |_| {}).await;
    let machine = machine.unwrap();
    assert_eq!(machine.accelerator(), Accelerator::Emulation);
    assert!(
        machine
            .warning()
            .unwrap()
            .starts_with("KVM can be used now")
    );
    signal(machine.pid(), "KILL");
    machine.exited().await;
}

#[tokio::test]
async fn a_restored_machine_has_the_vsock_number_and_key_that_its_guest_remembers() {
    let bench = saved_by(Bench::vsock_backend).await;
    let saved = SavedState::open(&bench.at("state")).await.unwrap();
    let vsock = saved.head.origin.vsock().cloned().unwrap();
    let notes = "cat vsock.key > key; echo \"$*\" > arguments";
    bench.replace_script(&format!("{notes}\n{RUNS}"));
    let (machine, _played) = restored_by(&bench.vsock_backend(), &bench, |_| {}).await;
    let machine = machine.unwrap();
    let arguments = std::fs::read_to_string(bench.at("arguments")).unwrap();
    assert!(arguments.contains(&format!("vhost-vsock-pci,guest-cid={} ", vsock.cid)));
    assert_eq!(
        std::fs::read(bench.at("key")).unwrap(),
        vsock.key.as_bytes()
    );
    let record = ProcessRecord::read(&bench.paths()).await.unwrap().unwrap();
    assert_eq!(record.vsock(), Some(vsock));
    signal(machine.pid(), "KILL");
    machine.exited().await;
}

#[tokio::test]
async fn a_machine_saved_without_vsock_goes_on_without_it_where_it_can_be_had() {
    let bench = saved().await;
    let (machine, _played) = restored_by(&bench.vsock_backend(), &bench, |_| {}).await;
    let machine = machine.unwrap();
    let record = ProcessRecord::read(&bench.paths()).await.unwrap().unwrap();
    assert_eq!(record.vsock(), None);
    signal(machine.pid(), "KILL");
    machine.exited().await;
}

async fn assert_stale(backend: &QemuBackend, bench: &Bench, words: &str) {
    let restored = backend.restore(&bench.spec(), &bench.at("state")).await;
    let error = restored.unwrap_err();
    assert!(matches!(error, MachineError::Stale { .. }), "{error:?}");
    assert!(error.to_string().contains(words), "{error}");
    assert!(bench.at("state").exists());
}

#[tokio::test]
async fn a_machine_with_vsock_is_stale_where_that_or_its_number_can_not_be_had() {
    let bench = saved_by(Bench::vsock_backend).await;
    assert_stale(&bench.backend(false), &bench, "virtual hardware").await;
    bench.replace_script("echo 'qemu: vhost-vsock: unable to set guest cid: in use' >&2; exit 1");
    assert_stale(&bench.vsock_backend(), &bench, "vsock number").await;
    bench.replace_script("echo 'qemu: vhost-vsock: failed to open vhost device' >&2; exit 1");
    assert_stale(&bench.vsock_backend(), &bench, "can't be had").await;
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_nothing_is_started() {
    let check = async |change: fn(&Bench, &mut berth_machine::MachineSpec), words: &str| {
        let bench = saved().await;
        let mut spec = bench.spec();
        change(&bench, &mut spec);
        let outcome = bench
            .backend(false)
            .restore(&spec, &bench.at("state"))
            .await;
        let error = outcome.unwrap_err();
        assert!(matches!(error, MachineError::Stale { .. }), "{error:?}");
        assert!(error.to_string().contains(words), "{error}");
        assert!(!bench.at("starts").exists());
        assert!(!bench.paths().process_record().exists());
    };
    check(|_, spec| spec.cpus = 7, "1 CPUs and not 7").await;
    check(|_, spec| spec.memory_bytes *= 2, "memory").await;
    check(|_, spec| spec.cmdline.push('x'), "command line").await;
    let written = |bench: &Bench, _: &mut _| std::fs::write(bench.at("data"), [1; 512]).unwrap();
    check(written, "data disk was changed").await;
    let image = |bench: &Bench, _: &mut _| std::fs::write(bench.at("root"), [1; 1024]).unwrap();
    check(image, "root image").await;
    let cut = |bench: &Bench, _: &mut _| std::fs::write(bench.at("state"), "BERTHVM1").unwrap();
    check(cut, "damaged").await;
    let absent = |bench: &Bench, _: &mut _| std::fs::remove_file(bench.at("state")).unwrap();
    check(absent, "not there").await;
}

#[tokio::test]
async fn a_damaged_state_never_runs_and_qemu_is_ended() {
    let bench = saved().await;
    let state = bench.at("state");
    let mut bytes = std::fs::read(&state).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&state, bytes).unwrap();
    let (outcome, played) = restored(&bench, false, |_| {}).await;
    assert!(matches!(outcome, Err(MachineError::Stale { .. })));
    assert_never_ran(outcome, played, "it is damaged").await;
    assert!(state.exists());
    assert!(!bench.paths().process_record().exists());
}

#[tokio::test]
async fn a_disk_that_is_written_while_the_state_is_loaded_is_noticed() {
    let bench = saved().await;
    let write = |file: &Path| std::fs::write(file.with_file_name("data"), [2; 512]).unwrap();
    let (outcome, played) = restored(&bench, false, write).await;
    assert_never_ran(outcome, played, "data disk was changed").await;
}

#[tokio::test]
async fn a_state_that_another_one_takes_at_the_same_time_is_not_run() {
    let bench = saved().await;
    let take = |file: &Path| std::fs::remove_file(file).unwrap();
    let (outcome, played) = restored(&bench, false, take).await;
    assert_never_ran(outcome, played, "No such file").await;
}

#[tokio::test]
async fn a_state_that_qemu_can_not_load_is_stale_with_its_words() {
    let bench = saved().await;
    let refuse = |file: &Path| {
        let log = file.with_file_name("qemu.log");
        std::fs::write(log, "qemu-system-x86_64: wrong machine\n").unwrap();
        let pid = std::fs::read_to_string(file.with_file_name("pid")).unwrap();
        signal(Some(pid.trim().parse().unwrap()), "KILL");
    };
    let script = "echo $$ > pid; echo $$ > ready-tcg; exec sleep 1000";
    bench.replace_script(script);
    let (outcome, played) = restored(&bench, false, refuse).await;
    assert!(matches!(outcome, Err(MachineError::Stale { .. })));
    assert_never_ran(outcome, played, "could not load it").await;
}

#[test]
fn only_emulation_can_stand_in_for_another_accelerator() {
    let folder = tempfile::tempdir().unwrap();
    let state = |accelerator: Accelerator| {
        let disk = folder.path().join("data");
        std::fs::write(&disk, "").unwrap();
        let origin = crate::origin::tests::any_origin(&disk).with_accelerator(accelerator);
        SavedState {
            head: StateHead {
                origin,
                disk: DiskIdentity::look(&disk).unwrap(),
            },
            stream: File::open(&disk).unwrap(),
        }
    };
    use Accelerator::{Emulation, Kvm};
    assert_eq!(state(Kvm).accelerator(Kvm).unwrap(), Kvm);
    assert_eq!(state(Emulation).accelerator(Kvm).unwrap(), Emulation);
    let error = state(Kvm).accelerator(Emulation).unwrap_err();
    assert!(error.to_string().contains("ran with KVM"), "{error}");
}
