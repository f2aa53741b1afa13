//! Machines with vsock, as far as QEMU's part can be played by a script.
use super::*;

/// What a QEMU says whose number is taken; it notes the number and the key.
const TAKEN: &str = r#"n=$(echo "$*" | sed -n 's/.*guest-cid=\([0-9]*\).*/\1/p')
echo "cid=$n" >> starts; test -z "$n" || cat vsock.key >> keys
taken() { echo "qemu: -device vhost-vsock-pci,guest-cid=$n: vhost-vsock: unable to set guest cid: Address already in use" >&2; exit 1; }
"#;

/// Starts with vsock and gives the numbers that QEMU got, empty for none.
async fn started_with_vsock(script: &str) -> (Bench, Arc<dyn Machine>, Vec<String>) {
    let bench = Bench::new(&format!("{TAKEN}{script}\n{RUNS}"));
    let peer = bench.serve(bench.fifo("ready-tcg"));
    let machine = bench.vsock_backend().start(&bench.spec()).await.unwrap();
    drop(peer.await.unwrap());
    assert!(!bench.paths().vsock_key().exists());
    let starts = std::fs::read_to_string(bench.at("starts")).unwrap();
    let numbers = starts.lines().map(|line| line.replace("cid=", ""));
    (bench, machine, numbers.collect())
}

async fn recorded_vsock(bench: &Bench) -> Option<Vsock> {
    let record = ProcessRecord::read(&bench.paths()).await.unwrap();
    record.unwrap().vsock()
}

#[tokio::test]
async fn a_vsock_number_that_is_taken_is_replaced_and_the_last_one_recorded() {
    let (bench, machine, numbers) =
        started_with_vsock("test $(wc -l < starts) -gt 2 || taken").await;
    let vsock = recorded_vsock(&bench).await.unwrap();
    assert_eq!(numbers.len(), 3);
    assert_eq!(numbers[2], vsock.cid.to_string());
    assert_ne!(numbers[0], numbers[1]);
    let keys = std::fs::read(bench.at("keys")).unwrap();
    assert!(keys.ends_with(vsock.key.as_bytes()));
    signal(machine.pid(), "KILL");
    machine.exited().await;
}

#[tokio::test]
async fn after_three_taken_numbers_the_machine_starts_without_vsock() {
    let (bench, machine, numbers) = started_with_vsock("test -z \"$n\" || taken").await;
    assert_eq!(numbers.len(), 4);
    assert_eq!(numbers[3], "");
    assert_eq!(recorded_vsock(&bench).await, None);
    signal(machine.pid(), "KILL");
    machine.exited().await;
}

#[tokio::test]
async fn a_qemu_without_the_vsock_device_is_asked_once() {
    let script =
        "test -z \"$n\" || { echo \"'vhost-vsock-pci' is not a valid device\" >&2; exit 1; }";
    let (bench, machine, numbers) = started_with_vsock(script).await;
    assert_eq!(numbers.len(), 2);
    assert_eq!(recorded_vsock(&bench).await, None);
    signal(machine.pid(), "KILL");
    machine.exited().await;
}

#[tokio::test]
async fn another_failure_is_not_retried_without_vsock() {
    let bench = Bench::new(&format!("{TAKEN}echo broken >&2; exit 1"));
    let started = bench.vsock_backend().start(&bench.spec()).await;
    assert!(started.unwrap_err().to_string().ends_with("broken"));
    let starts = std::fs::read_to_string(bench.at("starts")).unwrap();
    assert_eq!(starts.lines().count(), 1);
    assert!(!bench.paths().vsock_key().exists());
}

#[tokio::test]
async fn a_guest_without_vsock_is_reached_by_its_serial_port_and_that_is_remembered() {
    let bench = Bench::new(RUNS);
    let (machine, _peer) = started_by(&bench.vsock_backend(), &bench).await;
    assert!(recorded_vsock(&bench).await.is_some());
    let port = UnixListener::bind(bench.paths().channel_socket()).unwrap();
    tokio::time::pause();
    let _first = machine.open_channel().await.unwrap();
    port.accept().await.unwrap();
    assert_eq!(recorded_vsock(&bench).await, None);
    // What the guest's memory knows must be known to a restore nevertheless.
    let record = ProcessRecord::read(&bench.paths()).await.unwrap().unwrap();
    assert!(record.origin.unwrap().vsock().is_some());

    let again = tokio::time::Instant::now();
    let _second = machine.open_channel().await.unwrap();
    assert_eq!(again.elapsed(), Duration::ZERO);
    tokio::time::resume();
    signal(machine.pid(), "KILL");
    machine.exited().await;
}

#[tokio::test]
async fn a_machine_that_ends_is_not_waited_for_by_vsock() {
    let bench = Bench::new(RUNS);
    let (machine, _peer) = started_by(&bench.vsock_backend(), &bench).await;
    signal(machine.pid(), "KILL");
    let opened = machine.open_channel().await;
    assert!(matches!(opened, Err(MachineError::Gone)));
    machine.exited().await;
}
