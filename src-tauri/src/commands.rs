//! What the page may ask of the window: only what a browser tab can't do.
use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use arboard::Clipboard;
use berth_api::client::ClientError;
use serde::Serialize;
use tauri::{AppHandle, Manager, State, Url};
use tauri_plugin_dialog::{DialogExt, FilePath};
use tauri_plugin_notification::NotificationExt;
use tokio::sync::oneshot;

use crate::{
    desk::Desk,
    tray::model::clean,
    web::{self, WebError},
};

/// Longest text for the clipboard, in bytes.
const MAX_COPY: usize = 16 << 20;
/// Longest address that is opened, in bytes.
const MAX_URL: usize = 4096;

/// Why something was not done, as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Refusal {
    /// One sentence.
    message: String,
    /// The next step.
    hint: Option<String>,
}

impl Refusal {
    fn new(message: &str, hint: &str) -> Self {
        Self {
            message: message.to_owned(),
            hint: Some(hint.to_owned()),
        }
    }
}

impl From<ClientError> for Refusal {
    fn from(error: ClientError) -> Self {
        Self {
            message: error.to_string(),
            hint: error.hint().map(str::to_owned),
        }
    }
}

impl From<WebError> for Refusal {
    fn from(error: WebError) -> Self {
        let hint = match &error {
            WebError::File(_) => Some("choose a folder that is yours and has room".to_owned()),
            _ => None,
        };
        Self {
            message: error.to_string(),
            hint,
        }
    }
}

impl From<tauri::Error> for Refusal {
    fn from(error: tauri::Error) -> Self {
        Self::new(&error.to_string(), "start Berth again")
    }
}

/// Where the daemon is and what lets the page in.
#[derive(Debug, Serialize)]
pub(crate) struct Credentials {
    origin: String,
    token: String,
}

/// Gives the page its way in. `start` says that the user wants the daemon even
/// though somebody ended it; a daemon that died or never ran is started anyhow.
#[tauri::command]
pub(crate) async fn credentials(
    desk: State<'_, Desk>,
    start: Option<bool>,
) -> Result<Credentials, Refusal> {
    let address = desk.dashboard(start.unwrap_or(false)).await?;
    Ok(Credentials {
        origin: address.origin,
        token: address.token,
    })
}

/// Opens an address in the browser. The page asks the user first.
#[tauri::command]
pub(crate) async fn open_external(url: String) -> Result<(), Refusal> {
    let refused = || Refusal::new("this address is not opened", "only web addresses are");
    let url = web_address(&url).ok_or_else(refused)?;
    tauri_plugin_opener::open_url(url.as_str(), None::<&str>)
        .map_err(|error| Refusal::new(&error.to_string(), "open the address in a browser yourself"))
}

/// A web address, and nothing that another program would be started for.
fn web_address(text: &str) -> Option<Url> {
    if text.len() > MAX_URL {
        return None;
    }
    let url: Url = text.parse().ok()?;
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    // Names before an @ are for deceiving people.
    let plain = url.username().is_empty() && url.password().is_none();
    (web && plain).then_some(url)
}

/// The clipboard, which gives its text away for as long as the program runs.
#[derive(Default)]
pub(crate) struct Copied(Mutex<Option<Clipboard>>);

/// Writes to the clipboard.
#[tauri::command]
pub(crate) async fn copy(copied: State<'_, Copied>, text: String) -> Result<(), Refusal> {
    if text.len() > MAX_COPY {
        return Err(Refusal::new(
            "that is too much for the clipboard",
            "save it as a file",
        ));
    }
    let failed = |error: arboard::Error| Refusal::new(&error.to_string(), "try again");
    let mut clipboard = copied.0.lock().unwrap_or_else(PoisonError::into_inner);
    if clipboard.is_none() {
        *clipboard = Some(Clipboard::new().map_err(failed)?);
    }
    match clipboard.as_mut() {
        Some(clipboard) => clipboard.set_text(text).map_err(failed),
        None => Ok(()),
    }
}

/// Saves what is at `url` of the daemon as a file that the user chooses; false
/// when they leave.
#[tauri::command]
pub(crate) async fn download(app: AppHandle, url: String, name: String) -> Result<bool, Refusal> {
    let desk = app.state::<Desk>();
    let address = desk.address().ok_or(WebError::Foreign)?;
    let (chosen, choice) = oneshot::channel();
    let dialog = app.dialog().file().set_file_name(file_name(&name));
    dialog.save_file(move |path| drop(chosen.send(path)));
    let Some(path) = path(choice.await.ok().flatten()) else {
        return Ok(false);
    };
    web::save(&address, &url, &path).await?;
    Ok(true)
}

/// Lets the user choose a file or folder; `None` when they leave.
#[tauri::command]
pub(crate) async fn pick_path(app: AppHandle, what: What) -> Result<Option<PathBuf>, Refusal> {
    let (chosen, choice) = oneshot::channel();
    let done = move |path: Option<FilePath>| drop(chosen.send(path));
    let dialog = app.dialog().file();
    match what {
        What::File => dialog.pick_file(done),
        What::Folder => dialog.pick_folder(done),
    }
    Ok(path(choice.await.ok().flatten()))
}

/// What can be chosen.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum What {
    File,
    Folder,
}

fn path(chosen: Option<FilePath>) -> Option<PathBuf> {
    chosen.and_then(|path| path.into_path().ok())
}

/// A name for a file that stays in the folder the user chooses.
fn file_name(name: &str) -> String {
    let fit = |c: char| match c {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
        other => other,
    };
    let name: String = clean(name).chars().map(fit).collect();
    match name.trim_matches(['.', ' ']) {
        "" => "download".to_owned(),
        name => name.to_owned(),
    }
}

/// Shows a notification.
#[tauri::command]
pub(crate) async fn notify(app: AppHandle, title: String, body: String) -> Result<(), Refusal> {
    if !app.state::<Desk>().settings().notify {
        return Ok(());
    }
    let notification = app.notification().builder();
    let shown = notification.title(clean(&title)).body(clean(&body)).show();
    shown.map_err(|error| Refusal::new(&error.to_string(), "check the system's notifications"))
}

#[cfg(test)]
mod tests {
    use super::{file_name, web_address};

    #[test]
    fn web_addresses_are_opened_and_nothing_else() {
        for good in ["http://localhost:8080", "https://example.com/a?b#c"] {
            assert!(web_address(good).is_some(), "{good}");
        }
        let long = format!("https://example.com/{}", "x".repeat(5000));
        for bad in [
            "",
            "example.com",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "vscode://open",
            "-x",
            "http://",
            "https://bank.example@evil.example/",
            &long,
        ] {
            assert!(web_address(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_file_name_never_leads_out_of_its_folder() {
        assert_eq!(file_name("logs.txt"), "logs.txt");
        assert_eq!(file_name("../../etc/passwd"), "_.._etc_passwd");
        assert_eq!(file_name("..\\x"), "_x");
        assert_eq!(file_name(" .. "), "download");
        assert_eq!(file_name("a\u{202e}b\n"), "ab");
    }
}
