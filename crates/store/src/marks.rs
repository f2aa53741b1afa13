//! What happened to the machine, for charts.
use berth_api::activity::Mark;

use crate::{Store, StoreError, signed, unsigned};

impl Store {
    /// Notes that something happened.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn add_mark(&self, mark: &Mark) -> Result<(), StoreError> {
        let sql = "INSERT INTO marks VALUES (?1, ?2, ?3)";
        let values = (signed(mark.time_ms), &mark.what, &mark.why);
        self.lock().execute(sql, values)?;
        Ok(())
    }

    /// What happened in a range of time, oldest first, the newest thousand.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn marks(&self, since_ms: u64, until_ms: u64) -> Result<Vec<Mark>, StoreError> {
        let connection = self.lock();
        let mut query = connection.prepare_cached(
            "SELECT time_ms, what, why FROM marks WHERE time_ms BETWEEN ?1 AND ?2
             ORDER BY time_ms DESC, rowid DESC LIMIT 1000",
        )?;
        let rows = query.query_map((signed(since_ms), signed(until_ms)), |row| {
            Ok(Mark {
                time_ms: unsigned(row.get(0)?),
                what: row.get(1)?,
                why: row.get(2)?,
            })
        })?;
        let mut marks = rows.collect::<Result<Vec<_>, _>>()?;
        marks.reverse();
        Ok(marks)
    }
}

#[cfg(test)]
mod tests {
    use berth_api::activity::Mark;

    use crate::Store;

    #[test]
    fn marks_of_a_range_come_in_order() {
        let store = Store::in_memory().unwrap();
        for time_ms in [30, 10, 20] {
            let mark = Mark {
                time_ms,
                ..Mark::default()
            };
            store.add_mark(&mark).unwrap();
        }
        let found = store.marks(15, 30).unwrap();
        let times: Vec<u64> = found.iter().map(|mark| mark.time_ms).collect();
        assert_eq!(times, [20, 30]);
    }
}
