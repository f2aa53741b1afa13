use std::{fs, os::unix::fs::symlink};

use axum::body::Body;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::fixture::{Fixture, text};

async fn with_files() -> Fixture {
    let fixture = Fixture::start().await;
    let ui = fixture.ui();
    fs::create_dir_all(ui.join("assets")).unwrap();
    for (name, content) in [
        ("index.html", "<page>"),
        ("mark.svg", "<svg/>"),
        ("assets/app-1.js", "plain"),
        ("assets/app-1.js.br", "brotli"),
        ("assets/app-1.js.gz", "gzip"),
    ] {
        fs::write(ui.join(name), content).unwrap();
    }
    fs::write(fixture.folder.path().join("secret"), "secret").unwrap();
    fixture
}

#[tokio::test]
async fn the_page_is_never_kept_and_hashed_files_always() {
    let fixture = with_files().await;
    for (path, cache, kind) in [
        ("/", "no-store", "text/html; charset=utf-8"),
        ("/index.html", "no-store", "text/html; charset=utf-8"),
        ("/mark.svg", "no-cache", "image/svg+xml"),
        (
            "/assets/app-1.js",
            "public, max-age=31536000, immutable",
            "text/javascript; charset=utf-8",
        ),
    ] {
        let response = fixture.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.headers()["cache-control"], cache, "{path}");
        assert_eq!(response.headers()["content-type"], kind, "{path}");
    }
}

#[tokio::test]
async fn paths_of_the_router_give_the_page_and_parts_that_are_missing_do_not() {
    let fixture = with_files().await;
    for path in [
        "/containers",
        "/containers/web.1/files/etc/passwd",
        "/images/nginx%3A1.2",
        "/containers/x/files/.bashrc",
        "/%2e%2e/secret",
    ] {
        assert_eq!(text(fixture.get(path).await).await, "<page>", "{path}");
    }
    for path in ["/assets/app-2.js", "/api/nothing", "/api"] {
        assert_ne!(text(fixture.get(path).await).await, "<page>", "{path}");
    }
    let request = fixture
        .request("GET", "/containers/x.js")
        .body(Body::empty());
    assert_eq!(fixture.send(request.unwrap()).await.status(), 404);
    let request = fixture.request("POST", "/").body(Body::empty());
    assert_eq!(fixture.send(request.unwrap()).await.status(), 405);
}

#[tokio::test]
async fn what_was_compressed_before_is_sent_to_who_takes_it() {
    let fixture = with_files().await;
    for (accepted, encoding, content) in [
        ("gzip, deflate, br", Some("br"), "brotli"),
        ("gzip", Some("gzip"), "gzip"),
        ("br;q=0", None, "plain"),
    ] {
        let request = fixture.request("GET", "/assets/app-1.js");
        let request = request.header("accept-encoding", accepted);
        let response = fixture.send(request.body(Body::empty()).unwrap()).await;
        let headers = response.headers();
        let named = headers.get("content-encoding").map(|v| v.to_str().unwrap());
        assert_eq!(named, encoding);
        assert_eq!(headers["vary"], "accept-encoding");
        assert_eq!(headers["content-type"], "text/javascript; charset=utf-8");
        assert_eq!(text(response).await, content);
    }
}

#[tokio::test]
async fn nothing_outside_the_folder_is_served() {
    let fixture = with_files().await;
    symlink(
        fixture.folder.path().join("secret"),
        fixture.ui().join("link.txt"),
    )
    .unwrap();
    for path in [
        "/../secret",
        "/assets/../../secret",
        "/%2e%2e/secret",
        "/..%2fsecret",
        "/assets/..%5c..%5csecret",
        "/link.txt",
        "//etc/passwd",
        "/%2Fetc/passwd",
        "/.hidden",
    ] {
        let mut stream = TcpStream::connect(fixture.host()).await.unwrap();
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            fixture.host()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
        assert!(!answer.contains("\r\n\r\nsecret") && !answer.contains("root:"));
    }
}

#[tokio::test]
async fn a_folder_that_is_a_link_is_followed() {
    let fixture = Fixture::start().await;
    let real = fixture.folder.path().join("dist");
    fs::create_dir(&real).unwrap();
    fs::write(real.join("index.html"), "<linked>").unwrap();
    symlink(&real, fixture.ui()).unwrap();
    assert_eq!(text(fixture.get("/").await).await, "<linked>");
}

#[tokio::test]
async fn without_files_the_page_says_what_to_do() {
    let fixture = Fixture::start().await;
    let response = fixture.get("/").await;
    assert_eq!(response.status(), 404);
    assert!(text(response).await.contains("cargo xtask ui"));
}
