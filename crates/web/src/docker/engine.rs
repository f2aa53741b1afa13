//! One request to the Docker socket, on a connection of its own: opening one is
//! cheap, and nothing of one client's can be left for another's.
use std::{
    path::Path,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::Body,
    http::{Request, Response, StatusCode},
};
use berth_api::{error::ErrorCode, socket};
use bytes::Bytes;
use hyper::{
    body::{Body as HttpBody, Frame, Incoming, SizeHint},
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use tokio_util::task::AbortOnDropHandle;

use crate::refusal::Refusal;

/// The connection that a response comes on; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Driver {
    _requests: SendRequest<Body>,
    _task: AbortOnDropHandle<()>,
}

impl Driver {
    /// A body that ends its connection when it is dropped.
    pub(super) fn guard(self, body: Incoming) -> Guarded {
        Guarded {
            body,
            _driver: self,
        }
    }
}

/// Sends a request and waits for the head of its response.
///
/// # Errors
/// When the socket can't be reached or the answer makes no sense.
pub(crate) async fn send(
    path: &Path,
    request: Request<Body>,
) -> Result<(Response<Incoming>, Driver), Refusal> {
    let stream = socket::connect(path)
        .await
        .map_err(|error| unreachable(&error))?;
    let (mut requests, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| no_answer(&error))?;
    let task = tokio::spawn(async move {
        if let Err(error) = connection.with_upgrades().await {
            tracing::debug!(%error, "a connection to the engine was cut");
        }
    });
    let task = AbortOnDropHandle::new(task);
    let response = requests.send_request(request).await;
    let response = response.map_err(|error| no_answer(&error))?;
    let driver = Driver {
        _requests: requests,
        _task: task,
    };
    Ok((response, driver))
}

fn unreachable(error: &std::io::Error) -> Refusal {
    let text = format!("the Docker socket can't be reached: {error}");
    Refusal::new(StatusCode::BAD_GATEWAY, ErrorCode::NotRunning, text)
        .hint("see 'berth status', and 'berth logs daemon'")
}

fn no_answer(error: &hyper::Error) -> Refusal {
    let text = format!("the engine gave no answer: {error}");
    Refusal::new(StatusCode::BAD_GATEWAY, ErrorCode::Internal, text)
        .hint("see 'berth status', and 'berth logs dockerd'")
}

/// See [`Driver::guard`].
#[derive(Debug)]
pub(super) struct Guarded {
    body: Incoming,
    _driver: Driver,
}

impl HttpBody for Guarded {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
