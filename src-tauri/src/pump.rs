//! Keeps up with the daemon: streams what it tells, and finds it again when it
//! went away.
//!
//! A daemon that died is started again. One that somebody ended is left alone
//! until the user asks for something: its sockets are gone, while one that died
//! leaves them behind.
use std::{io, sync::Arc, time::Duration};

use berth_api::{
    activity::Meters,
    call::Call,
    client::{Client, ClientError},
    engine::WatchEvent,
    error::ErrorCode,
    event::Event,
    status::Status,
};
use berth_model::home::Home;
use serde::de::DeserializeOwned;
use tokio::{
    sync::{Notify, mpsc},
    time::sleep,
};

use crate::live::{Feed, Gone};

/// How often everything is asked anew, should an event ever get lost.
const AGAIN: Duration = Duration::from_secs(30);
/// How often is looked whether somebody else started the daemon.
const LOOK: Duration = Duration::from_secs(2);
/// First and longest pause after the daemon could not be started.
const PAUSE: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(30));

/// Whether a daemon that does not answer should be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Revive {
    Start,
    LeaveAlone,
}

/// Decides about a daemon that does not answer: `kind` is what connecting met,
/// `met` says that it answered before, `wished` that the user wants something.
pub(crate) fn revive(kind: io::ErrorKind, met: bool, wished: bool) -> Revive {
    let ended = kind == io::ErrorKind::NotFound && met;
    match ended && !wished {
        true => Revive::LeaveAlone,
        false => Revive::Start,
    }
}

/// Connects, and starts the daemon where [`revive`] says so.
///
/// # Errors
/// Any [`ClientError`]; one that is absent when it was left alone.
pub(crate) async fn connect(home: &Home, met: bool, wished: bool) -> Result<Client, ClientError> {
    let error = match Client::connect(&home.control_socket()).await {
        Ok(client) => return greeted(client).await,
        Err(error) => error,
    };
    match &error {
        ClientError::Unreachable { source, .. }
            if error.is_absent() && revive(source.kind(), met, wished) == Revive::Start =>
        {
            greeted(Client::connect_or_spawn(home).await?).await
        }
        _ => Err(error),
    }
}

async fn greeted(mut client: Client) -> Result<Client, ClientError> {
    client.hello(env!("CARGO_PKG_VERSION")).await?;
    Ok(client)
}

/// Feeds `feeds` until nobody listens. Each notification of `wishes` is a wish
/// of the user for a daemon.
pub(crate) async fn run(home: Home, wishes: Arc<Notify>, feeds: mpsc::Sender<Feed>) {
    let mut met = false;
    let mut wished = false;
    let mut pause = PAUSE.0;
    while !feeds.is_closed() {
        let wait = match connect(&home, met, wished).await {
            Ok(client) => {
                met = true;
                pause = PAUSE.0;
                let error = session(&home, client, &feeds).await;
                let _ = feeds.send(Feed::Gone(gone(&home, error).await)).await;
                PAUSE.0
            }
            Err(error) if error.is_absent() => {
                let _ = feeds.send(Feed::Gone(Gone::Ended)).await;
                LOOK
            }
            Err(error) => {
                let _ = feeds.send(Feed::Gone(Gone::Unable(sentence(&error)))).await;
                pause = (pause * 2).min(PAUSE.1);
                pause
            }
        };
        wished = tokio::select! {
            () = wishes.notified() => true,
            () = sleep(wait) => false,
        };
    }
}

async fn gone(home: &Home, error: ClientError) -> Gone {
    match error.code() {
        Some(ErrorCode::ShuttingDown) => return Gone::Ended,
        Some(_) => return Gone::Unable(sentence(&error)),
        None => {}
    }
    match Client::connect(&home.control_socket()).await {
        Err(ClientError::Unreachable { source, .. })
            if revive(source.kind(), true, false) == Revive::LeaveAlone =>
        {
            Gone::Ended
        }
        _ => Gone::Died,
    }
}

/// What an error says, with the next step.
pub(crate) fn sentence(error: &ClientError) -> String {
    match error.hint() {
        Some(hint) => format!("{error}; {hint}"),
        None => error.to_string(),
    }
}

/// Streams until something breaks, and says what.
async fn session(home: &Home, mut client: Client, feeds: &mpsc::Sender<Feed>) -> ClientError {
    let events = follow(home, Call::Events, feeds, |event: Event| Feed::Event(event));
    let watch = follow(home, Call::Watch, feeds, |event: WatchEvent| {
        Feed::Watch(event)
    });
    let meters = follow(home, Call::Meters, feeds, |meters: Meters| {
        Feed::Meters(Box::new(meters))
    });
    let status = async {
        loop {
            match client.call::<Status>(Call::Status).await {
                Err(error) => return error,
                Ok(status) => {
                    let _ = feeds.send(Feed::Here(Box::new(status))).await;
                }
            }
            sleep(AGAIN).await;
        }
    };
    tokio::select! {
        error = Box::pin(events) => error,
        error = Box::pin(watch) => error,
        error = Box::pin(meters) => error,
        error = Box::pin(status) => error,
    }
}

/// Streams one call. An older daemon may not know it; then nothing comes, and
/// that is no reason to end.
async fn follow<E: DeserializeOwned>(
    home: &Home,
    call: Call,
    feeds: &mpsc::Sender<Feed>,
    feed: impl Fn(E) -> Feed,
) -> ClientError {
    match stream(home, call, feeds, feed).await {
        ClientError::Api(error)
            if matches!(
                error.code,
                ErrorCode::BadRequest | ErrorCode::Internal | ErrorCode::Unknown
            ) =>
        {
            std::future::pending().await
        }
        error => error,
    }
}

async fn stream<E: DeserializeOwned>(
    home: &Home,
    call: Call,
    feeds: &mpsc::Sender<Feed>,
    feed: impl Fn(E) -> Feed,
) -> ClientError {
    use berth_api::wire::ReplyBody;
    let end = || ClientError::Lost(io::ErrorKind::UnexpectedEof.into());
    let opened = async {
        let mut client = Client::connect(&home.control_socket()).await?;
        let id = client.send(call).await?;
        loop {
            match client.receive(id).await? {
                ReplyBody::Event(value) => {
                    // A newer daemon may send what this build can't read.
                    if let Ok(event) = serde_json::from_value(value) {
                        // Waiting here slows the daemon's stream, not its work.
                        feeds.send(feed(event)).await.map_err(|_| end())?;
                    }
                }
                ReplyBody::Result(_) => return Err(end()),
                ReplyBody::Error(error) => return Err(error.into()),
            }
        }
    };
    let outcome: Result<(), ClientError> = opened.await;
    outcome.err().unwrap_or_else(end)
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::{Revive, revive};

    #[test]
    fn a_daemon_that_died_is_started_and_one_that_was_ended_is_not() {
        assert_eq!(
            revive(ErrorKind::ConnectionRefused, true, false),
            Revive::Start
        );
        assert_eq!(revive(ErrorKind::NotFound, true, false), Revive::LeaveAlone);
    }

    #[test]
    fn the_first_one_and_one_that_is_wished_for_are_started() {
        assert_eq!(revive(ErrorKind::NotFound, false, false), Revive::Start);
        assert_eq!(revive(ErrorKind::NotFound, true, true), Revive::Start);
    }
}
