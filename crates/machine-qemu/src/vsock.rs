//! The channel by vsock: whether, under which number, and when to give it up.
//!
//! With vhost the host's kernel carries the bytes and QEMU sleeps, which it
//! does not with the serial port. It needs `/dev/vhost-vsock`. The serial port
//! stays beside it, for guests and hosts where vsock turns out not to work.
use std::{fmt, io, time::Duration};

use berth_link::proto::VSOCK_KEY_PREFIX;
use berth_machine::MachineError;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout, timeout_at};

use crate::{accelerator::DeviceAccess, sys};

/// `off`: never use vsock. `on`: use it without looking whether the host can.
/// Anything else: use it where the host can.
pub(crate) const VARIABLE: &str = "BERTH_VSOCK";

/// Numbers that QEMU is started with before vsock is given up.
pub(crate) const ATTEMPTS: u32 = 3;

/// How long the guest may take until it listens: it boots.
const PATIENCE: Duration = Duration::from_secs(30);

/// Pause between two attempts to connect.
const RETRY: Duration = Duration::from_millis(100);

/// How long one attempt may take. A guest without a driver never answers.
const ATTEMPT: Duration = Duration::from_secs(1);

/// Numbers that the kernel reserves, see vsock(7): below 3 are hypervisor, the
/// machine itself and the host, the last means any.
const CIDS: std::ops::Range<u32> = 3..u32::MAX;

/// A machine's address and what opens it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Vsock {
    /// The guest's number among the machines of this host.
    pub(crate) cid: u32,
    pub(crate) key: Key,
}

/// What the guest wants to see before it talks: every user of the host can
/// connect to its address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Key(String);

impl Key {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

impl Vsock {
    /// One that nobody has or guesses.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub(crate) fn random() -> io::Result<Self> {
        let (number, key): ([u8; 4], [u8; 32]) = (sys::random()?, sys::random()?);
        let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self {
            cid: cid(u32::from_be_bytes(number)),
            key: Key(format!("{VSOCK_KEY_PREFIX}{digits}")),
        })
    }
}

fn cid(random: u32) -> u32 {
    CIDS.start + random % (CIDS.end - CIDS.start)
}

/// Does a new machine get vsock?
pub(crate) fn wanted(setting: Option<&str>, device: DeviceAccess) -> bool {
    match setting {
        Some("on") => true,
        Some("off") => false,
        _ => device == DeviceAccess::Usable,
    }
}

/// [`wanted`] here and now.
pub(crate) fn offered() -> bool {
    let setting = std::env::var(VARIABLE).ok();
    wanted(setting.as_deref(), sys::vsock_device())
}

/// What a failed start with vsock says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blame {
    /// The fault is elsewhere.
    Other,
    /// Another machine has the number.
    Taken,
    /// It can't be had.
    Vsock,
}

/// Source of the words: QEMU's `hw/virtio/vhost-vsock.c`.
pub(crate) fn blame(error: &MachineError) -> Blame {
    match error {
        MachineError::Start { message, .. } if message.contains("unable to set guest cid") => {
            Blame::Taken
        }
        MachineError::Start { message, .. } if message.contains("vhost-vsock") => Blame::Vsock,
        _ => Blame::Other,
    }
}

/// Connects with `connect` as soon as the guest listens.
///
/// # Errors
/// That of the last attempt when the guest does not within [`PATIENCE`].
async fn connect_soon<T, F: Future<Output = io::Result<T>>>(
    mut connect: impl FnMut() -> F,
) -> io::Result<T> {
    let until = Instant::now() + PATIENCE;
    let mut last = io::Error::from(io::ErrorKind::TimedOut);
    let attempts = async {
        let mut ticks = interval(RETRY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match timeout(ATTEMPT, connect()).await {
                Ok(Ok(connected)) => return connected,
                Ok(Err(error)) => last = error,
                Err(_) => last = io::ErrorKind::TimedOut.into(),
            }
        }
    };
    let connected = timeout_at(until, attempts).await;
    connected.map_err(|_| last)
}

/// Connects with `connect`, or with `instead` when the guest does not listen;
/// then false comes with the connection.
///
/// # Errors
/// Those of `instead`.
pub(crate) async fn connect_or<T, F: Future<Output = io::Result<T>>>(
    connect: impl FnMut() -> F,
    instead: impl FnOnce() -> io::Result<T>,
) -> io::Result<(T, bool)> {
    match connect_soon(connect).await {
        Ok(connected) => Ok((connected, true)),
        Err(error) => {
            tracing::warn!(%error, "vsock does not reach the guest; its serial port is used");
            Ok((instead()?, false))
        }
    }
}

#[cfg(test)]
mod tests;
