// Redis' glob patterns, as KEYS, SCAN, PSUBSCRIBE and CONFIG GET use them.
// Source: redis 7.0 `util.c` (stringmatchlen).

/// Redis' glob patterns: `*`, `?`, `[a-z]`, `[^…]`, backslash.
enum RedisGlob {
  static func matches(_ pattern: String, _ text: String) -> Bool {
    match(Array(pattern.utf8)[...], Array(text.utf8)[...], depth: 0)
  }

  private static func match(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>, depth: Int) -> Bool {
    guard depth < 64 else { return false }
    var p = pattern
    var t = text
    while let first = p.first {
      switch first {
      case 42:
        while p.first == 42 { p = p.dropFirst() }
        if p.isEmpty { return true }
        while true {
          if match(p, t, depth: depth + 1) { return true }
          if t.isEmpty { return false }
          t = t.dropFirst()
        }
      case 63:
        if t.isEmpty { return false }
        t = t.dropFirst()
        p = p.dropFirst()
      case 91:
        guard let byte = t.first else { return false }
        p = p.dropFirst()
        let negated = p.first == 94
        if negated { p = p.dropFirst() }
        var found = false
        while let item = p.first, item != 93 {
          p = p.dropFirst()
          if p.first == 45, let high = p.dropFirst().first, high != 93 {
            if item <= byte, byte <= high { found = true }
            p = p.dropFirst(2)
          } else if item == byte {
            found = true
          }
        }
        p = p.dropFirst()
        if found == negated { return false }
        t = t.dropFirst()
      default:
        var wanted = first
        p = p.dropFirst()
        if first == 92, let escaped = p.first {
          wanted = escaped
          p = p.dropFirst()
        }
        guard t.first == wanted else { return false }
        t = t.dropFirst()
      }
    }
    return t.isEmpty
  }
}
