// Nothing a script does may hang or crash the host: loops, recursion, fork bombs and deep nesting end at a budget.

import ShellRuntime
import SimKernel
import SimMachine
import Testing

private func play(_ script: String, steps: Int64 = 300_000) -> (
  code: Int32?, limit: String?, output: String, error: String
) {
  let world = World(seed: 1)
  let table = CommandTable()
  registerShells(into: table)
  let machine = Machine(world: world, hostname: "host1", commands: table, firstProcess: 100)
  var out: [UInt8] = []
  var err: [UInt8] = []
  let account = Account(steps: steps, outputBytes: 1 << 20, processes: 200)
  let process = machine.start(
    ShellProgram(.bash), arguments: ["bash", "-c", script], environment: Environment([("PATH", "/usr/bin")]),
    files: [0: NullDevice(), 1: SinkFile { out += Array($0) }, 2: SinkFile { err += Array($0) }], account: account)
  var rounds = 0
  while !machine.processes.isEmpty, rounds < 2_000_000, world.step() { rounds += 1 }
  return (
    process.status?.code, account.limitReached, String(decoding: out, as: UTF8.self),
    String(decoding: err, as: UTF8.self)
  )
}

@Suite struct LimitTests {
  @Test(arguments: [
    "while true; do :; done", "while :; do echo x; done", "f() { f; }; f", ":(){ :|:& };:",
    "for ((;;)); do ((i++)); done",
    "until false; do x=$x; done", "f() { f | f; }; f", "x=$(while :; do echo; done)", "f() { x=$(f); }; f",
  ])
  func endsByBudget(_ script: String) {
    let result = play(script)
    #expect(result.limit != nil, "\(script)")
    #expect(result.code == (script == ":(){ :|:& };:" ? 0 : 137), "\(script)")
  }

  @Test func deepNestingIsRefused() {
    for (open, close) in [
      ("(", ")"), ("$(", ")"), ("{ ", ";}"), ("${x:-", "}"), ("$((", "))"), ("\"$(", ")\""),
    ] {
      let script = "echo " + String(repeating: open, count: 3_000) + "x" + String(repeating: close, count: 3_000)
      let result = play(script)
      #expect(result.code != nil && result.code != 0, "\(open)")
    }
    let arithmetic = play(
      "echo $((" + String(repeating: "(", count: 5_000) + "1" + String(repeating: ")", count: 5_000) + "))")
    #expect(arithmetic.code == 1)
  }

  @Test func aMillionTurns() {
    let result = play("i=0; while ((i < 100000)); do ((i++)); done; echo $i", steps: 20_000_000)
    #expect(result.output == "100000\n")
  }
}
