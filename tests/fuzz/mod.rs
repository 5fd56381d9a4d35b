//! Thousands of requests that nobody would send, at the real server, at the same time.
//!
//! The requests follow from a seed, which is printed. `BASALT_FUZZ_SEED` sets another one, and
//! `BASALT_FUZZ_REQUESTS` how many there are.

mod broken;
mod framed;
mod words;

/// A number from the environment.
fn setting(name: &str, default: u64) -> u64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "how a test is run is no configuration of the server"
    )]
    let set = std::env::var(name);
    set.ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn seed() -> u64 {
    let seed = setting("BASALT_FUZZ_SEED", 20_260_101);
    println!("BASALT_FUZZ_SEED={seed}");
    seed
}
