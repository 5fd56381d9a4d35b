//! What all lists have in common.

mod cursors;
mod deep;
mod links;
mod pages;
mod query;
mod walks;
