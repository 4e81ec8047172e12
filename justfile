# Short names for the commands of this repository. Nothing needs just: each line works in a shell as it stands.

# Everything that CI checks.
test:
    scripts/test

# The same without the browser and the dependencies.
quick:
    scripts/test quick

# Compiles and lints.
check:
    cargo clippy --all-targets --locked -- -D warnings

# The tests on both engines: just test-postgres storage::
test-postgres *filter:
    scripts/with-postgres cargo test --locked {{filter}}

# The portal in a real browser.
browser:
    cargo build --locked
    cd tests/browser && npm ci --ignore-scripts --no-audit --no-fund && npm test

# The server, on an empty folder if there is no ./portcullis-data.
run *flags:
    cargo run -- serve {{flags}}

# A pair of empty migrations with the next number: just new-migration add_client_tags
new-migration what:
    #!/usr/bin/env bash
    set -euo pipefail
    last=$(ls migrations/sqlite | sort | tail -1 | cut -d_ -f1)
    name=$(printf '%04d_%s.sql' $((10#$last + 1)) {{what}})
    touch "migrations/sqlite/$name" "migrations/postgres/$name"
    echo "migrations/{sqlite,postgres}/$name"
