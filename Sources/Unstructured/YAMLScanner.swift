// YAML 1.1 text to tokens, by the rules of libyaml's scanner (which kubectl's library follows): indentation becomes
// block-start and block-end tokens, and a mapping key is recognised when its colon is met.
//
//   a:            BLOCK-MAPPING-START KEY scalar(a) VALUE
//   - b           BLOCK-ENTRY scalar(b)
//                 BLOCK-END

/// A text that is no YAML. The message is kubectl's library's, line included: `line 4: did not find expected key`.
package struct YAMLError: Error, CustomStringConvertible {
  package let message: String
  /// 1-based line the message names; 0 when it names none.
  package let line: Int

  /// Whether the step from YAML to JSON failed, not the reading.
  let isConversion: Bool

  package var description: String { isConversion ? message : "yaml: " + message }

  init(_ problem: String, line: Int = 0, isConversion: Bool = false) {
    self.line = line
    self.isConversion = isConversion
    self.message = line > 0 ? "line \(line): \(problem)" : problem
  }
}

struct YAMLMark {
  var index = 0
  var line = 0
  var column = 0
}

enum YAMLStyle { case plain, singleQuoted, doubleQuoted, literal, folded }

struct YAMLToken {
  enum Kind: Equatable {
    case streamEnd, directive, documentStart, documentEnd
    case blockSequenceStart, blockMappingStart, blockEnd
    case flowSequenceStart, flowSequenceEnd, flowMappingStart, flowMappingEnd
    case blockEntry, flowEntry, key, value
    case alias, anchor, tag, scalar
  }

  var kind: Kind
  var start: YAMLMark
  /// The scalar's content, the anchor's name, the tag.
  var text = ""
  var style = YAMLStyle.plain
}

struct YAMLScanner {
  static let depthMax = 400

  private let bytes: [UInt8]
  var mark = YAMLMark()
  var queue: [YAMLToken] = []
  private var head = 0
  private var parsed = 0
  private var ended = false
  var indent = -1
  private var indents: [Int] = []
  var flowLevel = 0
  var simpleKeyAllowed = true
  private var simpleKeys: [SimpleKey] = [SimpleKey()]

