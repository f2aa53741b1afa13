//! The other end of the benchmarks' connections, run in a container.
//!
//! `serve PORT` answers by the first byte that it gets: `S` sends for as long
//! as it is listened to, `K` counts bytes until their end and says how many
//! (64 bits, big endian), `E` sends the byte back. `relay PORT SOCKET` carries
//! TCP connections to a Unix socket. Only the standard library, so that one
//! call of rustc makes a static program of it.
use std::{
    env,
    io::{self, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    os::unix::net::UnixStream,
    process::ExitCode,
    thread,
};

/// As much as Berth's own relays move at once.
const BUFFER: usize = 128 << 10;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["serve", port] => listen(port, serve),
        ["relay", port, socket] => {
            let socket = (*socket).to_owned();
            listen(port, move |client| relay(client, &socket))
        }
        _ => return ExitCode::from(2),
    };
    outcome.map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
}

fn listen(
    port: &str,
    serve: impl Fn(TcpStream) -> io::Result<()> + Clone + Send + 'static,
) -> io::Result<()> {
    let listener = TcpListener::bind(("0.0.0.0", port.parse().map_err(io::Error::other)?))?;
    for client in listener.incoming() {
        let (client, serve) = (client?, serve.clone());
        // A client that leaves early is how measurements end.
        thread::spawn(move || drop(serve(client)));
    }
    Ok(())
}

fn serve(mut client: TcpStream) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut wish = [0];
    client.read_exact(&mut wish)?;
    match &wish {
        b"S" => loop {
            client.write_all(&[b's'; BUFFER])?;
        },
        b"K" => {
            let count = count(&mut client)?;
            client.write_all(&count.to_be_bytes())
        }
        _ => client.write_all(&wish),
    }
}

fn count(client: &mut TcpStream) -> io::Result<u64> {
    let mut buffer = vec![0; BUFFER];
    let mut total = 0;
    loop {
        match client.read(&mut buffer)? {
            0 => return Ok(total),
            read => total += read as u64,
        }
    }
}

fn relay(client: TcpStream, socket: &str) -> io::Result<()> {
    client.set_nodelay(true)?;
    let engine = UnixStream::connect(socket)?;
    let (mut from_client, mut to_engine) = (client.try_clone()?, engine.try_clone()?);
    thread::spawn(move || {
        let _ = io::copy(&mut from_client, &mut to_engine);
        let _ = to_engine.shutdown(Shutdown::Write);
    });
    let (mut from_engine, mut to_client) = (engine, client);
    io::copy(&mut from_engine, &mut to_client)?;
    to_client.shutdown(Shutdown::Write)
}
