//! Single measurements, the same for every way into the guest.
use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

use super::http::{Connection, Endpoint};

/// Longest silence that is not a failure.
const PATIENCE: Duration = Duration::from_secs(60);

const BUFFER: usize = 128 << 10;

/// Milliseconds of each of `count` answers on one connection.
pub(crate) fn latencies(endpoint: &Endpoint, path: &str, count: usize) -> Result<Vec<f64>> {
    let mut connection = Connection::open(endpoint, PATIENCE)?;
    // The first answer includes the way to the engine.
    connection.get(path)?;
    let mut samples = Vec::with_capacity(count);
    for _ in 0..count {
        let start = Instant::now();
        let status = connection.get(path)?;
        samples.push(start.elapsed().as_secs_f64() * 1e3);
        ensure!(status == 200, "{endpoint} answered {path} with {status}");
    }
    Ok(samples)
}

/// MB/s from the guest, over at least `time`.
pub(crate) fn download(peer: SocketAddr, time: Duration) -> Result<f64> {
    let mut stream = connect(peer)?;
    stream.write_all(b"S")?;
    let mut buffer = vec![0; BUFFER];
    // What came before the clock ran does not count.
    stream.read_exact(&mut buffer[..1])?;
    let start = Instant::now();
    let mut bytes = 0;
    while start.elapsed() < time {
        let read = stream.read(&mut buffer)?;
        ensure!(read > 0, "{peer} ended early");
        bytes += read;
    }
    Ok(rate(bytes, start.elapsed()))
}

/// MB/s to the guest, from the first byte until the guest says it has the last.
pub(crate) fn upload(peer: SocketAddr, time: Duration) -> Result<f64> {
    let mut stream = connect(peer)?;
    stream.write_all(b"K")?;
    let buffer = vec![0; BUFFER];
    let mut bytes = 0;
    let start = Instant::now();
    while start.elapsed() < time {
        stream.write_all(&buffer)?;
        bytes += buffer.len();
    }
    stream.shutdown(Shutdown::Write)?;
    let mut answer = [0; 8];
    stream.read_exact(&mut answer)?;
    let arrived = u64::from_be_bytes(answer);
    ensure!(
        arrived == bytes as u64,
        "{arrived} of {bytes} bytes arrived"
    );
    Ok(rate(bytes, start.elapsed()))
}

/// Connections per second, one after the other, each with a byte there and back.
pub(crate) fn connections(peer: SocketAddr, count: u32) -> Result<f64> {
    let start = Instant::now();
    for _ in 0..count {
        let mut stream = connect(peer)?;
        stream.write_all(b"E")?;
        let mut answer = [0];
        stream.read_exact(&mut answer)?;
        ensure!(&answer == b"E", "{peer} answered {answer:?}");
    }
    Ok(f64::from(count) / start.elapsed().as_secs_f64())
}

/// Seconds that `command` takes.
pub(crate) fn wall_time(command: &mut Command) -> Result<f64> {
    let start = Instant::now();
    let output = command.stdin(Stdio::null()).output()?;
    let took = start.elapsed().as_secs_f64();
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} failed: {errors}");
    Ok(took)
}

fn connect(peer: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&peer, PATIENCE)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52 bytes")]
fn rate(bytes: usize, time: Duration) -> f64 {
    bytes as f64 / 1e6 / time.as_secs_f64()
}
