// Nothing a script does may hang or crash the host: loops, recursion, fork bombs and deep nesting end at a budget.

import ShellRuntime
import SimKernel
import SimMachine
import Testing
import Utilities

private func play(_ script: String, steps: Int64 = 300_000) -> (
  code: Int32?, limit: String?, output: String, error: String
) {
  let world = World(seed: 1)
  let table = CommandTable()
  registerUtilities(into: table)
  registerShells(into: table)
  let machine = Machine(world: world, hostname: "host1", commands: table, firstProcess: 100)
  _ = try? machine.fileSystem.makeDirectory("/usr/bin", parents: true)
  _ = try? machine.fileSystem.makeDirectory("/dev", parents: true)
  let zero = machine.fileSystem.makeInode(.characterDevice, mode: 0o666)
  zero.device = { ZeroDevice() }
  _ = try? machine.fileSystem.attach(zero, at: "/dev/zero")
  for name in table.names { machine.install(name, at: "/usr/bin/" + name) }
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
  /// What is shown is cut where the budget ends, not where the program's turn does.
  @Test func outputIsCutAtTheBudget() {
    #expect(play("seq 1e9", steps: 6_000_000).output.utf8.count == 1 << 20)
  }

  /// Groups that repeat inside groups that repeat take time by the length of the text, not by all the ways to share it out.
  @Test func nestedGroupsAreQuick() {
    let script = """
      shopt -s extglob
      x=$(printf 'a%.0s' {1..60})
      [[ $x == +(+(+(a)))b ]]; echo $?
      echo ${x//+(+(a))b/q}
      [[ ${x}b == +(+(+(a)))b ]]; echo $?
      y=aXbaab; echo ${y##+(a|X)} ${y#!(a)} ${y/@(b|ba)/_} ${y%%*(a|b)}
      """
    #expect(play(script).output == "1\n\(String(repeating: "a", count: 60))\n0\nbaab aXbaab aX_ab aX\n")
  }

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

  /// What cannot end, or would take more than a lab block has, ends by a limit that is named, and soon.
  @Test(arguments: [
    ("yes", "output"), ("yes | cat", "limit"), ("echo {1..99999999}", "memory"), ("echo {1..9999}{1..9999}", "memory"),
    ("x=ab; while :; do x=$x$x; done", "memory"), ("printf '%*d' 2000000000 1", "output"),
    ("while true; do (:) & done", "limit"), ("for ((i=0; i<10000000; i++)); do :; done", "step"),
    ("until ((++n > 100000000)); do :; done", "step"), ("eval 'while :; do :; done'", "step"),
    ("trap 'kill -USR1 $$' USR1; kill -USR1 $$; while :; do :; done", "recursion"),
    ("seq 1e9", "output"), ("seq 1e9 | wc -l", "limit"),
    ("head -c 10G /dev/zero", "output"),
    ("head -c 10G /dev/zero | wc -c", "limit"), ("read -n 99999999999 x < /dev/zero", "limit"),
    ("md5sum /dev/zero", "input"), ("awk 'BEGIN { printf \"%*d\", 1e300, 1 }'", "output"),
    ("yes > f", "limit"), ("while :; do head -c 50M /dev/zero >> f; rm f; done", "limit"),
    ("awk 'BEGIN { while (1) print \"x\" }'", "limit"), ("awk 'BEGIN { x = \"ab\"; while (1) x = x x }'", "limit"),
    ("sed ':a;s/.*/&&/;ba' <<< x", "limit"), ("sed ':a;H;G;h;ba' <<< x", "limit"),
  ])
  func endsSoonByNamedLimit(_ script: String, _ limit: String) {
    let clock = ContinuousClock()
    let took = clock.measure {
      let result = play(script, steps: 300_000)
      if !limit.isEmpty {
        #expect(result.limit?.contains(limit) == true, "\(script): \(result.limit ?? "no limit")")
      }
      #expect(result.code != nil, "\(script) does not end")
    }
    #expect(took < .seconds(20), "\(script) took \(took)")
  }

  /// Patterns that backtrack without end in a simple matcher.
  @Test(arguments: [
    "[[ aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! =~ ^(a+)+$ ]]; echo $?",
    "[[ aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! =~ ^(a|aa)+$ ]]; echo $?",
    "shopt -s extglob; [[ aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! == +(a|aa) ]]; echo $?",
    "[[ aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa == *a*a*a*a*a*a*a*a*a*a*b ]]; echo $?",
  ])
  func patternsEndSoon(_ script: String) {
    let clock = ContinuousClock()
    let took = clock.measure {
      let result = play(script, steps: 3_000_000)
      #expect(result.output == "1\n" || result.limit != nil, "\(script): \(result.output)")
    }
    #expect(took < .seconds(20), "\(script) took \(took)")
  }

  @Test func deepNestingIsRefusedAloud() {
    for (open, close) in [
      ("(", ")"), ("$(", ")"), ("{ ", ";}"), ("${x:-", "}"), ("$((", "))"), ("\"$(", ")\""),
    ] {
      let script = "echo " + String(repeating: open, count: 3_000) + "x" + String(repeating: close, count: 3_000)
      let result = play(script)
      #expect(result.code != nil && result.code != 0, "\(open)")
    }
    #expect(play("echo " + String(repeating: "$(", count: 1_000) + String(repeating: ")", count: 1_000)).limit != nil)
    let arithmetic = play(
      "echo $((" + String(repeating: "(", count: 5_000) + "1" + String(repeating: ")", count: 5_000) + "))")
    #expect(arithmetic.code == 1)
  }

  @Test func longListsOfNumbers() {
    let result = play("n=0; for i in {1..300000}; do ((n+=i)); done; echo $n", steps: 20_000_000)
    #expect(result.output == "45000150000\n")
  }

  @Test func aMillionTurns() {
    let result = play("i=0; while ((i < 100000)); do ((i++)); done; echo $i", steps: 6_000_000)
    #expect(result.output == "100000\n")
  }
}
