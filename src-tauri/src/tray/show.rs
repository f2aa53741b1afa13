//! Puts the model into the system's tray.
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tauri::{
    AppHandle, Manager,
    image::Image,
    menu::{Menu, MenuItem, MenuItemKind, PredefinedMenuItem, Submenu},
    tray::{TrayIcon, TrayIconBuilder},
};

use super::{
    icon::{SIZE, draw},
    model::{Item, Look, Step, look, menu, step},
};
use crate::{act, action::Action, desk::Desk, log, sys};

/// Changes that come within this time are shown together.
const TOGETHER: Duration = Duration::from_millis(250);

/// The icon and its menu.
pub(crate) struct Tray {
    icon: TrayIcon,
    shown: Mutex<Shown>,
}

struct Shown {
    look: Look,
    items: Vec<Item>,
    menu: Menu<tauri::Wry>,
}

impl Tray {
    /// Shows the icon, and keeps it and its menu up to date.
    ///
    /// # Errors
    /// When the system has no tray to put it in.
    pub(crate) fn start(app: &AppHandle) -> tauri::Result<()> {
        let (look, items) = wanted(app);
        let menu = built(app, &items)?;
        let icon = TrayIconBuilder::with_id("berth")
            .icon(picture(look))
            .icon_as_template(true)
            .menu(&menu)
            .on_menu_event(|app, event| match Action::parse(event.id.as_ref()) {
                Some(action) => act::act(app, action),
                None => log::warn(&format!(
                    "a menu entry means nothing: {}",
                    event.id.as_ref()
                )),
            })
            .build(app)?;
        let shown = Mutex::new(Shown { look, items, menu });
        app.manage(Self { icon, shown });
        tauri::async_runtime::spawn(keep(app.clone()));
        Ok(())
    }

    fn update(&self, app: &AppHandle) -> tauri::Result<()> {
        let (look, items) = wanted(app);
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        if look != shown.look {
            self.icon
                .set_icon_with_as_template(Some(picture(look)), sys::TEMPLATE_ICON)?;
            shown.look = look;
        }
        match step(&shown.items, &items) {
            Step::Same => return Ok(()),
            Step::Texts(texts) => {
                for (place, text) in texts {
                    say(&shown.menu, &place, &text)?;
                }
            }
            Step::Anew => {
                shown.menu = built(app, &items)?;
                self.icon.set_menu(Some(shown.menu.clone()))?;
            }
        }
        shown.items = items;
        Ok(())
    }
}

/// However fast things change, the menu changes a few times a second.
async fn keep(app: AppHandle) {
    let desk = app.state::<Desk>();
    loop {
        desk.changed.notified().await;
        tokio::time::sleep(TOGETHER).await;
        let handle = app.clone();
        // Menus belong to the main thread; once there, all of it is one step.
        let asked = app.run_on_main_thread(move || {
            if let Err(error) = handle.state::<Tray>().update(&handle) {
                log::warn(&format!("the tray could not be changed: {error}"));
            }
        });
        if asked.is_err() {
            return;
        }
    }
}

fn wanted(app: &AppHandle) -> (Look, Vec<Item>) {
    let desk = app.state::<Desk>();
    let wish = desk.settings().quit;
    let live = desk.live();
    (look(&live), menu(&live, wish, desk.words))
}

fn picture(look: Look) -> Image<'static> {
    Image::new_owned(draw(look, sys::ICON_STYLE), SIZE, SIZE)
}

fn built(app: &AppHandle, items: &[Item]) -> tauri::Result<Menu<tauri::Wry>> {
    let menu = Menu::new(app)?;
    for item in items {
        menu.append(&entry(app, item)?)?;
    }
    Ok(menu)
}

fn entry(app: &AppHandle, item: &Item) -> tauri::Result<MenuItemKind<tauri::Wry>> {
    Ok(match item {
        Item::Line => MenuItemKind::Predefined(PredefinedMenuItem::separator(app)?),
        Item::Text(text) => {
            MenuItemKind::MenuItem(MenuItem::new(app, plain(text), false, None::<&str>)?)
        }
        Item::Do(text, action) => {
            let id = action.id();
            MenuItemKind::MenuItem(MenuItem::with_id(app, id, plain(text), true, None::<&str>)?)
        }
        Item::More(text, items) => {
            let menu = Submenu::new(app, plain(text), true)?;
            for item in items {
                menu.append(&entry(app, item)?)?;
            }
            MenuItemKind::Submenu(menu)
        }
    })
}

/// Changes the text of the entry at this place.
fn say(menu: &Menu<tauri::Wry>, place: &[usize], text: &str) -> tauri::Result<()> {
    let mut items = menu.items()?;
    for (depth, at) in place.iter().enumerate() {
        let last = depth + 1 == place.len();
        match items.get(*at) {
            Some(MenuItemKind::MenuItem(item)) if last => return item.set_text(plain(text)),
            Some(MenuItemKind::Submenu(menu)) if last => return menu.set_text(plain(text)),
            Some(MenuItemKind::Submenu(menu)) => items = menu.items()?,
            _ => return Ok(()),
        }
    }
    Ok(())
}

/// An ampersand would underline the letter behind it.
fn plain(text: &str) -> String {
    text.replace('&', "&&")
}
