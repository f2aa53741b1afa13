//! Does what the user asked for in the tray or in a notification.
use berth_api::{
    call::{Call, Start, Stop},
    client::{Client, ClientError},
};
use serde_json::Value;
use tauri::{AppHandle, Manager};
use tauri_plugin_notification::NotificationExt;

use crate::{
    action::{Action, Verb},
    desk::Desk,
    leave, log,
    pump::sentence,
    tray::model::clean,
    web::{self, WebError},
    window,
};

/// Does it; what goes wrong is shown as a notification, since there may be no
/// window.
pub(crate) fn act(app: &AppHandle, action: Action) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Err(why) = carry_out(&app, action).await {
            report(&app, &why);
        }
    });
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
enum ActError {
    /// The daemon was not reached, or refused.
    #[error("{}", sentence(.0))]
    Daemon(#[from] ClientError),
    /// The engine was not reached, or refused.
    #[error(transparent)]
    Engine(#[from] WebError),
    /// The window can't be shown.
    #[error("the window can't be shown")]
    Window(#[from] tauri::Error),
    /// The browser can't be started.
    #[error("the browser can't be started")]
    Browser(#[from] tauri_plugin_opener::Error),
}

async fn carry_out(app: &AppHandle, action: Action) -> Result<(), ActError> {
    match action {
        Action::Show(route) => window::show(app, &route)?,
        Action::Start => {
            // Waking, too: nobody else would start a daemon that was ended.
            let client = app.state::<Desk>().client(true).await;
            wish(client, Call::Start(Start { wait: true })).await?;
        }
        Action::Suspend => wish(running(app).await, Call::Suspend).await?,
        Action::Stop => wish(running(app).await, Call::Stop(Stop::default())).await?,
        Action::Open(port) => {
            tauri_plugin_opener::open_url(format!("http://localhost:{port}"), None::<&str>)?;
        }
        Action::Containers(verb, ids) => containers(app, verb, &ids).await?,
        Action::Quit => leave::leave(app.clone()).await,
    }
    Ok(())
}

async fn running(app: &AppHandle) -> Result<Client, ClientError> {
    Client::connect(&app.state::<Desk>().home.control_socket()).await
}

async fn wish(client: Result<Client, ClientError>, call: Call) -> Result<(), ClientError> {
    client?.call::<Value>(call).await.map(drop)
}

/// One after the other: the engine works on each with all it has.
async fn containers(app: &AppHandle, verb: Verb, ids: &[String]) -> Result<(), ActError> {
    let address = app.state::<Desk>().dashboard(true).await?;
    let mut first = Ok(());
    for id in ids {
        let done = web::post(&address, &format!("/containers/{id}/{}", verb.name())).await;
        first = first.and(done);
    }
    Ok(first?)
}

fn report(app: &AppHandle, why: &ActError) {
    let title = app.state::<Desk>().words.action_failed;
    let notification = app.notification().builder().title(title);
    let shown = notification.body(clean(&why.to_string())).show();
    if let Err(error) = shown {
        log::warn(&format!("{why} (and no notification: {error})"));
    }
}
