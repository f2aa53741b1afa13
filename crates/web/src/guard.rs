//! Who is served: Host, Origin and token, in this order, before anything else
//! looks at a request.
use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{self, HeaderName},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{
    origin::{self, Caller},
    refusal::Refusal,
    site::Site,
};

/// Version of what is spoken over our WebSockets, as a subprotocol.
pub(crate) const PROTOCOL: &str = "berth.v1";

/// Begins the subprotocol that carries the token: browsers let pages set no
/// other header of a WebSocket.
const PROTOCOL_TOKEN: &str = "berth.token.";

/// Headers that the window's pages may send.
const CORS_REQUEST: &str = "authorization, content-type, x-registry-auth, x-berth-wake";
/// Headers that the window's pages may read.
const CORS_RESPONSE: &str = "content-disposition, x-docker-container-path-stat";
/// How long an answer to a preflight holds, in seconds.
const CORS_AGE: &str = "600";

/// Refuses names that are not ours.
pub(crate) async fn host(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let named = single(request.headers(), &header::HOST);
    let own = named.is_some_and(|host| origin::is_own_host(host, site.port));
    let absolute = request.uri().authority();
    let agrees = absolute.is_none_or(|name| origin::is_own_host(name.as_str(), site.port));
    if own && agrees {
        next.run(request).await
    } else {
        Refusal::foreign_host().into_response()
    }
}

/// The value of a header that is there once, as text.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// Refuses pages of other sites, and answers the window's pages as CORS wants.
pub(crate) async fn origin(
    State(site): State<Arc<Site>>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let named = match headers.contains_key(header::ORIGIN) {
        true => Some(single(headers, &header::ORIGIN).unwrap_or_default()),
        false => None,
    };
    match origin::caller(named, site.port) {
        Caller::Foreign => Refusal::foreign_origin().into_response(),
        Caller::Own => next.run(request).await,
        Caller::Window => {
            let origin = headers.get(header::ORIGIN).cloned();
            let response = match is_preflight(&request) {
                true => preflight(),
                false => next.run(request).await,
            };
            allow(response, origin)
        }
    }
}

fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn preflight() -> Response {
    let headers = [
        (
            header::ACCESS_CONTROL_ALLOW_METHODS,
            "GET, HEAD, POST, PUT, DELETE",
        ),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, CORS_REQUEST),
        (header::ACCESS_CONTROL_MAX_AGE, CORS_AGE),
        // Chromium asks this of pages that come from elsewhere than loopback.
        (
            HeaderName::from_static("access-control-allow-private-network"),
            "true",
        ),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

fn allow(mut response: Response, origin: Option<HeaderValue>) -> Response {
    if let Some(origin) = origin {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static(CORS_RESPONSE),
        );
        headers.append(header::VARY, HeaderValue::from_static("origin"));
    }
    response
}

/// Refuses requests without the token.
pub(crate) async fn token(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let offered = bearer(request.headers());
    if offered.is_some_and(|token| site.token.matches(token.as_bytes())) {
        next.run(request).await
    } else {
        let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
        (challenge, Refusal::unknown_token()).into_response()
    }
}

/// The token of an `Authorization` header.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = single(headers, &header::AUTHORIZATION)?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// The subprotocols that a WebSocket's client offers.
pub(crate) fn protocols(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}

/// Whether the client of a WebSocket has the token.
pub(crate) fn is_authorized(site: &Site, headers: &HeaderMap) -> bool {
    let offered = protocols(headers).find_map(|name| name.strip_prefix(PROTOCOL_TOKEN));
    let offered = offered.or_else(|| bearer(headers));
    offered.is_some_and(|token| site.token.matches(token.as_bytes()))
}
