# `just` lists the recipes.
_default:
    @just --list --unsorted

# Serve from a file in data/, with everything in this process
run *arguments:
    cargo run -- {{arguments}}

# Serve, and build and start anew whenever the code changes
dev *arguments:
    @command -v watchexec >/dev/null || { echo "watchexec is missing; install it with: cargo install --locked watchexec-cli" >&2; exit 1; }
    watchexec --restart --shell=none --watch crates --watch migrations --watch Cargo.toml --watch Cargo.lock -- cargo run -- {{arguments}}

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

# Measure every kind of request beside its limit, and write docs/PERFORMANCE.md; `--growth`: beside the number of posts
bench *arguments:
    cargo bench -p basalt-bench --profile ci -- {{arguments}}

# Ask the same of any server with these routes: `just bench-against URL=http://… --email … --password …`
bench-against url *arguments:
    cargo bench -p basalt-bench --profile ci -- --against "{{trim_start_match(url, 'URL=')}}" {{arguments}}

# PostgreSQL, Redis, two replicas and a proxy in containers, on http://127.0.0.1:3000
up:
    docker/stack up

# Stop them; `just down -v` removes the data too
down *arguments:
    docker/stack down {{arguments}}

# Follow their logs
logs *arguments:
    docker/stack logs {{arguments}}

# Run N replicas of the server
scale n:
    docker/stack scale {{n}}

# Replace all replicas one by one by the image as it is now
roll:
    docker/stack roll

# Change the secret of tokens without a gap; a day later `just rotate --finish`
rotate *arguments:
    docker/stack rotate {{arguments}}

# Prometheus and Grafana beside them
observe:
    docker/stack observe

# Start real processes and break them, for some minutes; each scenario prints its figures
faults *arguments:
    cargo test --profile ci -p basalt-faults -- --long {{arguments}}
