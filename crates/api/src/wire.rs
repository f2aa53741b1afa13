//! Messages as they stand on the wire, and bounded reading of lines.
use std::io;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::{
    call::Call,
    error::{ApiError, ErrorCode},
};

/// Longest message, in bytes, its end of line not counted.
pub const MAX_LINE: usize = 1 << 20;

/// A call and the number that its replies carry.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Request {
    /// Chosen by the client; unique among its open calls on this connection.
    pub id: u64,
    /// What is asked.
    #[serde(flatten)]
    pub call: Call,
}

/// Why a line is no [`Request`].
#[derive(Debug, Clone, PartialEq)]
pub struct BadRequest {
    /// The number of the request, if that much could be read.
    pub id: Option<u64>,
    /// What to answer.
    pub error: ApiError,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// Number of the request; `None` when the request had none to be read.
    pub id: Option<u64>,
    /// `event`, `result` or `error`.
    #[serde(flatten)]
    pub body: ReplyBody,
}

/// What an answer says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyBody {
    /// One item of a stream; more follow.
    Event(Value),
    /// The call is done.
    Result(Value),
    /// The call has failed.
    Error(ApiError),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    id: u64,
    method: String,
    params: Option<Value>,
}

/// Ends a call that is open; it gets no more replies than those under way. A
/// number that no open call has is no error: the call may have ended just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cancel {
    /// Number of its request.
    pub cancel: u64,
}

/// Anything that a client sends.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// A call.
    Request(Request),
    /// The end of one.
    Cancel(Cancel),
}

impl Message {
    /// Reads a line.
    ///
    /// # Errors
    /// As [`Request::parse`].
    pub fn parse(line: &[u8]) -> Result<Self, BadRequest> {
        let value = json_of(line)?;
        if value.get("cancel").is_none() {
            return Request::from_value(value).map(Self::Request);
        }
        serde_json::from_value(value)
            .map(Self::Cancel)
            .map_err(|error| bad_request(None, &format!("'cancel' is not understood: {error}")))
    }
}

fn json_of(line: &[u8]) -> Result<Value, BadRequest> {
    serde_json::from_slice(line)
        .map_err(|error| bad_request(None, &format!("the request is not JSON: {error}")))
}

impl Request {
    /// Reads a line.
    ///
    /// # Errors
    /// [`BadRequest`] when it is not JSON, has fields that are not known, or
    /// names an unknown method.
    pub fn parse(line: &[u8]) -> Result<Self, BadRequest> {
        Self::from_value(json_of(line)?)
    }

    fn from_value(value: Value) -> Result<Self, BadRequest> {
        let id = value.get("id").and_then(Value::as_u64);
        let envelope: Envelope = serde_json::from_value(value)
            .map_err(|error| bad_request(id, &format!("the request is not understood: {error}")))?;
        let call = parse_call(&envelope).map_err(|error| {
            let text = format!("'{}' is not understood: {error}", envelope.method);
            bad_request(id, &text)
        })?;
        let id = envelope.id;
        Ok(Self { id, call })
    }
}

fn parse_call(envelope: &Envelope) -> Result<Call, serde_json::Error> {
    let method = &envelope.method;
    match &envelope.params {
        Some(params) => serde_json::from_value(json!({"method": method, "params": params})),
        // A method without fields must have no params, one whose fields all have
        // defaults needs an empty object: only serde knows which is which.
        None => serde_json::from_value(json!({"method": method}))
            .or_else(|_| serde_json::from_value(json!({"method": method, "params": {}}))),
    }
}

fn bad_request(id: Option<u64>, message: &str) -> BadRequest {
    let error = ApiError::new(ErrorCode::BadRequest, message)
        .with_hint("client and daemon may be of different versions: compare with 'berth version'");
    BadRequest { id, error }
}

/// Reads lines, none longer than [`MAX_LINE`]. Cancelling a read loses nothing.
#[derive(Debug)]
pub struct LineReader<R> {
    from: R,
    buffer: Vec<u8>,
    searched: usize,
}

impl<R: AsyncRead + Unpin> LineReader<R> {
    /// A reader of `from`.
    pub fn new(from: R) -> Self {
        Self {
            from,
            buffer: Vec::new(),
            searched: 0,
        }
    }

    /// The next line without its end; `None` at the end of the stream.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] when a line is too long,
    /// [`io::ErrorKind::UnexpectedEof`] when the stream ends within one, and
    /// what the stream reports.
    pub async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(line) = self.take_line()? {
                return Ok(Some(line));
            }
            if self.from.read_buf(&mut self.buffer).await? == 0 {
                return match self.buffer.is_empty() {
                    true => Ok(None),
                    false => Err(io::ErrorKind::UnexpectedEof.into()),
                };
            }
        }
    }

    fn take_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let end = self.buffer[self.searched..]
            .iter()
            .position(|b| *b == b'\n');
        let length = end.map_or(self.buffer.len(), |end| self.searched + end);
        if length > MAX_LINE {
            let text = format!("a message is longer than {MAX_LINE} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidData, text));
        }
        self.searched = length;
        if end.is_none() {
            return Ok(None);
        }
        let mut line: Vec<u8> = self.buffer.drain(..=length).collect();
        line.pop();
        self.searched = 0;
        Ok(Some(line))
    }

    /// What was read beyond the last line, and the stream.
    pub fn into_parts(self) -> (Vec<u8>, R) {
        (self.buffer, self.from)
    }
}

/// The bytes of one message.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] when it is longer than [`MAX_LINE`].
pub fn encode<T: Serialize>(message: &T) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(message).map_err(io::Error::other)?;
    if line.len() > MAX_LINE {
        let text = format!("a message of {} bytes, the limit is {MAX_LINE}", line.len());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    }
    line.push(b'\n');
    Ok(line)
}

