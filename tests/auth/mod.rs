//! `/api/auth`, and the tokens that come from there.

mod bcrypt;
mod login;
mod logout;
mod scheme;
mod tokens;
