// trap, and the names of signals.

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
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
    // What was ignored from the start only bash lists.
    if flavour != .bash, action.isEmpty, state.ignoredAtStart.contains(where: { $0.name == key }) { return }
    let name = trapOrder(key) >= 1 && trapOrder(key) <= 64 ? "SIG" + key : key
    write("trap -- \(singleQuoted(action)) \(flavour == .bash ? name : key)\n")
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
        if flavour == .dash {
          writeError("trap: \(name): bad trap\n")
        } else {
          complain("\(name): invalid signal specification", builtin: true)
        }
        code = 1
        continue
      }
      if let signal = Signal(spelling: key) {
        // A script cannot trap what was ignored before it began.
        if state.ignoredAtStart.contains(signal), !isInteractive { continue }
        process.ignoredSignals.removeAll { $0 == signal }
        if action == "" { process.ignoredSignals.append(signal) }
      }
      state.traps[key] = action
    }
    return code
  }

  /// Names that stand among the signals of `trap`, with the numbers that `kill -l` gives them.
  static let pseudoSignals: [(String, Int)] = [("EXIT", 0), ("DEBUG", 65), ("ERR", 66), ("RETURN", 67)]

  /// What dash calls a signal: without SIG, and the number where it has no name.
  static func dashSignal(_ number: Int) -> String {
    guard let name = signalNames.first(where: { $0.0 == number })?.1, number != 16 else { return String(number) }
    return String(name.dropFirst(3))
  }

  func listSignals() {
    var out = ""
    for (i, entry) in ShellProgram.signalNames.enumerated() {
      let number = entry.0 < 10 ? " \(entry.0)" : "\(entry.0)"
      out += "\(number)) \(entry.1)"
      out += i % 5 == 4 ? "\n" : "\t"
    }
    write(out + "\n")
  }
}