  private struct SimpleKey {
    var possible = false
    var required = false
    var token = 0
    var mark = YAMLMark()
  }

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { mark.index = 3 }
  }

  // MARK: The queue

  /// The next token, without taking it.
  mutating func peek() throws(YAMLError) -> YAMLToken {
    try fill()
    return queue[head]
  }

  mutating func skip() {
    head += 1
    parsed += 1
    if head > 64 {
      queue.removeFirst(head)
      head = 0
    }
  }

  private mutating func fill() throws(YAMLError) {
    while true {
      if head < queue.count {
        // A possible key whose colon has not been met yet may still change what stands at the head.
        var pending = false
        for i in simpleKeys.indices where simpleKeys[i].possible && simpleKeys[i].token == parsed {
          pending = try isValid(i)
        }
        if !pending { return }
      }
      try fetch()
    }
  }

  func fail(_ problem: String) -> YAMLError {
    // The line of the problem; libyaml's scanner counts from zero.
    YAMLError(problem, line: mark.line + (mark.line == 0 ? 0 : 1))
  }

  // MARK: Characters

  func byte(_ offset: Int = 0) -> UInt8 {
    let i = mark.index + offset
    return i < bytes.count ? bytes[i] : 0
  }
  var atEnd: Bool { mark.index >= bytes.count }
  private func isEnd(_ offset: Int) -> Bool { mark.index + offset >= bytes.count }
  func isBlank(_ offset: Int = 0) -> Bool {
    !isEnd(offset) && (byte(offset) == 32 || byte(offset) == 9)
  }
  /// The width in bytes of a line break at the offset; 0 when there is none.
  private func breakWidth(_ offset: Int = 0) -> Int {
    switch byte(offset) {
    case 10: return 1
    case 13: return byte(offset + 1) == 10 ? 2 : 1
    case 0xC2: return byte(offset + 1) == 0x85 ? 2 : 0
    case 0xE2: return byte(offset + 1) == 0x80 && (byte(offset + 2) == 0xA8 || byte(offset + 2) == 0xA9) ? 3 : 0
    default: return 0
    }
  }
  func isBreak(_ offset: Int = 0) -> Bool { breakWidth(offset) > 0 }
  func isBreakOrEnd(_ offset: Int = 0) -> Bool { isEnd(offset) || isBreak(offset) }
  func isBlankBreakOrEnd(_ offset: Int = 0) -> Bool { isBlank(offset) || isBreakOrEnd(offset) }

  mutating func advance() {
    let lead = byte()
    mark.index += lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    mark.column += 1
  }
  mutating func take(into out: inout [UInt8]) {
    let start = mark.index
    advance()
    out += bytes[start..<min(mark.index, bytes.count)]
  }
  mutating func skipLine() {
    mark.index += breakWidth()
    mark.line += 1
    mark.column = 0
  }
  mutating func takeLine(into out: inout [UInt8]) {
    if byte() == 0xE2 { out += bytes[mark.index..<mark.index + 3] } else { out.append(10) }
    skipLine()
  }

  var isDocumentIndicator: Bool {
    guard mark.column == 0 else { return false }
    let first = byte()
    return (first == 45 || first == 46) && byte(1) == first && byte(2) == first && isBlankBreakOrEnd(3)
  }

  // MARK: Keys and indentation

  private mutating func isValid(_ i: Int) throws(YAMLError) -> Bool {
    guard simpleKeys[i].possible else { return false }
    if simpleKeys[i].mark.line < mark.line || simpleKeys[i].mark.index + 1024 < mark.index {
      if simpleKeys[i].required { throw fail("could not find expected ':'") }
      simpleKeys[i].possible = false
      return false
    }
    return true
  }

  mutating func saveSimpleKey() throws(YAMLError) {
    guard simpleKeyAllowed else { return }
    let key = SimpleKey(
      possible: true, required: flowLevel == 0 && indent == mark.column, token: parsed + queue.count - head,
      mark: mark)
    try removeSimpleKey()
    simpleKeys[simpleKeys.count - 1] = key
  }

  mutating func removeSimpleKey() throws(YAMLError) {
    let i = simpleKeys.count - 1
    if simpleKeys[i].possible, simpleKeys[i].required { throw fail("could not find expected ':'") }
    simpleKeys[i].possible = false
  }

  private mutating func rollIndent(_ column: Int, _ number: Int?, _ kind: YAMLToken.Kind, _ at: YAMLMark)
    throws(YAMLError)
  {
    guard flowLevel == 0, indent < column else { return }
    indents.append(indent)
    indent = column
    if indents.count > YAMLScanner.depthMax { throw fail("exceeded max depth of 10000") }
    let token = YAMLToken(kind: kind, start: at)
    if let number { queue.insert(token, at: head + number - parsed) } else { queue.append(token) }
  }

  private mutating func unrollIndent(_ column: Int) {
    guard flowLevel == 0 else { return }
    while indent > column {
      queue.append(YAMLToken(kind: .blockEnd, start: mark))
      indent = indents.removeLast()
    }
  }

  // MARK: Fetching

  private mutating func fetch() throws(YAMLError) {
    try skipToToken()
    unrollIndent(mark.column)
    if atEnd {
      if mark.column != 0 {
        mark.column = 0
        mark.line += 1
      }
      unrollIndent(-1)
      try removeSimpleKey()
      simpleKeyAllowed = false
      queue.append(YAMLToken(kind: .streamEnd, start: mark))
      ended = true
      return
    }
    let first = byte()
    if mark.column == 0, first == 37 { return try directive() }
    if isDocumentIndicator {
      unrollIndent(-1)
      try removeSimpleKey()
      simpleKeyAllowed = false
      let start = mark
      for _ in 0..<3 { advance() }
      queue.append(YAMLToken(kind: first == 45 ? .documentStart : .documentEnd, start: start))
      return
    }
    switch first {
    case 91: return try flowStart(.flowSequenceStart)
    case 123: return try flowStart(.flowMappingStart)
    case 93: return try flowEnd(.flowSequenceEnd)
    case 125: return try flowEnd(.flowMappingEnd)
    case 44:
      try removeSimpleKey()
      simpleKeyAllowed = true
      return single(.flowEntry)
    case 45 where isBlankBreakOrEnd(1):
      if flowLevel == 0 {
        if !simpleKeyAllowed { throw fail("block sequence entries are not allowed in this context") }
        try rollIndent(mark.column, nil, .blockSequenceStart, mark)
      }
      try removeSimpleKey()
      simpleKeyAllowed = true
      return single(.blockEntry)
    case 63 where flowLevel > 0 || isBlankBreakOrEnd(1):
      if flowLevel == 0 {
        if !simpleKeyAllowed { throw fail("mapping keys are not allowed in this context") }
        try rollIndent(mark.column, nil, .blockMappingStart, mark)
      }
      try removeSimpleKey()
      simpleKeyAllowed = flowLevel == 0
      return single(.key)
    case 58 where flowLevel > 0 || isBlankBreakOrEnd(1): return try value()
    case 42: return try anchor(.alias)
    case 38: return try anchor(.anchor)
    case 33: return try tag()
    case 124 where flowLevel == 0: return try blockScalar(.literal)
    case 62 where flowLevel == 0: return try blockScalar(.folded)
    case 39: return try quoted(.singleQuoted)
    case 34: return try quoted(.doubleQuoted)
    default: break
    }
    let isIndicator = Array("-?:,[]{}#&*!|>'\"%@`".utf8).contains(first) || isBlankBreakOrEnd()
    if !isIndicator || (first == 45 && !isBlank(1))
      || (flowLevel == 0 && (first == 63 || first == 58) && !isBlankBreakOrEnd(1))
    {
      return try plain()
    }
    throw fail("found character that cannot start any token")
  }

  private mutating func single(_ kind: YAMLToken.Kind) {
    let start = mark
    advance()
    queue.append(YAMLToken(kind: kind, start: start))
  }

  private mutating func skipToToken() throws(YAMLError) {
    while true {
      while byte() == 32 || (byte() == 9 && (flowLevel > 0 || !simpleKeyAllowed)) { advance() }
      if byte() == 35 {
        while !isBreakOrEnd() { advance() }
      }
      guard isBreak() else { return }
      skipLine()
      if flowLevel == 0 { simpleKeyAllowed = true }
    }
  }

  private mutating func flowStart(_ kind: YAMLToken.Kind) throws(YAMLError) {
    try saveSimpleKey()
    simpleKeys.append(SimpleKey())
    flowLevel += 1
    if flowLevel > YAMLScanner.depthMax { throw fail("exceeded max depth of 10000") }
    simpleKeyAllowed = true
    single(kind)
  }

  private mutating func flowEnd(_ kind: YAMLToken.Kind) throws(YAMLError) {
    try removeSimpleKey()
    if flowLevel > 0 {
      flowLevel -= 1
      simpleKeys.removeLast()
    }
    simpleKeyAllowed = false
    single(kind)
  }

  private mutating func value() throws(YAMLError) {
    let last = simpleKeys.count - 1
    if try isValid(last) {
      let key = simpleKeys[last]
      queue.insert(YAMLToken(kind: .key, start: key.mark), at: head + key.token - parsed)
      try rollIndent(key.mark.column, key.token, .blockMappingStart, key.mark)
      simpleKeys[last].possible = false
      simpleKeyAllowed = false
    } else {
      if flowLevel == 0 {
        if !simpleKeyAllowed { throw fail("mapping values are not allowed in this context") }
        try rollIndent(mark.column, nil, .blockMappingStart, mark)
      }
      simpleKeyAllowed = flowLevel == 0
    }
    single(.value)
  }

  // MARK: Directives, anchors, tags

  private mutating func directive() throws(YAMLError) {
    unrollIndent(-1)
    try removeSimpleKey()
    simpleKeyAllowed = false
    let start = mark
    advance()
    var name: [UInt8] = []
    while !isBlankBreakOrEnd() { take(into: &name) }
    guard name.elementsEqual("YAML".utf8) || name.elementsEqual("TAG".utf8) else {
      throw fail("found unknown directive name")
    }
    while !isBreakOrEnd() { advance() }
    if isBreak() { skipLine() }
    queue.append(YAMLToken(kind: .directive, start: start))
  }

  private mutating func anchor(_ kind: YAMLToken.Kind) throws(YAMLError) {
    try saveSimpleKey()
    simpleKeyAllowed = false
    let start = mark
    advance()
    var name: [UInt8] = []
    while !atEnd {
      let b = byte()
      guard (b >= 48 && b <= 57) || (b >= 65 && b <= 90) || (b >= 97 && b <= 122) || b == 95 || b == 45 else { break }
      take(into: &name)
    }
    if name.isEmpty || !(isBlankBreakOrEnd() || Array("?:,]}%@`".utf8).contains(byte())) {
      throw fail("did not find expected alphabetic or numeric character")
    }
    queue.append(YAMLToken(kind: kind, start: start, text: String(decoding: name, as: UTF8.self)))
  }

  /// What URIs are made of.
  private func isTagCharacter(_ b: UInt8) -> Bool {
    (b >= 48 && b <= 57) || (b >= 65 && b <= 90) || (b >= 97 && b <= 122)
      || Array("-_;/?:@&=+$,.!~*'()[]%".utf8).contains(b)
  }

  private mutating func tag() throws(YAMLError) {
    try saveSimpleKey()
    simpleKeyAllowed = false
    let start = mark
    var text: [UInt8] = []
    if byte(1) == 60 {
      advance()
      advance()
      while !isBlankBreakOrEnd(), byte() != 62 { take(into: &text) }
      guard byte() == 62 else { throw fail("did not find the expected '>'") }
      advance()
    } else {
      while !atEnd, isTagCharacter(byte()) { take(into: &text) }
      if text.starts(with: "!!".utf8) { text = Array("tag:yaml.org,2002:".utf8) + text[2...] }
    }
    guard isBlankBreakOrEnd() || (flowLevel > 0 && byte() == 44) else {
      throw fail("did not find expected whitespace or line break")
    }
    queue.append(YAMLToken(kind: .tag, start: start, text: String(decoding: text, as: UTF8.self)))
  }
}
