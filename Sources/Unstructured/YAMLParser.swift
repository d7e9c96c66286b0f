// Tokens to values: the grammar of documents, nodes and collections, with anchors, aliases and merge keys. Nesting and what
// aliases can blow up to are bounded.

import SimKernel

struct YAMLParser {
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

  private let dialect: YAMLDialect

  init(_ bytes: [UInt8], _ dialect: YAMLDialect = .goyaml2) {
    scanner = YAMLScanner(bytes)
    self.dialect = dialect
  }

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
      return finite(YAMLScalar.resolve(bytes, dialect))
    }
    let prefix = "tag:yaml.org,2002:"
    guard tag.hasPrefix(prefix) else { return .string(token.text) }
    let short = String(tag.dropFirst(prefix.count))
    let resolved = YAMLScalar.resolve(bytes, dialect)
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
