//! The host half of the guest's only network.
//!
//! IP packets of the guest come in over one stream; traffic leaves through
//! ordinary sockets of the host, so that its VPN, firewall and resolver hold for
//! containers. No packet of the guest reaches a network device as it is.
//! [`serve`] is all there is to call.

mod config;
mod craft;
mod datagram;
mod dns;
mod echo;
mod error;
mod framing;
mod inspect;
mod packet;
#[cfg(unix)]
mod resolv_conf;
mod route;
mod serve;
mod stats;
mod sys;
mod table;
mod tcp;
mod udp;

pub use self::{
    config::{Limits, NetConfig},
    error::NetworkError,
    inspect::inspect,
    serve::serve,
    stats::{Snapshot, Stats},
};
