// Elastic tab stops as Go's text/tabwriter defines them, with the two additions of the fork kubectl uses (liggitt/tabwriter):
// widths that are remembered from one flush to the next and never shrink, so that the rows of a watch stay aligned with
// what was printed before them.
//
//     a cell is text that ends in a tab       NAME⇥READY⇥AGE       the text after the last tab belongs to no column
//     a column is a run of consecutive lines that have that cell; its width is that of its widest cell plus padding

struct TabWriter {
  private let minimum: Int
  private let padding: Int
  private let remembers: Bool
  private var remembered: [Int] = []

  /// kubectl's tables: padding 3, columns at least 6 wide, widths remembered.
  static var table: TabWriter { TabWriter(minimum: 6, padding: 3, remembers: true) }
  /// `describe`, and `rollout history`: padding 2, no minimum.
  static var description: TabWriter { TabWriter(minimum: 0, padding: 2, remembers: false) }

  init(minimum: Int, padding: Int, remembers: Bool) {
    self.minimum = minimum
    self.padding = padding
    self.remembers = remembers
  }

  /// Aligns everything given, as one flush.
  mutating func format(_ text: String) -> String {
    var lines: [[String]] = []
    for line in text.pieces("\n") { lines.append(line.pieces("\t")) }
    var widths: [Int] = []
    var out: [UInt8] = []
    out.reserveCapacity(text.utf8.count * 2)
    block(lines, 0, lines.count, &widths, &out)
    return String(decoding: out, as: UTF8.self)
  }

  private mutating func block(
    _ lines: [[String]], _ first: Int, _ end: Int, _ widths: inout [Int], _ out: inout [UInt8]
  ) {
    let column = widths.count
    var begin = first
    var i = first
    while i < end {
      guard column < lines[i].count - 1 else {
        i += 1
        continue
      }
      write(lines, begin, i, widths, &out)
      begin = i
      var width = minimum
      while i < end, column < lines[i].count - 1 {
        width = max(width, lines[i][column].unicodeScalars.count + padding)
        i += 1
      }
      if remembers {
        if remembered.count < widths.count { remembered.append(contentsOf: widths[remembered.count...]) }
        if remembered.count == column {
          remembered.append(width)
        } else if remembered[column] > width {
          width = remembered[column]
        } else {
          remembered[column] = width
        }
      }
      widths.append(width)
      block(lines, begin, i, &widths, &out)
      widths.removeLast()
      begin = i
    }
    write(lines, begin, end, widths, &out)
  }

  private func write(_ lines: [[String]], _ first: Int, _ end: Int, _ widths: [Int], _ out: inout [UInt8]) {
    var i = first
    while i < end {
      for (column, cell) in lines[i].enumerated() {
        out.append(contentsOf: cell.utf8)
        if column < widths.count {
          let missing = widths[column] - cell.unicodeScalars.count
          for _ in 0..<max(0, missing) { out.append(32) }
        }
      }
      if i + 1 < lines.count { out.append(10) }
      i += 1
    }
  }
}
