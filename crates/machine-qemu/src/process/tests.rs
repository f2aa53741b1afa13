use std::os::unix::process::ExitStatusExt;

use super::*;

fn shell(script: &str, log: &Path) -> Process {
    let arguments = ["-c".into(), script.into()];
    Process::spawn(Path::new("/bin/sh"), &arguments, log).unwrap()
}

fn folder() -> (tempfile::TempDir, RunPaths) {
    let folder = tempfile::tempdir().unwrap();
    let paths = RunPaths::new(folder.path());
    (folder, paths)
}

#[tokio::test]
async fn output_goes_to_the_log_and_the_exit_code_is_known() {
    let (_folder, paths) = folder();
    let process = shell("echo out; echo err >&2; exit 3", &paths.qemu_log());
    assert_eq!(process.ended().await.status.unwrap().code(), Some(3));
    let log = std::fs::read_to_string(paths.qemu_log()).unwrap();
    assert_eq!(log, "out\nerr\n");
}

#[tokio::test]
async fn it_runs_in_a_session_of_its_own() {
    let (_folder, paths) = folder();
    let process = shell("cut -d' ' -f6 /proc/$$/stat", &paths.qemu_log());
    process.ended().await;
    let session = std::fs::read_to_string(paths.qemu_log()).unwrap();
    assert_eq!(session.trim(), process.pid.to_string());
}

#[tokio::test]
async fn killing_ends_it_for_all_who_wait_and_may_be_repeated() {
    let (_folder, paths) = folder();
    let process = shell("sleep 1000", &paths.qemu_log());
    let other = process.clone();
    let waiting = tokio::spawn(async move { other.ended().await });
    process.kill().unwrap();
    let expected = ExitStatus::from_raw(9);
    assert_eq!(waiting.await.unwrap().status, Some(expected));
    assert_eq!(process.ended().await.status, Some(expected));
    assert!(process.has_ended());
    process.kill().unwrap();
}

#[tokio::test]
async fn a_recorded_process_is_found_and_its_end_seen_without_being_the_parent() {
    let (_folder, paths) = folder();
    let process = shell("sleep 1000", &paths.qemu_log());
    let record = ProcessRecord::new(&process, Accelerator::Kvm, Some("slow".into()));
    record.write(&paths).await.unwrap();
    let read = ProcessRecord::read(&paths).await.unwrap().unwrap();
    assert_eq!(read, record);
    assert_eq!(read.accelerator(), Accelerator::Kvm);
    let found = Process::find(&read).unwrap();
    found.kill().unwrap();
    assert_eq!(found.ended().await.status, None);
    assert!(process.ended().await.status.is_some());
    assert!(Process::find(&read).is_none());
}

#[tokio::test]
async fn a_recycled_pid_is_not_taken_for_the_machine() {
    let (_folder, paths) = folder();
    let process = shell("sleep 1000", &paths.qemu_log());
    let mut record = ProcessRecord::new(&process, Accelerator::Emulation, None);
    record.identity.push('1');
    assert!(Process::find(&record).is_none());
    record.pid = 0;
    assert!(Process::find(&record).is_none());
    process.kill().unwrap();
}

#[tokio::test]
async fn a_missing_or_damaged_record_counts_as_none() {
    let (_folder, paths) = folder();
    assert_eq!(ProcessRecord::read(&paths).await.unwrap(), None);
    for damaged in [
        "",
        "{\"pid\": -1}",
        "1234",
        "{\"pid\": 1, \"identity\": \"a",
    ] {
        std::fs::write(paths.process_record(), damaged).unwrap();
        assert_eq!(
            ProcessRecord::read(&paths).await.unwrap(),
            None,
            "{damaged}"
        );
    }
}

#[tokio::test]
async fn a_program_that_is_not_there_is_an_error_and_leaves_no_process() {
    let (_folder, paths) = folder();
    let error = Process::spawn(Path::new("/nonexistent"), &[], &paths.qemu_log()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
}
