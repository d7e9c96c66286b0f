// A machine with the shell and the utilities, on which the cases are played.

import ShellRuntime
import SimKernel
import SimMachine
import Utilities

struct SimulatedOutcome {
  var output: [UInt8] = []
  var error: [UInt8] = []
  var code: Int32 = 0
  var notSimulated: [String] = []
}

final class SimulatedMachine {
  private let world = World()
  private let machine: Machine
  private var output: [UInt8] = []
  private var error: [UInt8] = []
  private let directory = "/work"
  private let shell: [String]

  init(_ flavour: UtilityFlavour = .gnu) {
    let commands = CommandTable()
    registerUtilities(into: commands, flavour: flavour)
    registerShells(into: commands)
    machine = Machine(world: world, hostname: "lab", commands: commands)
    switch flavour {
    case .gnu:
      shell = ["/bin/bash", "--norc", "--noprofile", "-c"]
      installUtilities(on: machine)
    case .busybox:
      shell = ["sh", "-c"]
      for name in ["ash", "sh"] { commands.register(name) { ShellProgram(.ash) } }
      installUtilities(on: machine, distribution: .busybox)
    }
    _ = try? machine.fileSystem.makeDirectory(directory)
  }

  /// Runs a script with `bash -c` (BusyBox: `sh -c`) until it ends.
  func run(_ script: String) -> SimulatedOutcome {
    output = []
    error = []
    let account = Account()
    guard let make = machine.commands[shell.count > 2 ? "bash" : "sh"] else { return SimulatedOutcome(code: 255) }
    let process = machine.start(
      make(), arguments: shell + [script],
      environment: Environment([("LC_ALL", "C.UTF-8"), ("PATH", "/usr/bin:/bin"), ("HOME", "/root"), ("TZ", "UTC")]),
      workingDirectory: directory,
      files: [
        0: NullDevice(), 1: SinkFile { [self] in output += $0 }, 2: SinkFile { [self] in error += $0 },
      ], account: account)
    var turns = 0
    while !process.hasEnded || !machine.processes.isEmpty, turns < 4_000_000, world.step() { turns += 1 }
    var notes = account.notSimulated
    if let limit = account.limitReached { notes.append(limit) }
    if !process.hasEnded { notes.append("it did not end") }
    return SimulatedOutcome(output: output, error: error, code: process.status?.code ?? 254, notSimulated: notes)
  }
}
