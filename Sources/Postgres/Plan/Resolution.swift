// Choosing the function or operator that a call means. Source: PostgreSQL 15 manual, 10.2 and 10.3.

internal import SimKernel

struct Candidate {
  /// After expansion of VARIADIC and defaults: one type per actual argument.
  let arguments: [Int32]
  let builtin: BuiltinFunction?
  let user: FunctionEntry?
  let usesDefaults: Int
  let expandsVariadic: Bool
  /// Actual argument per declared position when names were given.
  let order: [Int]?
}

extension Analyzer {
  /// The candidates that survive the rules; more than one means ambiguous, none means nothing fits.
  func select(_ candidates: [[Int32]], _ inputs: [Int32]) -> [Int] {
    var indexes = Array(candidates.indices)
    let bases = inputs.map { $0 == Oid.unknown ? Oid.unknown : baseType($0) }
    func keepBest(_ score: (Int) -> Int) {
      var best = -1
      var kept: [Int] = []
      for i in indexes {
        let s = score(i)
        if s > best {
          best = s
          kept = [i]
        } else if s == best {
          kept.append(i)
        }
      }
      indexes = kept
    }
    keepBest { i in
      var n = 0
      for (k, type) in bases.enumerated() where type != Oid.unknown && candidates[i][k] == type { n += 1 }
      return n
    }
    if indexes.count == 1 { return indexes }
    let categories = bases.map { category($0) }
    keepBest { i in
      var n = 0
      for (k, type) in bases.enumerated() where type != Oid.unknown {
        if candidates[i][k] == type || isPreferred(categories[k], candidates[i][k]) { n += 1 }
      }
      return n
    }
    if indexes.count == 1 { return indexes }
    if !bases.contains(Oid.unknown) { return indexes }
    // Unknown literals: the category that the candidates agree on, text first.
    var resolved: [UInt8] = []
    var preferredOnly: [Bool] = []
    var failed = false
    for (k, type) in bases.enumerated() {
      guard type == Oid.unknown else {
        resolved.append(0)
        preferredOnly.append(false)
        continue
      }
      var found: UInt8 = 0
      var hasPreferred = false
      var conflict = false
      for i in indexes {
        let candidate = candidates[i][k]
        let own = category(candidate)
        if found == 0 {
          found = own
          hasPreferred = isPreferred(own, candidate)
        } else if own == found {
          if isPreferred(own, candidate) { hasPreferred = true }
        } else if own == 0x53 {
          found = own
          hasPreferred = isPreferred(own, candidate)
        } else if found != 0x53 {
          conflict = true
        }
      }
      if conflict, found != 0x53 { failed = true }
      resolved.append(found)
      preferredOnly.append(hasPreferred)
    }
    if !failed {
      var kept: [Int] = []
      for i in indexes {
        var fits = true
        for (k, type) in bases.enumerated() where type == Oid.unknown {
          let candidate = candidates[i][k]
          if category(candidate) != resolved[k] {
            fits = false
          } else if preferredOnly[k], !isPreferred(resolved[k], candidate) {
            fits = false
          }
        }
        if fits { kept.append(i) }
      }
      if !kept.isEmpty { indexes = kept }
      if indexes.count == 1 { return indexes }
    }
    // If all known arguments have one type, take the unknown ones to have it too.
    var known: Int32 = Oid.unknown
    for type in bases where type != Oid.unknown {
      if known == Oid.unknown { known = type } else if known != type { return indexes }
    }
    if known != Oid.unknown {
      var kept: [Int] = []
      for i in indexes {
        var fits = true
        for k in bases.indices where !canCoerce(known, candidates[i][k]) { fits = false }
        if fits { kept.append(i) }
      }
      if kept.count == 1 { return kept }
    }
    return indexes
  }

  // MARK: Functions

  func signature(_ name: String, _ arguments: [TypedExpr], _ names: [String?] = []) -> String {
    var parts: [String] = []
    for (i, a) in arguments.enumerated() {
      let type = format(a.type.oid)
      if i < names.count, let n = names[i] { parts.append("\(n) => \(type)") } else { parts.append(type) }
    }
    return "\(name)(\(joined(parts, ", ")))"
  }

