//! Where a request ends in what a client sends.
//!
//! The dispatcher of actix-http is given one request at a time, its head whole. So it makes no
//! difference how bytes were cut into segments or what came with them, and what a connection is
//! doing is known and not guessed. Heads are read with the parser that the dispatcher uses itself;
//! what that refuses, the dispatcher answers.

mod chunked;
mod ending;

use actix_http::uri::Authority;
use bytes::{Buf as _, BytesMut};
use chunked::Chunked;
use ending::Ending;
use httparse::{EMPTY_HEADER, Header, Request, Status};
use tokio::io::ReadBuf;

/// The longest head: the dispatcher's own bound.
const LONGEST_HEAD: usize = 131_072;
/// The most fields of a head: the dispatcher's own bound.
const MOST_FIELDS: usize = 96;
/// An announced body up to this length is taken in though nobody reads it, so that the connection
/// goes on. As long as a body that is read may be.
const UNREAD: u64 = 256 * 1024;
/// Bytes of empty lines before a request that are no part of it. More belong to its head, which
/// has its time and its bound.
const MOST_EMPTY: usize = 64;

#[derive(Debug)]
enum Part {
    /// Between two requests, or in the head of one.
    Head,
    /// In a body of an announced length.
    Length { announced: u64, rest: u64 },
    /// In a body that tells itself where it ends.
    Chunked(Chunked),
    /// Nothing after this can be understood.
    Broken,
}

/// What was read from a client and not yet handed over.
#[derive(Debug)]
pub(super) struct Inbound {
    held: BytesMut,
    /// So many bytes at the front of `held` may be handed over, whatever comes after them.
    ready: usize,
    /// What is still to be handed over in place of a body that nobody wants.
    stand_in: Ending,
    /// What is left of the present body is dropped when it comes.
    is_unwanted: bool,
    /// Bytes of empty lines that were dropped since the last request.
    empty: usize,
    part: Part,
}

impl Inbound {
    pub(super) fn new() -> Self {
        Self {
            held: BytesMut::new(),
            ready: 0,
            stand_in: Ending::default(),
            is_unwanted: false,
            empty: 0,
            part: Part::Head,
        }
    }

