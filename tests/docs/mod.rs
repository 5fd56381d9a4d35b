//! `/docs`

mod files;
mod served;
