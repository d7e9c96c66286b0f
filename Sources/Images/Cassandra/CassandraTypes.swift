// CQL's types: how they are written, and what a literal becomes in a column of one. Source: Cassandra documentation (CQL, data types).

import SimKernel
import SimMachine

enum CassandraTypes {
  private static let simple: Set<String> = [
    "text", "varchar", "ascii", "int", "bigint", "smallint", "tinyint", "uuid", "timeuuid", "boolean", "varint",
    "timestamp", "float", "double", "decimal", "inet",
  ]

  /// A type that begins with a word: `int`, `list<text>`, `frozen<map<text, int>>`.
  static func read(_ word: String, _ cursor: inout CassandraCursor) -> String? {
    if simple.contains(word) { return word }
    guard ["list", "set", "map", "frozen"].contains(word), cursor.take("<") else { return nil }
    var inner: [String] = []
    repeat {
      guard let next = cursor.word(), let type = read(next, &cursor) else { return nil }
      inner.append(type)
    } while cursor.take(",")
    guard cursor.take(">") else { return nil }
    return word == "frozen" ? inner[0] : "\(word)<\(inner.joined(separator: ", "))>"
  }

  /// Nil: a literal that does not fit, or whose form is not modelled.
  static func convert(_ value: CassandraValue, _ type: String) -> CassandraValue? {
    switch (type, value) {
    case (_, .null): return .null
    case ("timestamp", .text(let text)): return CassandraTypes.time(text)
    case ("timestamp", .number(let text)): return Int64(text).map { .time($0) }
    case ("timestamp", .time): return value
    case ("inet", .text(let text)): return .number(text)
    case ("text", .text), ("varchar", .text), ("ascii", .text), ("boolean", .bool): return value
    case ("uuid", .number(let text)), ("timeuuid", .number(let text)): return text.utf8.count == 36 ? value : nil
    case ("float", .number(let text)), ("double", .number(let text)):
      // Shown with so many digits as it was written, up to five of them.
      let digits = text.utf8.filter { (48...57).contains($0) }.count
      guard digits <= 5 else { return nil }
      return .number(text.utf8.contains(46) ? trimmed(text) : text)
    case ("decimal", .number): return value
    case ("int", .number(let text)), ("bigint", .number(let text)), ("smallint", .number(let text)),
      ("tinyint", .number(let text)), ("varint", .number(let text)):
      return Int64(text) == nil ? nil : value
    default: break
    }
    guard let open = type.utf8.firstIndex(of: 60) else { return nil }
    let kind = String(type[..<open])
    let inner = separated(String(type[type.utf8.index(after: open)...].dropLast()), by: ",").map {
      blankSeparated($0).joined(separator: " ")
    }
    func all(_ items: [CassandraValue], _ type: String) -> [CassandraValue]? {
      var list: [CassandraValue] = []
      for item in items {
        guard let converted = convert(item, type) else { return nil }
        list.append(converted)
      }
      return list
    }
    switch (kind, value) {
    case ("list", .list(let items)): return all(items, inner[0]).map { .list($0) }
    case ("set", .set(let items)):
      return all(items, inner[0]).map { list in
        var sorted = list.sorted { CassandraShell.precedes($0, $1) }
        for index in sorted.indices.dropFirst().reversed() where sorted[index] == sorted[index - 1] {
          sorted.remove(at: index)
        }
        return .set(sorted)
      }
    case ("map", .map(let pairs)):
      guard inner.count == 2 else { return nil }
      var list: [[CassandraValue]] = []
      for pair in pairs {
        guard let key = convert(pair[0], inner[0]), let value = convert(pair[1], inner[1]) else { return nil }
        list.append([key, value])
      }
      return .map(list.sorted { CassandraShell.precedes($0[0], $1[0]) })
    case ("map", .set(let items)) where items.isEmpty: return .null
    default: return nil
    }
  }

  private static func trimmed(_ text: String) -> String {
    var text = text
    while text.utf8.last == 48 { text.removeLast() }
    return text.utf8.last == 46 ? text + "0" : text
  }

  /// `2026-01-15`, `2026-01-15 09:00`, `2026-01-15T09:00:00.123Z`, `… +0000`.
  private static func time(_ given: String) -> CassandraValue? {
    var text = given
    for ending in ["Z", "+0000", "+00:00"] where text.hasSuffix(ending) {
      text = String(text.dropLast(ending.utf8.count))
    }
    let parts = text.split(whereSeparator: { $0 == " " || $0 == "T" }).map { String($0) }
    guard let day = parts.first, parts.count <= 2 else { return nil }
    let date = separated(day, by: "-").map { Int64($0) ?? -1 }
    guard date.count == 3, (1...12).contains(date[1]), (1...31).contains(date[2]), date[0] > 0 else { return nil }
    var milliseconds: Int64 = 0
    if parts.count == 2 {
      let clock = separated(parts[1], by: ":")
      guard clock.count >= 2, let hour = Int64(clock[0]), let minute = Int64(clock[1]) else { return nil }
      milliseconds = (hour * 3_600 + minute * 60) * 1_000
      if clock.count == 3 {
        let second = separated(clock[2], by: ".")
        guard let whole = Int64(second[0]) else { return nil }
        milliseconds += whole * 1_000
        if second.count == 2 {
          guard let part = Int64((second[1] + "00").prefix(3)) else { return nil }
          milliseconds += part
        }
      }
    }
    // Days since 1970 by the civil calendar (years begin in March).
    let year = date[1] <= 2 ? date[0] - 1 : date[0]
    let month = (date[1] + 9) % 12
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + date[2] - 1 - 719_468
    return .time(days * 86_400_000 + milliseconds)
  }
}
