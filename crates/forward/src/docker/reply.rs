//! Answers that the proxy gives itself, in the engine's own form: a JSON object
//! with a `message`, which the docker CLI prints.
use serde_json::json;

/// An answer of the proxy's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    status: u16,
    message: String,
}

impl Reply {
    /// 400, for requests that can't be understood or are refused.
    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }

    /// 413, for bodies that are not held in memory.
    pub(super) fn too_large(message: impl Into<String>) -> Self {
        Self::new(413, message)
    }

    /// 503, when the engine can't be reached.
    pub(super) fn unavailable(message: impl Into<String>) -> Self {
        Self::new(503, message)
    }

    fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }

    /// The bytes of the answer. `close` announces that the connection ends with
    /// it; `bodiless` leaves the body out, as answers to `HEAD` must.
    pub(super) fn encode(&self, close: bool, bodiless: bool) -> Vec<u8> {
        let body = format!("{}\n", json!({ "message": self.message }));
        let reason = match self.status {
            400 => "Bad Request",
            413 => "Payload Too Large",
            _ => "Service Unavailable",
        };
        let connection = if close { "Connection: close\r\n" } else { "" };
        let mut text = format!(
            "HTTP/1.1 {} {reason}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n{connection}\r\n",
            self.status,
            body.len(),
        );
        if !bodiless {
            text.push_str(&body);
        }
        text.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::Reply;

    #[test]
    fn the_message_is_json_and_the_length_is_right() {
        let bytes = Reply::bad_request("no \"quotes\"").encode(true, false);
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 400 Bad Request\r\n"));
        assert!(head.contains(&format!("Content-Length: {}", body.len())));
        assert!(head.contains("Connection: close"));
        assert_eq!(body, "{\"message\":\"no \\\"quotes\\\"\"}\n");
    }

    #[test]
    fn an_answer_to_head_has_no_body() {
        let bytes = Reply::unavailable("stopped").encode(true, true);
        assert!(bytes.ends_with(b"\r\n\r\n"));
    }
}
