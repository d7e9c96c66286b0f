// Keys and values of one Redis database, with expiry, and a copy of them as a snapshot on disk holds it.

import SimKernel
import Utilities

enum RedisValue {
  case string(String)
  case list([String])
  case hash(OrderedMap<String, String>)
  case set(OrderedMap<String, Bool>)
  /// Sorted by score, then by member.
  case sorted(RedisMembers)

  var typeName: String {
    switch self {
    case .string: return "string"
    case .list: return "list"
    case .hash: return "hash"
    case .set: return "set"
    case .sorted: return "zset"
    }
  }

  /// What OBJECT ENCODING says. Source: redis 7.0 `object.c`, `t_*.c` with the default limits.
  func encoding(_ release: RedisRelease) -> String {
    switch self {
    case .string(let text):
      if let number = Int64(text), String(number) == text { return "int" }
      return text.utf8.count <= 44 ? "embstr" : "raw"
    case .list(let items):
      guard release.isAtLeast(7, 2) else { return "quicklist" }
      var size = 0
      for item in items { size += item.utf8.count + 11 }
      return size <= 8_192 ? "listpack" : "quicklist"
    case .hash(let fields):
      var isSmall = fields.count <= 512
      for (field, value) in fields where field.utf8.count > 64 || value.utf8.count > 64 { isSmall = false }
      return isSmall ? (release.isAtLeast(7, 0) ? "listpack" : "ziplist") : "hashtable"
    case .set(let members):
      var areIntegers = true
      var isSmall = members.count <= 128
      for member in members.keys {
        if Int64(member).map({ String($0) }) != member { areIntegers = false }
        if member.utf8.count > 64 { isSmall = false }
      }
      if areIntegers, members.count <= 512 { return "intset" }
      return release.isAtLeast(7, 2) && isSmall ? "listpack" : "hashtable"
    case .sorted(let members):
      var isSmall = members.count <= 128
      for item in members where item.member.utf8.count > 64 { isSmall = false }
      return isSmall ? (release.isAtLeast(7, 0) ? "listpack" : "ziplist") : "skiplist"
    }
  }

  var isEmpty: Bool {
    switch self {
    case .string: return false
    case .list(let items): return items.isEmpty
    case .hash(let fields): return fields.isEmpty
    case .set(let members): return members.isEmpty
    case .sorted(let members): return members.isEmpty
    }
  }
}

struct RedisEntry {
  var value: RedisValue
  /// Milliseconds of Unix time.
  var expires: Int64?
}

typealias RedisMembers = [(member: String, score: Double)]

/// What stands under a key, for a command on one kind of value.
enum RedisFound<Content> {
  case some(Content)
  case none
  case wrong
}

extension RedisCall {
  func text(_ key: String) -> RedisFound<String> {
    guard let entry = entry(key) else { return .none }
    if case .string(let text) = entry.value { return .some(text) }
    return .wrong
  }
  func list(_ key: String) -> RedisFound<[String]> {
    guard let entry = entry(key) else { return .none }
    if case .list(let items) = entry.value { return .some(items) }
    return .wrong
  }
  func hash(_ key: String) -> RedisFound<OrderedMap<String, String>> {
    guard let entry = entry(key) else { return .none }
    if case .hash(let fields) = entry.value { return .some(fields) }
    return .wrong
  }
  func members(_ key: String) -> RedisFound<OrderedMap<String, Bool>> {
    guard let entry = entry(key) else { return .none }
    if case .set(let members) = entry.value { return .some(members) }
    return .wrong
  }
  func sorted(_ key: String) -> RedisFound<RedisMembers> {
    guard let entry = entry(key) else { return .none }
    if case .sorted(let members) = entry.value { return .some(members) }
    return .wrong
  }
}

typealias RedisDatabase = OrderedMap<String, RedisEntry>

/// What a snapshot or an append-only file holds.
final class RedisSnapshot {
  var databases: [Int: RedisDatabase]
  var replicationID: String?
  var offset: Int64
  var at: Instant

  init(databases: [Int: RedisDatabase], replicationID: String?, offset: Int64, at: Instant) {
    self.databases = databases
    self.replicationID = replicationID
    self.offset = offset
    self.at = at
  }

  var keyCount: Int {
    var count = 0
    for database in databases.values { count += database.count }
    return count
  }
}

/// Numbers as Redis prints them.
enum RedisNumber {
  static func integer(_ text: String) -> Int64? {
    guard let number = Int64(text), String(number) == text else { return nil }
    return number
  }

  static func float(_ text: String) -> Double? {
    switch text.lowercased() {
    case "inf", "+inf", "infinity", "+infinity": return .infinity
    case "-inf", "-infinity": return -.infinity
    default:
      guard !text.isEmpty else { return nil }
      return Decimal.parse(text.utf8.first == 43 ? String(text.dropFirst()) : text)
    }
  }

