// Frames of the control structures: lists, conditions, loops, `case`, groups.

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
  /// Pushes what runs a command.
  func run(_ command: Command) {
    switch command.kind {
    case .simple(let assignments, let arguments):
      push(SimpleFrame(command, assignments, arguments))
      return
    case .function(let definition):
      state.line = command.line
      define(definition, line: command.line)
      return
    case .subshell(let list):
      push(SubshellFrame(command, list))
      return
    case .pipeline(let pipeline):
      push(PipelineFrame(pipeline, line: command.line))
      return
    case .coprocess:
      notSimulated("coproc")
      finishCommand(1)
      return
    default: break
    }
    if !command.redirections.isEmpty {
      push(RedirectedFrame(command))
      return
    }
    runCompound(command)
  }

  func runCompound(_ command: Command) {
    state.line = command.line
    switch command.kind {
    case .group(let list): push(ListFrame(list))
    case .if(let clauses, let otherwise): push(IfFrame(clauses, otherwise))
    case .loop(let condition, let body, let until): push(LoopFrame(condition, body, until: until))
    case .each(let name, let words, let body, let line): push(EachFrame(name, words, body, line: line))
    case .count(let start, let condition, let step, let body):
      push(CountFrame(start, condition, step, body, line: command.line))
    case .select(let name, let words, let body): push(SelectFrame(name, words, body))
    case .case(let subject, let items): push(CaseFrame(subject, items, line: command.line))
    case .condition(let condition): push(ConditionFrame(condition, line: command.line))
    case .arithmetic(let word): push(ArithmeticFrame(word, line: command.line))
    case .subshell(let list): push(ListFrame(list))
    default: break
    }
  }

  private func define(_ definition: FunctionDefinition, line: Int) {
    if readonlyFunctions.contains(definition.name) {
      complain("\(definition.name): readonly function")
      finishCommand(1)
      return
    }
    if !isFunctionName(definition.name) {
      complain("`\(definition.name)': not a valid identifier")
      finishCommand(1)
      return
    }
    state.functions[definition.name] = Function(
      definition: definition,
      source: state.calls.last?.source ?? (isCommandString || isInteractive ? "environment" : state.sourceName),
      line: line)
    finishCommand(0)
  }

  private func isFunctionName(_ name: String) -> Bool {
    for byte in name.utf8 where byte == 36 || byte == 96 { return false }
    return !name.isEmpty
  }
}

final class ListFrame: Frame {
  private let items: [AndOr]
  private var index = 0

  init(_ list: CommandList) { items = list.items }

  override func step(_ shell: ShellProgram) -> Flow {
    guard index < items.count, !(shell.state.options.noexec && !shell.isInteractive) else {
      shell.pop()
      return .go
    }
    let item = items[index]
    index += 1
    let mayReplace = shell.replaceable && items.count == 1 && shell.frames.count == 1
    if !mayReplace { shell.replaceable = false }
    if item.background {
      shell.startBackground(item)
      return .go
    }
    if index == items.count, item.rest.isEmpty {
      shell.pop()
      shell.run(item.first)
      return .go
    }
    if item.rest.isEmpty {
      shell.run(item.first)
    } else {
      shell.push(AndOrFrame(item))
    }
    return .go
  }
}

final class AndOrFrame: Frame {
  private let item: AndOr
  private var index = -1
  private var outer = 0

  init(_ item: AndOr) { self.item = item }

  override func step(_ shell: ShellProgram) -> Flow {
    if index < 0 {
      outer = shell.tolerance
      index = 0
      shell.tolerance = outer + 1
      shell.run(item.first)
      return .go
    }
    while index < item.rest.count {
      let next = item.rest[index]
      index += 1
      if next.isAnd == (shell.status == 0) {
        shell.tolerance = index == item.rest.count ? outer : outer + 1
        shell.run(next.command)
        return .go
      }
    }
    shell.pop()
    return .go
  }
}

final class IfFrame: Frame {
  private let clauses: [(condition: CommandList, body: CommandList)]
  private let otherwise: CommandList?
  private var index = 0
  private var testing = false

  init(_ clauses: [(condition: CommandList, body: CommandList)], _ otherwise: CommandList?) {
    self.clauses = clauses
    self.otherwise = otherwise
  }

