use axum::body::Body;
use hyper::Request;
use tokio_tungstenite::tungstenite;

use crate::fixture::{Fixture, json};

#[tokio::test]
async fn a_name_that_was_bound_to_us_by_its_owner_is_refused() {
    let fixture = Fixture::start().await;
    let port = fixture.host().rsplit_once(':').unwrap().1.to_owned();
    for host in [
        format!("evil.example:{port}"),
        format!("127.0.0.1.evil.example:{port}"),
        "127.0.0.1".to_owned(),
        "localhost:1".to_owned(),
    ] {
        for path in ["/", "/docker/_ping", "/api/ws"] {
            let request = Request::get(path)
                .header("host", &host)
                .header("authorization", fixture.bearer())
                .body(Body::empty());
            let response = fixture.send(request.unwrap()).await;
            assert_eq!(response.status(), 421, "{host} {path}");
            assert!(json(response).await["hint"].is_string());
        }
    }
    let request = Request::get("/docker/_ping")
        .header("host", format!("localhost:{port}"))
        .header("authorization", fixture.bearer())
        .body(Body::empty());
    assert_eq!(fixture.send(request.unwrap()).await.status(), 200);
}

#[tokio::test]
async fn a_request_with_two_hosts_or_none_is_refused() {
    let fixture = Fixture::start().await;
    let none = Request::get("/").body(Body::empty()).unwrap();
    assert_eq!(fixture.send(none).await.status(), 421);
    let two = fixture.request("GET", "/").header("host", fixture.host());
    let two = two.body(Body::empty()).unwrap();
    assert_eq!(fixture.send(two).await.status(), 421);
    let uri = format!("http://evil.example{}", "/");
    let absolute = fixture.request("GET", &uri).body(Body::empty()).unwrap();
    assert_eq!(fixture.send(absolute).await.status(), 421);
}

#[tokio::test]
async fn pages_of_other_sites_are_refused_even_with_the_token() {
    let fixture = Fixture::start().await;
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1", ""] {
        for (method, path) in [("GET", "/"), ("POST", "/docker/echo/x"), ("GET", "/api/ws")] {
            let request = fixture.authorized(method, path).header("origin", origin);
            let response = fixture.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(response.status(), 403, "{origin} {path}");
            let allowed = response.headers().get("access-control-allow-origin");
            assert_eq!(allowed, None);
        }
    }
    assert_eq!(
        fixture
            .engine
            .requests
            .load(std::sync::atomic::Ordering::Relaxed),
        0
    );
}

#[tokio::test]
async fn without_the_token_nothing_is_passed_on() {
    let fixture = Fixture::start().await;
    let token = &fixture.address.token;
    let guesses = [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        format!("Bearer {}", "0".repeat(64)),
        format!("Bearer {}", &token[..63]),
        format!("Bearer {token}0"),
        format!("Bearer  {token}"),
        format!("Basic {token}"),
        token.clone(),
    ];
    for guess in guesses {
        let request = fixture.request("GET", "/docker/echo/x");
        let request = request.header("authorization", &guess);
        let response = fixture.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), 401, "{guess}");
    }
    for path in [
        format!("/docker/echo/x?token={token}"),
        format!("/docker/echo/x?access_token={token}#token={token}"),
    ] {
        let request = fixture
            .request("GET", &path)
            .header("cookie", format!("token={token}"));
        let response = fixture.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), 401, "{path}");
    }
    assert_eq!(
        fixture
            .engine
            .requests
            .load(std::sync::atomic::Ordering::Relaxed),
        0
    );
    let right = fixture
        .authorized("GET", "/docker/_ping")
        .body(Body::empty());
    assert_eq!(fixture.send(right.unwrap()).await.status(), 200);
}

#[tokio::test]
async fn guessing_tokens_gains_nothing_and_harms_nobody() {
    let fixture = Fixture::start().await;
    for guess in 0..500_u32 {
        let request = fixture.request("GET", "/docker/_ping");
        let request = request.header("authorization", format!("Bearer {guess:064x}"));
        let response = fixture.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), 401);
    }
    let right = fixture
        .authorized("GET", "/docker/_ping")
        .body(Body::empty());
    assert_eq!(fixture.send(right.unwrap()).await.status(), 200);
}

