// Ranges: where their bounds lie to each other, and what can be computed of two. Source: PostgreSQL 15 manual 9.20.

internal import SimKernel

/// One end of a range.
private struct RangeBound {
  let value: Value?
  let isInclusive: Bool
  let isLower: Bool

  static func lower(_ r: RangeValue) -> RangeBound {
    RangeBound(value: r.lower, isInclusive: r.lowerInclusive, isLower: true)
  }
  static func upper(_ r: RangeValue) -> RangeBound {
    RangeBound(value: r.upper, isInclusive: r.upperInclusive, isLower: false)
  }

  /// Below zero when this end lies before the other.
  func order(_ other: RangeBound) -> Int {
    guard let value else { return other.value == nil && other.isLower == isLower ? 0 : isLower ? -1 : 1 }
    guard let theirs = other.value else { return other.isLower ? 1 : -1 }
    let order = compareValues(value, theirs)
    if order != 0 { return order }
    // An end that leaves the value out lies after it below and before it above.
    let mine = isInclusive ? 0 : isLower ? 1 : -1
    let his = other.isInclusive ? 0 : other.isLower ? 1 : -1
    return mine - his
  }

  /// Whether an upper end and a lower one meet without a gap or a value in common.
  func meets(_ lower: RangeBound) -> Bool {
    guard let value, let theirs = lower.value else { return false }
    return compareValues(value, theirs) == 0 && isInclusive != lower.isInclusive
  }
}

extension RangeValue {
  fileprivate init(_ lower: RangeBound, _ upper: RangeBound) {
    self.init(
      isEmpty: false, lower: lower.value, upper: upper.value, lowerInclusive: lower.value != nil && lower.isInclusive,
      upperInclusive: upper.value != nil && upper.isInclusive)
  }
  fileprivate static var nothing: RangeValue { RangeValue(isEmpty: true) }

  fileprivate func overlaps(_ other: RangeValue) -> Bool {
    !isEmpty && !other.isEmpty && RangeBound.lower(self).order(.upper(other)) <= 0
      && RangeBound.lower(other).order(.upper(self)) <= 0
  }
  fileprivate func isAdjacent(_ other: RangeValue) -> Bool {
    !isEmpty && !other.isEmpty
      && (RangeBound.upper(self).meets(.lower(other)) || RangeBound.upper(other).meets(.lower(self)))
  }
  /// The smallest range with both.
  fileprivate func merged(_ other: RangeValue) -> RangeValue {
    if isEmpty { return other }
    if other.isEmpty { return self }
    let l = RangeBound.lower(self).order(.lower(other)) <= 0 ? self : other
    let u = RangeBound.upper(self).order(.upper(other)) >= 0 ? self : other
    return RangeValue(.lower(l), .upper(u))
  }
  fileprivate func intersection(_ other: RangeValue) -> RangeValue {
    guard overlaps(other) else { return .nothing }
    let l = RangeBound.lower(self).order(.lower(other)) >= 0 ? self : other
    let u = RangeBound.upper(self).order(.upper(other)) <= 0 ? self : other
    return RangeValue(.lower(l), .upper(u))
  }
}

extension FunctionRegistry {
  func registerRangeFunctions() {
    pure("range_lower_inc", "lower_inc") { (v: [Value]) throws(SQLError) -> Value in .bool(v[0].span2.lowerInclusive) }
    pure("range_upper_inc", "upper_inc") { (v: [Value]) throws(SQLError) -> Value in .bool(v[0].span2.upperInclusive) }
    pure("range_lower_inf", "lower_inf") { (v: [Value]) throws(SQLError) -> Value in
      .bool(!v[0].span2.isEmpty && v[0].span2.lower == nil)
    }
    pure("range_upper_inf", "upper_inf") { (v: [Value]) throws(SQLError) -> Value in
      .bool(!v[0].span2.isEmpty && v[0].span2.upper == nil)
    }
    func relation(_ name: String, _ holds: @escaping (RangeValue, RangeValue) -> Bool) {
      pure(name) { (v: [Value]) throws(SQLError) -> Value in
        let (a, b) = (v[0].span2, v[1].span2)
        return .bool(!a.isEmpty && !b.isEmpty && holds(a, b))
      }
    }
    relation("range_overlaps") { $0.overlaps($1) }
    relation("range_before") { RangeBound.upper($0).order(.lower($1)) < 0 }
    relation("range_after") { RangeBound.lower($0).order(.upper($1)) > 0 }
    relation("range_overleft") { RangeBound.upper($0).order(.upper($1)) <= 0 }
    relation("range_overright") { RangeBound.lower($0).order(.lower($1)) >= 0 }
    relation("range_adjacent") { $0.isAdjacent($1) }
    func operation(_ name: String, _ compute: @escaping (RangeValue, RangeValue) throws(SQLError) -> RangeValue) {
      add(name) { (s: ClientSession, c: CallSite, v: [Value]) throws(SQLError) -> Value in
        .range(try s.canonical(try compute(v[0].span2, v[1].span2), c.result.oid))
      }
    }
    operation("range_merge", FunctionRegistry.merge)
    operation("range_intersect", FunctionRegistry.intersect)
    operation("range_union", FunctionRegistry.unite)
    operation("range_minus", FunctionRegistry.subtract)
  }

  private static func merge(_ a: RangeValue, _ b: RangeValue) throws(SQLError) -> RangeValue { a.merged(b) }

  private static func intersect(_ a: RangeValue, _ b: RangeValue) throws(SQLError) -> RangeValue { a.intersection(b) }

  private static func unite(_ a: RangeValue, _ b: RangeValue) throws(SQLError) -> RangeValue {
    if !a.isEmpty, !b.isEmpty, !a.overlaps(b), !a.isAdjacent(b) {
      throw SQLError("22000", "result of range union would not be contiguous")
    }
    return a.merged(b)
  }

  private static func subtract(_ a: RangeValue, _ b: RangeValue) throws(SQLError) -> RangeValue {
    guard a.overlaps(b) else { return a }
    let startsFirst = RangeBound.lower(a).order(.lower(b)) < 0
    let endsLast = RangeBound.upper(a).order(.upper(b)) > 0
    if startsFirst, endsLast { throw SQLError("22000", "result of range difference would not be contiguous") }
    if startsFirst {
      return RangeValue(.lower(a), RangeBound(value: b.lower, isInclusive: !b.lowerInclusive, isLower: false))
    }
    if endsLast {
      return RangeValue(RangeBound(value: b.upper, isInclusive: !b.upperInclusive, isLower: true), .upper(a))
    }
    return .nothing
  }
}
