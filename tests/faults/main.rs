//! Breaks real processes and says what their clients saw.
fn main() {}
