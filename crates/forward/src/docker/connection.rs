//! One client connection from its first request to its end.
use std::{
    pin::{Pin, pin},
    sync::Arc,
    time::Duration,
};

use berth_link::{BoxStream, Dialer, Stream, proto::GuestService};
use tokio::{
    io::{self, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    sync::mpsc,
};
use tracing::debug;

use super::{
    downstream::{self, Down},
    head::Head,
    input::{Input, NoHead},
    mounts::MountRules,
    reply::Reply,
    upstream::{Up, Upstream},
};
use crate::copy::Fault;

/// How long a client may go on sending after an answer that ends the
/// connection. Closing at once would cut the answer off for some clients.
const LINGER: Duration = Duration::from_secs(1);

const NO_ANSWER: &str = "the engine in the VM closed the connection without an answer; \
     it may be starting or failing, see `berth status` and `berth logs`";

/// Serves `client` until the connection ends.
pub(super) async fn serve(client: impl Stream, dialer: &dyn Dialer, rules: &Arc<MountRules>) {
    let (reader, mut writer) = io::split(client);
    let mut input = Input::new(reader);
    let head = match input.head().await {
        Ok(Some(head)) => head,
        Ok(None) | Err(NoHead::Io(_)) => return,
        Err(NoHead::Bad(error)) => {
            let reply = Reply::bad_request(error.to_string());
            return say(&reply, false, &mut writer, &mut input.reader).await;
        }
    };
    let bodiless = head.is_head;
    let reply = match dialer.dial(GuestService::Docker).await {
        Ok(guest) => proxy(head, &mut input, &mut writer, guest, (dialer, rules)).await,
        Err(error) => Some(Reply::unavailable(error.to_string())),
    };
    if let Some(reply) = reply {
        say(&reply, bodiless, &mut writer, &mut input.reader).await;
    }
}

/// Runs both directions. Returns what is left to be said to the client.
async fn proxy(
    head: Head,
    input: &mut Input<impl AsyncRead + Unpin>,
    writer: &mut (impl AsyncWrite + Unpin),
    guest: BoxStream,
    (dialer, rules): (&dyn Dialer, &Arc<MountRules>),
) -> Option<Reply> {
    let (mut guest_reader, guest) = io::split(guest);
    let (orders, ordered) = mpsc::channel(4);
    let mut upstream = Upstream {
        input,
        guest,
        orders,
        rules,
        dialer,
    };
    let up = pin!(upstream.run(head));
    let down = downstream::run(&mut guest_reader, writer, ordered);
    let (down, rest) = match until_down(up, down).await {
        Ok(ended) => ended,
        Err(reply) => return reply,
    };
    match down.result {
        Ok(()) | Err(Fault::Read(_)) if !down.spoke => Some(Reply::unavailable(NO_ANSWER)),
        Ok(()) => {
            // The engine ended its side. The client may still be sending, and
            // leaves when it has read to the end.
            if let (Ok(()), Some(rest)) = (writer.shutdown().await, rest) {
                let end = rest.await;
                debug!(?end, "a docker client left after the engine");
            }
            None
        }
        Err(fault) => {
            debug!(?fault, "a docker connection broke");
            None
        }
    }
}

/// Runs both directions until `down` ends, and returns `up` if it goes on.
///
/// # Errors
/// With the last answer to the client, if any, when `up` ends the connection.
async fn until_down<F: Future<Output = io::Result<Up>>>(
    mut up: Pin<&mut F>,
    down: impl Future<Output = Down>,
) -> Result<(Down, Option<Pin<&mut F>>), Option<Reply>> {
    let mut down = pin!(down);
    let ended = tokio::select! {
        ended = &mut up => ended,
        end = &mut down => return Ok((end, Some(up))),
    };
    match ended {
        Ok(Up::Ended) => Ok((down.await, None)),
        Ok(Up::Reply(reply)) => Err(Some(reply)),
        Err(error) => {
            debug!(%error, "lost a docker client");
            Err(None)
        }
    }
}

/// Sends a last answer and reads on for a moment, so that a client that is
/// still sending gets to read it.
async fn say(
    reply: &Reply,
    bodiless: bool,
    writer: &mut (impl AsyncWrite + Unpin),
    reader: &mut (impl AsyncRead + Unpin),
) {
    let bytes = reply.encode(true, bodiless);
    if writer.write_all(&bytes).await.is_err() || writer.shutdown().await.is_err() {
        return;
    }
    let mut sink = vec![0; 16 * 1024];
    let drain = async { while matches!(reader.read(&mut sink).await, Ok(1..)) {} };
    // Late bytes are nobody's any more, and so is the result.
    let _ = tokio::time::timeout(LINGER, drain).await;
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
