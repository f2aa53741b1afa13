//! Places in the dashboard that the tray, notifications and deep links lead to:
//! the only ones, so that a link from outside can't reach anything else.
//!
//! A deep link is `berth://<view>`, `berth://containers/<name>` or
//! `berth://containers/<name>/<tab>`. Links are untrusted: any program and any
//! web page can open one. They show something and never do anything.

/// Views that a link may name.
const VIEWS: &[&str] = &[
    "containers",
    "images",
    "volumes",
    "networks",
    "builds",
    "logs",
    "activity",
    "space",
    "settings",
];

/// Tabs of a container that a link may name.
const TABS: &[&str] = &[
    "overview", "logs", "terminal", "files", "stats", "inspect", "events",
];

/// Longest name that is accepted, in bytes.
const MAX_NAME: usize = 255;

/// A place in the dashboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    /// Where the user was last.
    Home,
    /// A view.
    View(&'static str),
    /// A container's tab.
    Container(String, &'static str),
}

impl Route {
    /// The settings.
    pub(crate) const SETTINGS: Self = Self::View("settings");

    /// A tab of the container of this name; by its ID where the name is none
    /// that Docker would give.
    pub(crate) fn container(name: &str, id: &str, tab: &'static str) -> Self {
        let named = if is_name(name) { name } else { id };
        Self::Container(named.to_owned(), tab)
    }

    /// The fragment of the dashboard's address, with its `#`; empty for [`Route::Home`].
    pub(crate) fn fragment(&self) -> String {
        match self {
            Self::Home => String::new(),
            Self::View(view) => format!("#/{view}"),
            Self::Container(name, "overview") => format!("#/containers/{name}"),
            Self::Container(name, tab) => format!("#/containers/{name}/{tab}"),
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
        let known =
            |list: &[&'static str], name: &str| list.iter().copied().find(|one| *one == name);
        match path.split('/').collect::<Vec<_>>()[..] {
            [view] => Some(Self::View(known(VIEWS, view)?)),
            ["containers", name] if is_name(name) => {
                Some(Self::Container(name.to_owned(), "overview"))
            }
            ["containers", name, tab] if is_name(name) => {
                Some(Self::Container(name.to_owned(), known(TABS, tab)?))
            }
            _ => None,
        }
    }
}

/// Docker's own rule for names of containers, which IDs fit too.
fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    name.len() <= MAX_NAME
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(allowed)
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
            "berth://containers/web/destroy",
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
