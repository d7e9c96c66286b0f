#!/usr/bin/env bash
# wasm.sh [size]: builds the simulator core as Embedded Swift for WebAssembly, links it, and plays sessions in Node and natively:
# the two must print the same bytes. Unoptimised unless `size` is given, because that takes a quarter of the time and finds the
# same mistakes. Compiler memory is capped, because some mistakes make it grow without end.
set -euo pipefail
cd "$(dirname "$0")/.."

optimisation="${1:-none}"
scratch=".build-wasm-$optimisation"
triple=wasm32-unknown-none-wasm
tables="$(dirname "$(dirname "$(command -v swiftc)")")/lib/swift/embedded/$triple/libswiftUnicodeDataTables.a"
[ -f "$tables" ] || tables="$(swiftc -print-target-info 2>/dev/null | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')/embedded/$triple/libswiftUnicodeDataTables.a"
[ -f "$tables" ] || { echo "This Swift has no Embedded WebAssembly libraries ($triple): install the release from swift.org." >&2; exit 1; }

(
  ulimit -v 16000000
  ARDOISE_WASM="$optimisation" swift build --triple "$triple" -c release --product SimulatorWasm --scratch-path "$scratch" \
    -Xlinker "$tables"
)
module="$scratch/$triple/release/SimulatorWasm.wasm"
echo "WebAssembly: $(stat -c %s "$module") bytes, $(gzip -9 -c "$module" | wc -c) gzip"
if command -v node >/dev/null || scripts/install-packages.sh nodejs; then
  swift build --product simulate-session
  # Frames of an unoptimised build are several times as large as those a browser runs: give them room.
  node --stack-size=3900 scripts/compare-builds.mjs "$module" .build/debug/simulate-session \
    Tests/Sessions Tests/ConformanceTests/Captures Tests/ShellReality/Scripts Tests/PostgresTests/Cases
else
  echo "Skipped: playing it needs Node.js." >&2
fi
