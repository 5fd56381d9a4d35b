use basalt_application::{Created, Error, NewAccount, NewPost, NewUser};
use basalt_domain::{
    Actor, CandidatePassword, Content, Email, Password, PasswordPolicy, PersonName, Role, Title,
    User, ports::StoreError,
};

use super::PASSWORD;

/// What was created just now, not replayed.
pub(crate) fn made<T: std::fmt::Debug>(created: Result<Created<T>, Error>) -> T {
    match created {
        Ok(Created::New(thing)) => thing,
        other => panic!("{other:?}"),
    }
}

/// What was being done when the store turned out to be away.
pub(crate) fn unavailable_while<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    match result {
        Err(Error::Unavailable { doing, .. }) => doing,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn gone() -> StoreError {
    StoreError::unavailable("connection refused")
}

pub(crate) fn actor(user: &User) -> Actor {
    Actor { id: user.id, role: user.role }
}

pub(crate) fn email(name: &str) -> Email {
    Email::parse(&format!("{name}@example.com")).unwrap()
}

pub(crate) fn person(name: &str) -> PersonName {
    PersonName::parse(name).unwrap()
}

pub(crate) fn password(raw: &str) -> Password {
    Password::parse(raw, &PasswordPolicy::default()).unwrap()
}

pub(crate) fn candidate(raw: &str) -> CandidatePassword {
    CandidatePassword::parse(raw).unwrap()
}

pub(crate) fn new_user(name: &str) -> NewUser {
    NewUser { name: person(name), email: email(name), password: password(PASSWORD) }
}

pub(crate) fn new_account(name: &str, role: Role) -> NewAccount {
    NewAccount { name: person(name), email: email(name), password: password(PASSWORD), role }
}

pub(crate) fn new_post(title: &str, published: bool) -> NewPost {
    NewPost {
        title: Title::parse(title).unwrap(),
        content: Content::parse("text").unwrap(),
        published,
    }
}
