// `\copy`: COPY with the file, or the command, on the side of the client. Source: PostgreSQL 15 manual, psql, `\copy`.

internal import SimKernel

extension PsqlSession {
  /// `\copy`: COPY with the file on this side.
  func copy(_ text: String) {
    var line = text
    while line.hasSuffix(";") || line.hasSuffix(" ") { line = String(line.dropLast()) }
    if line.isEmpty { return report("\\copy: arguments required") }
    let parsed: CopyCommand
    switch CopyCommand.parse(line) {
    case .success(let command): parsed = command
    case .failure(let wrong):
      return report("\\copy: parse error at " + (wrong.word.map { "\"\($0)\"" } ?? "end of line"))
    }
    guard let session else { return report("You are currently not connected to a database.") }
    let sql = parsed.sql
    switch parsed.target {
    case .standard:
      send(sql)
      copiesFromProgramInput = parsed.isFrom && parsed.usesProgramInput && copyLines != nil
    case .program(let command) where parsed.isFrom:
      shellWish = .collect(command) { [self] output in
        copyIn(output, sql, session)
        if let why = PsqlSession.failure(shellStatus) { report("\(command): \(why)") }
      }
    case .program(let command):
      let pipe = openPipe(command)
      copyOut(parsed, session) { self.push(.write(pipe: pipe, text: $0)) }
      push(.finish(pipe: pipe, words: errorPlace + command + ": "))
    case .file(let name) where parsed.isFrom:
      switch host.read(expandedPath(name)) {
      case .failed("Is a directory"): report("\(name): cannot copy from/to a directory")
      case .failed(let why): report("\(name): \(why)")
      case .bytes(let bytes): copyIn(bytes, sql, session)
      }
    case .file(let name):
      let path = expandedPath(name)
      if let problem = host.write(path, [], appends: false) {
        return report(
          problem == "Is a directory" ? "\(name): cannot copy from/to a directory" : "\(name): \(problem)")
      }
      copyOut(parsed, session) { _ = self.host.write(path, Array($0.utf8), appends: true) }
    }
  }

  private func copyIn(_ bytes: [UInt8], _ sql: String, _ session: ClientSession) {
    asksForRows = false
    send(sql)
    asksForRows = true
    guard copyLines != nil else { return }
    copyLines = nil
    var lines = PsqlSession.splitLines(bytes)
    if let end = lines.firstIndex(of: "\\.") { lines = Array(lines[..<end]) }
    show(session.copyData(lines), query: sql)
  }

  private func copyOut(_ parsed: CopyCommand, _ session: ClientSession, _ sink: (String) -> Void) {
    var rest: [StatementOutcome] = []
    var count = 0
    for o in session.execute(parsed.sql) {
      if case .copyOut(let lines) = o {
        var output = ""
        for l in lines { output += l + "\n" }
        sink(output)
        count = max(0, lines.count - (parsed.hasHeader ? 1 : 0))
      } else {
        rest.append(o)
      }
    }
    if case .error = rest.last { return show(rest, query: parsed.sql) }
    var counted = false
    for o in rest { if case .command = o { counted = true } }
    show(counted ? rest : rest + [.command("COPY \(count)")], query: parsed.sql)
  }
}

/// The words of `\copy`: what is copied, which way, and where the data is.
struct CopyCommand {
  enum Target {
    case standard
    case file(String)
    case program(String)
  }
  var sql: String
  var isFrom: Bool
  var target: Target
  /// `pstdin` and `pstdout`: psql's own, whatever is being read.
  var usesProgramInput: Bool
  var hasHeader: Bool

  /// The word at which `\copy` could not be understood; nil is the end of the line.
  struct Mistake: Error {
    let word: String?
  }

