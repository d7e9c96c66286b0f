// Line tools of GNU coreutils and util-linux that look at one line at a time: wc, uniq, nl, rev, fold, expand, unexpand.

import SimKernel
import SimMachine

/// wc (coreutils 6.1). The fields are as wide as the largest total could be.
func wordCount(_ call: ToolCall) -> Int32 {
  let options = call.options
  var wanted: [String] = []
  for id in ["l", "w", "m", "c", "L"] where options.has(id) { wanted.append(id) }
  if wanted.isEmpty { wanted = ["l", "w", "c"] }
  let paths = call.operands.isEmpty ? ["-"] : call.operands
  var rows: [(counts: [Int64], name: String?)] = []
  var totals = [Int64](repeating: 0, count: wanted.count)
  // The width comes from the sizes of the files, before anything is counted.
  var width = 1
  if paths.count == 1, wanted.count == 1 {
    width = 1
  } else {
    var total: Int64 = 0
    var minimum = 1
    for path in paths {
      if path == "-" || call.gathered[path] != nil {
        // Standard input from a regular file has a size, too.
        if path == "-", let file = call.process.file(0) as? RegularFile {
          total += file.inode.size
        } else {
          minimum = 7
        }
      } else if let inode = call.inode(path) {
        if inode.kind == .file { total += inode.size } else { minimum = 7 }
      }
    }
    width = max(minimum, String(total).utf8.count)
  }
  for path in paths {
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try call.read(path)
    } catch {
      call.complain("\(call.operands.isEmpty ? "-" : path): \(error.message)")
      if error == .isDirectory {
        showCounts(call, [Int64](repeating: 0, count: wanted.count), path, width)
        rows.append(([], path))
      } else {
        rows.append(([], path))
      }
      continue
    }
    let counts = count(bytes, wanted)
    for i in wanted.indices {
      totals[i] = wanted[i] == "L" ? max(totals[i], counts[i]) : totals[i] + counts[i]
    }
    rows.append((counts, path))
    showCounts(call, counts, call.operands.isEmpty ? nil : path, width)
  }
  if rows.count > 1 { showCounts(call, totals, "total", width) }
  return call.status
}

private func showCounts(_ call: ToolCall, _ counts: [Int64], _ name: String?, _ width: Int) {
  var text = ""
  for (index, count) in counts.enumerated() {
    if index > 0 { text += " " }
    text += String(count).paddedLeft(width)
  }
  if let name { text += " " + name }
  call.printLine(text)
}

private func count(_ bytes: [UInt8], _ wanted: [String]) -> [Int64] {
  var newlines: Int64 = 0
  var words: Int64 = 0
  var characters: Int64 = 0
  var longest: Int64 = 0
  var inWord = false
  var column: Int64 = 0
  let wide = wanted.contains("L")
  var i = 0
  while i < bytes.count {
    let byte = bytes[i]
    var length = 1
    if byte < 0x80 {
      characters += 1
      if byte == 10 { newlines += 1 }
      if wide {
        switch byte {
        case 10, 13, 12:
          longest = max(longest, column)
          column = 0
        case 9: column += 8 - column % 8
        case 32..<127: column += 1
        default: break
        }
      }
      if isSpace(byte) {
        inWord = false
      } else if byte > 32, byte < 127, !inWord {
        inWord = true
        words += 1
      }
    } else if let (scalar, size) = decodeUTF8(bytes[...], at: i) {
      length = size
      characters += 1
      if wide { column += Int64(columnWidth(scalar)) }
      let blank =
        scalar == 0xa0 || scalar == 0x1680 || (scalar >= 0x2000 && scalar <= 0x200a) || scalar == 0x202f
        || scalar == 0x205f || scalar == 0x3000
      if blank {
        inWord = false
      } else if !inWord {
        inWord = true
        words += 1
      }
    }
    i += length
  }
  longest = max(longest, column)
  var result: [Int64] = []
  for id in wanted {
    switch id {
    case "l": result.append(newlines)
    case "w": result.append(words)
    case "m": result.append(characters)
    case "c": result.append(Int64(bytes.count))
    default: result.append(longest)
    }
  }
  return result
}

/// uniq (coreutils 7.3), line by line.
final class Uniq: LineTool {
  static let options = OptionTable(
    "c,count d,repeated D,all-repeated=~ f,skip-fields= group=? i,ignore-case s,skip-chars= u,unique w,check-chars= z,zero-terminated"
  )
  private var counts = false
  private var onlyRepeated = false
  private var onlyUnique = false
  private var allRepeated: String?
  private var ignoresCase = false
  private var skipFields = 0
  private var skipCharacters = 0
  private var checkCharacters = Int.max
  private var held: [UInt8]?
  private var repeats: Int64 = 0
  private var output: OpenFile?
  private var group: String?
  private var groupsShown = 0

