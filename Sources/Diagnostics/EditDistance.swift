// How far two words are apart, for "did you mean": insertions, deletions and replacements of Unicode scalars, and exchanges of two
// neighbours (the optimal string alignment distance).

package enum EditDistance {
  /// Longer words are compared by their beginnings, so that hostile names take no hostile time.
  private static let lengthMax = 64

  package static func between(_ a: String, _ b: String) -> Int {
    let left = Array(a.unicodeScalars.prefix(lengthMax))
    let right = Array(b.unicodeScalars.prefix(lengthMax))
    var before = Array(0...right.count)
    var last = before
    for (i, x) in left.enumerated() {
      var row = [i + 1]
      for (j, y) in right.enumerated() {
        var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (x == y ? 0 : 1))
        if i > 0, j > 0, x == right[j - 1], left[i - 1] == y { cost = min(cost, before[j - 1] + 1) }
        row.append(cost)
      }
      before = last
      last = row
    }
    return last[right.count]
  }

  /// The names that `wanted` may have been meant to be, nearest first, at most four.
  package static func near(_ wanted: String, in names: [String], max: Int) -> [String] {
    var found: [(distance: Int, name: String)] = []
    for name in names {
      let distance = between(name, wanted)
      if distance <= max { found.append((distance, name)) }
    }
    found.sort { $0.distance != $1.distance ? $0.distance < $1.distance : $0.name < $1.name }
    var result: [String] = []
    for item in found.prefix(4) { result.append(item.name) }
    return result
  }
}
