//! A server that runs, and clients of it.
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::body::Body;
use berth_api::dashboard::DashboardAddress;
use berth_web::Parts;
use bytes::Bytes;
use futures::{SinkExt, StreamExt};
use http_body_util::BodyExt;
use hyper::{Request, Response, body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{net::TcpStream, task::JoinHandle};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{self, Message, client::IntoClientRequest},
};
use tokio_util::sync::CancellationToken;

use crate::{
    engine::{self, Engine},
    handler::Fake,
};

pub(crate) struct Fixture {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) address: DashboardAddress,
    pub(crate) handler: Arc<Fake>,
    pub(crate) engine: Arc<Engine>,
    pub(crate) awake: Arc<AtomicBool>,
    pub(crate) cancel: CancellationToken,
    pub(crate) server: JoinHandle<()>,
}

impl Fixture {
    pub(crate) async fn start() -> Self {
        Self::with(Fake::default()).await
    }

    pub(crate) async fn with(handler: Fake) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bound = berth_web::bind(&folder.path().join("port")).await.unwrap();
        let (docker_socket, ui) = (folder.path().join("d"), folder.path().join("ui"));
        let engine = engine::start(&docker_socket);
        let handler = Arc::new(handler);
        let awake = Arc::new(AtomicBool::new(true));
        let parts = Parts {
            handler: handler.clone(),
            docker_socket,
            find_ui: Box::new(move || ui.is_dir().then(|| ui.clone())),
            is_awake: Box::new({
                let awake = Arc::clone(&awake);
                move || awake.load(Ordering::Relaxed)
            }),
        };
        let address = bound.address();
        let cancel = CancellationToken::new();
        let server = tokio::spawn(bound.serve(parts, cancel.clone()));
        Self {
            folder,
            address,
            handler,
            engine,
            awake,
            cancel,
            server,
        }
    }

    pub(crate) fn ui(&self) -> PathBuf {
        self.folder.path().join("ui")
    }

    pub(crate) fn host(&self) -> &str {
        self.address.origin.strip_prefix("http://").unwrap()
    }

    pub(crate) fn bearer(&self) -> String {
        format!("Bearer {}", self.address.token)
    }

    /// Asks, exactly what is given.
    pub(crate) async fn send(&self, request: Request<Body>) -> Response<Incoming> {
        let stream = TcpStream::connect(self.host()).await.unwrap();
        let (mut requests, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        requests.send_request(request).await.unwrap()
    }

    /// A request with our Host, for `path`.
    pub(crate) fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header("host", self.host())
    }

    /// The same with the token.
    pub(crate) fn authorized(&self, method: &str, path: &str) -> axum::http::request::Builder {
        self.request(method, path)
            .header("authorization", self.bearer())
    }

    pub(crate) async fn get(&self, path: &str) -> Response<Incoming> {
        let request = self.request("GET", path).header("accept", "text/html,*/*");
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Opens a WebSocket with these subprotocols.
    pub(crate) async fn socket_with(
        &self,
        path: &str,
        protocols: &str,
        origin: Option<&str>,
    ) -> Result<Socket, tungstenite::Error> {
        let mut request = format!("ws://{}{path}", self.host()).into_client_request()?;
        let headers = request.headers_mut();
        if !protocols.is_empty() {
            headers.insert("sec-websocket-protocol", protocols.parse().unwrap());
        }
        if let Some(origin) = origin {
            headers.insert("origin", origin.parse().unwrap());
        }
        let stream = TcpStream::connect(self.host()).await.unwrap();
        Ok(Socket(client_async(request, stream).await?.0))
    }

    /// Opens a WebSocket as the dashboard does.
    pub(crate) async fn socket(&self, path: &str) -> Socket {
        let protocols = format!("berth.v1, berth.token.{}", self.address.token);
        let origin = Some(self.address.origin.as_str());
        self.socket_with(path, &protocols, origin).await.unwrap()
    }
}

pub(crate) struct Socket(pub(crate) WebSocketStream<TcpStream>);

impl Socket {
    pub(crate) async fn text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    pub(crate) async fn bytes(&mut self, bytes: &[u8]) {
        let bytes = Bytes::copy_from_slice(bytes);
        self.0.send(Message::Binary(bytes)).await.unwrap();
    }

    /// The next text message, as JSON.
    pub(crate) async fn json(&mut self) -> Value {
        match self.0.next().await.unwrap().unwrap() {
            Message::Text(text) => serde_json::from_str(&text).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    /// Reads bytes until there are as many as in `expected`.
    pub(crate) async fn expect(&mut self, expected: impl AsRef<[u8]>) {
        let expected = expected.as_ref();
        let mut seen = Vec::new();
        while seen.len() < expected.len() {
            match self.0.next().await.unwrap().unwrap() {
                Message::Binary(bytes) => seen.extend_from_slice(&bytes),
                other => panic!("{other:?} after {:?}", String::from_utf8_lossy(&seen)),
            }
        }
        let (seen, expected) = (
            String::from_utf8_lossy(&seen),
            String::from_utf8_lossy(expected),
        );
        assert_eq!(seen, expected);
    }

    /// Code and reason of the close frame; what comes before is left out.
    pub(crate) async fn closed(&mut self) -> (u16, String) {
        loop {
            match self.0.next().await.unwrap().unwrap() {
                Message::Close(Some(frame)) => {
                    return (frame.code.into(), frame.reason.to_string());
                }
                Message::Close(None) => panic!("no code"),
                _ => {}
            }
        }
    }
}

pub(crate) async fn text(response: Response<Incoming>) -> String {
    let body = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.into()).unwrap()
}

pub(crate) async fn json(response: Response<Incoming>) -> Value {
    serde_json::from_str(&text(response).await).unwrap()
}
