// What grep prints of a line: prefixes, colours, context and counts.

import SimMachine

extension Grep {
  func isText(_ line: [UInt8]) -> Bool {
    var ascii = true
    for byte in line where byte >= 0x80 || byte == 0 { ascii = false }
    if ascii { return true }
    var i = 0
    while i < line.count {
      if line[i] == 0, delimiter != 0 { return false }
      guard let (_, length) = decodeUTF8(line[...], at: i) else { return false }
      i += length
    }
    return true
  }

  func show(_ line: [UInt8], _ number: Int64, _ offset: Int64, _ range: Range<Int>?, _ call: ToolCall) {
    if trailing { return }
    let first = held.first?.number ?? number
    if before > 0 || after > 0 || hasContext, shownAny, first > lastShown + 1 || lastShown == 0, let separator {
      call.print((color ? "\u{1b}[36m\u{1b}[K\(separator)\u{1b}[m\u{1b}[K" : separator) + "\n")
    }
    shownAny = true
    for context in held where !onlyMatching { emit(context.line, context.number, context.offset, 45, [], call) }
    held = []
    lastShown = number
    guard onlyMatching || color else { return emit(line, number, offset, 58, [], call) }
    var ranges: [Range<Int>] = []
    if !invert {
      var at = 0
      var next = range
      while let match = next {
        if match.isEmpty {
          at = match.upperBound + 1
        } else {
          ranges.append(match)
          at = match.upperBound
        }
        next = at <= line.count ? firstMatch(line, at) : nil
        if wholeLines { next = nil }
      }
    }
    guard onlyMatching else { return emit(line, number, offset, 58, ranges, call) }
    for match in ranges {
      prefix(number, offset + Int64(match.lowerBound), 58, call)
      if color { call.print("\u{1b}[01;31m\u{1b}[K") }
      call.write(line[match])
      if color { call.print("\u{1b}[m\u{1b}[K") }
      call.put(delimiter)
    }
  }

  private func prefix(_ number: Int64, _ offset: Int64, _ mark: UInt8, _ call: ToolCall) {
    func put(_ text: String, _ code: String, _ end: UInt8) {
      if color { call.print("\u{1b}[\(code)m\u{1b}[K") }
      call.print(text)
      if color { call.print("\u{1b}[m\u{1b}[K") }
      if end == 0 { return call.put(0) }
      if color { call.print("\u{1b}[36m\u{1b}[K") }
      call.put(end)
      if color { call.print("\u{1b}[m\u{1b}[K") }
    }
    if names { put(path, "35", nullNames ? 0 : mark) }
    if numbers { put(aligned(number, call), "32", mark) }
    if offsets { put(aligned(offset, call), "32", mark) }
    if initialTab, names || numbers || offsets { call.put(9) }
  }

  /// With -T a number is as wide as the file's size: any position in it has room.
  private func aligned(_ number: Int64, _ call: ToolCall) -> String {
    guard initialTab else { return String(number) }
    let inode = (call.process.file(0) as? RegularFile).flatMap { path == label ? $0.inode : nil } ?? call.inode(path)
    return String(number).paddedLeft(inode?.kind == .file ? String(inode?.size ?? 0).utf8.count : 19)
  }

  func emit(
    _ line: [UInt8], _ number: Int64, _ offset: Int64, _ mark: UInt8, _ ranges: [Range<Int>], _ call: ToolCall
  ) {
    if lastShown == 0 { lastShown = number }
    prefix(number, offset, mark, call)
    var at = 0
    for range in ranges {
      call.write(line[at..<range.lowerBound])
      call.print("\u{1b}[01;31m\u{1b}[K")
      call.write(line[range])
      call.print("\u{1b}[m\u{1b}[K")
      at = range.upperBound
    }
    call.write(line[at...])
    call.put(delimiter)
  }

  func closeFile(_ call: ToolCall) {
    trailing = false
    func putName() {
      if color {
        call.print("\u{1b}[35m\u{1b}[K\(path)\u{1b}[m\u{1b}[K")
      } else {
        call.print(path)
      }
    }
    if counts, !lists, !listsWithout, !quiet, !(isBinary && binaryMode == "without-match") {
      if names {
        putName()
        if nullNames { call.put(0) } else { call.print(color ? "\u{1b}[36m\u{1b}[K:\u{1b}[m\u{1b}[K" : ":") }
      }
      call.printLine(String(min(selected, limit)))
    }
    if lists && selected > 0 || listsWithout && selected == 0 {
      putName()
      call.put(nullNames ? 0 : 10)
    }
  }
}
