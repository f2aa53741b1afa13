//! Streams of what tasks do, for clients. Each waits for its client: a slow one
//! gets fewer changes, never stale ones, and holds up nobody.
use std::{collections::BTreeMap, time::Duration};

use berth_api::{
    error::ApiError,
    server::EventSink,
    task::{Task, TaskEvent, TaskState},
};

use super::registry::{Tasks, unknown};

/// Pause between two looks at what changed.
const PAUSE: Duration = Duration::from_millis(100);

/// Most bytes of the first event; tasks past it are sent one by one.
const FIRST: usize = 512 << 10;

impl Tasks {
    /// Sends all tasks, then changes, until the client leaves.
    pub(crate) async fn stream(&self, sink: &EventSink) {
        let mut changes = self.changes();
        let mut seen = *changes.borrow_and_update();
        let tasks = self.all();
        let mut known: BTreeMap<u64, ()> = tasks.iter().map(|task| (task.id, ())).collect();
        let (first, rest) = split(tasks);
        let rest = rest
            .into_iter()
            .map(|task| TaskEvent::Changed(Box::new(task)));
        for event in std::iter::once(TaskEvent::All(first)).chain(rest) {
            if sink.send(&event).await.is_err() {
                return;
            }
        }
        loop {
            let changed = tokio::select! {
                () = sink.closed() => return,
                changed = changes.changed() => changed,
            };
            if changed.is_err() {
                return;
            }
            let newest = *changes.borrow_and_update();
            for event in self.since(seen, &mut known) {
                if sink.send(&event).await.is_err() {
                    return;
                }
            }
            seen = newest;
            tokio::time::sleep(PAUSE).await;
        }
    }

    fn since(&self, seen: u64, known: &mut BTreeMap<u64, ()>) -> Vec<TaskEvent> {
        let table = self.table();
        let mut events = Vec::new();
        known.retain(|id, ()| {
            let there = table.entries.contains_key(id);
            if !there {
                events.push(TaskEvent::Gone(*id));
            }
            there
        });
        for entry in table.entries.values().filter(|entry| entry.change > seen) {
            known.insert(entry.task.id, ());
            events.push(TaskEvent::Changed(Box::new(entry.task.clone())));
        }
        events
    }

    /// Sends a task's output from its first line on, until the task has ended.
    ///
    /// # Errors
    /// When there is no such task.
    pub(crate) async fn stream_output(&self, id: u64, sink: &EventSink) -> Result<(), ApiError> {
        self.get(id).ok_or_else(|| unknown(id))?;
        let mut changes = self.changes();
        let mut from = 0;
        loop {
            changes.mark_unchanged();
            // Whether it ended is asked first: then nothing is written after.
            let ended = self
                .get(id)
                .is_none_or(|task| task.state != TaskState::Running);
            while let Some((output, next)) = self.read(id, from) {
                from = next;
                if sink.send(&output).await.is_err() {
                    return Ok(());
                }
            }
            if ended {
                return Ok(());
            }
            tokio::select! {
                () = sink.closed() => return Ok(()),
                changed = changes.changed() => if changed.is_err() { return Ok(()) },
            }
        }
    }

    fn read(&self, id: u64, from: u64) -> Option<(berth_api::task::TaskOutput, u64)> {
        self.table().entries.get(&id)?.output.read(from)
    }
}

/// What fits one event, and what is sent in full after it.
fn split(tasks: Vec<Task>) -> (Vec<Task>, Vec<Task>) {
    let mut size = 0;
    let (mut first, mut rest) = (Vec::new(), Vec::new());
    for task in tasks {
        size += serde_json::to_string(&task).map_or(0, |text| text.len());
        if size <= FIRST {
            first.push(task);
        } else {
            rest.push(task);
        }
    }
    (first, rest)
}

#[cfg(test)]
mod tests {
    use berth_api::{
        server::EventSink,
        task::{TaskEvent, TaskOutput, TaskSpec, TaskState},
        wire::{Reply, ReplyBody},
    };
    use tokio::sync::mpsc;
    use tokio_util::sync::CancellationToken;

    use super::Tasks;

    fn spec() -> TaskSpec {
        TaskSpec::Push {
            reference: "a".into(),
        }
    }

    async fn next<T: serde::de::DeserializeOwned>(lines: &mut mpsc::Receiver<Vec<u8>>) -> T {
        let line = lines.recv().await.unwrap();
        let reply: Reply = serde_json::from_slice(&line).unwrap();
        let ReplyBody::Event(event) = reply.body else {
            panic!("no event");
        };
        serde_json::from_value(event).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_sees_what_is_there_then_changes_then_what_is_cleared() {
        let tasks = Tasks::new(CancellationToken::new());
        let first = tasks.add(spec(), String::new()).unwrap();
        let (sink, mut lines) = EventSink::channel(8);
        let streaming = tasks.clone();
        let stream = tokio::spawn(async move { streaming.stream(&sink).await });
        let TaskEvent::All(all) = next(&mut lines).await else {
            panic!("not all");
        };
        assert_eq!(all.len(), 1);
        for number in 0..1000 {
            first.line(number.to_string());
        }
        first.end(Ok(()));
        let TaskEvent::Changed(task) = next(&mut lines).await else {
            panic!("no change");
        };
        assert_eq!((task.line.as_str(), task.state), ("999", TaskState::Done));
        tasks.clear(first.id).unwrap();
        assert_eq!(
            next::<TaskEvent>(&mut lines).await,
            TaskEvent::Gone(first.id)
        );
        drop(lines);
        stream.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn more_tasks_than_one_message_holds_come_one_by_one() {
        let tasks = Tasks::new(CancellationToken::new());
        for _ in 0..20 {
            let task = tasks.add(spec(), "c".repeat(100_000)).unwrap();
            task.end(Ok(()));
        }
        let (sink, mut lines) = EventSink::channel(64);
        let streaming = tasks.clone();
        let stream = tokio::spawn(async move { streaming.stream(&sink).await });
        let TaskEvent::All(all) = next(&mut lines).await else {
            panic!("not all");
        };
        for expected in (1..=20 - all.len() as u64).rev() {
            let TaskEvent::Changed(task) = next(&mut lines).await else {
                panic!("no change");
            };
            assert_eq!(task.id, expected);
        }
        stream.abort();
    }

    #[tokio::test]
    async fn output_is_sent_to_its_last_line_and_the_stream_ends_with_the_task() {
        let tasks = Tasks::new(CancellationToken::new());
        let task = tasks.add(spec(), String::new()).unwrap();
        task.output(None, "one");
        let (sink, mut lines) = EventSink::channel(1);
        let (streaming, id) = (tasks.clone(), task.id);
        let stream = tokio::spawn(async move { streaming.stream_output(id, &sink).await });
        assert_eq!(next::<TaskOutput>(&mut lines).await.lines, ["one"]);
        task.output(Some("s"), "two");
        task.end(Ok(()));
        assert_eq!(next::<TaskOutput>(&mut lines).await.lines, ["two"]);
        stream.await.unwrap().unwrap();
        let (sink, _lines) = EventSink::channel(1);
        assert!(tasks.stream_output(99, &sink).await.is_err());
    }
}