  /// The sum of two decimal numbers as INCRBYFLOAT writes it. The server adds with 64 bits of precision and shows 17 decimals: that is
  /// the exact sum while it is small, or when its parts are whole in binary; nil for others.
  static func sum(_ a: String, _ b: String) -> String? {
    guard var x = parts(a), var y = parts(b) else { return nil }
    let scale = max(x.scale, y.scale)
    while x.scale < scale {
      x.digits *= 10
      x.scale += 1
    }
    while y.scale < scale {
      y.digits *= 10
      y.scale += 1
    }
    var unit: Int64 = 1
    var five: Int64 = 1
    for _ in 0..<scale {
      unit *= 10
      five *= 5
    }
    let total = x.digits + y.digits
    let isDyadic = x.digits % five == 0 && y.digits % five == 0
    guard isDyadic || max(abs(total), max(abs(x.digits), abs(y.digits))) / unit < 64 else { return nil }
    var text = "\(abs(total) / unit)"
    var fraction = Array(padded(abs(total) % unit, scale).utf8)
    if scale == 0 { fraction = [] }
    while fraction.last == 48 { fraction.removeLast() }
    if !fraction.isEmpty { text += "." + String(decoding: fraction, as: UTF8.self) }
    return total < 0 ? "-" + text : text
  }

  /// `digits / 10^scale`, when that is small enough to be added exactly.
  private static func parts(_ text: String) -> (digits: Int64, scale: Int)? {
    var digits: Int64 = 0
    var scale = 0
    var count = 0
    var isFraction = false
    var isNegative = false
    for (index, byte) in text.utf8.enumerated() {
      switch byte {
      case 45 where index == 0: isNegative = true
      case 43 where index == 0: break
      case 46 where !isFraction: isFraction = true
      case 48...57:
        digits = digits * 10 + Int64(byte - 48)
        count += 1
        if isFraction { scale += 1 }
      default: return nil
      }
      guard count <= 9 else { return nil }
    }
    return count == 0 ? nil : (isNegative ? -digits : digits, scale)
  }

  /// A sorted set's score: 17 digits until 7.0, its shortest form since.
  static func text(_ value: Double, _ release: RedisRelease) -> String {
    if value == .infinity { return "inf" }
    if value == -.infinity { return "-inf" }
    if value == 0 { return "0" }
    if !release.isAtLeast(7, 2) { return generalFormat(value, digits: 17) }
    let (digits, point) = Decimal.shortest(value < 0 ? -value : value)
    let sign = value < 0 ? "-" : ""
    var bytes: [UInt8] = []
    for digit in digits { bytes.append(digit + 48) }
    let text = String(decoding: bytes, as: UTF8.self)
    if point <= -4 || point > 17 {
      let exponent = point - 1
      let mantissa = digits.count == 1 ? text : "\(text.prefix(1)).\(text.dropFirst())"
      let magnitude = exponent < 0 ? -exponent : exponent
      return "\(sign)\(mantissa)e\(exponent < 0 ? "-" : "+")\(padded(Int64(magnitude), 2))"
    }
    if point <= 0 { return sign + "0." + String(repeating: "0" as Character, count: -point) + text }
    if point >= digits.count { return sign + text + String(repeating: "0" as Character, count: point - digits.count) }
    return "\(sign)\(text.prefix(point)).\(text.dropFirst(point))"
  }
}

/// A release, from an image's tag.
struct RedisRelease {
  let numbers: [Int]

  var text: String { "\(numbers[0]).\(numbers[1]).\(numbers[2])" }
  func isAtLeast(_ major: Int, _ minor: Int) -> Bool { (numbers[0], numbers[1]) >= (major, minor) }

  /// The last patch level of each minor release that is modelled.
  static let latestPatch: [String: Int] = ["5.0": 14, "6.0": 20, "6.2": 18, "7.0": 15, "7.2": 8, "7.4": 3]

  /// Nil when the repository has no such tag.
  init?(tag: String) {
    var base = tag
    if let dash = tag.utf8.firstIndex(of: 45) {
      base = String(tag[..<dash])
      let variant = tag[tag.utf8.index(after: dash)...]
      guard variant.hasPrefix("alpine") || variant == "bookworm" || variant == "bullseye" else { return nil }
    }
    if base == "latest" || base == "alpine" || base == "bookworm" {
      numbers = [7, 4, 3]
      return
    }
    guard let version = VersionTag(base), version.variant.isEmpty, (1...3).contains(version.numbers.count) else {
      return nil
    }
    let lastMinor = [5: 0, 6: 2, 7: 4]
    guard let minor = version.numbers.count > 1 ? version.numbers[1] : lastMinor[version.numbers[0]],
      let patch = RedisRelease.latestPatch["\(version.numbers[0]).\(minor)"]
    else { return nil }
    if version.numbers.count == 3 {
      guard (0...patch + 6).contains(version.numbers[2]) else { return nil }
      numbers = version.numbers
    } else {
      numbers = [version.numbers[0], minor, patch]
    }
  }
}
