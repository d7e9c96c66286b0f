// Evaluates SQL/JSON paths: lax and strict mode, filters, three-valued predicates, item methods.
// Source: PostgreSQL 15 manual 9.16.2.

internal import SimKernel

/// A path that is applied to one document.
struct JSONPathRun {
  private let isStrict: Bool
  private let document: JSONValue
  private let variables: JSONValue
  private var current: [JSONValue] = []
  private var lengths: [Int] = []
  /// Inside `.**` what is missing is no mistake.
  private var forgiving = false
  private var steps = 0

  static func items(_ path: JSONPath, _ document: JSONValue, _ variables: JSONValue) throws(SQLError) -> [JSONValue] {
    guard case .object = variables else {
      throw SQLError(
        SQLState.invalidParameterValue, "\"vars\" argument is not an object",
        detail: "Jsonpath parameters should be encoded as key-value pairs of \"vars\" object.")
    }
    var run = JSONPathRun(isStrict: path.isStrict, document: document, variables: variables)
    return try run.values(path.root)
  }

  private init(isStrict: Bool, document: JSONValue, variables: JSONValue) {
    self.isStrict = isStrict
    self.document = document
    self.variables = variables
  }

  // MARK: Values

  private mutating func values(_ node: JSONPathNode) throws(SQLError) -> [JSONValue] {
    steps += 1
    if steps > 1_000_000 { throw .notSimulated("limit: a jsonpath of more than a million steps") }
    let base: [JSONValue]
    switch node.kind {
    case .root: base = [document]
    case .current: base = [current[current.count - 1]]
    case .last: base = [.number(Numeric(Int64(lengths[lengths.count - 1] - 1)))]
    case .literal(let v): base = [v]
    case .variable(let name):
      guard let v = variables.member(name) else {
        throw SQLError(SQLState.undefinedObject, "could not find jsonpath variable \"\(name)\"")
      }
      base = [v]
    case .arithmetic(let o, let a, let b): base = [try arithmetic(o, a, b)]
    case .sign(let o, let a):
      var out: [JSONValue] = []
      for v in unwrapped(try values(a)) {
        guard case .number(let n) = v else {
          throw SQLError("2203B", "operand of unary jsonpath operator \(o) is not a numeric value")
        }
        out.append(.number(o == "-" ? n.negated : n))
      }
      base = out
    default: base = [try predicate(node).map { .bool($0) } ?? .null]
    }
    return try follow(base, node.accessors[...])
  }

  private func unwrapped(_ list: [JSONValue]) -> [JSONValue] {
    if isStrict { return list }
    var out: [JSONValue] = []
    for v in list { if case .array(let items) = v { out += items } else { out.append(v) } }
    return out
  }

  private mutating func arithmetic(_ o: String, _ a: JSONPathNode, _ b: JSONPathNode) throws(SQLError) -> JSONValue {
    func single(_ list: [JSONValue], _ side: String) throws(SQLError) -> Numeric {
      guard list.count == 1, case .number(let n) = list[0] else {
        throw SQLError("22038", "\(side) operand of jsonpath operator \(o) is not a single numeric value")
      }
      return n
    }
    let left = unwrapped(try values(a))
    let right = unwrapped(try values(b))
    let x = try single(left, "left")
    let y = try single(right, "right")
    switch o {
    case "+": return .number(x + y)
    case "-": return .number(x - y)
    case "*": return .number(x * y)
    default:
      if y.isZero { throw SQLError(SQLState.divisionByZero, "division by zero") }
      return .number(o == "/" ? x / y : x % y)
    }
  }

  private mutating func follow(
    _ list: [JSONValue], _ accessors: ArraySlice<JSONPathNode.Accessor>
  ) throws(SQLError) -> [JSONValue] {
    guard let first = accessors.first else { return list }
    let rest = accessors.dropFirst()
    var out: [JSONValue] = []
    for v in list {
      if case .descendants(let from, let to) = first {
        let saved = forgiving
        forgiving = true
        defer { forgiving = saved }
        var found: [JSONValue] = []
        descend(v, 0, from, to, &found)
        out += try follow(found, rest)
      } else {
        out += try follow(try step(v, first, unwraps: !isStrict), rest)
      }
    }
    return out
  }

