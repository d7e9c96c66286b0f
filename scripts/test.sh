#!/usr/bin/env bash
# test.sh: the whole of `make test`. Installs what the reality suites compare with (they skip visibly where it cannot be had),
# checks layout, builds once, runs every test, then builds the core for WebAssembly and compares it with the native build.
set -euo pipefail
cd "$(dirname "$0")/.."

optional() {
  scripts/install-packages.sh "$@" || echo "Skipped: tests that need $* (see the sentence above)." >&2
}
optional postgresql-15 postgresql-client-15
optional cmark-gfm
optional chromium
optional jq procps diffutils bsdextrautils mawk xxd tree busybox
optional asciinema
optional redis-server redis-tools
optional etcd-server etcd-client

swift format lint --strict --recursive Package.swift Sources Tests
swift build --build-tests
swift test --skip-build
scripts/wasm.sh
