//! The domain of Basalt: users, posts, who may do what, and the ports through which the
//! application reaches everything outside.
//!
//! **What is here.** Entities ([`User`], [`Post`]), value objects with one door each
//! ([`Email::parse`], [`Title::parse`], …), the rules that need nothing but values
//! ([`Actor`], [`Post::edit_right`]), and the [`ports`]: traits whose contracts are written as
//! `MUST` sentences and proven by the `basalt-contract` crate.
//!
//! **What must never be here.** SQL, HTTP, Redis, serde derives on entities, a clock, randomness.
//! Time and ids arrive through [`ports::Clock`] and [`ports::Ids`].
//!
//! **How to extend it.** A new value object gets a file of its own with a `parse` that returns
//! [`Invalid`]; a new aggregate gets an entity, a port in [`ports`], and tests in the contract
//! crate, which every adapter then has to pass.
//!
//! With the feature `mock` each port has a `Mock…` twin made by `mockall`.

mod actor;
mod auth;
mod content;
mod email;
mod fold;
mod id;
mod idempotency;
mod invalid;
mod listing;
mod password;
mod person_name;
pub mod ports;
mod post;
mod post_list;
mod rate;
mod resource;
mod role;
mod text;
mod timestamp;
mod title;
mod user;
mod version;

pub use actor::{Actor, EditRight};
pub use auth::{AuthState, Claims, Credentials, TokenGeneration, TokenId};
pub use content::Content;
pub use email::Email;
pub use fold::fold;
pub use id::Id;
pub use idempotency::{
    Answer, Fingerprint, IdempotencyKey, IdempotencyRecord, IdempotencyScope, Operation,
};
pub use invalid::{FieldCode, Invalid, Violation, Violations};
pub use listing::{
    Direction, Page, PageRequest, PageTooDeep, Position, Slice, Sort, SortField, SortKey, Total,
    WalkRequest,
};
pub use password::{CandidatePassword, Password, PasswordHash, PasswordPolicy};
pub use person_name::PersonName;
pub use post::{Author, Post, PostChanges, PostId, UnsavedPost};
pub use post_list::{
    ListVersion, PostFilter, PostListKey, PostPage, PostSortField, PostVisibility, ServedPage,
    Stamp,
};
pub use rate::{Decision, LimitKey, Policy, PolicyName, Quota};
pub use resource::Resource;
pub use role::Role;
pub use text::SearchTerm;
pub use timestamp::Timestamp;
pub use title::Title;
pub use user::{User, UserChanges, UserFilter, UserId, UserSortField};
pub use version::{EntityTag, Version};