    /// Takes what was read.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
        self.drop_empty_lines();
    }

    /// Between two requests they are nothing (RFC 9112, 2.2).
    fn drop_empty_lines(&mut self) {
        if self.ready > 0 || !matches!(self.part, Part::Head) {
            return;
        }
        let most = MOST_EMPTY - self.empty;
        let empty = self.held.iter().take(most);
        let count = empty.take_while(|b| matches!(b, b'\r' | b'\n')).count();
        self.empty += count;
        self.drop_front(count);
    }

    /// Nothing is held.
    pub(super) fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Some of this has to go before more is read.
    pub(super) fn is_full(&self) -> bool {
        self.held.len() > LONGEST_HEAD
    }

    /// The next request has begun.
    pub(super) fn has_begun(&self) -> bool {
        matches!(self.part, Part::Head) && !self.held.is_empty()
    }

    /// The present request has not been handed over to its end.
    pub(super) fn is_in_request(&self) -> bool {
        self.ready > 0 || !matches!(self.part, Part::Head | Part::Broken)
    }

    /// What follows what was handed over can't be understood.
    pub(super) fn is_broken(&self) -> bool {
        self.ready == 0 && matches!(self.part, Part::Broken)
    }

    /// The present body has not been handed over to its end, and will be after [`Inbound::forgo`].
    pub(super) fn is_unread(&self) -> bool {
        self.ready > 0 || !self.stand_in.is_empty() || self.ending().is_some()
    }

    /// Nobody wants the rest of the present body. Something else ends it for the dispatcher, which
    /// would else close the connection or wait.
    pub(super) fn forgo(&mut self) {
        if let Some(ending) = self.ending() {
            self.stand_in = ending;
            self.is_unwanted = true;
        }
    }

    /// What would end the present body, unless that is long.
    fn ending(&self) -> Option<Ending> {
        let ending = match &self.part {
            Part::Length { announced, rest } if *announced <= UNREAD => {
                Ending { filler: *rest, end: b"" }
            }
            Part::Chunked(chunked) => chunked.ending(),
            Part::Head | Part::Length { .. } | Part::Broken => return None,
        };
        (!self.is_unwanted && ending.filler <= UNREAD).then_some(ending)
    }

    /// Looks for the end of the next head. True when it is there: then it may be handed over.
    pub(super) fn begin(&mut self) -> bool {
        if self.is_in_request() || !self.has_begun() {
            return false;
        }
        let mut fields = [EMPTY_HEADER; MOST_FIELDS];
        let mut request = Request::new(&mut fields);
        match request.parse(&self.held) {
            Ok(Status::Complete(length)) if length <= LONGEST_HEAD => {
                self.ready = length;
                self.empty = 0;
                self.part = match (body_of(request.headers), request.method) {
                    // The dispatcher takes what follows for a tunnel, and there is none here.
                    (Part::Head, Some("CONNECT")) => Part::Broken,
                    (part, _) => part,
                };
                if !named(request.headers, "host").all(is_host) {
                    // The dispatcher does not look at it; this it refuses.
                    self.held[0] = 0;
                    self.part = Part::Broken;
                    return true;
                }
                for (from, to) in upgrades(&self.held, request.headers) {
                    self.held[from..to].fill(b' ');
                }
            }
            Ok(Status::Partial) if self.held.len() <= LONGEST_HEAD => return false,
            // The dispatcher refuses what it holds so much of without an end.
            Ok(_) => {
                self.ready = LONGEST_HEAD;
                self.part = Part::Broken;
            }
            Err(_) => {
                self.ready = self.held.len();
                self.part = Part::Broken;
            }
        }
        true
    }

    /// Hands over more of the present request. False when there is no more of it for now.
    pub(super) fn give(&mut self, buf: &mut ReadBuf<'_>) -> bool {
        if self.ready == 0 && !self.stand_in.is_empty() {
            self.stand_in.give(buf);
            return true;
        }
        self.look();
        let count = self.ready.min(buf.remaining());
        buf.put_slice(&self.held[..count]);
        self.drop_front(count);
        self.ready -= count;
        self.drop_empty_lines();
        count > 0
    }

    /// Looks how much more of what is held belongs to the present body.
    fn look(&mut self) {
        if self.ready > 0 {
            return;
        }
        let (count, is_over) = match &mut self.part {
            Part::Head => return,
            Part::Length { rest, .. } => {
                let count = at_most(*rest, self.held.len());
                *rest -= count as u64;
                (count, *rest == 0)
            }
            Part::Chunked(chunked) => match chunked.look(&self.held) {
                Ok(count) => (count, chunked.is_over()),
                Err(_) => {
                    self.part = Part::Broken;
                    return;
                }
            },
            Part::Broken => return self.drop_front(self.held.len()),
        };
        if self.is_unwanted {
            self.drop_front(count);
        } else {
            self.ready = count;
        }
        if is_over {
            self.part = Part::Head;
            self.is_unwanted = false;
        }
    }

    fn drop_front(&mut self, count: usize) {
        self.held.advance(count);
        if self.held.is_empty() {
            // An idle connection holds no memory here.
            self.held = BytesMut::new();
        }
    }
}

fn at_most(count: u64, most: usize) -> usize {
    usize::try_from(count).map_or(most, |count| count.min(most))
}

fn named<'a>(fields: &'a [Header<'a>], name: &'a str) -> impl Iterator<Item = &'a [u8]> {
    let is_named = move |field: &&Header<'_>| field.name.eq_ignore_ascii_case(name);
    fields.iter().filter(is_named).map(|field| field.value)
}

/// The value of a `Host` (RFC 9110, 7.2), which is empty where the target has no authority.
fn is_host(value: &[u8]) -> bool {
    value.is_empty() || (!value.contains(&b'@') && Authority::try_from(value).is_ok())
}

/// How the body is framed (RFC 9112, 6.3). Where this is not decided well, the dispatcher refuses
/// the head: more than one of these fields, both of them, a length that is no number.
fn body_of(fields: &[Header<'_>]) -> Part {
    if named(fields, "transfer-encoding").next().is_some() {
        return Part::Chunked(Chunked::new());
    }
    let length = named(fields, "content-length").next();
    let length = length.and_then(|value| str::from_utf8(value).ok()?.trim().parse().ok());
    match length {
        None | Some(0) => Part::Head,
        Some(announced) => Part::Length { announced, rest: announced },
    }
}

/// Where a head asks for another protocol. A server may ignore that (RFC 9110, 7.8), and so does
/// this one; but the dispatcher would take what follows for that protocol, or close.
fn upgrades(head: &[u8], fields: &[Header<'_>]) -> Vec<(usize, usize)> {
    let place = |part: &[u8]| {
        let from = part.as_ptr().addr() - head.as_ptr().addr();
        (from, from + part.len())
    };
    let options = named(fields, "connection")
        .flat_map(|value| value.split(|byte| *byte == b','))
        .filter(|option| option.trim_ascii().eq_ignore_ascii_case(b"upgrade"));
    named(fields, "upgrade").chain(options).map(place).collect()
}

#[cfg(test)]
mod tests;