  override func step(_ shell: ShellProgram) -> Flow {
    if testing {
      shell.tolerance -= 1
      testing = false
      if shell.status == 0 {
        let body = clauses[index].body
        shell.pop()
        shell.push(ListFrame(body))
        return .go
      }
      index += 1
    }
    if index < clauses.count {
      testing = true
      shell.tolerance += 1
      shell.push(ListFrame(clauses[index].condition))
      return .go
    }
    shell.pop()
    // `$?` in the else part is still the status of the condition.
    if let otherwise { shell.push(ListFrame(otherwise)) } else { shell.status = 0 }
    return .go
  }
}

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

final class EachFrame: LoopingFrame {
  private let name: String
  private let words: [Word]?
  private let body: CommandList
  private let line: Int
  private var values: [String]?
  private var index = 0
  private let journal = Journal()

  init(_ name: String, _ words: [Word]?, _ body: CommandList, line: Int) {
    self.name = name
    self.words = words
    self.body = body
    self.line = line
  }

  override func step(_ shell: ShellProgram) -> Flow {
    shell.state.line = line
    guard let values else {
      bodyTolerance = shell.tolerance
      guard let words else {
        self.values = shell.state.positional
        return .go
      }
      do throws(Abort) {
        guard
          let expanded = try shell.attempt(journal, { () throws(Abort) -> [String] in try shell.expandWords(words) })
        else { return .go }
        self.values = expanded
      } catch {
        shell.fail(error)
        return .go
      }
      if !isName(name) {
        shell.complain("`\(name)': not a valid identifier")
        shell.pop()
        shell.finishCommand(1)
      }
      return .go
    }
    if broken {
      shell.pop()
      return .go
    }
    if index > 0, !continued { result = shell.status }
    continued = false
    guard index < values.count else {
      shell.pop()
      shell.status = result
      return .go
    }
    shell.spend()
    if shell.state.options.xtrace, let words {
      shell.trace("for \(name) in " + words.map { $0.text }.joined(separator: " "))
    }
    do throws(Abort) {
      if var binding = shell.state.variables[name], binding.attributes.contains(.reference) {
        binding.value = .string(values[index])
        shell.state.variables[name] = binding
      } else {
        try shell.assign(name, values[index])
      }
    } catch {
      shell.fail(error)
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
      shell.state.line = line
      if phase == 0 { bodyTolerance = shell.tolerance }
      let word = expressions[phase]
      var value: Int64 = 1
      do throws(Abort) {
        guard
          let result = try shell.attempt(
            journal,
            { [phase] () throws(Abort) -> Int64 in
              let text = try shell.expandText(word)
              if shell.state.options.xtrace { shell.trace("(( " + text + " ))") }
              if phase == 1, isBlank(text) { return 1 }
              return try shell.evaluate(text, as: "((")
            })
        else { return .go }
        value = result
        journal.entries = []
      } catch {
        shell.failCommand(error)
        return .go
      }
      if phase == 1 {
        shell.spend()
        if value == 0 {
          shell.pop()
          shell.status = result
          return .go
        }
        phase = 3
        shell.push(ListFrame(body))
      } else {
        phase = 1
      }
    default:
      if !continued { result = shell.status }
      continued = false
      phase = 2
    }
    return .go
  }

  private func isBlank(_ text: String) -> Bool {
    for byte in text.utf8 where byte != 32 && byte != 9 && byte != 10 { return false }
    return true
  }
}

final class SelectFrame: LoopingFrame {
  private let name: String
  private let words: [Word]?
  private let body: CommandList
  private var values: [String]?
  private var prompted = false
  private var showMenu = true
  private let journal = Journal()
  private let reader = LineReader(descriptor: 0)

  init(_ name: String, _ words: [Word]?, _ body: CommandList) {
    self.name = name
    self.words = words
    self.body = body
  }

