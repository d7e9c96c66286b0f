// YAML in: the parser and the meaning of scalars, as kubectl's library (sigs.k8s.io/yaml over goyaml v2) has them:
// YAML 1.1 booleans and octals, anchors, aliases and merge keys, the last of several equal keys wins. The result is
// what the JSON made of it holds, so `3.0` is the integer 3 and every key is a string.
// Left out: complex keys other than by `?` with a scalar, tags beyond those of the core schema (they count as strings).

import SimKernel

package enum YAML {
  /// The first document of a text; null when there is none.
  package static func parse(_ text: String) throws(YAMLError) -> Value { try parse(Array(text.utf8)) }

  package static func parse(_ bytes: [UInt8]) throws(YAMLError) -> Value {
    try checkCharacters(bytes)
    var parser = YAMLParser(bytes)
    return try parser.firstDocument()
  }

  /// All documents of a text, as a YAML stream (kubectl itself cuts the text first: see `ManifestReader`).
  package static func parseAll(_ text: String) throws(YAMLError) -> [Value] {
    let bytes = Array(text.utf8)
    try checkCharacters(bytes)
    var parser = YAMLParser(bytes)
    return try parser.allDocuments()
  }

  private static func checkCharacters(_ bytes: [UInt8]) throws(YAMLError) {
    for byte in bytes where (byte < 32 && byte != 9 && byte != 10 && byte != 13) || byte == 127 {
      throw YAMLError("control characters are not allowed")
    }
  }

  /// Whether a plain scalar with this text would be a string.
  package static func isPlainString(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    if case .string = YAMLScalar.resolve(bytes) {
      return !YAMLScalar.isTimestamp(bytes) && !YAMLScalar.isSexagesimal(bytes)
    }
    return false
  }
}

/// What plain scalars mean.
enum YAMLScalar {
  static func resolve(_ bytes: [UInt8]) -> Value {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let first = bytes.first else { return .null }
    switch first {
    case 121, 89, 110, 78, 116, 84, 102, 70, 111, 79, 126:  // yYnNtTfFoO~
      switch text {
      case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": return .bool(true)
      case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": return .bool(false)
      case "~", "null", "Null", "NULL": return .null
      default: return .string(text)
      }
    case 46:
      switch text {
      case ".nan", ".NaN", ".NAN": return .number(.nan)
      case ".inf", ".Inf", ".INF": return .number(.infinity)
      default: break
      }
      if let number = float(bytes) { return .number(number) }
      return .string(text)
    case 43, 45, 48...57:
      switch text {
      case "+.inf", "+.Inf", "+.INF": return .number(.infinity)
      case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
      default: break
      }
      var plain: [UInt8] = []
      for byte in bytes where byte != 95 { plain.append(byte) }
      if let number = integer(plain) { return number }
      if let number = float(plain) { return .number(number) }
      return .string(text)
    default: return .string(text)
    }
  }

