use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use super::{HandshakeError, Kind, MESSAGE, Message, guest, host, scan};
use crate::proto::{VERSION, Version};

fn channel() -> (DuplexStream, DuplexStream) {
    duplex(200_000)
}

#[tokio::test]
async fn both_sides_find_each_other() {
    let (mut h, mut g) = channel();
    let (host, guest) = tokio::join!(host(&mut h, 7), guest(&mut g));
    assert_eq!(host.unwrap().0, VERSION);
    assert_eq!(guest.unwrap().0, VERSION);
}

#[tokio::test(start_paused = true)]
async fn the_host_waits_for_a_guest_that_boots_late() {
    let (mut h, mut g) = channel();
    let host = tokio::spawn(async move { host(&mut h, 7).await });
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    guest(&mut g).await.unwrap();
    host.await.unwrap().unwrap();
}

#[tokio::test]
async fn what_an_earlier_session_left_behind_is_skipped() {
    let (mut h, mut g) = channel();
    g.write_all(b"\x02\x00\x10\x00half a frame of an older session")
        .await
        .unwrap();
    g.write_all(&Message::new(Kind::Ready, 6).encode())
        .await
        .unwrap();
    h.write_all(b"and the same the other way").await.unwrap();
    let (host, guest) = tokio::join!(host(&mut h, 7), guest(&mut g));
    assert!(host.unwrap().1.is_empty());
    guest.unwrap();
}

#[tokio::test]
async fn the_first_bytes_of_the_session_are_not_lost() {
    let (mut h, mut g) = channel();
    let guest_side = async {
        guest(&mut g).await.unwrap();
        g.write_all(b"frames").await.unwrap();
        g
    };
    let (host, _g) = tokio::join!(host(&mut h, 7), guest_side);
    let mut bytes = host.unwrap().1;
    while bytes.len() < 6 {
        h.read_buf(&mut bytes).await.unwrap();
    }
    assert_eq!(&bytes[..], b"frames");
}

#[tokio::test]
async fn another_major_version_is_refused_with_both_numbers() {
    let (mut h, mut g) = channel();
    let mut welcome = Message::new(Kind::Welcome, 7);
    welcome.version = Version { major: 9, minor: 1 };
    g.write_all(&welcome.encode()).await.unwrap();
    let error = host(&mut h, 7).await.unwrap_err();
    assert!(matches!(error, HandshakeError::Version { guest } if guest.major == 9));
    assert!(error.to_string().contains("9.1"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_guest_that_goes_silent_is_reported() {
    let (mut h, mut g) = channel();
    g.write_all(&Message::new(Kind::Welcome, 7).encode())
        .await
        .unwrap();
    assert!(matches!(
        host(&mut h, 7).await.unwrap_err(),
        HandshakeError::Silent
    ));
}

#[tokio::test]
async fn a_closed_channel_is_an_error() {
    let (mut h, g) = channel();
    drop(g);
    assert!(matches!(
        host(&mut h, 7).await.unwrap_err(),
        HandshakeError::Channel(_)
    ));
}

#[test]
fn a_message_is_found_between_garbage_and_pieces_are_kept() {
    let message = Message::new(Kind::Go, 99);
    let bytes = message.encode();
    for cut in 0..MESSAGE {
        let mut buffer = BytesMut::from(&b"garbage \xff\xfebe"[..]);
        buffer.extend_from_slice(&bytes[..cut]);
        assert_eq!(scan(&mut buffer), None);
        buffer.extend_from_slice(&bytes[cut..]);
        assert_eq!(scan(&mut buffer), Some(message));
    }
}
