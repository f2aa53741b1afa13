//! The guest's one way out: a TUN device whose packets travel over the channel
//! to the network stack in the host's daemon. There is no network card.
mod interface;
mod packets;

use std::{
    fs::File,
    io::{self, Read as _, Write as _},
};

use anyhow::{Context as _, Result};
use berth_link::proto::HostService;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, unix::AsyncFd},
    sync::watch,
};

pub(crate) use self::interface::NAME;
use self::packets::{Unpacked, pack, unpack};
use crate::{boot::mounts::bind, console::say, session::HostLink};

/// Largest packet, in bytes. A large one costs fewer wake-ups for each byte.
pub(crate) const MTU: i32 = 65_000;

/// Packets gathered for one write, and the buffer for reading, in bytes.
const BUFFER: usize = 256 << 10;

/// Writes what names the network's services, and sets the device up.
///
/// # Errors
/// When the device can't be made or configured.
pub(crate) fn set_up() -> Result<File> {
    std::fs::write("/run/berth/resolv.conf", "nameserver 198.18.6.53\n")?;
    std::fs::write(
        "/run/berth/hosts",
        "127.0.0.1 localhost\n::1 localhost\n127.0.1.1 berth\n",
    )?;
    std::fs::write("/run/berth/hostname", "berth\n")?;
    for name in ["resolv.conf", "hosts", "hostname"] {
        // An image may have links there instead, which need no mount.
        let target = format!("/etc/{name}");
        if !std::fs::symlink_metadata(&target).is_ok_and(|found| found.is_symlink()) {
            bind(&format!("/run/berth/{name}"), &target).unwrap_or_else(|e| say!("{e}"));
        }
    }
    interface::loopback().context("can't bring the loopback device up")?;
    let tun = interface::open_tun().context("can't make the network device")?;
    interface::configure().context("can't configure the network device")?;
    Ok(tun)
}

/// Carries packets for as long as the agent lives: over each session of the
/// channel in turn, nowhere in between.
///
/// # Errors
/// When the device can't be watched.
pub(crate) async fn run(tun: File, mut host: watch::Receiver<Option<HostLink>>) -> io::Result<()> {
    // SAFETY: the type owns one descriptor, closes it only when dropped, and no
    // one replaces it while it is registered.
    let tun = unsafe { AsyncFd::register(tun)? };
    loop {
        let link = HostLink::next(&mut host).await;
        drain(&tun);
        if let Err(error) = carry(&tun, &link).await {
            say!("network: {error}");
        }
        link.closed_or_retry().await;
    }
}

async fn carry(tun: &AsyncFd<File>, link: &HostLink) -> io::Result<()> {
    let (from_host, to_host) = tokio::io::split(link.open(&HostService::Net).await?);
    tokio::select! {
        done = outward(tun, to_host) => done,
        done = inward(tun, from_host) => done,
    }
}

/// Drops packets from before the session: whoever sent them sends them again.
fn drain(tun: &AsyncFd<File>) {
    let mut packet = vec![0; packets::MAX];
    while tun.get_ref().read(&mut packet).is_ok() {}
}

async fn outward(tun: &AsyncFd<File>, mut to: impl AsyncWrite + Unpin) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(BUFFER + packets::FRAMED_MAX);
    let mut packet = vec![0; packets::MAX];
    loop {
        let mut ready = tun.readable().await?;
        while buffer.len() < BUFFER {
            match ready.try_io(|tun| tun.get_ref().read(&mut packet)) {
                Ok(length) => pack(&packet[..length?], &mut buffer),
                Err(_would_block) => break,
            }
        }
        drop(ready);
        to.write_all(&buffer).await?;
        to.flush().await?;
        buffer.clear();
    }
}

async fn inward(tun: &AsyncFd<File>, mut from: impl AsyncRead + Unpin) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    let mut filled = 0;
    loop {
        let read = from.read(&mut buffer[filled..]).await?;
        if read == 0 {
            return Ok(());
        }
        filled += read;
        let mut at = 0;
        while let Unpacked::Packet { packet, rest } = unpack(&buffer[at..filled]) {
            // A packet that the kernel does not take is dropped, as networks do.
            let _ = tun.get_ref().write(&buffer[at..][packet]);
            at += rest;
        }
        buffer.copy_within(at..filled, 0);
        filled -= at;
    }
}
