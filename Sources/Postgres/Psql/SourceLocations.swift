// The `LOCATION` that verbose errors end with, for the messages that sessions meet. Facts read from a running PostgreSQL 15.18
// server; a message that is not here is printed without the line.

internal import SimKernel

enum SourceLocations {
  static func find(_ e: SQLError) -> String? {
    for f in factLines(locationFacts) where f[0] == e.state && matches(Array(f[1].utf8), Array(e.message.utf8)) {
      return f[2]
    }
    return nil
  }

  /// `*` stands for any text.
  private static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
    var p = 0
    var t = 0
    var star = -1
    var mark = 0
    while t < text.count {
      if p < pattern.count, pattern[p] == 0x2a {
        star = p
        mark = t
        p += 1
      } else if p < pattern.count, pattern[p] == text[t] {
        p += 1
        t += 1
      } else if star >= 0 {
        p = star + 1
        mark += 1
        t = mark
      } else {
        return false
      }
    }
    while p < pattern.count, pattern[p] == 0x2a { p += 1 }
    return p == pattern.count
  }
}
