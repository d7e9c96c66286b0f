// Edits one line on a real terminal with the keys of a shell: movement, history, search, completion. It draws after whatever prompt
// is on the screen already; what it has in the end is typed into the simulated terminal as one line.

struct LineEditor {
  enum Outcome: Equatable {
    /// More keys are needed.
    case editing
    case line(String)
    case interrupt
    case endOfFile
    case suspend
  }

  /// Where drawing goes.
  var write: (String) -> Void
  /// Candidates for the text before the cursor: what is typed of the word, and the words.
  var complete: (String) -> (prefix: String, candidates: [String])
  var history: [String]
  var columns: Int
  /// Columns that the prompt takes up on the line of the cursor.
  var promptWidth: Int

  private var text: [Character] = []
  private var cursor = 0
  /// The line of the screen on which the cursor was drawn last, counted from the prompt's.
  private var drawnRow = 0
  /// Bytes of a character or of a key's sequence that has not come whole.
  private var partial: [UInt8] = []
  private var killed: [Character] = []
  private var historyIndex: Int
  /// What was typed before the history was opened.
  private var draft: [Character] = []
  private var search: (query: String, index: Int)?
  /// The line as it was before a search.
  private var unsearched: (text: [Character], cursor: Int) = ([], 0)
  private var tabsInARow = 0

  init(
    promptWidth: Int, columns: Int, history: [String], write: @escaping (String) -> Void,
    complete: @escaping (String) -> (prefix: String, candidates: [String])
  ) {
    self.promptWidth = promptWidth
    self.columns = max(20, columns)
    self.history = history
    self.write = write
    self.complete = complete
    historyIndex = history.count
  }

  /// Takes one byte from the keyboard.
  mutating func press(_ byte: UInt8) -> Outcome {
    if byte != 9 { tabsInARow = 0 }
    if !partial.isEmpty || byte == 27 || byte >= 0x80 {
      partial.append(byte)
      return finishPartial()
    }
    if search != nil { return pressInSearch(byte) }
    switch byte {
    case 1: move(to: 0)
    case 2: move(to: cursor - 1)
    case 3: return .interrupt
    case 4:
      if text.isEmpty { return .endOfFile }
      delete(cursor..<min(cursor + 1, text.count))
    case 5: move(to: text.count)
    case 6: move(to: cursor + 1)
    case 8, 127: delete(max(0, cursor - 1)..<cursor)
    case 9: tab()
    case 10, 13: return finish()
    case 11: kill(cursor..<text.count)
    case 12:
      write("\u{1B}[H\u{1B}[2J")
      return .editing
    case 14: browse(1)
    case 16: browse(-1)
    case 18:
      search = ("", history.count)
      unsearched = (text, cursor)
      drawSearch()
    case 20: transpose()
    case 21: kill(0..<cursor)
    case 23: kill(wordStart(blanksOnly: true)..<cursor)
    case 25: insert(killed)
    case 26: return .suspend
    case 0..<32: break
    default: insert([Character(Unicode.Scalar(byte))])
    }
    return .editing
  }

  /// What has been typed so far.
  var content: String { String(text) }

  /// Draws the line again, as after the screen was cleared and the prompt printed anew.
  mutating func redrawAfterPrompt() {
    drawnRow = 0
    draw()
  }

  // MARK: Keys that come as several bytes

  private mutating func finishPartial() -> Outcome {
    if partial[0] == 27 {
      guard let key = sequenceKey() else {
        if partial.count > 8 { partial = [] }
        return .editing
      }
      partial = []
      if search != nil { endSearch() }
      handle(key)
      return .editing
    }
    let length = partial[0] >= 0xf0 ? 4 : partial[0] >= 0xe0 ? 3 : partial[0] >= 0xc0 ? 2 : 1
    guard partial.count >= length else { return .editing }
    let characters = Array(String(decoding: partial, as: UTF8.self))
    partial = []
    insert(characters)
    return .editing
  }

  private enum Key {
    case left, right, up, down, home, end, delete, wordLeft, wordRight, killWord, killWordLeft, lastWord, none
  }

