//! The chunked transfer coding (RFC 9112, 7.1).

use httparse::{EMPTY_HEADER, Status, parse_chunk_size, parse_headers};

use super::Ending;

/// The longest line with a size and its extensions, and the longest trailer section.
const LONGEST: usize = 8 * 1024;
/// The most fields of a trailer section.
const MOST_FIELDS: usize = 96;

/// The body is no chunked one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Size,
    Data(u64),
    DataEnd,
    Trailers,
    Over,
}

/// Finds the end of a chunked body. It refuses all that the decoder of the dispatcher refuses,
/// which would then close the connection without a word.
#[derive(Debug)]
pub(super) struct Chunked(State);

impl Chunked {
    pub(super) const fn new() -> Self {
        Self(State::Size)
    }

    /// True when the body has ended.
    pub(super) fn is_over(&self) -> bool {
        self.0 == State::Over
    }

    /// What would end the body here.
    pub(super) fn ending(&self) -> Ending {
        let (filler, end): (_, &[u8]) = match self.0 {
            State::Size => (0, b"0\r\n\r\n"),
            State::Data(rest) => (rest, b"\r\n0\r\n\r\n"),
            State::DataEnd => (0, b"\r\n0\r\n\r\n"),
            State::Trailers => (0, b"\r\n"),
            State::Over => (0, b""),
        };
        Ending { filler, end }
    }

    /// How many of these bytes belong to the body for sure. Those that are left over have to be
    /// looked at again, with what follows them.
    pub(super) fn look(&mut self, bytes: &[u8]) -> Result<usize, Broken> {
        let mut at = 0;
        while let Some((length, next)) = self.step(&bytes[at..])? {
            at += length;
            self.0 = next;
        }
        Ok(at)
    }

    /// The next piece and what comes after it; `None` when it is not there yet.
    fn step(&self, bytes: &[u8]) -> Result<Option<(usize, State)>, Broken> {
        match self.0 {
            State::Size => size(bytes),
            State::Data(rest) => Ok(data(rest, bytes.len())),
            State::DataEnd => match bytes {
                [b'\r', b'\n', ..] => Ok(Some((2, State::Size))),
                [] | [b'\r'] => Ok(None),
                _ => Err(Broken),
            },
            State::Trailers => trailers(bytes),
            State::Over => Ok(None),
        }
    }
}

fn size(bytes: &[u8]) -> Result<Option<(usize, State)>, Broken> {
    let end = bytes.iter().position(|byte| *byte == b'\r');
    let line = &bytes[..end.unwrap_or(bytes.len())];
    // The parser takes a line without a size for the last chunk, and any byte in an extension.
    let has_size = line.first().is_none_or(u8::is_ascii_hexdigit) && end != Some(0);
    let is_control = |byte: &u8| byte.is_ascii_control() && *byte != b'\t';
    if !has_size || line.iter().any(is_control) || line.len() > LONGEST {
        return Err(Broken);
    }
    match parse_chunk_size(bytes).map_err(|_| Broken)? {
        Status::Partial => Ok(None),
        Status::Complete((length, 0)) => Ok(Some((length, State::Trailers))),
        Status::Complete((length, size)) => Ok(Some((length, State::Data(size)))),
    }
}

fn data(rest: u64, there: usize) -> Option<(usize, State)> {
    match usize::try_from(rest) {
        Ok(rest) if rest <= there => Some((rest, State::DataEnd)),
        _ if there == 0 => None,
        _ => Some((there, State::Data(rest - there as u64))),
    }
}

fn trailers(bytes: &[u8]) -> Result<Option<(usize, State)>, Broken> {
    let mut fields = [EMPTY_HEADER; MOST_FIELDS];
    let (length, there) = match parse_headers(bytes, &mut fields).map_err(|_| Broken)? {
        Status::Partial => (bytes.len(), None),
        Status::Complete((length, _)) => (length, Some((length, State::Over))),
    };
    // The parser takes a line feed alone for the end of a line; the decoder does not.
    let mut previous = 0;
    let has_bare_line_feed = bytes[..length].iter().any(|byte| {
        let is_bare = *byte == b'\n' && previous != b'\r';
        previous = *byte;
        is_bare
    });
    if has_bare_line_feed || length > LONGEST {
        return Err(Broken);
    }
    Ok(there)
}
