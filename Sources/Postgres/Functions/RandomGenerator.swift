// The generator behind random(): xoroshiro128** (Blackman, Vigna 2018) filled by SplitMix64, so that setseed() makes the same
// numbers follow as in PostgreSQL 15.

struct RandomGenerator {
  private var a: UInt64
  private var b: UInt64

  init(bits: UInt64) {
    var state = bits
    func split() -> UInt64 {
      state = state &+ 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
    a = split()
    b = split()
  }

  /// `setseed`: a number from -1 to 1.
  init(seed: Double) {
    self.init(bits: UInt64(bitPattern: Int64(4_503_599_627_370_495.0 * seed)))
  }

  private static func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }

  /// At least 0 and below 1, with 52 random bits.
  mutating func next() -> Double {
    let mixed = a ^ b
    let value = RandomGenerator.rotate(a &* 5, 7) &* 9
    a = RandomGenerator.rotate(a, 24) ^ mixed ^ (mixed << 16)
    b = RandomGenerator.rotate(mixed, 37)
    return Double(value >> 12) / 4_503_599_627_370_496
  }
}
