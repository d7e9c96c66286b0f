// Prints commands as bash does for `type`, `declare -f` and job listings. Source: the layout that bash 5.2 prints (print_cmd.c):
// four blanks per level, `;` between commands, words as they were written.

package struct ShellPrinter {
  private var out = ""
  private var indentation = 0
  private var pendingHereDocuments: [Redirection] = []
  private var inFunction = 0
  private var skipIndent = 0

  private init() {}

  /// A function definition: `name () ` and its body.
  package static func function(_ definition: FunctionDefinition) -> String {
    definition.name + " () \n" + body(definition)
  }

  /// The body of a function, from `{` to `}`.
  package static func body(_ definition: FunctionDefinition) -> String {
    var printer = ShellPrinter()
    printer.functionBody(definition.body)
    return printer.out
  }

  package static func simple(_ command: Command) -> String { self.command(command) }

  package static func command(_ command: Command) -> String {
    var printer = ShellPrinter()
    printer.print(command)
    printer.flushHereDocuments()
    return printer.out
  }

  package static func pipeline(_ pipeline: Pipeline) -> String {
    var printer = ShellPrinter()
    printer.print(pipeline)
    printer.flushHereDocuments()
    return printer.out
  }

  /// The text of a job: the commands without the `&` after them.
  package static func jobText(_ item: AndOr) -> String {
    var printer = ShellPrinter()
    printer.print(item, marksBackground: false)
    printer.flushHereDocuments()
    return printer.out
  }

  package static func condition(_ condition: Condition) -> String {
    var printer = ShellPrinter()
    printer.print(condition)
    return printer.out
  }

  private mutating func newline(_ text: String = "") {
    flushHereDocuments()
    out += "\n" + String(repeating: " ", count: indentation) + text
  }

  private mutating func functionBody(_ body: Command) {
    inFunction += 1
    defer { inFunction -= 1 }
    if case .group(let list) = body.kind {
      out += String(repeating: " ", count: indentation) + "{ \n"
      indentation += 4
      out += String(repeating: " ", count: indentation)
      print(list, closing: false)
      indentation -= 4
      newline("}")
    } else {
      out += String(repeating: " ", count: indentation) + "{ \n"
      indentation += 4
      out += String(repeating: " ", count: indentation)
      let bare = Command(body.kind, redirections: [], line: body.line, range: body.range)
      print(bare)
      indentation -= 4
      newline("}")
    }
    for redirection in body.redirections { print(redirection) }
    flushHereDocuments()
  }

  /// The commands of a list, one per line. `closing`: with a `;` after the last.
  private mutating func print(_ list: CommandList, closing: Bool) {
    for (i, item) in list.items.enumerated() {
      print(item)
      let last = i == list.items.count - 1
      if item.background {
        if !last { out += " " }
        continue
      }
      if last {
        if closing, pendingHereDocuments.isEmpty { out += ";" }
      } else {
        if pendingHereDocuments.isEmpty { out += ";" }
        if inFunction > 0 || !pendingHereDocuments.isEmpty { newline() } else { out += " " }
      }
    }
  }

  private mutating func print(_ item: AndOr, marksBackground: Bool = true) {
    print(item.first)
    for (isAnd, command) in item.rest {
      out += isAnd ? " && " : " || "
      print(command)
    }
    if item.background, marksBackground { out += " &" }
  }

  private mutating func print(_ pipeline: Pipeline) {
    if pipeline.timed { out += pipeline.timedPosix ? "time -p " : "time " }
    if pipeline.negated { out += "! " }
    for (i, command) in pipeline.commands.enumerated() {
      print(command)
      if i < pipeline.commands.count - 1 { out += pipeline.joinsError[i] ? " 2>&1 | " : " | " }
    }
  }

  private mutating func block(_ list: CommandList) {
    indentation += 4
    newline()
    print(list, closing: true)
    indentation -= 4
  }

  private mutating func print(_ command: Command) {
    switch command.kind {
    case .simple(let assignments, let arguments):
      var words: [String] = []
      for assignment in assignments { words.append(assignment.text) }
      for argument in arguments { words.append(argument.text) }
      out += words.joined(separator: " ")
      for (i, redirection) in command.redirections.enumerated() { print(redirection, first: words.isEmpty && i == 0) }
      return
    case .pipeline(let pipeline): print(pipeline)
    case .subshell(let list):
      out += "( "
      let saved = inFunction
      print(list, closing: false)
      inFunction = saved
      out += " )"
    case .group(let list):
      if inFunction > 0 {
        out += "{ "
        indentation += 4
        newline()
        print(list, closing: false)
        indentation -= 4
        newline("}")
      } else {
        out += "{ "
        print(list, closing: true)
        out += " }"
      }
    case .if(let clauses, let otherwise):
      for (i, clause) in clauses.enumerated() {
        if i == 0 {
          out += "if "
        } else {
          // bash keeps `elif` as an `if` inside `else`.
          newline("else")
          indentation += 4
          newline("if ")
        }
        let saved = inFunction
        inFunction = 0
        print(clause.condition, closing: false)
        inFunction = saved
        out += "; then"
        block(clause.body)
      }
      if let otherwise {
        newline("else")
        block(otherwise)
      }
      for i in 0..<clauses.count {
        newline("fi")
        if i < clauses.count - 1 {
          out += ";"
          indentation -= 4
        }
      }
    case .loop(let condition, let body, let until):
      out += until ? "until " : "while "
      let saved = inFunction
      inFunction = 0
      print(condition, closing: false)
      inFunction = saved
      out += "; do"
      block(body)
      newline("done")
    case .each(let name, let words, let body, _): each("for", name, words, body)
    case .select(let name, let words, let body): each("select", name, words, body)
    case .count(let start, let condition, let step, let body):
      out += "for ((\(trimmed(start.text)); \(trimmed(condition.text)); \(trimmed(step.text))))"
      newline("do")
      block(body)
      newline("done")
    case .case(let subject, let items):
      out += "case \(subject.text) in "
      indentation += 4
      for item in items {
        newline(item.patterns.map { $0.text }.joined(separator: " | ") + ")")
        indentation += 4
        newline()
        print(item.body, closing: false)
        indentation -= 4
        newline(item.end.rawValue)
      }
      indentation -= 4
      newline("esac")
    case .condition(let condition):
      out += "[[ "
      print(condition)
      out += " ]]"
    case .arithmetic(let word): out += "((\(word.text)))"
    case .function(let definition):
      out += "function \(definition.name) () \n"
      functionBody(definition.body)
    case .coprocess(let name, let inner):
      out += "coproc \(name) "
      print(inner)
    }
    for redirection in command.redirections { print(redirection) }
  }

  private func trimmed(_ text: String) -> String {
    var bytes = Array(text.utf8)[...]
    while bytes.first == 32 { bytes = bytes.dropFirst() }
    while bytes.last == 32 { bytes = bytes.dropLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  private mutating func each(_ keyword: String, _ name: String, _ words: [Word]?, _ body: CommandList) {
    out += "\(keyword) \(name)"
    let list = words.map { $0.map { $0.text } } ?? ["\"$@\""]
    out += " in \(list.joined(separator: " "));"
    newline("do")
    block(body)
    newline("done")
  }

  private mutating func print(_ condition: Condition) {
    switch condition {
    case .word(let word): out += word.text
    case .unary(let operation, let word): out += "\(operation) \(word.text)"
    case .binary(let left, let operation, let right): out += "\(left.text) \(operation) \(right.text)"
    case .not(let inner):
      out += "! "
      print(inner)
    case .and(let left, let right):
      print(left)
      out += " && "
      print(right)
    case .or(let left, let right):
      print(left)
      out += " || "
      print(right)
    case .group(let inner):
      out += "( "
      print(inner)
      out += " )"
    }
  }

  private mutating func print(_ redirection: Redirection, first: Bool = false) {
    if !first { out += " " }
    if let variable = redirection.variable {
      out += "{\(variable)}"
    } else if let descriptor = redirection.descriptor {
      let isDefault: Bool
      switch redirection.kind {
      case .input, .hereDocument, .hereDocumentStripped, .hereString, .readWrite: isDefault = descriptor == 0
      case .output, .append, .clobber: isDefault = descriptor == 1
      default: isDefault = false
      }
      if !isDefault { out += String(descriptor) }
    }
    switch redirection.kind {
    case .hereDocument, .hereDocumentStripped:
      out += redirection.kind.rawValue + redirection.target.text
      pendingHereDocuments.append(redirection)
    case .duplicateInput, .duplicateOutput:
      if redirection.descriptor == nil { out += redirection.kind == .duplicateOutput ? "1" : "0" }
      out += redirection.kind.rawValue + redirection.target.text
    default: out += redirection.kind.rawValue + " " + redirection.target.text
    }
  }

  private mutating func flushHereDocuments() {
    let pending = pendingHereDocuments
    pendingHereDocuments = []
    for redirection in pending {
      out += "\n" + (redirection.body?.text ?? "")
      var delimiter = ""
      for part in redirection.target.parts {
        switch part {
        case .literal(let text), .quoted(let text): delimiter += text
        case .doubleQuoted(let inner): for case .literal(let text) in inner { delimiter += text }
        default: break
        }
      }
      out += delimiter
      if pending.count > 0 { out += "\n" }
    }
  }
}
