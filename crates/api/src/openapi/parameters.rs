//! Parameters of operations.

use basalt_domain::SortField;
use serde_json::{Value, json};

use super::schemas::{self, reference};

fn query(name: &str, description: &str, schema: &Value) -> Value {
    json!({"name": name, "in": "query", "description": description, "schema": schema})
}

fn header(name: &str, description: &str, schema: &Value) -> Value {
    json!({"name": name, "in": "header", "description": description, "schema": schema})
}

/// The `{id}` of a path.
pub(crate) fn id() -> Value {
    json!({
        "name": "id",
        "in": "path",
        "required": true,
        "schema": reference("Id"),
    })
}

/// What all lists take; `searched` is where `search` looks.
pub(crate) fn list<F: SortField>(searched: &str) -> Vec<Value> {
    let sorts: Vec<_> = F::ALL
        .iter()
        .flat_map(|field| [field.as_str().to_owned(), format!("-{}", field.as_str())])
        .collect();
    let mut cursor = query(
        "cursor",
        "Walks through a list of any length. Send it empty to begin, then `pagination.next` of the \
         answer before. The walk ends when `next` is `null`, and only then. Repeat the filters and \
         `search` at each step (`sort` may be left out): with others the cursor is a 400 \
         `invalid_cursor`. It has no time of its own: it is good on every replica and after a \
         restart, until the server's secret is replaced",
        &json!({"type": "string"}),
    );
    // Without it some clients never send the empty one that starts a walk.
    cursor["allowEmptyValue"] = json!(true);
    let number = json!({"type": "integer", "minimum": 1});
    vec![
        query(
            "page",
            "The page, from 1, which it is when left out. Not beside `cursor`; and `page` × `limit` \
             may be 10,000 at most: `cursor` goes deeper",
            &number,
        ),
        query(
            "limit",
            "Rows on a page or in a step: 10 when left out, and 100 for anything over 100",
            &number,
        ),
        cursor,
        query(
            "sort",
            "`-createdAt`, the newest first, when left out. A leading `-` turns the order round; \
             equal rows follow by id",
            &json!({"type": "string", "enum": sorts}),
        ),
        query(
            "search",
            &format!(
                "Text that {searched} holds, without regard to case. `%` and `_` are themselves, \
                 and an empty one is none. Each request looks at a bounded part of the list, \
                 however short the text is: `cursor` goes through all of it"
            ),
            &schemas::search(),
        ),
    ]
}

/// A role.
pub(crate) fn role() -> Value {
    query("role", "Those with this role", &reference("Role"))
}

/// True or false.
pub(crate) fn flag(name: &str, description: &str) -> Value {
    query(name, description, &json!({"type": "boolean"}))
}

/// An exact address.
pub(crate) fn email() -> Value {
    query(
        "email",
        "The one with exactly this address, spelled in any case",
        &reference("EmailAddress"),
    )
}

/// The author of posts.
pub(crate) fn author() -> Value {
    query("author", "Posts of the user with this `id`", &reference("Id"))
}

/// `If-Match`
pub(crate) fn if_match() -> Value {
    let description = "The `ETag` that you got when you read it, with its quotes: `\"1.1\"`. If it was \
                       changed since, nothing is done and the answer is a 412. Without it the last \
                       write wins. `*`, lists and the weak form (`W/\"1.1\"`) are understood";
    let tag = r#"(?:W/)?"[!#-~\x80-\xff]*""#;
    let tags = format!(r"[ \t,]*{tag}(?:[ \t]*,[ \t,]*{tag})*[ \t,]*");
    let pattern = format!(r"^(?:[ \t]*\*[ \t]*|{tags})$");
    header("If-Match", description, &json!({"type": "string", "pattern": pattern}))
}

/// `If-None-Match`
pub(crate) fn if_none_match() -> Value {
    let description = "The `ETag` of what you have, with its quotes: a 304 without a body when it is \
                       still the present one";
    header("If-None-Match", description, &json!({"type": "string"}))
}

/// Whose keys they are.
#[derive(Clone, Copy)]
pub(crate) enum Keys {
    /// Nobody is logged in yet.
    OfEveryone,
    /// Of whoever is logged in.
    OfTheCaller,
}

/// `Idempotency-Key`
pub(crate) fn idempotency_key(keys: Keys) -> Value {
    let whose = match keys {
        Keys::OfEveryone => "Keys of registrations are shared by everyone: take a random UUID",
        Keys::OfTheCaller => "Keys are your own: nobody else meets them. Take a random UUID",
    };
    let description = format!(
        "Makes it safe to send the request again: the same key and body within 24 hours give the \
         first answer again, with `Idempotency-Replayed: true`, and nothing is made twice. Another \
         body is a 422. Only successes are kept. {whose}"
    );
    header("Idempotency-Key", &description, &schemas::idempotency_key())
}
