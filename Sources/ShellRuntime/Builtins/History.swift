// The list of typed lines: how lines get into it, and the builtins `history` and `fc`. Source: the Bash manual, "Bash History
// Facilities". Editing with `fc` would open an editor and is not simulated.

import ShellSyntax
import SimKernel
import SimMachine

struct HistoryEntry {
  var text: String
  /// Seconds since 1970, for HISTTIMEFORMAT.
  let time: Int64
}

/// What joins a line of an unfinished command to the line before it.
enum HistoryJoin {
  case newCommand
  /// Inside quotes or a here-document.
  case newline
  /// Between the elements of an array, in `${…}` and in `[[ … ]]`.
  case blank
  case separator
}

extension ShellProgram {
  // MARK: Remembering

  /// Puts a typed line into the history, as HISTCONTROL and HISTIGNORE allow.
  func remember(_ line: String, _ join: HistoryJoin) {
    guard state.options.history else { return }
    if join != .newCommand {
      guard rememberedLast, !state.history.isEmpty else { return }
      let last = state.history.count - 1
      let before = state.history[last].text
      if join == .newline {
        state.history[last].text = before + "\n" + line
      } else if join == .blank {
        state.history[last].text = before + " " + line
      } else if before.utf8.last == 92 {
        state.history[last].text = String(before.dropLast()) + line
      } else if !line.isEmpty {
        state.history[last].text = before + separator(after: before, line) + line
      }
      return
    }
    rememberedLast = false
    guard !line.isEmpty else { return }
    let control = variable("HISTCONTROL") ?? ""
    let words = control.split(separator: ":" as Character).map { String($0) }
    let both = words.contains("ignoreboth")
    if both || words.contains("ignorespace"), line.utf8.first == 32 { return }
    if both || words.contains("ignoredups"), state.history.last?.text == line { return }
    for pattern in (variable("HISTIGNORE") ?? "").split(separator: ":" as Character) {
      let text = pattern == "&" ? escapedPattern(state.history.last?.text ?? "") : String(pattern)
      if ShellPattern(text, extended: state.shopt.extglob).matches(line) { return }
    }
    if words.contains("erasedups") { state.history.removeAll { $0.text == line } }
    rememberedLast = true
    state.history.append(HistoryEntry(text: line, time: world.clock.unixSeconds(world.now)))
    if let most = variable("HISTSIZE").flatMap({ Int($0) }), most >= 0, state.history.count > most {
      let extra = state.history.count - most
      state.history.removeFirst(extra)
      state.historyBase += extra
    }
  }

  /// The command remembered last ended in a here-document: the newline after its delimiter belongs to it.
  func rememberEndOfHereDocument() {
    guard state.options.history, rememberedLast, !state.history.isEmpty else { return }
    state.history[state.history.count - 1].text += "\n"
  }

  /// A blank after words that need no `;`, else `; `.
  private func separator(after text: String, _ line: String) -> String {
    if text.utf8.last == 10 { return " " }
    let words = historyWords(text)
    if words.count > 1, words[words.count - 2] == "for" { return line.utf8.starts(with: "in".utf8) ? " " : ";" }
    if words.last == ")", words.filter({ $0 == "case" }).count > words.filter({ $0 == "esac" }).count { return " " }
    switch words.last {
    case "do", "then", "else", "elif", "in", "{", "(", "|", "||", "&&", ";", ";;", "&", "|&", "!", "if", "while",
      "until":
      return " "
    case let word? where words.count > 1 && isName(word) && ["case", "function"].contains(words[words.count - 2]):
      return " "
    case ")" where words.count > 2 && words[words.count - 2] == "(": return " "
    default: return "; "
    }
  }

  // MARK: history

  func history(_ words: [String]) -> Int32 {
    var index = 0
    while index < words.count, words[index].utf8.first == 45, words[index].utf8.count > 1 {
      let word = words[index]
      index += 1
      let rest = Array(words[index...])
      switch word {
      case "--": break
      case "-c":
        state.historyBase = 0
        state.history = []
        if rest.isEmpty { return 0 }
      case "-d":
        guard let text = rest.first else {
          complain("-d: option requires an argument", builtin: true)
          writeError(usageOf("history"))
          return 2
        }
        guard let place = historyPlace(text) else {
          complain("\(text): history position out of range", builtin: true)
          return 1
        }
        state.history.remove(at: place)
        return 0
      case "-s":
        // The command itself is not remembered.
        if rememberedLast, !state.history.isEmpty { state.history.removeLast() }
        if !rest.isEmpty {
          state.history.append(
            HistoryEntry(text: rest.joined(separator: " "), time: world.clock.unixSeconds(world.now)))
        }
        rememberedLast = false
        return 0
      case "-p":
        if rememberedLast, !state.history.isEmpty { state.history.removeLast() }
        rememberedLast = false
        var code: Int32 = 0
        for text in rest {
          switch HistoryExpansion.expand(text, events: state.history.map { $0.text }, number: state.historyBase + 1) {
          case .unchanged: write(text + "\n")
          case .expanded(let line), .printOnly(let line): write(line + "\n")
          case .failed:
            complain("\(text): history expansion failed", builtin: true)
            code = 1
          }
        }
        return code
      case "-a", "-w", "-r", "-n": return historyFile(word, rest.first)
      default: return invalidOption(word)
      }
      if word == "--" { break }
    }
    var from = 0
    if index < words.count {
      guard index + 1 == words.count else {
        complain("too many arguments", builtin: true)
        return 1
      }
      guard let count = Int(words[index]), count >= 0 else {
        complain("\(words[index]): numeric argument required", builtin: true)
        return 1
      }
      from = max(0, state.history.count - count)
    }
    let format = variable("HISTTIMEFORMAT")
    var out = ""
    for (i, entry) in state.history.enumerated() where i >= from {
      let number = String(state.historyBase + i + 1)
      let time = format.map { $0.isEmpty ? "" : formatTime($0, CivilTime(unixSeconds: entry.time), in: zone) } ?? ""
      out += String(repeating: " ", count: max(0, 5 - number.utf8.count)) + number + "  " + time + entry.text + "\n"
    }
    write(out)
    return 0
  }

