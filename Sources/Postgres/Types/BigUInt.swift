// Unsigned integers without a limit, in base 10^9, least significant limb first: decimal scaling is what NUMERIC needs most.

internal import SimKernel

struct BigUInt: Equatable {
  static let base: UInt64 = 1_000_000_000
  /// No leading zero limbs; zero is the empty array.
  var limbs: [UInt32] = []

  init() {}
  init(_ value: UInt64) {
    var rest = value
    while rest > 0 {
      limbs.append(UInt32(rest % BigUInt.base))
      rest /= BigUInt.base
    }
  }
  /// Decimal digits, ASCII.
  init(digits: ArraySlice<UInt8>) {
    var end = digits.endIndex
    while end > digits.startIndex {
      let start = max(digits.startIndex, end - 9)
      var limb: UInt32 = 0
      for i in start..<end { limb = limb * 10 + UInt32(digits[i] - 48) }
      limbs.append(limb)
      end = start
    }
    trim()
  }

  var isZero: Bool { limbs.isEmpty }
  var isOdd: Bool { !limbs.isEmpty && limbs[0] & 1 == 1 }

  private mutating func trim() { while let last = limbs.last, last == 0 { limbs.removeLast() } }

  /// Decimal digits without leading zeros; `0` for zero.
  var decimalDigits: [UInt8] {
    guard let top = limbs.last else { return [48] }
    var out: [UInt8] = Array(String(top).utf8)
    var i = limbs.count - 2
    while i >= 0 {
      var limb = limbs[i]
      var part: [UInt8] = [48, 48, 48, 48, 48, 48, 48, 48, 48]
      var k = 8
      while limb > 0 {
        part[k] = UInt8(limb % 10) + 48
        limb /= 10
        k -= 1
      }
      out.append(contentsOf: part)
      i -= 1
    }
    return out
  }

  var decimalCount: Int {
    guard let top = limbs.last else { return 1 }
    var count = 0
    var rest = top
    while rest > 0 {
      count += 1
      rest /= 10
    }
    return count + (limbs.count - 1) * 9
  }

  /// nil when it does not fit.
  var uint64: UInt64? {
    var value: UInt64 = 0
    for limb in limbs.reversed() {
      let (m, o1) = value.multipliedReportingOverflow(by: BigUInt.base)
      let (s, o2) = m.addingReportingOverflow(UInt64(limb))
      if o1 || o2 { return nil }
      value = s
    }
    return value
  }

  static func compare(_ a: BigUInt, _ b: BigUInt) -> Int {
    if a.limbs.count != b.limbs.count { return a.limbs.count < b.limbs.count ? -1 : 1 }
    var i = a.limbs.count - 1
    while i >= 0 {
      if a.limbs[i] != b.limbs[i] { return a.limbs[i] < b.limbs[i] ? -1 : 1 }
      i -= 1
    }
    return 0
  }

  static func + (a: BigUInt, b: BigUInt) -> BigUInt {
    var result = BigUInt()
    let count = max(a.limbs.count, b.limbs.count)
    result.limbs.reserveCapacity(count + 1)
    var carry: UInt64 = 0
    for i in 0..<count {
      let sum =
        (i < a.limbs.count ? UInt64(a.limbs[i]) : 0) + (i < b.limbs.count ? UInt64(b.limbs[i]) : 0) + carry
      result.limbs.append(UInt32(sum % base))
      carry = sum / base
    }
    if carry > 0 { result.limbs.append(UInt32(carry)) }
    return result
  }

  /// Requires a ≥ b.
  static func - (a: BigUInt, b: BigUInt) -> BigUInt {
    var result = BigUInt()
    result.limbs.reserveCapacity(a.limbs.count)
    var borrow: Int64 = 0
    for i in 0..<a.limbs.count {
      var difference = Int64(a.limbs[i]) - borrow - (i < b.limbs.count ? Int64(b.limbs[i]) : 0)
      borrow = 0
      if difference < 0 {
        difference += Int64(base)
        borrow = 1
      }
      result.limbs.append(UInt32(difference))
    }
    result.trim()
    return result
  }

  static func * (a: BigUInt, b: BigUInt) -> BigUInt {
    if a.isZero || b.isZero { return BigUInt() }
    var out = [UInt64](repeating: 0, count: a.limbs.count + b.limbs.count + 1)
    for i in 0..<a.limbs.count {
      var carry: UInt64 = 0
      let x = UInt64(a.limbs[i])
      for j in 0..<b.limbs.count {
        let sum = out[i + j] + x * UInt64(b.limbs[j]) + carry
        out[i + j] = sum % base
        carry = sum / base
      }
      var k = i + b.limbs.count
      while carry > 0 {
        let sum = out[k] + carry
        out[k] = sum % base
        carry = sum / base
        k += 1
      }
    }
    var result = BigUInt()
    result.limbs.reserveCapacity(out.count)
    for limb in out { result.limbs.append(UInt32(limb)) }
    result.trim()
    return result
  }

