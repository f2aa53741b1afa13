use std::collections::HashMap;

use berth_api::{
    activity::{LogBatch, LogQuery, LogRecord},
    server::EventSink,
};
use berth_store::{Keep, LogLimits};
use futures::{StreamExt, stream};

use super::{Filter, Place, Stamped, batch::Batches, merge, source::LineStream};
use crate::testing::{Fixture, event};

fn line(container: &str, nanos: u64) -> Stamped {
    Stamped {
        nanos,
        record: LogRecord {
            container: container.into(),
            time_ms: nanos / 1_000_000,
            text: format!("{container} {nanos}"),
            ..LogRecord::default()
        },
    }
}

fn lines(container: &'static str, times: impl Iterator<Item = u64> + Send + 'static) -> LineStream {
    Box::pin(stream::iter(times.map(move |nanos| line(container, nanos))))
}

fn filter(query: &LogQuery) -> Filter {
    Filter::new(query).unwrap()
}

/// What a client gets of merged streams, and up to where they were read.
async fn merged(
    streams: Vec<LineStream>,
    query: LogQuery,
) -> (Vec<LogRecord>, HashMap<String, Place>) {
    let (sink, mut received) = EventSink::channel(2);
    let sending = tokio::spawn(async move {
        let mut batches = Batches::new(&sink);
        let mut places = HashMap::new();
        let filter = filter(&query);
        let sent = merge::send(streams, &filter, &mut batches, &mut places).await;
        assert!(sent.unwrap() && batches.caught_up().await);
        places
    });
    let mut records = Vec::new();
    while let Some(message) = received.recv().await {
        records.extend(event::<LogBatch>(&message).lines);
    }
    (records, sending.await.unwrap())
}

#[tokio::test]
async fn lines_of_many_containers_are_in_order_of_time() {
    let streams = vec![
        lines("a", (0..30_000).map(|n| n * 3)),
        lines("b", (0..30_000).map(|n| n * 5)),
        lines("c", std::iter::empty()),
    ];
    let (records, places) = merged(streams, LogQuery::default()).await;
    assert_eq!(records.len(), 60_000);
    let nanos = |record: &LogRecord| -> u64 { record.text[2..].parse().unwrap() };
    assert!(records.iter().map(nanos).is_sorted());
    let place = places["b"];
    assert_eq!((place.nanos, place.count), (29_999 * 5, 1));
}

#[tokio::test]
async fn a_client_that_leaves_ends_the_reading() {
    let (sink, received) = EventSink::channel(1);
    drop(received);
    let endless = lines("a", 0..u64::MAX);
    let mut batches = Batches::new(&sink);
    let (filter, mut places) = (filter(&LogQuery::default()), HashMap::new());
    let sent = merge::send(vec![endless], &filter, &mut batches, &mut places).await;
    assert!(!sent.unwrap());
}

#[tokio::test]
async fn logs_of_a_container_that_is_gone_come_from_the_store() {
    let fixture = Fixture::new();
    let of = Keep {
        container: "gone".into(),
        name: "web".into(),
        image: "nginx".into(),
    };
    for chunk in 0..3_u64 {
        let records: Vec<_> = (0..10)
            .map(|n| line("gone", (chunk * 10 + n) * 1_000_000).record)
            .collect();
        let store = fixture.store();
        store
            .keep_lines(&of, &records, LogLimits::default())
            .unwrap();
    }
    fixture.store().container_gone("gone", 1).unwrap();
    let read = async |query: LogQuery| {
        let (sink, mut received) = EventSink::channel(8);
        super::stream(&fixture.inner, query, &sink).await.unwrap();
        drop(sink);
        let mut texts = Vec::new();
        let mut caught_up = false;
        while let Some(message) = received.recv().await {
            let batch = event::<LogBatch>(&message);
            texts.extend(batch.lines.into_iter().map(|line| line.time_ms));
            caught_up |= batch.caught_up;
        }
        assert!(caught_up);
        texts
    };
    let query = LogQuery {
        containers: vec!["gone".into()],
        ..LogQuery::default()
    };
    assert_eq!(read(query.clone()).await, (0..30).collect::<Vec<_>>());
    let tail = LogQuery {
        tail: Some(2),
        until_ms: Some(20),
        ..query.clone()
    };
    assert_eq!(read(tail).await, [19, 20]);
    let matching = LogQuery {
        tail: Some(2),
        pattern: Some("gone 1.000000$".into()),
        ..query
    };
    assert_eq!(read(matching).await, [18, 19]);
    let unknown = LogQuery {
        containers: vec!["nobody".into()],
        ..LogQuery::default()
    };
    let (sink, _received) = EventSink::channel(1);
    let error = super::stream(&fixture.inner, unknown, &sink)
        .await
        .unwrap_err();
    assert!(error.hint.is_some());
}

#[tokio::test]
async fn of_a_very_long_log_only_a_batch_is_held() {
    // A million lines through a channel of two messages: were they gathered, the
    // first message would come after the last line was made.
    let (made, seen) = std::sync::mpsc::channel();
    let endless = stream::iter(0..1_000_000_u64).map(move |nanos| {
        let _ = made.send(());
        line("a", nanos)
    });
    let (sink, mut received) = EventSink::channel(2);
    let sending = tokio::spawn(async move {
        let mut batches = Batches::new(&sink);
        let query = LogQuery::default();
        let streams: Vec<LineStream> = vec![Box::pin(endless)];
        merge::send(streams, &filter(&query), &mut batches, &mut HashMap::new()).await
    });
    received.recv().await.unwrap();
    let ahead = seen.try_iter().count();
    assert!(ahead < 10_000, "{ahead} lines were read ahead");
    drop(received);
    assert!(!sending.await.unwrap().unwrap());
}
