//! A log that a test reads.

use std::{
    io,
    sync::{Arc, Mutex},
};

use serde_json::Value;
use tracing::Subscriber;
use tracing_subscriber::{Layer, Registry, layer::SubscriberExt as _};

use super::logs::lines;
use crate::config::LogFormat;

/// What was written. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    /// A log that is written here.
    pub(crate) fn log(&self) -> impl Subscriber + Send + Sync + use<> {
        tracing_subscriber::registry().with(self.lines())
    }

    /// Writes here, one object on a line.
    pub(crate) fn lines(&self) -> Box<dyn Layer<Registry> + Send + Sync> {
        let writer = self.clone();
        lines(LogFormat::Json, move || writer.clone(), false)
    }

    /// All lines of now.
    pub(crate) fn objects(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let objects = text.lines().map(serde_json::from_str);
        objects.collect::<Result<_, _>>().expect(&text)
    }
}

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