  func times(_ factor: UInt32) -> BigUInt {
    var result = BigUInt()
    result.limbs.reserveCapacity(limbs.count + 1)
    var carry: UInt64 = 0
    for limb in limbs {
      let product = UInt64(limb) * UInt64(factor) + carry
      result.limbs.append(UInt32(product % BigUInt.base))
      carry = product / BigUInt.base
    }
    if carry > 0 { result.limbs.append(UInt32(carry)) }
    result.trim()
    return result
  }

  func dividedBySmall(_ divisor: UInt32) -> (quotient: BigUInt, remainder: UInt32) {
    var result = BigUInt()
    result.limbs = [UInt32](repeating: 0, count: limbs.count)
    var remainder: UInt64 = 0
    var i = limbs.count - 1
    while i >= 0 {
      let current = remainder * BigUInt.base + UInt64(limbs[i])
      result.limbs[i] = UInt32(current / UInt64(divisor))
      remainder = current % UInt64(divisor)
      i -= 1
    }
    result.trim()
    return (result, UInt32(remainder))
  }

  static let smallPowers: [UInt32] = [
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
  ]

  func timesPowerOfTen(_ exponent: Int) -> BigUInt {
    if isZero || exponent <= 0 { return self }
    var result = times(BigUInt.smallPowers[exponent % 9])
    if exponent >= 9 { result.limbs.insert(contentsOf: [UInt32](repeating: 0, count: exponent / 9), at: 0) }
    return result
  }

  static func powerOfTen(_ exponent: Int) -> BigUInt { BigUInt(1).timesPowerOfTen(exponent) }

  /// Long division (Knuth, algorithm D).
  func divided(by divisor: BigUInt) -> (quotient: BigUInt, remainder: BigUInt) {
    precondition(!divisor.isZero)
    if BigUInt.compare(self, divisor) < 0 { return (BigUInt(), self) }
    if divisor.limbs.count == 1 {
      let (q, r) = dividedBySmall(divisor.limbs[0])
      return (q, BigUInt(UInt64(r)))
    }
    let factor = UInt32(BigUInt.base / (UInt64(divisor.limbs[divisor.limbs.count - 1]) + 1))
    var u = times(factor).limbs
    let v = divisor.times(factor).limbs
    let n = v.count
    while u.count <= limbs.count { u.append(0) }
    let m = u.count - n - 1
    var q = [UInt32](repeating: 0, count: m + 1)
    let base = BigUInt.base
    var j = m
    while j >= 0 {
      let top = UInt64(u[j + n]) * base + UInt64(u[j + n - 1])
      var guess = top / UInt64(v[n - 1])
      var rest = top % UInt64(v[n - 1])
      while guess >= base || guess * UInt64(v[n - 2]) > rest * base + UInt64(u[j + n - 2]) {
        guess -= 1
        rest += UInt64(v[n - 1])
        if rest >= base { break }
      }
      var borrow: Int64 = 0
      var carry: UInt64 = 0
      for i in 0..<n {
        let product = guess * UInt64(v[i]) + carry
        carry = product / base
        var difference = Int64(u[i + j]) - borrow - Int64(product % base)
        borrow = 0
        if difference < 0 {
          difference += Int64(base)
          borrow = 1
        }
        u[i + j] = UInt32(difference)
      }
      var last = Int64(u[j + n]) - borrow - Int64(carry)
      var negative = false
      if last < 0 {
        last += Int64(base)
        negative = true
      }
      u[j + n] = UInt32(last)
      if negative {
        guess -= 1
        var addCarry: UInt64 = 0
        for i in 0..<n {
          let sum = UInt64(u[i + j]) + UInt64(v[i]) + addCarry
          u[i + j] = UInt32(sum % base)
          addCarry = sum / base
        }
        u[j + n] = UInt32((UInt64(u[j + n]) + addCarry) % base)
      }
      q[j] = UInt32(guess)
      j -= 1
    }
    var quotient = BigUInt()
    quotient.limbs = q
    quotient.trim()
    var remainder = BigUInt()
    remainder.limbs = Array(u[0..<n])
    remainder.trim()
    return (quotient, remainder.dividedBySmall(factor).quotient)
  }

  /// Largest integer whose square is not above the number.
  var squareRoot: BigUInt {
    if isZero { return self }
    // Newton from above.
    var x = BigUInt.powerOfTen(decimalCount / 2 + 1)
    while true {
      let next = (x + divided(by: x).quotient).dividedBySmall(2).quotient
      if BigUInt.compare(next, x) >= 0 { return x }
      x = next
    }
  }
}
