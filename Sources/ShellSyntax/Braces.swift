// Brace expansion, on words rather than text so that quotes and expansions inside stay what they are.
// Source: the Bash manual, "Brace Expansion". At most `wordsMax` words come out of one; a word that is nothing but a sequence of
// numbers may be longer (see `NumberSequence`).

import SimKernel

private let wordsMax = 100_000

/// `{1..1000000}`: what such a word stands for, without making a word of each number.
package struct NumberSequence {
  package let from: Int64
  package let to: Int64
  package let step: Int64
  private let width: Int

  package var count: Int64 {
    let span = to > from ? to.subtractingReportingOverflow(from) : from.subtractingReportingOverflow(to)
    return span.overflow ? .max : span.partialValue / step + 1
  }

  package subscript(index: Int64) -> String {
    let value = from <= to ? from + index * step : from - index * step
    var digits = String(value.magnitude)
    let sign = value < 0 ? "-" : ""
    while digits.utf8.count + sign.utf8.count < width { digits = "0" + digits }
    return sign + digits
  }

  package init?(_ word: Word) {
    guard word.parts.count == 1, case .literal(let text) = word.parts[0], text.utf8.first == 123, text.utf8.last == 125
    else { return nil }
    let bytes = Array(text.utf8.dropFirst().dropLast())
    guard !bytes.contains(123), !bytes.contains(44) else { return nil }
    let fields = sequenceFields(bytes)
    guard fields.count == 2 || fields.count == 3, let from = number(fields[0]), let to = number(fields[1]) else {
      return nil
    }
    var step: Int64 = 1
    if fields.count == 3 {
      guard let given = number(fields[2]), given.magnitude <= UInt64(Int64.max) else { return nil }
      step = max(1, Int64(given.magnitude))
    }
    self.from = from
    self.to = to
    self.step = step
    width = max(paddedWidth(fields[0]), paddedWidth(fields[1]))
  }
}

/// Fields between `..`.
private func sequenceFields(_ text: [UInt8]) -> [[UInt8]] {
  var fields: [[UInt8]] = [[]]
  var i = 0
  while i < text.count {
    if text[i] == 46, i + 1 < text.count, text[i + 1] == 46 {
      fields.append([])
      i += 2
    } else {
      fields[fields.count - 1].append(text[i])
      i += 1
    }
  }
  return fields
}

/// A word taken apart: unquoted bytes one by one, everything else whole.
private enum Atom {
  case byte(UInt8)
  case part(WordPart)

  func `is`(_ byte: UInt8) -> Bool {
    if case .byte(let own) = self { return own == byte }
    return false
  }
}

/// The words, and whether there would have been too many.
func expandBraces(_ word: Word) -> (words: [Word], overflow: Bool) {
  var hasBrace = false
  for part in word.parts {
    if case .literal(let text) = part, text.utf8.contains(123) { hasBrace = true }
  }
  guard hasBrace else { return ([word], false) }
  var atoms: [Atom] = []
  for part in word.parts {
    if case .literal(let text) = part {
      for byte in text.utf8 { atoms.append(.byte(byte)) }
    } else {
      atoms.append(.part(part))
    }
  }
  var overflow = false
  let results = expand(atoms[...], 0, &overflow)
  if results.count == 1 { return ([word], overflow) }
  return (results.map { rebuild($0, word) }, overflow)
}

private func rebuild(_ atoms: [Atom], _ original: Word) -> Word {
  var parts: [WordPart] = []
  var text: [UInt8] = []
  func flush() {
    // `$x{a,b}` means `$xa $xb`: letters that come right after a name belong to it.
    if let first = text.first, isNameByte(first), case .parameter(let expansion)? = parts.last,
      let start = expansion.name.utf8.first, isNameStart(start), expansion.text.utf8.dropFirst().first == start
    {
      var count = 0
      while count < text.count, isNameByte(text[count]) { count += 1 }
      let name = expansion.name + String(raw: text[..<count])
      parts[parts.count - 1] = .parameter(ParameterExpansion(name: name, text: "$" + name))
      text.removeFirst(count)
    }
    if !text.isEmpty { parts.append(.literal(String(raw: text))) }
    text = []
  }
  for atom in atoms {
    switch atom {
    case .byte(let byte): text.append(byte)
    case .part(let part):
      flush()
      parts.append(part)
    }
  }
  flush()
  return Word(parts: parts, range: original.range, text: original.text)
}

