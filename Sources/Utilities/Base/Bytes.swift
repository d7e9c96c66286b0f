// Small helpers on bytes and numbers that many tools share.

import SimKernel

extension String {
  init(bytes: [UInt8]) { self.init(raw: bytes) }
  init(bytes: ArraySlice<UInt8>) { self.init(raw: bytes) }

  var bytes: [UInt8] { rawBytes }

  func paddedLeft(_ width: Int) -> String {
    let count = utf8.count
    return count >= width ? self : String(repeating: " ", count: width - count) + self
  }
  func paddedRight(_ width: Int) -> String {
    let count = utf8.count
    return count >= width ? self : self + String(repeating: " ", count: width - count)
  }
  var hasLeadingDash: Bool { utf8.first == 45 && utf8.count > 1 }
}

func joined(_ folder: String, _ name: String) -> String {
  folder.utf8.last == 47 ? folder + name : folder + "/" + name
}

func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }
func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }
func isUpper(_ byte: UInt8) -> Bool { byte >= 65 && byte <= 90 }
func isLower(_ byte: UInt8) -> Bool { byte >= 97 && byte <= 122 }
func isAlpha(_ byte: UInt8) -> Bool { isUpper(byte) || isLower(byte) }
func isAlphanumeric(_ byte: UInt8) -> Bool { isAlpha(byte) || isDigit(byte) }
func lowercased(_ byte: UInt8) -> UInt8 { isUpper(byte) ? byte + 32 : byte }
func uppercased(_ byte: UInt8) -> UInt8 { isLower(byte) ? byte - 32 : byte }