  private func descend(_ v: JSONValue, _ level: Int, _ from: Int, _ to: Int?, _ found: inout [JSONValue]) {
    let isLeaf = v.isScalar
    if level >= from && level <= to ?? Int.max || from == Int.max && isLeaf { found.append(v) }
    if let to, level >= to, from != Int.max { return }
    switch v {
    case .array(let items): for x in items { descend(x, level + 1, from, to, &found) }
    case .object(let pairs): for p in pairs { descend(p.value, level + 1, from, to, &found) }
    default: break
    }
  }

  private mutating func step(
    _ v: JSONValue, _ accessor: JSONPathNode.Accessor, unwraps: Bool
  ) throws(SQLError) -> [JSONValue] {
    func each(_ items: [JSONValue]) throws(SQLError) -> [JSONValue] {
      var out: [JSONValue] = []
      for x in items { out += try step(x, accessor, unwraps: false) }
      return out
    }
    let ignores = !isStrict || forgiving
    switch accessor {
    case .key(let name):
      if case .object = v {
        if let found = v.member(name) { return [found] }
        if ignores { return [] }
        throw SQLError("2203A", "JSON object does not contain key \"\(name)\"")
      }
      if unwraps, case .array(let items) = v { return try each(items) }
      if ignores { return [] }
      throw SQLError("2203A", "jsonpath member accessor can only be applied to an object")
    case .anyKey:
      if case .object(let pairs) = v { return pairs.map { $0.value } }
      if unwraps, case .array(let items) = v { return try each(items) }
      if ignores { return [] }
      throw SQLError("2203C", "jsonpath wildcard member accessor can only be applied to an object")
    case .anyElement:
      if case .array(let items) = v { return items }
      if !isStrict { return [v] }
      if forgiving { return [] }
      throw SQLError("22039", "jsonpath wildcard array accessor can only be applied to an array")
    case .elements(let list):
      var items: [JSONValue] = [v]
      if case .array(let own) = v {
        items = own
      } else if isStrict {
        if forgiving { return [] }
        throw SQLError("22039", "jsonpath array accessor can only be applied to an array")
      }
      lengths.append(items.count)
      defer { lengths.removeLast() }
      var out: [JSONValue] = []
      for (from, to) in list {
        var low = try position(from)
        var high = try to.map { (n: JSONPathNode) throws(SQLError) -> Int in try position(n) } ?? low
        if !ignores, low < 0 || low > high || high >= items.count {
          throw SQLError("22033", "jsonpath array subscript is out of bounds")
        }
        low = max(low, 0)
        high = min(high, items.count - 1)
        if low <= high { out += items[low...high] }
      }
      return out
    case .descendants: return []
    case .filter(let p):
      if unwraps, case .array(let items) = v { return try each(items) }
      current.append(v)
      defer { current.removeLast() }
      return try predicate(p) == true ? [v] : []
    case .method(let name): return try method(name, v, unwraps: unwraps)
    }
  }

  private mutating func position(_ node: JSONPathNode) throws(SQLError) -> Int {
    let found = try values(node)
    guard found.count == 1, case .number(let n) = found[0] else {
      throw SQLError("22033", "jsonpath array subscript is not a single numeric value")
    }
    guard let i = n.truncated(0).int64, i >= -2_147_483_648, i <= 2_147_483_647 else {
      throw SQLError("22033", "jsonpath array subscript is out of integer range")
    }
    return Int(i)
  }