/// Writes one message and flushes.
///
/// # Errors
/// As [`encode`], and what the stream reports.
pub async fn write<T: Serialize>(
    to: &mut (impl AsyncWrite + Unpin),
    message: &T,
) -> io::Result<()> {
    to.write_all(&encode(message)?).await?;
    to.flush().await
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::{Cancel, LineReader, MAX_LINE, Message, Reply, ReplyBody, Request};
    use crate::{
        call::{Call, Logs, Start},
        error::ErrorCode,
    };

    #[track_caller]
    fn check(line: &str, call: Call) {
        let request = Request::parse(line.as_bytes()).unwrap();
        assert_eq!(request, Request { id: 7, call });
    }

    #[track_caller]
    fn check_refused(line: &str, id: Option<u64>, part: &str) {
        let bad = Request::parse(line.as_bytes()).unwrap_err();
        assert_eq!((bad.id, bad.error.code), (id, ErrorCode::BadRequest));
        assert!(bad.error.message.contains(part), "{}", bad.error.message);
    }

    #[test]
    fn params_may_be_left_out_where_all_have_defaults() {
        check(r#"{"id":7,"method":"status"}"#, Call::Status);
        check(
            r#"{"id":7,"method":"start"}"#,
            Call::Start(Start::default()),
        );
        let logs = Logs {
            follow: true,
            ..Logs::default()
        };
        check(
            r#"{"id":7,"method":"logs","params":{"follow":true}}"#,
            Call::Logs(logs),
        );
    }

    #[test]
    fn the_end_of_a_call_has_its_number_and_nothing_else() {
        let cancel = Message::Cancel(Cancel { cancel: 7 });
        assert_eq!(Message::parse(br#"{"cancel":7}"#), Ok(cancel));
        for bad in [r#"{"cancel":-1}"#, r#"{"cancel":7,"method":"status"}"#] {
            assert_eq!(Message::parse(bad.as_bytes()).unwrap_err().id, None);
        }
        let status = Message::parse(br#"{"id":7,"method":"status"}"#).unwrap();
        let call = Call::Status;
        assert_eq!(status, Message::Request(Request { id: 7, call }));
    }

    #[test]
    fn what_is_not_understood_is_refused_with_the_number_of_the_request() {
        check_refused("{", None, "not JSON");
        check_refused("[]", None, "not understood");
        check_refused(r#"{"method":"status"}"#, None, "id");
        check_refused(r#"{"id":7,"method":"fly"}"#, Some(7), "fly");
        check_refused(r#"{"id":7,"method":"status","x":1}"#, Some(7), "x");
        let unknown_field = r#"{"id":7,"method":"stop","params":{"hard":true}}"#;
        check_refused(unknown_field, Some(7), "hard");
        check_refused(r#"{"id":7,"method":"config_set"}"#, Some(7), "key");
    }

    #[test]
    fn a_request_is_read_as_it_was_written() {
        let request = Request {
            id: 7,
            call: Call::Start(Start { wait: false }),
        };
        let line = serde_json::to_string(&request).unwrap();
        assert_eq!(line, r#"{"id":7,"method":"start","params":{"wait":false}}"#);
        check(&line, request.call);
    }

    #[test]
    fn a_reply_says_what_it_is() {
        let reply = Reply {
            id: None,
            body: ReplyBody::Result(serde_json::Value::Null),
        };
        let line = serde_json::to_string(&reply).unwrap();
        assert_eq!(line, r#"{"id":null,"result":null}"#);
        assert_eq!(serde_json::from_str::<Reply>(&line).unwrap(), reply);
    }

    #[tokio::test]
    async fn lines_are_cut_at_their_ends_and_the_rest_is_kept() {
        let mut lines = LineReader::new(b"one\n\ntwo\nrest".as_slice());
        for expected in ["one", "", "two"] {
            assert_eq!(lines.next().await.unwrap().unwrap(), expected.as_bytes());
        }
        let error = lines.next().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
        assert_eq!(lines.into_parts().0, b"rest");
    }

    #[tokio::test]
    async fn a_line_at_the_limit_is_read_and_a_longer_one_is_not() {
        let mut text = vec![b'x'; MAX_LINE];
        text.push(b'\n');
        let line = LineReader::new(text.as_slice()).next().await.unwrap();
        assert_eq!(line.unwrap().len(), MAX_LINE);
        text.insert(0, b'x');
        let error = LineReader::new(text.as_slice()).next().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
    }

    #[tokio::test]
    async fn an_endless_line_is_not_collected() {
        let endless = tokio::io::repeat(b'x');
        let error = LineReader::new(endless).next().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
    }

    proptest::proptest! {
        #[test]
        fn any_line_is_a_request_or_refused(line: Vec<u8>) {
            if let Err(bad) = Message::parse(&line) {
                assert_eq!(bad.error.code, ErrorCode::BadRequest);
            }
        }

        #[test]
        fn any_lines_are_read_as_they_were_written(lines: Vec<String>, piece in 1..64_usize) {
            let lines: Vec<_> = lines.iter().map(|line| line.replace('\n', "")).collect();
            let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                let (mut write, read) = tokio::io::duplex(piece);
                let sending = async {
                    tokio::io::AsyncWriteExt::write_all(&mut write, text.as_bytes()).await.unwrap();
                    drop(write);
                };
                let mut reader = LineReader::new(read);
                let reading = async {
                    let mut seen = Vec::new();
                    while let Some(line) = reader.next().await.unwrap() {
                        seen.push(String::from_utf8(line).unwrap());
                    }
                    seen
                };
                let ((), seen) = tokio::join!(sending, reading);
                assert_eq!(seen, lines);
            });
        }
    }
}
