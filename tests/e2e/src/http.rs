//! A raw client of the engine's API: no library between the test and the bytes.
use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    os::unix::net::UnixStream,
};

use serde_json::Value;

use crate::{environment, host::PATIENCE};

/// An answer of the engine's.
#[derive(Debug)]
pub struct Answer {
    /// Its status code.
    pub status: u16,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Its body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// Connects to the engine.
///
/// # Errors
/// The system's.
pub fn connect() -> io::Result<UnixStream> {
    let stream = UnixStream::connect(environment::docker_socket())?;
    stream.set_read_timeout(Some(PATIENCE * 10))?;
    Ok(stream)
}

/// Sends the head of a request and its JSON, if it has any.
///
/// # Errors
/// The system's.
pub fn send(
    mut stream: &UnixStream,
    method: &str,
    path: &str,
    headers: &str,
    body: Option<&Value>,
) -> io::Result<()> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: docker\r\n{headers}Content-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes())
}

/// One request on a connection of its own.
///
/// # Errors
/// The system's, and an answer that is not HTTP.
pub fn request(method: &str, path: &str, body: Option<&Value>) -> io::Result<Answer> {
    let stream = connect()?;
    send(&stream, method, path, "Connection: close\r\n", body)?;
    let mut reader = BufReader::new(&stream);
    let (status, chunked) = read_head(&mut reader)?;
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest)?;
    let body = if chunked { unchunk(&rest)? } else { rest };
    Ok(Answer { status, body })
}

/// Reads the head of an answer: its status, and whether chunks follow.
///
/// # Errors
/// The system's, and an answer that is not HTTP.
pub fn read_head(reader: &mut BufReader<&UnixStream>) -> io::Result<(u16, bool)> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
    let status = status.ok_or_else(|| io::Error::other(format!("no HTTP: {line:?}")))?;
    let mut chunked = false;
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        match line.trim_end() {
            "" => return Ok((status, chunked)),
            header => chunked |= header.eq_ignore_ascii_case("transfer-encoding: chunked"),
        }
    }
}

/// What chunks hold.
///
/// # Errors
/// When the last one is missing.
pub(crate) fn unchunk(mut bytes: &[u8]) -> io::Result<Vec<u8>> {
    let cut = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let mut body = Vec::new();
    loop {
        let end = bytes
            .windows(2)
            .position(|two| two == b"\r\n")
            .ok_or_else(cut)?;
        let size = std::str::from_utf8(&bytes[..end]).ok();
        let size = size
            .and_then(|text| usize::from_str_radix(text, 16).ok())
            .ok_or_else(cut)?;
        if size == 0 {
            return Ok(body);
        }
        let chunk = bytes.get(end + 2..end + 2 + size).ok_or_else(cut)?;
        body.extend_from_slice(chunk);
        bytes = bytes.get(end + 4 + size..).ok_or_else(cut)?;
    }
}
