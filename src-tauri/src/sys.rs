//! What differs between systems.
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
pub(crate) use linux::{ICON_STYLE, tray_is_shown};

#[cfg(not(target_os = "linux"))]
mod other;
#[cfg(not(target_os = "linux"))]
pub(crate) use other::{ICON_STYLE, tray_is_shown};

use tauri::RunEvent;

/// The tray's icon is drawn by the system from its shape alone.
pub(crate) const TEMPLATE_ICON: bool = cfg!(target_os = "macos");

/// The user clicked the program's icon while it runs; only a Mac tells that.
pub(crate) fn is_reopened(event: &RunEvent) -> bool {
    #[cfg(target_os = "macos")]
    return matches!(event, RunEvent::Reopen { .. });
    #[cfg(not(target_os = "macos"))]
    {
        let _ = event;
        false
    }
}