#[tokio::test]
async fn the_window_is_answered_across_origins_and_nobody_else() {
    let fixture = Fixture::start().await;
    let preflight = |origin: &'static str| {
        let request = fixture
            .request("OPTIONS", "/docker/containers/json")
            .header("origin", origin)
            .header("access-control-request-method", "DELETE")
            .header("access-control-request-headers", "authorization");
        fixture.send(request.body(Body::empty()).unwrap())
    };
    for origin in [
        "tauri://localhost",
        "http://tauri.localhost",
        "https://tauri.localhost",
    ] {
        let response = preflight(origin).await;
        assert_eq!(response.status(), 204);
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("access-control-allow-origin"), origin);
        assert!(header("access-control-allow-methods").contains("DELETE"));
        assert!(header("access-control-allow-headers").contains("authorization"));
        let credentials = response.headers().get("access-control-allow-credentials");
        assert_eq!(credentials, None);
        let request = fixture
            .authorized("GET", "/docker/_ping")
            .header("origin", origin);
        let response = fixture.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.headers()["access-control-allow-origin"], origin);
    }
    let foreign = preflight("https://evil.example").await;
    assert_eq!(foreign.status(), 403);
    assert_eq!(foreign.headers().get("access-control-allow-methods"), None);
    // Across origins the token is needed all the same.
    let request = fixture
        .request("GET", "/docker/_ping")
        .header("origin", "tauri://localhost");
    let response = fixture.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), 401);
    assert_eq!(
        response.headers()["access-control-allow-origin"],
        "tauri://localhost"
    );
}

#[tokio::test]
async fn every_answer_forbids_what_the_dashboard_does_not_need() {
    let fixture = Fixture::start().await;
    let ping = fixture
        .authorized("GET", "/docker/_ping")
        .body(Body::empty());
    for response in [
        fixture.get("/").await,
        fixture.get("/docker/_ping").await,
        fixture.get("/api/nothing").await,
        fixture.send(ping.unwrap()).await,
        fixture
            .send(Request::get("/").body(Body::empty()).unwrap())
            .await,
    ] {
        let headers = response.headers();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self';"),
            "{policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'"));
        assert!(policy.contains(&format!("ws://{}", fixture.host())));
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(headers["cross-origin-opener-policy"], "same-origin");
        assert_eq!(headers["cross-origin-resource-policy"], "same-origin");
        assert_eq!(headers["cache-control"], "no-store");
    }
}

#[tokio::test]
async fn a_socket_without_the_token_is_closed_with_its_code() {
    let fixture = Fixture::start().await;
    let wrong = format!("berth.v1, berth.token.{}", "0".repeat(64));
    for path in [
        "/api/ws",
        "/api/terminal/vm",
        "/api/terminal/exec/a",
        "/api/terminal/attach/a",
    ] {
        for protocols in ["", "berth.v1", &wrong] {
            let mut socket = fixture.socket_with(path, protocols, None).await.unwrap();
            assert_eq!(socket.closed().await.0, 4401, "{path} {protocols}");
        }
    }
    let path = format!("/api/ws?token={}", fixture.address.token);
    let mut socket = fixture.socket_with(&path, "berth.v1", None).await.unwrap();
    assert_eq!(socket.closed().await.0, 4401);
    assert!(fixture.handler.asked.lock().unwrap().is_none());
}

#[tokio::test]
async fn a_socket_of_another_site_is_not_opened() {
    let fixture = Fixture::start().await;
    let protocols = format!("berth.v1, berth.token.{}", fixture.address.token);
    let origin = Some("https://evil.example");
    let refused = fixture.socket_with("/api/ws", &protocols, origin).await;
    let Err(tungstenite::Error::Http(response)) = refused else {
        panic!("it was opened");
    };
    assert_eq!(response.status(), 403);
}

#[tokio::test]
async fn a_socket_that_speaks_something_else_is_not_opened() {
    let fixture = Fixture::start().await;
    let refused = fixture.socket_with("/api/ws", "graphql-ws", None).await;
    let Err(tungstenite::Error::Http(response)) = refused else {
        panic!("it was opened");
    };
    assert_eq!(response.status(), 400);
}
