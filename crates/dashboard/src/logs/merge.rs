//! Lines of many containers in order of time.
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, VecDeque},
    sync::Arc,
};

use berth_api::{activity::LogQuery, error::ApiError};
use futures::{StreamExt, future::join_all};

use super::{
    Filter, Place, Stamped,
    batch::Batches,
    source::{self, LineStream, Source},
};
use crate::parts::Inner;

/// Most bytes of the newest matches of one container that are held until the end
/// of its log tells which are the newest.
const HELD: usize = 8 << 20;

/// What is there of each container.
pub(super) fn past(
    inner: &Arc<Inner>,
    sources: &[Source],
    query: &LogQuery,
    filter: &Filter,
) -> Vec<LineStream> {
    // The engine's own count can't be used together with these.
    let picks = filter.has_pattern() || query.until_ms.is_some();
    let each = sources.iter().map(|source| {
        let lines = source::past(inner, source, query, filter);
        match query.tail {
            Some(tail) if picks || matches!(source, Source::Kept(_)) => (lines, Some(tail)),
            _ => (lines, None),
        }
    });
    each.map(|(lines, tail)| match tail {
        Some(tail) => newest(lines, filter.clone(), tail),
        None => lines,
    })
    .collect()
}

/// The newest `count` lines that the filter wants. They are held, up to a limit
/// of bytes, until the log's end.
fn newest(mut lines: LineStream, filter: Filter, count: u32) -> LineStream {
    let gathered = async move {
        let mut held: VecDeque<Stamped> = VecDeque::new();
        let mut bytes = 0;
        while let Some(line) = lines.next().await {
            if !filter.wants(&line.record) {
                continue;
            }
            bytes += line.record.text.len();
            held.push_back(line);
            while held.len() > count as usize || bytes > HELD {
                let Some(gone) = held.pop_front() else { break };
                bytes -= gone.record.text.len();
            }
        }
        futures::stream::iter(held)
    };
    Box::pin(futures::stream::once(gathered).flatten())
}

/// Sends lines merged by time; false when the client has left. `places` says
/// afterwards up to where each container was read.
///
/// # Errors
/// None now; reading on is possible whatever happens to one container.
pub(super) async fn send(
    mut streams: Vec<LineStream>,
    filter: &Filter,
    batches: &mut Batches<'_>,
    places: &mut HashMap<String, Place>,
) -> Result<bool, ApiError> {
    let first = join_all(streams.iter_mut().map(StreamExt::next)).await;
    let mut heads: Vec<Option<Stamped>> = first;
    let key = |(at, line): (usize, &Option<Stamped>)| Some(Reverse((line.as_ref()?.nanos, at)));
    let mut order: BinaryHeap<_> = heads.iter().enumerate().filter_map(key).collect();
    while let Some(Reverse((_, at))) = order.pop() {
        let Some(line) = heads[at].take() else {
            continue;
        };
        heads[at] = streams[at].next().await;
        if let Some(next) = &heads[at] {
            order.push(Reverse((next.nanos, at)));
        }
        note(places, &line);
        if filter.wants(&line.record) && !batches.push(line.record).await {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(super) fn note(places: &mut HashMap<String, Place>, line: &Stamped) {
    if !places.contains_key(&line.record.container) {
        places.insert(line.record.container.clone(), Place::default());
    }
    if let Some(place) = places.get_mut(&line.record.container) {
        if line.nanos > place.nanos {
            place.nanos = line.nanos;
            place.count = 0;
        }
        place.count += u32::from(line.nanos == place.nanos);
    }
}
