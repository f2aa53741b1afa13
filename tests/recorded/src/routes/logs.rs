//! Logs, made while they are read.
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use futures::stream;

use crate::{
    body::{Answer, missing, stream},
    log::LogPlan,
    request::Query,
    world::{World, now_ms, rfc3339_ms},
};

/// Bytes that are made at once.
const CHUNK: usize = 256 << 10;

/// What a client asked for.
#[derive(Debug, Clone)]
struct Wish {
    out: bool,
    err: bool,
    timestamps: bool,
    /// Not in frames, as for a container with a terminal.
    raw: bool,
}

struct Reader {
    world: World,
    id: String,
    plan: LogPlan,
    started_ms: u64,
    next: u64,
    end: u64,
    follow: bool,
    wish: Wish,
}

pub(super) fn answer(world: World, wanted: &str, query: &Query) -> Answer {
    let found = {
        let held = world.lock();
        let id = held.container_id(wanted);
        id.and_then(|id| held.containers.get(&id).cloned())
    };
    let Some(container) = found else {
        return missing("container", wanted);
    };
    let started_ms = container.started.unwrap_or(0) * 1000;
    let ended_ms = match container.finished {
        _ if container.started.is_none() => started_ms,
        Some(finished) if !container.run.is_up() => finished * 1000,
        _ => now_ms(),
    };
    let mut range = container.log.range(ended_ms.saturating_sub(started_ms));
    if container.started.is_none() {
        range = 0..0;
    }
    clip(&mut range, &container.log, started_ms, query);
    let kind = if container.tty {
        "application/vnd.docker.raw-stream"
    } else {
        "application/vnd.docker.multiplexed-stream"
    };
    let reader = Reader {
        world,
        id: container.id,
        plan: container.log,
        started_ms,
        next: range.start,
        end: range.end,
        follow: query.is("follow") && container.run.is_up(),
        wish: Wish {
            out: query.is("stdout"),
            err: query.is("stderr"),
            timestamps: query.is("timestamps"),
            raw: container.tty,
        },
    };
    stream(
        kind,
        stream::unfold(reader, |mut reader| async move {
            let chunk = reader.chunk().await?;
            Some((chunk, reader))
        }),
    )
}

/// Narrows the lines to `since`, `until` (seconds, with a fraction) and `tail`.
fn clip(range: &mut std::ops::Range<u64>, plan: &LogPlan, started_ms: u64, query: &Query) {
    let line_at = |key: &str| {
        let seconds: f64 = query.text(key).parse().ok().filter(|s| *s > 0.0)?;
        let ms = (seconds * 1000.0) as u64;
        Some(ms.saturating_sub(started_ms).div_ceil(plan.step_ms()))
    };
    if let Some(first) = line_at("since") {
        range.start = range.start.max(first).min(range.end);
    }
    if let Some(last) = line_at("until") {
        range.end = range.end.min(last + 1).max(range.start);
    }
    if let Some(tail) = query.number("tail") {
        range.start = range.start.max(range.end.saturating_sub(tail));
    }
}

impl Reader {
    async fn chunk(&mut self) -> Option<Bytes> {
        while self.next >= self.end {
            if !self.follow {
                return None;
            }
            let due = self.started_ms + self.next * self.plan.step_ms();
            tokio::time::sleep(Duration::from_millis(due.saturating_sub(now_ms()).max(5))).await;
            if !self.runs() {
                return None;
            }
            self.end = self
                .plan
                .range(now_ms().saturating_sub(self.started_ms))
                .end;
        }
        let mut bytes = BytesMut::with_capacity(CHUNK);
        while self.next < self.end && bytes.len() < CHUNK {
            self.line(&mut bytes);
            self.next += 1;
        }
        // A million lines must leave room for others.
        tokio::task::yield_now().await;
        Some(bytes.freeze())
    }

    fn runs(&self) -> bool {
        let held = self.world.lock();
        held.containers.get(&self.id).is_some_and(|c| c.run.is_up())
    }

    fn line(&self, bytes: &mut BytesMut) {
        let (error, line) = self.plan.line(self.next);
        if !(if error { self.wish.err } else { self.wish.out }) {
            return;
        }
        let stamp = if self.wish.timestamps {
            let at = rfc3339_ms(self.started_ms + self.next * self.plan.step_ms());
            format!("{at} ")
        } else {
            String::new()
        };
        // The engine splits a long line into parts of 16 KiB, each a frame of its
        // own; only the last ends with a newline.
        let parts = line.chunks(16 << 10);
        let last = parts.len().saturating_sub(1);
        if line.is_empty() {
            self.frame(bytes, error, stamp.as_bytes(), b"", true);
        }
        for (n, part) in parts.enumerate() {
            self.frame(bytes, error, stamp.as_bytes(), part, n == last);
        }
    }

    fn frame(&self, bytes: &mut BytesMut, error: bool, stamp: &[u8], part: &[u8], end: bool) {
        let length = stamp.len() + part.len() + usize::from(end);
        if !self.wish.raw {
            bytes.put_u8(if error { 2 } else { 1 });
            bytes.put_slice(&[0; 3]);
            bytes.put_u32(u32::try_from(length).unwrap_or(u32::MAX));
        }
        bytes.put_slice(stamp);
        bytes.put_slice(part);
        if end {
            bytes.put_u8(b'\n');
        }
    }
}
