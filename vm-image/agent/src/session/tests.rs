use std::{fs::File, os::fd::OwnedFd};

use tokio::net::UnixStream;

use super::*;
use crate::stages::Stages;

/// Two ends of a channel: the host's, and the guest's as the agent has it.
fn pair() -> (UnixStream, Channel) {
    let (host, guest) = std::os::unix::net::UnixStream::pair().unwrap();
    for end in [&host, &guest] {
        end.set_nonblocking(true).unwrap();
    }
    let guest = Channel::new(File::from(OwnedFd::from(guest)), 4096).unwrap();
    (UnixStream::from_std(host).unwrap(), guest)
}

/// A host that shakes hands on a new channel, as the agent gets it.
async fn host(nonce: u64, arrivals: &mpsc::Sender<Arrival>) -> (Handle, Incoming) {
    let (mut host, guest) = pair();
    let (shaken, arrival) = tokio::join!(handshake::host(&mut host, nonce), Arrival::on(guest));
    arrivals.send(arrival.unwrap()).await.unwrap();
    mux::start(host, shaken.unwrap().1, Role::Host)
}

#[tokio::test]
async fn a_newer_host_ends_the_session_before_it_whatever_its_channel() {
    let agent = Arc::new(Agent::new(Stages::default()).0);
    let (sender, arrivals) = mpsc::channel(1);
    tokio::spawn(serve(Arc::clone(&agent), arrivals));
    let (first, _incoming) = host(1, &sender).await;
    HostLink::next(&mut agent.host.subscribe()).await;
    assert!(!first.is_over());
    let (second, _incoming) = host(2, &sender).await;
    first.closed().await;
    HostLink::next(&mut agent.host.subscribe()).await;
    assert!(!second.is_over());
}

#[tokio::test]
async fn a_session_that_ended_makes_room_for_the_next() {
    let agent = Arc::new(Agent::new(Stages::default()).0);
    let (sender, arrivals) = mpsc::channel(1);
    tokio::spawn(serve(Arc::clone(&agent), arrivals));
    for nonce in 1..=3 {
        let (session, incoming) = host(nonce, &sender).await;
        HostLink::next(&mut agent.host.subscribe()).await;
        session.close();
        session.closed().await;
        drop(incoming);
    }
}

#[tokio::test]
async fn a_channel_that_ends_without_a_hello_is_no_host_and_its_end_is_told() {
    let (host, mut guest) = pair();
    let end = guest.end();
    drop(host);
    assert!(Arrival::on(guest).await.is_err());
    end.await;
}
