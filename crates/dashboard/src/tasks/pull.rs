//! Pulls and pushes images, layer by layer.
use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE};
use berth_api::{
    error::ApiError,
    task::{StepState, TaskStep},
};
use bollard::{models::ProgressDetail, query_parameters::CreateImageOptionsBuilder};
use futures::{StreamExt, TryStreamExt};
use http_body_util::BodyExt;
use hyper::Method;
use serde::Deserialize;
use tokio_util::{
    codec::{FramedRead, LinesCodec},
    io::StreamReader,
};

use super::Handle;
use crate::{
    credentials,
    docker::{self, escape},
    failure::{self, bad_request},
    parts::Inner,
};

pub(super) async fn pull(
    inner: &Inner,
    handle: &Handle,
    reference: &str,
    platform: Option<&str>,
) -> Result<(), ApiError> {
    let mut options = CreateImageOptionsBuilder::default().from_image(&tagged(reference));
    if let Some(platform) = platform {
        options = options.platform(platform);
    }
    handle.line(format!("Pulling {reference}"));
    let credentials = credentials::find(reference).await?;
    let mut progress = inner
        .docker
        .create_image(Some(options.build()), None, credentials);
    let mut layers = Layers::default();
    while let Some(report) = progress.next().await {
        let report = report.map_err(|error| failure::docker(&error))?;
        let status = report.status.unwrap_or_default();
        layers.show(handle, report.id, &status, report.progress_detail.as_ref());
    }
    handle.line(format!("Pulled {reference}"));
    Ok(())
}

pub(super) async fn push(inner: &Inner, handle: &Handle, reference: &str) -> Result<(), ApiError> {
    if reference.contains('@') {
        return Err(bad_request(
            format!("'{reference}' names a digest, and only tags can be pushed"),
            "push it by its tag",
        ));
    }
    let (name, tag) = split_tag(reference);
    handle.line(format!("Pushing {reference}"));
    let credentials = credentials::find(reference).await?.unwrap_or_default();
    let path = format!(
        "/images/{}/push?tag={}",
        escape(name),
        escape(tag.unwrap_or("latest"))
    );
    let auth = serde_json::to_vec(&credentials).map_err(|error| ApiError::internal(&error))?;
    let auth = URL_SAFE.encode(auth);
    // bollard's call leaves out which layer a report is about.
    let body = docker::send(&inner.docker_socket, Method::POST, &path, Some(&auth)).await?;
    let body = body.into_data_stream().map_err(std::io::Error::other);
    let mut lines = FramedRead::new(
        StreamReader::new(body),
        LinesCodec::new_with_max_length(LINE),
    );
    let mut layers = Layers::default();
    while let Some(line) = lines.next().await {
        let line = line.map_err(|error| ApiError::internal(&error))?;
        let Ok(report) = serde_json::from_str::<Report>(&line) else {
            continue;
        };
        if let Some(error) = report.error {
            return Err(failure::refused(400, &error));
        }
        let status = report.status.unwrap_or_default();
        layers.show(handle, report.id, &status, report.progress_detail.as_ref());
    }
    handle.line(format!("Pushed {reference}"));
    Ok(())
}

/// Longest report of the engine, in bytes.
const LINE: usize = 64 << 10;

/// What the engine reports of a push (docker/docker, `jsonmessage`).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Report {
    id: Option<String>,
    status: Option<String>,
    #[serde(rename = "progressDetail")]
    progress_detail: Option<ProgressDetail>,
    error: Option<String>,
}

/// Without a tag the engine would pull all of them.
fn tagged(reference: &str) -> String {
    if reference.contains('@') || split_tag(reference).1.is_some() {
        reference.to_owned()
    } else {
        format!("{reference}:latest")
    }
}

/// Name and tag; a colon before the last slash belongs to a port.
fn split_tag(reference: &str) -> (&str, Option<&str>) {
    match reference.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (reference, None),
    }
}

/// How far each layer is.
#[derive(Debug, Default)]
struct Layers {
    /// Parts of two: the transfer, then the unpacking.
    done: BTreeMap<String, f64>,
}

impl Layers {
    fn show(
        &mut self,
        handle: &Handle,
        id: Option<String>,
        status: &str,
        detail: Option<&ProgressDetail>,
    ) {
        let layer = id.filter(|id| is_layer(id));
        let Some(layer) = layer else {
            if !status.is_empty() {
                handle.line(status);
                handle.output(None, status);
            }
            return;
        };
        let number = |value: Option<i64>| value.and_then(|value| u64::try_from(value).ok());
        let current = detail.and_then(|detail| number(detail.current));
        let total = detail.and_then(|detail| number(detail.total));
        let state = state(status);
        handle.step(&layer, |step| {
            apply(step, state, status, current, total);
        });
        self.done
            .insert(layer, share(status, state, current, total));
        #[expect(clippy::cast_precision_loss, reason = "a few layers")]
        let progress = self.done.values().sum::<f64>() / self.done.len() as f64;
        handle.progress(progress);
    }
}

fn apply(
    step: &mut TaskStep,
    state: StepState,
    status: &str,
    current: Option<u64>,
    total: Option<u64>,
) {
    step.state = state;
    status.clone_into(&mut step.line);
    if total.is_some_and(|total| total > 0) {
        step.current = current;
        step.total = total;
    } else if state == StepState::Done {
        step.current = step.total;
    }
}

/// The engine names layers by 12 hexadecimal digits; other IDs are tags.
fn is_layer(id: &str) -> bool {
    id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn state(status: &str) -> StepState {
    match status {
        "Already exists" | "Layer already exists" => StepState::Cached,
        "Pull complete" | "Pushed" => StepState::Done,
        "Waiting" | "Pulling fs layer" | "Preparing" => StepState::Waiting,
        status if status.starts_with("Mounted from") => StepState::Cached,
        _ => StepState::Running,
    }
}

fn share(status: &str, state: StepState, current: Option<u64>, total: Option<u64>) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let part = match (current, total) {
        (Some(current), Some(total)) if total > 0 => (current as f64 / total as f64).min(1.0),
        _ => 0.0,
    };
    match (state, status) {
        (StepState::Done | StepState::Cached, _) => 1.0,
        (_, "Downloading") => part * 0.7,
        (_, "Verifying Checksum" | "Download complete") => 0.7,
        (_, "Extracting") => 0.7 + part * 0.3,
        (_, "Pushing") => part,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests;
