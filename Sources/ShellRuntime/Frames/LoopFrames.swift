// Loops: `while`, `until`, `for`, `for ((…))` and `select`, and how `break` and `continue` find them.

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
  /// Loops around the top frame, up to the function that is being run.
  var enclosingLoops: Int {
    var count = 0
    for frame in frames.reversed() {
      if frame is FunctionFrame { break }
      if frame is LoopingFrame { count += 1 }
    }
    return count
  }
  func hasOuterLoop(than loop: LoopingFrame) -> Bool {
    var below = false
    for frame in frames.reversed() {
      if frame is FunctionFrame { return false }
      if below, frame is LoopingFrame { return true }
      if frame === loop { below = true }
    }
    return false
  }
}

/// What loops share: `break` and `continue`.
class LoopingFrame: Frame {
  var result: Int32 = 0
  var broken = false
  /// Set by `continue`: the body is over.
  var continued = false

  override func catches(_ unwind: Unwind, _ shell: ShellProgram) -> Bool {
    switch unwind {
    case .breakLoop:
      shell.loopLevels -= 1
      if shell.loopLevels > 0, shell.hasOuterLoop(than: self) { return false }
      broken = true
      shell.tolerance = bodyTolerance
      return true
    case .continueLoop:
      shell.loopLevels -= 1
      if shell.loopLevels > 0, shell.hasOuterLoop(than: self) { return false }
      continued = true
      shell.tolerance = bodyTolerance
      return true
    default: return false
    }
  }
  var bodyTolerance = 0
}

final class LoopFrame: LoopingFrame {
  private let condition: CommandList
  private let body: CommandList
  private let until: Bool
  private var phase = 0

  init(_ condition: CommandList, _ body: CommandList, until: Bool) {
    self.condition = condition
    self.body = body
    self.until = until
  }

  override func step(_ shell: ShellProgram) -> Flow {
    if broken {
      shell.pop()
      return .go
    }
    if continued {
      continued = false
      phase = 0
    }
    switch phase {
    case 0:
      if bodyTolerance == 0 { bodyTolerance = shell.tolerance }
      shell.tolerance = bodyTolerance + 1
      phase = 1
      shell.spend()
      shell.push(ListFrame(condition))
    case 1:
      shell.tolerance = bodyTolerance
      if (shell.status == 0) == until {
        shell.pop()
        shell.status = result
        return .go
      }
      phase = 2
      shell.push(ListFrame(body))
    default:
      result = shell.status
      phase = 0
    }
    return .go
  }
}

/// A loop over words, which are expanded first.
class WordLoopFrame: LoopingFrame {
  let name: String
  let words: [Word]?
  let body: CommandList
  private let line: Int
  private let journal = Journal()
  private(set) var values: [String]?
  private var traced = false
  /// `set -x` shows the command before its words are expanded.
  var tracesFirst: Bool { false }

  init(_ name: String, _ words: [Word]?, _ body: CommandList, line: Int) {
    self.name = name
    self.words = words
    self.body = body
    self.line = line
  }

  override final func step(_ shell: ShellProgram) -> Flow {
    shell.enter(line: line, self)
    if let values { return turn(shell, values) }
    bodyTolerance = shell.tolerance
    if !isName(name) {
      shell.complain("`\(name)': not a valid identifier")
      shell.pop()
      shell.finishCommand(1)
      return .go
    }
    guard let words else {
      values = shell.state.positional
      return .go
    }
    if tracesFirst, shell.state.options.xtrace, !traced {
      traced = true
      shell.trace(heading("select"))
    }
    do throws(Abort) {
      values = try shell.attempt(journal, { () throws(Abort) -> [String] in try shell.expandWords(words) })
    } catch {
      shell.fail(error)
    }
    return .go
  }

  /// `for x in a b`
  func heading(_ keyword: String) -> String {
    let shown = words.map { $0.map { $0.text } } ?? ["\"$@\""]
    return "\(keyword) \(name) in " + shown.joined(separator: " ")
  }

  /// One turn, or what is left to do of the last.
  func turn(_ shell: ShellProgram, _ values: [String]) -> Flow { .go }
}

final class EachFrame: WordLoopFrame {
  private var index = 0

  override func turn(_ shell: ShellProgram, _ values: [String]) -> Flow {
    if broken {
      shell.pop()
      return .go
    }
    if index > 0, !continued, !isAnnounced { result = shell.status }
    continued = false
    guard index < values.count else {
      shell.pop()
      shell.status = result
      return .go
    }
    if shell.state.options.xtrace, !isAnnounced, shell.flavour == .bash { shell.trace(heading("for")) }
    if shell.announce(self, .text(heading("for"))) { return .go }
    isAnnounced = false
    shell.spend()
    do throws(Abort) {
      if var binding = shell.state.variables[name], binding.attributes.contains(.reference) {
        binding.value = .string(values[index])
        shell.state.variables[name] = binding
      } else {
        try shell.assign(name, values[index])
      }
    } catch {
      if case .line = error, shell.flavour == .bash {
        // A variable that may not be set ends the loop, not the line.
        shell.pop()
        shell.finishCommand(1)
      } else {
        shell.fail(error)
      }
      return .go
    }
    index += 1
    shell.push(ListFrame(body))
    return .go
  }
}

final class CountFrame: LoopingFrame {
  private let expressions: [Word]
  private let body: CommandList
  private let line: Int
  private var phase = 0
  private let journal = Journal()

