// An unsigned integer of any size, with just what exact conversions between decimal text and binary floating point need.

package struct Natural {
  /// Least significant first, no leading zeros.
  private var words: [UInt32] = []

  package init(_ value: UInt64) {
    if value > 0 { words.append(UInt32(truncatingIfNeeded: value)) }
    if value >> 32 > 0 { words.append(UInt32(truncatingIfNeeded: value >> 32)) }
  }

  init(digits: [UInt8]) {
    var i = 0
    while i < digits.count {
      var chunk: UInt32 = 0
      var power: UInt32 = 1
      let end = min(i + 9, digits.count)
      while i < end {
        chunk = chunk * 10 + UInt32(digits[i])
        power *= 10
        i += 1
      }
      multiply(by: power, adding: chunk)
    }
  }

  var isZero: Bool { words.isEmpty }
  var bitWidth: Int { words.isEmpty ? 0 : words.count * 32 - words[words.count - 1].leadingZeroBitCount }
  var low64: UInt64 {
    (words.isEmpty ? 0 : UInt64(words[0])) | (words.count > 1 ? UInt64(words[1]) << 32 : 0)
  }
  func bit(_ index: Int) -> Bool {
    index >= 0 && index / 32 < words.count && words[index / 32] >> UInt32(index % 32) & 1 == 1
  }

  mutating func multiply(by factor: UInt32, adding addend: UInt32 = 0) {
    var carry = UInt64(addend)
    for i in words.indices {
      let product = UInt64(words[i]) * UInt64(factor) + carry
      words[i] = UInt32(truncatingIfNeeded: product)
      carry = product >> 32
    }
    if carry > 0 { words.append(UInt32(carry)) }
  }

  package mutating func multiply(powerOf base: UInt32, _ exponent: Int) {
    // The largest power that fits in a word at a time.
    var chunk = base
    var size = 1
    while UInt64(chunk) * UInt64(base) < 1 << 32 {
      chunk *= base
      size += 1
    }
    for _ in 0..<exponent / size { multiply(by: chunk) }
    for _ in 0..<exponent % size { multiply(by: base) }
  }

  package mutating func shiftLeft(_ count: Int) {
    if words.isEmpty || count == 0 { return }
    let bits = UInt32(count % 32)
    if bits > 0 {
      var carry: UInt32 = 0
      for i in words.indices {
        let word = words[i]
        words[i] = word << bits | carry
        carry = word >> (32 - bits)
      }
      if carry > 0 { words.append(carry) }
    }
    words.insert(contentsOf: [UInt32](repeating: 0, count: count / 32), at: 0)
  }

  mutating func shiftRight(_ count: Int) {
    if count <= 0 { return }
    let drop = count / 32
    if drop >= words.count {
      words = []
      return
    }
    words.removeFirst(drop)
    let bits = UInt32(count % 32)
    if bits > 0 {
      for i in words.indices {
        words[i] = words[i] >> bits | (i + 1 < words.count ? words[i + 1] << (32 - bits) : 0)
      }
    }
    while words.last == 0 { words.removeLast() }
  }

  static func < (a: Natural, b: Natural) -> Bool {
    if a.words.count != b.words.count { return a.words.count < b.words.count }
    var i = a.words.count - 1
    while i >= 0 {
      if a.words[i] != b.words[i] { return a.words[i] < b.words[i] }
      i -= 1
    }
    return false
  }

  private mutating func subtract(_ other: Natural) {
    var borrow: Int64 = 0
    for i in words.indices {
      var difference = Int64(words[i]) - borrow - (i < other.words.count ? Int64(other.words[i]) : 0)
      borrow = 0
      if difference < 0 {
        difference += 1 << 32
        borrow = 1
      }
      words[i] = UInt32(difference)
    }
    while words.last == 0 { words.removeLast() }
  }

  /// Binary long division: the quotient here never has more than some 66 bits.
  func divided(by divisor: Natural) -> (quotient: Natural, remainder: Natural) {
    var remainder = self
    var quotient = Natural(0)
    var shift = bitWidth - divisor.bitWidth
    if shift < 0 { return (quotient, remainder) }
    var part = divisor
    part.shiftLeft(shift)
    while shift >= 0 {
      quotient.shiftLeft(1)
      if !(remainder < part) {
        remainder.subtract(part)
        if quotient.words.isEmpty { quotient.words = [1] } else { quotient.words[0] |= 1 }
      }
      part.shiftRight(1)
      shift -= 1
    }
    return (quotient, remainder)
  }

  /// The decimal digits (as values 0 … 9), without leading zeros; empty for zero.
  package func decimalDigits() -> [UInt8] {
    var work = words
    var groups: [UInt32] = []
    while !work.isEmpty {
      var remainder: UInt64 = 0
      for i in stride(from: work.count - 1, through: 0, by: -1) {
        let value = remainder << 32 | UInt64(work[i])
        work[i] = UInt32(value / 1_000_000_000)
        remainder = value % 1_000_000_000
      }
      groups.append(UInt32(remainder))
      while work.last == 0 { work.removeLast() }
    }
    var digits: [UInt8] = []
    for (index, group) in groups.reversed().enumerated() {
      var divisor: UInt32 = 100_000_000
      var leading = index == 0
      while divisor > 0 {
        let digit = UInt8(group / divisor % 10)
        if digit != 0 { leading = false }
        if !leading { digits.append(digit) }
        divisor /= 10
      }
    }
    return digits
  }
}
