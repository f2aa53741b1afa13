//! Where the programs under test are, as `cargo xtask test` tells.
use std::path::PathBuf;

/// The window's program.
pub fn program() -> PathBuf {
    named("BERTH_DESKTOP")
}

/// The daemon.
pub fn daemon() -> PathBuf {
    named("BERTHD")
}

/// Where pictures go.
pub fn screens() -> PathBuf {
    let folder = named("BERTH_SCREENS");
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    folder
}

fn named(name: &str) -> PathBuf {
    let path = std::env::var_os(name);
    path.unwrap_or_else(|| panic!("{name} is not set: run 'cargo xtask test --tier desktop'"))
        .into()
}
