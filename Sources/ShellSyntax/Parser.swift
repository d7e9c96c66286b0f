// The parser: source bytes to trees, one line (with all that belongs to it) at a time, so that a shell runs what comes before a
// mistake. Grammar and messages are those of bash 5.2 (the Bash manual, "Shell Syntax"); nesting is limited.

import SimKernel

package final class ShellParser {
  package struct Options {
    package var extendedPatterns = false
    /// What bash adds to the POSIX language: `[[`, `((`, arrays, `function`, more expansions.
    package var hasExtensions = true
    /// What busybox' ash has of it too: `[[`, `function`, `$'…'`, `${x/a/b}`, `<(…)`, `&>`.
    package var hasModestExtensions = true
    /// Looks a command word up among the aliases; nil: aliases are not expanded.
    package var alias: ((String) -> String?)?
    /// More input may follow what was given: an unfinished line is incomplete, not an error.
    package var expectsMore = false

    package init() {}
  }
  package static let depthMax = 160

  package var options: Options
  package internal(set) var source: [UInt8]
  package internal(set) var offset: Int
  /// The input ended in the middle of a here-document.
  package internal(set) var isInHereDocument = false
  /// Said while parsing without stopping it: line and text.
  package var warnings: [(line: Int, text: String)] = []
  private let firstLine: Int
  private var newlines: [Int] = []
  var newlinesKnown = false
  var depth = 0
  /// Command substitutions around the place that is being read.
  var substitutionDepth = 0
  var pendingHereDocuments: [(Redirection, strips: Bool, line: Int)] = []
  var activeAliases: [(name: String, end: Int)] = []
  var aliasNext = -1

  package init(_ source: [UInt8], firstLine: Int = 1, options: Options = Options()) {
    self.source = source
    self.firstLine = firstLine
    self.options = options
    offset = 0
  }

  package convenience init(_ source: String, firstLine: Int = 1, options: Options = Options()) {
    self.init(Array(source.utf8), firstLine: firstLine, options: options)
  }

  /// Adds input after what is there.
  package func append(_ bytes: [UInt8]) {
    source.append(contentsOf: bytes)
    newlinesKnown = false
  }

  // MARK: Positions

  package func line(at position: Int) -> Int {
    if !newlinesKnown {
      newlines = []
      for (i, byte) in source.enumerated() where byte == 10 { newlines.append(i) }
      newlinesKnown = true
    }
    var low = 0
    var high = newlines.count
    while low < high {
      let middle = (low + high) / 2
      if newlines[middle] < position { low = middle + 1 } else { high = middle }
    }
    return firstLine + low
  }
  package var line: Int { line(at: offset) }
  /// The line that a command gets which begins, or ends, here.
  var commandLine: Int { line(at: offset) - lineBase }
  /// In the body of a here-document: the line of the substitution that is being read.
  var lineBase = 0
  /// The text of expansions stays as it is written: here-documents.
  var keepsText = false
  /// The line bash speaks of when the input ends too early: the one after the last.
  var endLine: Int { line(at: source.count) + (source.last == 10 || source.isEmpty ? 0 : 1) }

  @inline(__always)
  func byte(_ ahead: Int = 0) -> UInt8? {
    let i = offset + ahead
    return i < source.count ? source[i] : nil
  }
  /// Gives up on the line that is being read.
  package func skipLine() {
    skip(until: 10)
    if offset < source.count { offset += 1 }
  }

  /// Goes on to the next such byte, or to the end.
  func skip(until end: UInt8) { while offset < source.count, source[offset] != end { offset += 1 } }
  func at(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard offset + count <= source.count else { return false }
    for i in 0..<count where source[offset + i] != text.utf8Start[i] { return false }
    return true
  }
  func text(_ range: Range<Int>) -> String { String(raw: source[range]) }

  // MARK: Text that bash rewrites while it reads it

  /// Parts of the source and what stands for them in the text of words: `$(…)` as commands are printed, `$'…'` decoded.
  private var rewritten: [(range: Range<Int>, text: String)] = []

  func rewrite(_ range: Range<Int>, as text: String) {
    while let last = rewritten.last, last.range.lowerBound >= range.lowerBound { rewritten.removeLast() }
    rewritten.append((range, text))
  }

  /// The text of a word, for printing.
  func wordText(_ range: Range<Int>) -> String {
    guard let last = rewritten.last, last.range.lowerBound >= range.lowerBound else { return text(range) }
    var result: [UInt8] = []
    var position = range.lowerBound
    for (part, text) in rewritten where part.lowerBound >= position && part.upperBound <= range.upperBound {
      result.append(contentsOf: source[position..<part.lowerBound])
      result.append(contentsOf: Array(text.utf8))
      position = part.upperBound
    }
    result.append(contentsOf: source[position..<range.upperBound])
    return String(raw: result)
  }

  // MARK: Blanks

  func isMeta(_ byte: UInt8) -> Bool {
    switch byte {
    case 32, 9, 10, 124, 38, 59, 40, 41, 60, 62: return true
    default: return false
    }
  }

  /// Skips blanks, continued lines and a comment.
  func skipBlanks() {
    while let next = byte() {
      if next == 32 || next == 9 {
        offset += 1
      } else if next == 92, byte(1) == 10 {
        offset += 2
      } else if next == 35 {
        skip(until: 10)
        return
      } else {
        return
      }
    }
  }

  /// Skips blanks and newlines; here-documents begun before are read.
  func skipNewlines() throws(ParseError) {
    while true {
      skipBlanks()
      guard byte() == 10 else { return }
      try newline()
    }
  }

  func newline() throws(ParseError) {
    offset += 1
    try readHereDocuments()
  }

  // MARK: Units and lists

  /// The next line of the program; nil at its end.
  package func nextUnit() throws(ParseError) -> CommandList? {
    depth = 0
    substitutionDepth = 0
    pendingHereDocuments = []
    isInHereDocument = false
    rewritten = []
    unitStart = offset
    try skipNewlines()
    activeAliases = activeAliases.filter { $0.end > offset }
    guard offset < source.count else { return nil }
    var items: [AndOr] = []
    while true {
      items.append(try andOr())
      skipBlanks()
      if byte() == 10 {
        try newline()
        break
      }
      if offset >= source.count {
        try endOfInput()
        break
      }
      // A terminator was taken by `andOr`; without one, something is wrong.
      guard lastTerminated else { throw unexpected() }
    }
    return CommandList(items)
  }

  func endOfInput() throws(ParseError) {
    if options.expectsMore {
      throw ParseError(
        kind: .unexpectedEnd, messages: ["syntax error: unexpected end of file"], line: endLine, offset: offset)
    }
    try readHereDocuments()
  }

  var lastTerminated = false
  var unitStart = 0
  /// The line on which the unit read last ends.
  package var unitEndLine: Int { line(at: max(unitStart, offset - 1)) }
  /// The text of the unit read last, without the newline at its end.
  package var unitText: String {
    var end = min(offset, source.count)
    while end > unitStart, source[end - 1] == 10 { end -= 1 }
    return text(unitStart..<max(unitStart, end))
  }

  func atCloser(_ closers: [StaticString]) -> Bool {
    for closer in closers {
      let first = closer.utf8Start[0]
      if first == 41 || first == 59 {
        if at(closer) { return true }
      } else if atReserved(closer) {
        return true
      }
    }
    return false
  }

  func atReserved(_ name: StaticString) -> Bool {
    guard at(name) else { return false }
    guard let after = byte(name.utf8CodeUnitCount) else { return true }
    return isMeta(after)
  }

  func takeReserved(_ name: StaticString) -> Bool {
    guard atReserved(name) else { return false }
    offset += name.utf8CodeUnitCount
    return true
  }

  func expectReserved(_ name: StaticString) throws(ParseError) {
    try skipNewlines()
    guard takeReserved(name) else {
      var error = unexpected()
      error.expecting = name.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }
      throw error
    }
  }

  func enter() throws(ParseError) {
    depth += 1
    if depth > ShellParser.depthMax {
      throw ParseError(kind: .tooDeep, messages: [], line: line, offset: offset)
    }
  }

  // MARK: Aliases

  // MARK: Commands

  // MARK: Redirections and here-documents
}

func isNameStart(_ byte: UInt8) -> Bool {
  (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90) || byte == 95
}
func isNameByte(_ byte: UInt8) -> Bool { isNameStart(byte) || (byte >= 48 && byte <= 57) }

extension ShellParser {
  /// Goes back to parse from an earlier place, after more input has come.
  package func rewind(to place: Int) {
    offset = place
    depth = 0
  }
}
