//! Which lines a client wants.
use berth_api::{
    activity::{LogQuery, LogRecord},
    error::ApiError,
};
use regex::{Regex, RegexBuilder};

use crate::failure::bad_request;

/// Longest expression, and largest program made of one, in bytes.
const PATTERN: usize = 4096;
const PROGRAM: usize = 1 << 20;

#[derive(Debug, Clone)]
pub(super) struct Filter {
    pattern: Option<Regex>,
    since_ms: Option<u64>,
    until_ms: Option<u64>,
}

impl Filter {
    pub(super) fn new(query: &LogQuery) -> Result<Self, ApiError> {
        let wanted = query
            .pattern
            .as_deref()
            .filter(|pattern| !pattern.is_empty());
        let pattern = wanted.map(|pattern| {
            if pattern.len() > PATTERN {
                return Err(bad_request("the expression is too long", "shorten it"));
            }
            let built = RegexBuilder::new(pattern)
                .size_limit(PROGRAM)
                .dfa_size_limit(PROGRAM)
                .build();
            built.map_err(|error| {
                let text = error.to_string();
                // Its last line says what is wrong, those before show where.
                let cause = text.lines().last().unwrap_or_default();
                let cause = cause.trim_start_matches("error: ");
                bad_request(
                    format!("the expression can't be used: {cause}"),
                    "mend it, or put a backslash before characters that mean themselves",
                )
            })
        });
        Ok(Self {
            pattern: pattern.transpose()?,
            since_ms: query.since_ms,
            until_ms: query.until_ms,
        })
    }

    pub(super) fn has_pattern(&self) -> bool {
        self.pattern.is_some()
    }

    pub(super) fn wants(&self, record: &LogRecord) -> bool {
        self.since_ms.is_none_or(|since| record.time_ms >= since)
            && !self.is_past(record)
            && self
                .pattern
                .as_ref()
                .is_none_or(|pattern| pattern.is_match(&record.text))
    }

    /// It is later than what is wanted.
    pub(super) fn is_past(&self, record: &LogRecord) -> bool {
        self.until_ms.is_some_and(|until| record.time_ms > until)
    }
}

#[cfg(test)]
mod tests {
    use berth_api::activity::{LogQuery, LogRecord};

    use super::Filter;

    fn query(pattern: &str) -> LogQuery {
        LogQuery {
            pattern: Some(pattern.into()),
            since_ms: Some(10),
            until_ms: Some(20),
            ..LogQuery::default()
        }
    }

    #[test]
    fn time_and_expression_both_hold() {
        let filter = Filter::new(&query("(?i)err|warn")).unwrap();
        let wants = |time_ms, text: &str| {
            filter.wants(&LogRecord {
                time_ms,
                text: text.into(),
                ..LogRecord::default()
            })
        };
        assert!(wants(10, "an ERROR") && wants(20, "warning"));
        assert!(!wants(9, "error") && !wants(21, "error") && !wants(15, "fine"));
    }

    #[test]
    fn expressions_that_are_wrong_or_huge_are_refused_with_a_next_step() {
        for pattern in ["(", "a{1000}{1000}{1000}", &"a".repeat(5000)] {
            assert!(Filter::new(&query(pattern)).unwrap_err().hint.is_some());
        }
        assert!(!Filter::new(&query("")).unwrap().has_pattern());
    }
}
