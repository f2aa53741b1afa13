//! Just enough of an HTTP client to time an engine's answers: one connection,
//! kept alive, with nothing in between that costs time.
use std::{
    fmt,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    os::unix::net::UnixStream,
    path::PathBuf,
    time::Duration,
};

use anyhow::{Context, Result, bail};

/// Where an engine listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// TCP.
    Tcp(SocketAddr),
    /// A Unix socket.
    Unix(PathBuf),
}

impl fmt::Display for Endpoint {
    /// As `DOCKER_HOST` takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => write!(f, "tcp://{address}"),
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
        }
    }
}

trait Socket: Read + Write {}
impl<T: Read + Write> Socket for T {}

/// A connection to an engine.
pub(crate) struct Connection(BufReader<Box<dyn Socket>>);

impl Connection {
    /// Connects; an answer that takes longer than `patience` is an error.
    pub(crate) fn open(endpoint: &Endpoint, patience: Duration) -> Result<Self> {
        let socket: Box<dyn Socket> = match endpoint {
            Endpoint::Tcp(address) => {
                let stream = TcpStream::connect_timeout(address, patience)?;
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(patience))?;
                Box::new(stream)
            }
            Endpoint::Unix(path) => {
                let stream = UnixStream::connect(path)?;
                stream.set_read_timeout(Some(patience))?;
                Box::new(stream)
            }
        };
        Ok(Self(BufReader::new(socket)))
    }

    /// Asks for `path` and reads the whole answer; gives its status.
    pub(crate) fn get(&mut self, path: &str) -> Result<u16> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: docker\r\n\r\n");
        self.0.get_mut().write_all(request.as_bytes())?;
        read_answer(&mut self.0)
    }
}

fn read_answer(from: &mut impl BufRead) -> Result<u16> {
    let first = line(from)?;
    let status = first.split(' ').nth(1).and_then(|code| code.parse().ok());
    let status = status.with_context(|| format!("no HTTP: {first:?}"))?;
    let (mut length, mut chunked) = (0, false);
    loop {
        let header = line(from)?.to_ascii_lowercase();
        match header
            .split_once(':')
            .map(|(name, value)| (name, value.trim()))
        {
            None => break,
            Some(("content-length", value)) => length = value.parse()?,
            Some(("transfer-encoding", "chunked")) => chunked = true,
            Some(_) => {}
        }
    }
    if chunked {
        while skip_chunk(from)? {}
    } else {
        skip(from, length)?;
    }
    Ok(status)
}

fn line(from: &mut impl BufRead) -> Result<String> {
    let mut line = String::new();
    if from.read_line(&mut line)? == 0 {
        bail!("the connection ended before the answer did");
    }
    Ok(line.trim_end().to_owned())
}

/// Whether another chunk follows.
fn skip_chunk(from: &mut impl BufRead) -> Result<bool> {
    let length = u64::from_str_radix(&line(from)?, 16)?;
    skip(from, length)?;
    line(from)?;
    Ok(length > 0)
}

fn skip(from: &mut impl BufRead, length: u64) -> Result<()> {
    let skipped = std::io::copy(&mut from.take(length), &mut std::io::sink())?;
    if skipped < length {
        bail!("the connection ended {} bytes early", length - skipped);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::read_answer;

    #[test]
    fn answers_of_both_framings_are_read_to_their_ends() {
        let mut bytes: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK\
            HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nnext";
        assert_eq!(read_answer(&mut bytes).unwrap(), 200);
        assert_eq!(read_answer(&mut bytes).unwrap(), 404);
        assert_eq!(bytes, b"next");
    }

    #[test]
    fn an_answer_that_is_cut_off_is_an_error() {
        for cut in [
            "",
            "HTTP/1.1 200 OK\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
            "garbage\r\n\r\n",
        ] {
            assert!(read_answer(&mut cut.as_bytes()).is_err(), "{cut:?}");
        }
    }
}
