//! Builds that ended, with their steps.
use berth_api::activity::{BuildDetail, BuildRecord, BuildStep};
use rusqlite::OptionalExtension;

use crate::{Store, StoreError, signed};

/// How many are kept.
const MOST: u32 = 500;

impl Store {
    /// All, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn builds(&self) -> Result<Vec<BuildRecord>, StoreError> {
        let connection = self.lock();
        let mut query = connection
            .prepare_cached("SELECT record FROM builds ORDER BY started_ms DESC, id LIMIT ?1")?;
        let rows = query.query_map([MOST], |row| row.get::<_, String>(0))?;
        rows.map(|row| Ok(serde_json::from_str(&row?)?)).collect()
    }

    /// One with its steps.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn build(&self, id: &str) -> Result<Option<BuildDetail>, StoreError> {
        let sql = "SELECT record, steps FROM builds WHERE id = ?1";
        let columns = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let found: Option<(String, String)> =
            self.lock().query_row(sql, [id], columns).optional()?;
        let Some((record, steps)) = found else {
            return Ok(None);
        };
        Ok(Some(BuildDetail {
            record: serde_json::from_str(&record)?,
            steps: serde_json::from_str::<Vec<BuildStep>>(&steps)?,
        }))
    }

    /// Keeps one, in place of another of its ID, and drops the oldest ones.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep_build(&self, build: &BuildDetail) -> Result<(), StoreError> {
        let mut connection = self.lock();
        let change = connection.transaction()?;
        change.execute(
            "INSERT OR REPLACE INTO builds VALUES (?1, ?2, ?3, ?4)",
            (
                &build.record.id,
                signed(build.record.started_ms),
                serde_json::to_string(&build.record)?,
                serde_json::to_string(&build.steps)?,
            ),
        )?;
        change.execute(
            "DELETE FROM builds WHERE id NOT IN
             (SELECT id FROM builds ORDER BY started_ms DESC, id LIMIT ?1)",
            [MOST],
        )?;
        Ok(change.commit()?)
    }
}

#[cfg(test)]
mod tests {
    use berth_api::activity::{BuildDetail, BuildRecord, BuildStep};

    use super::MOST;
    use crate::Store;

    fn build(number: u32) -> BuildDetail {
        let record = BuildRecord {
            id: format!("b{number}"),
            started_ms: number.into(),
            ..BuildRecord::default()
        };
        let steps = vec![BuildStep::default()];
        BuildDetail { record, steps }
    }

    #[test]
    fn builds_come_newest_first_and_the_oldest_go() {
        let store = Store::in_memory().unwrap();
        for number in 0..=MOST {
            store.keep_build(&build(number)).unwrap();
        }
        let all = store.builds().unwrap();
        assert_eq!(all.len(), MOST as usize);
        assert_eq!(all[0].id, format!("b{MOST}"));
        assert_eq!(store.build("b0").unwrap(), None);
        assert_eq!(store.build("b7").unwrap(), Some(build(7)));
    }
}
