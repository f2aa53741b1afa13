//! Measured values over time, the finer the newer: a mean of each 10 seconds
//! for an hour, of each minute for a day, of each 10 minutes for 30 days.
use std::collections::HashMap;

use rusqlite::Transaction;

use crate::{Store, StoreError, signed, unsigned};

/// Values are kept as means of so long, for so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Length of the mean, in seconds.
    pub seconds: u32,
    /// For how long they are kept, in seconds.
    pub keep_seconds: u32,
}

impl Step {
    /// All, finest first.
    pub const ALL: [Self; 3] = [
        Self::new(10, 3600),
        Self::new(60, 24 * 3600),
        Self::new(600, 30 * 24 * 3600),
    ];

    const fn new(seconds: u32, keep_seconds: u32) -> Self {
        Self {
            seconds,
            keep_seconds,
        }
    }

    /// The finest that is still kept of `since_ms`, seen from `now_ms`.
    pub fn for_since(since_ms: u64, now_ms: u64) -> Self {
        let age = now_ms.saturating_sub(since_ms) / 1000;
        let mut steps = Self::ALL.into_iter();
        steps
            .find(|step| age <= u64::from(step.keep_seconds))
            .unwrap_or(Self::ALL[Self::ALL.len() - 1])
    }

    const fn millis(self) -> u64 {
        self.seconds as u64 * 1000
    }
}

/// One value of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Name of the series, such as `vm.cpu`.
    pub series: String,
    /// What was measured; what is no number is not kept.
    pub value: f64,
}

impl Store {
    /// Keeps values that were measured at one moment.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn record(&self, time_ms: u64, samples: &[Sample]) -> Result<(), StoreError> {
        let mut connection = self.lock();
        let change = connection.transaction()?;
        for sample in samples.iter().filter(|sample| sample.value.is_finite()) {
            let series = series(&change, &sample.series)?;
            for step in Step::ALL {
                add(&change, series, step, time_ms, sample.value)?;
            }
        }
        Ok(change.commit()?)
    }

    /// The means of a series in a range of time: when each begins, in
    /// milliseconds, and its value.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn values(
        &self,
        name: &str,
        step: Step,
        since_ms: u64,
        until_ms: u64,
    ) -> Result<Vec<(u64, f64)>, StoreError> {
        let connection = self.lock();
        let mut query = connection.prepare_cached(
            "SELECT slot, sum / count FROM points
             WHERE series = (SELECT id FROM series WHERE name = ?1) AND step = ?2
             AND slot BETWEEN ?3 AND ?4 ORDER BY slot",
        )?;
        let (first, last) = (since_ms / step.millis(), until_ms / step.millis());
        let values = (name, step.seconds, signed(first), signed(last));
        let rows = query.query_map(values, |row| {
            let slot: i64 = row.get(0)?;
            Ok((unsigned(slot) * step.millis(), row.get(1)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Drops what is older than its step keeps it, and series and marks that
    /// nothing is left of. Call it every few minutes.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn prune(&self, now_ms: u64) -> Result<(), StoreError> {
        let mut connection = self.lock();
        let change = connection.transaction()?;
        for step in Step::ALL {
            let kept = u64::from(step.keep_seconds) * 1000;
            let oldest = now_ms.saturating_sub(kept) / step.millis();
            let sql = "DELETE FROM points WHERE step = ?1 AND slot < ?2";
            change.execute(sql, (step.seconds, signed(oldest)))?;
        }
        let sql = "DELETE FROM series WHERE id NOT IN (SELECT DISTINCT series FROM points)";
        change.execute(sql, [])?;
        let month = u64::from(Step::ALL[Step::ALL.len() - 1].keep_seconds) * 1000;
        let oldest = signed(now_ms.saturating_sub(month));
        change.execute("DELETE FROM marks WHERE time_ms < ?1", [oldest])?;
        Ok(change.commit()?)
    }

    /// How many values are kept of each series, by its name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn series_sizes(&self) -> Result<HashMap<String, u64>, StoreError> {
        let connection = self.lock();
        let mut query = connection
            .prepare("SELECT name, count(*) FROM series JOIN points ON series = id GROUP BY id")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, unsigned(row.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn series(change: &Transaction<'_>, name: &str) -> Result<i64, StoreError> {
    let mut insert = change.prepare_cached("INSERT OR IGNORE INTO series (name) VALUES (?1)")?;
    insert.execute([name])?;
    let mut query = change.prepare_cached("SELECT id FROM series WHERE name = ?1")?;
    Ok(query.query_row([name], |row| row.get(0))?)
}

fn add(
    change: &Transaction<'_>,
    series: i64,
    step: Step,
    time_ms: u64,
    value: f64,
) -> Result<(), StoreError> {
    let mut upsert = change.prepare_cached(
        "INSERT INTO points VALUES (?1, ?2, ?3, ?4, 1)
         ON CONFLICT DO UPDATE SET sum = sum + ?4, count = count + 1",
    )?;
    upsert.execute((series, step.seconds, signed(time_ms / step.millis()), value))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Sample, Step};
    use crate::Store;

    const HOUR: u64 = 3_600_000;

    fn sample(value: f64) -> Vec<Sample> {
        let series = "vm.cpu".to_owned();
        vec![Sample { series, value }]
    }

    #[test]
    fn a_coarse_step_holds_the_mean_of_its_samples() {
        let store = Store::in_memory().unwrap();
        for (second, value) in [(0, 10.0), (10, 20.0), (50, 60.0), (60, 5.0)] {
            store.record(second * 1000, &sample(value)).unwrap();
        }
        let fine = store.values("vm.cpu", Step::ALL[0], 0, 60_000).unwrap();
        assert_eq!(
            fine,
            [(0, 10.0), (10_000, 20.0), (50_000, 60.0), (60_000, 5.0)]
        );
        let coarse = store.values("vm.cpu", Step::ALL[1], 0, 60_000).unwrap();
        assert_eq!(coarse, [(0, 30.0), (60_000, 5.0)]);
    }

    #[test]
    fn old_values_go_step_by_step() {
        let store = Store::in_memory().unwrap();
        store.record(1000, &sample(1.0)).unwrap();
        store.prune(2 * HOUR).unwrap();
        let left = |step| store.values("vm.cpu", step, 0, HOUR).unwrap().len();
        assert_eq!(Step::ALL.map(left), [0, 1, 1]);
        store.prune(31 * 24 * HOUR).unwrap();
        assert_eq!(Step::ALL.map(left), [0, 0, 0]);
        assert!(store.series_sizes().unwrap().is_empty());
    }

    #[test]
    fn the_step_is_the_finest_that_reaches_back() {
        let now = 100 * 24 * HOUR;
        let of = |hours| Step::for_since(now - hours * HOUR, now).seconds;
        assert_eq!(
            [of(1), of(2), of(24), of(25), of(24 * 99)],
            [10, 60, 60, 600, 600]
        );
    }

    #[test]
    fn what_is_no_number_is_left_out_and_an_unknown_series_is_empty() {
        let store = Store::in_memory().unwrap();
        store.record(0, &sample(f64::NAN)).unwrap();
        assert!(
            store
                .values("vm.cpu", Step::ALL[0], 0, 1)
                .unwrap()
                .is_empty()
        );
    }
}