  /// The key that an escape sequence means; nil while it is unfinished.
  private func sequenceKey() -> Key? {
    guard partial.count > 1 else { return nil }
    switch partial[1] {
    case 91, 79:
      guard let last = partial.last, partial.count > 2, last >= 64, last <= 126 else { return nil }
      let isWord = partial.contains(59)
      switch last {
      case 65: return .up
      case 66: return .down
      case 67: return isWord ? .wordRight : .right
      case 68: return isWord ? .wordLeft : .left
      case 72: return .home
      case 70: return .end
      case 126:
        switch partial[2] {
        case 49, 55: return .home
        case 52, 56: return .end
        case 51: return .delete
        default: return Key.none
        }
      default: return Key.none
      }
    case 98: return .wordLeft
    case 102: return .wordRight
    case 100: return .killWord
    case 127, 8: return .killWordLeft
    case 46, 95: return .lastWord
    default: return Key.none
    }
  }

  private mutating func handle(_ key: Key) {
    switch key {
    case .left: move(to: cursor - 1)
    case .right: move(to: cursor + 1)
    case .up: browse(-1)
    case .down: browse(1)
    case .home: move(to: 0)
    case .end: move(to: text.count)
    case .delete: delete(cursor..<min(cursor + 1, text.count))
    case .wordLeft: move(to: wordStart(blanksOnly: false))
    case .wordRight: move(to: wordEnd())
    case .killWord: kill(cursor..<wordEnd())
    case .killWordLeft: kill(wordStart(blanksOnly: false)..<cursor)
    case .lastWord:
      if let word = history.last?.split(separator: " ").last { insert(Array(word)) }
    case .none: break
    }
  }

  // MARK: Editing

  private mutating func insert(_ characters: [Character]) {
    let before = place(text[...])
    text.insert(contentsOf: characters, at: cursor)
    cursor += characters.count
    let end = place(text[...])
    if cursor == text.count, end.row == before.row, end.row == drawnRow {
      // At the end of a row that has room, nothing else changes.
      write(String(characters))
    } else {
      draw()
    }
  }

  private mutating func delete(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    text.removeSubrange(range)
    cursor = range.lowerBound
    draw()
  }

  private mutating func kill(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    killed = Array(text[range])
    delete(range)
  }

  private mutating func move(to place: Int) {
    cursor = min(max(0, place), text.count)
    draw()
  }

  private mutating func transpose() {
    guard cursor > 0, text.count > 1 else { return }
    let second = min(cursor, text.count - 1)
    text.swapAt(second - 1, second)
    cursor = second + 1
    draw()
  }

  private func wordStart(blanksOnly: Bool) -> Int {
    var place = cursor
    func isWord(_ character: Character) -> Bool {
      blanksOnly ? !character.isWhitespace : character.isLetter || character.isNumber
    }
    while place > 0, !isWord(text[place - 1]) { place -= 1 }
    while place > 0, isWord(text[place - 1]) { place -= 1 }
    return place
  }

  private func wordEnd() -> Int {
    var place = cursor
    while place < text.count, !(text[place].isLetter || text[place].isNumber) { place += 1 }
    while place < text.count, text[place].isLetter || text[place].isNumber { place += 1 }
    return place
  }

  private mutating func finish() -> Outcome {
    cursor = text.count
    draw()
    write("\r\n")
    return .line(String(text))
  }

  // MARK: History

  private mutating func browse(_ step: Int) {
    let next = historyIndex + step
    guard next >= 0, next <= history.count else { return }
    if historyIndex == history.count { draft = text }
    historyIndex = next
    text = next == history.count ? draft : Array(history[next])
    cursor = text.count
    draw()
  }

  private mutating func pressInSearch(_ byte: UInt8) -> Outcome {
    guard var (query, index) = search else { return .editing }
    switch byte {
    case 18: find(query, before: index)
    case 3:
      search = nil
      return .interrupt
    case 7:
      (text, cursor) = unsearched
      endSearch()
    case 8, 127:
      if !query.isEmpty { query.removeLast() }
      search = (query, history.count)
      find(query, before: history.count)
    case 10, 13:
      endSearch()
      return finish()
    case 0..<32:
      endSearch()
      return press(byte)
    default:
      query.append(Character(Unicode.Scalar(byte)))
      index = min(index + 1, history.count)
      search = (query, index)
      find(query, before: index)
    }
    return .editing
  }

  private mutating func find(_ query: String, before index: Int) {
    var place = index - 1
    while place >= 0 {
      if history[place].contains(query) {
        search = (query, place)
        text = Array(history[place])
        cursor = text.count
        break
      }
      place -= 1
    }
    drawSearch()
  }

  private mutating func endSearch() {
    search = nil
    // The prompt had to make room.
    write((drawnRow > 0 ? "\u{1B}[\(drawnRow)A" : "") + "\r\u{1B}[J" + promptText)
    drawnRow = 0
    draw()
  }

