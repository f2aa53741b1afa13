//! Places in the dashboard that the tray, notifications and deep links lead to:
//! the only ones, so that a link from outside can't reach anything else.
//!
//! A deep link is `berth://<view>`, `berth://<view>/<name>`,
//! `berth://<view>/<name>/<tab>` or `berth://logs?<search>`. Links are
//! untrusted: any program and any web page can open one. They show something
//! and never do anything, so forms that are filled by an address are not here.

/// Views that a link may name.
const VIEWS: &[&str] = &[
    "containers",
    "compose",
    "images",
    "volumes",
    "networks",
    "builds",
    "logs",
    "activity",
    "space",
    "settings",
    "diagnostics",
];

/// Views of things that have names and tabs.
const LISTS: &[&str] = &[
    "containers",
    "compose",
    "images",
    "volumes",
    "networks",
    "builds",
];

/// The view whose address holds a search.
const SEARCHED: &str = "logs";

/// Longest name, and longest search, that is accepted, in bytes.
const MAX_NAME: usize = 255;
const MAX_SEARCH: usize = 2000;

/// A place in the dashboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    /// Where the user was last.
    Home,
    /// A view.
    View(&'static str),
    /// A thing in a view, and its tab, if not the first.
    Thing(&'static str, String, Option<String>),
    /// A search of logs, as it stands behind the question mark.
    Search(String),
}

impl Route {
    /// The settings.
    pub(crate) const SETTINGS: Self = Self::View("settings");

    /// A tab of the container of this name; by its ID where the name is none
    /// that Docker would give.
    pub(crate) fn container(name: &str, id: &str, tab: &str) -> Self {
        let named = if is_name(name) { name } else { id };
        let tab = (tab != "overview").then(|| tab.to_owned());
        Self::Thing("containers", named.to_owned(), tab)
    }

    /// The fragment of the dashboard's address, with its `#`; empty for [`Route::Home`].
    pub(crate) fn fragment(&self) -> String {
        match self {
            Self::Home => String::new(),
            Self::View(view) => format!("#/{view}"),
            Self::Thing(view, name, None) => format!("#/{view}/{name}"),
            Self::Thing(view, name, Some(tab)) => format!("#/{view}/{name}/{tab}"),
            Self::Search(search) => format!("#/{SEARCHED}?{search}"),
        }
    }

    /// The place of this fragment.
    pub(crate) fn from_fragment(fragment: &str) -> Option<Self> {
        match fragment {
            "" => Some(Self::Home),
            _ => Self::from_path(fragment.strip_prefix("#/")?),
        }
    }

    /// The place that a deep link names; `None` if it names none.
    pub(crate) fn from_link(link: &str) -> Option<Self> {
        let scheme = link.get(..8)?;
        if !scheme.eq_ignore_ascii_case("berth://") {
            return None;
        }
        match link[8..].trim_matches('/') {
            "" => Some(Self::Home),
            path => Self::from_path(path),
        }
    }

    fn from_path(path: &str) -> Option<Self> {
        if let Some((view, search)) = path.split_once('?') {
            let known = view.trim_end_matches('/') == SEARCHED && is_search(search);
            return known.then(|| Self::Search(search.to_owned()));
        }
        let known =
            |list: &[&'static str], name: &str| list.iter().copied().find(|one| *one == name);
        match path.split('/').collect::<Vec<_>>()[..] {
            [view] => Some(Self::View(known(VIEWS, view)?)),
            [view, name] if is_name(name) => {
                Some(Self::Thing(known(LISTS, view)?, name.to_owned(), None))
            }
            [view, name, tab] if is_name(name) && is_tab(tab) => {
                let tab = Some(tab.to_owned());
                Some(Self::Thing(known(LISTS, view)?, name.to_owned(), tab))
            }
            _ => None,
        }
    }
}

/// Docker's own rule for names of containers, which IDs fit too; those of images
/// have a colon.
fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | ':');
    name.len() <= MAX_NAME
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(allowed)
}

/// A word; the dashboard shows the first tab for one that it doesn't have.
fn is_tab(tab: &str) -> bool {
    (1..=20).contains(&tab.len()) && tab.chars().all(|c| c.is_ascii_lowercase())
}

/// What browsers write for fields of a form.
fn is_search(search: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "*-._+%=&".contains(c);
    search.len() <= MAX_SEARCH && search.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::Route;

    #[track_caller]
    fn check(link: &str, fragment: &str) {
        let route = Route::from_link(link).map(|route| route.fragment());
        assert_eq!(route.as_deref(), Some(fragment), "{link}");
    }

    #[test]
    fn a_link_leads_to_a_view_or_a_container() {
        check("berth://", "");
        check("berth:///", "");
        check("BERTH://images", "#/images");
        check("berth://containers/web", "#/containers/web");
        check("berth://containers/web/", "#/containers/web");
        check(
            "berth://containers/my_web.1-x/logs",
            "#/containers/my_web.1-x/logs",
        );
        check("berth://settings", "#/settings");
        check("berth://images/sha256:0a1b", "#/images/sha256:0a1b");
        check("berth://compose/shop/logs", "#/compose/shop/logs");
        check("berth://logs?q=a%20b&c=web", "#/logs?q=a%20b&c=web");
        check("berth://logs/?q=1", "#/logs?q=1");
    }

    #[test]
    fn a_link_to_anywhere_else_leads_nowhere() {
        let long = format!("berth://containers/{}", "x".repeat(300));
        for link in [
            "",
            "berth",
            "berth:containers",
            "http://containers/web",
            "berth://nowhere",
            "berth://containers/..",
            "berth://containers/-rf",
            "berth://containers/a b",
            "berth://containers/web%2f..%2f",
            "berth://containers/web/logs/more",
            "berth://containers/web/Logs",
            "berth://settings/engine",
            "berth://run?image=evil",
            "berth://run",
            "berth://logs?q=<script>",
            "berth://logs?q=1#x",
            "berth://containers/web?tab=logs",
            "berth://containers/web#token=1",
            "berth://containers/\"><script>",
            "berth://containers/w\u{202e}eb",
            "b\u{e9}rth://images",
            &long,
        ] {
            assert_eq!(Route::from_link(link), None, "{link}");
        }
    }

    #[test]
    fn a_place_is_found_by_its_fragment() {
        for route in [
            Route::Home,
            Route::SETTINGS,
            Route::container("web", "1", "logs"),
            Route::container("../x", "1", "overview"),
        ] {
            assert_eq!(
                Route::from_fragment(&route.fragment()).as_ref(),
                Some(&route)
            );
        }
        assert_eq!(Route::from_fragment("javascript:alert(1)"), None);
    }
}
