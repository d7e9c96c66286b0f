// Units (a line with all that belongs to it), lists, `&&` and `||`, pipelines with `!` and `time`.

import SimKernel

extension ShellParser {
  /// A list up to one of the closing words or a closing operator, which is left in place.
  func compoundList(until closers: [StaticString]) throws(ParseError) -> CommandList {
    try enter()
    defer { depth -= 1 }
    var items: [AndOr] = []
    while true {
      try skipNewlines()
      guard offset < source.count else {
        throw unfinished(closers)
      }
      if atCloser(closers) { break }
      let start = offset
      do throws(ParseError) {
        items.append(try andOr())
      } catch {
        var error = error
        if error.kind == .unexpectedToken, error.offset == start, let last = closers.last {
          error.expecting = last.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }
        }
        throw error
      }
      skipBlanks()
      if byte() == 10, !lastTerminated { items[items.count - 1].endsLine = true }
      if byte() == 10 || lastTerminated { continue }
      guard offset < source.count else { throw unfinished(closers) }
      guard atCloser(closers), byte() == 41 || byte() == 59 else { throw unexpected() }
      break
    }
    guard !items.isEmpty else { throw unexpected() }
    return CommandList(items)
  }

  /// Pipelines joined by `&&` and `||`, with the `;` or `&` after them.
  func andOr() throws(ParseError) -> AndOr {
    skipBlanks()
    let first = try pipeline()
    var rest: [(isAnd: Bool, command: Command)] = []
    while true {
      skipBlanks()
      let isAnd = at("&&")
      guard isAnd || at("||") else { break }
      offset += 2
      try skipNewlines()
      rest.append((isAnd, try pipeline()))
    }
    var background = false
    lastTerminated = false
    if byte() == 59, byte(1) != 59, byte(1) != 38 || !options.hasExtensions {
      offset += 1
      lastTerminated = true
    } else if byte() == 38, byte(1) != 38 {
      offset += 1
      background = true
      lastTerminated = true
    }
    return AndOr(first: first, rest: rest, background: background)
  }

  private func pipeline() throws(ParseError) -> Command {
    try enter()
    defer { depth -= 1 }
    skipBlanks()
    let start = offset
    let startLine = commandLine
    var negated = false
    var timed = false
    var timedPosix = false
    var prefixed = false
    while true {
      skipBlanks()
      if takeReserved("!") {
        negated.toggle()
        prefixed = true
      } else if !timed, options.hasModestExtensions, takeReserved("time") {
        timed = true
        prefixed = true
        skipBlanks()
        if takeReserved("-p") { timedPosix = true }
        skipBlanks()
        _ = takeReserved("--")
      } else {
        break
      }
    }
    skipBlanks()
    var commands: [Command] = []
    var joins: [Bool] = []
    if prefixed,
      byte() == nil || byte() == 10 || byte() == 59 || (byte() == 38 && (byte(1) != 62 || !options.hasModestExtensions))
        || atCloser([")"])
    {
      let empty = CommandKind.simple(assignments: [], arguments: [])
      commands = [Command(empty, line: startLine, range: start..<offset)]
    } else {
      while true {
        commands.append(try command())
        skipBlanks()
        guard byte() == 124, byte(1) != 124 else { break }
        offset += 1
        let both = options.hasExtensions && byte() == 38
        if both { offset += 1 }
        joins.append(both)
        try skipNewlines()
      }
    }
    if commands.count == 1, !negated, !timed { return commands[0] }
    let pipeline = Pipeline(
      commands: commands, joinsError: joins, negated: negated, timed: timed, timedPosix: timedPosix)
    return Command(.pipeline(pipeline), line: startLine, range: start..<offset)
  }
}
