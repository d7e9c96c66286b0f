// The numbers of `rand()`: mawk takes them from the C library's `random`, an additive feedback generator over 31 words (glibc,
// stdlib/random_r.c, TYPE_3), divided by the largest of them. The same seed gives the same numbers as the real awk.

struct AwkRandom {
  private var state: [UInt32]
  private var front = 3
  private var rear = 0

  init(seed: UInt32) {
    var word = Int64(Int32(bitPattern: seed == 0 ? 1 : seed))
    state = [UInt32(truncatingIfNeeded: word)]
    for _ in 1..<31 {
      // 16807 · word mod (2^31 - 1), kept positive.
      let high = word / 127_773
      let low = word % 127_773
      word = 16_807 * low - 2_836 * high
      if word < 0 { word += 2_147_483_647 }
      state.append(UInt32(truncatingIfNeeded: word))
    }
    for _ in 0..<310 { _ = draw() }
  }

  private mutating func draw() -> UInt32 {
    state[front] = state[front] &+ state[rear]
    let result = state[front] >> 1
    front = (front + 1) % 31
    rear = (rear + 1) % 31
    return result
  }

  /// From 0 up to and including 1.
  mutating func next() -> Double { Double(draw()) / 2_147_483_647 }
}
