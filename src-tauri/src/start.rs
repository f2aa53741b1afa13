//! What the program was started for: pure.
use crate::route::Route;

/// What to show at first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Opening {
    /// Nothing but the tray: started by the system at login.
    Hidden,
    /// The window.
    At(Route),
}

/// Reads the arguments, without the program's name. What is not understood is
/// left out: systems add arguments of their own.
pub(crate) fn opening<I: IntoIterator<Item = String>>(arguments: I) -> Opening {
    let mut opening = Opening::At(Route::Home);
    for argument in arguments {
        if argument == "--hidden" {
            opening = Opening::Hidden;
        } else if let Some(route) = Route::from_link(&argument) {
            return Opening::At(route);
        }
    }
    opening
}

#[cfg(test)]
mod tests {
    use super::{Opening, opening};
    use crate::route::Route;

    #[track_caller]
    fn check(arguments: &[&str], expected: &Opening) {
        let arguments = arguments.iter().map(|one| (*one).to_owned());
        assert_eq!(opening(arguments), *expected);
    }

    #[test]
    fn the_window_is_shown_unless_it_shall_be_hidden() {
        check(&[], &Opening::At(Route::Home));
        check(&["--hidden"], &Opening::Hidden);
        check(
            &["-psn_0_1234", "berth://nowhere"],
            &Opening::At(Route::Home),
        );
    }

    #[test]
    fn a_link_shows_the_window_even_where_it_would_be_hidden() {
        let images = Opening::At(Route::View("images"));
        check(&["--hidden", "berth://images"], &images);
        check(&["berth://images", "--hidden"], &images);
    }
}
