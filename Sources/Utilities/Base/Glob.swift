// Shell patterns as fnmatch(3) has them, for `find -name`, `grep --include`, `ls -I` and their like.

/// Whether a whole text matches a pattern. With `pathname`, `*` and `?` do not match a slash.
func globMatches(_ pattern: String, _ text: String, ignoreCase: Bool = false, pathname: Bool = false) -> Bool {
  let p = ignoreCase ? pattern.lowercased().bytes : pattern.bytes
  let t = ignoreCase ? text.lowercased().bytes : text.bytes
  return globMatches(p[...], t[...], pathname, 0)
}

private func globMatches(_ p: ArraySlice<UInt8>, _ t: ArraySlice<UInt8>, _ pathname: Bool, _ depth: Int) -> Bool {
  var i = p.startIndex
  var j = t.startIndex
  var starP = -1
  var starT = 0
  while true {
    if i < p.endIndex {
      switch p[i] {
      case 42:
        starP = i
        starT = j
        i += 1
        continue
      case 63:
        if j < t.endIndex, !(pathname && t[j] == 47) {
          j += decodeUTF8(t, at: j)?.length ?? 1
          i += 1
          continue
        }
      case 91:
        if j < t.endIndex, !(pathname && t[j] == 47), let (matches, next) = bracket(p, i, t, j) {
          if matches {
            j += decodeUTF8(t, at: j)?.length ?? 1
            i = next
            continue
          }
        } else if j < t.endIndex, t[j] == 91, bracket(p, i, t, j) == nil {
          i += 1
          j += 1
          continue
        }
      case 92 where i + 1 < p.endIndex:
        if j < t.endIndex, t[j] == p[i + 1] {
          i += 2
          j += 1
          continue
        }
      default:
        if j < t.endIndex, t[j] == p[i] {
          i += 1
          j += 1
          continue
        }
      }
    } else if j == t.endIndex {
      return true
    }
    guard starP >= 0, starT < t.endIndex, !(pathname && t[starT] == 47) else { return false }
    starT += 1
    j = starT
    i = starP + 1
  }
}

/// Whether the character at `j` is in the bracket expression at `i`, and where that ends; nil when it never closes.
private func bracket(_ p: ArraySlice<UInt8>, _ i: Int, _ t: ArraySlice<UInt8>, _ j: Int) -> (Bool, Int)? {
  var k = i + 1
  var negated = false
  if k < p.endIndex, p[k] == 33 || p[k] == 94 {
    negated = true
    k += 1
  }
  let character = decodeUTF8(t, at: j)?.scalar ?? UInt32(t[j])
  var matched = false
  var isFirst = true
  while k < p.endIndex, p[k] != 93 || isFirst {
    isFirst = false
    if p[k] == 91, k + 1 < p.endIndex, p[k + 1] == 58 {
      var end = k + 2
      while end + 1 < p.endIndex, !(p[end] == 58 && p[end + 1] == 93) { end += 1 }
      if end + 1 < p.endIndex {
        if character < 128, inClass(String(bytes: p[(k + 2)..<end]), UInt8(character)) { matched = true }
        k = end + 2
        continue
      }
    }
    if p[k] == 92, k + 1 < p.endIndex { k += 1 }
    let low = decodeUTF8(p, at: k) ?? (UInt32(p[k]), 1)
    k += low.length
    if k + 1 < p.endIndex, p[k] == 45, p[k + 1] != 93 {
      k += 1
      if p[k] == 92, k + 1 < p.endIndex { k += 1 }
      let high = decodeUTF8(p, at: k) ?? (UInt32(p[k]), 1)
      k += high.length
      if low.scalar <= character, character <= high.scalar { matched = true }
    } else if low.scalar == character {
      matched = true
    }
  }
  guard k < p.endIndex else { return nil }
  return (matched != negated, k + 1)
}

func inClass(_ name: String, _ byte: UInt8) -> Bool {
  switch name {
  case "alnum": return isAlphanumeric(byte)
  case "alpha": return isAlpha(byte)
  case "blank": return isBlank(byte)
  case "cntrl": return byte < 32 || byte == 127
  case "digit": return isDigit(byte)
  case "graph": return byte > 32 && byte < 127
  case "lower": return isLower(byte)
  case "print": return byte >= 32 && byte < 127
  case "punct": return byte > 32 && byte < 127 && !isAlphanumeric(byte)
  case "space": return isSpace(byte)
  case "upper": return isUpper(byte)
  case "xdigit": return hexValue(byte) != nil
  default: return false
  }
}
