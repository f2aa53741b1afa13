//! The dashboard's files: a page for every path that the page itself routes, and
//! what it loads.
mod choice;
mod kind;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use tokio::fs;

use crate::{refusal::Refusal, site::Site};
use choice::Encoding;

/// The one page.
const PAGE: &str = "index.html";
/// Files below this have a hash of their content in their name.
const HASHED: &str = "assets/";

const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");
const NEVER: HeaderValue = HeaderValue::from_static("no-store");

/// What is shown when the files are not there.
const MISSING: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
    <title>Berth</title><h1>The dashboard's files are missing</h1>\
    <p>Berth runs, but this installation came without its dashboard. Install Berth again, \
    or build them with <code>cargo xtask ui</code> if you build it yourself. \
    <code>BERTH_UI</code> can name their folder.</p></html>";

/// Nothing is here; the page routes no paths of the API.
pub(crate) async fn nothing() -> Refusal {
    Refusal::not_found()
}

/// Serves a file or the page.
pub(crate) async fn serve(State(site): State<Arc<Site>>, request: Request) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    // The router's paths hold names of files and images, which may be no name of
    // a file of ours.
    let name = choice::file_name(request.uri().path());
    let Some(folder) = (site.parts.find_ui)() else {
        return (StatusCode::NOT_FOUND, Html(MISSING)).into_response();
    };
    let headers = request.headers();
    if let Some(name) = name.as_deref().filter(|name| !is_the_page(name))
        && let Some(found) = find(&folder, name, headers).await
    {
        let cache = match name.starts_with(HASHED) {
            true => FOREVER,
            false => ASK_AGAIN,
        };
        return answer(found, name, cache);
    }
    if !wants_the_page(name.as_deref(), headers) {
        return Refusal::not_found().into_response();
    }
    match find(&folder, PAGE, headers).await {
        Some(found) => answer(found, PAGE, NEVER),
        None => (StatusCode::NOT_FOUND, Html(MISSING)).into_response(),
    }
}

fn is_the_page(name: &str) -> bool {
    name.is_empty() || name == PAGE
}

/// A person goes there, rather than a page loading a part of itself.
fn wants_the_page(name: Option<&str>, headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok());
    let html = accepts.is_some_and(|accepts| accepts.contains("text/html"));
    name.is_some_and(is_the_page) || (html && !name.is_some_and(|n| n.starts_with(HASHED)))
}

struct Found {
    bytes: Vec<u8>,
    encoding: Option<Encoding>,
}

/// A file as the client can take it best.
async fn find(folder: &Path, name: &str, headers: &HeaderMap) -> Option<Found> {
    let accepted = headers.get(header::ACCEPT_ENCODING);
    let accepted = accepted.and_then(|value| value.to_str().ok()).unwrap_or("");
    for encoding in choice::encodings(accepted) {
        if let Some(bytes) = read(folder, &format!("{name}{}", encoding.suffix())).await {
            let encoding = Some(encoding);
            return Some(Found { bytes, encoding });
        }
    }
    let bytes = read(folder, name).await?;
    Some(Found {
        bytes,
        encoding: None,
    })
}

/// The bytes of a file that lies in `folder`, links resolved.
async fn read(folder: &Path, name: &str) -> Option<Vec<u8>> {
    let folder = fs::canonicalize(folder).await.ok()?;
    let path: PathBuf = fs::canonicalize(folder.join(name)).await.ok()?;
    if !path.starts_with(&folder) || !fs::metadata(&path).await.ok()?.is_file() {
        return None;
    }
    fs::read(path).await.ok()
}

fn answer(found: Found, name: &str, cache: HeaderValue) -> Response {
    let mut response = Response::new(Body::from(found.bytes));
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static(kind::of(name));
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CACHE_CONTROL, cache);
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = found.encoding {
        let name = HeaderValue::from_static(encoding.name());
        headers.insert(header::CONTENT_ENCODING, name);
    }
    response
}
