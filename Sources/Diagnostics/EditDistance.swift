// How far two words are apart, for "did you mean": insertions, deletions and replacements of Unicode scalars (Levenshtein).

package enum EditDistance {
  /// Longer words are compared by their beginnings, so that hostile names take no hostile time.
  private static let lengthMax = 64

  package static func between(_ a: String, _ b: String) -> Int {
    let left = Array(a.unicodeScalars.prefix(lengthMax))
    let right = Array(b.unicodeScalars.prefix(lengthMax))
    var row = Array(0...right.count)
    for (i, x) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in right.enumerated() {
        let above = row[j + 1]
        row[j + 1] = min(above + 1, row[j] + 1, diagonal + (x == y ? 0 : 1))
        diagonal = above
      }
    }
    return row[right.count]
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
