//! Servers and clients in containers that say exactly how it went: what busybox
//! lacks, or does with a process per connection.
//!
//! `peer http|echo|count ADDRESS`, `peer udp-echo ADDRESS`, `peer connect
//! ADDRESS`, `peer ask TEXT ADDRESS`, `peer udp-ask TEXT ADDRESS`, and `peer
//! garble`, which writes garbage into the channel that PID 1 has open.
#![expect(
    clippy::print_stdout,
    reason = "it is a program for a container's console"
)]
use std::{
    env,
    fs::{self, File},
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs as _, UdpSocket},
    process::ExitCode,
    thread,
    time::Duration,
};

use rustix::{
    fd::OwnedFd,
    net::AddressFamily,
    process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open},
};

const PATIENCE: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["http", address] => serve(address, http),
        ["echo", address] => serve(address, echo),
        ["count", address] => serve(address, count),
        ["udp-echo", address] => udp_echo(address),
        ["connect", address] => resolve(address)
            .and_then(connect)
            .map(|_| println!("connected")),
        ["ask", text, address] => ask(text, address),
        ["udp-ask", text, address] => udp_ask(text, address),
        ["garble"] => garble(),
        _ => Err(io::Error::from(io::ErrorKind::InvalidInput)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{:?}: {error}", error.kind());
            ExitCode::FAILURE
        }
    }
}

fn resolve(address: &str) -> io::Result<SocketAddr> {
    let mut found = address.to_socket_addrs()?;
    found
        .next()
        .ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
}

fn serve(address: &str, each: fn(&TcpStream) -> io::Result<()>) -> io::Result<()> {
    let listener = TcpListener::bind(resolve(address)?)?;
    for stream in listener.incoming() {
        let stream = stream?;
        thread::spawn(move || each(&stream));
    }
    Ok(())
}

/// Answers one request with the client's address, then closes.
fn http(mut stream: &TcpStream) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let name = env::var("NAME").unwrap_or_else(|_| "peer".into());
    let head = format!(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        name.len()
    );
    stream.write_all((head + &name).as_bytes())?;
    stream.shutdown(Shutdown::Write)
}

fn echo(stream: &TcpStream) -> io::Result<()> {
    io::copy(&mut &*stream, &mut &*stream)?;
    stream.shutdown(Shutdown::Write)
}

/// Answers with the number of bytes when the client has ended its direction.
fn count(mut stream: &TcpStream) -> io::Result<()> {
    let count = io::copy(&mut stream, &mut io::sink())?;
    stream.write_all(count.to_string().as_bytes())?;
    stream.shutdown(Shutdown::Write)
}

fn udp_echo(address: &str) -> io::Result<()> {
    let socket = UdpSocket::bind(resolve(address)?)?;
    let mut bytes = vec![0; 65536];
    loop {
        let (length, from) = socket.recv_from(&mut bytes)?;
        socket.send_to(&bytes[..length], from)?;
    }
}

fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

fn ask(text: &str, address: &str) -> io::Result<()> {
    let mut stream = connect(resolve(address)?)?;
    stream.write_all(text.as_bytes())?;
    stream.shutdown(Shutdown::Write)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    println!("{answer}");
    Ok(())
}

fn udp_ask(text: &str, address: &str) -> io::Result<()> {
    let address = resolve(address)?;
    let any = if address.is_ipv4() {
        "0.0.0.0:0"
    } else {
        "[::]:0"
    };
    let socket = UdpSocket::bind(any)?;
    socket.set_read_timeout(Some(Duration::from_secs(2)))?;
    let mut answer = vec![0; 65536];
    for _ in 0..10 {
        socket.send_to(text.as_bytes(), address)?;
        if let Ok((length, _)) = socket.recv_from(&mut answer) {
            println!("{}", String::from_utf8_lossy(&answer[..length]));
            return Ok(());
        }
    }
    Err(io::Error::from(io::ErrorKind::TimedOut))
}

/// Needs the PID namespace of PID 1, and the right to trace it.
fn garble() -> io::Result<()> {
    // Longer than any frame, so that what comes after the frame that it lands in
    // is read as a frame's beginning.
    let garbage = [0xff; 100_000];
    let agent = pidfd_open(Pid::INIT, PidfdFlags::empty())?;
    let mut garbled = false;
    for entry in fs::read_dir("/proc/1/fd")? {
        let entry = entry?;
        let number = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok());
        let (Some(number), Ok(target)) = (number, fs::read_link(entry.path())) else {
            continue;
        };
        let Ok(held) = pidfd_getfd(&agent, number, PidfdGetfdFlags::empty()) else {
            continue;
        };
        if target.to_string_lossy().contains("/vport") || is_vsock(&held) {
            // Only what fits at once: it does not block.
            garbled |= File::from(held).write(&garbage).is_ok();
        }
    }
    if garbled {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::NotFound,
        "PID 1 has no channel open",
    ))
}

fn is_vsock(socket: &OwnedFd) -> bool {
    rustix::net::getpeername(socket)
        .is_ok_and(|peer| peer.is_some_and(|peer| peer.address_family() == AddressFamily::VSOCK))
}