  /// Go's strconv.ParseInt with base 0: prefixes 0x, 0o, 0b and 0 for octal.
  private static func integer(_ bytes: [UInt8]) -> Value? {
    var i = 0
    var negative = false
    if bytes.first == 43 || bytes.first == 45 {
      negative = bytes[0] == 45
      i = 1
    }
    var base: UInt64 = 10
    if i + 1 < bytes.count, bytes[i] == 48 {
      switch bytes[i + 1] {
      case 120, 88:
        base = 16
        i += 2
      case 111, 79:
        base = 8
        i += 2
      case 98, 66:
        base = 2
        i += 2
      default:
        base = 8
        i += 1
      }
    }
    guard i < bytes.count else { return nil }
    var value: UInt64 = 0
    for byte in bytes[i...] {
      guard let digit = hexDigit(byte), UInt64(digit) < base else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: base)
      let (sum, overflow2) = product.addingReportingOverflow(UInt64(digit))
      if overflow || overflow2 { return nil }
      value = sum
    }
    if negative { return value <= 1 << 63 ? .integer(Int64(truncatingIfNeeded: 0 &- value)) : nil }
    return value <= UInt64(Int64.max) ? .integer(Int64(value)) : .number(Double(value))
  }

  /// A number that a double holds; what is too large for it stays text.
  private static func float(_ bytes: [UInt8]) -> Double? {
    guard isFloat(bytes), let number = Decimal.parse(bytes), number.isFinite else { return nil }
    return number
  }

  private static func isFloat(_ bytes: [UInt8]) -> Bool {
    var i = 0
    func digits() -> Int {
      let start = i
      while i < bytes.count, bytes[i] >= 48, bytes[i] <= 57 { i += 1 }
      return i - start
    }
    if i < bytes.count, bytes[i] == 43 || bytes[i] == 45 { i += 1 }
    if i < bytes.count, bytes[i] == 46 {
      i += 1
      if digits() == 0 { return false }
    } else {
      if digits() == 0 { return false }
      if i < bytes.count, bytes[i] == 46 {
        i += 1
        _ = digits()
      }
    }
    if i < bytes.count, bytes[i] == 101 || bytes[i] == 69 {
      i += 1
      if i < bytes.count, bytes[i] == 43 || bytes[i] == 45 { i += 1 }
      if digits() == 0 { return false }
    }
    return i == bytes.count
  }

  /// The text that `!!binary` holds; nil when it is no base64 (line breaks and nothing else may stand between).
  static func binary(_ bytes: [UInt8]) -> String? {
    var out: [UInt8] = []
    var group: [UInt8] = []
    var padding = 0
    for byte in bytes where byte != 10 && byte != 13 {
      let digit: UInt8
      switch byte {
      case 65...90: digit = byte - 65
      case 97...122: digit = byte - 71
      case 48...57: digit = byte + 4
      case 43: digit = 62
      case 47: digit = 63
      case 61:
        padding += 1
        digit = 0
      default: return nil
      }
      if padding > 0, byte != 61 { return nil }
      group.append(digit)
      if group.count == 4 {
        if padding > 2 { return nil }
        out.append(group[0] << 2 | group[1] >> 4)
        if padding < 2 { out.append(group[1] << 4 | group[2] >> 2) }
        if padding < 1 { out.append(group[2] << 6 | group[3]) }
        group = []
        if padding > 0 { padding = 3 }
      }
    }
    return group.isEmpty ? String(decoding: out, as: UTF8.self) : nil
  }

  /// `2026-01-15`, `2026-01-15T09:00:00Z`, `2001-12-14 21:59:43.10 -5`: quoted when printed.
  static func isTimestamp(_ bytes: [UInt8]) -> Bool {
    var i = 0
    func digits(_ range: ClosedRange<Int>) -> Bool {
      let start = i
      while i < bytes.count, bytes[i] >= 48, bytes[i] <= 57, i - start < range.upperBound { i += 1 }
      return i - start >= range.lowerBound
    }
    func accept(_ byte: UInt8) -> Bool {
      guard i < bytes.count, bytes[i] == byte else { return false }
      i += 1
      return true
    }
    guard digits(4...4), accept(45), digits(1...2), accept(45), digits(1...2) else { return false }
    if i == bytes.count { return i == 10 || i >= 8 }
    guard accept(84) || accept(116) || accept(32) else { return false }
    guard digits(1...2), accept(58), digits(1...2), accept(58), digits(1...2) else { return false }
    if accept(46) { _ = digits(1...9) }
    if i == bytes.count { return bytes[10] == 32 }
    if accept(90) { return i == bytes.count }
    _ = accept(32)
    guard accept(43) || accept(45) else { return false }
    guard digits(1...2) else { return false }
    if accept(58) { guard digits(2...2) else { return false } }
    return i == bytes.count
  }

  /// `12:30:45`: a number in base 60 to YAML 1.1 readers, so printed in quotes.
  static func isSexagesimal(_ bytes: [UInt8]) -> Bool {
    var i = 0
    if i < bytes.count, bytes[i] == 43 || bytes[i] == 45 { i += 1 }
    guard i < bytes.count, bytes[i] >= 48, bytes[i] <= 57 else { return false }
    while i < bytes.count, (bytes[i] >= 48 && bytes[i] <= 57) || bytes[i] == 95 { i += 1 }
    var groups = 0
    while i < bytes.count, bytes[i] == 58 {
      i += 1
      let start = i
      while i < bytes.count, bytes[i] >= 48, bytes[i] <= 57 { i += 1 }
      guard i - start == 1 || (i - start == 2 && bytes[start] <= 53) else { return false }
      groups += 1
    }
    guard groups > 0 else { return false }
    if i < bytes.count, bytes[i] == 46 {
      i += 1
      while i < bytes.count, (bytes[i] >= 48 && bytes[i] <= 57) || bytes[i] == 95 { i += 1 }
    }
    return i == bytes.count
  }
}

