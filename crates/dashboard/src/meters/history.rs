//! What was measured, as charts want it.
use std::sync::Arc;

use berth_api::{
    activity::{History, HistoryQuery, Series},
    error::ApiError,
};
use berth_store::{Step, Store};

use crate::{blocking, clock::now_ms, failure};

/// Most points of a series, and most series of a query.
const POINTS: u32 = 5000;
const SERIES: usize = 200;

/// Reads series in a range of time, and what happened to the machine in it.
///
/// # Errors
/// When there are too many series, or the database fails.
pub(crate) async fn read(store: Arc<Store>, query: HistoryQuery) -> Result<History, ApiError> {
    if query.series.len() > SERIES {
        let message = format!("{} series are too many at once", query.series.len());
        return Err(failure::bad_request(message, "ask for at most 200"));
    }
    let now = now_ms();
    let until = query.until_ms.unwrap_or(now).min(now.saturating_add(1));
    // Nothing is older than the coarsest step keeps.
    let kept = Step::ALL.map(|step| u64::from(step.keep_seconds) * 1000);
    let oldest = now.saturating_sub(kept.into_iter().max().unwrap_or(0));
    let since = query.since_ms.max(oldest).min(until);
    let points = query.points.clamp(1, POINTS);
    blocking::run(move || {
        let failed = |error| failure::store(&error);
        let step = Step::for_since(since, now);
        let series = query.series.into_iter().map(|name| {
            let values = store.values(&name, step, since, until).map_err(failed)?;
            Ok(thin(name, &values, (since, until), points, step))
        });
        Ok(History {
            series: series.collect::<Result<_, ApiError>>()?,
            marks: store.marks(since, until).map_err(failed)?,
        })
    })
    .await
}

/// Means of equal parts of the range, at most `points` of them. A part that
/// nothing was measured in is a gap, which is told once.
fn thin(
    name: String,
    values: &[(u64, f64)],
    (since, until): (u64, u64),
    points: u32,
    step: Step,
) -> Series {
    let step = u64::from(step.seconds) * 1000;
    let width = ((until - since) / u64::from(points) + 1).max(step);
    let mut series = Series {
        name,
        ..Series::default()
    };
    let mut last = None;
    let mut at = 0;
    while at < values.len() {
        let part = values[at].0.max(since).saturating_sub(since) / width;
        let end = values[at..]
            .partition_point(|(time, _)| time.max(&since).saturating_sub(since) / width == part);
        let mean = values[at..at + end]
            .iter()
            .map(|(_, value)| value)
            .sum::<f64>();
        #[expect(clippy::cast_precision_loss, reason = "a few values")]
        let mean = mean / end as f64;
        // One missing part is a late sample and no gap.
        if last.is_some_and(|last| part > last + 2) {
            series.times_ms.push(since + (part - 1) * width);
            series.values.push(None);
        }
        series.times_ms.push(values[at].0);
        series.values.push(Some(mean));
        last = Some(part);
        at += end;
    }
    series
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use berth_api::activity::HistoryQuery;
    use berth_store::{Sample, Step, Store};

    use super::{read, thin};
    use crate::clock::now_ms;

    #[test]
    fn many_values_become_means_of_equal_parts() {
        let values: Vec<(u64, f64)> = (0..100_u32)
            .map(|n| (u64::from(n) * 10_000, f64::from(n)))
            .collect();
        let series = thin("x".into(), &values, (0, 1_000_000), 10, Step::ALL[0]);
        assert!(series.values.len() <= 10 && series.values.len() >= 9);
        assert!(series.values.iter().all(Option::is_some));
        assert!(series.times_ms.is_sorted());
        assert_eq!(series.values[0], Some(5.0));
    }

    #[test]
    fn a_pause_is_one_gap() {
        let values = [(0, 1.0), (10_000, 2.0), (200_000, 3.0)];
        let series = thin("x".into(), &values, (0, 300_000), 1000, Step::ALL[0]);
        assert_eq!(series.values, [Some(1.0), Some(2.0), None, Some(3.0)]);
    }

    #[tokio::test]
    async fn unknown_series_are_empty_and_known_ones_have_their_values() {
        let store = Arc::new(Store::in_memory().unwrap());
        let now = now_ms();
        let sample = Sample {
            series: "vm.cpu".into(),
            value: 7.0,
        };
        store.record(now - 20_000, &[sample]).unwrap();
        let query = HistoryQuery {
            series: vec!["vm.cpu".into(), "nonesuch".into()],
            since_ms: now - 60_000,
            until_ms: None,
            points: 0,
        };
        let history = read(store, query).await.unwrap();
        assert_eq!(history.series[0].values, [Some(7.0)]);
        assert_eq!(history.series[1].name, "nonesuch");
        assert!(history.series[1].values.is_empty());
    }
}
