//! Drives the real window and reads the real tray, on a display, a session bus
//! and a home of each test's own. Started by `cargo xtask test --tier desktop`.
//!
//! What the window looks like to a user is asked of the X server and of the
//! page itself by WebDriver; what the tray looks like, of the bus, where a
//! desktop's panel would ask too.
pub mod bus;
pub mod desktop;
pub mod driver;
pub mod environment;
pub mod fake;
pub mod memory;
pub mod notes;
pub mod process;
pub mod screen;
pub mod tray;
pub mod wait;
pub mod web;
