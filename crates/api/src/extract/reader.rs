use std::borrow::Cow;

use actix_web::http::header::HeaderMap;
use basalt_application::IfMatch;
use basalt_domain::{FieldCode, IdempotencyKey, Invalid, Violation, Violations};

use crate::{
    Api,
    http::{
        etag,
        json::{Json, Object},
        query::Parameter,
    },
};

/// The fields of a request: of its body, its query and its headers. An input asks for those it
/// knows; each invalid one is noted, and what nobody asked for is unknown.
pub struct Fields<'a> {
    /// The API, for rules that the configuration sets.
    pub api: &'a Api,
    headers: &'a HeaderMap,
    body: Slot<Json>,
    query: Slot<Result<String, Invalid>>,
    header_violations: Violations,
}

/// Named values of one source, with what is wrong with them.
struct Slot<T> {
    values: Vec<(String, Option<T>)>,
    violations: Violations,
}

impl<T> Slot<T> {
    fn new(values: impl IntoIterator<Item = (String, T)>) -> Self {
        let values = values.into_iter().map(|(name, value)| (name, Some(value)));
        Self { values: values.collect(), violations: Violations::default() }
    }

    /// The value of `name`, which is then known.
    fn take(&mut self, name: &str) -> Option<T> {
        let found = self.values.iter_mut().find(|(known, _)| known == name);
        found.and_then(|(_, value)| value.take())
    }

    fn unknown(&self) -> impl Iterator<Item = Violation> {
        let left = self.values.iter().filter(|(_, value)| value.is_some());
        left.map(|(name, _)| Violation {
            field: name.clone(),
            invalid: Invalid::new(FieldCode::Unknown, "Unknown field"),
        })
    }
}

impl<'a> Fields<'a> {
    pub(super) fn new(
        api: &'a Api,
        headers: &'a HeaderMap,
        query: Vec<Parameter>,
        body: Object,
    ) -> Self {
        Self {
            api,
            headers,
            body: Slot::new(body.0),
            query: Slot::new(query.into_iter().map(|p| (p.name, p.value))),
            header_violations: Violations::default(),
        }
    }

    /// A text of the body that has to be there; `missing` is said when it is not.
    pub fn required<T>(
        &mut self,
        name: &str,
        missing: impl Into<Cow<'static, str>>,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        let parsed = match self.body.take(name) {
            None => Err(Invalid::new(FieldCode::Required, missing)),
            Some(Json::String(text)) => parse(&text),
            Some(_) => Err(wrong_type(name, "a string")),
        };
        self.body.violations.keep(name, parsed)
    }

    /// A text of the body that may be left out.
    pub fn optional<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        let parsed = match self.body.take(name)? {
            Json::String(text) => parse(&text),
            _ => Err(wrong_type(name, "a string")),
        };
        self.body.violations.keep(name, parsed)
    }

    /// A flag of the body that may be left out.
    pub fn optional_bool(&mut self, name: &str) -> Option<bool> {
        let parsed = match self.body.take(name)? {
            Json::Bool(flag) => Ok(flag),
            _ => Err(wrong_type(name, "true or false")),
        };
        self.body.violations.keep(name, parsed)
    }

    /// A parameter of the query, when it was sent.
    pub fn parameter<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        let parsed = self.query.take(name)?.and_then(|value| parse(&value));
        self.query.violations.keep(name, parsed)
    }

    /// True when the query has this parameter, valid or not.
    pub fn has_parameter(&self, name: &str) -> bool {
        self.query.values.iter().any(|(known, _)| known == name)
    }

    /// The `Idempotency-Key`, when one was sent.
    pub fn idempotency_key(&mut self) -> Option<IdempotencyKey> {
        const NAME: &str = "Idempotency-Key";
        let mut lines = self.headers.get_all(NAME);
        let line = lines.next()?;
        let parsed = if lines.next().is_some() {
            let message = "Idempotency-Key must be given only once";
            Err(Invalid::new(FieldCode::NotAllowed, message))
        } else {
            IdempotencyKey::parse(line.as_bytes())
        };
        self.header_violations.keep(NAME, parsed)
    }

    /// What `If-Match` asks for.
    pub fn if_match(&mut self) -> Option<IfMatch> {
        self.header_violations.keep("If-Match", etag::if_match(self.headers))
    }

    /// All that is wrong: the body's fields, then its unknown ones, the query's in the same way,
    /// then headers.
    pub(super) fn violations(self) -> Violations {
        let mut all = Violations::default();
        all.append_distinct(self.body.violations.iter().cloned());
        all.append_distinct(self.body.unknown());
        all.append_distinct(self.query.violations.iter().cloned());
        all.append_distinct(self.query.unknown());
        all.append_distinct(self.header_violations.iter().cloned());
        all
    }
}

fn wrong_type(name: &str, wanted: &str) -> Invalid {
    Invalid::new(FieldCode::InvalidType, format!("{name} must be {wanted}"))
}