  private mutating func drawSearch() {
    guard let search else { return }
    let shown = Array("(reverse-i-search)`\(search.query)': ") + text
    write((drawnRow > 0 ? "\u{1B}[\(drawnRow)A" : "") + "\r\u{1B}[J" + onScreen(shown))
    drawnRow = place(shown[...], after: 0).row
  }

  // MARK: Completion

  private mutating func tab() {
    let before = String(text[..<cursor])
    let (prefix, candidates) = complete(before)
    guard let first = candidates.first else { return write("\u{7}") }
    var common = Array(first)
    for candidate in candidates.dropFirst() {
      let other = Array(candidate)
      var count = 0
      while count < common.count, count < other.count, common[count] == other[count] { count += 1 }
      common = Array(common[..<count])
    }
    var added = Array(common.dropFirst(prefix.count))
    if candidates.count == 1, let last = first.last, last != "/", last != "=" { added.append(" ") }
    if !added.isEmpty {
      tabsInARow = 0
      return insert(added)
    }
    tabsInARow += 1
    if tabsInARow < 2 { return write("\u{7}") }
    list(candidates)
  }

  /// Shows the candidates in columns below, then the prompt's line again.
  private mutating func list(_ candidates: [String]) {
    let shown = candidates.map { word -> String in
      let parts = word.split(separator: "/", omittingEmptySubsequences: true)
      guard word.contains("/"), let last = parts.last else { return word }
      return word.hasSuffix("/") ? last + "/" : String(last)
    }
    let width = (shown.map(\.count).max() ?? 1) + 2
    let across = max(1, columns / width)
    let rows = (shown.count + across - 1) / across
    var out = ""
    for row in 0..<rows {
      var line = ""
      for column in 0..<across where column * rows + row < shown.count {
        let word = shown[column * rows + row]
        line += word + String(repeating: " ", count: width - word.count)
      }
      out += "\r\n" + line.trimmingTrailingBlanks
    }
    let place = cursor
    move(to: text.count)
    write(out + "\r\n" + promptText)
    drawnRow = 0
    cursor = place
    draw()
  }

  /// The visible prompt, to be shown again after a list of candidates.
  var promptText = ""

  // MARK: Drawing

  /// Where the cursor stands after characters that follow the prompt: rows and columns from the prompt's row on.
  private func place(_ characters: ArraySlice<Character>, after start: Int? = nil) -> (row: Int, column: Int) {
    var row = (start ?? promptWidth) / columns
    var column = (start ?? promptWidth) % columns
    for character in characters {
      if character == "\n" {
        row += 1
        column = 0
        continue
      }
      let cells = character == "\t" ? 8 - column % 8 : LineEditor.cells(character)
      if column + cells > columns {
        row += 1
        column = 0
      }
      column += cells
      if column == columns {
        row += 1
        column = 0
      }
    }
    return (row, column)
  }

  /// Columns that a character takes up: two for those of East Asia and for pictures.
  private static func cells(_ character: Character) -> Int {
    guard let value = character.unicodeScalars.first?.value, value >= 0x1100 else { return 1 }
    switch value {
    case 0x1100...0x115f, 0x2e80...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60,
      0xffe0...0xffe6, 0x1f300...0x1faff, 0x20000...0x3fffd:
      return 2
    default: return 1
    }
  }

  /// In raw mode a new line needs a carriage return.
  private func onScreen(_ characters: [Character]) -> String {
    var out = ""
    for character in characters { if character == "\n" { out += "\r\n" } else { out.append(character) } }
    return out
  }

  /// To the first cell after the prompt.
  private mutating func toStart() {
    var out = drawnRow > 0 ? "\u{1B}[\(drawnRow)A" : ""
    out += "\r"
    if promptWidth > 0 { out += "\u{1B}[\(promptWidth)C" }
    write(out)
    drawnRow = 0
  }

  private mutating func draw() {
    toStart()
    var out = "\u{1B}[J" + onScreen(text)
    let end = place(text[...])
    // The terminal wraps only when the next character comes.
    if end.column == 0, end.row > 0, text.last != "\n" { out += " \r" }
    let here = place(text[..<cursor])
    if end.row > here.row { out += "\u{1B}[\(end.row - here.row)A" }
    out += "\r"
    if here.column > 0 { out += "\u{1B}[\(here.column)C" }
    write(out)
    drawnRow = here.row
  }
}

extension String {
  fileprivate var trimmingTrailingBlanks: String {
    var end = endIndex
    while end > startIndex, self[index(before: end)] == " " { end = index(before: end) }
    return String(self[..<end])
  }
}
