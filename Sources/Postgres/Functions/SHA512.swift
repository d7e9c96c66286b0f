// SHA-384 and SHA-512. The constants are the first bits of the fractional parts of roots of primes, computed here.
// Source: FIPS 180-4.

enum SHA512 {
  /// The first 64 bits after the point of the square or cube root of a prime.
  private static func fraction(_ prime: UInt64, cube: Bool) -> UInt64 {
    // The root times 2^64 as an integer: the largest r with r^2 (or r^3) not above prime · 2^128 (or 2^192).
    var n = BigUInt(prime)
    for _ in 0..<(cube ? 192 : 128) { n = n.times(2) }
    var low = BigUInt(0)
    var bit = BigUInt(1)
    for _ in 0..<70 { bit = bit.times(2) }
    while !bit.isZero {
      let candidate = low + bit
      let power = cube ? candidate * candidate * candidate : candidate * candidate
      if BigUInt.compare(power, n) <= 0 { low = candidate }
      bit = bit.divided(by: BigUInt(2)).quotient
    }
    var out: UInt64 = 0
    for d in low.decimalDigits { out = out &* 10 &+ UInt64(d - 48) }
    return out
  }

  nonisolated(unsafe) private static var tables: (k: [UInt64], long: [UInt64], short: [UInt64])?

  private static func constants() -> (k: [UInt64], long: [UInt64], short: [UInt64]) {
    if let tables { return tables }
    var primes: [UInt64] = []
    var n: UInt64 = 2
    while primes.count < 80 {
      var isPrime = true
      for p in primes where p * p <= n && n % p == 0 { isPrime = false }
      if isPrime { primes.append(n) }
      n += 1
    }
    let made = (
      k: primes.map { fraction($0, cube: true) }, long: primes[..<8].map { fraction($0, cube: false) },
      short: primes[8..<16].map { fraction($0, cube: false) }
    )
    tables = made
    return made
  }

  static func digest(_ message: [UInt8], isShort: Bool) -> [UInt8] {
    let (k, long, short) = constants()
    var h = isShort ? short : long
    var m = message + [0x80]
    while m.count % 128 != 112 { m.append(0) }
    m += [UInt8](repeating: 0, count: 8)
    let length = UInt64(message.count) * 8
    for s in stride(from: 56, through: 0, by: -8) { m.append(UInt8(truncatingIfNeeded: length >> UInt64(s))) }
    func rotate(_ x: UInt64, _ n: UInt64) -> UInt64 { (x >> n) | (x << (64 - n)) }
    var w = [UInt64](repeating: 0, count: 80)
    for start in stride(from: 0, to: m.count, by: 128) {
      for i in 0..<16 {
        var word: UInt64 = 0
        for b in 0..<8 { word = word << 8 | UInt64(m[start + 8 * i + b]) }
        w[i] = word
      }
      for i in 16..<80 {
        let a = rotate(w[i - 15], 1) ^ rotate(w[i - 15], 8) ^ (w[i - 15] >> 7)
        let b = rotate(w[i - 2], 19) ^ rotate(w[i - 2], 61) ^ (w[i - 2] >> 6)
        w[i] = w[i - 16] &+ a &+ w[i - 7] &+ b
      }
      var v = h
      for i in 0..<80 {
        let s1 = rotate(v[4], 14) ^ rotate(v[4], 18) ^ rotate(v[4], 41)
        let choice = (v[4] & v[5]) ^ (~v[4] & v[6])
        let t1 = v[7] &+ s1 &+ choice &+ k[i] &+ w[i]
        let s0 = rotate(v[0], 28) ^ rotate(v[0], 34) ^ rotate(v[0], 39)
        let t2 = s0 &+ ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]))
        v = [t1 &+ t2, v[0], v[1], v[2], v[3] &+ t1, v[4], v[5], v[6]]
      }
      for i in 0..<8 { h[i] = h[i] &+ v[i] }
    }
    var out: [UInt8] = []
    for word in h {
      for s in stride(from: 56, through: 0, by: -8) { out.append(UInt8(truncatingIfNeeded: word >> UInt64(s))) }
    }
    return out
  }
}
