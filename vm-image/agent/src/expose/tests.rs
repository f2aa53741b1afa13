use std::sync::Arc;

use berth_link::{
    frame,
    mux::{self, Handle, Incoming, MuxStream, Role},
    proto::{EngineState, ExposeReply, ExposeRequest, GuestEvent, HostService, Transport},
};
use bytes::BytesMut;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::UnixStream,
};

use super::connection;
use crate::{agent::Agent, session::HostLink, stages::Stages};

struct Guest {
    agent: Arc<Agent>,
    proxy: UnixStream,
}

/// Publishes a port, as a docker-proxy does.
async fn publish(agent: &Arc<Agent>) -> Guest {
    let (mut proxy, ours) = UnixStream::pair().unwrap();
    let serving = Arc::clone(agent);
    tokio::spawn(async move { connection(&serving, ours).await });
    frame::write(&mut proxy, &port()).await.unwrap();
    Guest {
        agent: Arc::clone(agent),
        proxy,
    }
}

fn agent() -> Arc<Agent> {
    Arc::new(Agent::new(Stages::default()).0)
}

fn port() -> ExposeRequest {
    ExposeRequest {
        transport: Transport::Tcp,
        host: "0.0.0.0:8080".parse().unwrap(),
        target: "172.17.0.2:80".parse().unwrap(),
    }
}

/// A session with a host.
fn host_comes(agent: &Agent) -> (Handle, Incoming) {
    let (host, guest) = tokio::io::duplex(64 << 10);
    let host = mux::start(host, BytesMut::new(), Role::Host);
    let (handle, _incoming) = mux::start(guest, BytesMut::new(), Role::Guest);
    agent.host.send_replace(Some(HostLink::new(handle)));
    host
}

async fn asked(host: &mut Incoming) -> MuxStream {
    let accepted = host.next().await.unwrap();
    let service: HostService = accepted.service().unwrap();
    assert_eq!(service, HostService::Expose(port()));
    accepted.stream
}

async fn answer(host: &mut Incoming, reply: &ExposeReply) -> MuxStream {
    let mut stream = asked(host).await;
    frame::write(&mut stream, reply).await.unwrap();
    stream
}

fn refused() -> ExposeReply {
    ExposeReply::Refused {
        message: "port 8080 is held by nginx (PID 7)".into(),
    }
}

#[tokio::test]
async fn the_hosts_answer_reaches_the_proxy() {
    for reply in [ExposeReply::Bound, ExposeReply::Skipped, refused()] {
        let agent = agent();
        let (_handle, mut host) = host_comes(&agent);
        let mut guest = publish(&agent).await;
        let _stream = answer(&mut host, &reply).await;
        let got: ExposeReply = frame::read(&mut guest.proxy).await.unwrap();
        assert_eq!(got, reply);
    }
}

#[tokio::test]
async fn the_port_is_given_back_when_the_proxy_ends() {
    let agent = agent();
    let (_handle, mut host) = host_comes(&agent);
    let mut guest = publish(&agent).await;
    let mut stream = answer(&mut host, &ExposeReply::Bound).await;
    frame::read::<ExposeReply>(&mut guest.proxy).await.unwrap();
    guest.proxy.write_u8(0).await.unwrap();
    // The stream ends, orderly or not.
    assert!(!matches!(stream.read(&mut [0]).await, Ok(1..)));
}

#[tokio::test]
async fn a_container_starts_while_the_host_is_away_and_is_exposed_when_it_comes() {
    let agent = agent();
    let mut guest = publish(&agent).await;
    let got: ExposeReply = frame::read(&mut guest.proxy).await.unwrap();
    assert_eq!(got, ExposeReply::Bound);
    let (_handle, mut host) = host_comes(&guest.agent);
    asked(&mut host).await;
}

#[tokio::test]
async fn a_port_is_exposed_again_in_the_next_session() {
    let agent = agent();
    let (handle, mut host) = host_comes(&agent);
    let mut guest = publish(&agent).await;
    let _stream = answer(&mut host, &ExposeReply::Bound).await;
    frame::read::<ExposeReply>(&mut guest.proxy).await.unwrap();
    handle.close();
    let (_handle, mut host) = host_comes(&agent);
    asked(&mut host).await;
}

