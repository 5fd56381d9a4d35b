# `just` lists the recipes.
_default:
    @just --list --unsorted

# Serve from a file in data/, with everything in this process
run *arguments:
    cargo run -- {{arguments}}

# Every test
test *arguments:
    cargo test --workspace {{arguments}}

# Format the code
fmt:
    cargo fmt --all

# Warnings are errors
lint:
    cargo clippy --workspace --all-targets -- -D warnings

# All that a change has to pass
ci:
    .ci/run

# Write what is made from the code: the OpenAPI document
generate:
    cargo run --quiet -- openapi > docs/openapi.json

# Compare a cached list with a bare handler, as shipped (link-time optimisation: a long build)
bench *arguments:
    cargo bench -p basalt-bench -- {{arguments}}
