// Builtins that steer the shell: eval, source, exec, exit, return, break, shift, set, shopt, trap, getopts, let, unset.

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
  func eval(_ words: [String]) -> Outcome {
    var words = words
    if words.first == "--" {
      words.removeFirst()
    } else if flavour == .bash, let option = words.first, option.utf8.first == 45, option.utf8.count > 1 {
      return .status(invalidOption(String(option.prefix(2))))
    }
    let text = words.joined(separator: " ")
    if text.isEmpty { return .status(0) }
    return .frame(ScriptFrame(Array(text.utf8), kind: .eval, firstLine: state.line))
  }

  func source(_ words: [String]) -> Outcome {
    var words = words
    if flavour == .dash, words.count > 1 { words.removeLast(words.count - 1) }
    if words.first == "--" { words.removeFirst() }
    guard let name = words.first else {
      complain("filename argument required", builtin: true)
      writeError(usageOf(commandName))
      return .status(2)
    }
    var path = name
    if !name.utf8.contains(47), state.shopt["sourcepath"] {
      for part in (variable("PATH") ?? "").split(separator: ":" as Character) {
        let candidate = part + "/" + name
        if let inode = try? process.fileSystem.lookup(
          String(candidate), in: process.workingDirectory, as: process.credentials),
          inode.kind == .file
        {
          path = String(candidate)
          break
        }
      }
    }
    do throws(Errno) {
      var bytes: [UInt8]
      if path.utf8.starts(with: "/dev/fd/".utf8) || path == "/dev/stdin" {
        let number = path == "/dev/stdin" ? 0 : Int(path.dropFirst(8)) ?? -1
        return .frame(
          SourceDescriptorFrame(number, name: name, arguments: words.count > 1 ? Array(words.dropFirst()) : nil))
      }
      bytes = try process.fileSystem.readQuietly(path, in: process.workingDirectory, as: process.credentials)
      return .frame(
        ScriptFrame(bytes, kind: .source, name: path, arguments: words.count > 1 ? Array(words.dropFirst()) : nil))
    } catch {
      if error == .isDirectory {
        complain("\(name): is a directory", builtin: true)
      } else {
        let reason =
          flavour == .dash
          ? "cannot open \(name): No such file"
          : flavour == .ash ? "can't open '\(name)': No such file or directory" : "\(name): \(error.message)"
        complain(reason, builtin: flavour != .bash)
      }
      if state.options.posix || flavour != .bash {
        status = flavour == .bash ? 1 : 2
        unwind(.exit)
        return .unwound
      }
      return .status(1)
    }
  }

  func exec(_ words: [String]) -> Outcome {
    var rest = words[...]
    var zero: String?
    var clean = false
    while let word = rest.first, word.utf8.first == 45, word.utf8.count > 1 {
      rest = rest.dropFirst()
      if word == "--" { break }
      if word == "-a" {
        zero = rest.first
        rest = rest.dropFirst()
      } else if word == "-c" {
        clean = true
      } else if word == "-l" {
        zero = "-" + (rest.first ?? "")
      } else {
        return .status(invalidOption(word))
      }
    }
    guard let name = rest.first else { return .status(0) }
    guard name.utf8.contains(47) || findCommand(name) != nil else {
      complain(flavour == .ash ? "\(name): not found" : "exec: \(name): not found", builtin: flavour == .ash)
      return execFailed(127)
    }
    if flavour == .bash, name.utf8.contains(47),
      (try? process.fileSystem.lookup(name, in: process.workingDirectory, as: process.credentials))?.isDirectory == true
    {
      complain("\(absolute(name)): Is a directory")
      complain("exec: \(absolute(name)): cannot execute: Is a directory")
      return execFailed(126)
    }
    let path = flavour == .bash && name.utf8.contains(47) ? absolute(name) : name
    switch locate(path) {
    case .found(let program, let arguments):
      var argv = arguments.prefix + rest.dropFirst()
      if argv.first == path { argv[0] = name }
      if let zero { argv[0] = zero }
      become(program, arguments: argv, environment: clean ? Environment() : exportedEnvironment())
      return .unwound
    case .failed(let code):
      if flavour == .bash, code == 126, isBarred(path) {
        complain("exec: \(path): cannot execute: \(Errno.accessDenied.message)")
      }
      return execFailed(code)
    case .handler: return execFailed(127)
    }
  }

  /// The path that `exec` gives the system, and names in its messages.
  private func absolute(_ name: String) -> String {
    if name.utf8.first == 47 { return name }
    return process.workingDirectory + "/" + (name.utf8.starts(with: "./".utf8) ? String(name.dropFirst(2)) : name)
  }

  private func isBarred(_ path: String) -> Bool {
    do throws(Errno) {
      _ = try machine.executable(path, in: process.workingDirectory, as: process.credentials)
      return false
    } catch { return error == .accessDenied }
  }

  private func execFailed(_ code: Int32) -> Outcome {
    if isInteractive || state.shopt["execfail"] { return .status(code) }
    status = code
    unwind(.exit)
    return .unwound
  }

  /// The numeric argument of exit and return; nil: not a number, said so.
  private func codeArgument(_ words: [String]) -> Int32? {
    var words = words
    if words.first == "--" { words.removeFirst() }
    guard let word = words.first else { return status }
    guard let value = Int64(word) else {
      complain(flavour == .bash ? "\(word): numeric argument required" : "Illegal number: \(word)", builtin: true)
      return nil
    }
    return Int32(truncatingIfNeeded: value & 0xff)
  }

  func exit(_ words: [String]) -> Outcome {
    if commandName == "logout", !state.shopt["login_shell"] {
      complain("not login shell: use `exit'", builtin: true)
      return .status(1)
    }
    if isInteractive, !isSubshell {
      if flavour == .bash { writeError(state.shopt["login_shell"] ? "logout\n" : "exit\n") }
      if !warnedAboutJobs, state.jobs.contains(where: { $0.isStopped }) {
        warnedAboutJobs = true
        writeError("There are stopped jobs.\n")
        return .status(1)
      }
    }
    if hasTooMany(words) { return .unwound }
    status = codeArgument(words) ?? 2
    unwind(.exit)
    return .unwound
  }

  func returnCommand(_ words: [String]) -> Outcome {
    var possible = false
    for frame in frames where frame is FunctionFrame || (frame as? ScriptFrame)?.isSource == true { possible = true }
    if !possible, isSubshell, !state.calls.isEmpty {
      status = codeArgument(words) ?? 2
      unwind(.exit)
      return .unwound
    }
    if hasTooMany(words) { return .unwound }
    if !possible, flavour != .bash {
      status = codeArgument(words) ?? 2
      unwind(.exit)
      return .unwound
    }
    let code = codeArgument(words) ?? 2
    guard possible else {
      complain("can only `return' from a function or sourced script", builtin: true)
      return .status(2)
    }
    for frame in frames.reversed() {
      if let function = frame as? FunctionFrame {
        function.statusBeforeReturn = status
        break
      }
      if let script = frame as? ScriptFrame, script.isSource {
        script.statusBeforeReturn = status
        break
      }
    }
    status = code
    unwind(.returnFunction)
    return .unwound
  }

  /// Builtins that take one number refuse a second operand, and drop the rest of the line.
  private func hasTooMany(_ words: [String]) -> Bool {
    guard flavour == .bash, words.count > 1, words[0] != "--", Int64(words[0]) != nil else { return false }
    complain("too many arguments", builtin: true)
    status = 1
    unwind(isSubshell ? .exit : .line)
    return true
  }

  func loopControl(_ name: String, _ words: [String]) -> Outcome {
    var levels = 1
    if enclosingLoops > 0, hasTooMany(words) { return .unwound }
    if let word = words.first {
      guard let value = Int(word) else {
        complain("\(word): numeric argument required", builtin: true)
        status = 128
        unwind(.exit)
        return .unwound
      }
      if value <= 0 {
        complain("\(word): loop count out of range", builtin: true)
        loopLevels = enclosingLoops
        status = 1
        if enclosingLoops > 0 {
          unwind(.breakLoop)
          return .unwound
        }
        return .status(1)
      }
      levels = value
    }
    guard enclosingLoops > 0 else {
      if flavour == .bash {
        complain("only meaningful in a `for', `while', or `until' loop", builtin: true)
      }
      return .status(0)
    }
    status = 0
    loopLevels = levels
    unwind(name == "break" ? .breakLoop : .continueLoop)
    return .unwound
  }

  func shift(_ words: [String]) -> Outcome {
    if hasTooMany(words) { return .unwound }
    return .status(shifted(words))
  }

  private func shifted(_ words: [String]) -> Int32 {
    var count = 1
    if let word = words.first {
      guard let value = Int(word) else {
        complain("\(word): numeric argument required", builtin: true)
        return 1
      }
      count = value
    }
    if count < 0 {
      complain("\(count): shift count out of range", builtin: true)
      return 1
    }
    guard count <= state.positional.count else {
      if state.shopt["shift_verbose"] { complain("\(count): shift count out of range", builtin: true) }
      if flavour == .dash {
        complain("can't shift that many", builtin: true)
        status = 2
        unwind(.exit)
        return 2
      }
      return 1
    }
    state.positional.removeFirst(count)
    return 0
  }

  // MARK: Options

  // MARK: Traps

  // MARK: getopts, let, unset

  func letCommand(_ words: [String]) throws(Abort) -> Int32 {
    var words = words
    if words.first == "--" { words.removeFirst() }
    guard !words.isEmpty else {
      complain("expression expected", builtin: true)
      return 1
    }
    var value: Int64 = 0
    for word in words { value = try evaluate(word, as: "let") }
    return value != 0 ? 0 : 1
  }
}

func paddedLeft(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.utf8.count)) + text
}

func paddedRight(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.utf8.count))
}

/// `source /dev/stdin`, and process substitutions as scripts: everything is read first, then run.
final class SourceDescriptorFrame: Frame {
  private let descriptor: Int
  private let name: String
  private let arguments: [String]?
  private let kind: ScriptFrame.Kind
  private var bytes: [UInt8] = []

  init(_ descriptor: Int, name: String, arguments: [String]?, kind: ScriptFrame.Kind = .source) {
    self.descriptor = descriptor
    self.name = name
    self.arguments = arguments
    self.kind = kind
  }

  override func step(_ shell: ShellProgram) -> Flow {
    guard let file = shell.process.file(descriptor) else {
      shell.complain("\(name): No such file or directory")
      shell.pop()
      shell.status = 1
      return .go
    }
    while true {
      switch file.read(65_536) {
      case .bytes(let more): bytes += more
      case .wouldBlock: return .wait([.queue(file.readable)])
      case .endOfFile, .failed:
        shell.pop()
        shell.push(ScriptFrame(bytes, kind: kind, name: name, arguments: arguments))
        return .go
      }
    }
  }
}
