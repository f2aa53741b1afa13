//! What the guest may ask of the host: its network, and ports to bind.
use std::sync::Arc;

use berth_api::status::PortStatus;
use berth_core::session::Serve;
use berth_forward::ports::{ActivePort, Ports, serve_expose};
use berth_link::{
    mux::{Handle, MuxStream},
    proto::HostService,
};
use berth_network::NetConfig;
use tokio_util::sync::CancellationToken;

/// Serves the guest's requests.
pub(crate) fn serve(ports: Ports) -> Serve {
    Arc::new(move |service, stream, handle| {
        let ports = ports.clone();
        Box::pin(async move { one(service, stream, handle, &ports).await })
    })
}

async fn one(service: HostService, stream: MuxStream, handle: Handle, ports: &Ports) {
    match service {
        HostService::Net => {
            let stop = CancellationToken::new();
            let _stop_when_dropped = stop.clone().drop_guard();
            if let Err(error) = berth_network::serve(stream, NetConfig::default(), stop).await {
                tracing::debug!(%error, "the guest's network ended with its session");
            }
        }
        HostService::Expose(request) => {
            serve_expose(Box::new(stream), request, Arc::new(handle), ports).await;
        }
        // The session itself takes these.
        HostService::Events => {}
    }
}

/// The bound ports, as clients see them.
pub(crate) fn statuses(ports: &Ports) -> Vec<PortStatus> {
    ports.list().iter().map(status).collect()
}

fn status(port: &ActivePort) -> PortStatus {
    PortStatus {
        transport: port.request.transport,
        host: port.request.host,
        target: port.request.target,
        connections: u32::try_from(port.active).unwrap_or(u32::MAX),
    }
}
