//! What the X server and the window manager say about windows.
use std::collections::HashSet;

use x11rb::{
    connection::Connection,
    protocol::xproto::{
        AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, ImageFormat, MapState, Window,
    },
    rust_connection::RustConnection,
};

use crate::wait::{eventually, until};

/// A window with no more colours than these has nothing in it.
const BLANK: usize = 8;

/// A connection to a display.
#[derive(Debug)]
pub struct Screen {
    server: RustConnection,
    root: Window,
}

/// Where a window is, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// From the left.
    pub x: i16,
    /// From the top.
    pub y: i16,
    /// Its width.
    pub width: u16,
    /// Its height.
    pub height: u16,
}

impl Screen {
    /// Connects to the display of this name.
    pub fn open(display: &str) -> Self {
        let (server, number) = RustConnection::connect(Some(display)).expect("a display");
        let root = server.setup().roots[number].root;
        Self { server, root }
    }

    /// A window manager runs.
    pub fn is_managed(&self) -> bool {
        !self
            .numbers(self.root, "_NET_SUPPORTING_WM_CHECK")
            .is_empty()
    }

    /// Waits for a window of this title that can be seen.
    #[track_caller]
    pub fn shown(&self, title: &str) -> Window {
        eventually(format!("the window '{title}' is shown"), || {
            self.find(title)
        })
    }

    /// The window of this title that can be seen, if there is one.
    pub fn find(&self, title: &str) -> Option<Window> {
        let windows = self.numbers(self.root, "_NET_CLIENT_LIST");
        windows
            .into_iter()
            .find(|window| self.title(*window) == title && self.is_visible(*window))
    }

    /// The window that has the focus.
    pub fn active(&self) -> Option<Window> {
        let active = self.numbers(self.root, "_NET_ACTIVE_WINDOW");
        active.first().copied().filter(|window| *window != 0)
    }

    /// It is only in the list of windows.
    pub fn is_minimized(&self, window: Window) -> bool {
        let hidden = self.atom("_NET_WM_STATE_HIDDEN");
        self.numbers(window, "_NET_WM_STATE").contains(&hidden)
    }

    /// Closes a window, as a click on its cross does.
    pub fn close(&self, window: Window) {
        self.tell(window, "_NET_CLOSE_WINDOW", [0; 5]);
    }

    /// Moves a window and changes its size.
    pub fn place(&self, window: Window, place: Place) {
        // Gravity north-west, all four numbers given, asked for by a pager.
        let flags = 1 | 0b1111 << 8 | 2 << 12;
        let numbers = [
            flags,
            u32::from(place.x.unsigned_abs()),
            u32::from(place.y.unsigned_abs()),
            u32::from(place.width),
            u32::from(place.height),
        ];
        self.tell(window, "_NET_MOVERESIZE_WINDOW", numbers);
    }

    /// Waits until something is drawn in a window.
    #[track_caller]
    pub fn drawn(&self, window: Window) {
        until("something is drawn in the window", || {
            self.colours(window) > BLANK
        });
    }

    /// How many colours a window has.
    fn colours(&self, window: Window) -> usize {
        let Place { width, height, .. } = self.place_of(window);
        let asked =
            self.server
                .get_image(ImageFormat::Z_PIXMAP, window, 0, 0, width, height, u32::MAX);
        let picture = asked.expect("a request").reply();
        let pixels = picture.map(|picture| picture.data).unwrap_or_default();
        pixels.chunks(4).collect::<HashSet<_>>().len()
    }

    /// Where a window is, without its frame.
    pub fn place_of(&self, window: Window) -> Place {
        let size = self.server.get_geometry(window).expect("a request");
        let size = size.reply().expect("the window is there");
        let at = self.server.translate_coordinates(window, self.root, 0, 0);
        let at = at.expect("a request").reply().expect("the window is there");
        Place {
            x: at.dst_x,
            y: at.dst_y,
            width: size.width,
            height: size.height,
        }
    }

    fn is_visible(&self, window: Window) -> bool {
        let asked = self
            .server
            .get_window_attributes(window)
            .expect("a request");
        asked
            .reply()
            .is_ok_and(|has| has.map_state == MapState::VIEWABLE)
    }

    fn title(&self, window: Window) -> String {
        let name = self.atom("_NET_WM_NAME");
        let asked = self
            .server
            .get_property(false, window, name, AtomEnum::ANY, 0, 1024);
        let answer = asked.expect("a request").reply();
        answer.map_or_else(
            |_| String::new(),
            |text| String::from_utf8_lossy(&text.value).into_owned(),
        )
    }

    fn numbers(&self, window: Window, name: &str) -> Vec<u32> {
        let name = self.atom(name);
        let asked = self
            .server
            .get_property(false, window, name, AtomEnum::ANY, 0, 1024);
        let answer = asked.expect("a request").reply();
        answer
            .ok()
            .and_then(|list| Some(list.value32()?.collect()))
            .unwrap_or_default()
    }

    fn atom(&self, name: &str) -> u32 {
        let asked = self.server.intern_atom(false, name.as_bytes());
        asked.expect("a request").reply().expect("a name").atom
    }

    fn tell(&self, window: Window, name: &str, numbers: [u32; 5]) {
        let message = ClientMessageEvent::new(32, window, self.atom(name), numbers);
        let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        self.server
            .send_event(false, self.root, mask, message)
            .expect("a request");
        self.server.flush().expect("the display answers");
    }
}
