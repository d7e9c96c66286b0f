// fmt (coreutils 4.1): fills paragraphs so that the sum of the costs of their lines is least (Knuth and Plass, in the form of
// Ross Paterson's program). Input is read as one text; paragraphs longer than a thousand words are cut where the real tool's
// buffer is full, which is not modelled: such a paragraph says so.

import SimMachine

let fmtOptions = OptionTable(
  "c,crown-margin g,goal= p,prefix= s,split-only t,tagged-paragraph u,uniform-spacing w,width=")

/// `-40` as the first argument is the width.
private func widthFirst(_ given: [String]) -> [String] {
  var arguments = given
  if let first = arguments.first?.bytes, first.count > 1, first[0] == 45, isDigit(first[1]) {
    arguments[0] = "-w" + String(bytes: first[1...])
  }
  return arguments
}

func fmtReadsInput(_ call: ToolCall) -> Bool {
  guard case .options(let options) = fmtOptions.parse(widthFirst(call.arguments)) else { return false }
  return options.operands.isEmpty || options.operands.contains("-")
}

func fillParagraphs(_ call: ToolCall) -> Int32 {
  let arguments = widthFirst(call.arguments)
  switch fmtOptions.parse(arguments) {
  case .options(let options): call.options = options
  case .notSimulated(let option): return call.notSimulated("fmt \(option)")
  case .wrong(let message):
    // A width in another place than the first reads as an unknown option.
    for argument in arguments {
      let bytes = argument.bytes
      if bytes.count > 1, bytes[0] == 45, isDigit(bytes[1]) {
        call.complain("invalid option -- \(String(bytes: [bytes[1]])); -WIDTH is recognized only when it is the first")
        call.writeError("option; use -w N instead\n")
        return call.usage(nil)
      }
    }
    return call.usage(message)
  }
  let options = call.options
  var width = 75
  var goal = 0
  func number(_ id: String, _ max: Int64) -> Int? {
    let text = options.value(id) ?? ""
    guard let value = decimal(text) else {
      call.complain("invalid width: \(quoted(text))")
      return nil
    }
    guard value <= max else {
      call.complain("invalid width: \(quoted(text)): Numerical result out of range")
      return nil
    }
    return Int(value)
  }
  if options.has("w") {
    guard let value = number("w", 2500) else { return 1 }
    width = value
  }
  if options.has("g") {
    guard let value = number("g", options.has("w") ? Int64(width) : 75) else { return 1 }
    goal = value
    if !options.has("w") { width = goal + 10 }
  } else {
    goal = width * (2 * (100 - 7) + 1) / 200
  }
  for path in options.operands.isEmpty ? ["-"] : options.operands {
    do throws(Errno) {
      let text = try call.read(path)
      let filler = Filler(call, text, width, goal)
      filler.run()
    } catch {
      call.complain(
        error == .isDirectory
          ? "read error: \(error.message)" : "cannot open \(shellQuoted(path)) for reading: \(error.message)")
    }
  }
  return call.status
}

private final class Filler {
  private struct Word {
    var text: ArraySlice<UInt8>
    var space = 0
    var paren = false
    var period = false
    var punct = false
    var final = false
    var lineLength = 0
    var bestCost: Int64 = 0
    var next = 0
  }

  private let call: ToolCall
  private let text: [UInt8]
  private var at = 0
  private let width: Int
  private let goal: Int
  private let crown: Bool
  private let tagged: Bool
  private let splitOnly: Bool
  private let uniform: Bool
  private var prefix: [UInt8] = []
  private var prefixLeadSpace = 0
  private var prefixFullLength = 0
  private var tabs = false
  private var otherIndent = 0
  private var firstIndent = 0
  private var prefixIndent = 0
  private var nextPrefixIndent = 0
  private var inColumn = 0
  private var outColumn = 0
  private var lastLineLength = 0
  private var next: UInt8?
  private var words: [Word] = []