func compareBytes(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Int {
  var i = a.startIndex
  var j = b.startIndex
  while i < a.endIndex, j < b.endIndex {
    if a[i] != b[j] { return a[i] < b[j] ? -1 : 1 }
    i += 1
    j += 1
  }
  let left = a.endIndex - i
  let right = b.endIndex - j
  return left == right ? 0 : left < right ? -1 : 1
}

func compareBytes(_ a: String, _ b: String) -> Int {
  var i = a.utf8.makeIterator()
  var j = b.utf8.makeIterator()
  while true {
    let x = i.next()
    let y = j.next()
    if x == nil { return y == nil ? 0 : -1 }
    guard let y, let x else { return 1 }
    if x != y { return x < y ? -1 : 1 }
  }
}

/// Where `needle` begins in `bytes` at or after `start`.
func find(_ needle: [UInt8], in bytes: ArraySlice<UInt8>, from start: Int) -> Int? {
  if needle.isEmpty { return start <= bytes.endIndex ? start : nil }
  var at = start
  let first = needle[0]
  while at + needle.count <= bytes.endIndex {
    if bytes[at] == first {
      var k = 1
      while k < needle.count, bytes[at + k] == needle[k] { k += 1 }
      if k == needle.count { return at }
    }
    at += 1
  }
  return nil
}

/// Splits into lines, each with its newline except perhaps the last.
func lines(_ bytes: [UInt8], delimiter: UInt8 = 10) -> [ArraySlice<UInt8>] {
  var result: [ArraySlice<UInt8>] = []
  var start = 0
  for i in 0..<bytes.count where bytes[i] == delimiter {
    result.append(bytes[start...i])
    start = i + 1
  }
  if start < bytes.count { result.append(bytes[start...]) }
  return result
}

/// The lines without their newlines.
func lineContents(_ bytes: [UInt8], delimiter: UInt8 = 10) -> [ArraySlice<UInt8>] {
  var result: [ArraySlice<UInt8>] = []
  var start = 0
  for i in 0..<bytes.count where bytes[i] == delimiter {
    result.append(bytes[start..<i])
    start = i + 1
  }
  if start < bytes.count { result.append(bytes[start...]) }
  return result
}

/// An unsigned decimal number and nothing else; saturates.
func decimal(_ bytes: ArraySlice<UInt8>) -> Int64? {
  guard !bytes.isEmpty else { return nil }
  var value: Int64 = 0
  for byte in bytes {
    guard isDigit(byte) else { return nil }
    let (product, overflow) = value.multipliedReportingOverflow(by: 10)
    let (sum, overflow2) = product.addingReportingOverflow(Int64(byte - 48))
    value = overflow || overflow2 ? Int64.max : sum
  }
  return value
}
func decimal(_ text: String) -> Int64? { decimal(text.bytes[...]) }
/// A decimal number with an optional sign.
func signedDecimal(_ text: String) -> Int64? {
  let bytes = text.bytes
  guard let first = bytes.first else { return nil }
  if first == 45 { return decimal(bytes[1...]).map { -$0 } }
  if first == 43 { return decimal(bytes[1...]) }
  return decimal(bytes[...])
}

/// A size with the suffixes of coreutils: b 512, kB 1000, K 1024, MB, M, KiB … Nil when it is not one.
func sizeWithSuffix(_ text: String) -> Int64? {
  let bytes = text.bytes
  var end = 0
  while end < bytes.count, isDigit(bytes[end]) { end += 1 }
  guard end > 0, let number = decimal(bytes[..<end]) else { return nil }
  let suffix = String(bytes: bytes[end...])
  if suffix.isEmpty { return number }
  if suffix == "b" { return number &* 512 }
  if suffix == "c" { return number }
  if suffix == "w" { return number &* 2 }
  let letters: [UInt8] = Array("KMGTPE".utf8)
  guard let first = suffix.utf8.first, let power = letters.firstIndex(of: uppercased(first)) else { return nil }
  let tail = String(bytes: suffix.bytes[1...])
  guard tail.isEmpty || tail == "B" || tail == "iB" else { return nil }
  let base: Int64 = tail == "B" ? 1000 : 1024
  var factor: Int64 = 1
  for _ in 0...power { factor *= base }
  let (product, overflow) = number.multipliedReportingOverflow(by: factor)
  return overflow ? Int64.max : product
}

/// A size for people, as `ls -h` and `du -h` word it: rounded up, one digit after the point below ten.
func humanSize(_ size: Int64, base: Int64 = 1024) -> String {
  if size < base { return String(size) }
  let units: [String] = base == 1024 ? ["K", "M", "G", "T", "P", "E"] : ["k", "M", "G", "T", "P", "E"]
  var divisor = base
  var unit = 0
  while size / divisor >= base, unit < units.count - 1 {
    divisor *= base
    unit += 1
  }
  while true {
    let whole = size / divisor
    if whole < 10 {
      // Rounded up to tenths.
      let rest = size % divisor
      var tenths = rest / (divisor / 10)
      if divisor % 10 == 0 {
        if rest % (divisor / 10) != 0 { tenths += 1 }
      } else {
        tenths = (rest * 10 + divisor - 1) / divisor
      }
      let total = whole * 10 + tenths
      if total < 100 { return "\(total / 10).\(total % 10)\(units[unit])" }
      return "10\(units[unit])"
    }
    let rounded = (size + divisor - 1) / divisor
    if rounded >= base, unit < units.count - 1 {
      divisor *= base
      unit += 1
      continue
    }
    return "\(rounded)\(units[unit])"
  }
}

/// Decodes one UTF-8 character: its scalar and its length; nil for bytes that are none.
func decodeUTF8(_ bytes: ArraySlice<UInt8>, at index: Int) -> (scalar: UInt32, length: Int)? {
  let first = bytes[index]
  if first < 0x80 { return (UInt32(first), 1) }
  let length = first >= 0xf0 && first < 0xf8 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0
  guard first < 0xf8, length > 0, index + length <= bytes.endIndex else { return nil }
  var scalar = UInt32(first) & (length == 2 ? 0x1f : length == 3 ? 0x0f : 0x07)
  for k in 1..<length {
    let byte = bytes[index + k]
    guard byte & 0xc0 == 0x80 else { return nil }
    scalar = scalar << 6 | UInt32(byte & 0x3f)
  }
  return (scalar, length)
}

func encodeUTF8(_ scalar: UInt32, into bytes: inout [UInt8]) {
  if scalar < 0x80 {
    bytes.append(UInt8(scalar))
  } else if scalar < 0x800 {
    bytes.append(UInt8(0xc0 | scalar >> 6))
    bytes.append(UInt8(0x80 | scalar & 0x3f))
  } else if scalar < 0x10000 {
    bytes.append(UInt8(0xe0 | scalar >> 12))
    bytes.append(UInt8(0x80 | scalar >> 6 & 0x3f))
    bytes.append(UInt8(0x80 | scalar & 0x3f))
  } else {
    bytes.append(UInt8(0xf0 | scalar >> 18 & 7))
    bytes.append(UInt8(0x80 | scalar >> 12 & 0x3f))
    bytes.append(UInt8(0x80 | scalar >> 6 & 0x3f))
    bytes.append(UInt8(0x80 | scalar & 0x3f))
  }
}

/// Terminal columns of a character: two for wide East Asian ones and most emoji, none for combining marks.
func columnWidth(_ scalar: UInt32) -> Int {
  if scalar < 0x300 { return scalar < 32 || (scalar >= 0x7f && scalar < 0xa0) ? 0 : 1 }
  if scalar <= 0x36f || scalar == 0x200d || (scalar >= 0xfe00 && scalar <= 0xfe0f) { return 0 }
  if scalar >= 0x1100 && scalar <= 0x115f { return 2 }
  if scalar >= 0x2e80 && scalar <= 0xa4cf && scalar != 0x303f { return 2 }
  if scalar >= 0xac00 && scalar <= 0xd7a3 || scalar >= 0xf900 && scalar <= 0xfaff { return 2 }
  if scalar >= 0xfe30 && scalar <= 0xfe6f || scalar >= 0xff00 && scalar <= 0xff60 { return 2 }
  if scalar >= 0x1f300 && scalar <= 0x1f64f || scalar >= 0x1f680 && scalar <= 0x1f6ff { return 2 }
  if scalar >= 0x1f900 && scalar <= 0x1f9ff || scalar >= 0x20000 && scalar <= 0x3fffd { return 2 }
  if scalar == 0x2705 || scalar == 0x274c || scalar == 0x2728 || scalar == 0x23f3 || scalar == 0x2b50 { return 2 }
  return 1
}

/// Terminal columns of a text.
func displayWidth(_ bytes: ArraySlice<UInt8>) -> Int {
  var width = 0
  var i = bytes.startIndex
  while i < bytes.endIndex {
    if let (scalar, length) = decodeUTF8(bytes, at: i) {
      width += columnWidth(scalar)
      i += length
    } else {
      width += 1
      i += 1
    }
  }
  return width
}
func displayWidth(_ text: String) -> Int { displayWidth(text.bytes[...]) }