  private mutating func method(_ name: String, _ v: JSONValue, unwraps: Bool) throws(SQLError) -> [JSONValue] {
    switch name {
    case "type":
      switch v {
      case .null: return [.string("null")]
      case .bool: return [.string("boolean")]
      case .number: return [.string("number")]
      case .string: return [.string("string")]
      case .array: return [.string("array")]
      case .object: return [.string("object")]
      }
    case "size":
      if case .array(let items) = v { return [.number(Numeric(Int64(items.count)))] }
      if !isStrict { return [.number(Numeric(1))] }
      if forgiving { return [] }
      throw SQLError("22039", "jsonpath item method .size() can only be applied to an array")
    default: break
    }
    if unwraps, case .array(let items) = v {
      var out: [JSONValue] = []
      for x in items { out += try method(name, x, unwraps: false) }
      return out
    }
    switch name {
    case "double":
      switch v {
      case .number: return [v]
      case .string(let s):
        guard let n = Numeric(trimmedSpaces(s)), n.special == nil else {
          throw SQLError(
            "22036",
            "string argument of jsonpath item method .double() is not a valid representation of a double precision number"
          )
        }
        return [.number(Numeric(n.double))]
      default:
        throw SQLError("22036", "jsonpath item method .double() can only be applied to a string or numeric value")
      }
    case "keyvalue":
      guard case .object(let pairs) = v else {
        throw SQLError("2203C", "jsonpath item method .keyvalue() can only be applied to an object")
      }
      if pairs.isEmpty { return [] }
      guard current.isEmpty, case .object = document else {
        throw .notSimulated("the identifiers of the jsonpath method keyvalue()")
      }
      return pairs.map {
        .object(normalizing: [("id", .number(Numeric(0))), ("key", .string($0.key)), ("value", $0.value)])
      }
    default:
      guard case .number(let n) = v else {
        throw SQLError("22036", "jsonpath item method .\(name)() can only be applied to a numeric value")
      }
      switch name {
      case "abs": return [.number(n.isNegative ? n.negated : n)]
      case "floor":
        let t = n.truncated(0)
        return [.number(n.isNegative && Numeric.compare(t, n) != 0 ? t - Numeric(1) : t)]
      default:
        let t = n.truncated(0)
        return [.number(!n.isNegative && Numeric.compare(t, n) != 0 ? t + Numeric(1) : t)]
      }
    }
  }

  // MARK: Predicates

  /// nil: unknown.
  private mutating func predicate(_ node: JSONPathNode) throws(SQLError) -> Bool? {
    switch node.kind {
    case .and(let a, let b):
      let x = try predicate(a)
      if x == false { return false }
      let y = try predicate(b)
      return y == true ? x : y == false ? false : nil
    case .or(let a, let b):
      let x = try predicate(a)
      if x == true { return true }
      let y = try predicate(b)
      return y == false ? x : y == true ? true : nil
    case .not(let a): return try predicate(a).map { !$0 }
    case .isUnknown(let a): return try predicate(a) == nil
    case .exists(let a):
      do throws(SQLError) { return !(try values(a)).isEmpty } catch { return try unknown(error) }
    case .comparison(let o, let a, let b):
      return try pairs(a, b) { (x: JSONValue, y: JSONValue) -> Bool? in JSONPathRun.compare(o, x, y) }
    case .startsWith(let a, let b):
      return try pairs(a, b) { (x: JSONValue, y: JSONValue) -> Bool? in
        guard case .string(let s) = x, case .string(let prefix) = y else { return nil }
        return s.utf8.starts(with: prefix.utf8)
      }
    case .likeRegex(let a, _, _, let regex):
      let none = JSONPathNode(.literal(.null))
      var failure: SQLError?
      let result = try pairs(a, none) { (x: JSONValue, _: JSONValue) -> Bool? in
        guard case .string(let s) = x else { return nil }
        do throws(SQLError) { return try regex.firstMatch(codePoints(s)) != nil } catch {
          failure = error
          return nil
        }
      }
      if let failure { throw failure }
      return result
    default:
      let found = try values(node)
      guard found.count == 1, case .bool(let b) = found[0] else { return nil }
      return b
    }
  }

