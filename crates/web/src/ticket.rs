//! URLs that work once, for a moment, without the token.
//!
//! A browser's download can't carry the token, so the page asks for the URL of
//! one path below `/docker/`, to read only. And a browser is started by a command
//! line, which other users of the host can read: the URL for `/` leads to the page
//! with the token, once.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Json,
    body::Body,
    extract::{DefaultBodyLimit, FromRequest, Path, Request, State},
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use berth_api::error::ErrorCode;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::{docker, refusal::Refusal, site::Site, token::Token};

/// How long a ticket for a download holds.
const AGE: Duration = Duration::from_secs(30);
/// How long a browser may take to start.
const START: Duration = Duration::from_secs(120);
/// The page's own path.
const PAGE: &str = "/";
/// Tickets that may be waiting at a time.
const MAX_TICKETS: usize = 256;
/// Longest request for a ticket, in bytes.
const MAX_BODY: usize = 32 << 10;

/// What a page asks for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// A path below `/docker/`, with its query; or `/`.
    path: String,
    /// Name of the file that is saved.
    #[serde(default)]
    name: Option<String>,
}

/// What it gets.
#[derive(Debug, Serialize)]
struct Issued {
    /// Where to go, relative to the origin.
    url: String,
}

#[derive(Debug)]
struct Ticket {
    to: Target,
    until: Instant,
}

/// What a ticket is for.
#[derive(Debug)]
enum Target {
    /// The page, with the token.
    Page,
    /// An answer of the engine's, saved under a name.
    File { path: Uri, name: String },
}

/// Tickets that were not used yet.
#[derive(Debug, Default)]
pub(crate) struct Tickets(Mutex<HashMap<String, Ticket>>);

impl Tickets {
    fn keep(&self, secret: &Token, ticket: Ticket) -> Result<(), Refusal> {
        let now = Instant::now();
        let mut tickets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tickets.retain(|_, ticket| ticket.until > now);
        if tickets.len() >= MAX_TICKETS {
            let text = "too many downloads are waiting to begin";
            let status = StatusCode::TOO_MANY_REQUESTS;
            return Err(Refusal::new(status, ErrorCode::Busy, text).hint("try again in a minute"));
        }
        tickets.insert(secret.reveal().to_owned(), ticket);
        Ok(())
    }

    fn take(&self, secret: &str) -> Option<Target> {
        let mut tickets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ticket = tickets.remove(secret)?;
        (ticket.until > Instant::now()).then_some(ticket.to)
    }
}

/// Issues a ticket.
pub(crate) async fn issue(State(site): State<Arc<Site>>, mut request: Request) -> Response {
    DefaultBodyLimit::max(MAX_BODY).apply(&mut request);
    match Json::<Wanted>::from_request(request, &()).await {
        Ok(Json(wanted)) => match issued(&site, wanted) {
            Ok(issued) => Json(issued).into_response(),
            Err(refusal) => refusal.into_response(),
        },
        Err(error) => {
            Refusal::new(error.status(), ErrorCode::BadRequest, error.body_text()).into_response()
        }
    }
}

fn issued(site: &Site, wanted: Wanted) -> Result<Issued, Refusal> {
    let secret = Token::random().map_err(|error| {
        let text = format!("no ticket can be made: {error}");
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::Internal, text)
    })?;
    let (to, age) = match wanted.path.as_str() {
        PAGE => (Target::Page, START),
        _ => (file(wanted)?, AGE),
    };
    let until = Instant::now() + age;
    site.tickets.keep(&secret, Ticket { to, until })?;
    let url = format!("/api/download/{}", secret.reveal());
    Ok(Issued { url })
}

fn file(wanted: Wanted) -> Result<Target, Refusal> {
    let path: Uri = wanted
        .path
        .parse()
        .map_err(|_| Refusal::bad_request("the path is no path"))?;
    if path.authority().is_some() || docker::engine_uri(&path).is_err() {
        let text = "only paths below /docker/ can be downloaded";
        return Err(Refusal::bad_request(text));
    }
    let name = wanted.name.unwrap_or_else(|| "download".to_owned());
    Ok(Target::File { path, name })
}

/// Takes a ticket and gives what it is for.
pub(crate) async fn download(
    State(site): State<Arc<Site>>,
    Path(secret): Path<String>,
) -> Response {
    match site.tickets.take(&secret) {
        Some(Target::Page) => Redirect::to(&page(&site.token)).into_response(),
        Some(Target::File { path, name }) => save(&site, path, &name)
            .await
            .unwrap_or_else(IntoResponse::into_response),
        None => {
            let text = "this address was used already, or waited too long";
            Refusal::new(StatusCode::GONE, ErrorCode::BadRequest, text)
                .hint("begin again in the dashboard, or run 'berth dashboard'")
                .into_response()
        }
    }
}

/// The page's path with the token, in the part that is sent to no server.
pub(crate) fn page(token: &Token) -> String {
    format!("{PAGE}#token={}", token.reveal())
}

async fn save(site: &Site, path: Uri, name: &str) -> Result<Response, Refusal> {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = path;
    let mut response = docker::passed(site, request).await?;
    if response.status().is_success() {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_DISPOSITION, disposition(name));
        // Whatever it is, it is not to be shown as a page of ours.
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/octet-stream"),
        );
    }
    Ok(response)
}

/// The name for a file to be saved, twice: as any program reads it, and in full
/// (RFC 6266).
fn disposition(name: &str) -> HeaderValue {
    let plain: String = name.chars().map(plain).collect();
    let full = utf8_percent_encode(name, NON_ALPHANUMERIC);
    let text = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("attachment"))
}

fn plain(character: char) -> char {
    let kept = character.is_ascii_alphanumeric() || " .-_+@()".contains(character);
    if kept { character } else { '_' }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::{Instant, advance};

    use super::{AGE, MAX_TICKETS, Target, Ticket, Tickets, disposition};
    use crate::token::Token;

    fn ticket() -> Ticket {
        Ticket {
            to: Target::Page,
            until: Instant::now() + AGE,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_ticket_works_once_and_not_for_long() {
        let tickets = Tickets::default();
        let (used, late) = (Token::random().unwrap(), Token::random().unwrap());
        tickets.keep(&used, ticket()).unwrap();
        tickets.keep(&late, ticket()).unwrap();
        assert!(tickets.take(used.reveal()).is_some());
        assert!(tickets.take(used.reveal()).is_none());
        advance(AGE + Duration::from_millis(1)).await;
        assert!(tickets.take(late.reveal()).is_none());
        assert!(tickets.take("").is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn tickets_are_limited_and_old_ones_make_room() {
        let tickets = Tickets::default();
        let keep = || tickets.keep(&Token::random().unwrap(), ticket());
        for _ in 0..MAX_TICKETS {
            keep().unwrap();
        }
        assert_eq!(keep().unwrap_err().status, 429);
        advance(AGE + Duration::from_millis(1)).await;
        keep().unwrap();
    }

    #[test]
    fn names_can_not_leave_their_header() {
        for (name, expected) in [
            (
                "a.tar",
                "attachment; filename=\"a.tar\"; filename*=UTF-8''a%2Etar",
            ),
            (
                "a\"\r\nX: ü",
                "attachment; filename=\"a___X_ _\"; filename*=UTF-8''a%22%0D%0AX%3A%20%C3%BC",
            ),
            (
                "../x",
                "attachment; filename=\".._x\"; filename*=UTF-8''%2E%2E%2Fx",
            ),
        ] {
            assert_eq!(disposition(name), expected);
        }
    }
}
