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
      shellWish = .collect(command) { [self] output in copyIn(output, sql, session) }
    case .program(let command):
      let pipe = openPipe(command)
      copyOut(parsed, session) { self.push(.write(pipe: pipe, text: $0)) }
      push(.close(pipe: pipe))
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
    let b = Array(text.utf8)
    var i = 0
    func skip() { while i < b.count, Lexer.isSpace(b[i]) { i += 1 } }
    /// A word, a quoted text or a parenthesised stretch.
    func token() -> String? {
      skip()
      guard i < b.count else { return nil }
      let start = i
      if b[i] == 0x28 {
        var depth = 0
        var quote: UInt8 = 0
        while i < b.count {
          if quote != 0 {
            if b[i] == quote { quote = 0 }
          } else if b[i] == 0x27 || b[i] == 0x22 {
            quote = b[i]
          } else if b[i] == 0x28 {
            depth += 1
          } else if b[i] == 0x29 {
            depth -= 1
          }
          i += 1
          if depth == 0, quote == 0 { break }
        }
      } else if b[i] == 0x27 {
        i += 1
        while i < b.count, b[i] != 0x27 { i += 1 }
        i = min(b.count, i + 1)
      } else {
        var quoted = false
        while i < b.count, quoted || !(Lexer.isSpace(b[i]) || b[i] == 0x28) {
          if b[i] == 0x22 { quoted.toggle() }
          i += 1
        }
      }
      return String(decoding: b[start..<i], as: UTF8.self)
    }
    // A query in parentheses, or a table with perhaps a schema and a list of columns.
    guard var next = token() else { return .failure(Mistake(word: nil)) }
    var before = [next]
    if lowercasedASCII(next) == "binary" {
      guard let name = token() else { return .failure(Mistake(word: nil)) }
      before.append(name)
    }
    guard let following = token() else { return .failure(Mistake(word: nil)) }
    next = following
    if next.hasPrefix("("), !before[0].hasPrefix("(") {
      before.append(next)
      guard let after = token() else { return .failure(Mistake(word: nil)) }
      next = after
    }
    let direction = lowercasedASCII(next)
    guard direction == "from" || direction == "to" else { return .failure(Mistake(word: next)) }
    guard let place = token() else { return .failure(Mistake(word: nil)) }
    var command = ""
    if lowercasedASCII(place) == "program" {
      guard let given = token() else { return .failure(Mistake(word: nil)) }
      guard given.hasPrefix("'") else { return .failure(Mistake(word: given)) }
      command = replaced(String(given.dropFirst().dropLast()), "''", "'")
    }
    skip()
    let rest = String(decoding: b[i...], as: UTF8.self)
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
    let sql =
      "COPY " + joined(before, " ") + (direction == "from" ? " FROM STDIN " : " TO STDOUT ") + rest
    return .success(
      CopyCommand(
        sql: sql, isFrom: direction == "from", target: target, usesProgramInput: lowercasedASCII(place) == "pstdin",
        hasHeader: hasHeader))
  }
}
