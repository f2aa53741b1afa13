//! A smoltcp stack that holds one connection.

use std::{io, time::Instant};

use bytes::Bytes;
use memmap2::MmapMut;
use smoltcp::{
    iface::{Config, Interface, SocketHandle, SocketSet},
    socket::tcp::{CongestionControl, RecvError, Socket, SocketBuffer},
    time::{Duration as StackDuration, Instant as StackInstant},
    wire::{HardwareAddress, IpAddress, IpCidr, IpListenEndpoint, TcpPacket, TcpSeqNumber},
};

use super::device::FlowDevice;
use crate::packet::{self, FlowKey};

/// A peer that went away silently (its network namespace deleted, say) answers
/// the next of these with a reset, so its flow doesn't stay for ever. There is
/// no timeout to it: a paused guest loses nothing.
const KEEP_ALIVE: StackDuration = StackDuration::from_secs(75);

/// Memory of a flow's two buffers. Mapped rather than allocated: what was never
/// filled takes no memory, and what was goes back when the flow ends.
#[derive(Debug)]
pub(crate) struct Rings {
    receive: MmapMut,
    send: MmapMut,
}

impl Rings {
    /// Two buffers of `size` bytes.
    ///
    /// # Errors
    /// When the system has no room.
    pub(crate) fn new(size: usize) -> io::Result<Self> {
        Ok(Self {
            receive: MmapMut::map_anon(size)?,
            send: MmapMut::map_anon(size)?,
        })
    }
}

/// Interface, socket and device of one flow.
pub(crate) struct Stack<'a> {
    interface: Interface,
    sockets: SocketSet<'a>,
    handle: SocketHandle,
    pub(crate) device: FlowDevice,
    epoch: Instant,
    /// The sequence number of the guest's next byte that we don't have room for,
    /// once its SYN was seen.
    limit: Option<TcpSeqNumber>,
}

impl<'a> Stack<'a> {
    /// A stack that plays the remote end of `key`, ready for the guest's SYN.
    /// None for an address that can't accept.
    pub(crate) fn accepting(key: &FlowKey, mtu: usize, rings: &'a mut Rings) -> Option<Self> {
        let mut stack = Self::new(key.remote.ip().into(), mtu, rings)?;
        let endpoint = IpListenEndpoint {
            addr: Some(key.remote.ip().into()),
            port: key.remote.port(),
        };
        stack.socket().listen(endpoint).ok()?;
        Some(stack)
    }

    /// A stack at `address` with one closed socket.
    fn new(address: IpAddress, mtu: usize, rings: &'a mut Rings) -> Option<Self> {
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
        let handle = sockets.add(socket(rings));
        Some(Self {
            interface,
            sockets,
            handle,
            device,
            epoch: Instant::now(),
            limit: None,
        })
    }

    /// Queues a packet of the guest, unless it has data beyond our buffer, which
    /// no guest sends that keeps to the window.
    ///
    /// smoltcp 0.14 would panic on it: it takes the window of its SYN|ACK, which
    /// is never scaled, for a scaled one until its next acknowledgment, and so
    /// lets more in than there is room for.
    pub(crate) fn feed(&mut self, packet: Bytes) {
        if self.has_room_for(&packet) {
            self.device.inbound.push_back(packet);
        }
    }

    fn has_room_for(&mut self, packet: &[u8]) -> bool {
        let Ok(ip) = packet::split(packet) else {
            return false;
        };
        let Ok(tcp) = TcpPacket::new_checked(ip.payload) else {
            return false;
        };
        let payload = ip.payload.len() - usize::from(tcp.header_len());
        match self.limit {
            Some(limit) => tcp.seq_number() + payload <= limit,
            None => {
                let capacity = self.socket().recv_capacity();
                self.limit = Some(tcp.seq_number() + 1 + capacity);
                true
            }
        }
    }

    /// Gives the guest's data to `take`, which returns how much of it is gone.
    ///
    /// # Errors
    /// When there won't be any.
    pub(crate) fn receive<R>(
        &mut self,
        take: impl FnOnce(&[u8]) -> (usize, R),
    ) -> Result<R, RecvError> {
        let socket = self.sockets.get_mut::<Socket<'a>>(self.handle);
        let (count, result) = socket.recv(|data| {
            let (count, result) = take(data);
            (count, (count, result))
        })?;
        self.limit = self.limit.map(|limit| limit + count);
        Ok(result)
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
    pub(crate) fn socket(&mut self) -> &mut Socket<'a> {
        self.sockets.get_mut(self.handle)
    }

    fn now(&self) -> StackInstant {
        let micros = i64::try_from(self.epoch.elapsed().as_micros()).unwrap_or(i64::MAX);
        StackInstant::from_micros(micros)
    }
}

impl std::fmt::Debug for Stack<'_> {
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

fn socket(rings: &mut Rings) -> Socket<'_> {
    let receive = SocketBuffer::new(&mut rings.receive[..]);
    let send = SocketBuffer::new(&mut rings.send[..]);
    let mut socket = Socket::new(receive, send);
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
