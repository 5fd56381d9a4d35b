//! A collector of traces that keeps what it gets.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::mpsc::{Receiver, channel},
    thread,
};

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{KeyValue, any_value::Value},
    trace::v1::Span,
};
use prost::Message as _;

/// Takes batches until the test ends.
pub(crate) struct Collector {
    pub(crate) endpoint: String,
    batches: Receiver<ExportTraceServiceRequest>,
}

impl Collector {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let (sender, batches) = channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                // The test has ended when nobody receives.
                if sender.send(take(stream.unwrap())).is_err() {
                    return;
                }
            }
        });
        Self { endpoint, batches }
    }

    /// The spans that have come by now, with the name of the service they are of.
    pub(crate) fn spans(&self) -> Vec<(String, Span)> {
        let batches = self.batches.try_iter();
        let resources = batches.flat_map(|batch| batch.resource_spans);
        let spans = resources.flat_map(|of_one| {
            let resource = of_one.resource.unwrap();
            let service = text(&resource.attributes, "service.name").unwrap();
            let scopes = of_one.scope_spans.into_iter();
            let spans = scopes.flat_map(|scope| scope.spans);
            spans.map(move |span| (service.clone(), span))
        });
        spans.collect()
    }
}

/// Reads one batch and acknowledges it.
fn take(stream: TcpStream) -> ExportTraceServiceRequest {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    let mut length = 0;
    reader.read_line(&mut line).unwrap();
    assert_eq!(line, "POST /v1/traces HTTP/1.1\r\n");
    while line != "\r\n" {
        line.clear();
        reader.read_line(&mut line).unwrap();
        let header = line.to_ascii_lowercase();
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    reader.get_mut().write_all(answer).unwrap();
    ExportTraceServiceRequest::decode(&body[..]).unwrap()
}

/// An attribute as text; `None` when there is none of this name.
pub(crate) fn text(attributes: &[KeyValue], name: &str) -> Option<String> {
    let found = attributes.iter().find(|attribute| attribute.key == name)?;
    match found.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        Value::IntValue(number) => Some(number.to_string()),
        other => panic!("{name} is {other:?}"),
    }
}