  init(_ start: Word, _ condition: Word, _ step: Word, _ body: CommandList, line: Int) {
    expressions = [start, condition, step]
    self.body = body
    self.line = line
  }

  override func step(_ shell: ShellProgram) -> Flow {
    if broken {
      shell.pop()
      return .go
    }
    switch phase {
    case 0, 1, 2:
      shell.enter(line: line, self)
      if phase == 0 { bodyTolerance = shell.tolerance }
      let word = expressions[phase]
      if shell.announce(self, .text("((\(trimmed(word.text))))")) { return .go }
      isAnnounced = false
      var value: Int64 = 1
      do throws(Abort) {
        if let constant = word.unquotedText, !isBlank(constant), !shell.state.options.xtrace {
          // Nothing to expand, so nothing to wait for.
          value = try shell.evaluate(constant, as: "((")
          shell.undo.removeAll(keepingCapacity: true)
          return advance(shell, value)
        }
        guard
          let result = try shell.attempt(
            journal,
            { [phase] () throws(Abort) -> Int64 in
              let text = try shell.expandText(word)
              if shell.state.options.xtrace { shell.trace("(( " + self.trimmed(text) + " ))") }
              if phase == 1, isBlank(text) { return 1 }
              return try shell.evaluate(text, as: "((")
            })
        else { return .go }
        value = result
        journal.entries = []
      } catch {
        shell.fail(error)
        return .go
      }
      return advance(shell, value)
    default:
      if !continued { result = shell.status }
      continued = false
      phase = 2
    }
    return .go
  }

  /// What follows an expression that has been evaluated.
  private func advance(_ shell: ShellProgram, _ value: Int64) -> Flow {
    guard phase == 1 else {
      phase = 1
      return .go
    }
    shell.spend()
    if value == 0 {
      shell.pop()
      shell.status = result
      return .go
    }
    phase = 3
    shell.push(ListFrame(body))
    return .go
  }

  private func trimmed(_ text: String) -> String {
    var rest = text[...]
    while let first = rest.utf8.first, first == 32 || first == 9 || first == 10 { rest = rest.dropFirst() }
    return String(rest)
  }

  private func isBlank(_ text: String) -> Bool {
    for byte in text.utf8 where byte != 32 && byte != 9 && byte != 10 { return false }
    return true
  }
}

final class SelectFrame: WordLoopFrame {
  private var prompted = false
  private var showMenu = true
  private let reader = LineReader(descriptor: 0)
  override var tracesFirst: Bool { true }

  override func turn(_ shell: ShellProgram, _ values: [String]) -> Flow {
    if !isAnnounced {
      if words == nil, shell.state.options.xtrace { shell.trace(heading("select")) }
      if shell.announce(self, .text(heading("select"))) { return .go }
    }
    if broken || values.isEmpty {
      shell.pop()
      if !broken { shell.status = 0 }
      return .go
    }
    continued = false
    if !prompted {
      if showMenu { shell.writeError(menu(values, shell)) }
      shell.writeError(shell.variable("PS3") ?? "#? ")
      prompted = true
      return .yield
    }
    switch reader.read(shell) {
    case .waiting(let waits): return .wait(waits)
    case .endOfFile:
      shell.set("REPLY", "")
      shell.write("\n")
      shell.pop()
      shell.status = 1
      return .go
    case .line(let bytes, _):
      prompted = false
      shell.spend()
      let text = String(raw: bytes)
      var trimmed = text[...]
      while trimmed.first == " " { trimmed = trimmed.dropFirst() }
      while trimmed.last == " " { trimmed = trimmed.dropLast() }
      shell.set("REPLY", text)
      if trimmed.isEmpty {
        showMenu = true
        return .go
      }
      showMenu = false
      let choice = Int(trimmed) ?? 0
      shell.set(name, choice >= 1 && choice <= values.count ? values[choice - 1] : "")
      shell.push(ListFrame(body))
      return .go
    }
  }

  private func menu(_ values: [String], _ shell: ShellProgram) -> String {
    // One column unless the entries fit side by side in the width, as bash lays them out.
    let columns = Int(shell.variable("COLUMNS") ?? "") ?? 80
    let numberWidth = String(values.count).utf8.count
    var longest = 0
    for value in values { longest = max(longest, value.unicodeScalars.count) }
    let width = longest + numberWidth + 2 + 2
    var across = width > 0 ? columns / width : 1
    if across == 0 { across = 1 }
    var rows = values.count / across + (values.count % across != 0 ? 1 : 0)
    across = values.count / rows + (values.count % rows != 0 ? 1 : 0)
    if rows == 1 {
      rows = across
      across = 1
    }
    let firstWidth = String(rows).utf8.count
    var out = ""
    for row in 0..<rows {
      var index = row
      var position = 0
      while true {
        let digits = position == 0 ? firstWidth : numberWidth
        let number = String(index + 1)
        let label = String(repeating: " ", count: max(0, digits - number.utf8.count)) + number + ") "
        out += label + values[index]
        let used = label.utf8.count + values[index].unicodeScalars.count
        index += rows
        if index >= values.count { break }
        // bash fills with tabs and spaces up to the next column.
        var from = position + used
        let to = position + width
        while from < to {
          if to / 8 > from / 8 {
            out += "\t"
            from += 8 - from % 8
          } else {
            out += " "
            from += 1
          }
        }
        position += width
      }
      out += "\n"
    }
    return out
  }
}
