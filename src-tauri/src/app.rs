//! Puts the parts together and runs until the user ends it.
use berth_model::home::{Home, HomeError};
use tauri::{App, AppHandle, Builder, Manager, RunEvent, Window, WindowEvent, Wry};
use tauri_plugin_deep_link::DeepLinkExt;
use tauri_plugin_notification::NotificationExt;
use tokio::sync::mpsc;

use crate::{
    commands::{self, Copied},
    desk::Desk,
    leave::{self, Leaving},
    live::Feed,
    log,
    notices::Notice,
    pump,
    route::Route,
    start::{Opening, opening},
    sys,
    tray::Tray,
    window,
};

/// How much may wait to be taken in; then the daemon's streams wait.
const WAITING: usize = 256;

/// Why the program can't run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AppError {
    /// There is no folder to keep things in.
    #[error("{0}; {hint}", hint = .0.hint())]
    Home(#[from] HomeError),
    /// There is no display, or the window's parts are missing.
    #[error("the window can't be opened: {0}")]
    Window(#[from] tauri::Error),
}

/// Runs the program.
///
/// # Errors
/// [`AppError`].
pub(crate) fn run() -> Result<(), AppError> {
    let desk = Desk::new(Home::from_env()?);
    let builder = plugins(Builder::default())
        .manage(desk)
        .manage(Leaving::default())
        .manage(Copied::default())
        .register_uri_scheme_protocol(leave::SCHEME, |_, request| leave::page(&request))
        .invoke_handler(tauri::generate_handler![
            commands::credentials,
            commands::open_external,
            commands::copy,
            commands::download,
            commands::pick_path,
            commands::notify,
            leave::quit_question,
            leave::quit_answer,
        ])
        .on_window_event(window_event)
        .setup(|app| Ok(set_up(app)?));
    builder.build(tauri::generate_context!())?.run(run_event);
    Ok(())
}

fn plugins(builder: Builder<Wry>) -> Builder<Wry> {
    builder
        // First, so that a second instance ends before it does anything.
        .plugin(tauri_plugin_single_instance::init(|app, arguments, _| {
            let route = match opening(arguments.into_iter().skip(1)) {
                Opening::At(route) => route,
                Opening::Hidden => return,
            };
            show(app, &route);
        }))
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_state_flags(window::remembered())
                .with_denylist(&[leave::WINDOW])
                .build(),
        )
}

fn set_up(app: &mut App) -> tauri::Result<()> {
    let handle = app.handle();
    if let Err(error) = Tray::start(handle) {
        log::warn(&format!("there is no tray here: {error}"));
    }
    // macOS sends links as events; the others start the program again.
    let linked = handle.clone();
    app.deep_link().on_open_url(move |event| {
        for route in event
            .urls()
            .iter()
            .filter_map(|url| Route::from_link(url.as_str()))
        {
            show(&linked, &route);
        }
    });
    tauri::async_runtime::spawn(keep_up(handle.clone()));
    match opening(std::env::args().skip(1)) {
        Opening::Hidden => Ok(()),
        Opening::At(route) => window::show(handle, &route),
    }
}

fn show(app: &AppHandle, route: &Route) {
    if let Err(error) = window::show(app, route) {
        log::warn(&format!("the window can't be shown: {error}"));
    }
}

/// Takes in what the daemon tells for as long as the program runs.
async fn keep_up(app: AppHandle) {
    let desk = app.state::<Desk>();
    let (feeds, mut fed) = mpsc::channel(WAITING);
    let pump = pump::run(desk.home.clone(), desk.wishes.clone(), feeds);
    tauri::async_runtime::spawn(pump);
    while let Some(feed) = fed.recv().await {
        let fresh = matches!(feed, Feed::Here(_));
        for notice in desk.take(feed) {
            tell(&app, notice);
        }
        if fresh {
            desk.refresh_settings().await;
        }
    }
}

/// Shows a notification, unless the user sees the same in the window.
fn tell(app: &AppHandle, notice: Notice) {
    let watching = app
        .get_webview_window(window::MAIN)
        .is_some_and(|window| window.is_focused().unwrap_or(false));
    if watching || !app.state::<Desk>().settings().notify {
        return;
    }
    let notification = app.notification().builder();
    let shown = notification.title(notice.title).body(notice.body).show();
    if let Err(error) = shown {
        log::warn(&format!("a notification was not shown: {error}"));
    }
}

fn window_event(window: &Window, event: &WindowEvent) {
    let WindowEvent::CloseRequested { api, .. } = event else {
        return;
    };
    if window.label() == window::MAIN {
        api.prevent_close();
        tauri::async_runtime::spawn(window::close(window.app_handle().clone()));
    }
}

fn run_event(app: &AppHandle, event: RunEvent) {
    match event {
        // The last window is gone, but the tray is not.
        RunEvent::ExitRequested { api, .. } if !app.state::<Leaving>().is_decided() => {
            api.prevent_exit();
        }
        event if sys::is_reopened(&event) => show(app, &Route::Home),
        _ => {}
    }
}
