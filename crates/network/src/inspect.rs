//! The pure part of a packet's way in, for fuzzers.

use crate::{
    config::NetConfig,
    craft::{self, Unreachable},
    dns,
    packet::{self, Inbound},
};

/// Takes `packet` for one of the guest and does all that is pure with it: no
/// I/O, no state. Returns the bytes of the answers that it could get.
///
/// For fuzz targets and tests: no input may panic.
pub fn inspect(packet: &[u8]) -> usize {
    let config = NetConfig::default();
    let mut answers = Vec::new();
    match packet::classify(packet) {
        Ok(Inbound::Tcp { .. }) => answers.extend(craft::reset(packet)),
        Ok(Inbound::Udp { flow, payload }) => {
            answers.extend(craft::udp(&flow, payload, config.effective_mtu()));
            dns::inspect(payload, &config);
        }
        Ok(Inbound::Echo(request)) => {
            answers.extend(craft::echo_reply(&request));
            answers.push(craft::echo_request(&request));
        }
        Err(_) => {}
    }
    let router = config.gateway_v4.into();
    answers.extend(craft::unreachable(packet, router, Unreachable::Host));
    answers.iter().map(Vec::len).sum()
}
