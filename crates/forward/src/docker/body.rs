//! Where the body of a request ends.
//!
//! A scanner over bytes in whatever pieces they come: it changes nothing and
//! keeps nothing but its place. Chunked bodies are read as Go's server reads
//! them, for it is the one that will see them (RFC 9112 §7.1).

/// How a body is framed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// That many bytes.
    Length(u64),
    /// Chunks, then trailers, then an empty line.
    Chunked,
}

/// A chunk that can't be understood.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the chunks of the request's body are malformed")]
pub(super) struct BadChunk;

/// Place in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Body {
    state: State,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// Bytes that remain of a body of known length.
    Length(u64),
    /// In the size of a chunk: the value and the number of digits so far.
    Size(u64, u32),
    /// Behind the size, up to the end of its line.
    Extension(u64),
    /// In a chunk's data.
    Data(u64),
    /// At the line end behind the data; `true` after its carriage return.
    DataEnd(bool),
    /// In the trailers; `true` while the line is empty so far.
    Trailer(bool),
    Done,
}

/// Digits of a chunk size that fit into 64 bits.
const MAX_DIGITS: u32 = 16;

impl Body {
    pub(super) fn new(framing: Framing) -> Self {
        let state = match framing {
            Framing::Length(0) => State::Done,
            Framing::Length(length) => State::Length(length),
            Framing::Chunked => State::Size(0, 0),
        };
        Self { state }
    }

    /// Whether the whole body has been scanned.
    pub(super) fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Scans `bytes` and returns how many of them belong to the body, which is
    /// all of them unless it is done. `content` is given the decoded bytes.
    ///
    /// # Errors
    /// [`BadChunk`]; the scanner is of no use afterwards.
    pub(super) fn scan(
        &mut self,
        bytes: &[u8],
        content: &mut impl FnMut(&[u8]),
    ) -> Result<usize, BadChunk> {
        let mut at = 0;
        while at < bytes.len() && !self.is_done() {
            at += self.step(&bytes[at..], content)?;
        }
        Ok(at)
    }

    /// Takes one byte, or a run of content. `bytes` is not empty.
    fn step(&mut self, bytes: &[u8], content: &mut impl FnMut(&[u8])) -> Result<usize, BadChunk> {
        let byte = bytes[0];
        let mut taken = 1;
        self.state = match self.state {
            State::Length(left) => {
                taken = run(bytes, left, content);
                left_after(left, taken).map_or(State::Done, State::Length)
            }
            State::Data(left) => {
                taken = run(bytes, left, content);
                left_after(left, taken).map_or(State::DataEnd(false), State::Data)
            }
            State::Size(size, digits) => in_size(byte, size, digits)?,
            State::Extension(size) if byte == b'\n' => after_size(size),
            State::Extension(size) => State::Extension(size),
            State::DataEnd(false) if byte == b'\r' => State::DataEnd(true),
            State::DataEnd(true) if byte == b'\n' => State::Size(0, 0),
            State::DataEnd(_) => return Err(BadChunk),
            State::Trailer(true) if byte == b'\n' => State::Done,
            State::Trailer(empty) => State::Trailer(byte == b'\n' || (empty && byte == b'\r')),
            State::Done => State::Done,
        };
        Ok(taken)
    }
}

fn run(bytes: &[u8], left: u64, content: &mut impl FnMut(&[u8])) -> usize {
    let taken = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
    content(&bytes[..taken]);
    taken
}

fn left_after(left: u64, taken: usize) -> Option<u64> {
    Some(left - taken as u64).filter(|left| *left > 0)
}

fn in_size(byte: u8, size: u64, digits: u32) -> Result<State, BadChunk> {
    if let Some(digit) = char::from(byte).to_digit(16) {
        let fits = digits < MAX_DIGITS;
        return fits
            .then(|| State::Size(size << 4 | u64::from(digit), digits + 1))
            .ok_or(BadChunk);
    }
    match byte {
        _ if digits == 0 => Err(BadChunk),
        b'\n' => Ok(after_size(size)),
        b';' | b'\r' | b' ' | b'\t' => Ok(State::Extension(size)),
        _ => Err(BadChunk),
    }
}

fn after_size(size: u64) -> State {
    match size {
        0 => State::Trailer(true),
        size => State::Data(size),
    }
}

#[cfg(test)]
mod tests {
    use super::{BadChunk, Body, Framing};

    fn scan(framing: Framing, pieces: &[&[u8]]) -> Result<(usize, Vec<u8>, bool), BadChunk> {
        let mut body = Body::new(framing);
        let (mut used, mut content) = (0, Vec::new());
        for piece in pieces {
            used += body.scan(piece, &mut |bytes| content.extend_from_slice(bytes))?;
        }
        Ok((used, content, body.is_done()))
    }

    #[test]
    fn a_body_of_known_length_ends_there_and_leaves_the_rest() {
        let result = scan(Framing::Length(5), &[b"he", b"lloGET"]);
        assert_eq!(result, Ok((5, b"hello".to_vec(), true)));
    }

    #[test]
    fn no_body_takes_no_byte() {
        assert_eq!(scan(Framing::Length(0), &[b"GET"]), Ok((0, vec![], true)));
    }

    #[test]
    fn chunks_with_extensions_and_trailers_are_followed_to_their_end() {
        let text = b"5;a=b\r\nhello\r\nA \r\n0123456789\r\n0\r\nX-Sum: 1\r\nY: 2\r\n\r\n";
        let mut with_next = text.to_vec();
        with_next.extend_from_slice(b"GET / HTTP/1.1");
        let whole = scan(Framing::Chunked, &[&with_next]).unwrap();
        assert_eq!(whole, (text.len(), b"hello0123456789".to_vec(), true));
        let single: Vec<&[u8]> = with_next.chunks(1).collect();
        assert_eq!(scan(Framing::Chunked, &single).unwrap(), whole);
    }

    #[test]
    fn a_cut_body_is_not_done() {
        assert!(!scan(Framing::Chunked, &[b"5\r\nhello\r\n0\r\n"]).unwrap().2);
        assert!(!scan(Framing::Length(6), &[b"hello"]).unwrap().2);
    }

    #[test]
    fn malformed_chunks_are_refused() {
        for text in [
            &b"\r\n"[..],
            b"x\r\n",
            b"-1\r\n",
            b"5g\r\n",
            b"2\r\nabc\r\n",
            b"2\r\nab\n0\r\n\r\n",
            b"10000000000000000\r\n",
        ] {
            assert_eq!(scan(Framing::Chunked, &[text]), Err(BadChunk), "{text:?}");
        }
    }
}
