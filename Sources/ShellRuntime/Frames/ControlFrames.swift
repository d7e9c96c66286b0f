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
      define(definition, line: command.line + state.lineOffset)
      return
    case .subshell(let list):
      push(SubshellFrame(command, list))
      return
    case .pipeline(let pipeline):
      push(PipelineFrame(pipeline))
      return
    case .coprocess(let name, let inner):
      startCoprocess(name, inner, text: ShellPrinter.command(command))
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
    switch command.kind {
    case .group(let list): push(ListFrame(list))
    case .if(let clauses, let otherwise): push(IfFrame(clauses, otherwise))
    case .loop(let condition, let body, let until): push(LoopFrame(condition, body, until: until))
    case .each(let name, let words, let body): push(EachFrame(name, words, body, line: command.line))
    case .count(let start, let condition, let step, let body):
      push(CountFrame(start, condition, step, body, line: command.line))
    case .select(let name, let words, let body): push(SelectFrame(name, words, body, line: command.line))
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
      source: state.calls.last?.source
        ?? (isCommandString || isInteractive ? "environment" : readsStandardInput ? "main" : state.sourceName),
      line: line, lineOffset: state.lineOffset)
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
      if item.rest.isEmpty, case .simple = item.first.kind {
        shell.enter(line: item.first.line, self)
        if shell.announce(self, .simple(item.first), isCheap: true) {
          index -= 1
          return .go
        }
        isAnnounced = false
      }
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

final class CaseFrame: Frame {
  private let subject: Word
  private let items: [CaseItem]
  private let line: Int
  private var value: String?
  private var index = 0
  /// The commands of the item at `index` are being run.
  private var running = false
  private var traced = false
  private let journal = Journal()

  init(_ subject: Word, _ items: [CaseItem], line: Int) {
    self.subject = subject
    self.items = items
    self.line = line
  }

  override func step(_ shell: ShellProgram) -> Flow {
    do throws(Abort) {
      guard let value else {
        shell.enter(line: line, self)
        if shell.announce(self, .text("case \(subject.text) in ")) { return .go }
        if shell.state.options.xtrace, !traced { shell.trace("case \(subject.text) in") }
        traced = true
        value = try shell.attempt(journal, { () throws(Abort) -> String in try shell.expandSingle(subject) })
        if value != nil { journal.entries = [] }
        return .go
      }
      if running {
        running = false
        let end = items[index].end
        index += 1
        if end == .stop || index == items.count {
          shell.pop()
          return .go
        }
        if end == .fallThrough { return start(shell) }
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
                shell.inLocale(text), extended: shell.state.shopt.extglob,
                ignoreCase: shell.state.shopt["nocasematch"])
              if compiled.matches(shell.inLocale(value)) { return true }
            }
            return false
          })
        guard let matched else { return .go }
        journal.entries = []
        if matched { return start(shell) }
        index += 1
      }
      shell.pop()
    } catch {
      shell.fail(error)
    }
    return .go
  }

  private func start(_ shell: ShellProgram) -> Flow {
    running = true
    if items[index].body.items.isEmpty { shell.status = 0 }
    shell.push(ListFrame(items[index].body))
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
    shell.enter(line: line, self)
    shell.spend()
    if shell.announce(self, .arithmetic(word), isCheap: true) { return .go }
    do throws(Abort) {
      if let constant = word.unquotedText, !shell.state.options.xtrace {
        let value = try shell.evaluate(constant, as: "((")
        shell.undo.removeAll(keepingCapacity: true)
        shell.pop()
        shell.finishCommand(value != 0 ? 0 : 1)
        return .go
      }
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
      shell.fail(error)
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
      switch abort {
      case .arithmetic, .line: throw .command(1)
      default: throw abort
      }
    }
  }

  /// An expansion failed in the top frame: the frame goes, and more with it as the kind of failure says.
  func fail(_ abort: Abort) {
    if flavour != .bash {
      switch abort {
      case .line, .arithmetic:
        // A POSIX shell ends at such an error.
        status = 2
        state.pipeStatus = [2]
        unwind(isInteractive && !isSubshell ? .line : .exit)
        return
      default: break
      }
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
    case .arithmetic(let code):
      status = code
      state.pipeStatus = [code]
      unwind(isSubshell ? .exit : .line)
    case .shell(let code):
      // An interactive shell goes on with the next line.
      let keepsCode = !isInteractive && (isSubshell ? runsOneCommand : isCommandString)
      status = keepsCode || code != 127 ? code : 1
      if state.options.errexit, code == 127 { status = 1 }
      state.pipeStatus = [status]
      if isInteractive, !isSubshell { unwind(.line) } else { unwind(.exit) }
    }
  }
}
