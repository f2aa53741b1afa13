//! Chooses the pages that are built into the program, and lets Tauri prepare
//! its permissions.
//!
//! `ui/dist` is the real bundle. Without it a build for development takes a
//! placeholder, so that checks and tests need no Node; a build for use fails.
use std::{env, path::Path};

/// What a page may call; everything else is refused by Tauri.
const COMMANDS: &[&str] = &[
    "credentials",
    "open_external",
    "copy",
    "download",
    "pick_path",
    "notify",
    "quit_question",
    "quit_answer",
];

fn main() {
    let bundle = Path::new("../ui/dist/index.html");
    println!("cargo::rerun-if-env-changed=BERTH_DESKTOP_PLACEHOLDER");
    let forced = env::var_os("BERTH_DESKTOP_PLACEHOLDER").is_some();
    if bundle.exists() && !forced {
        println!("cargo::rerun-if-changed=../ui/dist");
    } else if forced || env::var("PROFILE").as_deref() == Ok("debug") {
        println!("cargo::rerun-if-changed=placeholder");
        println!(
            "cargo::warning=the window shows a placeholder: ui/dist is not built or not wanted"
        );
        println!(r#"cargo::rustc-env=TAURI_CONFIG={{"build":{{"frontendDist":"placeholder"}}}}"#);
    } else {
        println!(
            "cargo::error=ui/dist is missing, which this program is built around; run 'npm ci && npm run build' in ui/, then build again"
        );
        return;
    }
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}
