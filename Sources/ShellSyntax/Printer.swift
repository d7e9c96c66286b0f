// Prints commands as bash does: for `type`, `declare -f` and job listings, and as the text of a command substitution, from which bash
// counts the lines inside it. Source: the layout that bash 5.2 prints (print_cmd.c): four blanks per level, the commands of a
// function on lines of their own, here-documents after the connector that follows them.

import SimKernel

package struct ShellPrinter {
  private var out: [UInt8] = []
  /// Newlines written so far.
  private var lines = 0
  private var indentation = 0
  /// The next commands begin where the text stands.
  private var skipsIndent = 0
  private var functionDepth = 0
  /// Inside a list or pipeline here-documents wait for the connector.
  private var connectionDepth = 0
  private var deferred: [Redirection] = []
  private var afterHereDocument = false
  /// The text is that of a command substitution: newlines between commands are kept, and commands get the line they are printed on.
  private let isSubstitution: Bool

  private let isExported: Bool
  /// Blanks by which a level is indented.
  private var step: Int { isExported ? 0 : 4 }

  private init(isSubstitution: Bool = false, isExported: Bool = false) {
    self.isSubstitution = isSubstitution
    self.isExported = isExported
  }

  private var text: String { String(raw: out) }

  /// A function definition: `name () ` and its body.
  package static func function(_ definition: FunctionDefinition) -> String {
    definition.name + " () \n" + body(definition)
  }

  /// The body of a function, from `{` to `}`.
  package static func body(_ definition: FunctionDefinition) -> String {
    var printer = ShellPrinter()
    printer.functionBody(definition.body)
    return printer.text
  }

  /// The body as the environment carries it to other shells: one blank before every line.
  package static func exported(_ definition: FunctionDefinition) -> String {
    var printer = ShellPrinter(isExported: true)
    printer.functionBody(definition.body)
    return printer.text
  }

  package static func command(_ command: Command) -> String {
    var printer = ShellPrinter()
    printer.print(command)
    return printer.text
  }

  package static func pipeline(_ pipeline: Pipeline) -> String {
    var printer = ShellPrinter()
    printer.print(pipeline)
    return printer.text
  }

  /// The text of a job: the commands without the `&` after them.
  package static func jobText(_ item: AndOr) -> String {
    var printer = ShellPrinter()
    printer.print(item, marksBackground: false)
    return printer.text
  }

  /// The commands of `$(…)` as bash keeps them. Their lines become the lines of this text, the first being 0.
  static func substitution(_ list: CommandList) -> String {
    var printer = ShellPrinter(isSubstitution: true)
    printer.print(list)
    return printer.text
  }

  /// What stands between `[[` and `]]`.
  package static func condition(_ condition: Condition) -> String {
    var printer = ShellPrinter()
    printer.print(condition)
    return printer.text
  }

  // MARK: Text

  private mutating func put(_ text: String) {
    for byte in text.utf8 {
      if byte == 10 { lines += 1 }
      out.append(byte)
    }
  }

  private mutating func indent() {
    for _ in 0..<indentation { out.append(32) }
  }

  private mutating func newline(_ text: String = "") {
    put("\n")
    indent()
    put(text)
  }

  private mutating func semicolon() {
    if out.last == 38 || out.last == 10 { return }
    put(";")
  }

  private mutating func beginCommand() {
    if skipsIndent > 0 { skipsIndent -= 1 } else { indent() }
  }

  private func setLine(_ command: Command) { if isSubstitution { command.line = lines } }

  // MARK: Lists

  private mutating func print(_ list: CommandList) {
    guard !list.items.isEmpty else { return }
    let last = list.items.count - 1
    let isConnection = last > 0 || list.items[last].background
    guard isConnection else { return print(list.items[0]) }
    beginCommand()
    skipsIndent += 1
    connectionDepth += 1
    for (i, item) in list.items.enumerated() {
      print(item, marksBackground: false)
      if item.background {
        put(deferredText(" &"))
        if i < last {
          put(" ")
          skipsIndent += 1
        }
        continue
      }
      guard i < last else { break }
      let separator = isSubstitution && item.endsLine ? "\n" : ";"
      // Only the here-documents of the first command wait for the connector.
      if i > 0 { flushHereDocuments() }
      if deferred.isEmpty {
        if afterHereDocument, separator == ";" { afterHereDocument = false } else { put(separator) }
      } else {
        put(deferredText(functionDepth > 0 ? "" : separator))
      }
      if functionDepth > 0 {
        put("\n")
      } else {
        if separator == ";" { put(" ") }
        skipsIndent += 1
      }
    }
    flushHereDocuments()
    connectionDepth -= 1
  }

  private mutating func print(_ item: AndOr, marksBackground: Bool = true) {
    if item.rest.isEmpty {
      print(item.first)
    } else {
      beginCommand()
      skipsIndent += 1
      connectionDepth += 1
      print(item.first)
      for (isAnd, command) in item.rest {
        put(deferredText(isAnd ? " && " : " || "))
        skipsIndent += 1
        print(command)
      }
      flushHereDocuments()
      connectionDepth -= 1
    }
    if item.background, marksBackground { put(" &") }
  }

  private mutating func print(_ pipeline: Pipeline) {
    beginCommand()
    if pipeline.timed { put(pipeline.timedPosix ? "time -p " : "time ") }
    if pipeline.negated { put("! ") }
    skipsIndent += 1
    if pipeline.commands.count == 1 { return print(pipeline.commands[0]) }
    connectionDepth += 1
    for (i, command) in pipeline.commands.enumerated() {
      print(command)
      if i < pipeline.commands.count - 1 {
        put(deferredText(pipeline.joinsError[i] ? " 2>&1 |" : " |"))
        put(" ")
        skipsIndent += 1
      }
    }
    flushHereDocuments()
    connectionDepth -= 1
  }

  /// A list inside a construct, with its closing `;`.
  private mutating func block(_ list: CommandList) {
    indentation += step
    put("\n")
    print(list)
    flushHereDocuments()
    semicolon()
    indentation -= step
  }

  // MARK: Commands

  private mutating func print(_ command: Command) {
    if case .pipeline(let pipeline) = command.kind { return print(pipeline) }
    beginCommand()
    switch command.kind {
    case .simple(let assignments, let arguments): simple(command, assignments, arguments)
    case .pipeline: break
    case .subshell(let list):
      put("( ")
      skipsIndent += 1
      print(list)
      flushHereDocuments()
      put(" )")
      setLine(command)
    case .group(let list):
      setLine(command)
      group(list)
    case .if(let clauses, let otherwise):
      setLine(command)
      conditional(clauses[...], otherwise)
    case .loop(let condition, let body, let until):
      setLine(command)
      put(until ? "until " : "while ")
      skipsIndent += 1
      print(condition)
      flushHereDocuments()
      semicolon()
      put(" do")
      block(body)
      newline("done")
    case .each(let name, let words, let body):
      setLine(command)
      each("for", name, words, body)
    case .select(let name, let words, let body):
      setLine(command)
      each("select", name, words, body)
    case .count(let start, let condition, let step, let body):
      setLine(command)
      put("for ((\(trimmed(start)); \(trimmed(condition)); \(trimmed(step))))")
      newline("do")
      block(body)
      newline("done")
    case .case(let subject, let items):
      put("case \(subject.text) in ")
      setLine(command)
      indentation += step
      for item in items {
        newline(item.patterns.map { $0.text }.joined(separator: " | ") + ")\n")
        indentation += step
        print(item.body)
        flushHereDocuments()
        indentation -= step
        newline(item.end.rawValue)
      }
      indentation -= step
      newline("esac")
    case .condition(let condition):
      put("[[ ")
      print(condition)
      put(" ]]")
      setLine(command)
    case .arithmetic(let word):
      put("((\(word.text)))")
      setLine(command)
    case .function(let definition):
      setLine(command)
      put("function \(definition.name) () \n")
      functionBody(definition.body)
    case .coprocess(let name, let inner):
      setLine(command)
      put("coproc \(name) ")
      skipsIndent += 1
      print(inner)
    }
    if case .simple = command.kind { return }
    if !command.redirections.isEmpty {
      put(" ")
      print(command.redirections)
    }
  }

  private mutating func simple(_ command: Command, _ assignments: [Assignment], _ arguments: [Argument]) {
    var words: [String] = []
    for assignment in assignments { words.append(assignment.text) }
    for argument in arguments { words.append(argument.text) }
    // bash notes the line when it has read the word after a command's name.
    let noted = assignments.isEmpty ? min(2, words.count) : 1
    for (i, word) in words.enumerated() {
      if i > 0 { put(" ") }
      put(word)
      if i + 1 == noted { setLine(command) }
    }
    if words.isEmpty { setLine(command) }
    guard !command.redirections.isEmpty else { return }
    if !words.isEmpty { put(" ") }
    print(command.redirections)
  }

  private mutating func group(_ list: CommandList) {
    put("{ ")
    if functionDepth == 0 {
      skipsIndent += 1
    } else {
      put("\n")
      indentation += step
    }
    print(list)
    flushHereDocuments()
    if functionDepth > 0 {
      put("\n")
      indentation -= step
      indent()
    } else {
      semicolon()
      put(" ")
    }
    put("}")
  }

  /// `elif` is an `if` inside `else`.
  private mutating func conditional(
    _ clauses: ArraySlice<(condition: CommandList, body: CommandList)>, _ otherwise: CommandList?
  ) {
    let first = clauses[clauses.startIndex]
    put("if ")
    skipsIndent += 1
    print(first.condition)
    flushHereDocuments()
    semicolon()
    put(" then")
    indentation += step
    put("\n")
    print(first.body)
    flushHereDocuments()
    indentation -= step
    let rest = clauses.dropFirst()
    if !rest.isEmpty {
      semicolon()
      newline("else\n")
      indentation += step
      indent()
      conditional(rest, otherwise)
      indentation -= step
    } else if let otherwise {
      semicolon()
      newline("else\n")
      indentation += step
      print(otherwise)
      flushHereDocuments()
      indentation -= step
    }
    semicolon()
    newline("fi")
  }

  private mutating func each(_ keyword: String, _ name: String, _ words: [Word]?, _ body: CommandList) {
    let list = words.map { $0.map { $0.text } } ?? ["\"$@\""]
    put("\(keyword) \(name) in \(list.joined(separator: " "));")
    newline("do")
    block(body)
    newline("done")
  }

  private mutating func functionBody(_ body: Command) {
    indent()
    put(isExported ? "{ " : "{ \n")
    functionDepth += 1
    indentation += max(1, step)
    let savedSkip = skipsIndent
    skipsIndent = 0
    var redirections: [Redirection] = []
    if case .group(let list) = body.kind {
      redirections = body.redirections
      print(list)
    } else {
      print(body)
    }
    flushHereDocuments()
    afterHereDocument = false
    skipsIndent = savedSkip
    indentation -= max(1, step)
    functionDepth -= 1
    newline("}")
    guard !redirections.isEmpty else { return }
    put(" ")
    print(redirections)
  }

  /// Arithmetic words of a `for ((…))`, which bash reads as a list of words.
  private func trimmed(_ word: Word) -> String {
    var bytes = Array(word.text.utf8)[...]
    while let first = bytes.first, first == 32 || first == 9 || first == 10 { bytes = bytes.dropFirst() }
    return String(raw: bytes)
  }

  private mutating func print(_ condition: Condition) {
    switch condition {
    case .word(let word): put("-n \(word.text)")
    case .unary(let operation, let word): put("\(operation) \(word.text)")
    case .binary(let left, let operation, let right): put("\(left.text) \(operation) \(right.text)")
    case .not(let inner):
      put("! ")
      print(inner)
    case .and(let left, let right):
      print(left)
      put(" && ")
      print(right)
    case .or(let left, let right):
      print(left)
      put(" || ")
      print(right)
    case .group(let inner):
      put("( ")
      print(inner)
      put(" )")
    }
  }

  // MARK: Redirections

  private mutating func print(_ redirections: [Redirection]) {
    var hereDocuments: [Redirection] = []
    afterHereDocument = false
    for (i, redirection) in redirections.enumerated() {
      if i > 0 { put(" ") }
      switch redirection.kind {
      case .hereDocument, .hereDocumentStripped:
        put(header(redirection))
        hereDocuments.append(redirection)
      default: print(redirection)
      }
    }
    guard !hereDocuments.isEmpty else { return }
    deferred = hereDocuments
    if connectionDepth == 0 { flushHereDocuments() }
  }

  private mutating func print(_ redirection: Redirection) {
    if let variable = redirection.variable {
      put("{\(variable)}")
    } else {
      let usual: Int
      let shown: Bool
      switch redirection.kind {
      case .input, .hereString: (usual, shown) = (0, false)
      case .output, .append, .clobber: (usual, shown) = (1, false)
      case .readWrite, .duplicateInput: (usual, shown) = (0, true)
      // `>&file` is shown as it is, `>&2` with its number.
      case .duplicateOutput: (usual, shown) = (1, redirection.descriptor != nil || isNumeric(redirection.target.text))
      default: (usual, shown) = (-1, false)
      }
      let number = redirection.descriptor ?? usual
      if number != usual || shown { put(String(number)) }
    }
    switch redirection.kind {
    case .duplicateInput, .duplicateOutput: put(redirection.kind.rawValue + redirection.target.text)
    default: put(redirection.kind.rawValue + " " + redirection.target.text)
    }
  }

  private func isNumeric(_ text: String) -> Bool {
    for byte in text.utf8 where (byte < 48 || byte > 57) && byte != 45 { return false }
    return true
  }

  private func header(_ redirection: Redirection) -> String {
    var text = ""
    if let variable = redirection.variable {
      text = "{\(variable)}"
    } else if let number = redirection.descriptor, number != 0 {
      text = String(number)
    }
    let delimiter = redirection.delimiter
    return text + redirection.kind.rawValue + (redirection.target.hasQuotes ? "'\(delimiter)'" : delimiter)
  }

  private func bodyText(_ redirection: Redirection) -> String { (redirection.body?.text ?? "") + redirection.delimiter }

  /// A connector and the bodies of the here-documents that wait for it.
  private mutating func deferredText(_ connector: String) -> String {
    guard !deferred.isEmpty else { return connector }
    let isPlain = connector == ";" || connector == "\n"
    var text = (isPlain ? "" : connector) + "\n"
    for document in deferred { text += bodyText(document) + "\n" }
    if connector == "\n" { text += "\n" } else if !isPlain, !connector.isEmpty { text += " " }
    deferred = []
    afterHereDocument = true
    return text
  }

  private mutating func flushHereDocuments() {
    if !deferred.isEmpty { put(deferredText("")) }
  }
}
