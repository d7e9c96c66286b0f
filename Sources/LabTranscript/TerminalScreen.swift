// What a terminal would show of a recording, as text with styles and times: a small emulator of the control sequences that
// programs of labs send (ECMA-48 and the xterm additions that ncurses uses). Ordinary output becomes lines that are never
// cut or wrapped; a program that redraws its screen (`watch`, `top`) becomes a series of frames, one per moment at which
// the screen stood still. Unknown sequences are skipped whole.
//
//   flow  ── lines, each with the virtual time of its first character
//   frames ─ from "clear screen" or "alternate screen" until the screen is left

/// Colours 0…7 and 8…15 (bright), and attributes, as SGR sets them.
package struct TerminalStyle: Hashable, Sendable {
  package var foreground: UInt8?
  package var background: UInt8?
  package var bold = false
  package var dim = false
  package var italic = false
  package var underline = false
  package var inverse = false
  /// Typed by the reader and echoed, not printed by a program.
  package var typed = false

  package init(foreground: UInt8? = nil, bold: Bool = false, typed: Bool = false) {
    self.foreground = foreground
    self.bold = bold
    self.typed = typed
  }

  package var isPlain: Bool { self == TerminalStyle() }
}

package struct TerminalCell: Hashable, Sendable {
  package var character: Character
  package var style: TerminalStyle

  package init(character: Character, style: TerminalStyle) {
    self.character = character
    self.style = style
  }
}

package struct TerminalLine: Hashable, Sendable {
  package var cells: [TerminalCell] = []
  /// When its first character appeared.
  package var milliseconds: Int64?

  package init(cells: [TerminalCell] = [], milliseconds: Int64? = nil) {
    self.cells = cells
    self.milliseconds = milliseconds
  }

  package var text: String { String(cells.map(\.character)) }
  package var isTyped: Bool { cells.contains { $0.style.typed } }
  package var typedText: String { String(cells.filter(\.style.typed).map(\.character)) }

  /// Without the blanks that redrawing leaves at the end.
  package var trimmed: TerminalLine {
    var line = self
    while let last = line.cells.last, last.character == " ", last.style.isPlain { line.cells.removeLast() }
    return line
  }
}

package struct TerminalFrame: Hashable, Sendable {
  package var milliseconds: Int64
  package var lines: [TerminalLine]

  package init(milliseconds: Int64, lines: [TerminalLine]) {
    self.milliseconds = milliseconds
    self.lines = lines
  }

  /// The text with clock times and ages blanked: frames that only differ there show the same.
  package var shape: String {
    lines.map { TerminalFrame.withoutTimes($0.text) }.joined(separator: "\n")
  }

  private static func withoutTimes(_ text: String) -> String {
    var out: [Character] = []
    let characters = Array(text)
    var index = 0
    while index < characters.count {
      let start = index
      while index < characters.count, characters[index].isASCII, characters[index].isNumber || characters[index] == ":"
      {
        index += 1
      }
      guard index > start else {
        // Columns grow and shrink with the ages in them.
        if !(characters[index] == " " && out.last == " ") { out.append(characters[index]) }
        index += 1
        continue
      }
      let isClock = characters[start..<index].contains(":")
      let isAge = index < characters.count && "smhd".contains(characters[index])
      if isAge { index += 1 }
      if isClock || isAge { if out.last != "#" { out.append("#") } } else { out += characters[start..<index] }
    }
    return String(out)
  }
}

package enum TerminalSegment: Hashable, Sendable {
  case flow([TerminalLine])
  case frames([TerminalFrame])
}

