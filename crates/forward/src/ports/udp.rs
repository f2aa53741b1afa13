//! UDP: one stream to the guest per client address, until it falls silent.
//!
//! The socket belongs to one task only, so that the address is free as soon as
//! that one is dropped; flows hand their answers back to it.
mod flow;

use std::{collections::HashMap, io, net::SocketAddr, sync::Arc};

use berth_link::{Dialer, proto::GuestService};
use bytes::Bytes;
use tokio::{
    net::UdpSocket,
    sync::mpsc,
    task::{AbortHandle, JoinSet},
};
use tracing::{debug, trace};

use super::registry::{Counters, Entry};
use crate::accept::Backoff;

/// Clients of one port at once. The one that was silent for the longest time
/// makes room for a new one.
const MAX_CLIENTS: usize = 1024;
/// Datagrams that may wait for the guest, for each client. More are lost, as
/// they would be in the queue of a socket.
const QUEUE: usize = 256;
/// Answers that may wait for the socket, of all clients.
const ANSWERS: usize = 1024;
/// Largest datagram, in bytes.
const MAX_DATAGRAM: usize = 65_535;

/// A datagram for a client.
type Answer = (SocketAddr, Bytes);

/// Relays datagrams, until it is dropped.
pub(super) async fn run(socket: UdpSocket, entry: &Entry, dialer: &Arc<dyn Dialer>) {
    let (sender, mut answers) = mpsc::channel(ANSWERS);
    let mut flows = Flows {
        clients: HashMap::new(),
        tasks: JoinSet::new(),
        clock: 0,
        limit: MAX_CLIENTS,
        answers: sender,
        dialer: Arc::clone(dialer),
        service: GuestService::Udp {
            target: entry.request().target,
        },
        counters: Arc::clone(entry.counters()),
    };
    let name = entry.request().host.to_string();
    let mut backoff = Backoff::default();
    let mut buffer = vec![0; MAX_DATAGRAM];
    loop {
        tokio::select! {
            received = socket.recv_from(&mut buffer) => match received {
                Ok((count, client)) => {
                    backoff.succeeded();
                    flows.receive(client, &buffer[..count]);
                }
                Err(error) => backoff.failed(&name, &error).await,
            },
            Some((client, answer)) = answers.recv() => send(&socket, client, &answer).await,
            Some(ended) = flows.tasks.join_next() => flows.forget(ended.ok()),
        }
    }
}

/// A datagram that can't be sent is lost, as datagrams are.
async fn send(socket: &UdpSocket, client: SocketAddr, answer: &[u8]) {
    let sent: io::Result<usize> = socket.send_to(answer, client).await;
    if let Err(error) = sent {
        trace!(%client, %error, "can't answer a UDP client");
    }
}

struct Flows {
    clients: HashMap<SocketAddr, Client>,
    tasks: JoinSet<(SocketAddr, u64)>,
    /// Counts datagrams: the time of the last use, without a clock.
    clock: u64,
    limit: usize,
    answers: mpsc::Sender<Answer>,
    dialer: Arc<dyn Dialer>,
    service: GuestService,
    counters: Arc<Counters>,
}

struct Client {
    /// Tells this flow from an earlier one of the same address.
    born: u64,
    used: u64,
    datagrams: mpsc::Sender<Bytes>,
    task: AbortHandle,
}

impl Flows {
    fn receive(&mut self, address: SocketAddr, datagram: &[u8]) {
        self.clock += 1;
        let known = self.clients.get(&address);
        if known.is_none_or(|client| client.datagrams.is_closed()) {
            self.begin(address);
        }
        let Some(client) = self.clients.get_mut(&address) else {
            return;
        };
        client.used = self.clock;
        if client
            .datagrams
            .try_send(Bytes::copy_from_slice(datagram))
            .is_err()
        {
            trace!(client = %address, "lost a datagram, the guest is slow");
        }
    }

    fn begin(&mut self, address: SocketAddr) {
        if self.clients.len() >= self.limit {
            self.make_room();
        }
        let (datagrams, received) = mpsc::channel(QUEUE);
        let born = self.clock;
        let flow = flow::Flow {
            client: address,
            datagrams: received,
            answers: self.answers.clone(),
            counters: Arc::clone(&self.counters),
        };
        let (dialer, service) = (Arc::clone(&self.dialer), self.service.clone());
        let task = self.tasks.spawn(async move {
            if let Err(error) = flow.run(&*dialer, service).await {
                debug!(client = %address, %error, "a UDP flow broke");
            }
            (address, born)
        });
        let client = Client {
            born,
            used: born,
            datagrams,
            task,
        };
        self.clients.insert(address, client);
    }

    fn make_room(&mut self) {
        let oldest = self.clients.iter().min_by_key(|(_, client)| client.used);
        if let Some(address) = oldest.map(|(address, _)| *address)
            && let Some(client) = self.clients.remove(&address)
        {
            client.task.abort();
        }
    }

    /// An aborted flow is `None`: it has been forgotten before.
    fn forget(&mut self, ended: Option<(SocketAddr, u64)>) {
        if let Some((address, born)) = ended
            && self.clients.get(&address).is_some_and(|c| c.born == born)
        {
            self.clients.remove(&address);
        }
    }
}

#[cfg(test)]
mod tests;
