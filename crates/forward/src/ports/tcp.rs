//! TCP: one stream to the guest per connection.
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use berth_link::{Dialer, proto::GuestService};
use socket2::{SockRef, TcpKeepalive};
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

/// Silence after which a client is asked whether it is still there: one that
/// lost its network would hold its stream for ever.
const KEEPALIVE: Duration = Duration::from_secs(60);

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
    set_options(&client);
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

/// A socket that refuses these is dead already, and relaying will show it.
fn set_options(client: &TcpStream) {
    let keepalive = TcpKeepalive::new().with_time(KEEPALIVE);
    let kept = SockRef::from(client).set_tcp_keepalive(&keepalive);
    if let Err(error) = client.set_nodelay(true).and(kept) {
        debug!(%error, "can't set the options of a connection");
    }
}

/// Makes the close that follows a reset, as the server's own would have been.
fn reset(client: &TcpStream) {
    if let Err(error) = client.set_zero_linger() {
        debug!(%error, "can't reset a connection, closing it");
    }
}
