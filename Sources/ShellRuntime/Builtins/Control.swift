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
      bytes = try process.fileSystem.read(path, in: process.workingDirectory, as: process.credentials)
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
      complain("exec: \(name): not found")
      return execFailed(127)
    }
    if flavour == .bash, name.utf8.contains(47),
      (try? process.fileSystem.lookup(name, in: process.workingDirectory, as: process.credentials))?.isDirectory == true
    {
      complain("\(name): Is a directory")
      complain("exec: \(name): cannot execute: Is a directory")
      return execFailed(126)
    }
    switch locate(name) {
    case .found(let program, let arguments):
      var argv = arguments.prefix + rest.dropFirst()
      if let zero { argv[0] = zero }
      become(program, arguments: argv, environment: clean ? Environment() : exportedEnvironment())
      return .unwound
    case .failed(let code): return execFailed(code)
    case .handler: return execFailed(127)
    }
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
    if isInteractive, !isSubshell {
      writeError(commandName == "logout" ? "logout\n" : "exit\n")
      if !warnedAboutJobs, state.jobs.contains(where: { $0.isStopped }) {
        warnedAboutJobs = true
        writeError("There are stopped jobs.\n")
        return .status(1)
      }
    }
    if words.count > 1, words[0] != "--", Int64(words[0]) != nil {
      complain("too many arguments", builtin: true)
      status = 1
      unwind(isSubshell ? .exit : .line)
      return .unwound
    }
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
    if words.count > 1 {
      complain("too many arguments", builtin: true)
      status = 1
      unwind(isSubshell ? .exit : .line)
      return .unwound
    }
    if !possible, flavour != .bash {
      status = codeArgument(words) ?? 2
      unwind(.exit)
      return .unwound
    }
    guard possible else {
      complain("can only `return' from a function or sourced script", builtin: true)
      return .status(2)
    }
    status = codeArgument(words) ?? 2
    unwind(.returnFunction)
    return .unwound
  }

  func loopControl(_ name: String, _ words: [String]) -> Outcome {
    var levels = 1
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
      if flavour == .bash, !isSubshell || true {
        complain("only meaningful in a `for', `while', or `until' loop", builtin: true)
      }
      return .status(0)
    }
    status = 0
    loopLevels = levels
    unwind(name == "break" ? .breakLoop : .continueLoop)
    return .unwound
  }

  func shift(_ words: [String]) -> Int32 {
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
      if flavour != .bash {
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

  func setCommand(_ words: [String]) -> Int32 {
    if words.isEmpty {
      listForSet()
      return 0
    }
    var index = 0
    while index < words.count {
      let word = words[index]
      guard let sign = word.utf8.first, sign == 45 || sign == 43 else { break }
      if word == "--" {
        state.positional = Array(words[(index + 1)...])
        return 0
      }
      if word == "-" {
        state.options.xtrace = false
        state.options.verbose = false
        if index + 1 < words.count { state.positional = Array(words[(index + 1)...]) }
        return 0
      }
      let on = sign == 45
      index += 1
      if word.utf8.count == 1 { continue }
      for letter in word.utf8.dropFirst() {
        if letter == 111 {
          guard index < words.count else {
            listSetOptions(reusable: !on)
            continue
          }
          let name = words[index]
          index += 1
          guard state.options[name] != nil else {
            complain("\(name): invalid option name", builtin: true)
            return 2
          }
          setOption(name, on)
          continue
        }
        guard let entry = SetOptions.letters.first(where: { $0.letter == letter }) else {
          return invalidOption("\(on ? "-" : "+")\(String(decoding: [letter], as: UTF8.self))")
        }
        setOption(entry.name, on)
      }
    }
    if index < words.count { state.positional = Array(words[index...]) }
    return 0
  }

  private func setOption(_ name: String, _ on: Bool) {
    state.options[name] = on
    if name == "emacs", on { state.options.vi = false }
    if name == "vi", on { state.options.emacs = false }
  }

  func listSetOptions(reusable: Bool) {
    for name in SetOptions.names {
      let on = state.options[name] ?? false
      if reusable {
        write("set \(on ? "-" : "+")o \(name)\n")
      } else {
        write("\(paddedRight(name, 15))\t\(on ? "on" : "off")\n")
      }
    }
  }

  func shoptCommand(_ words: [String]) -> Int32 {
    var sets: Bool?
    var quiet = false
    var printable = false
    var setOptions = false
    var index = 0
    while index < words.count, words[index].utf8.first == 45, words[index].utf8.count > 1 {
      if words[index] == "--" {
        index += 1
        break
      }
      for letter in words[index].utf8.dropFirst() {
        switch letter {
        case 115: sets = true
        case 117: sets = false
        case 113: quiet = true
        case 112: printable = true
        case 111: setOptions = true
        default: return invalidOption("-\(String(decoding: [letter], as: UTF8.self))")
        }
      }
      index += 1
    }
    func value(_ name: String) -> Bool { setOptions ? state.options[name] ?? false : state.shopt[name] }
    func show(_ name: String) {
      let on = value(name)
      if printable {
        write(setOptions ? "set \(on ? "-" : "+")o \(name)\n" : "shopt -\(on ? "s" : "u") \(name)\n")
      } else {
        write("\(paddedRight(name, 15))\t\(on ? "on" : "off")\n")
      }
    }
    let names = Array(words[index...])
    if names.isEmpty {
      for name in setOptions ? SetOptions.names : ShoptOptions.names {
        if let sets, value(name) != sets { continue }
        if !quiet { show(name) }
      }
      return 0
    }
    var code: Int32 = 0
    for name in names {
      guard setOptions ? state.options[name] != nil : ShoptOptions.names.contains(name) else {
        complain("\(name): invalid \(setOptions ? "option name" : "shell option name")", builtin: true)
        code = 1
        continue
      }
      if let sets {
        if setOptions { setOption(name, sets) } else { state.shopt[name] = sets }
      } else {
        if !value(name) { code = 1 }
        if !quiet { show(name) }
      }
    }
    return code
  }

  // MARK: Traps

  static let signalNames: [(Int, String)] = [
    (1, "SIGHUP"), (2, "SIGINT"), (3, "SIGQUIT"), (4, "SIGILL"), (5, "SIGTRAP"), (6, "SIGABRT"), (7, "SIGBUS"),
    (8, "SIGFPE"), (9, "SIGKILL"), (10, "SIGUSR1"), (11, "SIGSEGV"), (12, "SIGUSR2"), (13, "SIGPIPE"), (14, "SIGALRM"),
    (15, "SIGTERM"), (16, "SIGSTKFLT"), (17, "SIGCHLD"), (18, "SIGCONT"), (19, "SIGSTOP"), (20, "SIGTSTP"),
    (21, "SIGTTIN"), (22, "SIGTTOU"), (23, "SIGURG"), (24, "SIGXCPU"), (25, "SIGXFSZ"), (26, "SIGVTALRM"),
    (27, "SIGPROF"), (28, "SIGWINCH"), (29, "SIGIO"), (30, "SIGPWR"), (31, "SIGSYS"), (34, "SIGRTMIN"),
    (35, "SIGRTMIN+1"), (36, "SIGRTMIN+2"), (37, "SIGRTMIN+3"), (38, "SIGRTMIN+4"), (39, "SIGRTMIN+5"),
    (40, "SIGRTMIN+6"), (41, "SIGRTMIN+7"), (42, "SIGRTMIN+8"), (43, "SIGRTMIN+9"), (44, "SIGRTMIN+10"),
    (45, "SIGRTMIN+11"), (46, "SIGRTMIN+12"), (47, "SIGRTMIN+13"), (48, "SIGRTMIN+14"), (49, "SIGRTMIN+15"),
    (50, "SIGRTMAX-14"), (51, "SIGRTMAX-13"), (52, "SIGRTMAX-12"), (53, "SIGRTMAX-11"), (54, "SIGRTMAX-10"),
    (55, "SIGRTMAX-9"), (56, "SIGRTMAX-8"), (57, "SIGRTMAX-7"), (58, "SIGRTMAX-6"), (59, "SIGRTMAX-5"),
    (60, "SIGRTMAX-4"), (61, "SIGRTMAX-3"), (62, "SIGRTMAX-2"), (63, "SIGRTMAX-1"), (64, "SIGRTMAX"),
  ]

  /// The table key of a trap name (`EXIT`, `ERR`, `INT` …); nil when there is no such signal.
  private func trapKey(_ text: String) -> String? {
    if text == "0" { return "EXIT" }
    if let number = Int(text) {
      guard let entry = ShellProgram.signalNames.first(where: { $0.0 == number }) else { return nil }
      return String(entry.1.dropFirst(3))
    }
    var upper = text.uppercased()
    if upper.utf8.starts(with: "SIG".utf8) { upper = String(upper.dropFirst(3)) }
    if ["EXIT", "ERR", "DEBUG", "RETURN"].contains(upper) { return upper }
    for entry in ShellProgram.signalNames where entry.1.dropFirst(3) == upper { return upper }
    return nil
  }

  private func trapOrder(_ key: String) -> Int {
    if key == "EXIT" { return 0 }
    for entry in ShellProgram.signalNames where entry.1.dropFirst(3) == key { return entry.0 }
    return key == "DEBUG" ? 65 : key == "ERR" ? 66 : 67
  }

  private func showTrap(_ key: String) {
    guard let action = state.traps[key] ?? inheritedTraps[key] else { return }
    let name = trapOrder(key) >= 1 && trapOrder(key) <= 64 ? "SIG" + key : key
    write("trap -- \(singleQuoted(action)) \(name)\n")
  }

  func trapCommand(_ words: [String]) -> Int32 {
    var words = words
    var prints = false
    while let word = words.first, word.utf8.first == 45, word.utf8.count > 1 {
      words.removeFirst()
      if word == "--" { break }
      if word == "-l" {
        listSignals()
        return 0
      }
      if word == "-p" { prints = true } else { return invalidOption(word) }
    }
    if words.isEmpty || prints {
      let keys = words.isEmpty ? Array(Set(state.traps.keys).union(inheritedTraps.keys)) : words
      var sorted = keys
      if words.isEmpty { sorted.sort { trapOrder($0) < trapOrder($1) } }
      var code: Int32 = 0
      for word in sorted {
        guard let key = trapKey(word) else {
          complain("\(word): invalid signal specification", builtin: true)
          code = 1
          continue
        }
        showTrap(key)
      }
      return code
    }
    inheritedTraps = [:]
    var action: String? = words[0]
    var names = Array(words.dropFirst())
    if names.isEmpty || (Int(words[0]) != nil && trapKey(words[0]) != nil) {
      if names.isEmpty, trapKey(words[0]) == nil {
        writeError(usageOf("trap"))
        return 2
      }
      names = words
      action = nil
    }
    if action == "-" { action = nil }
    var code: Int32 = 0
    for name in names {
      guard let key = trapKey(name) else {
        complain(flavour == .bash ? "\(name): invalid signal specification" : "\(name): bad trap", builtin: true)
        code = 1
        continue
      }
      state.traps[key] = action
    }
    return code
  }

  func listSignals() {
    var out = ""
    for (i, entry) in ShellProgram.signalNames.enumerated() {
      let number = entry.0 < 10 ? " \(entry.0)" : "\(entry.0)"
      out += "\(number)) \(entry.1)"
      let last = i == ShellProgram.signalNames.count - 1
      out += (i % 5 == 4) || last ? "\n" : "\t"
    }
    write(out)
  }

  // MARK: getopts, let, unset

  func getopts(_ words: [String]) throws(Abort) -> Int32 {
    guard words.count >= 2 else {
      writeError(usageOf("getopts"))
      return 2
    }
    let name = words[1]
    var spec = Array(words[0].utf8)
    let silent = spec.first == 58
    if silent { spec.removeFirst() }
    let arguments = words.count > 2 ? Array(words[2...]) : state.positional
    var index = Int(variable("OPTIND") ?? "1") ?? 1
    if index < 1 { index = 1 }
    let place = state.getoptsPlace
    let reports = !silent && variable("OPTERR") != "0"
    func setIndex(_ value: Int, _ place: Int) {
      set("OPTIND", String(value))
      state.getoptsPlace = place
    }
    func finish() throws(Abort) -> Int32 {
      setIndex(index, 1)
      state.variables.unset("OPTARG")
      try assign(name, "?")
      return 1
    }
    guard isName(name) else {
      complain("`\(name)': not a valid identifier", builtin: true)
      return 1
    }
    guard index <= arguments.count else { return try finish() }
    let word = Array(arguments[index - 1].utf8)
    if place == 1 {
      if word == [45, 45] {
        index += 1
        return try finish()
      }
      guard word.count > 1, word[0] == 45 else { return try finish() }
    }
    let letter = place < word.count ? word[place] : 0
    let shown = String(decoding: [letter], as: UTF8.self)
    let last = place + 1 >= word.count
    guard letter != 58, let at = spec.firstIndex(of: letter) else {
      setIndex(last ? index + 1 : index, last ? 1 : place + 1)
      if silent {
        set("OPTARG", shown)
      } else {
        state.variables.unset("OPTARG")
        if reports { writeError("\(errorNameForGetopts): illegal option -- \(shown)\n") }
      }
      try assign(name, "?")
      return 0
    }
    if at + 1 < spec.count, spec[at + 1] == 58 {
      if !last {
        set("OPTARG", String(decoding: word[(place + 1)...], as: UTF8.self))
        setIndex(index + 1, 1)
      } else if index < arguments.count {
        set("OPTARG", arguments[index])
        setIndex(index + 2, 1)
      } else {
        setIndex(index + 1, 1)
        if silent {
          set("OPTARG", shown)
          try assign(name, ":")
        } else {
          state.variables.unset("OPTARG")
          if reports { writeError("\(errorNameForGetopts): option requires an argument -- \(shown)\n") }
          try assign(name, "?")
        }
        return 0
      }
    } else {
      state.variables.unset("OPTARG")
      setIndex(last ? index + 1 : index, last ? 1 : place + 1)
    }
    try assign(name, shown)
    return 0
  }

  private var errorNameForGetopts: String { state.zero }

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

  func unset(_ words: [String]) throws(Abort) -> Int32 {
    var functions = false
    var variables = false
    var reference = false
    var index = 0
    while index < words.count, words[index].utf8.first == 45, words[index].utf8.count > 1 {
      let word = words[index]
      index += 1
      if word == "--" { break }
      for letter in word.utf8.dropFirst() {
        switch letter {
        case 102: functions = true
        case 118: variables = true
        case 110: reference = true
        default: return invalidOption("-\(String(decoding: [letter], as: UTF8.self))")
        }
      }
    }
    if functions, variables {
      complain("cannot simultaneously unset a function and a variable", builtin: true)
      return 1
    }
    var code: Int32 = 0
    for word in words[index...] {
      if functions {
        if readonlyFunctions.contains(word) {
          complain("\(word): cannot unset: readonly function", builtin: true)
          code = 1
        } else {
          state.functions[word] = nil
        }
        continue
      }
      if let (base, position) = splitSubscript(word) {
        let target = resolve(base).name
        guard var variable = state.variables[target] else { continue }
        if variable.attributes.contains(.readonly) {
          complain("\(target): cannot unset: readonly variable", builtin: true)
          code = 1
          continue
        }
        switch variable.value {
        case .indexed(var array):
          if position == "@" || position == "*" {
            variable.value = .indexed(IndexedArray())
            state.variables[target] = variable
            continue
          }
          let number = try evaluate(position)
          let key = number >= 0 ? number : (array.maxKey ?? -1) + 1 + number
          if key < 0 {
            complain("[\(position)]: bad array subscript", builtin: true)
            code = 1
            continue
          }
          array[key] = nil
          variable.value = .indexed(array)
          state.variables[target] = variable
        case .associative(var array):
          array[position] = nil
          variable.value = .associative(array)
          state.variables[target] = variable
        case .string:
          if try evaluate(position) == 0 {
            state.variables.unset(target)
          } else {
            complain("\(target): not an array variable", builtin: true)
            code = 1
          }
        case .unset: break
        }
        continue
      }
      guard isName(word) else {
        if state.functions[word] != nil, !variables {
          state.functions[word] = nil
        } else if word.utf8.contains(91) || variables {
          complain("`\(word)': not a valid identifier", builtin: true)
          code = 1
        }
        continue
      }
      let (target, element) = reference ? (word, nil) : resolve(word)
      if let element {
        _ = try unset(["\(target)[\(element)]"])
        continue
      }
      guard let variable = state.variables[target] else {
        if !variables { state.functions[word] = nil }
        continue
      }
      if variable.attributes.contains(.readonly) {
        if flavour != .bash {
          complain("\(target): is read only", builtin: true)
          status = 2
          unwind(.exit)
          return 2
        }
        complain("\(target): cannot unset: readonly variable", builtin: true)
        code = 1
        continue
      }
      state.variables.unset(target)
      if target == "OPTIND" { state.getoptsPlace = 1 }
      if target == "GLOBIGNORE" { state.shopt["dotglob"] = false }
    }
    return code
  }
}

func paddedRight(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.utf8.count))
}

/// `source /dev/stdin` and process substitutions: everything is read first, then run.
final class SourceDescriptorFrame: Frame {
  private let descriptor: Int
  private let name: String
  private let arguments: [String]?
  private var bytes: [UInt8] = []

  init(_ descriptor: Int, name: String, arguments: [String]?) {
    self.descriptor = descriptor
    self.name = name
    self.arguments = arguments
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
        shell.push(ScriptFrame(bytes, kind: .source, name: name, arguments: arguments))
        return .go
      }
    }
  }
}
