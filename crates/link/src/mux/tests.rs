use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use super::{Handle, Incoming, MAX_STREAMS, MuxStream, Role, WINDOW, start};
use crate::proto::GuestService;

fn pair() -> ((Handle, Incoming), (Handle, Incoming)) {
    let (h, g) = duplex(100_000);
    (
        start(h, BytesMut::new(), Role::Host),
        start(g, BytesMut::new(), Role::Guest),
    )
}

/// A host session whose peer is raw bytes.
fn raw() -> (Handle, Incoming, DuplexStream) {
    let (h, g) = duplex(100_000);
    let (handle, incoming) = start(h, BytesMut::new(), Role::Host);
    (handle, incoming, g)
}

async fn stream(from: &Handle, to: &mut Incoming) -> (MuxStream, MuxStream) {
    let ours = from.open(&GuestService::Docker).await.unwrap();
    let theirs = to.next().await.unwrap();
    (ours, theirs.stream)
}

#[tokio::test]
async fn a_stream_names_its_service() {
    let ((host, _in), (_guest, mut incoming)) = pair();
    let service = GuestService::Tcp {
        target: "127.0.0.1:80".parse().unwrap(),
    };
    let _ours = host.open(&service).await.unwrap();
    let accepted = incoming.next().await.unwrap();
    assert_eq!(accepted.service::<GuestService>().unwrap(), service);
}

#[tokio::test]
async fn both_sides_may_open() {
    let ((host, mut host_in), (guest, mut guest_in)) = pair();
    let (mut a, mut b) = stream(&host, &mut guest_in).await;
    let (mut c, mut d) = stream(&guest, &mut host_in).await;
    a.write_all(b"down").await.unwrap();
    c.write_all(b"up").await.unwrap();
    let mut four = [0; 4];
    b.read_exact(&mut four).await.unwrap();
    let mut two = [0; 2];
    d.read_exact(&mut two).await.unwrap();
    assert_eq!((&four, &two), (b"down", b"up"));
}

#[tokio::test]
async fn megabytes_pass_in_order_both_ways_at_once() {
    let ((host, _in), (_guest, mut incoming)) = pair();
    let (a, b) = stream(&host, &mut incoming).await;
    let data: Vec<u8> = (0..5_000_000_u32).map(|i| (i % 251) as u8).collect();
    let both = [a, b].map(|end| {
        let data = data.clone();
        tokio::spawn(async move {
            let (mut read, mut write) = tokio::io::split(end);
            let sent = data.clone();
            let writing = tokio::spawn(async move {
                write.write_all(&sent).await.unwrap();
                write.shutdown().await.unwrap();
                write
            });
            let mut got = Vec::new();
            read.read_to_end(&mut got).await.unwrap();
            writing.await.unwrap();
            assert!(got == data);
        })
    });
    for end in both {
        end.await.unwrap();
    }
    assert_eq!(host.open_streams(), 0);
}

#[tokio::test]
async fn the_other_direction_stays_open_after_an_end() {
    let ((host, _in), (_guest, mut incoming)) = pair();
    let (mut a, mut b) = stream(&host, &mut incoming).await;
    a.shutdown().await.unwrap();
    assert_eq!(b.read(&mut [0; 8]).await.unwrap(), 0);
    b.write_all(b"answer").await.unwrap();
    b.shutdown().await.unwrap();
    let mut got = String::new();
    a.read_to_string(&mut got).await.unwrap();
    assert_eq!(got, "answer");
}

#[tokio::test]
async fn a_dropped_stream_is_a_reset_for_the_other_side() {
    let ((host, _in), (_guest, mut incoming)) = pair();
    let (a, mut b) = stream(&host, &mut incoming).await;
    drop(a);
    let error = b.read(&mut [0; 8]).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    assert!(b.write(b"x").await.is_err());
}

#[tokio::test]
async fn a_reader_that_sleeps_stops_only_its_own_writer() {
    let ((host, _in), (_guest, mut incoming)) = pair();
    let (mut slow, _unread) = stream(&host, &mut incoming).await;
    let (mut quick, mut read) = stream(&host, &mut incoming).await;
    let filling = tokio::spawn(async move { slow.write_all(&vec![0; 2 * WINDOW as usize]).await });
    for _ in 0..50 {
        quick.write_all(&[1; 1000]).await.unwrap();
        read.read_exact(&mut [0; 1000]).await.unwrap();
    }
    assert!(!filling.is_finished());
}

#[tokio::test]
async fn hundreds_of_unanswered_streams_do_not_stop_new_ones() {
    let ((host, _in), (_guest, mut incoming)) = pair();
    let mut held = Vec::new();
    for _ in 0..1000 {
        held.push(stream(&host, &mut incoming).await);
    }
    assert_eq!(host.open_streams(), 1000);
    held.clear();
    assert_eq!(host.open_streams(), 0);
}