  override var table: OptionTable { Uniq.options }
  override var tool: String { "uniq" }

  override func start(_ call: ToolCall) -> Int32? {
    let options = call.options
    counts = options.has("c")
    onlyRepeated = options.has("d")
    onlyUnique = options.has("u")
    if options.has("D") { allRepeated = options.value("D") ?? "" }
    if options.has("group") { group = options.value("group") ?? "" }
    ignoresCase = options.has("i")
    for (id, what) in [("f", "fields to skip"), ("s", "bytes to skip"), ("w", "bytes to compare")] {
      guard let text = options.value(id) else { continue }
      guard let number = decimal(text) else {
        call.complain("\(text): invalid number of \(what)")
        return 1
      }
      let value = Int(min(number, Int64(Int32.max)))
      if id == "f" { skipFields = value } else if id == "s" { skipCharacters = value } else { checkCharacters = value }
    }
    if options.has("z") { delimiter = 0 }
    if call.operands.count > 2 { return call.usage("extra operand \(quoted(call.operands[2]))") }
    if group != nil, counts || onlyRepeated || onlyUnique || allRepeated != nil {
      return call.usage("--group is mutually exclusive with -c/-d/-D/-u")
    }
    if counts, allRepeated != nil {
      return call.usage("printing all duplicated lines and repeat counts is meaningless")
    }
    paths = Array(call.operands.prefix(1))
    if call.operands.count == 2, call.operands[1] != "-" {
      do throws(Errno) {
        output = try call.openForWriting(call.operands[1])
      } catch {
        call.complain("\(call.operands[1]): \(error.message)")
        return 1
      }
    }
    return nil
  }

  private func key(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var at = line.startIndex
    for _ in 0..<skipFields {
      while at < line.endIndex, isBlank(line[at]) { at += 1 }
      while at < line.endIndex, !isBlank(line[at]) { at += 1 }
    }
    at = min(line.endIndex, at + min(skipCharacters, line.count))
    return line[at...].prefix(checkCharacters)
  }

  private func same(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Bool {
    let x = key(a)
    let y = key(b)
    guard x.count == y.count else { return false }
    if !ignoresCase { return x.elementsEqual(y) }
    var j = y.startIndex
    for byte in x {
      if lowercased(byte) != lowercased(y[j]) { return false }
      j += 1
    }
    return true
  }

  override func line(_ line: ArraySlice<UInt8>, _ terminated: Bool, _ call: ToolCall) -> Bool {
    if let group {
      if let previous = held, same(previous[...], line) {
        emit(line, call)
      } else {
        if held != nil || group == "prepend" || group == "both" { put([delimiter], call) }
        emit(line, call)
      }
      held = Array(line)
      return true
    }
    if let previous = held {
      if same(previous[...], line) {
        repeats += 1
        if allRepeated != nil {
          if repeats == 2 {
            if allRepeated == "prepend" || (allRepeated == "separate" && groupsShown > 0) { put([delimiter], call) }
            groupsShown += 1
            emit(previous[...], call)
          }
          emit(line, call)
        }
        return true
      }
      release(call)
    }
    held = Array(line)
    repeats = 1
    return true
  }

  private func release(_ call: ToolCall) {
    guard let held, allRepeated == nil else { return }
    if onlyRepeated, repeats < 2 { return }
    if onlyUnique, repeats > 1 { return }
    if counts { put(Array(String(repeats).paddedLeft(7).utf8) + [32], call) }
    emit(held[...], call)
  }

  private func emit(_ line: ArraySlice<UInt8>, _ call: ToolCall) {
    put(Array(line), call)
    put([delimiter], call)
  }

  private func put(_ bytes: [UInt8], _ call: ToolCall) {
    if let output { _ = output.write(bytes[...]) } else { call.write(bytes) }
  }

  override func finish(_ call: ToolCall) -> Int32 {
    if group != nil {
      if held != nil, group == "append" || group == "both" { put([delimiter], call) }
    } else {
      release(call)
    }
    return call.status
  }
}

/// rev (util-linux): reverses the characters of each line.
final class Reverse: LineTool {
  static let options = OptionTable("0,zero")
  override var table: OptionTable { Reverse.options }
  override var tool: String { "rev" }

  override func failed(_ path: String, _ error: Errno, _ call: ToolCall) -> Bool {
    call.complain("cannot open \(path): \(error.message)")
    return true
  }

