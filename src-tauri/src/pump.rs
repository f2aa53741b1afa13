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
/// How often and with which pause is looked whether a daemon is just ending.
const ENDING: (u32, Duration) = (5, Duration::from_millis(100));
/// First and longest pause after the daemon could not be started.
const PAUSE: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(30));

/// Whether a daemon that does not answer should be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Revive {
    Start,
    LeaveAlone,
}

/// What is known of a daemon that does not answer, and of the user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Known {
    /// It answered before.
    pub(crate) met: bool,
    /// It said that it ends.
    pub(crate) ended: bool,
    /// The user wants something of it.
    pub(crate) wished: bool,
}

/// Decides about a daemon that does not answer: `kind` is what connecting met.
pub(crate) fn revive(kind: io::ErrorKind, known: Known) -> Revive {
    let ended = known.ended || (kind == io::ErrorKind::NotFound && known.met);
    match ended && !known.wished {
        true => Revive::LeaveAlone,
        false => Revive::Start,
    }
}

/// Connects, and starts the daemon where [`revive`] says so.
///
/// # Errors
/// Any [`ClientError`]; one that is absent when it was left alone.
pub(crate) async fn connect(home: &Home, known: Known) -> Result<Client, ClientError> {
    let error = match Client::connect(&home.control_socket()).await {
        Ok(client) => return greeted(client).await,
        Err(error) => error,
    };
    match &error {
        ClientError::Unreachable { source, .. }
            if error.is_absent() && revive(source.kind(), known) == Revive::Start =>
        {
            Client::greet_or_spawn(home, VERSION).await
        }
        _ => Err(error),
    }
}

/// Version of this program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

async fn greeted(mut client: Client) -> Result<Client, ClientError> {
    client.hello(VERSION).await?;
    Ok(client)
}

/// Feeds `feeds` until nobody listens. Each notification of `wishes` is a wish
/// of the user for a daemon.
pub(crate) async fn run(home: Home, wishes: Arc<Notify>, feeds: mpsc::Sender<Feed>) {
    let mut known = Known::default();
    let mut pause = PAUSE.0;
    while !feeds.is_closed() {
        let (why, wait) = match connect(&home, known).await {
            Ok(client) => {
                pause = PAUSE.0;
                let error = session(&home, client, &feeds).await;
                known.met = true;
                // What was wished until now has been there.
                heard(&wishes);
                (gone(&home, error).await, PAUSE.0)
            }
            Err(error) if error.is_absent() => (Gone::Ended, LOOK),
            Err(error) => {
                pause = (pause * 2).min(PAUSE.1);
                (Gone::Unable(sentence(&error)), pause)
            }
        };
        known.ended = why == Gone::Ended;
        let _ = feeds.send(Feed::Gone(why)).await;
        known.wished = tokio::select! {
            () = wishes.notified() => true,
            () = sleep(wait) => false,
        };
    }
}

/// Forgets a wish that nobody waited for.
fn heard(wishes: &Notify) {
    use std::{future::Future, pin::pin, task::Context, task::Waker};
    let _ = pin!(wishes.notified()).poll(&mut Context::from_waker(Waker::noop()));
}

async fn gone(home: &Home, error: ClientError) -> Gone {
    match error.code() {
        Some(ErrorCode::ShuttingDown) => return Gone::Ended,
        Some(_) => return Gone::Unable(sentence(&error)),
        None => {}
    }
    // One that ends removes its sockets, but not at the same moment as it
    // stops to listen.
    for _ in 0..ENDING.0 {
        match Client::connect(&home.control_socket()).await {
            Err(ClientError::Unreachable { source, .. })
                if source.kind() == io::ErrorKind::NotFound =>
            {
                return Gone::Ended;
            }
            Err(error) if error.is_absent() => sleep(ENDING.1).await,
            _ => return Gone::Died,
        }
    }
    Gone::Died
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

    use super::{Known, Revive, revive};

    const MET: Known = Known {
        met: true,
        ended: false,
        wished: false,
    };

    #[test]
    fn a_daemon_that_died_is_started_and_one_that_was_ended_is_not() {
        let ended = Known { ended: true, ..MET };
        assert_eq!(revive(ErrorKind::ConnectionRefused, MET), Revive::Start);
        assert_eq!(revive(ErrorKind::NotFound, MET), Revive::LeaveAlone);
        assert_eq!(
            revive(ErrorKind::ConnectionRefused, ended),
            Revive::LeaveAlone
        );
    }

    #[test]
    fn the_first_one_and_one_that_is_wished_for_are_started() {
        let wished = Known {
            ended: true,
            wished: true,
            ..MET
        };
        assert_eq!(revive(ErrorKind::NotFound, Known::default()), Revive::Start);
        assert_eq!(revive(ErrorKind::NotFound, wished), Revive::Start);
    }
}
