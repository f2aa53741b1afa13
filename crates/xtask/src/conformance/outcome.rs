//! What a run of the tests says, and how two runs differ.
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

/// One test: the program that holds it, and its name in there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Test {
    /// Such as `container_test`.
    pub(super) program: String,
    /// Such as `integration_test_list_containers`.
    pub(super) name: String,
}

impl std::fmt::Display for Test {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}::{}", self.program, self.name)
    }
}

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It passed.
    Passed,
    /// It failed.
    Failed,
    /// It did not end in time.
    Hung,
}

impl Outcome {
    /// From the exit code of the test under `timeout`, whose own is 124; the
    /// one of busybox reports the signal instead (143, TERM).
    pub(super) fn from_code(code: Option<i32>) -> Self {
        match code {
            Some(0) => Self::Passed,
            Some(124 | 137 | 143) => Self::Hung,
            Some(_) | None => Self::Failed,
        }
    }
}

/// How each test ended.
pub(super) type Run = BTreeMap<Test, Outcome>;

/// Counts a second attempt at some of the tests: one pass of two is a pass.
pub(super) fn count_again(run: &mut Run, again: &Run) {
    for (test, end) in again {
        let first = run.entry(test.clone()).or_insert(*end);
        if *end == Outcome::Passed {
            *first = Outcome::Passed;
        }
    }
}

/// Parts `differing` into those that are to be explained and those that
/// `known` names, and finds what `known` names although it does not differ.
pub(super) fn judge<'a>(
    differing: &BTreeSet<Test>,
    run: &Run,
    known: &[(&'a str, &'a str)],
) -> Judgment<'a> {
    let names = |all: &mut dyn Iterator<Item = &Test>| -> BTreeSet<String> {
        all.map(Test::to_string).collect()
    };
    let differ = names(&mut differing.iter());
    let ran = names(&mut run.keys());
    let is_known = |name: &String| known.iter().any(|(known, _)| known == name);
    let (expected, stale) = known
        .iter()
        .filter(|(name, _)| ran.contains(*name))
        .partition(|(name, _)| differ.contains(*name));
    Judgment {
        unexplained: differ
            .iter()
            .filter(|name| !is_known(name))
            .cloned()
            .collect(),
        expected,
        stale,
    }
}

/// What differences come down to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Judgment<'a> {
    /// Tests that nobody expected to differ.
    pub(super) unexplained: Vec<String>,
    /// Tests that are known to differ, each with the reason.
    pub(super) expected: Vec<(&'a str, &'a str)>,
    /// Tests that are said to differ and do not.
    pub(super) stale: Vec<(&'a str, &'a str)>,
}

/// The tests that differ between two runs. A test that only one of them has is
/// different too.
pub(super) fn differences(one: &Run, other: &Run) -> BTreeSet<Test> {
    let all = one.keys().chain(other.keys());
    all.filter(|test| one.get(test) != other.get(test))
        .cloned()
        .collect()
}

/// The names of the tests in the answer of a test program to `--list`, without
/// those that it answers `ignored` for.
pub(super) fn listed(all: &str, ignored: &str) -> Vec<String> {
    let names = |text: &str| -> Vec<String> {
        let lines = text.lines().filter_map(|line| line.strip_suffix(": test"));
        lines.map(str::to_owned).collect()
    };
    let ignored = names(ignored);
    let mut all = names(all);
    all.retain(|name| !ignored.contains(name));
    all
}

