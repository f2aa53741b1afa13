//! `berth-desktop`: the window and the tray, a client of the control API.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() {
    let built = tauri::Builder::default()
        .setup(|app| {
            tauri::WebviewWindowBuilder::new(app, "main", tauri::WebviewUrl::default()).build()?;
            Ok(())
        })
        .run(tauri::generate_context!());
    if built.is_err() {
        std::process::exit(1);
    }
}