#[tokio::test(start_paused = true)]
async fn a_port_that_is_refused_later_is_reported_once_and_tried_again() {
    let agent = agent();
    let mut events = agent.events.subscribe();
    let mut guest = publish(&agent).await;
    frame::read::<ExposeReply>(&mut guest.proxy).await.unwrap();
    let (_handle, mut host) = host_comes(&agent);
    answer(&mut host, &refused()).await;
    answer(&mut host, &refused()).await;
    let _stream = answer(&mut host, &ExposeReply::Bound).await;
    let GuestEvent::PortLost { message, .. } = events.recv().await.unwrap() else {
        panic!()
    };
    assert!(message.contains("nginx"));
    assert!(events.try_recv().is_err());
}

fn running() -> EngineState {
    EngineState::Running {
        version: String::new(),
    }
}

#[tokio::test]
async fn a_port_outlives_its_dockerd_and_goes_to_the_next_ones_proxy() {
    let agent = agent();
    agent.engine_is(running());
    let (_handle, mut host) = host_comes(&agent);
    let mut guest = publish(&agent).await;
    let mut stream = answer(&mut host, &ExposeReply::Bound).await;
    frame::read::<ExposeReply>(&mut guest.proxy).await.unwrap();
    // Both at once, as when dockerd dies.
    agent.engine_is(EngineState::Starting);
    drop(guest.proxy);
    while !agent.orphans.has(&port()) {
        tokio::task::yield_now().await;
    }
    let mut guest = publish(&agent).await;
    let got: ExposeReply = frame::read(&mut guest.proxy).await.unwrap();
    assert_eq!(got, ExposeReply::Bound);
    agent.engine_is(running());
    guest.proxy.write_u8(0).await.unwrap();
    // Not asked twice, and given back by the second proxy's end.
    assert!(!matches!(stream.read(&mut [0]).await, Ok(1..)));
    drop(agent);
}

#[tokio::test]
async fn a_port_whose_container_did_not_outlive_dockerd_is_given_back() {
    let agent = agent();
    let (_handle, mut host) = host_comes(&agent);
    let mut guest = publish(&agent).await;
    let mut stream = answer(&mut host, &ExposeReply::Bound).await;
    frame::read::<ExposeReply>(&mut guest.proxy).await.unwrap();
    drop(guest.proxy);
    while !agent.orphans.has(&port()) {
        tokio::task::yield_now().await;
    }
    agent.engine_is(running());
    assert!(!matches!(stream.read(&mut [0]).await, Ok(1..)));
}

#[tokio::test(start_paused = true)]
async fn a_proxy_that_dies_alone_gives_its_port_back() {
    let agent = agent();
    agent.engine_is(running());
    let (_handle, mut host) = host_comes(&agent);
    let mut guest = publish(&agent).await;
    let mut stream = answer(&mut host, &ExposeReply::Bound).await;
    frame::read::<ExposeReply>(&mut guest.proxy).await.unwrap();
    drop(guest.proxy);
    assert!(!matches!(stream.read(&mut [0]).await, Ok(1..)));
}

#[tokio::test(start_paused = true)]
async fn a_host_that_breaks_every_stream_or_never_answers_refuses_in_time() {
    for breaks in [false, true] {
        let agent = agent();
        let (_handle, mut host) = host_comes(&agent);
        let mut guest = publish(&agent).await;
        let began = tokio::time::Instant::now();
        tokio::spawn(async move {
            let mut silent = Vec::new();
            while let Some(accepted) = host.next().await {
                if !breaks {
                    silent.push(accepted);
                }
            }
        });
        let got: ExposeReply = frame::read(&mut guest.proxy).await.unwrap();
        assert!(matches!(got, ExposeReply::Refused { .. }), "{got:?}");
        assert!(began.elapsed() < std::time::Duration::from_secs(15));
    }
}
