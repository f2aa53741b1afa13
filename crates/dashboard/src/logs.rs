//! Logs of containers: one stream over many, in order of time, of containers that
//! are gone too.
//!
//! What is there already is merged: one line of each container is held at a time,
//! so that memory does not grow with the length of the logs. Then new lines come
//! as they are written, also of containers that start later. A client that reads
//! slowly slows the engine's reading down.
mod batch;
mod filter;
mod follow;
pub(crate) mod keep;
mod lines;
mod merge;
mod source;

use std::{collections::HashMap, sync::Arc};

use berth_api::{
    activity::{LogQuery, LogRecord},
    engine::ContainerState,
    error::ApiError,
    server::EventSink,
};

use crate::{failure::bad_request, parts::Inner};

use batch::Batches;
use filter::Filter;

/// Most containers of one stream.
const CONTAINERS: usize = 200;

/// A line with its exact place in time.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamped {
    /// Nanoseconds since the Unix epoch.
    nanos: u64,
    record: LogRecord,
}

/// Up to where a container's lines were sent: the time of the last one, and how
/// many had that very time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Place {
    nanos: u64,
    count: u32,
}

/// Sends lines until the end of what is there, or until the client leaves.
///
/// # Errors
/// When a container is not known, or the expression can't be used.
pub(crate) async fn stream(
    inner: &Arc<Inner>,
    query: LogQuery,
    sink: &EventSink,
) -> Result<(), ApiError> {
    let filter = Filter::new(&query)?;
    let sources = source::find(inner, &query).await?;
    if sources.len() > CONTAINERS {
        let message = format!("{} containers are too many at once", sources.len());
        return Err(bad_request(message, "choose at most 200 of them"));
    }
    let mut batches = Batches::new(sink);
    let mut places: HashMap<String, Place> = HashMap::new();
    let merged = merge::past(inner, &sources, &query, &filter);
    let done = merge::send(merged, &filter, &mut batches, &mut places).await?;
    if !done || !batches.caught_up().await {
        return Ok(());
    }
    if query.follow {
        follow::run(inner, &query, &filter, batches, places).await;
    }
    Ok(())
}

/// IDs of the containers that run now.
fn running(inner: &Inner) -> Vec<String> {
    let model = inner.engine.snapshot();
    let containers = model.containers.values();
    let runs = |state| matches!(state, ContainerState::Running | ContainerState::Paused);
    containers
        .filter(|container| runs(container.state))
        .map(|container| container.id.clone())
        .collect()
}

#[cfg(test)]
mod tests;
