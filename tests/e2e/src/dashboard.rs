//! The dashboard's server, asked without a browser.
use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
};

use serde_json::{Value, json};
use tungstenite::{
    Message, WebSocket, client::IntoClientRequest as _, protocol::frame::coding::CloseCode,
};

use crate::{berth::berth, host::PATIENCE};

/// Where the dashboard is, and the token.
#[derive(Debug, Clone)]
pub struct Dashboard {
    /// Such as `http://127.0.0.1:7654`.
    pub origin: String,
    /// What every request must carry.
    pub token: String,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status code.
    pub status: u16,
    /// Its headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Its body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

impl Dashboard {
    /// That of the shared daemon.
    #[track_caller]
    pub fn find() -> Self {
        let answer: Value = serde_json::from_str(&berth(&["dashboard", "--json"]).ok())
            .expect("JSON of 'berth dashboard'");
        let text = |name: &str| answer[name].as_str().expect(name).to_owned();
        Self {
            origin: text("origin"),
            token: text("token"),
        }
    }

    /// Name and port, as in a Host header.
    pub fn host(&self) -> &str {
        self.origin.strip_prefix("http://").expect("http://")
    }

    /// Headers of a request that is served.
    pub fn headers(&self) -> Vec<(&str, String)> {
        vec![
            ("Host", self.host().to_owned()),
            ("Origin", self.origin.clone()),
            ("Authorization", format!("Bearer {}", self.token)),
        ]
    }

    /// Asks with the token.
    #[track_caller]
    pub fn ask(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> Answer {
        let mut headers = self.headers();
        headers.push(("Content-Type", kind.to_owned()));
        self.send(method, path, &headers, body)
    }

    /// Asks with the token and JSON.
    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask(
            "POST",
            path,
            "application/json",
            body.to_string().as_bytes(),
        )
    }

    /// Asks, exactly what is given.
    #[track_caller]
    pub fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, String)],
        body: &[u8],
    ) -> Answer {
        let mut stream = self.connect();
        let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
        stream.write_all(head.as_bytes()).expect("a request");
        stream.write_all(body).expect("a body");
        read(stream)
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.host()).expect("the dashboard's port");
        let patience = Some(PATIENCE * 10);
        stream.set_read_timeout(patience).expect("a time limit");
        stream
    }

    /// Opens a WebSocket as a page does.
    #[track_caller]
    pub fn socket(&self, path: &str) -> Socket {
        let url = format!("ws://{}{path}", self.host());
        let mut request = url.into_client_request().expect("a request");
        let protocols = format!("berth.v1, berth.token.{}", self.token);
        let headers = request.headers_mut();
        headers.insert("origin", self.origin.parse().expect("an origin"));
        headers.insert("sec-websocket-protocol", protocols.parse().expect("names"));
        let (socket, _) = tungstenite::client(request, self.connect()).expect("a socket");
        let unread = String::new();
        Socket { socket, unread }
    }
}

fn read(stream: TcpStream) -> Answer {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).expect("a status");
    let status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
    let status = status.expect("a status code");
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        reader.read_line(&mut line).expect("a header");
        match line.trim_end().split_once(": ") {
            Some((name, value)) => headers.insert(name.to_lowercase(), value.to_owned()),
            None => break,
        };
    }
    let mut body = Vec::new();
    reader.read_to_end(&mut body).expect("a body");
    if headers.contains_key("transfer-encoding") {
        body = crate::http::unchunk(&body).expect("chunks");
    }
    Answer {
        status,
        headers,
        body,
    }
}

/// A WebSocket.
#[derive(Debug)]
pub struct Socket {
    socket: WebSocket<TcpStream>,
    /// Output behind what was expected last.
    unread: String,
}

impl Socket {
    /// Sends a call.
    #[track_caller]
    pub fn call(&mut self, id: u64, method: &str) {
        let call = json!({"id": id, "method": method});
        let message = Message::text(call.to_string());
        self.socket.send(message).expect("sending a call");
    }

    /// Reads replies until one fits.
    #[track_caller]
    pub fn until<T>(&mut self, mut fits: impl FnMut(&Value) -> Option<T>) -> T {
        loop {
            if let Message::Text(text) = self.socket.read().expect("a reply") {
                let reply: Value = serde_json::from_str(&text).expect("JSON");
                assert!(reply.get("error").is_none(), "{reply}");
                if let Some(found) = fits(&reply) {
                    return found;
                }
            }
        }
    }

    /// Types.
    #[track_caller]
    pub fn keys(&mut self, keys: &str) {
        let bytes = keys.as_bytes().to_vec();
        self.socket
            .send(Message::binary(bytes))
            .expect("sending keys");
    }

    /// Reads output up to the end of this text.
    #[track_caller]
    pub fn expect(&mut self, text: &str) {
        loop {
            if let Some(at) = self.unread.find(text) {
                self.unread.drain(..at + text.len());
                return;
            }
            match self.socket.read().expect("output") {
                Message::Binary(bytes) => self.unread.push_str(&String::from_utf8_lossy(&bytes)),
                Message::Close(frame) => panic!("{frame:?} after {:?}", self.unread),
                _ => {}
            }
        }
    }

    /// Reads to the end: the code and its reason.
    #[track_caller]
    pub fn closed(&mut self) -> (u16, String) {
        loop {
            if let Message::Close(frame) = self.socket.read().expect("a goodbye") {
                let frame = frame.expect("a code");
                let code: CloseCode = frame.code;
                return (code.into(), frame.reason.to_string());
            }
        }
    }
}
