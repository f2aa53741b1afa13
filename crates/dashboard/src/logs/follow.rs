//! New lines, as containers write them.
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use berth_api::activity::LogQuery;
use futures::{FutureExt, StreamExt, stream::SelectAll};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout_at};

use super::{
    CONTAINERS, Filter, Place, Stamped,
    batch::Batches,
    merge::note,
    running,
    source::{self, LineStream},
};
use crate::{clock::now_ms, parts::Inner};

/// How often containers that began to run are looked for.
const LOOK: Duration = Duration::from_secs(1);

/// How long lines gather before they are sent.
const GATHER: Duration = Duration::from_millis(40);

/// A line, or the end of a container's lines.
enum News {
    Line(Box<Stamped>),
    Ended(String),
}

type NewsStream = std::pin::Pin<Box<dyn futures::Stream<Item = News> + Send>>;

struct Following {
    streams: SelectAll<NewsStream>,
    open: HashSet<String>,
    /// When each was followed last, so that one that ends at once is not tried
    /// again at once.
    opened: HashMap<String, Instant>,
    places: HashMap<String, Place>,
    /// Of what was not seen before only what comes from here on.
    began: u64,
}

/// Sends new lines until the client leaves.
pub(super) async fn run(
    inner: &Arc<Inner>,
    query: &LogQuery,
    filter: &Filter,
    mut batches: Batches<'_>,
    places: HashMap<String, Place>,
) {
    let mut following = Following {
        streams: SelectAll::new(),
        open: HashSet::new(),
        opened: HashMap::new(),
        places,
        began: now_ms().saturating_mul(1_000_000),
    };
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let news = tokio::select! {
            () = batches.closed() => return,
            _ = look.tick() => {
                following.look(inner, query);
                continue;
            }
            Some(news) = following.streams.next() => news,
        };
        if !following.take(news, filter, &mut batches).await
            || !following.gather(filter, &mut batches).await
        {
            return;
        }
    }
}

impl Following {
    fn look(&mut self, inner: &Arc<Inner>, query: &LogQuery) {
        let wanted = |id: &String| query.containers.is_empty() || query.containers.contains(id);
        for id in running(inner).into_iter().filter(wanted).take(CONTAINERS) {
            let fresh = |at: &Instant| at.elapsed() < LOOK;
            if self.open.contains(&id) || self.opened.get(&id).is_some_and(fresh) {
                continue;
            }
            let from = Place {
                nanos: self.began,
                count: 0,
            };
            let place = self.places.get(&id).copied().unwrap_or(from);
            let lines: LineStream = source::live(&inner.engine.docker(), &id, place);
            let ended = News::Ended(id.clone());
            let news = lines
                .map(|line| News::Line(Box::new(line)))
                .chain(futures::stream::once(std::future::ready(ended)));
            self.streams.push(Box::pin(news));
            self.opened.insert(id.clone(), Instant::now());
            self.open.insert(id);
        }
    }

    /// False when the client has left.
    async fn take(&mut self, news: News, filter: &Filter, batches: &mut Batches<'_>) -> bool {
        match news {
            News::Ended(id) => {
                self.open.remove(&id);
                true
            }
            News::Line(line) => {
                note(&mut self.places, &line);
                !filter.wants(&line.record) || batches.push(line.record).await
            }
        }
    }

    /// Takes what comes within a moment, then sends it.
    async fn gather(&mut self, filter: &Filter, batches: &mut Batches<'_>) -> bool {
        let until = Instant::now() + GATHER;
        while !batches.is_empty() {
            let next = self.streams.next().map(|news| news.ok_or(()));
            match timeout_at(until, next).await {
                Ok(Ok(news)) => {
                    if !self.take(news, filter, batches).await {
                        return false;
                    }
                }
                Ok(Err(())) | Err(_) => return batches.flush().await,
            }
        }
        true
    }
}
