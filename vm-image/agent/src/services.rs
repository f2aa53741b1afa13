//! Services that the host opens streams for.
mod control;
mod copy;
mod exec;
mod udp;

use std::sync::Arc;

use berth_link::{mux::Accepted, proto::GuestService};
use tokio::net::{TcpStream, UnixStream};

use crate::{agent::Agent, console::say, engine::SOCKET};

/// Serves one stream to its end. Dropping it resets it, which is how the host
/// learns of a refusal.
pub(crate) async fn serve(agent: Arc<Agent>, accepted: Accepted) {
    let service = match accepted.service() {
        Ok(service) => service,
        Err(error) => return say!("stream for an unknown service: {error}"),
    };
    let stream = accepted.stream;
    let _ = match service {
        GuestService::Docker => match UnixStream::connect(SOCKET).await {
            Ok(engine) => copy::both_ways(stream, engine).await,
            Err(error) => Err(error),
        },
        GuestService::Tcp { target } => match TcpStream::connect(target).await {
            Ok(peer) => copy::tcp(stream, peer).await,
            Err(error) => Err(error),
        },
        GuestService::Udp { target } => udp::serve(stream, target).await,
        GuestService::Exec(request) => Box::pin(exec::serve(&agent, stream, request)).await,
        GuestService::Control => Box::pin(control::serve(&agent, stream)).await,
    };
}
