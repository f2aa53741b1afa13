//! Where a container's lines are: with the engine, or in the store once it is gone.
use std::{pin::Pin, sync::Arc};

use berth_api::{
    activity::LogQuery,
    error::{ApiError, ErrorCode},
};
use berth_store::Store;
use bollard::{Docker, query_parameters::LogsOptionsBuilder};
use futures::{Stream, StreamExt, stream};

use super::{Filter, Place, Stamped, lines::Lines, running};
use crate::{blocking, failure, parts::Inner};

/// Lines in order of time. An error ends them.
pub(super) type LineStream = Pin<Box<dyn Stream<Item = Stamped> + Send>>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    Engine(String),
    Kept(String),
}

/// Finds each container that was asked for.
///
/// # Errors
/// When nothing is known of one of them.
pub(super) async fn find(inner: &Arc<Inner>, query: &LogQuery) -> Result<Vec<Source>, ApiError> {
    if query.containers.is_empty() {
        return Ok(running(inner).into_iter().map(Source::Engine).collect());
    }
    let store = Arc::clone(&inner.store);
    let kept = blocking::run(move || store.kept_logs().map_err(|error| failure::store(&error)));
    let kept = kept.await?;
    let model = inner.engine.snapshot();
    let sources = query.containers.iter().map(|id| {
        // The model may hold one for a moment longer than the engine does.
        if kept.iter().any(|kept| kept.container == *id) {
            return Ok(Source::Kept(id.clone()));
        }
        if model.containers.contains_key(id.as_str()) {
            return Ok(Source::Engine(id.clone()));
        }
        let short = &id[..id.floor_char_boundary(12)];
        let message = format!("there is no container {short}, and no log of it is kept");
        Err(ApiError::new(ErrorCode::BadRequest, message)
            .with_hint("it may be gone; look at the list of containers"))
    });
    sources.collect()
}

/// What is there of a container.
pub(super) fn past(
    inner: &Arc<Inner>,
    source: &Source,
    query: &LogQuery,
    filter: &Filter,
) -> LineStream {
    match source {
        Source::Kept(id) => kept(Arc::clone(&inner.store), id.clone()),
        Source::Engine(id) => {
            let mut options = LogsOptionsBuilder::default()
                .stdout(true)
                .stderr(true)
                .timestamps(true);
            // With an expression, the newest of its matches are wanted, and where
            // those are only reading tells.
            let tail = query.tail.filter(|_| !filter.has_pattern());
            if let Some(tail) = tail.filter(|_| query.until_ms.is_none()) {
                options = options.tail(&tail.to_string());
            }
            if let Some(since) = query.since_ms {
                options = options.since(seconds(since / 1000));
            }
            if let Some(until) = query.until_ms {
                options = options.until(seconds(until / 1000 + 1));
            }
            engine(&inner.engine.docker(), id, options)
        }
    }
}

/// What comes after `place`, as it is written.
pub(super) fn live(docker: &Docker, id: &str, place: Place) -> LineStream {
    let options = LogsOptionsBuilder::default()
        .stdout(true)
        .stderr(true)
        .timestamps(true)
        .follow(true)
        .since(seconds(place.nanos / 1_000_000_000));
    let mut left = place.count;
    let lines = engine(docker, id, options).filter(move |line| {
        let known = line.nanos < place.nanos || (line.nanos == place.nanos && left > 0);
        if line.nanos == place.nanos {
            left = left.saturating_sub(1);
        }
        std::future::ready(!known)
    });
    Box::pin(lines)
}

/// The newest lines that are there, then what is written.
pub(super) fn newest(docker: &Docker, id: &str, tail: u32) -> LineStream {
    let options = LogsOptionsBuilder::default()
        .stdout(true)
        .stderr(true)
        .timestamps(true)
        .follow(true)
        .tail(&tail.to_string());
    engine(docker, id, options)
}

fn seconds(seconds: u64) -> i32 {
    i32::try_from(seconds).unwrap_or(i32::MAX)
}

fn engine(docker: &Docker, id: &str, options: LogsOptionsBuilder) -> LineStream {
    let frames = Box::pin(docker.logs(id, Some(options.build())));
    let state = (frames, Lines::new(id), Vec::<Stamped>::new(), false);
    let id = id.to_owned();
    Box::pin(stream::unfold(state, move |mut state| {
        let id = id.clone();
        async move {
            let (frames, lines, rest, ended) = &mut state;
            while !*ended {
                match frames.next().await {
                    Some(Ok(frame)) => {
                        if let Some(line) = lines.push(&frame) {
                            return Some((line, state));
                        }
                    }
                    failed_or_done => {
                        if let Some(Err(error)) = failed_or_done {
                            tracing::debug!(%error, id, "a container's log was cut");
                        }
                        rest.extend(lines.finish());
                        rest.reverse();
                        *ended = true;
                    }
                }
            }
            rest.pop().map(|line| (line, state))
        }
    }))
}

fn kept(store: Arc<Store>, id: String) -> LineStream {
    let reading = Arc::clone(&store);
    let chunks = async move {
        let read = move || reading.chunks(&id).map_err(|error| failure::store(&error));
        let chunks = blocking::run(read).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "kept logs can't be read");
            Vec::new()
        });
        stream::iter(chunks)
    };
    let lines = stream::once(chunks).flatten().then(move |chunk| {
        let store = Arc::clone(&store);
        async move {
            let read = move || store.chunk(chunk).map_err(|error| failure::store(&error));
            let lines = blocking::run(read).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "a part of kept logs can't be read");
                Vec::new()
            });
            stream::iter(lines.into_iter().map(|record| Stamped {
                nanos: record.time_ms.saturating_mul(1_000_000),
                record,
            }))
        }
    });
    Box::pin(lines.flatten())
}
