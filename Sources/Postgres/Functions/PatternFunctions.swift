// Functions and operators over patterns: LIKE, SIMILAR TO, `~`, regexp_*. Source: PostgreSQL 15 manual 9.7.

internal import SimKernel

extension FunctionRegistry {
  func regex(_ v: [Value], _ pattern: Int, _ flags: Int) throws(SQLError) -> (Regex, Bool) {
    var ignore = false
    var global = false
    var newline = false
    var literal = false
    if flags < v.count {
      for b in v[flags].string.utf8 {
        switch b {
        case 0x67: global = true
        case 0x69: ignore = true
        case 0x6e, 0x6d: newline = true
        case 0x73, 0x63, 0x74, 0x65: break
        case 0x71: literal = true
        default:
          throw SQLError(
            SQLState.invalidParameterValue,
            "invalid regular expression option: \"\(String(decoding: [b], as: UTF8.self))\"")
        }
      }
    }
    return (try Regex(v[pattern].string, ignoreCase: ignore, newlineSensitive: newline, literal: literal), global)
  }

  func allMatches(_ r: Regex, _ text: [UInt32], limit: Int = Int.max) throws(SQLError) -> [Regex.Match] {
    var out: [Regex.Match] = []
    var at = 0
    while at <= text.count, out.count < limit, let m = try r.firstMatch(text, from: at) {
      out.append(m)
      at = m.end > m.start ? m.end : m.end + 1
    }
    return out
  }

  private func groupsArray(_ m: Regex.Match, _ t: [UInt32]) -> Value {
    var elements: Row = []
    if m.groups.count <= 1 {
      elements.append(.text(text(t[m.start..<m.end])))
    } else {
      for g in m.groups.dropFirst() {
        if let (s, e) = g { elements.append(.text(text(t[s..<e]))) } else { elements.append(.null) }
      }
    }
    return .array(ArrayValue(elementType: Oid.text, elements))
  }

  private func substituted(_ replacement: [UInt32], _ m: Regex.Match, _ t: [UInt32]) -> [UInt32] {
    var out: [UInt32] = []
    var i = 0
    while i < replacement.count {
      let c = replacement[i]
      if c == 0x5c, i + 1 < replacement.count {
        let d = replacement[i + 1]
        if d >= 49, d <= 57 {
          let n = Int(d - 48)
          if n < m.groups.count, let (s, e) = m.groups[n] { out += t[s..<e] }
          i += 2
          continue
        }
        if d == 0x26 {
          out += t[m.start..<m.end]
          i += 2
          continue
        }
        if d == 0x5c {
          out.append(0x5c)
          i += 2
          continue
        }
      }
      out.append(c)
      i += 1
    }
    return out
  }

  /// regexp_replace; `nth` 0: every match, nil: as the flags say.
  func replace(_ v: [Value], flags: Int, from start: Int = 0, nth: Int64? = nil) throws(SQLError) -> String {
    let (r, global) = try regex(v, 1, flags)
    let t = codePoints(v[0].string)
    let replacement = codePoints(v[2].string)
    var out: [UInt32] = []
    var at = 0
    let wanted = nth ?? (global ? 0 : 1)
    var number: Int64 = 0
    var from = start
    while from <= t.count, let m = try r.firstMatch(t, from: from) {
      number += 1
      from = m.end > m.start ? m.end : m.end + 1
      if wanted == 0 || wanted == number {
        out += t[at..<m.start]
        out += substituted(replacement, m, t)
        at = m.end
      }
      if number == wanted { break }
    }
    out += t[at...]
    return text(out[...])
  }

