//! How the user wants the window to behave, as the dashboard remembers it.
use berth_api::dashboard::Prefs;
use serde_json::Value;

use crate::quit::Wish;

/// Names of the choices in [`Prefs`].
pub(crate) const CLOSE: &str = "desktop.close";
pub(crate) const QUIT: &str = "desktop.quit";
pub(crate) const NOTIFY: &str = "desktop.notifications";

/// The choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Settings {
    /// What closing the window does.
    pub(crate) close: Close,
    /// What happens to containers when the program ends.
    pub(crate) quit: Wish,
    /// Notifications are shown.
    pub(crate) notify: bool,
}

/// What closing the window should do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Close {
    /// Go out of the way and stay there.
    #[default]
    Hide,
    /// End the program.
    Quit,
}

/// What closing the window does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closing {
    /// The tray brings it back.
    Hide,
    /// There is no tray; the list of windows brings it back.
    Minimize,
    /// The program ends.
    Quit,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            close: Close::default(),
            quit: Wish::default(),
            notify: true,
        }
    }
}

impl Settings {
    /// Reads the choices; what is missing or not understood is as by default.
    pub(crate) fn from_prefs(prefs: &Prefs) -> Self {
        let text = |name| prefs.values.get(name).and_then(Value::as_str);
        Self {
            close: match text(CLOSE) {
                Some("quit") => Close::Quit,
                _ => Close::Hide,
            },
            quit: text(QUIT).and_then(Wish::parse).unwrap_or_default(),
            notify: prefs.values.get(NOTIFY) != Some(&Value::Bool(false)),
        }
    }
}

/// What closing the window does, where there is a tray or not.
pub(crate) fn closing(wanted: Close, tray: bool) -> Closing {
    match (wanted, tray) {
        (Close::Quit, _) => Closing::Quit,
        (Close::Hide, true) => Closing::Hide,
        // A window that hides without a tray could never be found again.
        (Close::Hide, false) => Closing::Minimize,
    }
}

#[cfg(test)]
mod tests {
    use berth_api::dashboard::Prefs;
    use serde_json::{Value, json};

    use super::{Close, Closing, Settings, closing};
    use crate::quit::Wish;

    fn read(values: Value) -> Settings {
        Settings::from_prefs(&Prefs {
            values: serde_json::from_value(values).unwrap(),
        })
    }

    #[test]
    fn choices_are_read_and_nonsense_is_as_by_default() {
        let chosen = json!({"desktop.close": "quit", "desktop.quit": "suspend", "desktop.notifications": false});
        let expected = Settings {
            close: Close::Quit,
            quit: Wish::Suspend,
            notify: false,
        };
        assert_eq!(read(chosen), expected);
        let nonsense =
            json!({"desktop.close": 7, "desktop.quit": "explode", "desktop.notifications": "no"});
        assert_eq!(read(nonsense), Settings::default());
    }

    #[test]
    fn a_window_never_hides_where_nothing_brings_it_back() {
        assert_eq!(closing(Close::Hide, true), Closing::Hide);
        assert_eq!(closing(Close::Hide, false), Closing::Minimize);
        assert_eq!(closing(Close::Quit, true), Closing::Quit);
        assert_eq!(closing(Close::Quit, false), Closing::Quit);
    }
}
