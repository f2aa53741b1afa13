//! Questions to the engine, and bollard over the same connections.
//!
//! The model asks by itself and not by bollard: one container, event or enum
//! value that bollard's strict types don't know would cost the whole list.
use std::{collections::BTreeMap, sync::Arc, time::Duration};

use berth_link::Dialer;
use bollard::Docker;
use bytes::Bytes;
use futures::Stream;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Either, Full, LengthLimitError, Limited, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper_util::{
    client::legacy::Client,
    rt::{TokioExecutor, TokioTimer},
};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::{connect::Connect, cut::cut, error::EngineError};

/// Longest answer that is read: a list of thousands of containers with labels
/// takes a tenth of it.
pub(crate) const MAX_ANSWER: usize = 128 << 20;

/// How long the engine may take for one answer. A list on an emulated machine
/// that is busy takes seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long bollard waits for the head of an answer. `stop` and `wait` hold
/// it back for as long as they take.
const BOLLARD_PATIENCE: Duration = Duration::from_secs(60 * 60);

/// Connections that are kept for the next question.
const IDLE_CONNECTIONS: usize = 8;
const IDLE_TIME: Duration = Duration::from_secs(20);

/// Version that bollard's calls name until the engine's own is known.
const OLDEST: bollard::ClientVersion = bollard::ClientVersion {
    major_version: 1,
    minor_version: 44,
};

type BodyStream =
    std::pin::Pin<Box<dyn Stream<Item = Result<Frame<Bytes>, std::io::Error>> + Send>>;
/// The body that bollard sends, so that one client serves both.
type Body = Either<Full<Bytes>, StreamBody<BodyStream>>;

/// Asks the engine. Cheap to clone.
#[derive(Clone)]
pub(crate) struct HttpClient {
    client: Client<Connect, Body>,
}

impl HttpClient {
    pub(crate) fn new(dialer: Arc<dyn Dialer>) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .pool_idle_timeout(IDLE_TIME)
            .build(Connect(dialer));
        Self { client }
    }

    /// bollard over our connections.
    pub(crate) fn docker(&self) -> Docker {
        let client = self.client.clone();
        let transport = move |request: Request<Body>| {
            let answer = client.request(request);
            async move { answer.await.map_err(bollard::errors::Error::from) }
        };
        Docker::connect_with_custom_transport(
            transport,
            Some("http://engine"),
            BOLLARD_PATIENCE.as_secs(),
            &OLDEST,
        )
        .expect("a custom transport is taken as it is")
    }

    /// Begins a request, whose answer is a success.
    pub(crate) async fn open(&self, path: &str) -> Result<Response<Incoming>, EngineError> {
        let request = Request::get(format!("http://engine{path}"))
            .body(Either::Left(Full::new(Bytes::new())))
            .map_err(|error| EngineError::Refused {
                path: path.to_owned(),
                status: StatusCode::BAD_REQUEST,
                message: error.to_string(),
            })?;
        let answer = self.client.request(request);
        let answer = answer.await.map_err(EngineError::unreachable)?;
        if answer.status() == StatusCode::OK {
            return Ok(answer);
        }
        let status = answer.status();
        let body = read(answer, path, 64 << 10).await.unwrap_or_default();
        Err(EngineError::Refused {
            path: path.to_owned(),
            status,
            message: cut(&String::from_utf8_lossy(&body), 512),
        })
    }

    async fn body(&self, path: &str) -> Result<Bytes, EngineError> {
        let answer = async { read(self.open(path).await?, path, MAX_ANSWER).await };
        let late = |_| EngineError::Late {
            path: path.to_owned(),
        };
        tokio::time::timeout(PATIENCE, answer).await.map_err(late)?
    }

    /// Asks for one object.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, EngineError> {
        let body = self.body(path).await?;
        serde_json::from_slice(&body).map_err(garbage(path))
    }

    /// Asks for a list, the whole answer or a field of it, and makes something
    /// of each of its objects. Those that can't be understood are left out.
    pub(crate) async fn list<W, T>(
        &self,
        path: &str,
        field: Option<&'static str>,
        make: fn(W) -> T,
    ) -> Result<Vec<T>, EngineError>
    where
        W: DeserializeOwned + 'static,
        T: Send + 'static,
    {
        let body = self.body(path).await?;
        // Thousands of objects are work that must not hold up the others.
        let parsed = tokio::task::spawn_blocking(move || each(&body, field, make)).await;
        parsed
            .map_err(EngineError::unreachable)?
            .map_err(garbage(path))
    }
}

fn garbage(path: &str) -> impl FnOnce(serde_json::Error) -> EngineError {
    let path = path.to_owned();
    move |source| EngineError::Garbage { path, source }
}

fn each<W: DeserializeOwned, T>(
    body: &[u8],
    field: Option<&str>,
    make: fn(W) -> T,
) -> serde_json::Result<Vec<T>> {
    // `null` is how the engine writes an empty list.
    let all: Option<Vec<&RawValue>> = match field {
        None => serde_json::from_slice(body)?,
        Some(field) => {
            let fields: BTreeMap<String, &RawValue> = serde_json::from_slice(body)?;
            let list = fields.get(field).map_or("null", |raw| raw.get());
            serde_json::from_str(list)?
        }
    };
    let mut made = Vec::new();
    for raw in all.unwrap_or_default() {
        match serde_json::from_str(raw.get()) {
            Ok(object) => made.push(make(object)),
            Err(error) => tracing::warn!(
                %error,
                object = cut(raw.get(), 120),
                "the engine listed something that can't be understood"
            ),
        }
    }
    Ok(made)
}

async fn read(answer: Response<Incoming>, path: &str, limit: usize) -> Result<Bytes, EngineError> {
    let body = Limited::new(answer.into_body(), limit).collect().await;
    body.map(http_body_util::Collected::to_bytes)
        .map_err(|error| {
            if error.is::<LengthLimitError>() {
                let path = path.to_owned();
                return EngineError::TooLong { path, limit };
            }
            EngineError::unreachable(error)
        })
}