  /// What goes wrong inside a predicate makes it unknown; what is not modelled stays an error.
  private func unknown(_ error: SQLError) throws(SQLError) -> Bool? {
    if error.kind == .notSimulated || error.message.hasPrefix("could not find jsonpath variable") { throw error }
    return nil
  }

  private mutating func pairs(
    _ a: JSONPathNode, _ b: JSONPathNode, _ test: (JSONValue, JSONValue) -> Bool?
  ) throws(SQLError) -> Bool? {
    let left: [JSONValue]
    let right: [JSONValue]
    do throws(SQLError) {
      left = unwrapped(try values(a))
      right = unwrapped(try values(b))
    } catch {
      return try unknown(error)
    }
    var failed = false
    var found = false
    for x in left {
      for y in right {
        switch test(x, y) {
        case nil:
          if isStrict { return nil }
          failed = true
        case true?:
          if !isStrict { return true }
          found = true
        case false?: break
        }
      }
    }
    return found ? true : failed ? nil : false
  }

  private static func compare(_ o: String, _ x: JSONValue, _ y: JSONValue) -> Bool? {
    let order: Int
    switch (x, y) {
    case (.null, .null): order = 0
    case (.null, _), (_, .null): return o == "!="
    case (.bool(let a), .bool(let b)): order = a == b ? 0 : a ? 1 : -1
    case (.number(let a), .number(let b)): order = Numeric.compare(a, b)
    case (.string(let a), .string(let b)): order = compareBytes(a, b)
    default: return nil
    }
    switch o {
    case "==": return order == 0
    case "!=": return order != 0
    case "<": return order < 0
    case "<=": return order <= 0
    case ">": return order > 0
    default: return order >= 0
    }
  }
}

extension FunctionRegistry {
  func registerJSONPath() {
    func items(_ v: [Value]) throws(SQLError) -> [JSONValue]? {
      let silent = v.count > 3 && v[3].isTrue
      do throws(SQLError) {
        return try JSONPathRun.items(
          try JSONPathParser.parse(v[1].string), v[0].document, v.count > 2 ? v[2].document : .object([]))
      } catch {
        // What the operators leave out: structure, types and numbers.
        if silent, error.kind != .notSimulated, error.state.hasPrefix("22"),
          error.state != SQLState.invalidParameterValue
        {
          return nil
        }
        throw error
      }
    }
    func match(_ found: [JSONValue]?, silent: Bool) throws(SQLError) -> Value {
      guard let found else { return .null }
      if found.count == 1 {
        if case .bool(let b) = found[0] { return .bool(b) }
        if case .null = found[0] { return .null }
      }
      if silent { return .null }
      throw SQLError("22038", "single boolean result is expected")
    }
    addSet("jsonb_path_query") { (_: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> [Value] in
      try items(v)?.map { .json($0) } ?? []
    }
    pure("jsonb_path_query_array") { (v: [Value]) throws(SQLError) -> Value in .json(.array(try items(v) ?? [])) }
    pure("jsonb_path_query_first") { (v: [Value]) throws(SQLError) -> Value in
      try items(v)?.first.map { .json($0) } ?? .null
    }
    pure("jsonb_path_exists") { (v: [Value]) throws(SQLError) -> Value in
      try items(v).map { .bool(!$0.isEmpty) } ?? .null
    }
    pure("jsonb_path_exists_opr") { (v: [Value]) throws(SQLError) -> Value in
      try items([v[0], v[1], .json(.object([])), .bool(true)]).map { .bool(!$0.isEmpty) } ?? .null
    }
    pure("jsonb_path_match") { (v: [Value]) throws(SQLError) -> Value in
      try match(try items(v), silent: v.count > 3 && v[3].isTrue)
    }
    pure("jsonb_path_match_opr") { (v: [Value]) throws(SQLError) -> Value in
      try match(try items([v[0], v[1], .json(.object([])), .bool(true)]), silent: true)
    }
  }
}
