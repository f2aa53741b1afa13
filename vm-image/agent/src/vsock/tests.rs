use berth_link::handshake;
use tokio::{io::AsyncWriteExt as _, net::UnixStream};

use super::*;

const KEY: &[u8] = b"dev.berth.vsock=0123";

fn structure(kind: u8, formatted: &[u8], strings: &[&[u8]]) -> Vec<u8> {
    let length = 4 + u8::try_from(formatted.len()).unwrap();
    let mut bytes = vec![kind, length, 0, 0];
    bytes.extend(formatted);
    for string in strings {
        bytes.extend(*string);
        bytes.push(0);
    }
    let zeros = if strings.is_empty() { 2 } else { 1 };
    bytes.extend(vec![0; zeros]);
    bytes
}

#[test]
fn the_key_is_found_among_other_structures_and_strings() {
    let mut tables = structure(0, &[1, 2, 0, 0], &[b"SeaBIOS", KEY]);
    tables.extend(structure(32, &[0; 7], &[]));
    assert_eq!(key(&tables), None);
    tables.extend(structure(11, &[2], &[b"other", KEY]));
    tables.extend(structure(127, &[], &[]));
    assert_eq!(key(&tables).as_deref(), Some(KEY));
}

#[test]
fn tables_without_a_key_or_cut_anywhere_give_none() {
    let empty = structure(11, &[1], &[VSOCK_KEY_PREFIX.as_bytes()]);
    assert_eq!(key(&empty), None);
    let whole = structure(11, &[1], &[KEY]);
    for cut in 0..whole.len() {
        assert_eq!(key(&whole[..cut]), None, "{cut}");
    }
    assert_eq!(key(&[11, 255, 0, 0]), None);
    assert_eq!(key(&[0; 64]), None);
}

#[test]
fn only_a_socket_device_counts() {
    let devices = tempfile::tempdir().unwrap();
    assert!(!has_device(&devices.path().join("none")));
    for (name, kind) in [("virtio0", "0x0002"), ("virtio1", "0x0013")] {
        assert!(!has_device(devices.path()));
        fs::create_dir(devices.path().join(name)).unwrap();
        fs::write(
            devices.path().join(name).join("device"),
            format!("{kind}\n"),
        )
        .unwrap();
    }
    assert!(has_device(devices.path()));
}

#[test]
fn only_the_host_may_connect() {
    assert!(is_host(&SockAddr::vsock(2, 700)));
    assert!(!is_host(&SockAddr::vsock(1, 700)));
    assert!(!is_host(&SockAddr::vsock(3, 700)));
}

fn pair() -> (UnixStream, Socket) {
    let (host, guest) = Socket::pair(Domain::UNIX, Type::STREAM, None).unwrap();
    host.set_nonblocking(true).unwrap();
    let host = std::os::unix::net::UnixStream::from(OwnedFd::from(host));
    (UnixStream::from_std(host).unwrap(), guest)
}

#[tokio::test]
async fn a_host_with_the_key_shakes_hands() {
    let (mut host, guest) = pair();
    host.write_all(KEY).await.unwrap();
    let (shaken, arrival) = tokio::join!(handshake::host(&mut host, 1), welcome(guest, KEY));
    shaken.unwrap();
    arrival.unwrap();
}

#[tokio::test]
async fn a_wrong_or_short_key_ends_the_connection() {
    for shown in [b"dev.berth.vsock=0124".as_slice(), b"dev.berth"] {
        let (mut host, guest) = pair();
        host.write_all(shown).await.unwrap();
        host.shutdown().await.unwrap();
        welcome(guest, KEY).await.unwrap_err();
        assert_eq!(host.read(&mut [0; 1]).await.unwrap(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_stranger_that_says_nothing_is_not_kept() {
    let (_host, guest) = pair();
    assert!(
        welcome(guest, KEY)
            .await
            .unwrap_err()
            .is::<tokio::time::error::Elapsed>()
    );
}
