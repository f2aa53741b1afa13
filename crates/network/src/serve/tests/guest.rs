//! A guest for tests: a second smoltcp stack at the far end of the stream.

use std::{
    collections::VecDeque,
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};

use bytes::Bytes;
use smoltcp::{
    iface::{Config, Interface, SocketHandle, SocketSet},
    phy::{Device, DeviceCapabilities, Medium, RxToken, TxToken},
    socket::tcp::{Socket, SocketBuffer, State},
    time::Instant as StackInstant,
    wire::{HardwareAddress, IpCidr, IpProtocol},
};
use tokio::{
    io::{AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use crate::{
    NetConfig, NetworkError,
    framing::PacketReader,
    packet::{self, IpParts},
    serve::serve,
};

/// Long enough for any machine; only a failing test takes it.
const PATIENCE: Duration = Duration::from_secs(50);

pub(super) struct Guest {
    interface: Interface,
    pub(super) sockets: SocketSet<'static>,
    device: GuestDevice,
    reader: PacketReader<ReadHalf<DuplexStream>>,
    writer: WriteHalf<DuplexStream>,
    /// Packets that aren't TCP.
    pub(super) others: VecDeque<Bytes>,
    epoch: Instant,
    next_port: u16,
    pub(super) config: NetConfig,
    pub(super) stop: CancellationToken,
    pub(super) served: JoinHandle<Result<(), NetworkError>>,
}

impl Guest {
    pub(super) fn start(config: NetConfig) -> Self {
        let (near, far) = tokio::io::duplex(1 << 20);
        let stop = CancellationToken::new();
        let served = tokio::spawn(serve(far, config.clone(), stop.clone()));
        let mut device = GuestDevice::new(config.effective_mtu());
        let mut interface = Interface::new(
            Config::new(HardwareAddress::Ip),
            &mut device,
            StackInstant::ZERO,
        );
        interface.update_ip_addrs(|addresses| {
            let v4 = IpCidr::new(config.guest_v4.into(), config.prefix_v4);
            addresses.push(v4).unwrap();
            let v6 = IpCidr::new(config.guest_v6.into(), config.prefix_v6);
            addresses.push(v6).unwrap();
        });
        let (reader, writer) = tokio::io::split(near);
        Self {
            interface,
            sockets: SocketSet::new(Vec::new()),
            device,
            reader: PacketReader::new(reader),
            writer,
            others: VecDeque::new(),
            epoch: Instant::now(),
            next_port: 40000,
            config,
            stop,
            served,
        }
    }

    /// Begins a connection.
    pub(super) fn connect(&mut self, remote: SocketAddr) -> SocketHandle {
        let ring = || SocketBuffer::new(vec![0; 256 * 1024]);
        let mut socket = Socket::new(ring(), ring());
        socket.set_ack_delay(None);
        self.next_port += 1;
        socket
            .connect(self.interface.context(), remote, self.next_port)
            .unwrap();
        self.sockets.add(socket)
    }

    /// Begins a connection to the host's loopback.
    pub(super) fn connect_host(&mut self, port: u16) -> SocketHandle {
        self.connect((self.config.gateway_v4, port).into())
    }

    pub(super) fn socket(&mut self, handle: SocketHandle) -> &mut Socket<'static> {
        self.sockets.get_mut(handle)
    }

    /// Runs the stack until `done`, which may use its sockets.
    pub(super) async fn until(&mut self, mut done: impl FnMut(&mut Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.exchange().await;
            if done(self) {
                self.exchange().await;
                return;
            }
            assert!(Instant::now() < deadline, "nothing happened for too long");
            let now = self.now();
            let delay = self.interface.poll_delay(now, &self.sockets);
            let delay = delay.map_or(Duration::from_millis(50), Into::into);
            let delay = delay.min(Duration::from_millis(50));
            let _timeout = tokio::time::timeout(delay, self.reader.fill()).await;
        }
    }

    pub(super) async fn until_state(&mut self, handle: SocketHandle, state: State) {
        self.until(|guest| guest.socket(handle).state() == state)
            .await;
    }

    /// Sends `data`, ends that direction, and reads all there is.
    pub(super) async fn exchange_all(&mut self, handle: SocketHandle, data: &[u8]) -> Vec<u8> {
        let (mut sent, mut received) = (0, Vec::new());
        self.until_state(handle, State::Established).await;
        self.until(|guest| {
            let socket = guest.socket(handle);
            if sent < data.len() && socket.can_send() {
                sent += socket.send_slice(&data[sent..]).unwrap();
                if sent == data.len() {
                    socket.close();
                }
            }
            while socket.can_recv() {
                socket
                    .recv(|bytes| {
                        received.extend_from_slice(bytes);
                        (bytes.len(), ())
                    })
                    .unwrap();
            }
            sent == data.len() && !socket.may_recv()
        })
        .await;
        received
    }

    /// Sends a packet as it is.
    pub(super) async fn send_packet(&mut self, packet: &[u8]) {
        let length = u16::try_from(packet.len()).unwrap();
        self.writer.write_all(&length.to_be_bytes()).await.unwrap();
        self.writer.write_all(packet).await.unwrap();
    }

    /// The next packet that isn't TCP, its IP layer taken off.
    pub(super) async fn receive_other(&mut self) -> (IpAddr, IpProtocol, Vec<u8>) {
        self.until(|guest| !guest.others.is_empty()).await;
        let packet = self.others.pop_front().unwrap();
        let IpParts {
            src,
            protocol,
            payload,
            ..
        } = packet::split(&packet).unwrap();
        (src, protocol, payload.to_vec())
    }

    /// This guest with the stream of `other`, as after a reconnection.
    pub(super) fn moved_to(self, other: Self) -> Self {
        Self {
            interface: self.interface,
            sockets: self.sockets,
            device: self.device,
            epoch: self.epoch,
            ..other
        }
    }

    /// Cuts the stream and gives what `serve` returned.
    pub(super) async fn cut(self) -> Result<(), NetworkError> {
        drop((self.reader, self.writer));
        self.served.await.unwrap()
    }

    async fn exchange(&mut self) {
        while let Some(packet) = self.reader.next_packet() {
            match packet::split(&packet) {
                Ok(ip) if ip.protocol == IpProtocol::Tcp => self.device.inbound.push_back(packet),
                _ => self.others.push_back(packet),
            }
        }
        let now = self.now();
        self.interface
            .poll(now, &mut self.device, &mut self.sockets);
        let mut frames = Vec::new();
        for packet in self.device.outbound.drain(..) {
            frames.extend(u16::try_from(packet.len()).unwrap().to_be_bytes());
            frames.extend(packet);
        }
        // Writing must not wait for the other side's reading: it may be waiting
        // for ours.
        let mut rest = &frames[..];
        while !rest.is_empty() {
            tokio::select! {
                written = self.writer.write(rest) => rest = &rest[written.unwrap_or(rest.len())..],
                _ = self.reader.fill() => {}
            }
        }
    }

    fn now(&self) -> StackInstant {
        StackInstant::from_micros(i64::try_from(self.epoch.elapsed().as_micros()).unwrap())
    }
}

struct GuestDevice {
    inbound: VecDeque<Bytes>,
    outbound: VecDeque<Vec<u8>>,
    mtu: usize,
}

impl GuestDevice {
    fn new(mtu: usize) -> Self {
        Self {
            inbound: VecDeque::new(),
            outbound: VecDeque::new(),
            mtu,
        }
    }
}

impl Device for GuestDevice {
    type RxToken<'a> = In;
    type TxToken<'a> = Out<'a>;

    fn receive(&mut self, _now: StackInstant) -> Option<(In, Out<'_>)> {
        let packet = self.inbound.pop_front()?;
        Some((In(packet), Out(&mut self.outbound)))
    }

    fn transmit(&mut self, _now: StackInstant) -> Option<Out<'_>> {
        (self.outbound.len() < 64).then_some(Out(&mut self.outbound))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut caps = DeviceCapabilities::default();
        caps.medium = Medium::Ip;
        caps.max_transmission_unit = self.mtu;
        caps
    }
}

struct In(Bytes);

impl RxToken for In {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, f: F) -> R {
        f(&self.0)
    }
}

struct Out<'a>(&'a mut VecDeque<Vec<u8>>);

impl TxToken for Out<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, f: F) -> R {
        let mut packet = vec![0; len];
        let result = f(&mut packet);
        self.0.push_back(packet);
        result
    }
}
