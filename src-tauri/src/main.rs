//! `berth-desktop`: the window and the tray, a client of the control API.
//!
//! [`pump`] feeds a copy of what the daemon knows ([`live`]); the tray's menu
//! and notifications are made of it by pure functions. The window shows the
//! same page as a browser does and gets nothing from here but its way in.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod act;
mod action;
mod app;
mod commands;
mod desk;
mod leave;
mod live;
mod log;
mod notices;
mod pump;
mod quit;
mod route;
mod settings;
mod start;
mod sys;
mod tray;
mod web;
mod window;
mod words;

use std::process::ExitCode;

fn main() -> ExitCode {
    match app::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log::warn(&error.to_string());
            ExitCode::FAILURE
        }
    }
}
