//! Which file a path means, and in which encoding. Pure.
use percent_encoding::percent_decode_str;

/// The name of the file that a URL's path means, relative and without anything
/// that leads elsewhere; `None` when the path is not one that a page has.
pub(super) fn file_name(path: &str) -> Option<String> {
    let path = percent_decode_str(path.trim_start_matches('/'))
        .decode_utf8()
        .ok()?;
    let harmless = path
        .split('/')
        .all(|part| !part.starts_with('.') && !part.contains(['\\', '\0', ':']) || part.is_empty());
    let relative = !path.starts_with('/');
    (harmless && relative).then(|| path.into_owned())
}

/// A content encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
}

impl Encoding {
    /// In headers.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// After the name of a file that has it.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
        }
    }
}

/// The encodings that a client takes, best first.
pub(super) fn encodings(accepted: &str) -> impl Iterator<Item = Encoding> {
    let takes = |encoding: &Encoding| {
        accepted.split(',').any(|offer| {
            let mut parts = offer.split(';').map(str::trim);
            let named = parts.next() == Some(encoding.name());
            let refused = parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
            named && !refused
        })
    };
    [Encoding::Brotli, Encoding::Gzip]
        .into_iter()
        .filter(takes)
        .collect::<Vec<_>>()
        .into_iter()
}

#[cfg(test)]
mod tests {
    use super::{Encoding, encodings, file_name};

    #[test]
    fn names_are_relative_and_decoded() {
        for (path, name) in [
            ("/", ""),
            ("/index.html", "index.html"),
            ("/assets/a-1.js", "assets/a-1.js"),
            ("/images/a%2Fb", "images/a/b"),
            ("//evil.example/x", "evil.example/x"),
            ("/a//b", "a//b"),
        ] {
            assert_eq!(file_name(path).as_deref(), Some(name), "{path}");
        }
    }

    #[test]
    fn nothing_leads_out_of_the_folder() {
        for path in [
            "/..",
            "/../etc/passwd",
            "/assets/../../x",
            "/%2e%2e/x",
            "/a/%2e%2e%2fx",
            "/%2F..%2Fx",
            "/%2Fetc/passwd",
            "/.git/config",
            "/a\\..\\b",
            "/a%5C..%5Cb",
            "/C:/x",
            "/a%00",
            "/%ff",
        ] {
            assert_eq!(file_name(path), None, "{path}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_path_leads_out_of_the_folder(path in "[/.%0-9a-fA-F\\\\:]{0,40}") {
            if let Some(name) = file_name(&path) {
                let folder = std::path::Path::new("/ui");
                let joined = folder.join(&name);
                assert!(joined.starts_with(folder));
                assert!(!joined.components().any(|c| c == std::path::Component::ParentDir));
            }
        }
    }

    #[test]
    fn encodings_are_those_that_are_taken() {
        let all = |accepted: &str| encodings(accepted).collect::<Vec<_>>();
        assert_eq!(all("gzip, deflate, br"), [Encoding::Brotli, Encoding::Gzip]);
        assert_eq!(all("gzip;q=0.5, br;q=0"), [Encoding::Gzip]);
        assert_eq!(all("brotli"), []);
        assert_eq!(all(""), []);
    }
}
