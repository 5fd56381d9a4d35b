//! What all lists have in common.

mod cursors;
mod deep;
mod links;
mod pages;
mod query;
mod searches;
mod totals;
mod walks;
