//! Finds the name that was probably meant.

/// The candidate with the fewest edits from `name`, if they are few for its
/// length.
pub(super) fn nearest(
    name: &str,
    candidates: impl Iterator<Item = &'static str>,
) -> Option<&'static str> {
    let limit = (name.chars().count() / 3).max(1);
    let rated = candidates.map(|candidate| (closeness(name, candidate), candidate));
    let best = rated.min_by_key(|(distance, _)| *distance)?;
    (best.0 <= limit).then_some(best.1)
}

/// Edits between the names; a last part that was written without its table
/// (`proxy` for `engine.proxy`) counts as one.
fn closeness(name: &str, candidate: &str) -> usize {
    let part = candidate.rsplit('.').next().unwrap_or(candidate);
    let by_part = match part == candidate {
        true => usize::MAX,
        false => edits(name, part) + 1,
    };
    edits(name, candidate).min(by_part)
}

/// Levenshtein's distance, letter case not counted.
fn edits(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=a.len()).collect();
    for (i, to) in b.to_lowercase().chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, from) in a.iter().enumerate() {
            let replaced = diagonal + usize::from(*from != to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[a.len()]
}

#[cfg(test)]
mod tests {
    use super::{edits, nearest};

    const NAMES: [&str; 4] = ["cpus", "memory", "engine.proxy", "docker.context"];

    #[track_caller]
    fn check(name: &str, expected: Option<&str>) {
        assert_eq!(nearest(name, NAMES.into_iter()), expected, "{name}");
    }

    #[test]
    fn a_slip_finds_the_name_that_was_meant() {
        check("cpu", Some("cpus"));
        check("Memroy", Some("memory"));
        check("proxy", Some("engine.proxy"));
        check("engine.prxy", Some("engine.proxy"));
        check("docker_context", Some("docker.context"));
    }

    #[test]
    fn another_word_finds_nothing() {
        check("color", None);
        check("", None);
        check("x", None);
    }

    #[test]
    fn edits_are_counted() {
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("same", "SAME"), 0);
    }
}
