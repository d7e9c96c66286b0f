// Computes expressions over a frame: the joined row of a query level and what was computed for its group and windows.

internal import SimKernel

extension Execution {
  func evaluate(_ expr: TypedExpr, _ frame: Frame) throws(SQLError) -> Value {
    switch expr.kind {
    case .constant(let value): return value
    case .column(let level, let slot, _, _):
      if level == 0 { return slot < frame.values.count ? frame.values[slot] : .null }
      let target = frame.up(level)
      return slot < target.values.count ? target.values[slot] : .null
    case .operation(let entry, let site, let operands):
      steps += 1
      if operands.count == 2 {
        let a = try evaluate(operands[0], frame)
        let b = try evaluate(operands[1], frame)
        if a.isNull || b.isNull { if !nullTolerant(entry) { return .null } }
        return try call(site, [a, b], expr.offset)
      }
      let a = try evaluate(operands[0], frame)
      if a.isNull { return .null }
      return try call(site, [a], expr.offset)
    case .call(let site, let arguments, _):
      steps += 1
      var values: Row = []
      values.reserveCapacity(arguments.count)
      let strict = site.function?.isStrict ?? false
      for a in arguments {
        if case .defaultValue = a.kind { continue }
        let v = try evaluate(a, frame)
        if strict, v.isNull { return .null }
        values.append(v)
      }
      return try call(site, values, expr.offset)
    case .userCall(let site, let arguments, _):
      var values: Row = []
      for a in arguments { values.append(try evaluate(a, frame)) }
      let rows = try session.callFunction(site, values)
      return rows.first ?? .null
    case .cast(let inner, let path, let style):
      return try cast(try evaluate(inner, frame), inner.type, expr.type, path, style)
    case .and(let parts):
      var unknown = false
      for p in parts {
        switch try evaluate(p, frame) {
        case .bool(false): return .bool(false)
        case .null: unknown = true
        default: break
        }
      }
      return unknown ? .null : .bool(true)
    case .or(let parts):
      var unknown = false
      for p in parts {
        switch try evaluate(p, frame) {
        case .bool(true): return .bool(true)
        case .null: unknown = true
        default: break
        }
      }
      return unknown ? .null : .bool(false)
    case .not(let inner):
      if case .bool(let b) = try evaluate(inner, frame) { return .bool(!b) }
      return .null
    case .isNull(let inner, let negated):
      let v = try evaluate(inner, frame)
      if case .record(let r) = v {
        // A row is null when all its fields are, not null when none is.
        for f in r.fields where f.isNull == negated { return .bool(false) }
        return .bool(true)
      }
      return .bool(v.isNull != negated)
    case .booleanTest(let inner, let test):
      let v = try evaluate(inner, frame)
      switch test {
      case .isTrue: return .bool(v.isTrue)
      case .isNotTrue: return .bool(!v.isTrue)
      case .isFalse: if case .bool(false) = v { return .bool(true) } else { return .bool(false) }
      case .isNotFalse: if case .bool(false) = v { return .bool(false) } else { return .bool(true) }
      case .isUnknown: return .bool(v.isNull)
      case .isNotUnknown: return .bool(!v.isNull)
      }
    case .isDistinct(let l, let r, let negated):
      let a = try evaluate(l, frame)
      let b = try evaluate(r, frame)
      let same = a.isNull || b.isNull ? a.isNull && b.isNull : compareValues(a, b) == 0
      return .bool(same == negated)
    case .quantified(let l, _, let site, let quantifier, let r):
      let array = try evaluate(r, frame)
      guard case .array(let list) = array else { return .null }
      let left = try evaluate(l, frame)
      if list.elements.isEmpty { return .bool(quantifier == .all) }
      if left.isNull { return .null }
      var unknown = false
      for element in list.elements {
        steps += 1
        if element.isNull {
          unknown = true
          continue
        }
        let result = try call(site, [left, element], expr.offset)
        if result.isNull {
          unknown = true
        } else if result.isTrue != (quantifier == .all) {
          return .bool(quantifier == .any)
        }
      }
      return unknown ? .null : .bool(quantifier == .all)
    case .rowComparison(let op, let ls, let rs):
      for i in ls.indices {
        let a = try evaluate(ls[i], frame)
        let b = try evaluate(rs[i], frame)
        if a.isNull || b.isNull { return .null }
        let order = compareValues(a, b, linguistic: session.collates(ls[i]))
        if order != 0 { return .bool(op.hasPrefix("<") ? order < 0 : order > 0) }
      }
      return .bool(op.hasSuffix("="))
    case .subquery(let kind, let plan): return try subquery(kind, plan, frame, expr)
    case .array(let items, let element, let nested):
      var values: Row = []
      for item in items { values.append(try evaluate(item, frame)) }
      guard nested else { return .array(ArrayValue(elementType: element, values)) }
      var elements: Row = []
      var inner: ArrayValue?
      for v in values {
        guard case .array(let a) = v else { continue }
        if let inner, inner.dimensions != a.dimensions {
          throw SQLError(
            "2202E", "multidimensional arrays must have array expressions with matching dimensions")
        }
        inner = a
        elements += a.elements
      }
      guard let shape = inner, !shape.elements.isEmpty else { return .array(ArrayValue(elementType: element, [])) }
      return .array(
        ArrayValue(
          elementType: element, dimensions: [values.count] + shape.dimensions,
          lowerBounds: [Int](repeating: 1, count: shape.dimensions.count + 1), elements: elements))
    case .row(let items, let names, _):
      var values: Row = []
      var types: [Int32] = []
      for item in items {
        values.append(try evaluate(item, frame))
        types.append(item.type.oid)
      }
      return .record(RecordValue(names: names, types: types, fields: values))
    case .wholeRow(let level, let slots, let names, _, let entry):
      let target = frame.up(level)
      var values: Row = []
      var allNull = true
      for s in slots {
        let v = s >= 0 && s < target.values.count ? target.values[s] : .null
        if !v.isNull { allNull = false }
        values.append(v)
      }
      if allNull, entry == TypedExpr.joinedEntry { return .null }
      if allNull, !slots.isEmpty, !target.tuples.isEmpty {
        // The row of an outer join's other side is none; a row of nulls is one.
        let isMissing =
          target.tuples.indices.contains(entry)
          ? target.tuples[entry] == nil : target.tuples.allSatisfy({ $0 == nil })
        if isMissing { return .null }
      }
      var types: [Int32] = []
      if let fields = session.wholeRowTypes(expr, slots.count) { types = fields }
      while types.count < values.count { types.append(session.guessType(values[types.count])) }
      return .record(RecordValue(names: names, types: types, fields: values))
    case .systemColumn(let level, let entry, let name, _):
      let target = frame.up(level)
      guard entry < target.tuples.count, let reference = target.tuples[entry] else { return .null }
      let tuple = reference.heap.tuples[reference.index]
      switch name {
      case "ctid": return .text("(\(tuple.page),\(tuple.item))")
      case "xmin": return .int(tuple.xmin)
      case "xmax": return .int(tuple.xmax)
      case "cmin": return .int(Int64(tuple.cmin))
      case "cmax": return .int(Int64(tuple.cmax))
      default: return .int(Int64(reference.relation))
      }
    case .parameter(let n): return n <= parameters.count ? parameters[n - 1] : .null
    case .caseWhen(let test, let whens, let otherwise):
      let saved = frame.caseTest
      if let test {
        let value = try evaluate(test, frame)
        frame.caseTest = value
      }
      defer { frame.caseTest = saved }
      for w in whens where try evaluate(w.condition, frame).isTrue { return try evaluate(w.result, frame) }
      if let otherwise { return try evaluate(otherwise, frame) }
      return .null
    case .caseTest: return frame.caseTest
    case .domainValue: return frame.domainValue
    case .coalesce(let items):
      for item in items {
        let v = try evaluate(item, frame)
        if !v.isNull { return v }
      }
      return .null
    case .nullIf(let l, let r, let site):
      let a = try evaluate(l, frame)
      let b = try evaluate(r, frame)
      if a.isNull || b.isNull { return a }
      return try call(site, [a, b], expr.offset).isTrue ? .null : a
    case .extreme(let items, let greatest):
      var best: Value = .null
      for item in items {
        let v = try evaluate(item, frame)
        if v.isNull { continue }
        if best.isNull {
          best = v
        } else {
          let order = compareValues(v, best, linguistic: session.collates(expr))
          if greatest ? order > 0 : order < 0 { best = v }
        }
      }
      return best
    case .keywordValue(let name, let precision): return try session.keywordValue(name, precision)
    case .subscripts(let base, let bounds, let isJSON): return try subscripts(base, bounds, isJSON, frame)
    case .field(let inner, let index, _):
      if case .record(let r) = try evaluate(inner, frame) { return index < r.fields.count ? r.fields[index] : .null }
      return .null
    case .aggregate(let i, _): return i < frame.aggregates.count ? frame.aggregates[i] : .null
    case .window(let i): return i < frame.windows.count ? frame.windows[i] : .null
    case .group(let i): return i < frame.groups.count ? frame.groups[i] : .null
    case .grouping(let keys):
      var mask: Int64 = 0
      for k in keys { mask = mask << 1 | (frame.ungrouped.contains(k) ? 1 : 0) }
      return .int(mask)
    case .setReturning(let i): return i < frame.sets.count ? frame.sets[i] : .null
    case .defaultValue: return .null
    case .collate(let inner, _): return try evaluate(inner, frame)
    }
  }

