//! WebDriver, as far as these tests need it: <https://www.w3.org/TR/webdriver2/>.
use std::net::TcpListener;

use serde_json::{Value, json};

use crate::{desktop::Desktop, environment, process::Running, wait::eventually, web};

/// A window that is driven. It ends with this.
#[derive(Debug)]
pub struct Driven {
    port: u16,
    session: String,
    _driver: Running,
}

impl Driven {
    /// Starts the program in a desktop.
    pub fn start(desktop: &Desktop, arguments: &[&str]) -> Self {
        let port = free_port();
        let mut driver = desktop.command("WebKitWebDriver");
        driver
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true");
        let driver = Running::start(&mut driver);
        let options = json!({"binary": environment::program(), "args": arguments});
        let asked = json!({"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}});
        let begun = eventually("the driver answers", || {
            web::request(port, "POST", "/session", &asked).ok()
        });
        let session = begun.1.pointer("/value/sessionId").and_then(Value::as_str);
        let session = session.unwrap_or_else(|| panic!("no session: {}", begun.1));
        Self {
            port,
            session: session.to_owned(),
            _driver: driver,
        }
    }

    /// Runs JavaScript; what it returns.
    #[track_caller]
    pub fn run(&self, script: &str) -> Value {
        self.script("sync", script)
    }

    /// Calls one of the window's commands; its result or what it was refused with.
    #[track_caller]
    pub fn invoke(&self, command: &str, arguments: &Value) -> Result<Value, Value> {
        let script = format!(
            "const done = arguments[arguments.length - 1];\
             window.__TAURI__.core.invoke({command:?}, {arguments})\
             .then((value) => done({{value}}), (error) => done({{error}}))"
        );
        let outcome = self.script("async", &script);
        match outcome.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(outcome["value"].clone()),
        }
    }

    #[track_caller]
    fn script(&self, kind: &str, script: &str) -> Value {
        let path = format!("/session/{}/execute/{kind}", self.session);
        let body = json!({"script": script, "args": []});
        let (status, answer) =
            web::request(self.port, "POST", &path, &body).expect("the driver answers");
        assert_eq!(status, 200, "{script}: {answer}");
        answer["value"].clone()
    }

    /// The page's address.
    pub fn address(&self) -> String {
        self.run("return window.location.href")
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}

impl Drop for Driven {
    fn drop(&mut self) {
        let path = format!("/session/{}", self.session);
        let _ = web::request(self.port, "DELETE", &path, &Value::Null);
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address").port()
}