package struct TerminalScreen {
  private let columns: Int
  private let rows: Int
  package private(set) var segments: [TerminalSegment] = []

  private var lines: [TerminalLine] = [TerminalLine()]
  private var row = 0
  private var column = 0
  private var style = TerminalStyle()
  private var saved: (row: Int, column: Int) = (0, 0)
  /// Where the program draws: nil in ordinary flow.
  private var frames: [TerminalFrame]?
  private var isDirty = false
  private var scrollTop = 0
  private var scrollBottom: Int
  /// Keys that were typed and whose echo has not come yet.
  private var awaitedEcho: [Character] = []
  /// The start of a sequence whose end has not come yet.
  private var partial = ""

  package init(columns: Int, rows: Int) {
    self.columns = max(columns, 1)
    self.rows = max(rows, 1)
    scrollBottom = max(rows, 1) - 1
  }

  // MARK: Input

  package mutating func type(_ keys: String) {
    for character in keys {
      switch character {
      case "\r", "\n", "\r\n": awaitedEcho.append("\n")
      case "\u{3}": awaitedEcho += ["^", "C"]
      case "\u{4}": break
      default: awaitedEcho.append(character)
      }
    }
  }

  package mutating func feed(_ text: String, at milliseconds: Int64) {
    let scalars = Array((partial + text).unicodeScalars)
    partial = ""
    var index = 0
    var isAtStart = true
    while index < scalars.count {
      let scalar = scalars[index]
      switch scalar.value {
      case 0x1B:
        guard let next = sequence(scalars, from: index, at: milliseconds) else {
          partial = String(String.UnicodeScalarView(scalars[index...]))
          index = scalars.count
          continue
        }
        index = next
        continue
      case 0x0D: column = 0
      case 0x0A:
        if awaitedEcho.first == "\n" { awaitedEcho.removeFirst() }
        lineFeed()
        column = 0
      case 0x08: column = max(0, column - 1)
      case 0x09:
        column = (column / 8 + 1) * 8
        if frames != nil { column = min(column, columns - 1) }
      case 0..<32, 127: break
      default:
        var end = index + 1
        while end < scalars.count, Self.continues(scalars[end]) { end += 1 }
        let character = Character(String(String.UnicodeScalarView(scalars[index..<end])))
        put(character, typed: takeEcho(character, isAtStart), at: milliseconds)
        isAtStart = false
        index = end
        continue
      }
      index += 1
    }
    if frames != nil, isDirty { snapshot(at: milliseconds) }
  }

  /// Whether the scalar belongs to the character before it (accents, variation selectors, joined emoji).
  private static func continues(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isGraphemeExtend || scalar.value == 0x200D || (0x1F3FB...0x1F3FF).contains(scalar.value)
  }

  private var isEchoing = false

  /// Echo is what was typed, in order, right after it was typed.
  private mutating func takeEcho(_ character: Character, _ isAtStart: Bool) -> Bool {
    guard awaitedEcho.first == character,
      isAtStart || isEchoing || column == 0 || awaitedEcho.first == "^" || isAfterPrompt
    else {
      isEchoing = false
      return false
    }
    awaitedEcho.removeFirst()
    isEchoing = true
    return true
  }

  /// Whether the line so far looks like a prompt: ends in `$ `, `# `, `> `.
  private var isAfterPrompt: Bool {
    guard row < lines.count else { return false }
    let line = lines[row].cells.map(\.character)
    guard column == line.count, line.count >= 2, line[line.count - 1] == " " else { return false }
    return "$#>".contains(line[line.count - 2])
  }

  // MARK: Result

  /// Forgets what was shown so far, but not what the terminal is in the middle of: an alternate screen stays one.
  package mutating func forget() {
    segments = []
    awaitedEcho = []
    if frames != nil {
      frames = []
      isDirty = false
    } else {
      lines = [TerminalLine()]
      row = 0
      column = 0
    }
  }

  package mutating func finish() -> [TerminalSegment] {
    if frames != nil { leaveFrames() }
    closeFlow()
    return segments
  }

  private mutating func closeFlow() {
    if lines.contains(where: { !$0.cells.isEmpty }) { segments.append(.flow(lines)) }
    lines = [TerminalLine()]
    row = 0
    column = 0
  }

  private mutating func enterFrames() {
    guard frames == nil else { return }
    closeFlow()
    frames = []
    isDirty = false
    lines = [TerminalLine()]
  }

  private mutating func leaveFrames() {
    guard let list = frames else { return }
    frames = nil
    isDirty = false
    if list.count == 1 {
      segments.append(.flow(list[0].lines))
    } else if !list.isEmpty {
      segments.append(.frames(list))
    }
    lines = [TerminalLine()]
    row = 0
    column = 0
    scrollTop = 0
    scrollBottom = rows - 1
  }

  private mutating func snapshot(at milliseconds: Int64) {
    isDirty = false
    var picture = lines.map(\.trimmed)
    while let last = picture.last, last.cells.isEmpty { picture.removeLast() }
    // Between a clearing and the next text there is nothing to see.
    guard !picture.isEmpty, frames?.last?.lines.map(\.cells) != picture.map(\.cells) else { return }
    frames?.append(TerminalFrame(milliseconds: milliseconds, lines: picture))
  }

  // MARK: Drawing

  private mutating func put(_ character: Character, typed: Bool, at milliseconds: Int64) {
    ensureRow()
    if frames != nil, column >= columns {
      lineFeed()
      column = 0
      ensureRow()
    }
    var cell = TerminalCell(character: character, style: style)
    cell.style.typed = typed
    while lines[row].cells.count < column {
      lines[row].cells.append(TerminalCell(character: " ", style: TerminalStyle()))
    }
    if column < lines[row].cells.count { lines[row].cells[column] = cell } else { lines[row].cells.append(cell) }
    if lines[row].milliseconds == nil { lines[row].milliseconds = milliseconds }
    column += 1
    isDirty = true
  }

  private mutating func ensureRow() { while lines.count <= row { lines.append(TerminalLine()) } }

  private mutating func lineFeed() {
    if frames != nil, row == scrollBottom {
      ensureRow()
      lines.remove(at: scrollTop)
      lines.insert(TerminalLine(), at: min(scrollBottom, lines.count))
      isDirty = true
    } else {
      row += 1
      if frames != nil { row = min(row, rows - 1) }
      ensureRow()
    }
  }

  /// The first row of the visible screen.
  private var top: Int { frames != nil ? 0 : max(0, lines.count - rows) }

  private mutating func erase(_ range: Range<Int>, in line: Int) {
    guard line < lines.count else { return }
    isDirty = true
    if range.upperBound >= lines[line].cells.count {
      lines[line].cells.removeSubrange(min(range.lowerBound, lines[line].cells.count)...)
      if lines[line].cells.isEmpty { lines[line].milliseconds = nil }
    } else {
      for index in range { lines[line].cells[index] = TerminalCell(character: " ", style: TerminalStyle()) }
    }
  }

  private mutating func clearScreen(at milliseconds: Int64) {
    if frames != nil {
      if isDirty { snapshot(at: milliseconds) }
      lines = [TerminalLine()]
      isDirty = false
    } else {
      let (keptRow, keptColumn) = (row - top, column)
      enterFrames()
      (row, column) = (keptRow, keptColumn)
      ensureRow()
    }
  }

  // MARK: Sequences

  /// Carries out the sequence at `start`; the index after it, or nil when it is not complete.
  private mutating func sequence(_ scalars: [Unicode.Scalar], from start: Int, at milliseconds: Int64) -> Int? {
    guard start + 1 < scalars.count else { return nil }
    switch scalars[start + 1] {
    case "[":
      var index = start + 2
      while index < scalars.count, (0x20...0x3F).contains(scalars[index].value) { index += 1 }
      guard index < scalars.count else { return nil }
      control(String(String.UnicodeScalarView(scalars[(start + 2)..<index])), scalars[index], at: milliseconds)
      return index + 1
    case "]":
      var index = start + 2
      while index < scalars.count {
        if scalars[index].value == 7 { return index + 1 }
        if scalars[index].value == 0x1B { return index + 1 < scalars.count ? index + 2 : nil }
        index += 1
      }
      return nil
    case "(", ")", "*", "+", "#", " ", "%": return start + 2 < scalars.count ? start + 3 : nil
    case "7": saved = (row, column)
    case "8": (row, column) = saved
    case "M": row = max(top, row - 1)
    case "D": lineFeed()
    case "E":
      lineFeed()
      column = 0
    default: break
    }
    return start + 2
  }

  private mutating func control(_ parameters: String, _ final: Unicode.Scalar, at milliseconds: Int64) {
    if parameters.hasPrefix("?") {
      let isAlternate = parameters.dropFirst().split(separator: ";").contains { ["1049", "1047", "47"].contains($0) }
      guard isAlternate else { return }
      if final == "h" { enterFrames() } else if final == "l" { leaveFrames() }
      return
    }
    let numbers = parameters.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) }
    func number(_ index: Int, _ fallback: Int) -> Int {
      let value = index < numbers.count ? numbers[index] ?? fallback : fallback
      return min(value, 10_000)
    }
    let count = min(max(1, number(0, 1)), 1000)
    switch final {
    case "m": select(numbers.map { $0 ?? 0 })
    case "A": row = max(top, row - count)
    case "B", "e": row = min(row + count, top + rows - 1)
    case "C", "a": column = min(column + count, max(columns - 1, column))
    case "D": column = max(0, column - count)
    case "E": (row, column) = (min(row + count, top + rows - 1), 0)
    case "F": (row, column) = (max(top, row - count), 0)
    case "G", "`": column = count - 1
    case "d": row = min(top + count - 1, top + rows - 1)
    case "H", "f":
      let target = (top + min(count, rows) - 1, min(max(1, number(1, 1)), 1000) - 1)
      (row, column) = target
    case "J":
      switch number(0, 0) {
      case 0 where row == top && column == 0: clearScreen(at: milliseconds)
      case 0:
        erase(column..<Int.max, in: row)
        for line in lines.indices where line > row { erase(0..<Int.max, in: line) }
      case 1:
        for line in lines.indices where line >= top && line < row { erase(0..<Int.max, in: line) }
        erase(0..<(column + 1), in: row)
      default: clearScreen(at: milliseconds)
      }
    case "K":
      switch number(0, 0) {
      case 0: erase(column..<Int.max, in: row)
      case 1: erase(0..<(column + 1), in: row)
      default: erase(0..<Int.max, in: row)
      }
    case "X": erase(column..<(column + count), in: row)
    case "P":
      guard row < lines.count, column < lines[row].cells.count else { return }
      let end = min(column + count, lines[row].cells.count)
      lines[row].cells.removeSubrange(column..<end)
      isDirty = true
    case "r":
      scrollTop = min(max(number(0, 1), 1), rows) - 1
      scrollBottom = min(max(number(1, rows), 1), rows) - 1
      if scrollTop >= scrollBottom { (scrollTop, scrollBottom) = (0, rows - 1) }
      if frames != nil { (row, column) = (0, 0) }
    case "s": saved = (row, column)
    case "u": (row, column) = saved
    default: break
    }
  }

  /// SGR (ECMA-48 §8.3.117).
  private mutating func select(_ codes: [Int]) {
    var index = 0
    let codes = codes.isEmpty ? [0] : codes
    while index < codes.count {
      let code = codes[index]
      switch code {
      case 0: style = TerminalStyle()
      case 1: style.bold = true
      case 2: style.dim = true
      case 3: style.italic = true
      case 4: style.underline = true
      case 7: style.inverse = true
      case 22: (style.bold, style.dim) = (false, false)
      case 23: style.italic = false
      case 24: style.underline = false
      case 27: style.inverse = false
      case 30...37: style.foreground = UInt8(code - 30)
      case 39: style.foreground = nil
      case 40...47: style.background = UInt8(code - 40)
      case 49: style.background = nil
      case 90...97: style.foreground = UInt8(code - 90 + 8)
      case 100...107: style.background = UInt8(code - 100 + 8)
      case 38, 48:
        // 256 and true colours: the first sixteen are ours, the others show as default.
        if index + 2 < codes.count, codes[index + 1] == 5 {
          let colour = (0..<16).contains(codes[index + 2]) ? UInt8(codes[index + 2]) : nil
          if code == 38 { style.foreground = colour } else { style.background = colour }
          index += 2
        } else if index + 4 < codes.count, codes[index + 1] == 2 {
          index += 4
        }
      default: break
      }
      index += 1
    }
  }
}