  init(_ call: ToolCall, _ text: [UInt8], _ width: Int, _ goal: Int) {
    self.call = call
    self.text = text
    self.width = width
    self.goal = goal
    crown = call.options.has("c")
    tagged = call.options.has("t")
    splitOnly = call.options.has("s")
    uniform = call.options.has("u")
    if let given = call.options.value("p")?.bytes {
      var rest = given[...]
      while rest.first == 32 {
        rest.removeFirst()
        prefixLeadSpace += 1
      }
      prefixFullLength = rest.count
      while rest.last == 32 { rest.removeLast() }
      prefix = Array(rest)
    }
  }

  private func read() -> UInt8? {
    guard at < text.count else { return nil }
    at += 1
    return text[at - 1]
  }

  func run() {
    next = readPrefix()
    while readParagraph() {
      if words.count > 990 {
        call.process.note(notSimulated: "fmt of a paragraph of more than 990 words")
        call.status = 1
        return
      }
      optimize()
      var start = 0
      while start < words.count {
        putLine(start, start == 0 ? firstIndent : otherIndent)
        start = words[start].next
      }
    }
  }

  private func setOtherIndent(_ same: Bool) {
    if splitOnly {
      otherIndent = firstIndent
    } else if crown {
      otherIndent = same ? inColumn : firstIndent
    } else if tagged {
      if same, inColumn != firstIndent {
        otherIndent = inColumn
      } else if otherIndent == firstIndent {
        otherIndent = firstIndent == 0 ? 3 : 0
      }
    } else {
      otherIndent = firstIndent
    }
  }

  private func isSameParagraph(_ byte: UInt8?) -> Bool {
    nextPrefixIndent == prefixIndent && inColumn >= nextPrefixIndent + prefixFullLength && byte != 10 && byte != nil
  }

  private func readParagraph() -> Bool {
    lastLineLength = 0
    var c = next
    while c == 10 || c == nil || nextPrefixIndent < prefixLeadSpace
      || inColumn < nextPrefixIndent + prefixFullLength
    {
      c = copyRest(c)
      if c == nil {
        next = nil
        return false
      }
      call.put(10)
      c = readPrefix()
    }
    prefixIndent = nextPrefixIndent
    firstIndent = inColumn
    words = []
    c = readLine(c)
    setOtherIndent(isSameParagraph(c))
    if splitOnly {
    } else if crown || tagged {
      if isSameParagraph(c), crown || inColumn != firstIndent {
        repeat { c = readLine(c) } while isSameParagraph(c) && inColumn == otherIndent
      }
    } else {
      while isSameParagraph(c), inColumn == otherIndent { c = readLine(c) }
    }
    words[words.count - 1].period = true
    words[words.count - 1].final = true
    next = c
    return true
  }

  /// Copies a line that is blank or lacks the prefix.
  private func copyRest(_ first: UInt8?) -> UInt8? {
    var c = first
    outColumn = 0
    if inColumn > nextPrefixIndent || (c != 10 && c != nil) {
      putSpace(nextPrefixIndent)
      var index = 0
      while outColumn != inColumn, index < prefix.count {
        call.put(prefix[index])
        index += 1
        outColumn += 1
      }
      if c != nil, c != 10 { putSpace(inColumn - outColumn) }
      if c == nil, inColumn >= nextPrefixIndent + prefix.count { call.put(10) }
    }
    while let byte = c, byte != 10 {
      call.put(byte)
      c = read()
    }
    return c
  }

  private func readLine(_ first: UInt8?) -> UInt8? {
    var c = first
    repeat {
      let start = at - 1
      repeat { c = read() } while c.map { !isSpace($0) } ?? false
      let end = c == nil ? at : at - 1
      var word = Word(text: text[start..<end])
      inColumn += word.text.count
      punctuate(&word)
      let column = inColumn
      c = readSpace(c)
      word.space = inColumn - column
      word.final = c == nil || (word.period && (c == 10 || word.space > 1))
      if c == 10 || c == nil || uniform { word.space = word.final ? 2 : 1 }
      words.append(word)
    } while c != 10 && c != nil
    return readPrefix()
  }