#[tokio::test]
async fn streams_over_the_limit_are_refused_at_home() {
    let (host, _in, mut peer) = raw();
    let drain =
        tokio::spawn(async move { tokio::io::copy(&mut peer, &mut tokio::io::sink()).await });
    let mut held = Vec::new();
    for _ in 0..MAX_STREAMS {
        held.push(host.open(&GuestService::Docker).await.unwrap());
    }
    let error = host.open(&GuestService::Docker).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::QuotaExceeded);
    drain.abort();
}

#[tokio::test]
async fn a_cut_channel_ends_every_stream_and_says_so() {
    let (host, mut incoming, peer) = raw();
    let mut open = host.open(&GuestService::Docker).await.unwrap();
    drop(peer);
    assert!(open.read(&mut [0; 1]).await.is_err());
    assert!(incoming.next().await.is_none());
    let end = host.closed().await;
    assert!(end.to_string().contains("channel"), "{end}");
    assert!(!end.is_violation(), "{end}");
    let error = host.open(&GuestService::Docker).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::NotConnected);
}

async fn cut_off_by(bytes: &[u8]) -> String {
    let (host, _in, mut peer) = raw();
    let _open = host.open(&GuestService::Docker).await.unwrap();
    peer.write_all(bytes).await.unwrap();
    let end = host.closed().await;
    assert!(end.is_violation(), "{end}");
    end.to_string()
}

#[tokio::test]
async fn a_peer_that_breaks_the_rules_is_cut_off() {
    let garbage = cut_off_by(b"GET / HTTP/1.1\r\n\r\n").await;
    assert!(garbage.contains("garbage"), "{garbage}");
    let wrong_side = cut_off_by(&[1, 0, 0, 0, 0, 0, 0, 9]).await;
    assert!(wrong_side.contains("wrong side"), "{wrong_side}");
    let credit = cut_off_by(&[3, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 1]).await;
    assert!(credit.contains("credit"), "{credit}");
    let mut flood = Vec::new();
    for _ in 0..=WINDOW / 32_768 {
        flood.extend_from_slice(&[2, 0, 0x80, 0, 0, 0, 0, 1]);
        flood.extend_from_slice(&[0; 32_768]);
    }
    let flood = cut_off_by(&flood).await;
    assert!(flood.contains("more than it may"), "{flood}");
}

#[tokio::test]
async fn dropping_the_last_handle_ends_the_session() {
    let ((host, host_in), (guest, _guest_in)) = pair();
    drop((host, host_in));
    let end = guest.closed().await;
    assert!(end.to_string().contains("ended the session"), "{end}");
    assert!(!end.is_violation(), "{end}");
}

#[tokio::test]
async fn a_last_answer_arrives_although_the_stream_was_dropped_behind_it() {
    let ((host, _in), (_guest, mut incoming)) = pair();
    let (mut a, mut b) = stream(&host, &mut incoming).await;
    let answer = vec![5; 400_000];
    b.write_all(&answer).await.unwrap();
    drop(b);
    let mut got = vec![0; answer.len()];
    a.read_exact(&mut got).await.unwrap();
    assert!(got == answer);
    assert!(a.read(&mut [0; 1]).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn credit_that_comes_back_at_once_breaks_nothing() {
    let ((host, _in), (_guest, mut incoming)) = pair();
    let mut tasks = Vec::new();
    for _ in 0..16 {
        let (mut a, mut b) = stream(&host, &mut incoming).await;
        tasks.push(tokio::spawn(async move {
            let data = vec![3; 4 * WINDOW as usize];
            a.write_all(&data).await?;
            a.shutdown().await
        }));
        tasks.push(tokio::spawn(async move {
            let n = tokio::io::copy(&mut b, &mut tokio::io::sink()).await?;
            assert_eq!(n, 4 * u64::from(WINDOW));
            Ok(())
        }));
    }
    for task in tasks {
        task.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_session_that_ends_is_noticed_by_the_other_side() {
    let (h, g) = duplex(1000);
    // The guest's half of the channel outlives its session, as a port does.
    let (mut g_read, mut g_write) = tokio::io::split(g);
    let (handle, _in) = start(h, BytesMut::new(), Role::Host);
    let (inner, outer) = duplex(1000);
    let (mut outer_read, mut outer_write) = tokio::io::split(outer);
    tokio::spawn(async move { tokio::io::copy(&mut outer_read, &mut g_write).await });
    tokio::spawn(async move { tokio::io::copy(&mut g_read, &mut outer_write).await });
    let (guest, guest_in) = start(inner, BytesMut::new(), Role::Guest);
    let _open = handle.open(&GuestService::Docker).await.unwrap();
    guest.close();
    drop(guest_in);
    let end = handle.closed().await;
    assert!(end.to_string().contains("ended the session"), "{end}");
}
