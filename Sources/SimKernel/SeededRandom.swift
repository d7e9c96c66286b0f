// The only source of chance: SplitMix64 (Steele, Lea, Flood 2014), seeded. Streams are split by name, so that a new
// consumer somewhere does not change what the others draw.

package struct SeededRandom {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  /// An independent generator for a purpose, e.g. `split("uid")`.
  package func split(_ name: String) -> SeededRandom {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return SeededRandom(seed: state ^ hash)
  }

  package mutating func next() -> UInt64 {
    state = state &+ 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A number in 0 ..< bound.
  package mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0)
    return Int(next() >> 33) % bound
  }

  /// A number in 0 ..< 1 with 53 random bits.
  package mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

  /// Lower-case hexadecimal digits.
  package mutating func hexadecimal(_ count: Int) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var bytes: [UInt8] = []
    for _ in 0..<count { bytes.append(digits[below(16)]) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A random (version 4) UUID in its text form.
  package mutating func uuid() -> String {
    let variant = Array("89ab")[below(4)]
    return
      "\(hexadecimal(8))-\(hexadecimal(4))-4\(hexadecimal(3))-\(String(variant))\(hexadecimal(3))-\(hexadecimal(12))"
  }

  /// A suffix as Kubernetes generates names: letters and digits without vowels and look-alikes.
  /// Source: apimachinery `pkg/util/rand`.
  package mutating func nameSuffix(_ count: Int = 5) -> String {
    let letters = Array("bcdfghjklmnpqrstvwxz2456789".utf8)
    var bytes: [UInt8] = []
    for _ in 0..<count { bytes.append(letters[below(letters.count)]) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
