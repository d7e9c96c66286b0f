// compare-builds.mjs WASM NATIVE FOLDER…: plays every session of the folders with both builds; their output must be the same bytes.
// A folder may hold sessions (.json, PRODUCT.md §5), shell scripts (.cases) and SQL for psql in a pod (.sql), the latter two in the
// form of the reality suites: a line `### name` before each.
import { readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { spawnSync } from 'node:child_process'

const [wasmPath, nativePath, ...folders] = process.argv.slice(2)
const module = new WebAssembly.Module(readFileSync(wasmPath))

/** Plays one session in a fresh instance; memory views are made anew after each call, because memory may have grown. */
function play(bytes) {
  const { exports } = new WebAssembly.Instance(module, {})
  const input = exports.ardoise_allocate(bytes.length)
  new Uint8Array(exports.memory.buffer).set(bytes, input)
  try {
    const length = exports.ardoise_run(input, bytes.length)
    return Buffer.from(new Uint8Array(exports.memory.buffer, exports.ardoise_result(), length))
  } catch (error) {
    const words = new Uint8Array(exports.memory.buffer, exports.ardoise_last_words(), 1024)
    throw new Error(`${error.message} ${Buffer.from(words.subarray(0, words.indexOf(0)))}`.trim())
  }
}

/** The texts after each `### ` line. */
function cases(text) {
  return text.split(/^### .*\n/m).slice(1)
}

const postgres = `apiVersion: v1
kind: Pod
metadata: {name: pg}
spec:
  containers:
    - name: pg
      image: postgres:15-alpine
      env: [{name: POSTGRES_PASSWORD, value: secret}]
      readinessProbe: {exec: {command: [pg_isready, -U, postgres]}, periodSeconds: 1}
`

/** The sessions that a file holds: name and JSON bytes. */
function sessions(path) {
  const name = basename(path)
  const bytes = readFileSync(path)
  if (name.endsWith('.json')) return [{ name, bytes }]
  const session = (commands, suffix = '') => {
    const list = commands.map((command) => ({ command }))
    return { name: `${name}${suffix}`, bytes: Buffer.from(JSON.stringify({ commands: list })) }
  }
  if (name.endsWith('.cases')) return cases(bytes.toString()).map((script, at) => session([script], ` ${at + 1}`))
  if (name.endsWith('.sql')) {
    return [
      session([
        `kubectl apply -f - <<'MANIFEST'\n${postgres}MANIFEST`,
        'kubectl wait pod/pg --for=condition=Ready --timeout=90s',
        ...cases(bytes.toString()).map((sql) => `kubectl exec -i pg -- psql -U postgres <<'STATEMENTS'\n${sql}\nSTATEMENTS`),
      ]),
    ]
  }
  return []
}

let passed = 0
let failed = 0
for (const folder of folders) {
  for (const file of readdirSync(folder).sort()) {
    for (const { name, bytes } of sessions(join(folder, file))) {
      const native = spawnSync(nativePath, { input: bytes, maxBuffer: 1 << 28 })
      let browser
      try {
        browser = play(bytes)
      } catch (error) {
        console.error(`${name}: the WebAssembly build stopped: ${error.message}`)
        failed += 1
        continue
      }
      if (browser.includes('cannot print value in embedded Swift')) {
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
  }
}
console.log(`WebAssembly against native: ${passed} sessions the same, ${failed} different`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)
