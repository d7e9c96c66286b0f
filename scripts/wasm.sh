#!/usr/bin/env bash
# wasm.sh: builds the simulator core as Embedded Swift for WebAssembly, links it, and plays sessions in Node and natively: the
# two must print the same bytes. Compiler memory is capped, because some mistakes make it grow without end.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=.build-wasm
triple=wasm32-unknown-none-wasm
tables="$(dirname "$(dirname "$(command -v swiftc)")")/lib/swift/embedded/$triple/libswiftUnicodeDataTables.a"
[ -f "$tables" ] || tables="$(swiftc -print-target-info 2>/dev/null | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')/embedded/$triple/libswiftUnicodeDataTables.a"
[ -f "$tables" ] || { echo "This Swift has no Embedded WebAssembly libraries ($triple): install the release from swift.org." >&2; exit 1; }

(
  ulimit -v 16000000
  ARDOISE_WASM=1 swift build --triple "$triple" -c release --product SimulatorWasm --scratch-path "$scratch" \
    -Xlinker "$tables"
)
module="$scratch/$triple/release/SimulatorWasm.wasm"
echo "WebAssembly: $(stat -c %s "$module") bytes, $(gzip -9 -c "$module" | wc -c) gzip"
if command -v node >/dev/null; then
  swift build --product simulate-session
  node scripts/compare-builds.mjs "$module" .build/debug/simulate-session Tests/Sessions
else
  echo "Skipped: playing it needs Node.js on PATH." >&2
fi
