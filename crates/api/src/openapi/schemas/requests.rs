//! Schemas of what is sent. They are closed: what is not known is refused.

use basalt_domain::PasswordPolicy;
use serde_json::{Map, Value, json};

use super::{reference, texts};

fn input(required: &[&str], properties: &Value) -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    })
}

pub(super) fn add(schemas: &mut Map<String, Value>, policy: &PasswordPolicy) {
    let name = || reference("PersonName");
    let email = || reference("EmailAddress");
    let (title, content) = (|| reference("PostTitle"), || reference("PostContent"));
    let new_password = || reference("NewPassword");
    let present_password = texts::present_password;
    let flag = |description: &str| json!({"type": "boolean", "description": description});
    let published = || flag("Whether everyone may read it");
    let mut add = |name: &str, schema: Value| schemas.insert(name.to_owned(), schema);
    add("PersonName", texts::name());
    add("EmailAddress", texts::email());
    add("NewPassword", texts::new_password(policy));
    add("PostTitle", texts::title());
    add("PostContent", texts::content());
    let new_user = json!({"name": name(), "email": email(), "password": new_password()});
    add("NewUser", input(&["name", "email", "password"], &new_user));
    let credentials = json!({"email": email(), "password": present_password()});
    add("Credentials", input(&["email", "password"], &credentials));
    let everywhere = flag("End all of my tokens; only this one when left out");
    add("Logout", input(&[], &json!({"everywhere": everywhere})));
    let mine = json!({"name": name(), "email": email()});
    add("MyChanges", input(&[], &mine));
    let passwords = json!({"currentPassword": present_password(), "newPassword": new_password()});
    let both = ["currentPassword", "newPassword"];
    add("PasswordChange", input(&both, &passwords));
    let mut draft = published();
    draft["default"] = json!(false);
    let new_post = json!({"title": title(), "content": content(), "published": draft});
    add("NewPost", input(&["title", "content"], &new_post));
    let post = json!({"title": title(), "content": content(), "published": published()});
    add("PostChanges", input(&[], &post));
    let active = flag("Whether the user may log in; `false` ends all of their tokens");
    let user = json!({"name": name(), "role": reference("Role"), "active": active});
    add("UserChanges", input(&[], &user));
}
