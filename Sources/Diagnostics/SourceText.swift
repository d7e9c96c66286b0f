// The author's file as bytes, with an index of its lines. Every range in the product is a pair of byte offsets into
// these bytes; lines and columns are computed here and nowhere else, so that they always are the author's.
//
// Lines end at LF, CR LF or a lone CR, as CommonMark 0.30 §2.1 says. Columns count Unicode scalars from 1; a byte order
// mark at the very start is not counted, because no editor shows it.

/// A half-open range of byte offsets: `start ..< end`.
package struct SourceRange: Hashable, Sendable {
  package var start: Int
  package var end: Int

  package init(start: Int, end: Int) {
    precondition(start <= end, "a source range that ends before it starts")
    self.start = start
    self.end = end
  }

  /// The empty range at `offset`.
  package static func point(_ offset: Int) -> SourceRange { SourceRange(start: offset, end: offset) }

  package var isEmpty: Bool { start == end }
  package var length: Int { end - start }

  package func contains(_ offset: Int) -> Bool { start <= offset && offset < end }
  package func contains(_ other: SourceRange) -> Bool { start <= other.start && other.end <= end }

  /// The smallest range that holds both.
  package func union(_ other: SourceRange) -> SourceRange {
    SourceRange(start: min(start, other.start), end: max(end, other.end))
  }
}

/// A place in a file as people and tools name it. All numbers but `offset` count from 1.
package struct SourcePosition: Hashable, Sendable {
  /// Byte offset from the start of the file.
  package var offset: Int
  package var line: Int
  /// In Unicode scalars.
  package var column: Int
  /// In UTF-8 bytes (rdjson wants these).
  package var byteColumn: Int

  package init(offset: Int, line: Int, column: Int, byteColumn: Int) {
    self.offset = offset
    self.line = line
    self.column = column
    self.byteColumn = byteColumn
  }

  /// The first position of any file.
  package static var start: SourcePosition { SourcePosition(offset: 0, line: 1, column: 1, byteColumn: 1) }
}

/// A range in a named file, resolved to lines and columns. The end is exclusive.
package struct SourceLocation: Hashable, Sendable {
  /// As it shall be printed: relative to the working directory, with `/`.
  package var file: String
  package var start: SourcePosition
  package var end: SourcePosition

  package init(file: String, start: SourcePosition, end: SourcePosition) {
    self.file = file
    self.start = start
    self.end = end
  }

  /// A location for a file as a whole (missing, unreadable, empty).
  package init(file: String) { self.init(file: file, start: .start, end: .start) }

  package var range: SourceRange { SourceRange(start: start.offset, end: end.offset) }
}

/// A file's path and bytes, and where its lines begin.
package struct SourceText: Hashable, Sendable {
  /// As it shall be printed in diagnostics: relative to the working directory, with `/`.
  package let path: String
  package let bytes: [UInt8]
  /// Byte offset of the first byte of each line; never empty. `lineStarts[0]` is 0.
  package let lineStarts: [Int]

  package init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
    var starts = [0]
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == 0x0A {
        starts.append(index)
      } else if byte == 0x0D {
        if index < bytes.count, bytes[index] == 0x0A { index += 1 }
        starts.append(index)
      }
    }
    lineStarts = starts
  }

  package init(path: String, text: String) { self.init(path: path, bytes: Array(text.utf8)) }

  package static func == (a: SourceText, b: SourceText) -> Bool { a.path == b.path && a.bytes == b.bytes }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(path)
    hasher.combine(bytes)
  }

  /// 3 when the file opens with a UTF-8 byte order mark, else 0.
  package var byteOrderMarkLength: Int {
    bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
  }

  /// Number of lines; a file that ends in a line ending does not count the empty rest as a line.
  package var lineCount: Int {
    lineStarts.count > 1 && lineStarts[lineStarts.count - 1] == bytes.count ? lineStarts.count - 1 : lineStarts.count
  }

  /// The 1-based line that holds `offset`.
  package func lineNumber(at offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low + 1
  }

  /// The bytes of a 1-based line, without its line ending. Empty for a line that does not exist.
  package func lineRange(_ line: Int) -> SourceRange {
    guard line >= 1, line <= lineStarts.count else { return .point(bytes.count) }
    let start = lineStarts[line - 1]
    var end = line < lineStarts.count ? lineStarts[line] : bytes.count
    if end > start, bytes[end - 1] == 0x0A { end -= 1 }
    if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    return SourceRange(start: start, end: end)
  }

  /// The text of a 1-based line without its line ending and without a byte order mark.
  package func line(_ line: Int) -> String {
    var range = lineRange(line)
    if line == 1 { range.start = min(byteOrderMarkLength, range.end) }
    return text(in: range)
  }

  /// The text of a range; bytes that are not UTF-8 become U+FFFD.
  package func text(in range: SourceRange) -> String {
    let start = min(max(range.start, 0), bytes.count)
    let end = min(max(range.end, start), bytes.count)
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  /// The whole file as text.
  package var text: String { text(in: SourceRange(start: 0, end: bytes.count)) }

  /// Line and columns of a byte offset (clamped into the file).
  package func position(at offset: Int) -> SourcePosition {
    let offset = min(max(offset, 0), bytes.count)
    let line = lineNumber(at: offset)
    let start = lineStarts[line - 1]
    var scalars = 0
    var index = start
    if line == 1 { index = min(byteOrderMarkLength, offset) }
    while index < offset {
      if bytes[index] & 0xC0 != 0x80 { scalars += 1 }
      index += 1
    }
    return SourcePosition(offset: offset, line: line, column: scalars + 1, byteColumn: offset - start + 1)
  }

  /// Byte offset of a 1-based line and a 1-based column in bytes, clamped to the end of that line's ending.
  package func offset(line: Int, byteColumn: Int) -> Int {
    guard line >= 1 else { return 0 }
    guard line <= lineStarts.count else { return bytes.count }
    let end = line < lineStarts.count ? lineStarts[line] : bytes.count
    return min(lineStarts[line - 1] + max(byteColumn - 1, 0), end)
  }

  /// A range of this file with its lines and columns.
  package func location(_ range: SourceRange) -> SourceLocation {
    SourceLocation(file: path, start: position(at: range.start), end: position(at: range.end))
  }

  /// The whole of a 1-based line, as a location.
  package func location(line: Int) -> SourceLocation { location(lineRange(line)) }

  /// Offset of the first byte that is not well-formed UTF-8, or nil.
  package func firstInvalidUTF8() -> Int? {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte < 0x80 {
        index += 1
        continue
      }
      let length: Int
      var low: UInt8 = 0x80
      var high: UInt8 = 0xBF
      switch byte {
      case 0xC2...0xDF: length = 2
      case 0xE0...0xEF:
        length = 3
        if byte == 0xE0 { low = 0xA0 } else if byte == 0xED { high = 0x9F }
      case 0xF0...0xF4:
        length = 4
        if byte == 0xF0 { low = 0x90 } else if byte == 0xF4 { high = 0x8F }
      default: return index
      }
      guard index + length <= bytes.count, bytes[index + 1] >= low, bytes[index + 1] <= high else { return index }
      var next = 2
      while next < length {
        guard bytes[index + next] & 0xC0 == 0x80 else { return index }
        next += 1
      }
      index += length
    }
    return nil
  }
}
