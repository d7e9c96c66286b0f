// What SQL values look like in JSON. Source: PostgreSQL 15 manual 9.16 (to_json).

internal import SimKernel

extension ClientSession {
  func jsonValue(_ v: Value, _ type: Int32) -> JSONValue {
    switch v {
    case .null: return .null
    case .bool(let b): return .bool(b)
    case .int(let n):
      switch type {
      case Oid.int2, Oid.int4, Oid.int8: return .number(Numeric(n))
      default: return .string(output(v, type))
      }
    case .numeric(let n): return n.special == nil ? .number(n) : .string(n.text)
    case .float:
      let t = output(v, type)
      if let n = Numeric(t), n.special == nil { return .number(n) }
      return .string(t)
    case .json(let j): return j
    case .text(let s):
      if type == Oid.json, let j = try? JSONParser.parse(s) { return j }
      return .string(s)
    case .array(let a): return arrayJSON(a)
    case .record(let r):
      var pairs: [(key: String, value: JSONValue)] = []
      for (i, f) in r.fields.enumerated() { pairs.append((key: r.names[i], value: jsonValue(f, r.types[i]))) }
      return .object(normalizing: pairs)
    case .timestamp, .date: return .string(jsonTime(v, type))
    default: return .string(output(v, type))
    }
  }
  private func arrayJSON(_ a: ArrayValue) -> JSONValue {
    if a.dimensions.count <= 1 { return .array(a.elements.map { jsonValue($0, a.elementType) }) }
    var next = 0
    func level(_ d: Int) -> JSONValue {
      var items: [JSONValue] = []
      for _ in 0..<a.dimensions[d] {
        if d + 1 < a.dimensions.count {
          items.append(level(d + 1))
        } else {
          items.append(jsonValue(a.elements[next], a.elementType))
          next += 1
        }
      }
      return .array(items)
    }
    return level(0)
  }
  private func jsonTime(_ v: Value, _ type: Int32) -> String {
    var bytes = Array(
      (type == Oid.date
        ? DateTime.dateText(v.dayNumber)
        : DateTime.timestampText(v.micros, zone: type == Oid.timestamptz ? timeZone : nil)).utf8)
    if type != Oid.date, let space = bytes.firstIndex(of: 32) { bytes[space] = 0x54 }
    var text = String(decoding: bytes, as: UTF8.self)
    if type == Oid.timestamptz {
      let tail = Array(text.utf8).suffix(3)
      if tail.count == 3, tail.first == 0x2b || tail.first == 0x2d { text += ":00" }
    }
    return text
  }
  /// json (not jsonb): compact, keys in order.
  func jsonText(_ v: Value, _ type: Int32) -> String {
    switch v {
    case .null: return "null"
    case .record(let r):
      var parts: [String] = []
      for (i, f) in r.fields.enumerated() { parts.append(JSONValue.quoted(r.names[i]) + ":" + jsonText(f, r.types[i])) }
      return "{" + joined(parts, ",") + "}"
    case .array(let a):
      if a.dimensions.count <= 1 {
        var parts: [String] = []
        for e in a.elements { parts.append(jsonText(e, a.elementType)) }
        return "[" + joined(parts, ",") + "]"
      }
      var next = 0
      func level(_ d: Int) -> String {
        var parts: [String] = []
        for _ in 0..<a.dimensions[d] {
          if d + 1 < a.dimensions.count {
            parts.append(level(d + 1))
          } else {
            parts.append(jsonText(a.elements[next], a.elementType))
            next += 1
          }
        }
        return "[" + joined(parts, ",") + "]"
      }
      return level(0)
    case .text(let s): return type == Oid.json ? s : JSONValue.quoted(s)
    case .json(let j): return j.text
    default: return jsonValue(v, type).text
    }
  }
}
