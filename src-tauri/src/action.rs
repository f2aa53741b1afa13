//! What a user can ask for in the tray, in a notification or by a deep link, and
//! how it is named in a menu, whose entries carry text only.
use crate::route::Route;

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    /// Shows the window at this place.
    Show(Route),
    /// Starts or wakes the machine, and the daemon if need be.
    Start,
    /// Puts the machine to sleep.
    Suspend,
    /// Stops the machine.
    Stop,
    /// Shows what listens at this port of the host.
    Open(u16),
    /// Does something to containers, by their IDs.
    Containers(Verb, Vec<String>),
    /// Ends this program.
    Quit,
}

/// What to do to containers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Start,
    Restart,
    Stop,
}

impl Verb {
    /// As it stands in the engine's API.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Restart => "restart",
            Self::Stop => "stop",
        }
    }
}

impl Action {
    /// Its name in a menu.
    pub(crate) fn id(&self) -> String {
        match self {
            Self::Show(route) => format!("show {}", route.fragment()),
            Self::Start => "start".to_owned(),
            Self::Suspend => "suspend".to_owned(),
            Self::Stop => "stop".to_owned(),
            Self::Open(port) => format!("open {port}"),
            Self::Containers(verb, ids) => format!("{}-containers {}", verb.name(), ids.join(" ")),
            Self::Quit => "quit".to_owned(),
        }
    }

    /// The action of this name.
    pub(crate) fn parse(id: &str) -> Option<Self> {
        let (word, rest) = id.split_once(' ').unwrap_or((id, ""));
        let containers = |verb| {
            let ids = rest.split(' ').filter(|id| !id.is_empty());
            Self::Containers(verb, ids.map(str::to_owned).collect())
        };
        Some(match word {
            "show" => Self::Show(Route::from_fragment(rest)?),
            "start" => Self::Start,
            "suspend" => Self::Suspend,
            "stop" => Self::Stop,
            "open" => Self::Open(rest.parse().ok()?),
            "start-containers" => containers(Verb::Start),
            "restart-containers" => containers(Verb::Restart),
            "stop-containers" => containers(Verb::Stop),
            "quit" => Self::Quit,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, Verb};
    use crate::route::Route;

    #[test]
    fn every_action_is_found_by_its_name() {
        for action in [
            Action::Show(Route::Home),
            Action::Show(Route::SETTINGS),
            Action::Show(Route::container("web", "1", "logs")),
            Action::Start,
            Action::Suspend,
            Action::Stop,
            Action::Open(8080),
            Action::Containers(Verb::Start, vec!["a".to_owned()]),
            Action::Containers(Verb::Restart, vec!["a".to_owned(), "b".to_owned()]),
            Action::Containers(Verb::Stop, vec![]),
            Action::Quit,
        ] {
            assert_eq!(Action::parse(&action.id()).as_ref(), Some(&action));
        }
    }

    #[test]
    fn what_is_no_action_is_none() {
        for id in ["", "fly", "open", "open 70000", "show javascript:alert(1)"] {
            assert_eq!(Action::parse(id), None, "{id}");
        }
    }
}
