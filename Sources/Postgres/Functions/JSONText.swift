// Parts of json texts that keep their writing. Source: PostgreSQL 15 manual 8.14.

internal import SimKernel

/// Parts of json text as they were written.
enum JSONText {
  private static func skip(_ b: [UInt8], _ at: Int) -> Int {
    var i = at
    while i < b.count, b[i] == 32 || b[i] == 9 || b[i] == 10 || b[i] == 13 { i += 1 }
    return i
  }
  private static func end(_ b: [UInt8], _ at: Int) -> Int {
    var depth = 0
    var i = at
    while i < b.count {
      switch b[i] {
      case 0x22:
        i += 1
        while i < b.count, b[i] != 0x22 {
          if b[i] == 0x5c { i += 1 }
          i += 1
        }
        if depth == 0 { return i + 1 }
      case 0x7b, 0x5b: depth += 1
      case 0x7d, 0x5d:
        if depth == 0 { return i }
        depth -= 1
        if depth == 0 { return i + 1 }
      case 0x2c: if depth == 0 { return i }
      default:
        if depth == 0, b[i] == 32 || b[i] == 10 || b[i] == 9 || b[i] == 13 { return i }
      }
      i += 1
    }
    return i
  }
  /// (key or nil, range) of the members of an object or array.
  private static func members(_ b: [UInt8]) -> [(String?, Int, Int)] {
    var i = skip(b, 0)
    guard i < b.count, b[i] == 0x7b || b[i] == 0x5b else { return [] }
    let isObject = b[i] == 0x7b
    i += 1
    var out: [(String?, Int, Int)] = []
    while true {
      i = skip(b, i)
      guard i < b.count, b[i] != 0x7d, b[i] != 0x5d else { return out }
      var key: String?
      if isObject {
        let e = end(b, i)
        if case .string(let k)? = try? JSONParser.parse(String(decoding: b[i..<e], as: UTF8.self)) { key = k }
        i = skip(b, e) + 1
        i = skip(b, i)
      }
      let e = end(b, i)
      out.append((key, i, e))
      i = skip(b, e)
      if i < b.count, b[i] == 0x2c { i += 1 }
    }
  }
  static func keys(_ text: String) -> [String] { members(Array(text.utf8)).compactMap { $0.0 } }
  static func extract(_ text: String, _ keys: [Value]) -> String? {
    var current = Array(text.utf8)
    for k in keys {
      let list = members(current)
      var found: (Int, Int)?
      if case .int(let n) = k {
        let i = n < 0 ? Int64(list.count) + n : n
        if i >= 0, i < Int64(list.count) { found = (list[Int(i)].1, list[Int(i)].2) }
      } else {
        for m in list where m.0 == k.string { found = (m.1, m.2) }
        if found == nil, let n = Int64(k.string), n < Int64(list.count), n >= 0, list[Int(n)].0 == nil {
          found = (list[Int(n)].1, list[Int(n)].2)
        }
      }
      guard let (s, e) = found else { return nil }
      current = Array(current[s..<e])
    }
    return String(decoding: current, as: UTF8.self)
  }
}
