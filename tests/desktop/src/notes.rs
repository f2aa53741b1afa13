//! The part of a desktop that shows notifications, which writes them down.
//!
//! Protocol: Desktop Notifications of freedesktop.org.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use zbus::{blocking::Connection, zvariant::OwnedValue};

use crate::{bus, desktop::Desktop};

struct Server {
    shown: Arc<Mutex<Vec<String>>>,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Server {
    #[expect(clippy::too_many_arguments, reason = "the protocol's")]
    fn notify(
        &self,
        _program: &str,
        _replaces: u32,
        _icon: &str,
        summary: &str,
        body: &str,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        let mut shown = self.shown.lock().expect("no panic");
        shown.push(format!("{summary}: {body}"));
        u32::try_from(shown.len()).unwrap_or(u32::MAX)
    }

    fn close_notification(&self, _id: u32) {}

    fn get_capabilities(&self) -> Vec<String> {
        vec!["body".to_owned()]
    }

    fn get_server_information(&self) -> (&str, &str, &str, &str) {
        ("test", "berth", "1", "1.2")
    }
}

/// What was shown.
#[derive(Debug)]
pub struct Notes {
    _bus: Connection,
    shown: Arc<Mutex<Vec<String>>>,
}

impl Notes {
    /// Starts to write down.
    pub fn start(desktop: &Desktop) -> Self {
        let shown = Arc::default();
        let server = Server {
            shown: Arc::clone(&shown),
        };
        let bus = bus::builder(desktop)
            .name("org.freedesktop.Notifications")
            .and_then(|builder| builder.serve_at("/org/freedesktop/Notifications", server))
            .and_then(zbus::blocking::connection::Builder::build);
        Self {
            _bus: bus.expect("a bus without another server"),
            shown,
        }
    }

    /// Titles and bodies, oldest first.
    pub fn shown(&self) -> Vec<String> {
        self.shown.lock().expect("no panic").clone()
    }
}
