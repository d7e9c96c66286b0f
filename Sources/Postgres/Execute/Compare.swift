// Order and equality of values of one type, and keys for hashing. Texts are put into the order of their bytes (the C collation) unless
// the caller knows that they belong to a linguistic one.

internal import SimKernel

func compareValues(_ a: Value, _ b: Value, linguistic: Bool = false) -> Int {
  switch (a, b) {
  case (.null, .null): return 0
  case (.null, _): return 1
  case (_, .null): return -1
  case (.bool(let x), .bool(let y)): return x == y ? 0 : x ? 1 : -1
  case (.int(let x), .int(let y)): return x == y ? 0 : x < y ? -1 : 1
  case (.float(let x), .float(let y)): return compareFloats(x, y)
  case (.numeric(let x), .numeric(let y)): return Numeric.compare(x, y)
  case (.text(let x), .text(let y)): return linguistic ? Collation.compare(x, y) : compareBytes(x, y)
  case (.bytes(let x), .bytes(let y)):
    if x == y { return 0 }
    return x.lexicographicallyPrecedes(y) ? -1 : 1
  case (.date(let x), .date(let y)), (.time(let x), .time(let y)), (.timestamp(let x), .timestamp(let y)):
    return x == y ? 0 : x < y ? -1 : 1
  case (.timeZoned(let x, let z), .timeZoned(let y, let w)):
    let p = x - z * DateTime.second
    let q = y - w * DateTime.second
    if p != q { return p < q ? -1 : 1 }
    return z == w ? 0 : z < w ? 1 : -1
  case (.interval(let x), .interval(let y)):
    let p = DateTime.span(x)
    let q = DateTime.span(y)
    if p.days != q.days { return p.days < q.days ? -1 : 1 }
    return p.microseconds == q.microseconds ? 0 : p.microseconds < q.microseconds ? -1 : 1
  case (.json(let x), .json(let y)): return JSONValue.compare(x, y)
  case (.array(let x), .array(let y)):
    for i in 0..<min(x.elements.count, y.elements.count) {
      let order = compareValues(x.elements[i], y.elements[i], linguistic: linguistic)
      if order != 0 { return order }
    }
    if x.elements.count != y.elements.count { return x.elements.count < y.elements.count ? -1 : 1 }
    if x.dimensions.count != y.dimensions.count { return x.dimensions.count < y.dimensions.count ? -1 : 1 }
    return 0
  case (.record(let x), .record(let y)):
    for i in 0..<min(x.fields.count, y.fields.count) {
      let order = compareValues(x.fields[i], y.fields[i], linguistic: linguistic)
      if order != 0 { return order }
    }
    return x.fields.count == y.fields.count ? 0 : x.fields.count < y.fields.count ? -1 : 1
  case (.label(let x), .label(let y)): return x.order == y.order ? 0 : x.order < y.order ? -1 : 1
  case (.range(let x), .range(let y)): return compareRanges(x, y)
  case (.int, .float), (.float, .int), (.numeric, .float), (.float, .numeric): return compareFloats(a.double, b.double)
  case (.int, .numeric), (.numeric, .int): return Numeric.compare(a.decimal, b.decimal)
  case (.date(let x), .timestamp(let y)): return compareValues(.timestamp(x * DateTime.day), .timestamp(y))
  case (.timestamp(let x), .date(let y)): return compareValues(.timestamp(x), .timestamp(y * DateTime.day))
  default: return 0
  }
}

private func compareFloats(_ x: Double, _ y: Double) -> Int {
  if x.isNaN || y.isNaN { return x.isNaN ? (y.isNaN ? 0 : 1) : -1 }
  return x == y ? 0 : x < y ? -1 : 1
}

func compareRanges(_ x: RangeValue, _ y: RangeValue) -> Int {
  if x.isEmpty || y.isEmpty { return x.isEmpty == y.isEmpty ? 0 : x.isEmpty ? -1 : 1 }
  let low = compareLower(x, y)
  return low != 0 ? low : compareUpper(x, y)
}
func compareLower(_ x: RangeValue, _ y: RangeValue) -> Int {
  guard let a = x.lower else { return y.lower == nil ? 0 : -1 }
  guard let b = y.lower else { return 1 }
  let order = compareValues(a, b)
  if order != 0 { return order }
  return x.lowerInclusive == y.lowerInclusive ? 0 : x.lowerInclusive ? -1 : 1
}
func compareUpper(_ x: RangeValue, _ y: RangeValue) -> Int {
  guard let a = x.upper else { return y.upper == nil ? 0 : 1 }
  guard let b = y.upper else { return -1 }
  let order = compareValues(a, b)
  if order != 0 { return order }
  return x.upperInclusive == y.upperInclusive ? 0 : x.upperInclusive ? 1 : -1
}

/// Equal values have equal keys.
func hashKey(_ value: Value) -> String {
  switch value {
  case .null: return "\u{0}"
  case .bool(let b): return b ? "t" : "f"
  case .int(let n): return "i" + String(n)
  case .float(let d): return "f" + (d == 0 ? "0" : FloatText.text(d))
  case .numeric(let n): return "n" + n.rounded(n.minimumScale).text
  case .text(let s): return "s" + s
  case .bytes(let b):
    var out = "b"
    for x in b { out += String(x) + "," }
    return out
  case .date(let d): return "d" + String(d)
  case .time(let t): return "h" + String(t)
  case .timeZoned(let t, let z): return "z" + String(t) + "/" + String(z)
  case .timestamp(let t): return "m" + String(t)
  case .interval(let i):
    let s = DateTime.span(i)
    return "v" + String(s.days) + "/" + String(s.microseconds)
  case .json(let j): return "j" + jsonKey(j)
  case .array(let a):
    var out = "a"
    for d in a.dimensions { out += String(d) + ":" }
    for e in a.elements {
      let k = hashKey(e)
      out += String(k.utf8.count) + "=" + k
    }
    return out
  case .record(let r):
    var out = "r"
    for e in r.fields {
      let k = hashKey(e)
      out += String(k.utf8.count) + "=" + k
    }
    return out
  case .range(let r):
    if r.isEmpty { return "g" }
    return "g" + (r.lower.map { hashKey($0) } ?? "") + "|" + (r.upper.map { hashKey($0) } ?? "")
      + (r.lowerInclusive ? "[" : "(") + (r.upperInclusive ? "]" : ")")
  case .label(let l): return "e" + String(l.oid)
  }
}

private func jsonKey(_ json: JSONValue) -> String {
  switch json {
  case .number(let n): return n.rounded(n.minimumScale).text
  case .array(let items):
    var out = "["
    for i in items { out += jsonKey(i) + "," }
    return out + "]"
  case .object(let pairs):
    var out = "{"
    for p in pairs { out += JSONValue.quoted(p.key) + jsonKey(p.value) + "," }
    return out + "}"
  default: return json.text
  }
}

func hashKey(_ row: Row, _ columns: [Int]) -> String {
  var out = ""
  for c in columns {
    let k = hashKey(row[c])
    out += String(k.utf8.count) + "=" + k
  }
  return out
}
func hashKey(_ row: Row) -> String {
  var out = ""
  for v in row {
    let k = hashKey(v)
    out += String(k.utf8.count) + "=" + k
  }
  return out
}