  func registerPatternFunctions() {
    for prefix in ["text", "name", "bpchar"] {
      pure(prefix + "like") { (v: [Value]) throws(SQLError) -> Value in
        .bool(try likeMatch(Array(v[0].string.utf8), Array(v[1].string.utf8)))
      }
      pure(prefix + "nlike") { (v: [Value]) throws(SQLError) -> Value in
        .bool(!(try likeMatch(Array(v[0].string.utf8), Array(v[1].string.utf8))))
      }
      pure(prefix + "iclike") { (v: [Value]) throws(SQLError) -> Value in
        .bool(
          try likeMatch(
            Array(mappedCase(v[0].string, upper: false).utf8), Array(mappedCase(v[1].string, upper: false).utf8)))
      }
      pure(prefix + "icnlike") { (v: [Value]) throws(SQLError) -> Value in
        .bool(
          !(try likeMatch(
            Array(mappedCase(v[0].string, upper: false).utf8), Array(mappedCase(v[1].string, upper: false).utf8))))
      }
      pure(prefix + "regexeq") { (v: [Value]) throws(SQLError) -> Value in
        .bool(try Regex(v[1].string, ignoreCase: false).firstMatch(codePoints(v[0].string)) != nil)
      }
      pure(prefix + "regexne") { (v: [Value]) throws(SQLError) -> Value in
        .bool(try Regex(v[1].string, ignoreCase: false).firstMatch(codePoints(v[0].string)) == nil)
      }
      pure(prefix + "icregexeq") { (v: [Value]) throws(SQLError) -> Value in
        .bool(try Regex(v[1].string, ignoreCase: true).firstMatch(codePoints(v[0].string)) != nil)
      }
      pure(prefix + "icregexne") { (v: [Value]) throws(SQLError) -> Value in
        .bool(try Regex(v[1].string, ignoreCase: true).firstMatch(codePoints(v[0].string)) == nil)
      }
    }
    pure("like_escape") { (v: [Value]) throws(SQLError) -> Value in
      let e = scalars(v[1].string)
      if e.count > 1 {
        throw SQLError("22025", "invalid escape string", hint: "Escape string must be empty or one character.")
      }
      var out: [Unicode.Scalar] = []
      let all = scalars(v[0].string)
      var i = 0
      while i < all.count {
        if let mark = e.first, all[i] == mark {
          out.append("\\")
          i += 1
          if i < all.count { out.append(all[i]) }
        } else if all[i] == "\\" {
          out += ["\\", "\\"]
        } else {
          out.append(all[i])
        }
        i += 1
      }
      return .text(string(out))
    }
    pure("similar_to_escape_1", "similar_to_escape_2", "similar_to_escape") { (v: [Value]) throws(SQLError) -> Value in
      var out = "^(?:"
      let all = scalars(v[0].string)
      let mark: Unicode.Scalar = v.count > 1 ? scalars(v[1].string).first ?? "\\" : "\\"
      var i = 0
      var inBracket = false
      while i < all.count {
        let c = all[i]
        if c == mark, i + 1 < all.count {
          i += 1
          out += "\\" + String(all[i])
        } else if inBracket {
          out += String(c)
          if c == "]" { inBracket = false }
        } else {
          switch c {
          case "%": out += ".*"
          case "_": out += "."
          case "[":
            out += "["
            inBracket = true
          case "(": out += "(?:"
          case "\\", ".", "^", "$": out += "\\" + String(c)
          default: out += String(c)
          }
        }
        i += 1
      }
      return .text(out + ")$")
    }
    let registry = self
    pure("textregexsubstr") { (v: [Value]) throws(SQLError) -> Value in
      let t = codePoints(v[0].string)
      guard let m = try Regex(v[1].string, ignoreCase: false).firstMatch(t) else { return .null }
      if m.groups.count > 1 {
        if let (s, e) = m.groups[1] { return .text(text(t[s..<e])) }
        return .null
      }
      return .text(text(t[m.start..<m.end]))
    }
    pure("textregexreplace_noopt", "textregexreplace") { (v: [Value]) throws(SQLError) -> Value in
      if v.count > 3, let first = v[3].string.utf8.first, Lexer.isDigit(first) {
        throw SQLError(
          SQLState.invalidParameterValue,
          "invalid regular expression option: \"\(String(decoding: [first], as: UTF8.self))\"",
          hint:
            "If you meant to use regexp_replace() with a start parameter, cast the fourth argument to integer explicitly."
        )
      }
      return .text(try registry.replace(v, flags: 3))
    }
    pure("regexp_match", "regexp_match_no_flags") { (v: [Value]) throws(SQLError) -> Value in
      let (r, global) = try registry.regex(v, 1, 2)
      if global {
        throw SQLError(
          SQLState.invalidParameterValue, "regexp_match() does not support the \"global\" option",
          hint: "Use the regexp_matches function instead.")
      }
      let t = codePoints(v[0].string)
      guard let m = try r.firstMatch(t) else { return .null }
      return registry.groupsArray(m, t)
    }
    addSet("regexp_matches") { (_: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> [Value] in
      let (r, global) = try registry.regex(v, 1, 2)
      let t = codePoints(v[0].string)
      var out: [Value] = []
      for m in try registry.allMatches(r, t, limit: global ? Int.max : 1) { out.append(registry.groupsArray(m, t)) }
      return out
    }
    addSet("regexp_matches_no_flags") { (_: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> [Value] in
      let (r, _) = try registry.regex(v, 1, 2)
      let t = codePoints(v[0].string)
      guard let m = try r.firstMatch(t) else { return [] }
      return [registry.groupsArray(m, t)]
    }
    func split(_ v: [Value]) throws(SQLError) -> Row {
      let (r, _) = try registry.regex(v, 1, 2)
      let t = codePoints(v[0].string)
      var out: Row = []
      var at = 0
      for m in try registry.allMatches(r, t) {
        if m.end == m.start, m.start == 0 || m.start >= t.count { continue }
        out.append(.text(text(t[at..<m.start])))
        at = m.end
      }
      out.append(.text(text(t[at...])))
      return out
    }
    pure("regexp_split_to_array", "regexp_split_to_array_no_flags") { (v: [Value]) throws(SQLError) -> Value in
      .array(ArrayValue(elementType: Oid.text, try split(v)))
    }
    for name in ["regexp_split_to_table", "regexp_split_to_table_no_flags"] {
      addSet(name) { (_: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> [Value] in try split(v) }
    }
    pure("regexp_count", "regexp_count_no_flags", "regexp_count_no_start") { (v: [Value]) throws(SQLError) -> Value in
      let (r, _) = try registry.regex(v, 1, 3)
      let t = codePoints(v[0].string)
      let from = v.count > 2 ? Int(clamping: v[2].integer) - 1 : 0
      return .int(Int64(try registry.allMatches(r, Array(t.dropFirst(max(0, from)))).count))
    }
    pure("regexp_like", "regexp_like_no_flags") { (v: [Value]) throws(SQLError) -> Value in
      let (r, _) = try registry.regex(v, 1, 2)
      return .bool(try r.firstMatch(codePoints(v[0].string)) != nil)
    }
    pure("regexp_substr", "regexp_substr_no_start") { (v: [Value]) throws(SQLError) -> Value in
      let (r, _) = try registry.regex(v, 1, 9)
      let t = codePoints(v[0].string)
      guard let m = try r.firstMatch(t) else { return .null }
      return .text(text(t[m.start..<m.end]))
    }
  }
}