  override func step(_ shell: ShellProgram) -> Flow {
    guard let values else {
      bodyTolerance = shell.tolerance
      guard let words else {
        self.values = shell.state.positional
        return .go
      }
      do throws(Abort) {
        guard
          let expanded = try shell.attempt(journal, { () throws(Abort) -> [String] in try shell.expandWords(words) })
        else { return .go }
        self.values = expanded
      } catch {
        shell.fail(error)
      }
      return .go
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
      shell.write("\n")
      shell.pop()
      shell.status = 1
      return .go
    case .line(let bytes, _):
      prompted = false
      shell.spend()
      let text = String(decoding: bytes, as: UTF8.self)
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

final class CaseFrame: Frame {
  private let subject: Word
  private let items: [CaseItem]
  private let line: Int
  private var value: String?
  private var index = 0
  private var running = false
  private let journal = Journal()

  init(_ subject: Word, _ items: [CaseItem], line: Int) {
    self.subject = subject
    self.items = items
    self.line = line
  }

  override func step(_ shell: ShellProgram) -> Flow {
    do throws(Abort) {
      guard let value else {
        shell.state.line = line
        value = try shell.attempt(journal, { () throws(Abort) -> String in try shell.expandSingle(subject) })
        if value != nil {
          journal.entries = []
          if shell.state.options.xtrace { shell.trace("case \(subject.text) in") }
        }
        return .go
      }
      if running {
        running = false
        let end = items[index].end
        index += 1
        if end == .fallThrough, index < items.count {
          return start(shell)
        }
        if end != .testNext {
          shell.pop()
          return .go
        }
      } else if index == 0 {
        shell.status = 0
      }
      while index < items.count {
        let patterns = items[index].patterns
        let matched = try shell.attempt(
          journal,
          { () throws(Abort) -> Bool in
            for pattern in patterns {
              let text = try shell.expandPattern(pattern)
              let compiled = ShellPattern(
                text, extended: shell.state.shopt.extglob, ignoreCase: shell.state.shopt["nocasematch"])
              if compiled.matches(value) { return true }
            }
            return false
          })
        guard let matched else { return .go }
        journal.entries = []
        if matched { return start(shell) }
        index += 1
      }
      shell.pop()
      return .go
    } catch {
      shell.fail(error)
      return .go
    }
  }

  private func start(_ shell: ShellProgram) -> Flow {
    let item = items[index]
    if item.end == .stop || index == items.count - 1 {
      shell.pop()
      if item.body.items.isEmpty { shell.status = 0 }
      shell.push(ListFrame(item.body))
    } else {
      running = true
      shell.push(ListFrame(item.body))
    }
    return .go
  }
}

final class ArithmeticFrame: Frame {
  private let word: Word
  private let line: Int
  private let journal = Journal()

  init(_ word: Word, line: Int) {
    self.word = word
    self.line = line
  }

  override func step(_ shell: ShellProgram) -> Flow {
    shell.state.line = line
    shell.spend()
    do throws(Abort) {
      let value = try shell.attempt(
        journal,
        { () throws(Abort) -> Int64 in
          let text = try shell.expandText(word)
          if shell.state.options.xtrace { shell.trace("(( " + text + " ))") }
          return try shell.evaluate(text, as: "((")
        })
      guard let value else { return .go }
      shell.pop()
      shell.finishCommand(value != 0 ? 0 : 1)
    } catch {
      shell.failCommand(error)
    }
    return .go
  }
}

extension ShellProgram {
  /// Arithmetic of a command, whose messages begin with its name.
  func evaluate(_ text: String, as name: String) throws(Abort) -> Int64 {
    if let plain = plainNumber(text) { return plain }
    do throws(ArithmeticError) {
      return try Arithmetic.evaluate(text, self)
    } catch {
      let abort = report(error, prefix: name + ": ")
      if case .line = abort { throw .command(1) }
      throw abort
    }
  }

  /// An expansion failed in the top frame: the frame goes, and more with it as the kind of failure says.
  func fail(_ abort: Abort) {
    if flavour != .bash, case .line = abort {
      // A POSIX shell ends at such an error.
      status = 2
      state.pipeStatus = [2]
      unwind(isInteractive && !isSubshell ? .line : .exit)
      return
    }
    switch abort {
    case .suspended: return
    case .command(let code):
      pop()
      finishCommand(code)
    case .line(let code):
      status = code
      state.pipeStatus = [code]
      if isSubshell || (state.options.errexit && tolerance == 0) {
        unwind(.exit)
      } else {
        unwind(.line)
      }
    case .shell(let code):
      // An interactive shell goes on with the next line.
      status = isInteractive || isSubshell || !isCommandString ? (code == 127 ? 1 : code) : code
      if state.options.errexit, code == 127 { status = 1 }
      state.pipeStatus = [status]
      if isInteractive, !isSubshell { unwind(.line) } else { unwind(.exit) }
    }
  }

  /// The same for commands whose failure stays with them.
  func failCommand(_ abort: Abort) { fail(abort) }
}
