# What maintainers run; CI runs the same commands.

default: lint test

lint:
    cargo fmt --all --check
    cargo clippy --all-targets --all-features -- -D warnings
    scripts/check-guest

test:
    cargo nextest run

bench:
    cargo bench

docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps

fuzz target="extract" seconds="60":
    cd fuzz && cargo fuzz run {{target}} -- -max_total_time={{seconds}}

# The laboratory is outside the gate; it has to compile all the same.
lab:
    cargo check -p saraphina-lab --benches
