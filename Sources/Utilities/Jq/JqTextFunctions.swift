// jq's functions on text and its regular expressions (Oniguruma with Perl's syntax).

import SimKernel

private func plain(
  _ name: String, _ arity: Int, _ body: @escaping ([JqValue], JqValue) throws(JqError) -> JqValue
) -> JqNative {
  JqNative(name: name, arity: arity, kind: .plain(body))
}

var jqTextFunctions: [JqNative] {
  [
    plain("startswith", 1, startsWith), plain("endswith", 1, endsWith), plain("ltrimstr", 1, trimStart),
    plain("rtrimstr", 1, trimEnd), plain("split", 1, split), plain("explode", 0, explode), plain("implode", 0, implode),
    plain("utf8bytelength", 0, byteLength), plain("indices", 1, indices), plain("_match", 3, match),
  ]
}

private func startsWith(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  guard case .string(let text) = input, case .string(let start) = arguments[0] else {
    throw JqError("startswith() requires string inputs")
  }
  return .boolean(text.utf8.starts(with: start.utf8))
}

private func hasEnd(_ text: String, _ end: String) -> Bool {
  let bytes = text.bytes
  let tail = end.bytes
  return bytes.count >= tail.count && Array(bytes[(bytes.count - tail.count)...]) == tail
}

private func endsWith(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  guard case .string(let text) = input, case .string(let end) = arguments[0] else {
    throw JqError("endswith() requires string inputs")
  }
  return .boolean(hasEnd(text, end))
}

private func trimStart(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  guard case .string(let text) = input, case .string(let start) = arguments[0], text.utf8.starts(with: start.utf8)
  else { return input }
  return .string(String(bytes: text.bytes[start.utf8.count...]))
}

private func trimEnd(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  guard case .string(let text) = input, case .string(let end) = arguments[0], hasEnd(text, end) else { return input }
  return .string(String(bytes: text.bytes[..<(text.utf8.count - end.utf8.count)]))
}

private func split(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  guard case .string(let text) = input, case .string(let separator) = arguments[0] else {
    throw JqError("split input and separator must be strings")
  }
  return .array(jqSplit(text, separator))
}

private func explode(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  guard case .string(let text) = input else { throw JqError("explode input must be a string") }
  var out: [JqValue] = []
  for scalar in text.unicodeScalars { out.append(.number(Double(scalar.value))) }
  return .array(out)
}

private func implode(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  guard case .array(let items) = input else { throw JqError("implode input must be an array") }
  var out: [UInt8] = []
  for item in items {
    guard case .number(let value, _) = item else {
      throw JqError("\(jqNamed(item)) can't be imploded, unicode codepoint needs to be numeric")
    }
    let isScalar = value >= 0 && value <= 0x10ffff && !(value >= 0xd800 && value < 0xe000)
    encodeUTF8(isScalar ? UInt32(value) : 0xfffd, into: &out)
  }
  return .string(String(bytes: out))
}

private func byteLength(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  guard case .string(let text) = input else { throw JqError("\(jqNamed(input)) only strings have UTF-8 byte length") }
  return .integer(text.utf8.count)
}

/// Where something occurs: bytes in text, elements in arrays.
private func indices(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  if case .string(let text) = input, case .string(let part) = arguments[0] {
    var found: [JqValue] = []
    let needle = part.bytes
    guard !needle.isEmpty else { return .array(found) }
    let bytes = text.bytes
    var at = 0
    while let place = find(needle, in: bytes[...], from: at) {
      found.append(.integer(place))
      at = place + 1
    }
    return .array(found)
  }
  if case .array = input {
    if case .array = arguments[0] { return try JqPaths.step(input, arguments[0]) }
    return try JqPaths.step(input, .array([arguments[0]]))
  }
  return try JqPaths.step(input, arguments[0])
}

// MARK: Regular expressions

