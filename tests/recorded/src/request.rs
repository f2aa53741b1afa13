//! Requests, taken apart.
use std::collections::BTreeMap;

use http::Request;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// Parameters of a request's address.
#[derive(Debug, Default)]
pub(crate) struct Query(BTreeMap<String, String>);

impl Query {
    pub(crate) fn of(request: &Request<Incoming>) -> Self {
        let pairs = request.uri().query().unwrap_or_default().split('&');
        let pairs = pairs.filter(|pair| !pair.is_empty()).map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(&value.replace('+', " ")))
        });
        Self(pairs.collect())
    }

    pub(crate) fn text(&self, key: &str) -> &str {
        self.0.get(key).map_or("", String::as_str)
    }

    pub(crate) fn is(&self, key: &str) -> bool {
        matches!(self.text(key), "1" | "true" | "True")
    }

    pub(crate) fn number(&self, key: &str) -> Option<u64> {
        self.text(key).parse().ok()
    }

    /// Values of one filter; both forms that the engine knows.
    pub(crate) fn filter(&self, name: &str) -> Vec<String> {
        let filters: Value = serde_json::from_str(self.text("filters")).unwrap_or_default();
        match filters.get(name) {
            Some(Value::Array(all)) => all
                .iter()
                .filter_map(|v| Some(v.as_str()?.to_owned()))
                .collect(),
            Some(Value::Object(all)) => all.keys().cloned().collect(),
            _ => Vec::new(),
        }
    }
}

/// The parts of a path, without the version.
pub(crate) fn parts(path: &str) -> Vec<String> {
    let mut parts: Vec<_> = path
        .split('/')
        .filter(|p| !p.is_empty())
        .map(decode)
        .collect();
    let is_version = |part: &String| {
        part.strip_prefix('v')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    if parts.first().is_some_and(is_version) {
        parts.remove(0);
    }
    parts
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The whole body.
pub(crate) async fn body(request: Request<Incoming>) -> Vec<u8> {
    let body = request.into_body().collect().await;
    body.map_or_else(|_| Vec::new(), |body| body.to_bytes().to_vec())
}

/// The body as JSON; null if it is none.
pub(crate) async fn json(request: Request<Incoming>) -> Value {
    serde_json::from_slice(&body(request).await).unwrap_or_default()
}
