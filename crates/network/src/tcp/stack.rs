//! A smoltcp stack that holds one connection.

use std::time::Instant;

use smoltcp::{
    iface::{Config, Interface, SocketHandle, SocketSet},
    socket::tcp::{CongestionControl, Socket, SocketBuffer},
    time::{Duration as StackDuration, Instant as StackInstant},
    wire::{HardwareAddress, IpAddress, IpCidr, IpListenEndpoint},
};

use super::device::FlowDevice;
use crate::packet::FlowKey;

/// A peer that went away silently (its network namespace deleted, say) answers
/// the next of these with a reset, so its flow doesn't stay for ever. There is
/// no timeout to it: a paused guest loses nothing.
const KEEP_ALIVE: StackDuration = StackDuration::from_secs(75);

/// Interface, socket and device of one flow.
pub(crate) struct Stack {
    interface: Interface,
    sockets: SocketSet<'static>,
    handle: SocketHandle,
    pub(crate) device: FlowDevice,
    epoch: Instant,
}

impl Stack {
    /// A stack that plays the remote end of `key`, ready for the guest's SYN.
    /// None for an address that can't accept.
    pub(crate) fn accepting(key: &FlowKey, mtu: usize, buffer: usize) -> Option<Self> {
        let mut stack = Self::new(key.remote.ip().into(), mtu, buffer)?;
        let endpoint = IpListenEndpoint {
            addr: Some(key.remote.ip().into()),
            port: key.remote.port(),
        };
        stack.socket().listen(endpoint).ok()?;
        Some(stack)
    }

    /// A stack at `address` with one closed socket.
    fn new(address: IpAddress, mtu: usize, buffer: usize) -> Option<Self> {
        // smoltcp panics on an address that isn't unicast.
        if !address.is_unicast() {
            return None;
        }
        let mut device = FlowDevice::new(mtu);
        let mut config = Config::new(HardwareAddress::Ip);
        config.random_seed = random_seed();
        let mut interface = Interface::new(config, &mut device, StackInstant::ZERO);
        interface.update_ip_addrs(|addresses| {
            // Capacity is two; the vector is empty.
            let _full = addresses.push(IpCidr::new(address, prefix_of(address)));
        });
        let mut sockets = SocketSet::new(Vec::with_capacity(1));
        let handle = sockets.add(socket(buffer));
        Some(Self {
            interface,
            sockets,
            handle,
            device,
            epoch: Instant::now(),
        })
    }

    /// Lets the stack take in and send what it can.
    pub(crate) fn poll(&mut self) {
        let now = self.now();
        self.interface
            .poll(now, &mut self.device, &mut self.sockets);
    }

    /// How long until [`Stack::poll`] has something to do of itself.
    pub(crate) fn delay(&mut self) -> Option<std::time::Duration> {
        let now = self.now();
        self.interface
            .poll_delay(now, &self.sockets)
            .map(Into::into)
    }

    /// The connection.
    pub(crate) fn socket(&mut self) -> &mut Socket<'static> {
        self.sockets.get_mut(self.handle)
    }

    fn now(&self) -> StackInstant {
        let micros = i64::try_from(self.epoch.elapsed().as_micros()).unwrap_or(i64::MAX);
        StackInstant::from_micros(micros)
    }
}

impl std::fmt::Debug for Stack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stack")
            .field("device", &self.device)
            .finish_non_exhaustive()
    }
}

fn prefix_of(address: IpAddress) -> u8 {
    match address {
        IpAddress::Ipv4(_) => 32,
        IpAddress::Ipv6(_) => 128,
    }
}

fn socket(buffer: usize) -> Socket<'static> {
    // Zeroed memory of this size comes untouched from the kernel, so an idle
    // flow costs address space only.
    let ring = || SocketBuffer::new(vec![0; buffer]);
    let mut socket = Socket::new(ring(), ring());
    socket.set_nagle_enabled(false);
    socket.set_ack_delay(None);
    socket.set_congestion_control(CongestionControl::None);
    socket.set_keep_alive(Some(KEEP_ALIVE));
    socket
}

/// Sequence numbers start from it. A fresh `RandomState` is seeded by the
/// operating system once and differs each time.
fn random_seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0)
}