/// What Oniguruma calls the faults that our matcher finds.
private let regexMessages: [(ours: String, theirs: String)] = [
  ("unmatched closing parenthesis", "unmatched close parenthesis"),
  ("missing closing parenthesis", "end pattern with unmatched parenthesis"),
  ("quantifier does not follow a repeatable item", "target of repeat operator is not specified"),
  ("\\ at end of pattern", "end pattern at escape"),
  ("missing terminating ] for character class", "premature end of char-class"),
  ("range out of order in character class", "empty range in char class"),
  ("numbers out of order in {} quantifier", "upper is smaller than lower in repeat range"),
  ("unknown POSIX class name", "invalid POSIX bracket type"),
  ("unrecognized character after (? or (?-", "undefined group option"),
]

private func match(_ arguments: [JqValue], _ input: JqValue) throws(JqError) -> JqValue {
  guard case .string(let text) = input else {
    throw JqError("\(jqNamed(input)) cannot be matched, as it is not a string")
  }
  guard case .string(let pattern) = arguments[0] else { throw JqError("\(jqNamed(arguments[0])) is not a string") }
  let isTest = arguments[2].isTrue
  var isGlobal = false
  var ignoresCase = false
  var isExtended = false
  var dotMatchesAll = false
  var skipsEmpty = false
  switch arguments[1] {
  case .null: break
  case .string(let flags):
    for flag in flags.utf8 {
      switch flag {
      case 103: isGlobal = true
      case 105: ignoresCase = true
      case 120: isExtended = true
      case 115: break
      case 112: dotMatchesAll = true
      case 110: skipsEmpty = true
      case 108: throw JqError(notSimulated: "jq: the regular expression flag l")
      default: throw JqError("\(flags) is not a valid modifier string")
      }
    }
  default: throw JqError("\(jqNamed(arguments[1])) is not a string")
  }
  let regex: PerlRegex
  do throws(PerlRegexError) {
    regex = try PerlRegex(
      pattern.bytes, ignoreCase: ignoresCase, extended: isExtended, dotAll: dotMatchesAll, unicode: true)
  } catch {
    for message in regexMessages where message.ours == error.message {
      throw JqError("Regex failure: \(message.theirs)")
    }
    throw JqError(notSimulated: "jq: the regular expression \(pattern)")
  }
  let subject = text.bytes
  var results: [JqValue] = []
  var at = 0
  while at <= subject.count, let groups = regex.firstMatch(in: subject, from: at), let whole = groups[0] {
    if !(skipsEmpty && whole.isEmpty) {
      if isTest { return .boolean(true) }
      results.append(describe(groups, regex, subject))
      if !isGlobal { break }
    }
    if whole.isEmpty {
      at =
        whole.upperBound
        + (whole.upperBound < subject.count ? decodeUTF8(subject[...], at: whole.upperBound)?.length ?? 1 : 1)
    } else {
      at = whole.upperBound
    }
  }
  if regex.isExhausted { throw JqError(notSimulated: "jq: a regular expression that takes too many steps") }
  return isTest ? .boolean(false) : .array(results)
}

private func describe(_ groups: [Range<Int>?], _ regex: PerlRegex, _ subject: [UInt8]) -> JqValue {
  func characters(_ bytes: ArraySlice<UInt8>) -> JqValue {
    var count = 0
    for byte in bytes where byte & 0xc0 != 0x80 { count += 1 }
    return .integer(count)
  }
  func piece(_ range: Range<Int>) -> [(String, JqValue)] {
    [
      ("offset", characters(subject[..<range.lowerBound])), ("length", characters(subject[range])),
      ("string", .string(String(bytes: subject[range]))),
    ]
  }
  var captures: [JqValue] = []
  for number in 1..<max(1, groups.count) {
    let name = number < regex.groupNames.count ? regex.groupNames[number] : nil
    let label: (String, JqValue) = ("name", name.map { .string($0) } ?? .null)
    if let range = groups[number] {
      captures.append(.object(piece(range) + [label]))
    } else {
      captures.append(.object([("offset", .integer(-1)), ("string", .null), ("length", .integer(0)), label]))
    }
  }
  return .object(piece(groups[0] ?? 0..<0) + [("captures", .array(captures))])
}
