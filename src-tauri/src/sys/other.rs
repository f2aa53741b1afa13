//! macOS and Windows: there is always a tray.
use crate::tray::icon::Style;

/// How the tray wants its icon.
pub(crate) const ICON_STYLE: Style = match cfg!(target_os = "macos") {
    true => Style::Template,
    false => Style::Coloured,
};

/// Somebody shows our icon.
pub(crate) async fn tray_is_shown() -> bool {
    true
}
