//! The `basalt` command. All of it is in the library, which tests use too.

use std::process::ExitCode;

/// Returns memory to the system and is fast with many small pieces, which JSON is made of.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    basalt_server::cli::main()
}
