//! What is logged, thread by thread: each test runs on one of its own.

use std::{cell::RefCell, io, sync::Once};

thread_local! {
    static LOGGED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Records from now on. One subscriber for the whole process, there before anything is logged:
/// whether a line is wanted at all is decided when it is first reached, on whichever thread.
pub(super) fn record() {
    static RECORDING: Once = Once::new();
    RECORDING.call_once(|| {
        tracing_subscriber::fmt().json().with_writer(|| ThisThread).init();
    });
}

/// The lines logged on this thread since the last call.
pub(crate) fn take() -> Vec<String> {
    let bytes = LOGGED.with_borrow_mut(std::mem::take);
    let text = String::from_utf8(bytes).unwrap();
    text.lines().map(str::to_owned).collect()
}

struct ThisThread;

impl io::Write for ThisThread {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOGGED.with_borrow_mut(|logged| logged.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
