//! The API as its users call it, for what is done once and not measured.

use std::{
    io,
    net::{SocketAddr, ToSocketAddrs as _},
};

use serde_json::{Value, json};

use crate::wrong;

/// An API, as somebody who has logged in.
pub(crate) struct Api {
    /// The host and the port.
    host: String,
    email: String,
    password: String,
    token: String,
}

impl Api {
    /// Logs in at `host`, which has a port.
    pub(crate) fn log_in(host: &str, email: &str, password: &str) -> io::Result<Self> {
        let mut api = Self {
            email: email.to_owned(),
            password: password.to_owned(),
            ..Self::of_nobody(host)
        };
        let session = ureq::post(api.url("/api/auth/login"))
            .content_type("application/json")
            .send(api.credentials());
        let session: Value = serde_json::from_slice(&bytes(session)?)?;
        // Other servers with these routes may have no envelope.
        let token = session["data"]["token"].as_str().or(session["token"].as_str());
        token.ok_or_else(|| wrong("a login without a token"))?.clone_into(&mut api.token);
        Ok(api)
    }

    /// Without a token.
    pub(crate) fn of_nobody(host: &str) -> Self {
        Self {
            host: host.to_owned(),
            email: String::new(),
            password: String::new(),
            token: String::new(),
        }
    }

    pub(crate) fn credentials(&self) -> String {
        json!({ "email": self.email, "password": self.password }).to_string()
    }

    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        let mut addresses = self.host.to_socket_addrs()?;
        addresses.next().ok_or_else(|| wrong("a host without an address"))
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host)
    }

    /// What is under `data` of an answer.
    pub(crate) fn data(&self, path: &str) -> io::Result<Value> {
        let mut answer: Value = serde_json::from_slice(&self.body(path)?)?;
        Ok(answer["data"].take())
    }

    /// The bytes of an answer.
    pub(crate) fn body(&self, path: &str) -> io::Result<Vec<u8>> {
        let mut request = ureq::get(self.url(path));
        if !self.token.is_empty() {
            request = request.header("Authorization", format!("Bearer {}", self.token));
        }
        bytes(request.call())
    }

    /// The bytes of a request by nobody in particular.
    pub(crate) fn request(&self, method: &str, path: &str, body: &str) -> Vec<u8> {
        self.bytes(method, path, "", body)
    }

    /// The bytes of a request by whoever logged in.
    pub(crate) fn own_request(&self, method: &str, path: &str, body: &str) -> Vec<u8> {
        let authorization = format!("Authorization: Bearer {}\r\n", self.token);
        self.bytes(method, path, &authorization, body)
    }

    fn bytes(&self, method: &str, path: &str, header: &str, body: &str) -> Vec<u8> {
        let (host, length) = (&self.host, body.len());
        let content = if body.is_empty() {
            String::new()
        } else {
            format!("Content-Type: application/json\r\nContent-Length: {length}\r\n")
        };
        format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n{header}{content}\r\n{body}")
            .into_bytes()
    }
}

fn bytes(called: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> io::Result<Vec<u8>> {
    let body = called.map_err(wrong)?.into_body().read_to_vec();
    body.map_err(wrong)
}
