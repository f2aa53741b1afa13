//! Which request is answered by what.
mod archive;
mod containers;
mod create;
mod exec;
mod images;
mod logs;
mod networks;
mod system;
mod volumes;

use http::{Method, Request, StatusCode};
use hyper::body::Incoming;

use crate::{
    body::{Answer, missing, nothing, refuse, status},
    request::{Query, parts},
    world::{Refusal, World},
};

/// Answers one request.
pub(crate) async fn answer(world: World, request: Request<Incoming>) -> Answer {
    let parts = parts(request.uri().path());
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let query = Query::of(&request);
    let method = request.method().clone();
    match parts.as_slice() {
        ["containers", rest @ ..] => containers(world, &method, rest, &query, request).await,
        ["exec", id, what] => exec::answer(&world, id, what, request).await,
        ["images", rest @ ..] => images::answer(world, &method, rest, &query, request).await,
        ["volumes", rest @ ..] => volumes::answer(&world, &method, rest, &query, request).await,
        ["networks", rest @ ..] => networks::answer(&world, &method, rest, request).await,
        _ => system::answer(&world, &method, &parts),
    }
}

async fn containers(
    world: World,
    method: &Method,
    parts: &[&str],
    query: &Query,
    request: Request<Incoming>,
) -> Answer {
    match parts {
        ["json"] => containers::list(&world, query),
        ["create"] => create::answer(&world, query, request).await,
        ["prune"] => containers::prune(&world),
        [id, "logs"] => logs::answer(world, id, query),
        [id, "stats"] => containers::stats(world, id, query),
        [id, "attach"] => exec::attach(world, id, request),
        [id, "exec"] => exec::create(&world, id, request).await,
        [id, "archive"] => archive::answer(&world, method, id, query, request).await,
        [id, what] => containers::one(&world, method, id, what, query).await,
        [id] if method == Method::DELETE => done(world.remove(id, query.is("force")), id),
        _ => refuse(StatusCode::NOT_FOUND, "page not found"),
    }
}

/// The answer to something that was done to a container.
fn done(outcome: Result<(), Refusal>, id: &str) -> Answer {
    match outcome {
        Ok(()) => nothing(),
        Err(refusal) => refused(&refusal, id),
    }
}

fn refused(refusal: &Refusal, id: &str) -> Answer {
    match refusal {
        Refusal::Missing => missing("container", id),
        Refusal::Unchanged => status(StatusCode::NOT_MODIFIED),
        Refusal::Conflict(text) => refuse(StatusCode::CONFLICT, text),
    }
}
