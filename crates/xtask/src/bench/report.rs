//! The comparison: a table for people, JSON for programs, aims for both.
use std::{collections::BTreeMap, fmt::Write};

use serde::Serialize;

use super::statistics::Summary;

/// Our own name among the compared.
pub(crate) const BERTH: &str = "berth";

/// What is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Better {
    /// Times.
    Lower,
    /// Rates.
    Higher,
}

/// One thing that was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Metric {
    /// What.
    pub(crate) name: String,
    /// In which unit.
    pub(crate) unit: String,
    /// Which direction is better.
    pub(crate) better: Better,
    /// How many times better than each peer Berth wants to be.
    pub(crate) aim: f64,
    /// Ours and the peers' measurements, by name.
    pub(crate) results: BTreeMap<String, Summary>,
    /// How many times better Berth is than each peer.
    pub(crate) advantages: BTreeMap<String, f64>,
}

impl Metric {
    /// Of the samples of Berth and its peers.
    pub(crate) fn new(
        (name, unit): (&str, &str),
        (better, aim): (Better, f64),
        samples: &BTreeMap<String, Vec<f64>>,
    ) -> Self {
        let results: BTreeMap<_, _> = samples
            .iter()
            .filter_map(|(who, samples)| Some((who.clone(), Summary::of(samples)?)))
            .collect();
        let advantages = advantages(&results, better);
        Self {
            name: name.into(),
            unit: unit.into(),
            better,
            aim,
            results,
            advantages,
        }
    }

    fn is_met(&self) -> bool {
        !self.advantages.is_empty() && self.advantages.values().all(|times| *times >= self.aim)
    }
}

fn advantages(results: &BTreeMap<String, Summary>, better: Better) -> BTreeMap<String, f64> {
    let Some(ours) = results.get(BERTH) else {
        return BTreeMap::new();
    };
    let times = |theirs: &Summary| match better {
        Better::Lower => theirs.median / ours.median,
        Better::Higher => ours.median / theirs.median,
    };
    let peers = results.iter().filter(|(who, _)| *who != BERTH);
    peers.map(|(who, s)| (who.clone(), times(s))).collect()
}

/// All that a run measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Report {
    /// The machine that all shared: accelerator, CPUs, memory.
    pub(crate) machine: String,
    /// What was measured.
    pub(crate) metrics: Vec<Metric>,
}

impl Report {
    /// The table: one line for each metric and peer.
    pub(crate) fn table(&self) -> String {
        let mut rows = vec![
            [
                "metric",
                "Berth (min - max)",
                "peer",
                "its (min - max)",
                "times better",
                "aim",
            ]
            .map(String::from)
            .to_vec(),
        ];
        for metric in &self.metrics {
            rows.extend(rows_of(metric));
        }
        aligned(&rows)
    }

    /// The metrics whose aims are not met.
    pub(crate) fn unmet(&self) -> Vec<&str> {
        let unmet = self.metrics.iter().filter(|metric| !metric.is_met());
        unmet.map(|metric| metric.name.as_str()).collect()
    }
}

fn rows_of(metric: &Metric) -> Vec<Vec<String>> {
    let Some(ours) = metric.results.get(BERTH) else {
        return Vec::new();
    };
    let row = |(who, times): (&String, &f64)| {
        let met = if *times >= metric.aim {
            ""
        } else {
            "  not met"
        };
        vec![
            format!("{}, {}", metric.name, metric.unit),
            range(ours),
            who.clone(),
            metric.results.get(who).map(range).unwrap_or_default(),
            format!("{}x", number(*times)),
            format!(">= {}x{met}", number(metric.aim)),
        ]
    };
    metric.advantages.iter().map(row).collect()
}

fn range(summary: &Summary) -> String {
    let [median, min, max] = [summary.median, summary.min, summary.max].map(number);
    format!("{median} ({min} - {max})")
}

/// Three digits that mean something.
fn number(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(String::len).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            // Writing to a string can't fail.
            let _ = write!(line, "{cell:width$}  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Better, Metric, Report};

    fn metric(better: Better, aim: f64, ours: f64, theirs: f64) -> Metric {
        let samples = BTreeMap::from([
            ("berth".to_owned(), vec![ours]),
            ("ssh".to_owned(), vec![theirs]),
        ]);
        Metric::new(("throughput", "MB/s"), (better, aim), &samples)
    }

    #[test]
    fn an_advantage_is_above_one_whichever_direction_is_better() {
        assert_eq!(
            metric(Better::Higher, 1.0, 50.0, 10.0).advantages["ssh"],
            5.0
        );
        assert_eq!(metric(Better::Lower, 1.0, 2.0, 8.0).advantages["ssh"], 4.0);
    }

    #[test]
    fn an_aim_that_is_not_met_is_named() {
        let mut report = Report {
            machine: String::new(),
            metrics: vec![metric(Better::Higher, 5.0, 50.0, 10.0)],
        };
        assert!(report.unmet().is_empty());
        report.metrics.push(metric(Better::Higher, 5.0, 49.0, 10.0));
        assert_eq!(report.unmet(), ["throughput"]);
        assert!(report.table().contains(">= 5.00x  not met"));
    }

    #[test]
    fn a_metric_without_peers_meets_no_aim() {
        let samples = BTreeMap::from([("berth".to_owned(), vec![1.0])]);
        let alone = Metric::new(("cold start", "s"), (Better::Lower, 2.0), &samples);
        let report = Report {
            machine: String::new(),
            metrics: vec![alone],
        };
        assert_eq!(report.unmet(), ["cold start"]);
    }

    #[test]
    fn the_columns_of_the_table_are_aligned() {
        let report = Report {
            machine: String::new(),
            metrics: vec![
                metric(Better::Higher, 5.0, 123.4, 1.0),
                metric(Better::Lower, 1.0, 2.0, 8.0),
            ],
        };
        let table = report.table();
        let at: Vec<_> = table.lines().map(|line| line.find("ssh")).collect();
        assert_eq!(at[1], at[2], "{table}");
        assert!(table.contains("123 (123 - 123)"), "{table}");
    }

    #[test]
    fn the_json_names_results_and_advantages_by_peer() {
        let report = Report {
            machine: "tcg".into(),
            metrics: vec![metric(Better::Lower, 1.0, 2.0, 8.0)],
        };
        let json = serde_json::to_value(&report).unwrap();
        let first = &json["metrics"][0];
        assert_eq!(first["better"], "lower");
        assert_eq!(first["results"]["ssh"]["median"], 8.0);
        assert_eq!(first["advantages"]["ssh"], 4.0);
    }
}
