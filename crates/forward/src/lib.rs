//! What the host serves on behalf of the guest: the Docker socket and the
//! published ports.
//!
//! Streams to the guest come from a [`berth_link::Dialer`]; this crate knows
//! neither the channel below it nor the virtual machine. [`docker`] looks into
//! requests as little as it can, [`ports`] binds the addresses that containers
//! publish and says who holds them when it can't.
mod accept;
mod copy;
pub mod docker;
pub mod ports;
mod sys;
#[cfg(test)]
mod testing;
