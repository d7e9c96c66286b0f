// `coproc`: a background command with a pipe to it and one from it. Source: the Bash manual, "Coprocesses"; bash 5.2 gives the
// first one descriptors 63 and 60.

import ShellSyntax
import SimKernel
import SimMachine

/// A coprocess that has not been waited for.
struct Coprocess {
  let name: String
  let process: Process
  /// Where its output is read, and where its input is written.
  let reading: Int
  let writing: Int
}

extension ShellProgram {
  func startCoprocess(_ name: String, _ command: Command, text: String) {
    guard isName(name) else {
      complain("`\(name)': not a valid identifier")
      return finishCommand(1)
    }
    spend()
    if let other = state.coprocesses.last(where: { !$0.process.hasEnded }) {
      writeError(
        "\(messagePrefix)warning: execute_coproc: coproc [\(other.process.id):\(other.name)] still exists\n")
    }
    let input = Pipe()
    let output = Pipe()
    var files = process.files
    files[0] = input.reader
    files[1] = output.writer
    let jobControl = isInteractive && !isSubshell
    let child = fork(running: CommandFrame(command), files: files, newGroup: jobControl)
    // Each pipe takes the two highest descriptors that are free; the shell keeps one of each.
    var free: [Int] = []
    var descriptor = 63
    while free.count < 4, descriptor > 9 {
      if process.file(descriptor) == nil { free.append(descriptor) }
      descriptor -= 1
    }
    let made = Coprocess(name: name, process: child, reading: free[0], writing: free[3])
    process.setFile(made.reading, output.reader)
    process.setFile(made.writing, input.writer)
    state.coprocesses.append(made)
    state.variables[name] = Variable(.indexed(IndexedArray([String(made.reading), String(made.writing)])))
    set(name + "_PID", String(child.id))
    state.lastBackground = child.id
    let job = addJob([child], text: text, group: child.group)
    if jobControl { writeError("[\(job.number)] \(child.id)\n") }
    finishCommand(0)
  }

  /// The descriptors of this shell that its children get: not those of coprocesses.
  var inheritedFiles: [Int: OpenFile] {
    guard !state.coprocesses.isEmpty else { return process.files }
    var files = process.files
    for coprocess in state.coprocesses {
      files[coprocess.reading] = nil
      files[coprocess.writing] = nil
    }
    return files
  }

  /// Forgets coprocesses that have ended: their descriptors are closed, their variables unset.
  func reapCoprocesses() {
    guard !state.coprocesses.isEmpty, !isSubshell else { return }
    var alive: [Coprocess] = []
    for coprocess in state.coprocesses {
      guard coprocess.process.hasEnded else {
        alive.append(coprocess)
        continue
      }
      process.setFile(coprocess.reading, nil)
      process.setFile(coprocess.writing, nil)
      state.variables[coprocess.name] = nil
      state.variables[coprocess.name + "_PID"] = nil
    }
    state.coprocesses = alive
  }
}
