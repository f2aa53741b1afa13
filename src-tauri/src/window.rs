//! The main window: made when it is first wanted, brought back afterwards.
use tauri::{
    AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Wry,
    webview::{NewWindowResponse, PageLoadEvent, PageLoadPayload},
};
use tauri_plugin_window_state::{AppHandleExt, StateFlags};

use crate::{
    desk::Desk,
    leave,
    route::Route,
    settings::{Closing, closing},
    sys,
};

/// Its name, which its permissions go by.
pub(crate) const MAIN: &str = "main";

const SIZE: (f64, f64) = (1280.0, 800.0);
const SMALLEST: (f64, f64) = (640.0, 480.0);

/// What is remembered of its geometry: not whether it was hidden, which is
/// decided by how the program is started.
pub(crate) fn remembered() -> StateFlags {
    StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED | StateFlags::FULLSCREEN
}

/// Shows the window at a place. Somebody wanted it, so they want a daemon too.
pub(crate) fn show(app: &AppHandle, route: &Route) -> tauri::Result<()> {
    app.state::<Desk>().wishes.notify_one();
    let Some(window) = app.get_webview_window(MAIN) else {
        return build(app, route).map(drop);
    };
    if *route != Route::Home {
        // As text of JSON, so that nothing in it can end the string.
        let fragment = serde_json::to_string(&route.fragment())?;
        window.eval(format!("window.location.hash = {fragment}"))?;
    }
    window.unminimize()?;
    window.show()?;
    window.set_focus()
}

fn build(app: &AppHandle, route: &Route) -> tauri::Result<WebviewWindow> {
    let page = format!("index.html{}", route.fragment());
    WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App(page.into()))
        .title("Berth")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(SMALLEST.0, SMALLEST.1)
        // Files that are dropped belong to the page, which uploads them.
        .disable_drag_drop_handler()
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        // Else it flashes in the system's colour.
        .visible(false)
        .on_page_load(show_when_loaded)
        .build()
}

/// Shows a window once there is something in it.
#[expect(clippy::needless_pass_by_value, reason = "Tauri's signature")]
pub(crate) fn show_when_loaded(window: WebviewWindow, page: PageLoadPayload<'_>) {
    if page.event() != PageLoadEvent::Finished {
        return;
    }
    if let Err(error) = window.show().and_then(|()| window.set_focus()) {
        crate::log::warn(&format!("a window can't be shown: {error}"));
    }
}

/// The page never leaves the bundle: what is elsewhere is the browser's.
fn is_ours(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        // How Windows spells it.
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        _ => false,
    }
}

/// What happens when the user closes the window.
pub(crate) async fn close(app: AppHandle<Wry>) {
    let settings = app.state::<Desk>().refresh_settings().await;
    let _ = app.save_window_state(remembered());
    let Some(window) = app.get_webview_window(MAIN) else {
        return;
    };
    let outcome = match closing(settings.close, sys::tray_is_shown().await) {
        Closing::Hide => window.hide(),
        Closing::Minimize => window.minimize(),
        Closing::Quit => {
            leave::leave(app.clone()).await;
            Ok(())
        }
    };
    if let Err(error) = outcome {
        crate::log::warn(&format!("the window could not be put away: {error}"));
    }
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn the_page_can_go_nowhere_but_to_its_own_bundle() {
        let ours = |url: &str| is_ours(&url.parse().unwrap());
        assert!(ours("tauri://localhost/index.html#/containers"));
        assert!(ours("http://tauri.localhost/"));
        for foreign in [
            "https://example.com/",
            "http://127.0.0.1:4242/",
            "http://tauri.localhost.evil.example/",
            "tauri://evil/",
            "file:///etc/passwd",
            "data:text/html,x",
            "javascript:alert(1)",
            "about:blank",
        ] {
            assert!(!ours(foreign), "{foreign}");
        }
    }
}