private func expand(_ atoms: ArraySlice<Atom>, _ depth: Int, _ overflow: inout Bool) -> [[Atom]] {
  guard depth < 64 else {
    overflow = true
    return [Array(atoms)]
  }
  var i = atoms.startIndex
  while i < atoms.endIndex {
    guard atoms[i].is(123) else {
      i += 1
      continue
    }
    guard let (end, commas) = matching(atoms, i) else {
      i += 1
      continue
    }
    var middle: [[Atom]]?
    if !commas.isEmpty {
      var pieces: [[Atom]] = []
      var start = i + 1
      for comma in commas + [end] {
        pieces.append(contentsOf: expand(atoms[start..<comma], depth + 1, &overflow))
        start = comma + 1
        if pieces.count > wordsMax {
          overflow = true
          return [Array(atoms)]
        }
      }
      middle = pieces
    } else {
      middle = sequence(atoms[(i + 1)..<end], &overflow)
    }
    guard let middle else {
      // Not a brace expression; what is inside may hold one.
      i += 1
      continue
    }
    let tails = expand(atoms[(end + 1)...], depth, &overflow)
    guard middle.count * tails.count <= wordsMax else {
      overflow = true
      return [Array(atoms)]
    }
    let head = Array(atoms[..<i])
    var results: [[Atom]] = []
    for piece in middle {
      for tail in tails { results.append(head + piece + tail) }
    }
    return results
  }
  return [Array(atoms)]
}

/// The closing brace that belongs to the one at `open`, and the commas of its level.
private func matching(_ atoms: ArraySlice<Atom>, _ open: Int) -> (Int, [Int])? {
  var level = 0
  var commas: [Int] = []
  var i = open
  while i < atoms.endIndex {
    if atoms[i].is(123) {
      level += 1
    } else if atoms[i].is(125) {
      level -= 1
      if level == 0 { return (i, commas) }
    } else if atoms[i].is(44), level == 1 {
      commas.append(i)
    }
    i += 1
  }
  return nil
}

/// `{x..y}` and `{x..y..step}`.
private func sequence(_ atoms: ArraySlice<Atom>, _ overflow: inout Bool) -> [[Atom]]? {
  var text: [UInt8] = []
  for atom in atoms {
    guard case .byte(let byte) = atom else { return nil }
    text.append(byte)
  }
  let fields = sequenceFields(text)
  guard fields.count == 2 || fields.count == 3 else { return nil }
  var step: Int64 = 1
  if fields.count == 3 {
    guard let given = number(fields[2]) else { return nil }
    step = given.magnitude > UInt64(Int64.max) ? 1 : Int64(given.magnitude)
    if step == 0 { step = 1 }
  }
  var results: [[Atom]] = []
  if let from = number(fields[0]), let to = number(fields[1]) {
    let width = max(paddedWidth(fields[0]), paddedWidth(fields[1]))
    let span = (to > from ? to.subtractingReportingOverflow(from) : from.subtractingReportingOverflow(to))
    guard !span.overflow, span.partialValue / step < Int64(wordsMax) else {
      overflow = true
      return nil
    }
    var value = from
    while from <= to ? value <= to : value >= to {
      var digits = String(value.magnitude)
      let sign = value < 0 ? "-" : ""
      while digits.utf8.count + sign.utf8.count < width { digits = "0" + digits }
      results.append((sign + digits).utf8.map { .byte($0) })
      let next = from <= to ? value.addingReportingOverflow(step) : value.subtractingReportingOverflow(step)
      if next.overflow { break }
      value = next.partialValue
    }
    return results
  }
  guard fields[0].count == 1, fields[1].count == 1, isLetter(fields[0][0]), isLetter(fields[1][0]) else { return nil }
  let from = Int64(fields[0][0])
  let to = Int64(fields[1][0])
  var value = from
  while from <= to ? value <= to : value >= to {
    // A backslash that comes out of a sequence quotes nothing but itself.
    results.append(value == 92 ? [.part(.quoted("\\"))] : [.byte(UInt8(value))])
    value += from <= to ? step : -step
  }
  return results
}

private func isLetter(_ byte: UInt8) -> Bool { (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) }

private func number(_ text: [UInt8]) -> Int64? { Int64(String(raw: text)) }

/// The width to which the numbers of a sequence are padded: that of the bound, when it has leading zeros.
private func paddedWidth(_ text: [UInt8]) -> Int {
  let digits = text.first == 45 || text.first == 43 ? text.dropFirst() : text[...]
  guard digits.count > 1, digits.first == 48 else { return 0 }
  return text.count
}