  /// Aggregates that users have made.
  private func userAggregates(_ name: QualifiedName) -> [BuiltinFunction] {
    var out: [BuiltinFunction] = []
    for a in catalog.aggregates.values
    where a.function.name == name.name
      && (name.schema == nil ? session.searchPath.contains(a.schema) : a.schema == name.schema)
    { out.append(a.function) }
    return out
  }

  /// Candidates by name that can take this many arguments.
  func candidates(_ name: QualifiedName, _ count: Int, _ names: [String?], variadicCall: Bool) -> [Candidate] {
    var out: [Candidate] = []
    let hasNames = names.contains { $0 != nil }
    do {
      let hidden = name.schema != nil && name.schema != "pg_catalog"
      for f in (FunctionRegistry.shared.functions[name.name] ?? []) + userAggregates(name) {
        if let e = f.extensionName {
          if catalog.extensions[e] == nil { continue }
        } else if hidden, f.aggregate == 0 {
          continue
        }
        if hasNames {
          guard let order = namedOrder(f, names, count) else { continue }
          var types = [Int32](repeating: 0, count: count)
          for (position, actual) in order.enumerated() where actual >= 0 { types[actual] = f.arguments[position] }
          out.append(
            Candidate(
              arguments: types, builtin: f, user: nil, usesDefaults: f.arguments.count - count, expandsVariadic: false,
              order: order))
          continue
        }
        if f.isVariadic, !variadicCall, count >= f.arguments.count {
          var types = Array(f.arguments.dropLast())
          let last = f.arguments[f.arguments.count - 1]
          let element =
            last == Oid.any
            ? Oid.any
            : last == Oid.anyarray
              ? Oid.anyelement : last == Oid.anycompatiblearray ? Oid.anycompatible : elementType(last)
          while types.count < count { types.append(element) }
          out.append(
            Candidate(arguments: types, builtin: f, user: nil, usesDefaults: 0, expandsVariadic: true, order: nil))
        } else if f.arguments.count == count || (count < f.arguments.count && count >= f.arguments.count - f.defaults) {
          out.append(
            Candidate(
              arguments: Array(f.arguments.prefix(count)), builtin: f, user: nil,
              usesDefaults: f.arguments.count - count, expandsVariadic: false, order: nil))
        }
      }
    }
    if name.schema == nil || name.schema != "pg_catalog" {
      for f in catalog.functions.values where f.name == name.name {
        if let schema = name.schema {
          guard f.schema == schema else { continue }
        } else {
          guard session.searchPath.contains(f.schema) else { continue }
        }
        var inputs: [FunctionParameterInfo] = []
        for p in f.parameters where p.mode != "out" && p.mode != "table" { inputs.append(p) }
        if let last = inputs.last, last.mode == "variadic", !variadicCall, count >= inputs.count {
          var types: [Int32] = []
          for p in inputs.dropLast() { types.append(p.type.oid) }
          let element = last.type.oid == Oid.anyarray ? Oid.anyelement : elementType(last.type.oid)
          while types.count < count { types.append(element) }
          out.append(
            Candidate(arguments: types, builtin: nil, user: f, usesDefaults: 0, expandsVariadic: true, order: nil))
          continue
        }
        if hasNames {
          var order = [Int](repeating: -1, count: inputs.count)
          var ok = true
          for (i, n) in names.enumerated() {
            if let n {
              var slot: Int?
              for (k, p) in inputs.enumerated() where p.name == n { slot = k }
              if let slot, order[slot] < 0 { order[slot] = i } else { ok = false }
            } else if i < order.count {
              order[i] = i
            } else {
              ok = false
            }
          }
          for (k, p) in inputs.enumerated() where order[k] < 0 && p.defaultValue == nil { ok = false }
          guard ok else { continue }
          var types = [Int32](repeating: 0, count: count)
          for (k, actual) in order.enumerated() where actual >= 0 { types[actual] = inputs[k].type.oid }
          out.append(
            Candidate(
              arguments: types, builtin: nil, user: f, usesDefaults: inputs.count - count, expandsVariadic: false,
              order: order))
          continue
        }
        var required = 0
        for p in inputs where p.defaultValue == nil { required += 1 }
        guard count >= required, count <= inputs.count else { continue }
        var types: [Int32] = []
        for p in inputs.prefix(count) { types.append(p.type.oid) }
        out.append(
          Candidate(
            arguments: types, builtin: nil, user: f, usesDefaults: inputs.count - count, expandsVariadic: false,
            order: nil))
      }
    }
    return out
  }

