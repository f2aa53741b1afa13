//! A panel of a desktop, as programs with a tray icon see it: it takes their
//! icons, draws their menus, and clicks.
//!
//! Protocols: StatusNotifierItem of freedesktop.org, and Canonical's dbusmenu.
use std::{
    cell::RefCell,
    collections::HashMap,
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use zbus::{
    blocking::{Connection, Proxy},
    message::Header,
    object_server::SignalEmitter,
    zvariant::{OwnedObjectPath, OwnedValue, Value},
};

use crate::{bus, desktop::Desktop, wait::eventually};

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const ITEM: &str = "org.kde.StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";

/// Number, properties and children of a menu.
type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

/// Where an icon's properties are.
type Place = (String, String);

struct Watcher {
    items: Arc<Mutex<Vec<Place>>>,
}

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    async fn register_status_notifier_item(
        &self,
        service: String,
        #[zbus(header)] header: Header<'_>,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        let place = match service.starts_with('/') {
            true => (sender, service.clone()),
            false => (service.clone(), "/StatusNotifierItem".to_owned()),
        };
        self.items.lock().expect("no panic").push(place);
        let _ = Self::status_notifier_item_registered(&emitter, &service).await;
    }

    fn register_status_notifier_host(&self, _service: &str) {}

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        let items = self.items.lock().expect("no panic");
        items
            .iter()
            .map(|(name, path)| format!("{name}{path}"))
            .collect()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }

    #[zbus(signal)]
    async fn status_notifier_item_registered(
        emitter: &SignalEmitter<'_>,
        service: &str,
    ) -> zbus::Result<()>;
}

/// The panel.
#[derive(Debug)]
pub struct Panel {
    bus: Connection,
    items: Arc<Mutex<Vec<Place>>>,
}

/// An entry of a menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    number: i32,
    /// Its text; empty for a line.
    pub text: String,
    /// It can be chosen.
    pub enabled: bool,
    /// What is below it.
    pub below: Vec<Entry>,
}

impl Panel {
    /// Starts one in a desktop.
    pub fn start(desktop: &Desktop) -> Self {
        let items = Arc::default();
        let watcher = Watcher {
            items: Arc::clone(&items),
        };
        let bus = bus::builder(desktop)
            .name(WATCHER)
            .and_then(|builder| builder.serve_at("/StatusNotifierWatcher", watcher))
            .and_then(zbus::blocking::connection::Builder::build);
        Self {
            bus: bus.expect("a bus without another panel"),
            items,
        }
    }

    fn place(&self) -> Place {
        eventually("an icon in the tray", || {
            self.items.lock().expect("no panic").last().cloned()
        })
    }

    fn icon_proxy(&self) -> Proxy<'static> {
        let (name, path) = self.place();
        Proxy::new(&self.bus, name, path, ITEM).expect("names that are well formed")
    }

    fn menu_proxy(&self) -> Proxy<'static> {
        let (name, _) = self.place();
        let path: OwnedObjectPath = eventually("the icon has a menu", || {
            self.icon_proxy().get_property("Menu").ok()
        });
        Proxy::new(&self.bus, name, path, MENU).expect("names that are well formed")
    }

    /// The file of the icon.
    pub fn icon(&self) -> PathBuf {
        eventually("the icon has a file", || {
            let name: String = self.icon_proxy().get_property("IconName").ok()?;
            let path = PathBuf::from(name);
            path.is_file().then_some(path)
        })
    }

    /// The menu.
    pub fn menu(&self) -> Vec<Entry> {
        let none: Vec<String> = Vec::new();
        let answer: zbus::Result<(u32, Layout)> =
            self.menu_proxy().call("GetLayout", &(0, -1, none));
        let below = answer.map(|(_, (_, _, below))| below).unwrap_or_default();
        below.iter().filter_map(|value| entry(value)).collect()
    }

    /// Waits until an entry of the menu has this text.
    #[track_caller]
    pub fn entry(&self, text: &str) -> Entry {
        let seen = RefCell::default();
        let missing = Missing { text, seen: &seen };
        eventually(missing, || {
            let menu = self.menu();
            seen.replace(shown(&menu));
            find(&menu, text)
        })
    }

    /// Clicks on the entry of this text.
    #[track_caller]
    pub fn click(&self, text: &str) {
        let entry = self.entry(text);
        let nothing = Value::from(0);
        let clicked: zbus::Result<()> = self
            .menu_proxy()
            .call("Event", &(entry.number, "clicked", nothing, 0_u32));
        clicked.expect("the program takes the click");
    }
}

/// Says what there was instead of an entry.
struct Missing<'a> {
    text: &'a str,
    seen: &'a RefCell<String>,
}

impl fmt::Display for Missing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the entry '{}' in the menu:\n{}",
            self.text,
            self.seen.borrow()
        )
    }
}

/// A menu as text, for people.
pub fn shown(menu: &[Entry]) -> String {
    fn write(menu: &[Entry], depth: usize, text: &mut String) {
        for entry in menu {
            let words = match entry.text.as_str() {
                "" => "--",
                words => words,
            };
            text.push_str(&format!("{}{words}\n", "  ".repeat(depth)));
            write(&entry.below, depth + 1, text);
        }
    }
    let mut text = String::new();
    write(menu, 0, &mut text);
    text
}

fn find(menu: &[Entry], text: &str) -> Option<Entry> {
    menu.iter().find_map(|entry| match entry.text == text {
        true => Some(entry.clone()),
        false => find(&entry.below, text),
    })
}

fn entry(value: &Value<'_>) -> Option<Entry> {
    let Value::Structure(parts) = plain(value) else {
        return None;
    };
    let [
        Value::I32(number),
        Value::Dict(properties),
        Value::Array(below),
    ] = parts.fields()
    else {
        return None;
    };
    let text: Option<String> = properties.get(&"label").ok().flatten();
    let enabled: Option<bool> = properties.get(&"enabled").ok().flatten();
    Some(Entry {
        number: *number,
        // An underscore marks the next letter, two stand for themselves.
        text: text.unwrap_or_default().replace("__", "_"),
        enabled: enabled.unwrap_or(true),
        below: below.iter().filter_map(entry).collect(),
    })
}

fn plain<'a>(value: &'a Value<'a>) -> &'a Value<'a> {
    match value {
        Value::Value(inner) => plain(inner),
        value => value,
    }
}
