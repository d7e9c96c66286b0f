// Reading a Perl-style pattern: alternatives, quantifiers, groups and their flags.

extension PerlRegex {
  func alternatives(_ depth: Int) throws(PerlRegexError) -> Node {
    guard depth < 200 else { throw PerlRegexError(message: "parentheses are too deeply nested", offset: at) }
    var branches: [Node] = []
    let saved = (ignoreCase, multiline, dotAll, extended)
    var items: [Node] = []
    while at < text.count, text[at] != 41 {
      if text[at] == 124 {
        at += 1
        branches.append(.sequence(items))
        items = []
        continue
      }
      if let node = try quantified(depth) { items.append(node) }
    }
    (ignoreCase, multiline, dotAll, extended) = saved
    branches.append(.sequence(items))
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private func quantified(_ depth: Int) throws(PerlRegexError) -> Node? {
    guard var node = try atom(depth) else { return nil }
    while at < text.count {
      var low = 0
      var high = -1
      switch text[at] {
      case 42: at += 1
      case 43:
        low = 1
        at += 1
      case 63:
        high = 1
        at += 1
      case 123:
        guard let (min, max, end) = braces() else { return node }
        if max >= 0, max < min { throw PerlRegexError(message: "numbers out of order in {} quantifier", offset: end) }
        low = min
        high = max
        at = end
      default: return node
      }
      guard low <= 1000, high <= 1000 else {
        throw PerlRegexError(message: "number too big in {} quantifier", offset: at)
      }
      var greedy = true
      var possessive = false
      if at < text.count, text[at] == 63 {
        greedy = false
        at += 1
      } else if at < text.count, text[at] == 43 {
        possessive = true
        at += 1
      }
      node = .repeated(node, low, high, greedy: greedy, possessive: possessive)
    }
    return node
  }

  private func braces() -> (Int, Int, Int)? {
    var i = at + 1
    var low = 0
    var digits = 0
    while i < text.count, isDigit(text[i]) {
      low = min(100_000, low * 10 + Int(text[i] - 48))
      i += 1
      digits += 1
    }
    var high = low
    if i < text.count, text[i] == 44 {
      i += 1
      if i < text.count, isDigit(text[i]) {
        high = 0
        while i < text.count, isDigit(text[i]) {
          high = min(100_000, high * 10 + Int(text[i] - 48))
          i += 1
        }
        digits += 1
      } else {
        if digits == 0 { return nil }
        high = -1
      }
    } else if digits == 0 {
      return nil
    }
    guard i < text.count, text[i] == 125 else { return nil }
    return (low, high, i + 1)
  }

  private func atom(_ depth: Int) throws(PerlRegexError) -> Node? {
    let byte = text[at]
    if extended {
      if isSpace(byte) {
        at += 1
        return nil
      }
      if byte == 35 {
        while at < text.count, text[at] != 10 { at += 1 }
        return nil
      }
    }
    switch byte {
    case 40: return try group(depth)
    case 91: return try bracket()
    case 46:
      at += 1
      return .any(dotAll)
    case 94:
      at += 1
      return .assertion(multiline ? .anyLineStart : .lineStart)
    case 36:
      at += 1
      return .assertion(multiline ? .anyLineEnd : .textEndOrNewline)
    case 92: return try escape()
    case 42, 43, 63: throw PerlRegexError(message: "quantifier does not follow a repeatable item", offset: at)
    default:
      let (scalar, length) = decodeUTF8(text[...], at: at) ?? (UInt32(byte), 1)
      at += length
      return .character(scalar, ignoreCase)
    }
  }

  func group(_ depth: Int) throws(PerlRegexError) -> Node? {
    let start = at
    at += 1
    var result: Node
    if at < text.count, text[at] == 63 {
      at += 1
      guard at < text.count else { throw PerlRegexError(message: "unrecognized character after (? or (?-", offset: at) }
      switch text[at] {
      case 58:
        at += 1
        result = try alternatives(depth + 1)
      case 62:
        at += 1
        result = .atomic(try alternatives(depth + 1))
      case 61, 33:
        let negative = text[at] == 33
        at += 1
        result = .look(try alternatives(depth + 1), ahead: true, negative: negative)
      case 35:
        while at < text.count, text[at] != 41 { at += 1 }
        at += 1
        return nil
      case 60 where at + 1 < text.count && (text[at + 1] == 61 || text[at + 1] == 33):
        let negative = text[at + 1] == 33
        at += 2
        result = .look(try alternatives(depth + 1), ahead: false, negative: negative)
      case 60, 80, 39:
        if text[at] == 80 { at += 1 }
        let close: UInt8 = text[at] == 39 ? 39 : 62
        at += 1
        var name: [UInt8] = []
        while at < text.count, text[at] != close {
          name.append(text[at])
          at += 1
        }
        at += 1
        groupCount += 1
        let number = groupCount
        groupNames.append(String(bytes: name))
        result = .group(try alternatives(depth + 1), number)
      default:
        // Flags: (?i) for the rest of the group, (?i:…) for this group.
        var on = true
        var values = (ignoreCase, multiline, dotAll, extended)
        flags: while at < text.count {
          switch text[at] {
          case 105: values.0 = on
          case 109: values.1 = on
          case 115: values.2 = on
          case 120: values.3 = on
          case 45: on = false
          case 58, 41: break flags
          default: throw PerlRegexError(message: "unrecognized character after (? or (?-", offset: at)
          }
          at += 1
        }
        guard at < text.count else { throw PerlRegexError(message: "missing closing parenthesis", offset: at) }
        if text[at] == 41 {
          at += 1
          (ignoreCase, multiline, dotAll, extended) = values
          return nil
        }
        at += 1
        let saved = (ignoreCase, multiline, dotAll, extended)
        (ignoreCase, multiline, dotAll, extended) = values
        result = try alternatives(depth + 1)
        (ignoreCase, multiline, dotAll, extended) = saved
      }
    } else {
      groupCount += 1
      let number = groupCount
      groupNames.append(nil)
      result = .group(try alternatives(depth + 1), number)
    }
    guard at < text.count, text[at] == 41 else {
      throw PerlRegexError(message: "missing closing parenthesis", offset: start > 0 ? text.count : text.count)
    }
    at += 1
    return result
  }
}