private struct YAMLParser {
  private var scanner: YAMLScanner
  private var anchors: [String: Value] = [:]
  private var openAnchors: [String] = []
  private var depth = 0
  /// Values made so far, to bound what nested aliases can blow up to.
  private var made = 0
  /// What is wrong with the content. goyaml reads the whole document before it looks at what the nodes mean, and only
  /// then is JSON made of it: a mistake in the syntax is told first, then one of decoding, of keys, of numbers.
  private var decodingProblem: YAMLError?
  private var keyProblem: YAMLError?
  private var numberProblem: YAMLError?

  init(_ bytes: [UInt8]) { scanner = YAMLScanner(bytes) }

  private mutating func cannotDecode(_ text: String) {
    if decodingProblem == nil { decodingProblem = YAMLError(text) }
  }

  private typealias Kind = YAMLToken.Kind

  /// A parser error: libyaml's parser names lines counted from zero.
  private func fail(_ problem: String, _ token: YAMLToken, _ context: YAMLMark) -> YAMLError {
    YAMLError(problem, line: token.start.line != 0 ? token.start.line : context.line)
  }

  mutating func firstDocument() throws(YAMLError) -> Value {
    guard let document = try nextDocument(isFirst: true) else { return .null }
    return document
  }

  mutating func allDocuments() throws(YAMLError) -> [Value] {
    var documents: [Value] = []
    var isFirst = true
    while let document = try nextDocument(isFirst: isFirst) {
      documents.append(document)
      isFirst = false
    }
    return documents
  }

  private mutating func nextDocument(isFirst: Bool) throws(YAMLError) -> Value? {
    anchors = [:]
    var token = try scanner.peek()
    while token.kind == .documentEnd {
      scanner.skip()
      token = try scanner.peek()
    }
    if token.kind == .streamEnd { return nil }
    var hasDirective = false
    while token.kind == .directive {
      hasDirective = true
      scanner.skip()
      token = try scanner.peek()
    }
    if token.kind == .documentStart {
      scanner.skip()
    } else if hasDirective || !isFirst {
      throw fail("did not find expected <document start>", token, token.start)
    }
    token = try scanner.peek()
    var value = Value.null
    switch token.kind {
    case .directive, .documentStart, .documentEnd, .streamEnd: break
    default: value = try node(block: true, indentless: false)
    }
    if try scanner.peek().kind == .documentEnd { scanner.skip() }
    if let problem = decodingProblem ?? keyProblem ?? numberProblem { throw problem }
    return value
  }

  private mutating func node(block: Bool, indentless: Bool) throws(YAMLError) -> Value {
    depth += 1
    defer { depth -= 1 }
    made += 1
    var token = try scanner.peek()
    if depth > YAMLScanner.depthMax * 2 { throw fail("exceeded max depth of 10000", token, token.start) }
    let start = token.start
    if token.kind == .alias {
      scanner.skip()
      if openAnchors.contains(token.text) {
        cannotDecode("anchor '\(token.text)' value contains itself")
        return .null
      }
      guard let value = anchors[token.text] else { throw YAMLError("unknown anchor '\(token.text)' referenced") }
      made += weight(value)
      if made > 4_000_000 { throw YAMLError("document contains excessive aliasing") }
      return value
    }
    var anchor: String?
    var tag: String?
    while (token.kind == .anchor && anchor == nil) || (token.kind == .tag && tag == nil) {
      if token.kind == .anchor { anchor = token.text } else { tag = token.text }
      scanner.skip()
      token = try scanner.peek()
    }
    if let anchor { openAnchors.append(anchor) }
    let value: Value
    switch token.kind {
    case .blockEntry where indentless: value = try indentlessSequence()
    case .scalar:
      scanner.skip()
      value = scalar(token, tag)
    case .flowSequenceStart: value = try flowSequence()
    case .flowMappingStart: value = try flowMapping()
    case .blockSequenceStart where block: value = try blockSequence()
    case .blockMappingStart where block: value = try blockMapping()
    default:
      guard anchor != nil || tag != nil else { throw fail("did not find expected node content", token, start) }
      value = tag == nil ? .null : scalar(YAMLToken(kind: .scalar, start: start), tag)
    }
    if let anchor {
      openAnchors.removeLast()
      anchors[anchor] = value
    }
    return value
  }

