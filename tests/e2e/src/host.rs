//! Things on the host: free ports, servers, and clients that say how it went.
use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream, UdpSocket},
    thread,
    time::Duration,
};

use crate::wait;

/// How long a peer may take on an emulated machine that is busy.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A port that nobody on the host has for TCP or UDP, on any address.
pub fn free_port() -> u16 {
    for _ in 0..100 {
        let tcp = TcpListener::bind("0.0.0.0:0").expect("a free port");
        let port = tcp.local_addr().expect("it is bound").port();
        if UdpSocket::bind(("0.0.0.0", port)).is_ok() {
            return port;
        }
    }
    panic!("this host has no free port");
}

/// `count` ports in a row that nobody has; the first one.
pub fn free_range(count: u16) -> u16 {
    for _ in 0..100 {
        let first = free_port();
        let free = |port| TcpListener::bind(("0.0.0.0", port)).is_ok();
        if first.checked_add(count).is_some() && (first..first + count).all(free) {
            return first;
        }
    }
    panic!("this host has no {count} free ports in a row");
}

/// Connects once.
///
/// # Errors
/// The system's, such as a refusal.
pub fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// Nobody listens there: the connection is refused, not just slow.
pub fn is_refused(address: SocketAddr) -> bool {
    matches!(connect(address), Err(error) if error.kind() == io::ErrorKind::ConnectionRefused)
}

/// Asks an HTTP server for `/`, one request a connection; the body.
///
/// A refusal is final: the port is not bound. A reset is not: the port is bound,
/// and the program in the container does not listen yet.
///
/// # Errors
/// The system's, and an answer that is no success.
pub fn get(address: SocketAddr) -> io::Result<String> {
    wait::eventually("the program in the container listens", PATIENCE, || {
        let outcome = get_once(address);
        let early = matches!(&outcome, Err(error) if is_early(error.kind()));
        (!early).then_some(outcome)
    })
}

fn is_early(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
    matches!(kind, BrokenPipe | ConnectionReset | UnexpectedEof)
}

/// The same, and any failure is final.
///
/// # Errors
/// As [`get`].
pub fn get_once(address: SocketAddr) -> io::Result<String> {
    let mut stream = connect(address)?;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: e2e\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    match answer.split_once("\r\n\r\n") {
        Some((head, body))
            if head.starts_with("HTTP/1.1 200") || head.starts_with("HTTP/1.0 200") =>
        {
            Ok(body.to_owned())
        }
        None if answer.is_empty() => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Err(io::Error::other(format!("answered {answer:?}"))),
    }
}

/// Sends, ends its direction, and reads what comes until the end.
///
/// # Errors
/// The system's.
pub fn exchange(address: SocketAddr, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = connect(address)?;
    stream.write_all(bytes)?;
    stream.shutdown(std::net::Shutdown::Write)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}

/// One datagram there and one back; asks again, as UDP must.
///
/// # Errors
/// The system's, and no answer to any of them.
pub fn ask_by_udp(address: SocketAddr, question: &[u8]) -> io::Result<Vec<u8>> {
    let any: SocketAddr = if address.is_ipv4() {
        ([0, 0, 0, 0], 0).into()
    } else {
        ([0; 16], 0).into()
    };
    let socket = UdpSocket::bind(any)?;
    socket.set_read_timeout(Some(Duration::from_secs(2)))?;
    socket.connect(address)?;
    let mut answer = vec![0; 65536];
    for _ in 0..10 {
        socket.send(question)?;
        if let Ok(length) = socket.recv(&mut answer) {
            answer.truncate(length);
            return Ok(answer);
        }
    }
    Err(io::Error::from(io::ErrorKind::TimedOut))
}

/// A TCP server on the host's loopback that sends everything back; its port.
pub fn echo_by_tcp() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || io::copy(&mut &stream, &mut &stream));
        }
    });
    port
}

/// The same by UDP.
pub fn echo_by_udp() -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let port = socket.local_addr().expect("it is bound").port();
    thread::spawn(move || {
        let mut bytes = vec![0; 65536];
        while let Ok((length, from)) = socket.recv_from(&mut bytes) {
            let _ = socket.send_to(&bytes[..length], from);
        }
    });
    port
}
