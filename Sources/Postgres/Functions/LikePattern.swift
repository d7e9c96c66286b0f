// LIKE patterns. Source: PostgreSQL 15 manual 9.7.1.

internal import SimKernel

/// LIKE with `\` as escape.
func likeMatch(_ value: [UInt8], _ pattern: [UInt8]) throws(SQLError) -> Bool {
  var i = 0
  var j = 0
  var starPattern = -1
  var starValue = 0
  while i < value.count || j < pattern.count {
    if j < pattern.count {
      let p = pattern[j]
      if p == 0x25 {
        starPattern = j
        starValue = i
        j += 1
        continue
      }
      if i < value.count {
        if p == 0x5f {
          // One character: skip its continuation bytes.
          i += 1
          while i < value.count, value[i] & 0xc0 == 0x80 { i += 1 }
          j += 1
          continue
        }
        var literal = p
        var width = 1
        if p == 0x5c {
          guard j + 1 < pattern.count else {
            throw SQLError("22025", "LIKE pattern must not end with escape character")
          }
          literal = pattern[j + 1]
          width = 2
        }
        if value[i] == literal {
          i += 1
          j += width
          continue
        }
      }
    }
    if starPattern >= 0, starValue < value.count {
      starValue += 1
      while starValue < value.count, value[starValue] & 0xc0 == 0x80 { starValue += 1 }
      i = starValue
      j = starPattern + 1
      continue
    }
    return false
  }
  return true
}
