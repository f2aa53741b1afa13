//! Newest log lines of containers, kept for when the container is gone.
//!
//! Lines come in chunks, compressed. When a container's or the total limit is
//! passed, whole chunks go, oldest first; of other containers only such that
//! are gone, the longest gone first.
use std::io;

use berth_api::activity::{KeptLogs, LogRecord};
use rusqlite::{OptionalExtension, Transaction};
use serde::{Deserialize, Serialize};

use crate::{Store, StoreError, signed, unsigned};

/// How much is kept, in bytes as they lie on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogLimits {
    /// Of one container.
    pub container: u64,
    /// Of all.
    pub total: u64,
}

impl Default for LogLimits {
    fn default() -> Self {
        Self {
            container: 2 << 20,
            total: 64 << 20,
        }
    }
}

/// The container that lines belong to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keep {
    /// Its ID.
    pub container: String,
    /// Its name.
    pub name: String,
    /// Its image.
    pub image: String,
}

#[derive(Serialize, Deserialize)]
struct Line(u64, bool, String, u64);

impl Store {
    /// Adds lines of a container, which are newer than those that are kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep_lines(
        &self,
        of: &Keep,
        lines: &[LogRecord],
        limits: LogLimits,
    ) -> Result<(), StoreError> {
        if lines.is_empty() {
            return Ok(());
        }
        let blob = pack(lines)?;
        let mut connection = self.lock();
        let change = connection.transaction()?;
        change.execute(
            "INSERT INTO kept VALUES (?1, ?2, ?3, 0) ON CONFLICT DO UPDATE SET name = ?2",
            (&of.container, &of.name, &of.image),
        )?;
        change.execute(
            "INSERT INTO chunks (container, bytes, lines) VALUES (?1, ?2, ?3)",
            (&of.container, signed(blob.len() as u64), blob),
        )?;
        trim_container(&change, &of.container, limits.container)?;
        trim_total(&change, limits.total)?;
        Ok(change.commit()?)
    }

    /// Time of the newest line that is kept of a container, in milliseconds.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn newest_line(&self, container: &str) -> Result<Option<u64>, StoreError> {
        let sql = "SELECT lines FROM chunks WHERE container = ?1 ORDER BY id DESC LIMIT 1";
        let newest: Option<Vec<u8>> = self
            .lock()
            .query_row(sql, [container], |row| row.get(0))
            .optional()?;
        let lines = newest.map(|blob| unpack(container, &blob)).transpose()?;
        Ok(lines.and_then(|lines| Some(lines.last()?.time_ms)))
    }

    /// Notes that a container is gone. Of one without lines nothing is kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn container_gone(&self, container: &str, removed_ms: u64) -> Result<(), StoreError> {
        let sql = "UPDATE kept SET removed_ms = ?2 WHERE container = ?1 AND removed_ms = 0";
        self.lock().execute(sql, (container, signed(removed_ms)))?;
        Ok(())
    }

    /// Containers of which lines are kept and that are said to be there still.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn kept_present(&self) -> Result<Vec<String>, StoreError> {
        let connection = self.lock();
        let mut query = connection.prepare("SELECT container FROM kept WHERE removed_ms = 0")?;
        let rows = query.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Containers that are gone and of which lines are kept, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn kept_logs(&self) -> Result<Vec<KeptLogs>, StoreError> {
        let connection = self.lock();
        let mut query = connection.prepare_cached(
            "SELECT container, name, image, removed_ms,
             (SELECT coalesce(sum(bytes), 0) FROM chunks WHERE chunks.container = kept.container)
             FROM kept WHERE removed_ms > 0 ORDER BY removed_ms DESC",
        )?;
        let rows = query.query_map([], |row| {
            Ok(KeptLogs {
                container: row.get(0)?,
                name: row.get(1)?,
                image: row.get(2)?,
                removed_ms: unsigned(row.get(3)?),
                bytes: unsigned(row.get(4)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The IDs of a container's chunks, oldest first, to be read one by one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn chunks(&self, container: &str) -> Result<Vec<i64>, StoreError> {
        let connection = self.lock();
        let mut query =
            connection.prepare_cached("SELECT id FROM chunks WHERE container = ?1 ORDER BY id")?;
        let rows = query.query_map([container], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The lines of one chunk; none when it was dropped meanwhile.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn chunk(&self, id: i64) -> Result<Vec<LogRecord>, StoreError> {
        let sql = "SELECT container, lines FROM chunks WHERE id = ?1";
        let columns = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let found: Option<(String, Vec<u8>)> =
            self.lock().query_row(sql, [id], columns).optional()?;
        found.map_or_else(|| Ok(Vec::new()), |(of, blob)| unpack(&of, &blob))
    }

    /// Drops what is kept of a container; gives how many bytes that were,
    /// `None` when there was nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn forget_logs(&self, container: &str) -> Result<Option<u64>, StoreError> {
        let mut connection = self.lock();
        let change = connection.transaction()?;
        let bytes = sum(&change, "WHERE container = ?1", [container])?;
        let gone = change.execute("DELETE FROM kept WHERE container = ?1", [container])?;
        change.commit()?;
        Ok((gone > 0).then_some(bytes))
    }

    /// What all kept lines take, in bytes.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn kept_bytes(&self) -> Result<u64, StoreError> {
        let mut connection = self.lock();
        sum(&connection.transaction()?, "", [])
    }
}

fn sum(
    change: &Transaction<'_>,
    condition: &str,
    values: impl rusqlite::Params,
) -> Result<u64, StoreError> {
    let sql = format!("SELECT coalesce(sum(bytes), 0) FROM chunks {condition}");
    Ok(unsigned(change.query_row(&sql, values, |row| row.get(0))?))
}

fn trim_container(change: &Transaction<'_>, of: &str, limit: u64) -> Result<(), StoreError> {
    while sum(change, "WHERE container = ?1", [of])? > limit {
        let sql = "DELETE FROM chunks WHERE id =
                   (SELECT min(id) FROM chunks WHERE container = ?1)";
        change.execute(sql, [of])?;
    }
    Ok(())
}

fn trim_total(change: &Transaction<'_>, limit: u64) -> Result<(), StoreError> {
    while sum(change, "", [])? > limit {
        let gone = "DELETE FROM kept WHERE container = (SELECT container FROM kept
                    WHERE removed_ms > 0 ORDER BY removed_ms LIMIT 1)";
        if change.execute(gone, [])? > 0 {
            continue;
        }
        let oldest = "DELETE FROM chunks WHERE id = (SELECT min(id) FROM chunks)";
        change.execute(oldest, [])?;
    }
    Ok(())
}

fn pack(lines: &[LogRecord]) -> Result<Vec<u8>, StoreError> {
    let lines = lines
        .iter()
        .map(|line| Line(line.time_ms, line.stderr, line.text.clone(), line.cut));
    let text = serde_json::to_vec(&lines.collect::<Vec<_>>())?;
    zstd::bulk::compress(&text, 3).map_err(StoreError::Lines)
}

/// Most bytes of a chunk as it was before compression.
const CHUNK_MAX: usize = 64 << 20;

fn unpack(container: &str, blob: &[u8]) -> Result<Vec<LogRecord>, StoreError> {
    let mut text = Vec::new();
    let reader = zstd::stream::read::Decoder::new(blob).map_err(StoreError::Lines)?;
    let mut reader = io::Read::take(reader, CHUNK_MAX as u64);
    io::Read::read_to_end(&mut reader, &mut text).map_err(StoreError::Lines)?;
    let lines: Vec<Line> = serde_json::from_slice(&text)?;
    let records = lines
        .into_iter()
        .map(|Line(time_ms, stderr, text, cut)| LogRecord {
            container: container.to_owned(),
            time_ms,
            stderr,
            text,
            cut,
        });
    Ok(records.collect())
}

#[cfg(test)]
mod tests {
    use berth_api::activity::LogRecord;

    use super::{Keep, LogLimits};
    use crate::Store;

    fn of(container: &str) -> Keep {
        Keep {
            container: container.into(),
            ..Keep::default()
        }
    }

    /// Text that does not compress.
    fn line(container: &str, time_ms: u64, length: usize) -> LogRecord {
        let mut state = time_ms | 1;
        let random = |_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            char::from(b'!' + u8::try_from((state >> 33) % 90).unwrap())
        };
        LogRecord {
            container: container.into(),
            time_ms,
            stderr: time_ms % 2 == 1,
            text: (0..length).map(random).collect(),
            cut: 3,
        }
    }

    fn read(store: &Store, container: &str) -> Vec<LogRecord> {
        let chunks = store.chunks(container).unwrap();
        let lines = chunks.into_iter().flat_map(|id| store.chunk(id).unwrap());
        lines.collect()
    }

    #[test]
    fn lines_come_back_as_they_were_and_show_once_the_container_is_gone() {
        let store = Store::in_memory().unwrap();
        let lines = [line("a", 1, 10), line("a", 2, 10)];
        let limits = LogLimits::default();
        store.keep_lines(&of("a"), &lines[..1], limits).unwrap();
        store.keep_lines(&of("a"), &lines[1..], limits).unwrap();
        assert_eq!(read(&store, "a"), lines);
        assert_eq!(store.newest_line("a").unwrap(), Some(2));
        assert!(store.kept_logs().unwrap().is_empty());
        store.container_gone("a", 9).unwrap();
        let kept = store.kept_logs().unwrap();
        assert_eq!((kept.len(), kept[0].removed_ms), (1, 9));
        assert_eq!(store.kept_bytes().unwrap(), kept[0].bytes);
        assert_eq!(store.forget_logs("a").unwrap(), Some(kept[0].bytes));
        assert_eq!(store.forget_logs("a").unwrap(), None);
        assert!(read(&store, "a").is_empty());
    }

    #[test]
    fn of_one_container_the_newest_lines_stay() {
        let store = Store::in_memory().unwrap();
        let limits = LogLimits {
            container: 3000,
            total: 1 << 20,
        };
        for time in 1..=10 {
            store
                .keep_lines(&of("a"), &[line("a", time, 1000)], limits)
                .unwrap();
        }
        let times: Vec<u64> = read(&store, "a").iter().map(|l| l.time_ms).collect();
        assert_eq!(*times.last().unwrap(), 10);
        assert!(times.len() < 5 && times.len() > 1, "{times:?}");
        assert!(store.kept_bytes().unwrap() <= 3000);
    }

    #[test]
    fn the_longest_gone_container_makes_room_for_others() {
        let store = Store::in_memory().unwrap();
        let limits = LogLimits {
            container: 1 << 20,
            total: 3500,
        };
        for (container, removed) in [("old", 1), ("new", 2)] {
            let lines = [line(container, 1, 1000)];
            store.keep_lines(&of(container), &lines, limits).unwrap();
            store.container_gone(container, removed).unwrap();
        }
        let lines = [line("running", 5, 2000)];
        store.keep_lines(&of("running"), &lines, limits).unwrap();
        let kept = store.kept_logs().unwrap();
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].container, "new");
        assert_eq!(store.kept_present().unwrap(), ["running"]);
    }
}
