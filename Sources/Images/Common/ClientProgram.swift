// A command-line client that is called for one command, reads commands from a pipe, or talks to a person at a terminal.

import SimKernel
import SimMachine

class ClientProgram: Program {
  private var hasBegun = false
  private var hasPrompted = false
  private var input: [UInt8] = []

  /// Reads arguments, connects, does what they ask for. An exit code ends the program; nil: lines are read.
  func begin(_ process: Process) -> Int32? { nil }
  /// What stands before the cursor at a terminal.
  func prompt(_ process: Process) -> String { "" }
  /// One line of input, without its end. An exit code ends the program.
  func take(_ line: String, _ process: Process) -> Int32? { nil }
  /// Input has ended.
  func inputEnded(_ process: Process) -> Int32 { 0 }
  /// Ctrl-C at the prompt. An exit code ends the program; nil lets it go on.
  func interrupted(_ process: Process) -> Int32? { 130 }

  /// True once `begin` or `take` has turned the process into another program.
  var isReplaced: Bool { false }

  final func isInteractive(_ process: Process) -> Bool { process.file(0)?.isTerminal == true }

  private var codeAfterInterrupt: Int32?

  final func resume(_ process: Process) -> Step {
    if let codeAfterInterrupt { return .exit(codeAfterInterrupt) }
    if !hasBegun {
      hasBegun = true
      if let code = begin(process) { return .exit(code) }
      if isReplaced { return .again }
    }
    while true {
      while let newline = input.firstIndex(of: 10) {
        var line = Array(input[..<newline])
        if line.last == 13 { line.removeLast() }
        input.removeFirst(newline + 1)
        hasPrompted = false
        if let code = take(String(decoding: line, as: UTF8.self), process) { return .exit(code) }
        if isReplaced { return .again }
      }
      if isInteractive(process), !hasPrompted {
        hasPrompted = true
        process.print(prompt(process))
      }
      switch process.read(0) {
      case .bytes(let bytes): input.append(contentsOf: bytes)
      case .wouldBlock:
        guard let file = process.file(0) else { return .exit(inputEnded(process)) }
        return .wait([.queue(file.readable)])
      case .endOfFile, .failed:
        if !input.isEmpty {
          let line = String(decoding: input, as: UTF8.self)
          input = []
          if let code = take(line, process) { return .exit(code) }
        }
        return .exit(inputEnded(process))
      }
    }
  }

  final func handle(_ signal: Signal, _ process: Process) -> Bool {
    guard signal == .interrupt, hasBegun, isInteractive(process) else { return false }
    if let code = interrupted(process) { codeAfterInterrupt = code }
    hasPrompted = false
    input = []
    return true
  }
}
