//! `/api/posts`

mod change;
mod create;
mod list;
mod reading;
mod search;
mod visibility;