  override func line(_ line: ArraySlice<UInt8>, _ terminated: Bool, _ call: ToolCall) -> Bool {
    var out: [UInt8] = []
    out.reserveCapacity(line.count + 1)
    var pieces: [Range<Int>] = []
    var i = line.startIndex
    while i < line.endIndex {
      let length = decodeUTF8(line, at: i)?.length ?? 1
      pieces.append(i..<(i + length))
      i += length
    }
    for piece in pieces.reversed() { out += line[piece] }
    if terminated { out.append(10) }
    call.write(out)
    return true
  }
}

/// nl (coreutils 3.3).
final class NumberLines: LineTool {
  static let options = OptionTable(
    "b,body-numbering= d,section-delimiter= f,footer-numbering= h,header-numbering= i,line-increment= l,join-blank-lines= n,number-format= p,no-renumber s,number-separator= v,starting-line-number= w,number-width="
  )
  private var styles = ["h": "n", "b": "t", "f": "n"]
  private var patterns: [String: PosixRegex] = [:]
  private var section = "b"
  private var number: Int64 = 1
  private var first: Int64 = 1
  private var increment: Int64 = 1
  private var format = "rn"
  private var separator: [UInt8] = [9]
  private var width = 6
  private var renumbers = true
  private var mark: [UInt8] = [92, 58]
  private var join: Int64 = 1
  private var blanks: Int64 = 0

  override var table: OptionTable { NumberLines.options }
  override var tool: String { "nl" }

  override func start(_ call: ToolCall) -> Int32? {
    let options = call.options
    paths = call.operands
    for (id, what) in [("h", "header"), ("b", "body"), ("f", "footer")] {
      guard let style = options.value(id) else { continue }
      if style.utf8.first == 112 {
        do throws(RegexError) {
          patterns[id] = try PosixRegex(Array(style.utf8.dropFirst()), flavour: .basic)
          styles[id] = "p"
        } catch {
          call.complain(error.message)
          return 1
        }
        continue
      }
      guard ["a", "t", "n"].contains(style) else {
        return call.usage("invalid \(what) numbering style: \(quoted(style))")
      }
      styles[id] = style
    }
    if let text = options.value("v") {
      guard let value = signedDecimal(text) else {
        call.complain("invalid starting line number: \(quoted(text))")
        return 1
      }
      number = value
      first = value
    }
    if let text = options.value("i") {
      guard let value = signedDecimal(text) else {
        call.complain("invalid line number increment: \(quoted(text))")
        return 1
      }
      increment = value
    }
    if let text = options.value("w") {
      guard let value = decimal(text), value > 0 else {
        call.complain(
          "invalid line number field width: \(quoted(text))\(decimal(text) == 0 ? ": Numerical result out of range" : "")"
        )
        return 1
      }
      width = Int(value)
    }
    if let text = options.value("l") { join = max(1, decimal(text) ?? 1) }
    if let text = options.value("n") {
      guard ["ln", "rn", "rz"].contains(text) else {
        return call.usage("invalid line numbering format: \(quoted(text))")
      }
      format = text
    }
    if let text = options.value("s") { separator = text.bytes }
    if options.has("p") { renumbers = false }
    if let text = options.value("d") {
      mark = text.bytes
      if mark.count == 1 { mark.append(58) }
    }
    return nil
  }

  override func line(_ line: ArraySlice<UInt8>, _ terminated: Bool, _ call: ToolCall) -> Bool {
    if !mark.isEmpty {
      for (count, name) in [(3, "h"), (2, "b"), (1, "f")] {
        var whole: [UInt8] = []
        for _ in 0..<count { whole += mark }
        if line.elementsEqual(whole) {
          section = name
          if renumbers { number = first }
          call.put(10)
          return true
        }
      }
    }
    var isNumbered = false
    switch styles[section] ?? "n" {
    case "a":
      if line.isEmpty, join > 1 {
        blanks += 1
        isNumbered = blanks == join
        if isNumbered { blanks = 0 }
      } else {
        blanks = 0
        isNumbered = true
      }
    case "t": isNumbered = !line.isEmpty
    case "p": isNumbered = patterns[section]?.matches(Array(line)) ?? false
    default: break
    }
    if isNumbered {
      let text = String(number)
      switch format {
      case "ln": call.print(text.paddedRight(width))
      case "rz":
        let digits = String(number.magnitude)
        let zeros = max(0, width - digits.utf8.count - (number < 0 ? 1 : 0))
        call.print((number < 0 ? "-" : "") + String(repeating: "0", count: zeros) + digits)
      default: call.print(text.paddedLeft(width))
      }
      call.write(separator)
      number += increment
    } else {
      call.print(String(repeating: " ", count: width + separator.count))
    }
    call.write(line)
    call.put(10)
    return true
  }
}

/// fold (coreutils 4.3): columns are counted by bytes, tabs as tab stops.
final class Fold: LineTool {
  static let options = OptionTable("b,bytes s,spaces w,width=", number: "w")
  private var width = 80
  private var byBytes = false
  private var atSpaces = false

