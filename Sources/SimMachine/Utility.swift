// The simple kind of program: reads all of its input (when it reads any), then does its work in one go. Programs that
// stream, wait or talk to a terminal implement `Program` themselves.

import SimKernel

package struct Utility {
  package let name: String
  /// Whether standard input is read, given the arguments without the name. It is then read to its end first.
  package let readsInput: ([String]) -> Bool
  /// Does the work and returns the exit code.
  package let run: (inout UtilityCall) -> Int32

  package init(
    _ name: String, readsInput: @escaping ([String]) -> Bool = { _ in false },
    run: @escaping (inout UtilityCall) -> Int32
  ) {
    self.name = name
    self.readsInput = readsInput
    self.run = run
  }
}

/// One call of a utility: what it was given and what it has printed so far.
package struct UtilityCall {
  package let process: Process
  /// The arguments after the name.
  package let arguments: [String]
  /// Everything that standard input held; empty when the utility does not read it.
  package let input: [UInt8]
  fileprivate var output: [(descriptor: Int, bytes: [UInt8])] = []

  init(process: Process, input: [UInt8]) {
    self.process = process
    arguments = Array(process.arguments.dropFirst())
    self.input = input
  }

  package var name: String { process.name }
  package var fileSystem: FileSystem { process.fileSystem }
  package var directory: String { process.workingDirectory }
  package var credentials: Credentials { process.credentials }
  package var environment: Environment { process.environment }

  package mutating func write(_ bytes: [UInt8]) { append(1, bytes) }
  package mutating func print(_ text: String) { append(1, text.rawBytes) }
  package mutating func complain(_ text: String) { append(2, text.rawBytes) }

  private mutating func append(_ descriptor: Int, _ bytes: [UInt8]) {
    if let last = output.indices.last, output[last].descriptor == descriptor {
      output[last].bytes.append(contentsOf: bytes)
    } else {
      output.append((descriptor, bytes))
    }
  }
}

package final class UtilityProgram: Program {
  private let utility: Utility
  private var input: [UInt8] = []
  private var inputEnded = false
  private var result: Int32?

  package init(_ utility: Utility) { self.utility = utility }

  package func resume(_ process: Process) -> Step {
    if let result { return .exit(result) }
    if !inputEnded, utility.readsInput(Array(process.arguments.dropFirst())) {
      while true {
        switch process.read(0) {
        case .bytes(let bytes):
          input.append(contentsOf: bytes)
          if input.count > FileSystem.fileSizeMax {
            process.account.reach("input limit reached: \(process.name) is given more than it can hold")
            return .exit(1)
          }
        case .wouldBlock:
          guard let file = process.file(0) else { return .exit(1) }
          return .wait([.queue(file.readable)])
        case .endOfFile, .failed:
          inputEnded = true
        }
        if inputEnded { break }
      }
    }
    var call = UtilityCall(process: process, input: input)
    let code = utility.run(&call)
    // Standard output that is not a terminal is buffered until the end; standard error is not.
    let interleaves = process.file(1)?.isTerminal ?? false
    if interleaves {
      for (descriptor, bytes) in call.output { process.write(descriptor, bytes) }
    } else {
      for (descriptor, bytes) in call.output where descriptor == 2 { process.write(2, bytes) }
      for (descriptor, bytes) in call.output where descriptor == 1 { process.write(1, bytes) }
    }
    result = code
    return .exit(code)
  }
}
