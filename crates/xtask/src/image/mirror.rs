//! Where Debian's packages come from: the mirrors that the machine's own apt
//! uses, unless the environment names others.
use std::{env, fs, path::PathBuf};

use anyhow::{Context, Result};

/// Overrides the mirror, for machines whose apt doesn't follow Debian.
pub(super) const VARIABLE: &str = "BERTH_DEBIAN_MIRROR";
/// Overrides the mirror of security updates.
const SECURITY_VARIABLE: &str = "BERTH_DEBIAN_SECURITY_MIRROR";

/// The archives that suites lie in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mirrors {
    /// Of the releases.
    pub(super) main: String,
    /// Of the suites of [`is_security`].
    pub(super) security: String,
}

/// Finds the mirrors.
///
/// # Errors
/// When neither the environment nor this machine's apt names one.
pub(super) fn find() -> Result<Mirrors> {
    let given = |name| env::var(name).ok();
    choose(given(VARIABLE), given(SECURITY_VARIABLE), &source_lists()).with_context(|| {
        format!("this machine's apt names no mirror. Next: set {VARIABLE} to a Debian mirror")
    })
}

/// Whether `suite` lies in the archive of security updates.
pub(super) fn is_security(suite: &str) -> bool {
    suite.contains("security")
}

fn is_main(suite: &str) -> bool {
    !is_security(suite) && !suite.contains('/')
}

/// What is given wins. Mirrors carry both archives side by side, so the name of
/// the second follows from the first where nothing tells it.
fn choose(main: Option<String>, security: Option<String>, lists: &[SourceList]) -> Option<Mirrors> {
    let of_this_machine =
        |holds: fn(&str) -> bool| lists.iter().find_map(|list| list.mirror(holds));
    let security = match (&main, security) {
        (_, Some(given)) => Some(given),
        (Some(_), None) => None,
        (None, None) => of_this_machine(is_security),
    };
    let main = main.or_else(|| of_this_machine(is_main))?;
    let security = security.unwrap_or_else(|| format!("{}-security", main.trim_end_matches('/')));
    Some(Mirrors { main, security })
}

/// A file of apt's sources.
enum SourceList {
    /// In deb822 form (sources.list(5)).
    Stanzas(String),
    /// Of one-line entries (sources.list(5)).
    Lines(String),
}

impl SourceList {
    /// The first mirror whose suites all satisfy `holds`.
    fn mirror(&self, holds: fn(&str) -> bool) -> Option<String> {
        match self {
            Self::Stanzas(text) => mirror_of_stanzas(text, holds),
            Self::Lines(text) => mirror_of_lines(text, holds),
        }
    }
}

fn source_lists() -> Vec<SourceList> {
    let mut files = vec![PathBuf::from("/etc/apt/sources.list")];
    if let Ok(entries) = fs::read_dir("/etc/apt/sources.list.d") {
        files.extend(entries.filter_map(|entry| Some(entry.ok()?.path())));
    }
    files.sort();
    let read = |file: PathBuf| {
        let text = fs::read_to_string(&file).ok()?;
        match file.extension()?.to_str()? {
            "sources" => Some(SourceList::Stanzas(text)),
            "list" => Some(SourceList::Lines(text)),
            _ => None,
        }
    };
    files.into_iter().filter_map(read).collect()
}

fn mirror_of_stanzas(text: &str, holds: fn(&str) -> bool) -> Option<String> {
    text.split("\n\n").find_map(|stanza| {
        let field = |name: &str| {
            stanza.lines().find_map(|line| {
                let (key, value) = line.split_once(':')?;
                key.eq_ignore_ascii_case(name).then(|| value.trim())
            })
        };
        let is_on = field("Enabled") != Some("no") && field("Types")?.contains("deb");
        let suites = field("Suites")?;
        (is_on && suites.split_whitespace().all(holds))
            .then(|| field("URIs")?.split_whitespace().next().map(str::to_owned))
            .flatten()
    })
}

fn mirror_of_lines(text: &str, holds: fn(&str) -> bool) -> Option<String> {
    text.lines().find_map(|line| {
        let entry = line.trim().strip_prefix("deb ")?;
        let options_end = entry
            .find(']')
            .filter(|_| entry.trim_start().starts_with('['));
        let mut words = entry[options_end.map_or(0, |at| at + 1)..].split_whitespace();
        let (uri, suite) = (words.next()?, words.next()?);
        holds(suite).then(|| uri.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stanzas(text: &str) -> [SourceList; 1] {
        [SourceList::Stanzas(text.to_owned())]
    }

    fn mirrors(main: &str, security: &str) -> Option<Mirrors> {
        let (main, security) = (main.to_owned(), security.to_owned());
        Some(Mirrors { main, security })
    }

    #[test]
    fn each_archive_has_its_own_mirror() {
        let lists = stanzas(
            "Types: deb\n# a comment\nURIs: http://security.invalid/d\nSuites: x-security\n\
             \nTypes: deb\nURIs: http://main.invalid/debian http://b.invalid\nSuites: x x-updates\n",
        );

        let found = choose(None, None, &lists);

        assert_eq!(
            found,
            mirrors("http://main.invalid/debian", "http://security.invalid/d")
        );
    }

    #[test]
    fn a_stanza_that_is_switched_off_or_has_only_sources_names_no_mirror() {
        for text in [
            "Enabled: no\nTypes: deb\nURIs: http://a.invalid\nSuites: x\n",
            "Types: src\nURIs: http://a.invalid\nSuites: x\n",
            "Types: deb\nURIs: http://a.invalid\nSuites: ./\n",
            "",
        ] {
            assert_eq!(choose(None, None, &stanzas(text)), None, "{text}");
        }
    }

    #[test]
    fn one_line_entries_may_carry_options_and_comments() {
        let list = SourceList::Lines(
            "# deb http://no.invalid x main\ndeb-src http://no.invalid x main\n\
             deb http://s.invalid x-security main\n\
             deb [arch=amd64 signed-by=/k] http://yes.invalid/debian x main\n"
                .to_owned(),
        );

        let found = choose(None, None, &[list]);

        assert_eq!(
            found,
            mirrors("http://yes.invalid/debian", "http://s.invalid")
        );
    }

    #[test]
    fn a_given_mirror_wins_and_names_that_of_security_updates() {
        let lists = stanzas("Types: deb\nURIs: http://s.invalid\nSuites: x-security\n");
        let given = || Some("http://a.invalid/debian/".to_owned());

        assert_eq!(
            choose(given(), None, &lists),
            mirrors(
                "http://a.invalid/debian/",
                "http://a.invalid/debian-security"
            )
        );
        assert_eq!(
            choose(given(), Some("http://b.invalid".to_owned()), &lists),
            mirrors("http://a.invalid/debian/", "http://b.invalid")
        );
    }
}