  override var table: OptionTable { Fold.options }
  override var tool: String { "fold" }

  override func start(_ call: ToolCall) -> Int32? {
    paths = call.operands
    if let text = call.options.value("w") {
      guard let value = decimal(text), value > 0 else {
        call.complain("invalid number of columns: \(quoted(text))")
        return 1
      }
      width = Int(value)
    }
    byBytes = call.options.has("b")
    atSpaces = call.options.has("s")
    return nil
  }

  private func advance(_ column: Int, _ byte: UInt8) -> Int {
    if byBytes { return column + 1 }
    switch byte {
    case 8: return max(0, column - 1)
    case 13: return 0
    case 9: return column + 8 - column % 8
    default: return column + 1
    }
  }

  override func line(_ line: ArraySlice<UInt8>, _ terminated: Bool, _ call: ToolCall) -> Bool {
    var out: [UInt8] = []
    var column = 0
    for byte in line {
      var next = advance(column, byte)
      while next > width, !out.isEmpty {
        if atSpaces, let space = out.lastIndex(where: { isBlank($0) }) {
          call.write(out[...space])
          call.put(10)
          out.removeFirst(space + 1)
          column = 0
          for kept in out { column = advance(column, kept) }
        } else {
          call.write(out)
          call.put(10)
          out.removeAll()
          column = 0
        }
        next = advance(column, byte)
      }
      out.append(byte)
      column = next
    }
    call.write(out)
    if terminated { call.put(10) }
    return true
  }
}

/// expand and unexpand (coreutils 9.2, 9.3).
final class Tabs: LineTool {
  static let expandOptions = OptionTable("i,initial t,tabs=")
  static let unexpandOptions = OptionTable("a,all first-only t,tabs=")
  private let unexpands: Bool
  private var stops: [Int] = []
  private var every = 8
  private var initialOnly = false
  private var all = false

  init(_ flavour: UtilityFlavour, unexpands: Bool) {
    self.unexpands = unexpands
    super.init(flavour)
  }

  override var table: OptionTable { unexpands ? Tabs.unexpandOptions : Tabs.expandOptions }
  override var tool: String { unexpands ? "unexpand" : "expand" }

  override func start(_ call: ToolCall) -> Int32? {
    paths = call.operands
    initialOnly = call.options.has("i")
    all = (call.options.has("a") || call.options.has("t")) && !call.options.has("first-only")
    if let text = call.options.value("t") {
      for part in text.bytes.split(whereSeparator: { $0 == 44 || isBlank($0) }) {
        guard let value = decimal(part), value < 10_000 else {
          call.complain("tab size contains invalid character(s): \(quoted(String(bytes: Array(part))))")
          return 1
        }
        if value == 0 {
          call.complain("tab size cannot be 0")
          return 1
        }
        if let last = stops.last, Int(value) <= last {
          call.complain("tab sizes must be ascending")
          return 1
        }
        stops.append(Int(value))
      }
      if stops.count == 1 {
        every = stops[0]
        stops = []
      } else {
        every = 0
      }
    }
    return nil
  }

  private func nextStop(_ column: Int) -> Int? {
    if every > 0 { return column + every - column % every }
    for stop in stops where stop > column { return stop }
    return nil
  }

  override func line(_ line: ArraySlice<UInt8>, _ terminated: Bool, _ call: ToolCall) -> Bool {
    var out: [UInt8] = []
    var column = 0
    if unexpands {
      var converts = true
      var pending: [UInt8] = []
      var pendingStart = 0
      for byte in line {
        if converts, isBlank(byte) {
          if pending.isEmpty { pendingStart = column }
          pending.append(byte)
          column = byte == 9 ? nextStop(column) ?? column + 1 : column + 1
          if let stop = nextStop(pendingStart), column >= stop || byte == 9 {
            // A lone space before a tab stop stays a space.
            if pending.count == 1, byte == 32 {
              out += pending
            } else {
              var at = pendingStart
              while let next = nextStop(at), next <= column {
                out.append(9)
                at = next
              }
              while at < column {
                out.append(32)
                at += 1
              }
            }
            pending = []
          }
          continue
        }
        out += pending
        pending = []
        out.append(byte)
        column += 1
        if !all { converts = false }
      }
      out += pending
    } else {
      var converts = true
      for byte in line {
        if byte == 9, converts {
          let stop = nextStop(column) ?? column + 1
          while column < stop {
            out.append(32)
            column += 1
          }
          continue
        }
        if byte == 8 { column = max(0, column - 1) } else { column += 1 }
        if initialOnly, !isBlank(byte) { converts = false }
        out.append(byte)
      }
    }
    if terminated { out.append(10) }
    call.write(out)
    return true
  }
}
