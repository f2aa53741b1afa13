//! The channel by vsock, where the machine has such a device.
//!
//! The hypervisor carries its packets without waking QEMU, which the serial
//! port does for each. Unlike that port, whose socket on the host is in a folder
//! of the user's own, every user of the host can connect to a guest. So a
//! connection begins with a key, which the guest finds where the host's other
//! users do not look: in the machine's SMBIOS tables. Containers do not see
//! those either: they are for root alone, and Docker hides `/sys/firmware`.
use std::{
    fs::{self, File},
    io,
    os::fd::OwnedFd,
    path::Path,
    sync::Arc,
    time::Duration,
};

use berth_link::proto::{VSOCK_KEY_PREFIX, VSOCK_PORT};
use socket2::{Domain, SockAddr, Socket, Type};
use tokio::{
    io::{AsyncReadExt as _, unix::AsyncFd},
    sync::{Semaphore, mpsc},
    time::timeout,
};

use crate::{agent::Agent, console::say, port::Channel, session::Arrival};

/// Driver of the device. It brings the socket family along.
const MODULE: &str = "vmw_vsock_virtio_transport";

/// Number of the device type, "Socket Device" in the virtio specification.
const DEVICE: &str = "0x0013";

/// The SMBIOS structures as the firmware left them (Linux,
/// `Documentation/ABI/testing/sysfs-firmware-dmi-tables`).
const TABLES: &str = "/sys/firmware/dmi/tables/DMI";

/// How long a connection may take to send the key.
const KEY_PATIENCE: Duration = Duration::from_secs(5);

/// Connections that may be without a host at a time.
const STRANGERS: usize = 16;

/// Most bytes read at once: the driver's packets are at most so long
/// (`include/linux/virtio_vsock.h`, `VIRTIO_VSOCK_MAX_PKT_BUF_SIZE`).
const LONGEST_READ: usize = 64 * 1024;

/// Hands on each host that comes by vsock. Returns where there is none.
pub(crate) async fn run(agent: Arc<Agent>, hosts: mpsc::Sender<Arrival>) {
    if !has_device(Path::new("/sys/bus/virtio/devices")) {
        return;
    }
    let tables = fs::read(TABLES).unwrap_or_default();
    let Some(key) = key(&tables) else {
        return say!("vsock: the host gave no key for it");
    };
    if let Err(error) = agent.children.run("modprobe", &[MODULE]).await {
        say!("modprobe {MODULE}: {error}");
    }
    match listen() {
        Ok(listener) => accept(&listener, key.into(), hosts).await,
        Err(error) => say!("vsock: {error}"),
    }
}

fn has_device(devices: &Path) -> bool {
    let Ok(devices) = fs::read_dir(devices) else {
        return false;
    };
    devices.flatten().any(|device| {
        let kind = fs::read_to_string(device.path().join("device"));
        kind.is_ok_and(|kind| kind.trim() == DEVICE)
    })
}

fn listen() -> io::Result<AsyncFd<Socket>> {
    let socket = Socket::new(Domain::VSOCK, Type::STREAM, None)?;
    socket.bind(&SockAddr::vsock(libc::VMADDR_CID_ANY, VSOCK_PORT))?;
    socket.listen(16)?;
    socket.set_nonblocking(true)?;
    // SAFETY: a socket owns one descriptor, closes it only when dropped, and no
    // one replaces it while it is registered.
    Ok(unsafe { AsyncFd::register(socket) }?)
}

async fn accept(listener: &AsyncFd<Socket>, key: Arc<[u8]>, hosts: mpsc::Sender<Arrival>) {
    let strangers = Arc::new(Semaphore::new(STRANGERS));
    loop {
        let accepted = listener.async_io(tokio::io::Interest::READABLE, Socket::accept);
        let (socket, peer) = match accepted.await {
            Ok(accepted) => accepted,
            Err(error) => {
                say!("vsock: {error}");
                tokio::time::sleep(Duration::from_secs(1)).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&strangers).try_acquire_owned() else {
            continue;
        };
        if !is_host(&peer) {
            continue;
        }
        let (key, hosts) = (Arc::clone(&key), hosts.clone());
        tokio::spawn(async move {
            match welcome(socket, &key).await {
                Ok(arrival) => drop(hosts.send(arrival).await),
                Err(error) => say!("vsock: {error:#}"),
            }
            drop(place);
        });
    }
}

/// Does the connection come from outside? Programs of the guest could connect
/// too.
fn is_host(peer: &SockAddr) -> bool {
    peer.as_vsock_address()
        .is_some_and(|(cid, _)| cid == libc::VMADDR_CID_HOST)
}

/// Waits for the key and the handshake.
async fn welcome(socket: Socket, key: &[u8]) -> anyhow::Result<Arrival> {
    socket.set_nonblocking(true)?;
    let mut channel = Channel::new(File::from(OwnedFd::from(socket)), LONGEST_READ)?;
    let mut shown = vec![0; key.len()];
    timeout(KEY_PATIENCE, channel.read_exact(&mut shown)).await??;
    anyhow::ensure!(same(&shown, key), "a stranger connected");
    Ok(Arrival::on(channel).await?)
}

/// Compares without telling by its time how much was right.
fn same(one: &[u8], other: &[u8]) -> bool {
    let pairs = one.iter().zip(other);
    one.len() == other.len() && pairs.fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

/// The OEM string that is our key, in SMBIOS structures (SMBIOS 3.7, 6.1 and
/// 7.12): type, length and handle, the rest of the formatted part, then strings
/// that end with a zero, and another zero.
fn key(mut tables: &[u8]) -> Option<Vec<u8>> {
    const OEM_STRINGS: u8 = 11;
    loop {
        let (kind, length) = (*tables.first()?, usize::from(*tables.get(1)?));
        let strings = tables.get(length.max(4)..)?;
        let end = strings.windows(2).position(|pair| pair == [0, 0])?;
        let mut found = strings[..end].split(|byte| *byte == 0);
        let ours = found.find(|string| string.starts_with(VSOCK_KEY_PREFIX.as_bytes()));
        if let (OEM_STRINGS, Some(ours)) = (kind, ours) {
            return (ours.len() > VSOCK_KEY_PREFIX.len()).then(|| ours.to_vec());
        }
        tables = &strings[end + 2..];
    }
}

#[cfg(test)]
mod tests;
