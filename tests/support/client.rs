//! Clients: somebody who sends requests.

use std::{
    future::{Future, IntoFuture},
    net::SocketAddr,
    pin::Pin,
};

use reqwest::{
    Method,
    header::{HeaderName, HeaderValue},
};
use serde_json::{Value, json};

use super::{Answer, Contract};

/// Somebody who sends requests to one server. Every answer is held against the contract.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    address: SocketAddr,
    limited: bool,
    token: Option<String>,
    user: Value,
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "a body is made where it is sent: `post(path, json!({…}))`"
)]
impl Client {
    pub(super) fn new(http: reqwest::Client, address: SocketAddr, limited: bool) -> Self {
        Self { http, address, limited, token: None, user: Value::Null }
    }

    /// The same, with this token.
    pub(crate) fn signed_in(&self, token: &str, user: &Value) -> Self {
        Self { token: Some(token.to_owned()), user: user.clone(), ..self.clone() }
    }

    /// The same, with this token, whoever it is for.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        self.signed_in(token, &Value::Null)
    }

    /// Logs in, which has to succeed.
    #[track_caller]
    pub(crate) fn login(&self, email: &str, password: &str) -> impl Future<Output = Self> + use<> {
        let request = self.try_login(email, password);
        let this = self.clone();
        async move {
            let session = request.await.is(200).data();
            let token = session["token"].as_str().expect("a token");
            this.signed_in(token, &session["user"])
        }
    }

    /// Tries to log in.
    pub(crate) fn try_login(&self, email: &str, password: &str) -> Request {
        let body = json!({"email": email, "password": password});
        self.post("/api/auth/login", body)
    }

    /// The token.
    pub(crate) fn token(&self) -> &str {
        self.token.as_deref().expect("somebody who is signed in")
    }

    /// Who it is, as the login told.
    pub(crate) fn user(&self) -> &Value {
        &self.user
    }

    /// Their id.
    pub(crate) fn id(&self) -> &str {
        self.user["id"].as_str().expect("somebody who is signed in")
    }

    /// Writes a post.
    pub(crate) async fn write(&self, title: &str, published: bool) -> Answer {
        let body = json!({"title": title, "content": "Some text", "published": published});
        self.post("/api/posts", body).await.is(201)
    }

    pub(crate) fn get(&self, path: &str) -> Request {
        self.request(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str, body: Value) -> Request {
        self.request(Method::POST, path).json(&body)
    }

    pub(crate) fn put(&self, path: &str, body: Value) -> Request {
        self.request(Method::PUT, path).json(&body)
    }

    pub(crate) fn patch(&self, path: &str, body: Value) -> Request {
        self.request(Method::PATCH, path).json(&body)
    }

    pub(crate) fn delete(&self, path: &str) -> Request {
        self.request(Method::DELETE, path)
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> Request {
        let mut request = Request {
            http: self.http.clone(),
            url: format!("http://{}{path}", self.address),
            path: path.split('?').next().unwrap_or_default().to_owned(),
            method,
            headers: Vec::new(),
            body: None,
            limited: self.limited,
        };
        if let Some(token) = &self.token {
            request = request.header("authorization", &format!("Bearer {token}"));
        }
        request
    }
}

/// A request that is sent when it is awaited.
#[derive(Clone)]
pub(crate) struct Request {
    http: reqwest::Client,
    url: String,
    path: String,
    method: Method,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Option<Vec<u8>>,
    limited: bool,
}

impl Request {
    /// With another header line.
    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        self.header_bytes(name, value.as_bytes())
    }

    /// With another header line, of any bytes.
    pub(crate) fn header_bytes(mut self, name: &str, value: &[u8]) -> Self {
        let name = name.parse().expect("a name of a header");
        let value = HeaderValue::from_bytes(value).expect("a value of a header");
        self.headers.push((name, value));
        self
    }

    /// With this body, and its media type.
    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    /// With these bytes as body, and nothing said about them.
    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    async fn send(self) -> Answer {
        let mut builder = self.http.request(self.method.clone(), &self.url);
        for (name, value) in self.headers {
            builder = builder.header(name, value);
        }
        if let Some(body) = self.body {
            builder = builder.body(body);
        }
        let sent = builder.send().await;
        let response = sent.unwrap_or_else(|e| panic!("{} {}: {e:?}", self.method, self.path));
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = response.bytes().await.expect("a whole body").to_vec();
        let answer = Answer { status, headers, body };
        let contract = Contract::get().await;
        contract.check(&self.method, &self.path, &answer, self.limited);
        answer
    }
}

impl IntoFuture for Request {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