  private func weight(_ value: Value) -> Int {
    switch value {
    case .array(let items):
      var sum = 1
      for item in items { sum += weight(item) }
      return sum
    case .object(let members):
      var sum = 1
      for item in members.values { sum += weight(item) }
      return sum
    default: return 1
    }
  }

  private mutating func scalar(_ token: YAMLToken, _ tag: String?) -> Value {
    let bytes = Array(token.text.utf8)
    guard let tag, tag != "!" else {
      if tag == "!" || token.style != .plain { return .string(token.text) }
      return finite(YAMLScalar.resolve(bytes))
    }
    let prefix = "tag:yaml.org,2002:"
    guard tag.hasPrefix(prefix) else { return .string(token.text) }
    let short = String(tag.dropFirst(prefix.count))
    let resolved = YAMLScalar.resolve(bytes)
    switch (short, resolved) {
    case ("str", _): return .string(token.text)
    case ("binary", _):
      if let text = YAMLScalar.binary(bytes) { return .string(text) }
      cannotDecode("!!binary value contains invalid base64 data")
      return .string(token.text)
    case ("null", .null), ("bool", .bool), ("int", .integer), ("float", .number), ("float", .integer): return resolved
    case ("timestamp", _) where YAMLScalar.isTimestamp(bytes): return .string(token.text)
    case ("null", _), ("bool", _), ("int", _), ("float", _), ("timestamp", _):
      let actual: String
      switch resolved {
      case .null: actual = "null"
      case .bool: actual = "bool"
      case .integer: actual = "int"
      case .number: actual = "float"
      default: actual = "str"
      }
      cannotDecode("cannot decode !!\(actual) `\(token.text)` as a !!\(short)")
      return .null
    default: return .string(token.text)
    }
  }

  /// A number as JSON holds it: whole numbers are integers; infinities are none.
  private mutating func finite(_ value: Value) -> Value {
    guard case .number(let number) = value else { return value }
    if number.isNaN || number.isInfinite {
      if numberProblem == nil {
        numberProblem = YAMLError("json: unsupported value: \(Decimal.go(number))", isConversion: true)
      }
      return value
    }
    let text = Decimal.json(number)
    if let whole = Int64(text) { return .integer(whole) }
    return value
  }

  // MARK: Collections

  private mutating func blockSequence() throws(YAMLError) -> Value {
    let start = try scanner.peek().start
    scanner.skip()
    var items: [Value] = []
    while true {
      let token = try scanner.peek()
      if token.kind == .blockEnd {
        scanner.skip()
        return .array(items)
      }
      guard token.kind == .blockEntry else { throw fail("did not find expected '-' indicator", token, start) }
      scanner.skip()
      let next = try scanner.peek().kind
      items.append(
        next == .blockEntry || next == .blockEnd ? .null : try node(block: true, indentless: false))
    }
  }

  private mutating func indentlessSequence() throws(YAMLError) -> Value {
    var items: [Value] = []
    while try scanner.peek().kind == .blockEntry {
      scanner.skip()
      switch try scanner.peek().kind {
      case .blockEntry, .key, .value, .blockEnd: items.append(.null)
      default: items.append(try node(block: true, indentless: false))
      }
    }
    return .array(items)
  }

  private mutating func blockMapping() throws(YAMLError) -> Value {
    let start = try scanner.peek().start
    scanner.skip()
    var members = Value.Object()
    while true {
      let token = try scanner.peek()
      switch token.kind {
      case .blockEnd:
        scanner.skip()
        return .object(members)
      case .key:
        scanner.skip()
        let key = try part(block: true, .key, .value, .blockEnd)
        check(key)
        add(key, try mappingValue(block: true, .key, .value, .blockEnd), to: &members)
      default: throw fail("did not find expected key", token, start)
      }
    }
  }

  private struct Part {
    var value: Value
    var isMerge = false
  }

