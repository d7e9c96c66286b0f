// Plays a script in the simulated shell on a bare machine, and in the real bash, in folders of the same name.

import Foundation
import ShellRuntime
import SimKernel
import SimMachine
import Utilities

struct Played: Equatable {
  var output: String
  var error: String
  var code: Int32
}

/// One folder per run, so that two runs do not see each other's files.
let realityFolder = "/tmp/ardoise-reality-\(ProcessInfo.processInfo.processIdentifier)"

/// A machine with nothing but the shells and the utilities.
func playSimulated(_ script: String, shell: String = "bash", steps: Int64 = 3_000_000) -> (
  Played, notSimulated: [String], limit: String?
) {
  let world = World(seed: 7)
  let table = CommandTable()
  registerUtilities(into: table)
  registerShells(into: table)
  let machine = Machine(world: world, hostname: "host1", commands: table, firstProcess: 1000)
  for folder in ["/usr/bin", "/etc", "/dev", realityFolder] {
    _ = try? machine.fileSystem.makeDirectory(folder, parents: true)
  }
  try? machine.fileSystem.makeSymbolicLink("usr/bin", at: "/bin")
  try? machine.fileSystem.write("/etc/passwd", Array("root:x:0:0:root:/root:/bin/bash\n".utf8))
  for name in table.names { machine.install(name, at: "/usr/bin/" + name) }
  device(machine, "/dev/null") { NullDevice() }
  device(machine, "/dev/zero") { ZeroDevice() }
  var out: [UInt8] = []
  var err: [UInt8] = []
  let account = Account(steps: steps, outputBytes: 4 << 20)
  let environment = Environment([
    ("PATH", "/usr/bin:/bin"), ("HOME", realityFolder), ("LC_ALL", "C.UTF-8"), ("TZ", "UTC"),
  ])
  let files: [Int: OpenFile] = [0: NullDevice(), 1: SinkFile { out += Array($0) }, 2: SinkFile { err += Array($0) }]
  let process = machine.start(
    ShellProgram(shell == "dash" ? .dash : shell == "ash" ? .ash : .bash),
    arguments: [shell == "ash" ? "sh" : shell, "-c", script], environment: environment,
    workingDirectory: realityFolder,
    files: files, account: account)
  var rounds = 0
  while rounds < 3_000_000, world.step(until: Instant(nanoseconds: 3_600_000_000_000)) {
    rounds += 1
    if process.hasEnded, machine.processes.isEmpty { break }
  }
  let played = Played(
    output: String(decoding: out, as: UTF8.self), error: String(decoding: err, as: UTF8.self),
    code: process.status?.code ?? -1)
  return (played, account.notSimulated, process.hasEnded ? account.limitReached : "hangs")
}

private func device(_ machine: Machine, _ path: String, _ make: @escaping () -> OpenFile) {
  let inode = machine.fileSystem.makeInode(.characterDevice, mode: 0o666)
  inode.device = make
  try? machine.fileSystem.attach(inode, at: path)
}

/// Where dash is, or nil.
let dashPath: String? = ["/usr/bin/dash", "/bin/dash"].first { FileManager.default.isExecutableFile(atPath: $0) }

/// Where busybox is, or nil.
let busyboxPath: String? = ["/usr/bin/busybox", "/bin/busybox"].first {
  FileManager.default.isExecutableFile(atPath: $0)
}

/// Where bash is, or nil.
let bashPath: String? = ["/usr/bin/bash", "/bin/bash"].first { FileManager.default.isExecutableFile(atPath: $0) }

func playReal(_ script: String, shell: String = "bash") throws -> Played {
  let folder = URL(fileURLWithPath: realityFolder)
  try? FileManager.default.removeItem(at: folder)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  let process = Foundation.Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = [
    "-i", "PATH=/usr/bin:/bin", "HOME=\(realityFolder)", "LC_ALL=C.UTF-8", "TZ=UTC", "timeout", "-s", "KILL", "10",
  ]
  process.arguments! += shell == "ash" ? ["busybox", "sh"] : [shell]
  process.arguments! += ["-c", script]
  process.currentDirectoryURL = folder
  process.standardInput = FileHandle.nullDevice
  // Through files, so that neither stream can fill up while the other is read.
  let outURL = URL(fileURLWithPath: realityFolder + ".out")
  let errURL = URL(fileURLWithPath: realityFolder + ".err")
  try Data().write(to: outURL)
  try Data().write(to: errURL)
  process.standardOutput = try FileHandle(forWritingTo: outURL)
  process.standardError = try FileHandle(forWritingTo: errURL)
  // What the test's own thread blocks must reach the script.
  var none = sigset_t()
  sigemptyset(&none)
  pthread_sigmask(SIG_SETMASK, &none, nil)
  try process.run()
  process.waitUntilExit()
  return Played(
    output: String(decoding: try Data(contentsOf: outURL), as: UTF8.self),
    error: String(decoding: try Data(contentsOf: errURL), as: UTF8.self),
    code: process.terminationReason == .uncaughtSignal ? 128 + process.terminationStatus : process.terminationStatus)
}

struct Case {
  let file: String
  let name: String
  let script: String
  /// The reason of a known deviation.
  let deviates: String?
}

/// Cases of a data file: `### name` lines, then the script; a line `#deviates: reason` marks a known deviation.
func cases(in url: URL) throws -> [Case] {
  var result: [Case] = []
  var name: String?
  var lines: [String] = []
  var deviates: String?
  func flush() {
    guard let name else { return }
    while lines.last == "" { lines.removeLast() }
    result.append(
      Case(file: url.lastPathComponent, name: name, script: lines.joined(separator: "\n"), deviates: deviates))
  }
  for line in try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n") {
    if line.hasPrefix("### ") {
      flush()
      name = String(line.dropFirst(4))
      lines = []
      deviates = nil
    } else if line.hasPrefix("#deviates: ") {
      deviates = String(line.dropFirst(11))
    } else if name != nil {
      lines.append(line)
    }
  }
  flush()
  return result
}

/// What several processes write to standard error comes in any order: its lines are sorted then.
func settled(_ played: Played, _ script: String) -> Played {
  guard script.contains("|") || script.contains("<(") || script.contains("&\n") else { return played }
  var result = played
  result.error = played.error.components(separatedBy: "\n").sorted().joined(separator: "\n")
  return result
}

/// The process number in what a shell says of a child that was killed is left out.
private func withoutProcessNumbers(_ text: String) -> String {
  text.replacing(#/(: line \d+:) +\d+ ([A-Z])/#) { "\($0.1) PID \($0.2)" }
}

/// What differs, readable; nil when nothing does.
func difference(_ real: Played, _ simulated: Played) -> String? {
  var real = real
  var simulated = simulated
  real.error = withoutProcessNumbers(real.error)
  simulated.error = withoutProcessNumbers(simulated.error)
  guard real != simulated else { return nil }
  var text = ""
  func section(_ title: String, _ a: String, _ b: String) {
    guard a != b else { return }
    text += "  \(title) bash: \(a.debugDescription)\n  \(title) ours: \(b.debugDescription)\n"
  }
  section("out", real.output, simulated.output)
  section("err", real.error, simulated.error)
  if real.code != simulated.code { text += "  code bash: \(real.code) ours: \(simulated.code)\n" }
  return text
}
