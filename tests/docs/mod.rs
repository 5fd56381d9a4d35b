//! `/docs`

mod browser;
mod files;
mod prefix;
mod served;
mod webdriver;
