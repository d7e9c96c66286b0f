// Small pieces of text handling on UTF-8 bytes that the Embedded standard library does not bring.

import SimKernel

extension String {
  func contains(byte: UInt8) -> Bool { utf8.contains(byte) }

  /// The pieces between separators, empty ones included.
  func pieces(_ separator: Character) -> [String] {
    var result: [String] = []
    for piece in split(separator: separator, omittingEmptySubsequences: false) { result.append(String(piece)) }
    return result
  }

  /// The two sides of the first separator; nil when there is none.
  func cut(_ separator: UInt8) -> (String, String)? {
    guard let place = utf8.firstIndex(of: separator) else { return nil }
    return (String(self[..<place]), String(self[utf8.index(after: place)...]))
  }

  /// The two sides of the last separator; nil when there is none.
  func cutLast(_ separator: UInt8) -> (String, String)? {
    guard let place = utf8.lastIndex(of: separator) else { return nil }
    return (String(self[..<place]), String(self[utf8.index(after: place)...]))
  }

  func containsText(_ other: String) -> Bool { find(other) != nil }

  /// The UTF-8 offset at which `other` first occurs, from an offset on.
  func find(_ other: String, from: Int = 0) -> Int? {
    let hay = Array(utf8)
    let needle = Array(other.utf8)
    if needle.isEmpty { return from }
    guard hay.count >= needle.count + from else { return nil }
    var i = from
    while i + needle.count <= hay.count {
      if hay[i] == needle[0] {
        var k = 1
        while k < needle.count, hay[i + k] == needle[k] { k += 1 }
        if k == needle.count { return i }
      }
      i += 1
    }
    return nil
  }

  func replacingText(_ other: String, with replacement: String) -> String {
    let hay = Array(utf8)
    let count = other.utf8.count
    guard count > 0 else { return self }
    var result: [UInt8] = []
    var from = 0
    while let place = find(other, from: from) {
      result.append(contentsOf: hay[from..<place])
      result.append(contentsOf: replacement.utf8)
      from = place + count
    }
    result.append(contentsOf: hay[from...])
    return String(decoding: result, as: UTF8.self)
  }

  /// Without the white space at both ends.
  var trimmed: String {
    var bytes = Array(utf8)[...]
    while let first = bytes.first, first == 32 || (first >= 9 && first <= 13) { bytes = bytes.dropFirst() }
    while let last = bytes.last, last == 32 || (last >= 9 && last <= 13) { bytes = bytes.dropLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Filled up with spaces to a width in runes.
  func padded(to width: Int) -> String {
    let missing = width - unicodeScalars.count
    return missing > 0 ? self + String(repeating: " ", count: missing) : self
  }
}

extension Substring {
  var text: String { String(self) }
}

/// Go's `strconv.ParseInt` for a number of bits.
enum GoInteger {
  static func parse(_ text: String, bits: Int) -> (value: Int64, problem: String?) {
    let bytes = Array(text.utf8)
    var i = 0
    var negative = false
    if let first = bytes.first, first == 43 || first == 45 {
      negative = first == 45
      i = 1
    }
    guard i < bytes.count else { return (0, "invalid syntax") }
    var value: Int64 = 0
    while i < bytes.count {
      guard bytes[i] >= 48, bytes[i] <= 57 else { return (0, "invalid syntax") }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow2) = product.addingReportingOverflow(Int64(bytes[i] - 48))
      if overflow || overflow2 { return (0, "value out of range") }
      value = sum
      i += 1
    }
    if negative { value = -value }
    if bits == 32, value > 2_147_483_647 || value < -2_147_483_648 { return (0, "value out of range") }
    return (value, nil)
  }
}