  static func parse(_ text: String) -> Result<CopyCommand, Mistake> {
    var tokens = CopyTokens(Array(text.utf8))
    func missing() -> Result<CopyCommand, Mistake> { .failure(Mistake(word: nil)) }
    // psql puts the statement together from its words, with a space before each.
    var before = ""
    guard var next = tokens.next(".,()", quotes: "\"") else { return missing() }
    if lowercasedASCII(next) == "binary" {
      before += " " + next
      guard let name = tokens.next(".,()", quotes: "\"") else { return missing() }
      next = name
    }
    if next == "(" {
      var depth = 1
      while depth > 0 {
        before += " " + next
        guard let word = tokens.next("()", quotes: "\"'") else { return missing() }
        next = word
        if word == "(" { depth += 1 } else if word == ")" { depth -= 1 }
      }
    }
    before += " " + next
    guard let following = tokens.next(".,()", quotes: "\"") else { return missing() }
    next = following
    if next == "." {
      guard let name = tokens.next(".,()", quotes: "\""), let after = tokens.next(".,()", quotes: "\"") else {
        return missing()
      }
      before += "." + name
      next = after
    }
    if next == "(" {
      while next != ")" {
        before += " " + next
        guard let word = tokens.next("()", quotes: "\"") else { return missing() }
        next = word
      }
      before += " )"
      guard let after = tokens.next(".,()", quotes: "\"") else { return missing() }
      next = after
    }
    let direction = lowercasedASCII(next)
    guard direction == "from" || direction == "to" else { return .failure(Mistake(word: next)) }
    guard let place = tokens.next(";", quotes: "'") else { return missing() }
    var command = ""
    if lowercasedASCII(place) == "program" {
      guard let given = tokens.next(";", quotes: "'") else { return missing() }
      guard given.hasPrefix("'") else { return .failure(Mistake(word: given)) }
      command = replaced(String(given.dropFirst().dropLast()), "''", "'")
    }
    let rest = tokens.rest()
    let target: Target
    switch lowercasedASCII(place) {
    case "stdin", "stdout", "pstdin", "pstdout": target = .standard
    case "program": target = .program(command)
    default:
      target = .file(place.hasPrefix("'") ? replaced(String(place.dropFirst().dropLast()), "''", "'") : place)
    }
    let options = lowercasedASCII(rest)
    let hasHeader =
      find(Array("header".utf8), Array(options.utf8)) >= 0 && find(Array("header false".utf8), Array(options.utf8)) < 0
    return .success(
      CopyCommand(
        sql: "COPY " + before + (direction == "from" ? " FROM STDIN " : " TO STDOUT ") + rest,
        isFrom: direction == "from", target: target, usesProgramInput: lowercasedASCII(place) == "pstdin",
        hasHeader: hasHeader))
  }
}

/// Words of `\copy`: a delimiter is a word of its own, as is a quoted text at the beginning of a word.
private struct CopyTokens {
  private let text: [UInt8]
  private var position = 0

  init(_ text: [UInt8]) { self.text = text }

  mutating func next(_ delimiters: String, quotes: String) -> String? {
    while position < text.count, Lexer.isSpace(text[position]) { position += 1 }
    guard position < text.count else { return nil }
    let start = position
    let first = text[position]
    position += 1
    if delimiters.utf8.contains(first) { return String(decoding: [first], as: UTF8.self) }
    if quotes.utf8.contains(first) {
      while position < text.count {
        if text[position] == first {
          // Doubled it stands for itself.
          if position + 1 < text.count, text[position + 1] == first { position += 1 } else { break }
        }
        position += 1
      }
      position = min(text.count, position + 1)
    } else {
      while position < text.count {
        let b = text[position]
        if Lexer.isSpace(b) || delimiters.utf8.contains(b) || quotes.utf8.contains(b) { break }
        position += 1
      }
    }
    return String(decoding: text[start..<position], as: UTF8.self)
  }

  mutating func rest() -> String {
    while position < text.count, Lexer.isSpace(text[position]) { position += 1 }
    return String(decoding: text[position...], as: UTF8.self)
  }
}
