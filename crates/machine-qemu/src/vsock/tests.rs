use std::cell::Cell;

use super::*;

#[test]
fn vsock_is_used_where_its_device_opens_unless_the_environment_knows_better() {
    use DeviceAccess::{Absent, Broken, Forbidden, Usable};
    for device in [Usable, Absent, Forbidden, Broken] {
        assert_eq!(wanted(None, device), device == Usable, "{device:?}");
        assert_eq!(wanted(Some(""), device), device == Usable, "{device:?}");
        assert!(wanted(Some("on"), device));
        assert!(!wanted(Some("off"), device));
    }
}

#[test]
fn reserved_numbers_are_never_drawn() {
    assert_eq!(cid(0), 3);
    assert_eq!(cid(u32::MAX - 4), u32::MAX - 1);
    assert_eq!(cid(u32::MAX - 3), 3);
    assert_eq!(cid(u32::MAX), 6);
}

#[test]
fn a_key_is_new_each_time_and_does_not_show_in_logs() {
    let (one, other) = (Vsock::random().unwrap(), Vsock::random().unwrap());
    assert_ne!(one.key, other.key);
    let digits = one.key.0.strip_prefix(VSOCK_KEY_PREFIX).unwrap();
    assert_eq!(digits.len(), 64);
    assert!(!format!("{one:?}").contains(digits));
}

#[test]
fn a_failed_start_is_blamed_on_what_it_names() {
    let start = |message: &str| MachineError::Start {
        message: message.into(),
        hint: String::new(),
    };
    let words = "-device vhost-vsock-pci,guest-cid=7: vhost-vsock: unable to set guest cid: \
                 Address already in use";
    assert_eq!(blame(&start(words)), Blame::Taken);
    let words = "'vhost-vsock-pci' is not a valid device model name";
    assert_eq!(blame(&start(words)), Blame::Vsock);
    let words = "-device vhost-vsock-pci: vhost-vsock: failed to open vhost device";
    assert_eq!(blame(&start(words)), Blame::Vsock);
    assert_eq!(blame(&start("Failed to get write lock")), Blame::Other);
    assert_eq!(blame(&MachineError::Gone), Blame::Other);
}

fn refused() -> io::Error {
    io::ErrorKind::ConnectionReset.into()
}

#[tokio::test(start_paused = true)]
async fn a_guest_that_boots_is_waited_for() {
    let tries = Cell::new(0);
    let connect = || {
        tries.set(tries.get() + 1);
        let listens = tries.get() == 20;
        async move { if listens { Ok("vsock") } else { Err(refused()) } }
    };
    let began = Instant::now();
    let connected = connect_or(connect, || Ok("serial")).await.unwrap();
    assert_eq!(connected, ("vsock", true));
    assert_eq!(began.elapsed().as_millis() / 100, 19);
}

#[tokio::test(start_paused = true)]
async fn a_guest_that_never_listens_is_reached_by_its_serial_port_after_the_deadline() {
    let began = Instant::now();
    let connected = connect_or(|| async { Err(refused()) }, || Ok("serial")).await;
    assert_eq!(connected.unwrap(), ("serial", false));
    assert_eq!(began.elapsed().as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_gets_no_answer_is_given_up_for_the_next() {
    let tries = Cell::new(0);
    let connect = || {
        tries.set(tries.get() + 1);
        let answers = tries.get() == 3;
        async move {
            if !answers {
                std::future::pending::<()>().await;
            }
            Ok("vsock")
        }
    };
    let connected = connect_or(connect, || Err(refused())).await;
    assert_eq!(connected.unwrap(), ("vsock", true));
    assert_eq!(tries.get(), 3);
}

#[tokio::test(start_paused = true)]
async fn where_neither_way_works_the_serial_ports_error_is_told() {
    let connect = || async { Err::<(), _>(refused()) };
    let failed = connect_or(connect, || Err(io::ErrorKind::NotFound.into())).await;
    assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::NotFound);
}
