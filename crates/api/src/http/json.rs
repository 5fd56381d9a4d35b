//! JSON bodies, read strictly.

use std::{collections::HashSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};

use super::malformed::{Malformed, REPEATED_KEY};

/// A JSON value as far as inputs need it: no input has a field that is an array, an object or a
/// number, so of those only the kind is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`, a number, an array or an object.
    Other,
    /// `true` or `false`.
    Bool(bool),
    /// A string.
    String(String),
}

/// The members of a JSON object, in the order sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object(pub Vec<(String, Json)>);

impl Object {
    /// Reads a body: one JSON object, in which no object repeats a key, and nothing after it.
    pub fn parse(body: &[u8]) -> Result<Self, Malformed> {
        let first = body.trim_ascii_start().first();
        if first != Some(&b'{') {
            return Err(Malformed::no_object(body));
        }
        serde_json::from_slice(body).map_err(|error| Malformed::parsing(body, &error))
    }

    /// One form for equal bodies, whatever the order of their keys and the white space between.
    pub fn canonical(&self) -> Vec<u8> {
        let mut members: Vec<_> = self.0.iter().collect();
        members.sort_by(|a, b| a.0.cmp(&b.0));
        serde_json::to_vec(
            &members
                .into_iter()
                .map(|(key, value)| match value {
                    Json::Other => (key, serde_json::Value::Null),
                    Json::Bool(value) => (key, (*value).into()),
                    Json::String(value) => (key, value.as_str().into()),
                })
                .collect::<Vec<_>>(),
        )
        .expect("strings and booleans can be written")
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct JsonVisitor;
        impl<'de> Visitor<'de> for JsonVisitor {
            type Value = Json;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }
            fn visit_unit<E>(self) -> Result<Json, E> {
                Ok(Json::Other)
            }
            fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
                Ok(Json::Bool(value))
            }
            fn visit_i64<E>(self, _: i64) -> Result<Json, E> {
                Ok(Json::Other)
            }
            fn visit_u64<E>(self, _: u64) -> Result<Json, E> {
                Ok(Json::Other)
            }
            fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
                Ok(Json::Other)
            }
            fn visit_str<E>(self, value: &str) -> Result<Json, E> {
                Ok(Json::String(value.to_owned()))
            }
            fn visit_string<E>(self, value: String) -> Result<Json, E> {
                Ok(Json::String(value))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
                while seq.next_element::<Json>()?.is_some() {}
                Ok(Json::Other)
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Json, A::Error> {
                members(map).map(|_| Json::Other)
            }
        }
        deserializer.deserialize_any(JsonVisitor)
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor;
        impl<'de> Visitor<'de> for ObjectVisitor {
            type Value = Object;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object, A::Error> {
                members(map)
            }
        }
        deserializer.deserialize_map(ObjectVisitor)
    }
}

fn members<'de, A: MapAccess<'de>>(mut map: A) -> Result<Object, A::Error> {
    let mut object = Object::default();
    let mut seen = HashSet::new();
    while let Some(key) = map.next_key::<String>()? {
        if !seen.insert(key.clone()) {
            return Err(A::Error::custom(REPEATED_KEY));
        }
        object.0.push((key, map.next_value()?));
    }
    Ok(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_keeps_its_members_in_order() {
        let object = Object::parse(br#" {"b":"x","a":true,"n":null,"o":{"k":[1]}} "#).unwrap();
        let names: Vec<_> = object.0.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["b", "a", "n", "o"]);
        assert_eq!(object.0[1].1, Json::Bool(true));
        assert_eq!(object.0[2].1, Json::Other);
    }

    #[test]
    fn the_canonical_form_tells_bodies_apart_and_not_their_spelling() {
        let canonical = |body: &str| Object::parse(body.as_bytes()).unwrap().canonical();
        assert_eq!(
            canonical(r#"{"a":"1","b":true}"#),
            canonical("{ \"b\" : true, \"\\u0061\":\"1\" }")
        );
        assert_ne!(canonical(r#"{"a":"1"}"#), canonical(r#"{"a":"2"}"#));
        assert_ne!(canonical(r#"{"a":"1"}"#), canonical(r#"{"b":"1"}"#));
    }
}
