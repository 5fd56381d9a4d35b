//! What stands in for the rest of a body that nobody wants.

use tokio::io::ReadBuf;

use super::at_most;

/// What ends a body: so many bytes of any kind, and then these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ending {
    pub(super) filler: u64,
    pub(super) end: &'static [u8],
}

impl Ending {
    pub(super) fn is_empty(&self) -> bool {
        self.filler == 0 && self.end.is_empty()
    }

    pub(super) fn give(&mut self, buf: &mut ReadBuf<'_>) {
        let count = at_most(self.filler, buf.remaining());
        buf.initialize_unfilled_to(count).fill(b' ');
        buf.advance(count);
        self.filler -= count as u64;
        if self.filler == 0 {
            let (now, later) = self.end.split_at(self.end.len().min(buf.remaining()));
            buf.put_slice(now);
            self.end = later;
        }
    }
}
