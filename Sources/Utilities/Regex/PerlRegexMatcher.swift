// The backtracking matcher of Perl-style patterns.

extension PerlRegex {
  /// The first match at or after `from`: its range and those of the groups.
  func firstMatch(in subject: [UInt8], from: Int = 0) -> [Range<Int>?]? {
    steps = 0
    isExhausted = false
    var start = from
    while start <= subject.count {
      var saves = [Int](repeating: -1, count: groupCount * 2 + 2)
      if run(0, start, subject, &saves) != nil {
        var result: [Range<Int>?] = []
        for group in 0...groupCount {
          let low = saves[group * 2]
          let high = saves[group * 2 + 1]
          result.append(low >= 0 && high >= low ? low..<high : nil)
        }
        return result
      }
      if isExhausted { return nil }
      start += start < subject.count ? decodeUTF8(subject[...], at: start)?.length ?? 1 : 1
    }
    return nil
  }

  struct Choice {
    let pc: Int
    let position: Int
    let saves: [Int]
    let loops: [Int]
  }

  private func isWord(_ subject: [UInt8], _ at: Int) -> Bool {
    guard at >= 0, at < subject.count else { return false }
    guard unicode, subject[at] >= 0x80 else { return isAlphanumeric(subject[at]) || subject[at] == 95 }
    var start = at
    while start > 0, subject[start] & 0xc0 == 0x80 { start -= 1 }
    guard let (scalar, _) = decodeUTF8(subject[...], at: start) else { return false }
    for (low, high) in PerlRegex.letters where low <= scalar && scalar <= high { return true }
    return false
  }

  private func holds(_ assertion: Assertion, _ subject: [UInt8], _ at: Int) -> Bool {
    switch assertion {
    case .lineStart, .textStart: return at == 0
    case .lineEnd, .textEnd: return at == subject.count
    case .textEndOrNewline: return at == subject.count || (at == subject.count - 1 && subject[at] == 10)
    case .anyLineStart: return at == 0 || subject[at - 1] == 10
    case .anyLineEnd: return at == subject.count || subject[at] == 10
    case .boundary: return isWord(subject, at - 1) != isWord(subject, at)
    case .notBoundary: return isWord(subject, at - 1) == isWord(subject, at)
    }
  }

  /// Runs from an instruction; the position where an `accept` was reached.
  private func run(_ start: Int, _ from: Int, _ subject: [UInt8], _ saves: inout [Int]) -> Int? {
    var stack: [Choice] = []
    var pc = start
    var position = from
    var loopStarts = [Int](repeating: -1, count: loops)
    func fail() -> Bool {
      guard let choice = stack.popLast() else { return false }
      pc = choice.pc
      position = choice.position
      saves = choice.saves
      loopStarts = choice.loops
      return true
    }
    while true {
      steps += 1
      if steps > 5_000_000 {
        isExhausted = true
        return nil
      }
      var ok = true
      switch program[pc] {
      case .accept: return position
      case .character(let wanted, let fold):
        if position < subject.count {
          let (scalar, length) = decodeUTF8(subject[...], at: position) ?? (UInt32(subject[position]), 1)
          ok = scalar == wanted || (fold && folded(scalar) == folded(wanted))
          if ok {
            position += length
            pc += 1
          }
        } else {
          ok = false
        }
      case .any(let newline):
        if position < subject.count, newline || subject[position] != 10 {
          position += decodeUTF8(subject[...], at: position)?.length ?? 1
          pc += 1
        } else {
          ok = false
        }
      case .set(let index, let fold):
        if position < subject.count {
          let (scalar, length) = decodeUTF8(subject[...], at: position) ?? (UInt32(subject[position]), 1)
          ok = sets[index].contains(scalar)
          if !ok, fold { ok = sets[index].contains(folded(scalar)) || sets[index].contains(raised(scalar)) }
          if ok {
            position += length
            pc += 1
          }
        } else {
          ok = false
        }
      case .split(let first, let second):
        if stack.count > 1_000_000 {
          isExhausted = true
          return nil
        }
        stack.append(Choice(pc: second, position: position, saves: saves, loops: loopStarts))
        pc = first
      case .jump(let target): pc = target
      case .save(let slot):
        saves[slot] = position
        pc += 1
      case .keep:
        saves[0] = position
        pc += 1
      case .loopStart(let loop):
        loopStarts[loop] = position
        pc += 1
      case .loopCheck(let loop):
        if loopStarts[loop] == position { pc += 2 } else { pc += 1 }
      case .assertion(let assertion):
        ok = holds(assertion, subject, position)
        if ok { pc += 1 }
      case .backReference(let number, let fold):
        guard number * 2 + 1 < saves.count, saves[number * 2] >= 0, saves[number * 2 + 1] >= 0 else {
          ok = false
          break
        }
        var i = saves[number * 2]
        var j = position
        while ok, i < saves[number * 2 + 1] {
          if j >= subject.count {
            ok = false
          } else if subject[i] != subject[j] {
            ok = fold && lowercased(subject[i]) == lowercased(subject[j])
          }
          i += 1
          j += 1
        }
        if ok {
          position = j
          pc += 1
        }
      case .atomic(let end):
        var inner = saves
        if let stop = run(pc + 1, position, subject, &inner) {
          saves = inner
          position = stop
          pc = end
        } else {
          ok = false
        }
      case .look(let ahead, let negative, let end):
        var inner = saves
        var found = false
        if ahead {
          found = run(pc + 1, position, subject, &inner) != nil
        } else {
          // Tries every start from which the part could end exactly here, nearest first.
          var begin = position
          while begin >= 0 {
            inner = saves
            if runBehind(pc + 1, begin, position, subject, &inner) {
              found = true
              break
            }
            begin -= 1
          }
        }
        if isExhausted { return nil }
        ok = found != negative
        if ok {
          if found { saves = inner }
          pc = end
        }
      }
      if !ok, !fail() { return nil }
    }
  }

  /// Whether the part at `start` matches from `begin` exactly up to `end`.
  private func runBehind(_ start: Int, _ begin: Int, _ end: Int, _ subject: [UInt8], _ saves: inout [Int]) -> Bool {
    // A text cut at `end`: look-behinds have no look-ahead worth keeping.
    let cut = Array(subject[..<end])
    var inner = saves
    // All ways are tried by asking for the longest first and backing off through the choices.
    if let stop = run(start, begin, cut, &inner), stop == end {
      saves = inner
      return true
    }
    return false
  }

  private func folded(_ c: UInt32) -> UInt32 {
    if c >= 65, c <= 90 { return c + 32 }
    if c >= 0xc0, c <= 0xde, c != 0xd7 { return c + 32 }
    return c
  }
  private func raised(_ c: UInt32) -> UInt32 {
    if c >= 97, c <= 122 { return c - 32 }
    if c >= 0xe0, c <= 0xfe, c != 0xf7 { return c - 32 }
    return c
  }
}
