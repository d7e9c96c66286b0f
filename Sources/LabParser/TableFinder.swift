// GFM tables (github.github.com/gfm, §4.10), which libcmark does not know: to it a table is a paragraph, or, with a line
// of dashes right under it, a heading. This finds the table in the lines of such a node. Cells keep where each of their
// bytes stands, because `\|` becomes `|` before a cell's inlines are parsed.

import LabModel

/// A line of a paragraph, without its containers' prefixes.
struct ParagraphLine {
  /// From 1, in the file.
  var number: Int
  /// Without leading blanks and line ending.
  var bytes: ArraySlice<UInt8>
  /// Whether the line lacks the marks of the quotes that it stands in.
  var isLazy: Bool
}

struct TableCellText: Equatable {
  /// Trimmed, with `\|` as `|`.
  var bytes: [UInt8]
  /// Where each byte stands; one more for the end.
  var offsets: [Int]
}

struct FoundTable {
  /// Number of lines before the header.
  var linesBefore: Int
  var alignments: [Table.Alignment]
  var header: [TableCellText]
  var rows: [[TableCellText]]
  /// Index after the last row's line.
  var linesEnd: Int
}

enum TableFinder {
  /// The first table in `lines`, or nil.
  static func find(in lines: [ParagraphLine]) -> FoundTable? {
    guard lines.count >= 2 else { return nil }
    for index in 1..<lines.count where !lines[index].isLazy {
      guard let alignments = delimiterRow(lines[index].bytes) else { continue }
      let header = cells(of: lines[index - 1].bytes)
      guard header.count == alignments.count else { continue }
      var rows: [[TableCellText]] = []
      var end = index + 1
      while end < lines.count, !lines[end].isLazy {
        var row = cells(of: lines[end].bytes)
        // A lone pipe is no row.
        if row.isEmpty { break }
        if row.count > alignments.count { row.removeLast(row.count - alignments.count) }
        let rowEnd = lines[end].bytes.endIndex
        while row.count < alignments.count { row.append(TableCellText(bytes: [], offsets: [rowEnd])) }
        rows.append(row)
        end += 1
      }
      return FoundTable(
        linesBefore: index - 1, alignments: alignments, header: header, rows: rows, linesEnd: end)
    }
    return nil
  }

  /// The alignments of a delimiter row, or nil when the line is none.
  static func delimiterRow(_ line: ArraySlice<UInt8>) -> [Table.Alignment]? {
    var alignments: [Table.Alignment] = []
    for byte in line {
      switch byte {
      case 0x7C, 0x2D, 0x3A, 0x20, 0x09: continue
      default: return nil
      }
    }
    for cell in cells(of: line) {
      var dashes = cell.bytes[...]
      let left = dashes.first == 0x3A
      if left { dashes = dashes.dropFirst() }
      let right = dashes.last == 0x3A
      if right { dashes = dashes.dropLast() }
      guard !dashes.isEmpty, dashes.allSatisfy({ $0 == 0x2D }) else { return nil }
      alignments.append(left ? (right ? .center : .left) : (right ? .right : .none))
    }
    return alignments.isEmpty ? nil : alignments
  }

  /// The cells of a row. A pipe is part of a cell when a backslash stands before it.
  static func cells(of line: ArraySlice<UInt8>) -> [TableCellText] {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0B || byte == 0x0C }
    var start = line.startIndex
    var end = line.endIndex
    while start < end, isBlank(line[start]) { start += 1 }
    while end > start, isBlank(line[end - 1]) { end -= 1 }
    guard start < end else { return [] }
    if line[start] == 0x7C { start += 1 }
    var cells: [TableCellText] = []
    var from = start
    var index = start
    func add(_ from: Int, _ to: Int) {
      var from = from
      var to = to
      while from < to, isBlank(line[from]) { from += 1 }
      while to > from, isBlank(line[to - 1]) { to -= 1 }
      var cell = TableCellText(bytes: [], offsets: [])
      var index = from
      while index < to {
        if line[index] == 0x5C, index + 1 < to, line[index + 1] == 0x7C {
          index += 1
        }
        cell.bytes.append(line[index])
        cell.offsets.append(index)
        index += 1
      }
      cell.offsets.append(to)
      cells.append(cell)
    }
    while index < end {
      if line[index] == 0x7C, index == start || line[index - 1] != 0x5C {
        add(from, index)
        from = index + 1
      }
      index += 1
    }
    if from < end { add(from, end) }
    return cells
  }
}