  /// Parameter names of the built-in functions that are called with them.
  private static let parameterNames: [(String, [String])] = [
    ("make_interval", ["years", "months", "weeks", "days", "hours", "mins", "secs"]),
    ("make_date", ["year", "month", "day"]), ("make_time", ["hour", "min", "sec"]),
    ("make_timestamp", ["year", "month", "mday", "hour", "min", "sec"]),
    ("make_timestamptz", ["year", "month", "mday", "hour", "min", "sec", "timezone"]),
    ("jsonb_set", ["jsonb_in", "path", "replacement", "create_if_missing"]),
    ("jsonb_insert", ["jsonb_in", "path", "replacement", "insert_after"]), ("pg_promote", ["wait", "wait_seconds"]),
  ]

  private func namedOrder(_ f: BuiltinFunction, _ names: [String?], _ count: Int) -> [Int]? {
    for (name, parameters) in Analyzer.parameterNames where name == f.name && parameters.count == f.arguments.count {
      var order = [Int](repeating: -1, count: parameters.count)
      for (i, n) in names.enumerated() {
        if let n {
          guard let slot = parameters.firstIndex(of: n), order[slot] < 0 else { return nil }
          order[slot] = i
        } else {
          order[i] = i
        }
      }
      for (k, actual) in order.enumerated() where actual < 0 && k < parameters.count - f.defaults { return nil }
      return order
    }
    return nil
  }

  /// The function meant by a call; nil when nothing of that name fits (the caller words the error).
  func resolveFunction(
    _ name: QualifiedName, _ arguments: [TypedExpr], _ names: [String?], variadicCall: Bool, at offset: Int
  ) throws(SQLError) -> Candidate? {
    let all = candidates(name, arguments.count, names, variadicCall: variadicCall)
    let inputs = arguments.map { $0.type.oid }
    var exact: [Candidate] = []
    for c in all where c.arguments == inputs && !c.expandsVariadic { exact.append(c) }
    if let first = exact.first { return first }
    var fitting: [Candidate] = []
    for c in all {
      var fits = true
      for (k, type) in c.arguments.enumerated() {
        if !canCoerce(inputs[k], type) {
          fits = false
        } else if inputs[k] != Oid.unknown {
          switch type {
          case Oid.anyarray, Oid.anycompatiblearray: if !isArray(inputs[k]), inputs[k] != Oid.anyarray { fits = false }
          case Oid.anyenum: if catalog.type(inputs[k])?.form != .enumeration { fits = false }
          case Oid.anynonarray, Oid.anycompatiblenonarray: if isArray(inputs[k]) { fits = false }
          case Oid.anyrange: if catalog.type(inputs[k])?.form != .range { fits = false }
          default: break
          }
        }
      }
      if fits { fitting.append(c) }
    }
    if fitting.isEmpty { return nil }
    if fitting.count == 1 { return fitting[0] }
    // A plain function wins over one that expands VARIADIC with the same types.
    let chosen = select(fitting.map { $0.arguments }, inputs)
    if chosen.count == 1 { return fitting[chosen[0]] }
    var plain: [Int] = []
    for i in chosen where !fitting[i].expandsVariadic { plain.append(i) }
    if plain.count == 1 { return fitting[plain[0]] }
    var sameTypes = true
    for i in chosen where fitting[i].arguments != fitting[chosen[0]].arguments { sameTypes = false }
    if sameTypes { return fitting[chosen[0]] }
    throw SQLError(
      SQLState.ambiguousFunction, "function \(signature(name.text, arguments, names)) is not unique",
      hint: "Could not choose a best candidate function. You might need to add explicit type casts.", at: offset)
  }
}