  /// The index that a number of the list, or one counted from its end, means.
  private func historyPlace(_ text: String) -> Int? {
    guard let number = Int(text) else { return nil }
    let place = number < 0 ? state.history.count + number : number - state.historyBase - 1
    return place >= 0 && place < state.history.count ? place : nil
  }

  private func historyFile(_ option: String, _ operand: String?) -> Int32 {
    guard let name = operand ?? variable("HISTFILE") ?? variable("HOME").map({ $0 + "/.bash_history" }) else {
      return 1
    }
    do throws(Errno) {
      if option == "-r" || option == "-n" {
        let bytes = try process.fileSystem.read(name, in: process.workingDirectory, as: process.credentials)
        for line in String(raw: bytes).split(separator: "\n" as Character) {
          state.history.append(HistoryEntry(text: String(line), time: world.clock.unixSeconds(world.now)))
        }
        return 0
      }
      var text = ""
      for entry in state.history { text += entry.text + "\n" }
      let file = try process.fileSystem.open(
        name, in: process.workingDirectory, option == "-w" ? .write : .append, permissions: 0o600,
        as: process.credentials)
      _ = file.write(text.rawBytes[...])
      return 0
    } catch {
      complain("\(name): cannot \(option == "-r" ? "read" : "create"): \(error.message)", builtin: true)
      return 1
    }
  }

  // MARK: fc

  func fixCommand(_ words: [String]) -> Outcome {
    var lists = false
    var bare = false
    var reversed = false
    var again = false
    var index = 0
    scan: while index < words.count, words[index].utf8.first == 45, words[index].utf8.count > 1 {
      let word = words[index]
      if Int(word) != nil { break }
      index += 1
      if word == "--" { break }
      for (i, letter) in word.utf8.enumerated().dropFirst() {
        switch letter {
        case 108: lists = true
        case 110: bare = true
        case 114: reversed = true
        case 115: again = true
        case 101:
          let editor = i + 1 < word.utf8.count ? String(word.dropFirst(i + 1)) : index < words.count ? words[index] : ""
          if i + 1 == word.utf8.count { index += 1 }
          if editor == "-" { again = true }
          continue scan
        default: return .status(invalidOption("-\(String(raw: [letter]))"))
        }
      }
    }
    // The command itself does not count.
    if rememberedLast, !state.history.isEmpty, !lists { state.history.removeLast() }
    let events = lists && rememberedLast ? Array(state.history.dropLast()) : state.history
    if !lists { rememberedLast = false }
    func place(_ text: String) -> Int? {
      if let number = Int(text) {
        let place = number <= 0 ? events.count + number - (number == 0 ? 1 : 0) : number - state.historyBase - 1
        return min(max(0, place), events.count - 1)
      }
      return events.lastIndex { $0.text.utf8.starts(with: text.utf8) }
    }
    var operands = Array(words[index...])
    if again {
      var changes: [(old: String, new: String)] = []
      while let word = operands.first, let equals = word.utf8.firstIndex(of: 61), equals != word.utf8.startIndex {
        changes.append((String(word[..<equals]), String(word[word.utf8.index(after: equals)...])))
        operands.removeFirst()
      }
      guard !events.isEmpty, let chosen = operands.first.map({ place($0) }) ?? (events.count - 1) else {
        complain("no command found", builtin: true)
        return .status(1)
      }
      var text = events[chosen].text
      for (old, new) in changes { text = replacingFirst(old, in: text, with: new) }
      writeError(text + "\n")
      remember(text, .newCommand)
      return .frame(ScriptFrame(Array(text.utf8), kind: .eval, firstLine: state.line))
    }
    guard lists else {
      notSimulated("fc with an editor")
      return .status(1)
    }
    guard !events.isEmpty else { return .status(0) }
    guard let first = operands.isEmpty ? max(0, events.count - 16) : place(operands[0]),
      let last = operands.count > 1 ? place(operands[1]) : events.count - 1
    else {
      complain("history specification out of range", builtin: true)
      return .status(1)
    }
    var numbers = Array(min(first, last)...max(first, last))
    if (first > last) != reversed { numbers.reverse() }
    for i in numbers { write("\(bare ? "" : String(state.historyBase + i + 1))\t \(events[i].text)\n") }
    return .status(0)
  }

  private func replacingFirst(_ old: String, in text: String, with new: String) -> String {
    let bytes = Array(text.utf8)
    let part = Array(old.utf8)
    guard !part.isEmpty, bytes.count >= part.count else { return text }
    for start in 0...(bytes.count - part.count) where bytes[start..<start + part.count].elementsEqual(part) {
      return String(raw: bytes[..<start] + Array(new.utf8) + bytes[(start + part.count)...])
    }
    return text
  }
}
