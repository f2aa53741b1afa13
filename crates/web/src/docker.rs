//! `/docker/`: the Docker API, passed through the Docker socket, so that what
//! holds there (mounts that are checked, ports that are found) holds here.
//!
//! Bodies stream both ways and are held nowhere: a slow side slows the other.
mod engine;
mod passing;

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    http::Uri,
    response::{IntoResponse, Response},
};

pub(crate) use engine::{Driver, send};

use crate::{refusal::Refusal, site::Site};

/// A request with this header set to `never` fails rather than wakes the machine.
const WAKE: &str = "x-berth-wake";

/// Where the Docker API is found.
const PREFIX: &str = "/docker";

/// Passes a request on.
pub(crate) async fn pass(State(site): State<Arc<Site>>, request: Request) -> Response {
    passed(&site, request)
        .await
        .unwrap_or_else(IntoResponse::into_response)
}

/// Passes a request for a path below `/docker/` on.
///
/// # Errors
/// When the machine must not be woken, or the engine does not answer.
pub(crate) async fn passed(site: &Site, request: Request) -> Result<Response, Refusal> {
    let wakes = request.headers().get(WAKE).is_none_or(|v| v != "never");
    if !wakes && !(site.parts.is_awake)() {
        return Err(Refusal::not_running());
    }
    let (mut head, body) = request.into_parts();
    head.uri = engine_uri(&head.uri)?;
    passing::clean_request(&mut head.headers);
    let request = Request::from_parts(head, body);
    let (mut response, driver) = send(&site.parts.docker_socket, request).await?;
    passing::clean_response(response.headers_mut());
    Ok(response.map(|body| Body::new(driver.guard(body))))
}

/// The engine's own path of a path below `/docker/`.
///
/// # Errors
/// When it is none.
pub(crate) fn engine_uri(uri: &Uri) -> Result<Uri, Refusal> {
    let path = uri.path_and_query().map_or("", |path| path.as_str());
    path.strip_prefix(PREFIX)
        .filter(|rest| rest.starts_with('/'))
        .and_then(|rest| rest.parse().ok())
        .ok_or_else(Refusal::not_found)
}

#[cfg(test)]
mod tests {
    use super::engine_uri;

    #[test]
    fn paths_and_queries_reach_the_engine_as_they_are() {
        let uri = |text: &str| engine_uri(&text.parse().unwrap()).map(|uri| uri.to_string());
        for (path, expected) in [
            ("/docker/_ping", "/_ping"),
            ("/docker/a%2Fb/c?x=%20&y", "/a%2Fb/c?x=%20&y"),
            ("/docker//containers/json", "//containers/json"),
            ("http://127.0.0.1:7654/docker/x", "/x"),
        ] {
            assert_eq!(uri(path).as_deref(), Ok(expected));
        }
        for path in ["/docker", "/dockers/x", "/api/docker/x", "/docker?x"] {
            assert!(uri(path).is_err(), "{path}");
        }
    }
}
