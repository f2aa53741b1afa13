//! Files of containers.
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderValue, Method, Request, StatusCode};
use hyper::body::Incoming;

use crate::{
    body::{Answer, bytes, missing, refuse, status},
    request::{self, Query},
    world::World,
};

pub(super) async fn answer(
    world: &World,
    method: &Method,
    wanted: &str,
    query: &Query,
    request: Request<Incoming>,
) -> Answer {
    let path = query.text("path");
    if method == Method::PUT {
        let tar = request::body(request).await;
        return put(world, wanted, path, &tar);
    }
    let (stat, tar) = {
        let held = world.lock();
        let id = held.container_id(wanted);
        let Some(container) = id.and_then(|id| held.containers.get(&id)) else {
            return missing("container", wanted);
        };
        let fs = container.volume_at(path).and_then(|(name, rest)| {
            let volume = held.volumes.get(name)?;
            Some((&volume.fs, rest))
        });
        let (fs, path) = fs.unwrap_or((&container.fs, path));
        (fs.stat(path), fs.archive(path))
    };
    let (Some(stat), Some(tar)) = (stat, tar) else {
        let text = format!("Could not find the file {path} in container {wanted}");
        return refuse(StatusCode::NOT_FOUND, text);
    };
    let mut answer = match tar {
        _ if method == Method::HEAD => status(StatusCode::OK),
        Ok(tar) => bytes(StatusCode::OK, "application/x-tar", tar),
        Err(error) => return refuse(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    };
    let header = STANDARD.encode(stat.to_string());
    if let Ok(header) = HeaderValue::from_str(&header) {
        answer
            .headers_mut()
            .insert("x-docker-container-path-stat", header);
    }
    answer
}

fn put(world: &World, wanted: &str, path: &str, tar: &[u8]) -> Answer {
    let mut held = world.lock();
    let Some(id) = held.container_id(wanted) else {
        return missing("container", wanted);
    };
    let Some(container) = held.containers.get_mut(&id) else {
        return missing("container", wanted);
    };
    match container.fs.unpack(path, tar) {
        None => refuse(
            StatusCode::NOT_FOUND,
            format!("Could not find the file {path}"),
        ),
        Some(Err(error)) => refuse(StatusCode::BAD_REQUEST, error.to_string()),
        Some(Ok(())) => status(StatusCode::OK),
    }
}