  private func readPrefix() -> UInt8? {
    inColumn = 0
    var c = readSpace(read())
    if prefix.isEmpty {
      nextPrefixIndent = min(prefixLeadSpace, inColumn)
    } else {
      nextPrefixIndent = inColumn
      for byte in prefix {
        if c != byte { return c }
        inColumn += 1
        c = read()
      }
      c = readSpace(c)
    }
    return c
  }

  private func readSpace(_ first: UInt8?) -> UInt8? {
    var c = first
    while true {
      if c == 32 {
        inColumn += 1
      } else if c == 9 {
        tabs = true
        inColumn = (inColumn / 8 + 1) * 8
      } else {
        return c
      }
      c = read()
    }
  }

  private func punctuate(_ word: inout Word) {
    var text = word.text
    word.paren = [40, 91, 39, 96, 34].contains(text[text.startIndex])
    let last = text[text.endIndex - 1]
    word.punct = last > 32 && last < 127 && !isAlphanumeric(last)
    while text.count > 1, [41, 93, 39, 34].contains(text[text.endIndex - 1]) { text.removeLast() }
    word.period = [46, 63, 33].contains(text[text.endIndex - 1])
  }

  private func optimize() {
    let limit = words.count
    var best: Int64
    words.append(Word(text: []))
    var start = limit - 1
    while start >= 0 {
      best = .max
      var length = (start == 0 ? firstIndent : otherIndent) + words[start].text.count
      var w = start
      while true {
        w += 1
        var cost = lineCost(w, length, limit) + words[w].bestCost
        if start == 0, lastLineLength > 0 { cost += ragged(length - lastLineLength) }
        if cost < best {
          best = cost
          words[start].next = w
          words[start].lineLength = length
        }
        if w == limit { break }
        length += words[w - 1].space + words[w].text.count
        if length >= width { break }
      }
      words[start].bestCost = best + baseCost(start)
      start -= 1
    }
    words.removeLast()
  }

  private func ragged(_ n: Int) -> Int64 { Int64(n * 10) * Int64(n * 10) / 2 }

  private func lineCost(_ next: Int, _ length: Int, _ limit: Int) -> Int64 {
    if next == limit { return 0 }
    let short = Int64(goal - length) * 10
    var cost = short * short
    if words[next].next != limit { cost += ragged(length - words[next].lineLength) }
    return cost
  }

  private func baseCost(_ this: Int) -> Int64 {
    var cost: Int64 = 70 * 70
    if this > 0 {
      let before = words[this - 1]
      if before.period {
        if before.final { cost -= 50 * 50 } else { cost += 600 * 600 }
      } else if before.punct {
        cost -= 40 * 40
      } else if this > 1, words[this - 2].final {
        cost += 200 * 200 / Int64(before.text.count + 2)
      }
    }
    if words[this].paren {
      cost -= 40 * 40
    } else if words[this].final {
      cost += 150 * 150 / Int64(words[this].text.count + 2)
    }
    return cost
  }

  private func putLine(_ start: Int, _ indent: Int) {
    outColumn = 0
    putSpace(prefixIndent)
    call.write(prefix)
    outColumn += prefix.count
    putSpace(indent - outColumn)
    let last = words[start].next - 1
    for index in start...last {
      call.write(words[index].text)
      outColumn += words[index].text.count
      if index < last { putSpace(words[index].space) }
    }
    lastLineLength = outColumn
    call.put(10)
  }

  private func putSpace(_ space: Int) {
    let target = outColumn + space
    if tabs {
      let tabTarget = target / 8 * 8
      if outColumn + 1 < tabTarget {
        while outColumn < tabTarget {
          call.put(9)
          outColumn = (outColumn / 8 + 1) * 8
        }
      }
    }
    while outColumn < target {
      call.put(32)
      outColumn += 1
    }
  }
}