  /// A key or a value: a node, or nothing when one of the ending tokens comes.
  private mutating func part(block: Bool, _ a: Kind, _ b: Kind, _ c: Kind) throws(YAMLError) -> Part {
    let token = try scanner.peek()
    if token.kind == a || token.kind == b || token.kind == c { return Part(value: .null) }
    let isMerge = token.kind == .scalar && token.style == .plain && token.text == "<<"
    return Part(value: try node(block: block, indentless: block), isMerge: isMerge)
  }

  private mutating func mappingValue(block: Bool, _ a: Kind, _ b: Kind, _ c: Kind) throws(YAMLError) -> Value {
    guard try scanner.peek().kind == .value else { return .null }
    scanner.skip()
    return try part(block: block, a, b, c).value
  }

  /// Lists and maps are no keys; goyaml sees that before it looks at the value.
  private mutating func check(_ key: Part) {
    switch key.value {
    case .array, .object:
      cannotDecode("invalid map key: \(GoSyntax.describe(key.value, map: "map[interface {}]interface {}"))")
    default: break
    }
  }

  private mutating func add(_ key: Part, _ value: Value, to members: inout Value.Object) {
    if key.isMerge { return merge(value, into: &members) }
    switch key.value {
    case .string(let text): members[text] = value
    case .integer(let number): members[String(number)] = value
    case .number(let number): members[Decimal.go(number)] = value
    case .bool(let flag): members[flag ? "true" : "false"] = value
    case .null:
      guard keyProblem == nil else { return }
      let shown = value.isNull ? "<nil>" : GoSyntax.describe(value, map: "map[interface {}]interface {}")
      keyProblem = YAMLError(
        "unsupported map key of type: %!s(<nil>), key: <nil>, value: \(shown)", isConversion: true)
    case .array, .object: break
    }
  }

  private mutating func merge(_ value: Value, into members: inout Value.Object) {
    let refusal = "map merge requires map or sequence of maps as the value"
    switch value {
    case .object(let other):
      for (key, member) in other { members[key] = member }
    case .array(let items):
      // Earlier ones take precedence.
      for item in items.reversed() {
        guard case .object(let other) = item else { return cannotDecode(refusal) }
        for (key, member) in other { members[key] = member }
      }
    default: cannotDecode(refusal)
    }
  }

  private mutating func flowSequence() throws(YAMLError) -> Value {
    let start = try scanner.peek().start
    scanner.skip()
    var items: [Value] = []
    while true {
      var token = try scanner.peek()
      if token.kind == .flowSequenceEnd { break }
      if !items.isEmpty {
        guard token.kind == .flowEntry else { throw fail("did not find expected ',' or ']'", token, start) }
        scanner.skip()
        token = try scanner.peek()
        if token.kind == .flowSequenceEnd { break }
      }
      if token.kind == .key {
        scanner.skip()
        let key = try part(block: false, .value, .flowEntry, .flowSequenceEnd)
        var pair = Value.Object()
        check(key)
        add(key, try mappingValue(block: false, .flowEntry, .flowSequenceEnd, .flowSequenceEnd), to: &pair)
        items.append(.object(pair))
      } else {
        items.append(try node(block: false, indentless: false))
      }
    }
    scanner.skip()
    return .array(items)
  }

  private mutating func flowMapping() throws(YAMLError) -> Value {
    let start = try scanner.peek().start
    scanner.skip()
    var members = Value.Object()
    var isFirst = true
    while true {
      var token = try scanner.peek()
      if token.kind == .flowMappingEnd { break }
      if !isFirst {
        guard token.kind == .flowEntry else { throw fail("did not find expected ',' or '}'", token, start) }
        scanner.skip()
        token = try scanner.peek()
        if token.kind == .flowMappingEnd { break }
      }
      isFirst = false
      if token.kind == .key {
        scanner.skip()
        let key = try part(block: false, .value, .flowEntry, .flowMappingEnd)
        check(key)
        add(key, try mappingValue(block: false, .flowEntry, .flowMappingEnd, .flowMappingEnd), to: &members)
      } else {
        let key = try part(block: false, .flowMappingEnd, .flowMappingEnd, .flowMappingEnd)
        check(key)
        add(key, .null, to: &members)
      }
    }
    scanner.skip()
    return .object(members)
  }
}
