//! Limits of what one object may hold, so that any fits a line of the API and a
//! thousand hostile ones fit into memory.
use std::collections::BTreeMap;

/// Longest name, in bytes. The engine's own limits are lower.
pub(crate) const NAME: usize = 512;
/// Longest text: a command, a status, a path.
pub(crate) const TEXT: usize = 4096;
/// Longest value of a label.
const VALUE: usize = 4096;
/// Longest key of a label.
const KEY: usize = 256;
/// Bytes of all labels of one object together. Written as JSON, a control
/// character takes six, which still leaves room on a line.
const LABELS: usize = 48 << 10;
/// Most entries of a list in an object, such as ports: a range can have 65535.
pub(crate) const LIST: usize = 512;
/// Bytes of one list in an object.
const LIST_BYTES: usize = 32 << 10;

/// The first `limit` bytes of a text, ending at a character, with a mark when
/// something was left out.
pub(crate) fn cut(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let end = (0..=limit).rev().find(|at| text.is_char_boundary(*at));
    let mut short = text[..end.unwrap_or(0)].to_owned();
    short.push('…');
    short
}

/// [`cut`] for a text that is owned already.
pub(crate) fn cut_owned(text: String, limit: usize) -> String {
    if text.len() <= limit {
        text
    } else {
        cut(&text, limit)
    }
}

/// Labels within the limits. Compose's come first, since the rest of the model
/// is built on them.
pub(crate) fn labels(all: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let size = |map: &BTreeMap<String, String>| -> usize {
        map.iter().map(|(key, value)| key.len() + value.len()).sum()
    };
    let fits = |(key, value): (&String, &String)| key.len() <= KEY && value.len() <= VALUE;
    if size(&all) <= LABELS && all.iter().all(fits) {
        return all;
    }
    let (compose, other): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|(key, _)| key.starts_with("com.docker."));
    let mut kept = BTreeMap::new();
    let mut left = LABELS;
    for (key, value) in compose.into_iter().chain(other) {
        let (key, value) = (cut_owned(key, KEY), cut_owned(value, VALUE));
        let Some(rest) = left.checked_sub(key.len() + value.len()) else {
            continue;
        };
        left = rest;
        kept.insert(key, value);
    }
    kept
}

/// The first entries of a list, as many as fit.
pub(crate) fn list<T>(all: impl IntoIterator<Item = T>, size: fn(&T) -> usize) -> Vec<T> {
    let mut left = LIST_BYTES;
    let fits = |item: &T| match left.checked_sub(size(item)) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    };
    all.into_iter().take(LIST).take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_a_character() {
        assert_eq!(cut("äöü", 3), "ä…");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("", 0), "");
    }

    #[test]
    fn labels_within_the_limits_stay_as_they_are() {
        let all = BTreeMap::from([("a".to_owned(), "\u{202e}<b>".to_owned())]);
        assert_eq!(labels(all.clone()), all);
    }

    #[test]
    fn a_huge_label_is_cut_and_compose_labels_survive() {
        let mut all: BTreeMap<_, _> = (0..1000)
            .map(|n| (format!("a{n}"), "x".repeat(1000)))
            .collect();
        all.insert("big".to_owned(), "y".repeat(10 << 20));
        all.insert("com.docker.compose.project".to_owned(), "shop".to_owned());
        let kept = labels(all);
        let bytes: usize = kept.iter().map(|(k, v)| k.len() + v.len()).sum();
        assert!(bytes <= LABELS, "{bytes}");
        assert_eq!(kept["com.docker.compose.project"], "shop");
    }
}