  /// Operators that accept NULL operands.
  private func nullTolerant(_ entry: OperatorEntry) -> Bool {
    entry.function == "array_append" || entry.function == "array_prepend" || entry.function == "array_cat"
  }

  func call(_ site: CallSite, _ values: Row, _ offset: Int) throws(SQLError) -> Value {
    guard let implementation = site.implementation else {
      throw SQLError.notSimulated("function \(site.name)")
    }
    if let scalar = implementation.scalar {
      let value = try scalar(session, site, values)
      // Long texts cost by their length: many of them fill the memory.
      if case .text(let text) = value, text.utf8.count > 4_096 { try step(Int64(text.utf8.count / 16)) }
      return value
    }
    if let set = implementation.set { return try set(session, site, values).first ?? .null }
    return .null
  }

  func cast(
    _ value: Value, _ from: SQLType, _ to: SQLType, _ path: CastPath, _ style: CallStyle
  ) throws(SQLError) -> Value {
    switch path {
    case .relabel: return value
    case .length:
      return value.isNull ? value : try session.applyModifier(value, to, explicit: style == .explicitCast)
    case .toDomain:
      guard let entry = session.catalog.types[to.oid] else { return value }
      return try session.checkDomain(value, entry)
    case .throughText:
      if value.isNull { return value }
      return try session.input(session.output(value, from.oid), SQLType(to.oid), explicit: true)
    case .function(let name):
      if value.isNull { return value }
      guard let implementation = FunctionRegistry.shared.implementation(name), let scalar = implementation.scalar else {
        throw SQLError.notSimulated("cast function \(name)")
      }
      let site = CallSite(
        function: nil, name: name, argumentTypes: [from], result: to, implementation: implementation)
      return try scalar(session, site, [value])
    case .arrayElements(let element):
      guard case .array(var array) = value else { return value }
      let analyzer = Analyzer(session: session)
      guard let inner = analyzer.pathway(array.elementType, element.oid, .explicit) else { return value }
      for i in array.elements.indices {
        array.elements[i] = try cast(array.elements[i], SQLType(array.elementType), element, inner, style)
      }
      array.elementType = element.oid
      return .array(array)
    }
  }

