//! The end of the program: asks what happens to containers, does it, ends.
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use berth_api::{
    call::{Call, Quit},
    client::{Client, ClientError},
};
use serde::Serialize;
use serde_json::Value;
use tauri::{
    AppHandle, Manager, WebviewUrl, WebviewWindowBuilder,
    http::{Request, Response, StatusCode},
    webview::NewWindowResponse,
};
use tokio::time::timeout;

use crate::{
    commands::Refusal,
    desk::Desk,
    log,
    pump::sentence,
    quit::{Plan, Wish, plan},
    settings, window,
    words::Ask,
};

/// Name of the window that asks, and scheme of its page.
pub(crate) const WINDOW: &str = "quit";
pub(crate) const SCHEME: &str = "berth-page";

/// A machine that takes longer has gone wrong; the daemon goes on with it.
const PATIENCE: Duration = Duration::from_secs(180);

const PAGE: &str = include_str!("../pages/quit.html");
const STYLE: &str = include_str!("../pages/quit.css");
const SCRIPT: &str = include_str!("../pages/quit.js");
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     connect-src ipc: http://ipc.localhost; frame-ancestors 'none'; base-uri 'none'";

/// The end was decided: closing windows now ends the program.
#[derive(Debug, Default)]
pub(crate) struct Leaving {
    decided: AtomicBool,
    problem: Mutex<Option<String>>,
}

impl Leaving {
    /// True once nothing holds the program back.
    pub(crate) fn is_decided(&self) -> bool {
        self.decided.load(Ordering::Relaxed)
    }
}

/// What the page shows.
#[derive(Debug, Serialize)]
pub(crate) struct Question {
    language: &'static str,
    running: String,
    words: &'static Ask,
    /// Why what was chosen did not work.
    problem: Option<String>,
}

/// Ends the program as the user has chosen, or asks.
pub(crate) async fn leave(app: AppHandle) {
    let desk = app.state::<Desk>();
    let settings = desk.refresh_settings().await;
    let (up, runs) = {
        let live = desk.live();
        (live.up(), live.is_running())
    };
    match plan(settings.quit, up, runs) {
        Plan::End => end(&app),
        Plan::Ask => ask(&app, None),
        Plan::Suspend => follow(&app, Wish::Suspend).await,
        Plan::Stop => follow(&app, Wish::Stop).await,
    }
}

/// Does what the user wishes, then ends; shows what went wrong instead.
async fn follow(app: &AppHandle, wish: Wish) {
    match carry_out(app, wish).await {
        Ok(()) => end(app),
        Err(error) => ask(app, Some(sentence(&error))),
    }
}

fn end(app: &AppHandle) {
    app.state::<Leaving>()
        .decided
        .store(true, Ordering::Relaxed);
    app.exit(0);
}

fn ask(app: &AppHandle, problem: Option<String>) {
    let leaving = app.state::<Leaving>();
    *leaving
        .problem
        .lock()
        .unwrap_or_else(PoisonError::into_inner) = problem;
    if let Err(error) = show_question(app) {
        // Whoever can't be asked keeps what runs.
        log::warn(&format!("the question can't be shown: {error}"));
        end(app);
    }
}

fn show_question(app: &AppHandle) -> tauri::Result<()> {
    if let Some(window) = app.get_webview_window(WINDOW) {
        window.reload()?;
        return window.set_focus();
    }
    let url = format!("{SCHEME}://localhost/quit.html")
        .parse()
        .map_err(tauri::Error::InvalidUrl)?;
    WebviewWindowBuilder::new(app, WINDOW, WebviewUrl::CustomProtocol(url))
        .title(app.state::<Desk>().words.ask.title)
        .inner_size(440.0, 440.0)
        .resizable(false)
        .maximizable(false)
        .minimizable(false)
        .center()
        .on_navigation(|url| {
            url.scheme() == SCHEME || url.host_str() == Some("berth-page.localhost")
        })
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .visible(false)
        .on_page_load(window::show_when_loaded)
        .build()
        .map(drop)
}

/// The files of the page.
pub(crate) fn page(request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
    let (kind, text) = match request.uri().path() {
        "/quit.html" => ("text/html", PAGE),
        "/quit.css" => ("text/css", STYLE),
        "/quit.js" => ("text/javascript", SCRIPT),
        _ => {
            let mut missing = Response::new(Vec::new());
            *missing.status_mut() = StatusCode::NOT_FOUND;
            return missing;
        }
    };
    let response = Response::builder()
        .header("content-type", format!("{kind}; charset=utf-8"))
        .header("content-security-policy", POLICY)
        .body(text.as_bytes().to_vec());
    response.unwrap_or_default()
}

/// What the page asks.
#[tauri::command]
pub(crate) async fn quit_question(app: AppHandle) -> Result<Question, Refusal> {
    let desk = app.state::<Desk>();
    let leaving = app.state::<Leaving>();
    let problem = leaving
        .problem
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    Ok(Question {
        language: desk.words.code,
        running: (desk.words.ask.running)(desk.live().up()),
        words: &desk.words.ask,
        problem: problem.clone(),
    })
}

/// What the user answers; an error is shown by the page.
#[tauri::command]
pub(crate) async fn quit_answer(
    app: AppHandle,
    wish: String,
    remember: bool,
) -> Result<(), Refusal> {
    let wish = Wish::parse(&wish).unwrap_or_default();
    if wish == Wish::Ask {
        return Ok(close_question(&app)?);
    }
    if remember {
        let desk = app.state::<Desk>();
        desk.remember(settings::QUIT, wish.name()).await?;
    }
    carry_out(&app, wish).await?;
    end(&app);
    Ok(())
}

fn close_question(app: &AppHandle) -> tauri::Result<()> {
    app.get_webview_window(WINDOW)
        .map_or(Ok(()), |window| window.destroy())
}

/// Does to the machine what the user wishes.
async fn carry_out(app: &AppHandle, wish: Wish) -> Result<(), ClientError> {
    let call = match wish {
        Wish::Ask | Wish::Keep => return Ok(()),
        Wish::Suspend => Call::Suspend,
        Wish::Stop => Call::Quit(Quit { stop_vm: true }),
    };
    let home = &app.state::<Desk>().home;
    let mut client = match Client::connect(&home.control_socket()).await {
        // There is nothing to suspend or stop.
        Err(error) if error.is_absent() => return Ok(()),
        other => other?,
    };
    let answer = timeout(PATIENCE, client.call::<Value>(call)).await;
    let late = || ClientError::Late {
        seconds: PATIENCE.as_secs(),
        output: Vec::new(),
    };
    answer.unwrap_or_else(|_| Err(late())).map(drop)
}
