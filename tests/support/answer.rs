//! What the server answered.

use reqwest::header::HeaderMap;
use serde_json::Value;

/// An answer, read whole.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body.
    pub(crate) body: Vec<u8>,
}

#[expect(
    clippy::wrong_self_convention,
    reason = "they insist and hand on: `get(path).await.is_error(404, …).message()`"
)]
impl Answer {
    /// Insists on a status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        let body = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status, status, "{body:.500}");
        self
    }

    /// Insists on an error.
    #[track_caller]
    pub(crate) fn is_error(self, status: u16, code: &str) -> Self {
        let body = String::from_utf8_lossy(&self.body);
        assert_eq!((self.status, self.code().as_str()), (status, code), "{body:.500}");
        self
    }

    /// Insists on a 400 for exactly these fields, with these codes.
    #[track_caller]
    pub(crate) fn is_invalid(self, fields: &[(&str, &str)]) -> Self {
        let answer = self.is_error(400, "validation_failed");
        let found = answer.fields();
        let found: Vec<_> = found.iter().map(|(f, c)| (f.as_str(), c.as_str())).collect();
        assert_eq!(found, fields);
        answer
    }

    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        let body = String::from_utf8_lossy(&self.body);
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {body:.500}"))
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What a success holds.
    #[track_caller]
    pub(crate) fn data(&self) -> Value {
        assert!(self.status < 300, "{} {}", self.status, self.text());
        self.json()["data"].clone()
    }

    /// What a write says.
    pub(crate) fn message(&self) -> String {
        self.json()["message"].as_str().unwrap_or_default().to_owned()
    }

    /// The id of what a success holds.
    #[track_caller]
    pub(crate) fn id(&self) -> String {
        self.data()["id"].as_str().expect("data has an id").to_owned()
    }

    /// The values of one field of all rows of a list.
    #[track_caller]
    pub(crate) fn column(&self, field: &str) -> Vec<String> {
        let data = self.data();
        let rows = data.as_array().expect("data is a list");
        let cell = |row: &Value| row[field].as_str().expect("a text").to_owned();
        rows.iter().map(cell).collect()
    }

    /// An error's code, empty when there is none.
    pub(crate) fn code(&self) -> String {
        let json: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        json["code"].as_str().unwrap_or_default().to_owned()
    }

    /// An error's fields and their codes, in either form of an error.
    pub(crate) fn fields(&self) -> Vec<(String, String)> {
        let json = self.json();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let entries = json["errors"].as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .map(|entry| {
                let name = entry.get("field").unwrap_or(&entry["pointer"]);
                (text(name), text(&entry["code"]))
            })
            .collect()
    }

    /// A header, empty when there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    /// Whether there is such a header.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.headers.contains_key(name)
    }

    /// The entity tag.
    #[track_caller]
    pub(crate) fn etag(&self) -> String {
        assert!(self.has("etag"), "no ETag: {} {}", self.status, self.text());
        self.header("etag").to_owned()
    }

    /// The target of a relation in `Link`, from the path that was asked. It is a query alone, so
    /// that it holds behind a proxy's prefix.
    #[track_caller]
    pub(crate) fn link(&self, relation: &str, asked: &str) -> Option<String> {
        let wanted = format!("rel=\"{relation}\"");
        let mut links = self.header("link").split(", ");
        let target = links.find_map(|link| {
            let (target, rest) = link.strip_prefix('<')?.split_once('>')?;
            rest.contains(&wanted).then_some(target)
        })?;
        assert!(target.starts_with('?'), "{target}");
        let path = asked.split('?').next().unwrap_or_default();
        Some(format!("{path}{target}"))
    }
}
