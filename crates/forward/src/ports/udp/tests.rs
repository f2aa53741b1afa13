use std::{net::SocketAddr, sync::Arc};

use berth_link::{Dialer, proto::GuestService};
use bytes::Bytes;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream},
    sync::mpsc,
    task::{JoinHandle, JoinSet},
    time::{Duration, Instant},
};

use super::{Answer, Flows, HashMap, flow};
use crate::testing::{Dialed, failing, pipes};

fn client(last: u8) -> SocketAddr {
    ([127, 0, 0, last], 5000).into()
}

fn service() -> GuestService {
    let target = "172.17.0.2:53".parse().unwrap();
    GuestService::Udp { target }
}

struct Side {
    datagrams: mpsc::Sender<Bytes>,
    answers: mpsc::Receiver<Answer>,
    task: JoinHandle<std::io::Result<()>>,
}

fn flow(dialer: Arc<dyn Dialer>) -> Side {
    let (datagrams, received) = mpsc::channel(4);
    let (sender, answers) = mpsc::channel(4);
    let flow = flow::Flow {
        client: client(1),
        datagrams: received,
        answers: sender,
        counters: Arc::default(),
    };
    let task = tokio::spawn(async move { flow.run(&*dialer, service()).await });
    Side {
        datagrams,
        answers,
        task,
    }
}

async fn stream(dialed: &mut Dialed) -> DuplexStream {
    dialed.recv().await.unwrap().1
}

#[tokio::test(start_paused = true)]
async fn a_flow_ends_when_it_was_silent_for_its_time_and_not_before() {
    let (dialer, mut dialed) = pipes();
    let mut side = flow(dialer);
    let mut guest = stream(&mut dialed).await;
    let almost = flow::IDLE - Duration::from_secs(1);
    tokio::time::sleep(almost).await;
    side.datagrams.send(Bytes::from_static(b"a")).await.unwrap();
    assert_eq!(guest.read_u16().await.unwrap(), 1);
    assert_eq!(guest.read_u8().await.unwrap(), b'a');
    tokio::time::sleep(almost).await;
    guest.write_all(b"\x00\x01b").await.unwrap();
    assert_eq!(
        side.answers.recv().await.unwrap(),
        (client(1), Bytes::from_static(b"b"))
    );
    let last = Instant::now();
    assert_eq!(guest.read(&mut [0]).await.unwrap(), 0);
    assert!(last.elapsed() >= flow::IDLE);
    side.task.await.unwrap().unwrap();
}

#[tokio::test]
async fn frames_are_put_together_however_they_are_cut() {
    let (dialer, mut dialed) = pipes();
    let mut side = flow(dialer);
    let mut guest = stream(&mut dialed).await;
    for byte in b"\x00\x03abc\x00\x00\x00\x01d" {
        guest.write_all(&[*byte]).await.unwrap();
        tokio::task::yield_now().await;
    }
    for expected in ["abc", "", "d"] {
        assert_eq!(side.answers.recv().await.unwrap().1, expected);
    }
    drop(guest);
    side.task.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_flow_without_a_guest_ends_with_the_error() {
    let side = flow(failing());
    assert!(side.task.await.unwrap().is_err());
}

fn flows(limit: usize) -> (Flows, Dialed, mpsc::Receiver<Answer>) {
    let (dialer, dialed) = pipes();
    let (sender, answers) = mpsc::channel(4);
    let flows = Flows {
        clients: HashMap::new(),
        tasks: JoinSet::new(),
        clock: 0,
        limit,
        answers: sender,
        dialer,
        service: service(),
        counters: Arc::default(),
    };
    (flows, dialed, answers)
}

#[tokio::test]
async fn the_client_that_was_silent_longest_makes_room() {
    let (mut flows, mut dialed, _answers) = flows(2);
    for last in [1, 2, 1, 3] {
        flows.receive(client(last), b"x");
    }
    let mut left: Vec<_> = flows.clients.keys().copied().collect();
    left.sort();
    assert_eq!(left, [client(1), client(3)]);
    assert!(flows.tasks.join_next().await.unwrap().is_err());
    stream(&mut dialed).await;
}

#[tokio::test]
async fn a_client_gets_a_new_stream_after_the_guest_ended_the_old_one() {
    let (mut flows, mut dialed, _answers) = flows(2);
    flows.receive(client(1), b"x");
    drop(stream(&mut dialed).await);
    let ended = flows.tasks.join_next().await.unwrap().ok();
    flows.receive(client(1), b"y");
    flows.forget(ended);
    assert_eq!(
        flows.clients.len(),
        1,
        "the end of the old flow spares the new one"
    );
    let mut guest = stream(&mut dialed).await;
    assert_eq!(guest.read_u16().await.unwrap(), 1);
    assert_eq!(guest.read_u8().await.unwrap(), b'y');
}
