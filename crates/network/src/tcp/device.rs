//! The network card of a flow's stack: one packet in, a short queue out.

use std::collections::VecDeque;

use bytes::Bytes;
use smoltcp::{
    phy::{Checksum, ChecksumCapabilities, Device, DeviceCapabilities, Medium, RxToken, TxToken},
    time::Instant,
};

use crate::craft::{self, Frame, PREFIX};

/// Frames that may wait for the stream before the stack is told to hold back.
const QUEUED_FRAMES: usize = 16;

/// A [`Device`] over two queues.
#[derive(Debug)]
pub(crate) struct FlowDevice {
    pub(crate) inbound: VecDeque<Bytes>,
    pub(crate) outbound: VecDeque<Frame>,
    mtu: usize,
}

impl FlowDevice {
    pub(crate) fn new(mtu: usize) -> Self {
        Self {
            inbound: VecDeque::new(),
            outbound: VecDeque::new(),
            mtu,
        }
    }

    fn has_room(&self) -> bool {
        self.outbound.len() < QUEUED_FRAMES
    }
}

impl Device for FlowDevice {
    type RxToken<'a> = Received;
    type TxToken<'a> = Sending<'a>;

    fn receive(&mut self, _now: Instant) -> Option<(Received, Sending<'_>)> {
        // Without room for the answer the packet waits: that is the way back
        // of the stream's backpressure.
        if !self.has_room() {
            return None;
        }
        let packet = self.inbound.pop_front()?;
        Some((Received(packet), Sending(&mut self.outbound)))
    }

    fn transmit(&mut self, _now: Instant) -> Option<Sending<'_>> {
        self.has_room().then_some(Sending(&mut self.outbound))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut caps = DeviceCapabilities::default();
        caps.medium = Medium::Ip;
        caps.max_transmission_unit = self.mtu;
        caps.checksum = checksums();
        caps
    }
}

/// Computed for the guest, whose kernel verifies; not verified from it.
fn checksums() -> ChecksumCapabilities {
    let mut caps = ChecksumCapabilities::default();
    caps.ipv4 = Checksum::Tx;
    caps.tcp = Checksum::Tx;
    caps
}

/// A packet on its way into the stack.
#[derive(Debug)]
pub(crate) struct Received(Bytes);

impl RxToken for Received {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, f: F) -> R {
        f(&self.0)
    }
}

/// Room for one packet of the stack.
#[derive(Debug)]
pub(crate) struct Sending<'a>(&'a mut VecDeque<Frame>);

impl TxToken for Sending<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, f: F) -> R {
        let mut frame = craft::frame(len);
        let result = f(&mut frame[PREFIX..]);
        self.0.push_back(frame);
        result
    }
}