  private func subscripts(
    _ base: TypedExpr, _ bounds: [TypedBounds], _ isJSON: Bool, _ frame: Frame
  ) throws(SQLError) -> Value {
    let value = try evaluate(base, frame)
    if value.isNull { return .null }
    if isJSON {
      guard case .json(var json) = value else { return .null }
      for b in bounds {
        guard case .index(let e) = b else { return .null }
        let key = try evaluate(e, frame)
        let next: JSONValue?
        switch key {
        case .int(let n): next = jsonElement(json, n)
        default: next = jsonMember(json, key.string)
        }
        guard let next else { return .null }
        json = next
      }
      return .json(json)
    }
    guard case .array(let array) = value else { return .null }
    var ranges: [(Int, Int)] = []
    var slice = false
    for b in bounds { if case .slice = b { slice = true } }
    for (k, b) in bounds.enumerated() {
      let lowest = k < array.lowerBounds.count ? array.lowerBounds[k] : 1
      let highest = k < array.dimensions.count ? lowest + array.dimensions[k] - 1 : 0
      switch b {
      case .index(let e):
        let i = try evaluate(e, frame)
        if i.isNull { return .null }
        ranges.append(slice ? (1, Int(clamping: i.integer)) : (Int(clamping: i.integer), Int(clamping: i.integer)))
      case .slice(let l, let h):
        var low = lowest
        var high = highest
        if let l {
          let v = try evaluate(l, frame)
          if v.isNull { return .null }
          low = Int(clamping: v.integer)
        }
        if let h {
          let v = try evaluate(h, frame)
          if v.isNull { return .null }
          high = Int(clamping: v.integer)
        }
        ranges.append((low, high))
      }
    }
    return arraySubscript(array, ranges, slice: slice)
  }
}
