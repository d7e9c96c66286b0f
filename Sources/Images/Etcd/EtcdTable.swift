// Tables as etcdctl draws them.
// Source: what etcdctl 3.4.23 prints.

import SimKernel

/// Tables as etcdctl draws them: headings centred, words aligned to the right when they are numbers or short.
enum EtcdTable {
  static func text(_ headings: [String], _ rows: [[String]]) -> String {
    var widths: [Int] = []
    for (column, heading) in headings.enumerated() {
      var width = heading.unicodeScalars.count
      for row in rows { width = max(width, row[column].unicodeScalars.count) }
      widths.append(width)
    }
    var rule = "+"
    for width in widths { rule += String(repeating: "-" as Character, count: width + 2) + "+" }
    rule += "\n"
    var out = rule + "|"
    for (column, heading) in headings.enumerated() {
      let space = widths[column] - heading.unicodeScalars.count
      out += " " + right(left(heading, heading.unicodeScalars.count + (space - space / 2)), widths[column]) + " |"
    }
    out += "\n" + rule
    for row in rows {
      out += "|"
      for (column, cell) in row.enumerated() { out += " " + right(cell, widths[column]) + " |" }
      out += "\n"
    }
    return rows.isEmpty ? out : out + rule
  }
}
