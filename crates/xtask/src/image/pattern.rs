//! Patterns of paths, as the recipe writes them.

/// Whether `path` matches `pattern`, where `*` stands for any run of
/// characters, slashes too, and everything else for itself.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == path;
    };
    let Some(mut path) = path.strip_prefix(head) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    // `split` gives at least one part.
    let tail = parts.pop().unwrap_or_default();
    for part in parts {
        match path.find(part) {
            Some(at) => path = &path[at + part.len()..],
            None => return false,
        }
    }
    path.ends_with(tail)
}

/// Whether any of `patterns` matches `path`.
pub(super) fn any(patterns: &[String], path: &str) -> bool {
    patterns.iter().any(|pattern| matches(pattern, path))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_spans_slashes_and_may_stand_anywhere() {
        for (pattern, path, expected) in [
            ("usr/bin/ps", "usr/bin/ps", true),
            ("usr/bin/ps", "usr/bin/psx", false),
            ("usr/*", "usr/lib/a/b", true),
            ("usr/*", "etc/usr/a", false),
            ("*.so*", "usr/lib/liba.so.1", true),
            ("usr/*/copyright", "usr/share/doc/a/copyright", true),
            ("usr/*/copyright", "usr/share/doc/a/copyright.gz", false),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "aXcYb", false),
            ("ab*ba", "aba", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} on {path}");
        }
    }
}
