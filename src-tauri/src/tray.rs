//! The tray: an icon that says how the engine is, and a menu for what is done
//! often. Works without a window.
pub(crate) mod icon;
pub(crate) mod model;
mod show;

pub(crate) use show::Tray;
