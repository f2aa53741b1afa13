//! Linux: a tray is there if somebody shows the icons that programs register.
use std::time::Duration;

use tokio::time::timeout;

use crate::tray::icon::Style;

/// How the tray wants its icon.
pub(crate) const ICON_STYLE: Style = Style::Coloured;

/// A desktop that takes longer is as good as one without.
const PATIENCE: Duration = Duration::from_millis(500);

/// Somebody shows our icon. By the StatusNotifier protocol of freedesktop.org.
pub(crate) async fn tray_is_shown() -> bool {
    timeout(PATIENCE, asked())
        .await
        .is_ok_and(|answer| answer.unwrap_or(false))
}

async fn asked() -> zbus::Result<bool> {
    let bus = zbus::Connection::session().await?;
    let name = "org.kde.StatusNotifierWatcher";
    let watcher = zbus::Proxy::new(&bus, name, "/StatusNotifierWatcher", name).await?;
    watcher.get_property("IsStatusNotifierHostRegistered").await
}
