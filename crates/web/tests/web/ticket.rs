use axum::body::Body;
use serde_json::json;

use crate::fixture::{Fixture, json, text};

async fn url(fixture: &Fixture, wanted: serde_json::Value) -> String {
    let request = fixture
        .authorized("POST", "/api/ticket")
        .header("content-type", "application/json")
        .body(Body::from(wanted.to_string()));
    let response = fixture.send(request.unwrap()).await;
    assert_eq!(response.status(), 200);
    json(response).await["url"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_ticket_downloads_its_path_once_without_the_token() {
    let fixture = Fixture::start().await;
    let wanted = json!({"path": "/docker/echo/x?y=1", "name": "ü.json"});
    let url = url(&fixture, wanted).await;
    let response = fixture.get(&url).await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.headers()["content-type"],
        "application/octet-stream"
    );
    let disposition = response.headers()["content-disposition"].to_str().unwrap();
    assert_eq!(
        disposition,
        "attachment; filename=\"_.json\"; filename*=UTF-8''%C3%BC%2Ejson"
    );
    let seen = json(response).await;
    assert_eq!(
        (&seen["method"], &seen["uri"]),
        (&json!("GET"), &json!("/echo/x?y=1"))
    );
    assert_eq!(fixture.get(&url).await.status(), 410);
}

#[tokio::test]
async fn a_ticket_for_the_page_leads_there_with_the_token_once() {
    let fixture = Fixture::start().await;
    let url = url(&fixture, json!({"path": "/"})).await;
    let response = fixture.get(&url).await;
    assert_eq!(response.status(), 303);
    let expected = format!("/#token={}", fixture.address.token);
    assert_eq!(response.headers()["location"], expected.as_str());
    assert_eq!(response.headers()["cache-control"], "no-store");
    let again = fixture.get(&url).await;
    assert_eq!(again.status(), 410);
    assert_eq!(again.headers().get("location"), None);
}

#[tokio::test]
async fn a_ticket_is_for_reading_only() {
    let fixture = Fixture::start().await;
    let url = url(&fixture, json!({"path": "/docker/echo/x"})).await;
    let request = fixture.request("POST", &url).body(Body::empty());
    assert_eq!(fixture.send(request.unwrap()).await.status(), 405);
    let response = fixture.get(&url).await;
    assert!(text(response).await.contains("\"GET\""));
}

#[tokio::test]
async fn tickets_are_issued_with_the_token_for_paths_of_the_engine() {
    let fixture = Fixture::start().await;
    let ask = |body: String, with_token: bool| {
        let request = match with_token {
            true => fixture.authorized("POST", "/api/ticket"),
            false => fixture.request("POST", "/api/ticket"),
        };
        let request = request.header("content-type", "application/json");
        fixture.send(request.body(Body::from(body)).unwrap())
    };
    let fine = json!({"path": "/docker/x"}).to_string();
    assert_eq!(ask(fine.clone(), false).await.status(), 401);
    assert_eq!(ask(fine, true).await.status(), 200);
    for path in [
        "/api/ws",
        "/index.html",
        "x",
        "",
        "http://evil.example/docker/x",
        "/docker",
    ] {
        let response = ask(json!({ "path": path }).to_string(), true).await;
        assert_eq!(response.status(), 400, "{path}");
    }
    assert_eq!(ask("x".repeat(40 << 10), true).await.status(), 413);
    assert_eq!(ask("{".to_owned(), true).await.status(), 400);
}

#[tokio::test]
async fn a_guessed_ticket_is_none() {
    let fixture = Fixture::start().await;
    for guess in ["x", &"0".repeat(64), "..%2Fws"] {
        let response = fixture.get(&format!("/api/download/{guess}")).await;
        assert_eq!(response.status(), 410);
    }
}
