//! Tables, as a list of migrations: a database at version N has had the first N.
use rusqlite::Connection;

use crate::StoreError;

/// Each runs once, in one transaction with the version. Never change one that
/// was released; add another.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE prefs (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE TABLE marks (time_ms INTEGER NOT NULL, what TEXT NOT NULL, why TEXT NOT NULL) STRICT;
    CREATE INDEX marks_time ON marks (time_ms);
    CREATE TABLE series (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    -- Means, kept as sum and count so that a coarse step grows with each sample.
    CREATE TABLE points (
        series INTEGER NOT NULL REFERENCES series (id),
        step INTEGER NOT NULL,
        slot INTEGER NOT NULL,
        sum REAL NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (series, step, slot)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE builds (
        id TEXT PRIMARY KEY, started_ms INTEGER NOT NULL,
        record TEXT NOT NULL, steps TEXT NOT NULL
    ) STRICT;
    CREATE TABLE kept (
        container TEXT PRIMARY KEY, name TEXT NOT NULL, image TEXT NOT NULL,
        removed_ms INTEGER NOT NULL
    ) STRICT;
    -- Lines of a container in order of time, compressed.
    CREATE TABLE chunks (
        id INTEGER PRIMARY KEY,
        container TEXT NOT NULL REFERENCES kept (container) ON DELETE CASCADE,
        bytes INTEGER NOT NULL, lines BLOB NOT NULL
    ) STRICT;
    CREATE INDEX chunks_container ON chunks (container, id);
    CREATE TABLE projects (
        name TEXT PRIMARY KEY, folder TEXT, files TEXT NOT NULL
    ) STRICT;
"];

/// Version of a database that has had all migrations.
#[expect(clippy::cast_possible_truncation, reason = "a handful")]
pub(crate) const VERSION: u32 = MIGRATIONS.len() as u32;

/// Brings a database up to [`VERSION`].
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let found: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > VERSION {
        return Err(StoreError::Newer {
            found,
            known: VERSION,
        });
    }
    let pending = (1..=VERSION).zip(MIGRATIONS).skip(found as usize);
    for (version, sql) in pending {
        let step = connection.transaction()?;
        step.execute_batch(sql)?;
        step.pragma_update(None, "user_version", version)?;
        step.commit()?;
    }
    Ok(())
}
