// compare-builds.mjs WASM NATIVE FOLDER: plays every session file of FOLDER with both builds; their output must be the same bytes.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'

const [wasmPath, nativePath, folder] = process.argv.slice(2)
const module = new WebAssembly.Module(readFileSync(wasmPath))

/** Plays one session in a fresh instance; memory views are made anew after each call, because memory may have grown. */
function play(bytes) {
  const { exports } = new WebAssembly.Instance(module, {})
  const input = exports.ardoise_allocate(bytes.length)
  new Uint8Array(exports.memory.buffer).set(bytes, input)
  const length = exports.ardoise_run(input, bytes.length)
  return Buffer.from(new Uint8Array(exports.memory.buffer, exports.ardoise_result(), length))
}

let passed = 0
let failed = 0
for (const name of readdirSync(folder).filter((name) => name.endsWith('.json')).sort()) {
  const input = readFileSync(join(folder, name))
  const native = spawnSync(nativePath, { input, maxBuffer: 1 << 28 })
  let browser
  try {
    browser = play(input)
  } catch (error) {
    console.error(`${name}: the WebAssembly build stopped: ${error.message}`)
    failed += 1
    continue
  }
  const text = browser.toString()
  if (text.includes('cannot print value in embedded Swift')) {
    console.error(`${name}: a value was interpolated that Embedded Swift cannot print`)
    failed += 1
  } else if (!browser.equals(native.stdout)) {
    let at = 0
    while (at < browser.length && browser[at] === native.stdout[at]) at += 1
    console.error(`${name}: the builds differ at byte ${at}`)
    console.error(`  native: ${native.stdout.subarray(Math.max(0, at - 60), at + 60)}`)
    console.error(`  wasm:   ${browser.subarray(Math.max(0, at - 60), at + 60)}`)
    failed += 1
  } else {
    passed += 1
  }
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)
