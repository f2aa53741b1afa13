//! The TUN device, and the pump between it and the stream.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    os::fd::AsRawFd,
    process::Command,
};

use berth_network::{NetConfig, serve};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, Interest, unix::AsyncFd},
    net::UnixStream,
};
use tokio_util::sync::CancellationToken;

const DEVICE: &str = "berth0";

pub(crate) async fn run(namespace: &str) -> io::Result<()> {
    let config = NetConfig::default();
    let tun = open()?;
    configure(namespace, &config)?;
    let (near, far) = UnixStream::pair()?;
    let stop = CancellationToken::new();
    let served = tokio::spawn(serve(far, config.clone(), stop.clone()));
    let (reader, writer) = near.into_split();
    let interest = Interest::READABLE | Interest::WRITABLE;
    // SAFETY: a `File` keeps its one descriptor open until it is dropped.
    let tun = unsafe { AsyncFd::register_with_interest(tun, interest) }?;
    tokio::select! {
        result = outbound(&tun, writer) => result?,
        result = inbound(&tun, reader) => result?,
        result = tokio::signal::ctrl_c() => result?,
    }
    stop.cancel();
    let result = served.await.map_err(io::Error::other)?;
    writeln!(io::stderr(), "{:#?}", config.stats.snapshot())?;
    result.map_err(io::Error::other)
}

fn open() -> io::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .open("/dev/net/tun")?;
    // SAFETY: all-zero is a valid `ifreq`.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (to, from) in request.ifr_name.iter_mut().zip(DEVICE.bytes()) {
        *to = from.cast_signed();
    }
    request.ifr_ifru.ifru_flags = (libc::IFF_TUN | libc::IFF_NO_PI) as libc::c_short;
    // SAFETY: the request is of the type that this call takes, and outlives it.
    let code = unsafe { libc::ioctl(file.as_raw_fd(), libc::TUNSETIFF, &raw mut request) };
    if code < 0 {
        return Err(io::Error::last_os_error());
    }
    socket2::SockRef::from(&file).set_nonblocking(true)?;
    Ok(file)
}

fn configure(namespace: &str, config: &NetConfig) -> io::Result<()> {
    ip(&["link", "set", DEVICE, "netns", namespace])?;
    let mtu = config.mtu.to_string();
    let v4 = format!("{}/{}", config.guest_v4, config.prefix_v4);
    let v6 = format!("{}/{}", config.guest_v6, config.prefix_v6);
    let gateways = (config.gateway_v4.to_string(), config.gateway_v6.to_string());
    for command in [
        &["link", "set", "lo", "up"][..],
        &["link", "set", DEVICE, "mtu", &mtu, "up"],
        &["addr", "add", &v4, "dev", DEVICE],
        &["-6", "addr", "add", &v6, "dev", DEVICE, "nodad"],
        &["route", "add", "default", "via", &gateways.0],
        &[
            "-6",
            "route",
            "add",
            "default",
            "via",
            &gateways.1,
            "dev",
            DEVICE,
        ],
    ] {
        ip(&[&["-n", namespace], command].concat())?;
    }
    Ok(())
}

fn ip(arguments: &[&str]) -> io::Result<()> {
    let status = Command::new("ip").args(arguments).status()?;
    if status.success() {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "ip {} failed",
        arguments.join(" ")
    )))
}

async fn outbound(tun: &AsyncFd<File>, mut writer: impl AsyncWriteExt + Unpin) -> io::Result<()> {
    let mut buffer = vec![0; 2 + 65535];
    loop {
        let length = tun
            .async_io(Interest::READABLE, |mut file| file.read(&mut buffer[2..]))
            .await?;
        let prefix = u16::try_from(length).map_err(io::Error::other)?;
        buffer[..2].copy_from_slice(&prefix.to_be_bytes());
        writer.write_all(&buffer[..2 + length]).await?;
    }
}

async fn inbound(tun: &AsyncFd<File>, reader: impl AsyncReadExt + Unpin) -> io::Result<()> {
    let mut reader = tokio::io::BufReader::with_capacity(1 << 18, reader);
    let mut buffer = vec![0; 65535];
    loop {
        let length = usize::from(reader.read_u16().await?);
        reader.read_exact(&mut buffer[..length]).await?;
        tun.async_io(Interest::WRITABLE, |mut file| file.write(&buffer[..length]))
            .await?;
    }
}