/// A run in words: how many passed, and which did not.
pub(super) fn describe(run: &Run) -> String {
    let not_passed = run.iter().filter(|(_, end)| **end != Outcome::Passed);
    let not_passed: Vec<_> = not_passed.collect();
    let mut text = format!(
        "{} of {} tests pass",
        run.len() - not_passed.len(),
        run.len()
    );
    for (test, end) in not_passed {
        let hung = if *end == Outcome::Hung { " (hung)" } else { "" };
        // Writing to a string can't fail.
        let _ = write!(text, "\n     {test}{hung}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Run, Test, count_again, describe, differences, judge, listed};

    fn run(ends: &[(&str, Outcome)]) -> Run {
        let test = |name: &&str| Test {
            program: "p".into(),
            name: (*name).to_owned(),
        };
        ends.iter().map(|(name, end)| (test(name), *end)).collect()
    }

    #[test]
    fn the_same_failures_on_both_sides_are_no_difference() {
        let one = run(&[("a", Outcome::Passed), ("b", Outcome::Failed)]);
        assert!(differences(&one, &one.clone()).is_empty());
    }

    #[test]
    fn a_test_that_ends_otherwise_or_is_missing_is_a_difference() {
        let one = run(&[
            ("a", Outcome::Passed),
            ("b", Outcome::Failed),
            ("c", Outcome::Passed),
            ("d", Outcome::Passed),
        ]);
        let other = run(&[
            ("a", Outcome::Passed),
            ("b", Outcome::Hung),
            ("c", Outcome::Failed),
            ("e", Outcome::Passed),
        ]);
        let differ: Vec<_> = differences(&one, &other).into_iter().collect();
        let names: Vec<_> = differ.iter().map(|test| test.name.as_str()).collect();
        assert_eq!(names, ["b", "c", "d", "e"]);
        assert_eq!(differences(&one, &other), differences(&other, &one));
    }

    #[test]
    fn one_pass_of_two_attempts_is_a_pass_and_never_becomes_a_failure() {
        let mut first = run(&[
            ("a", Outcome::Passed),
            ("b", Outcome::Failed),
            ("c", Outcome::Hung),
        ]);
        let again = run(&[
            ("a", Outcome::Failed),
            ("b", Outcome::Passed),
            ("c", Outcome::Failed),
        ]);
        count_again(&mut first, &again);
        let expected = run(&[
            ("a", Outcome::Passed),
            ("b", Outcome::Passed),
            ("c", Outcome::Hung),
        ]);
        assert_eq!(first, expected);
    }

    #[test]
    fn a_known_difference_is_expected_and_one_that_went_away_is_stale() {
        let one = run(&[
            ("a", Outcome::Passed),
            ("b", Outcome::Passed),
            ("c", Outcome::Passed),
        ]);
        let other = run(&[
            ("a", Outcome::Failed),
            ("b", Outcome::Failed),
            ("c", Outcome::Passed),
        ]);
        let known = [("p::a", "why"), ("p::c", "once"), ("p::not-run", "")];
        let found = judge(&differences(&one, &other), &one, &known);
        assert_eq!(found.unexplained, ["p::b"]);
        assert_eq!(found.expected, [("p::a", "why")]);
        assert_eq!(found.stale, [("p::c", "once")]);
    }

    #[test]
    fn the_list_holds_tests_only_and_no_ignored_ones() {
        let all = "a: test\nmodule::b: test\nc: benchmark\nslow: test\n\n4 tests, 0 benchmarks\n";
        assert_eq!(listed(all, "slow: test\n"), ["a", "module::b"]);
    }

    #[test]
    fn an_end_by_the_clock_is_not_a_failure_like_others() {
        assert_eq!(Outcome::from_code(Some(0)), Outcome::Passed);
        assert_eq!(Outcome::from_code(Some(101)), Outcome::Failed);
        assert_eq!(Outcome::from_code(Some(124)), Outcome::Hung);
        assert_eq!(Outcome::from_code(Some(143)), Outcome::Hung);
        assert_eq!(Outcome::from_code(None), Outcome::Failed);
    }

    #[test]
    fn a_description_counts_and_names() {
        let text = describe(&run(&[
            ("a", Outcome::Passed),
            ("b", Outcome::Failed),
            ("c", Outcome::Hung),
        ]));
        assert_eq!(text, "1 of 3 tests pass\n     p::b\n     p::c (hung)");
    }
}
