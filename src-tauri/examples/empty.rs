//! A window of Tauri's with an empty page: what a window costs before there is
//! anything in it. `cargo xtask bench --window` measures ours against it.
use tauri::{Builder, WebviewUrl, WebviewWindowBuilder, http::Response};

const PAGE: &[u8] = b"<!doctype html><title>Empty</title>";

fn main() -> tauri::Result<()> {
    Builder::default()
        .register_uri_scheme_protocol("empty", |_, _| Response::new(PAGE.to_vec()))
        .setup(|app| {
            let page = WebviewUrl::CustomProtocol("empty://localhost/".parse()?);
            WebviewWindowBuilder::new(app, "main", page)
                .title("Empty")
                .inner_size(1280.0, 800.0)
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())
}
