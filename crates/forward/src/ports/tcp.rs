//! TCP: one stream to the guest per connection.
use std::sync::{Arc, atomic::Ordering};

use berth_link::{Dialer, proto::GuestService};
use tokio::{
    io,
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tracing::debug;

use super::registry::{Counters, Entry};
use crate::{
    accept::Backoff,
    copy::{self, Ending},
};

/// Accepts and relays, until it is dropped; its connections end with it.
pub(super) async fn run(listener: TcpListener, entry: &Entry, dialer: &Arc<dyn Dialer>) {
    let request = entry.request();
    let service = GuestService::Tcp {
        target: request.target,
    };
    let name = request.host.to_string();
    let mut connections = JoinSet::new();
    let mut backoff = Backoff::default();
    loop {
        match listener.accept().await {
            Ok((client, _)) => {
                backoff.succeeded();
                let counters = Arc::clone(entry.counters());
                let relayed = relay(client, Arc::clone(dialer), service.clone(), counters);
                connections.spawn(relayed);
            }
            Err(error) => backoff.failed(&name, &error).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn relay(
    mut client: TcpStream,
    dialer: Arc<dyn Dialer>,
    service: GuestService,
    counters: Arc<Counters>,
) {
    let _open = counters.open();
    // Only latency is lost without it, and only a dead socket refuses it.
    let _ = client.set_nodelay(true);
    let guest = match dialer.dial(service).await {
        Ok(guest) => guest,
        Err(error) => {
            counters.failed();
            debug!(%error, "can't carry a connection to the guest");
            return reset(&client);
        }
    };
    let (mut guest_read, mut guest_write) = io::split(guest);
    let (mut read, mut write) = client.split();
    let moved = (&counters.to_guest, &counters.from_guest);
    let guest = (&mut guest_read, &mut guest_write);
    match copy::both((&mut read, &mut write), guest, moved).await {
        Ending::Closed => {}
        Ending::Client(error) => debug!(%error, "a client of a port broke"),
        Ending::Guest(error) => {
            if counters.from_guest.load(Ordering::Relaxed) == 0 {
                counters.failed();
            }
            debug!(%error, "the guest reset a connection");
            reset(&client);
        }
    }
}

/// Makes the close that follows a reset, as the server's own would have been.
fn reset(client: &TcpStream) {
    if let Err(error) = client.set_zero_linger() {
        debug!(%error, "can't reset a connection, closing it");
    }
}
