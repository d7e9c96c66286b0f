// What `\pset` and psql's options say about printing, and the table that is printed. Source: PostgreSQL 15 manual, psql, `\pset`.

internal import SimKernel

package struct PrintOptions {
  package enum Expanded {
    case off
    case on
    case auto
  }
  package var format = "aligned"
  package var border = 1
  package var expanded = Expanded.off
  package var tuplesOnly = false
  package var null = ""
  package var fieldSeparator = "|"
  package var recordSeparator = "\n"
  package var footer = true
  package var title: String?
  package var tableAttributes: String?
  package var csvSeparator = ","
  package var lineStyle = "ascii"
  package var columns = 0
  package var pager = 1
  package var pagerMinimum = 0
  package var numericLocale = false
  package var borderLines = "single"
  package var columnLines = "single"
  package var headerLines = "single"
  package init() {}
}

struct PrintTable {
  var title: String?
  var headers: [String]
  var rightAligned: [Bool]
  var rows: [[String]]
  /// Lines after the table; nil: `(n rows)`.
  var footers: [String]?
  var defaultFooter = true

  /// The lines after the table where a count of rows may stand in.
  func footersOrCount(_ o: PrintOptions) -> [String] {
    if let footers { return footers }
    if !defaultFooter || !o.footer { return [] }
    return ["(\(rows.count) row\(rows.count == 1 ? "" : "s"))"]
  }
}

/// One line of a cell and the columns it takes.
struct CellLine {
  var text: String
  var width: Int

  /// The lines of a value; tabs are widened, other control characters shown as escapes.
  static func lines(_ text: String) -> [CellLine] {
    var plain = true
    for b in text.utf8 where b < 32 || b >= 127 { plain = false }
    if plain { return [CellLine(text: text, width: text.utf8.count)] }
    var out: [CellLine] = []
    for part in text.split(separator: "\n", omittingEmptySubsequences: false) {
      // "\r\n" is one Character: cut by hand.
      out.append(contentsOf: cut(String(part)))
    }
    return out
  }

  private static func cut(_ text: String) -> [CellLine] {
    var out: [CellLine] = []
    var line = ""
    var width = 0
    for s in text.unicodeScalars {
      switch s.value {
      case 10:
        out.append(CellLine(text: line, width: width))
        line = ""
        width = 0
      case 13:
        line += "\\r"
        width += 2
      case 9:
        repeat {
          line += " "
          width += 1
        } while width % 8 != 0
      case 0..<32, 127..<160:
        let hex = Array("0123456789ABCDEF".utf8)
        let v = s.value
        if v < 128 {
          line += "\\x" + String(decoding: [hex[Int(v >> 4)], hex[Int(v & 15)]], as: UTF8.self)
          width += 4
        } else {
          line += "\\u00" + String(decoding: [hex[Int(v >> 4)], hex[Int(v & 15)]], as: UTF8.self)
          width += 6
        }
      default:
        line.unicodeScalars.append(s)
        width += scalarWidth(s.value)
      }
    }
    out.append(CellLine(text: line, width: width))
    return out
  }

  /// The longest piece from `start` (a scalar's position) that is at most `limit` columns wide, never empty.
  func piece(from start: Int, limit: Int) -> (text: String, scalars: Int, width: Int) {
    if start == 0, width <= limit { return (text, text.unicodeScalars.count, width) }
    var out = ""
    var taken = 0
    var columns = 0
    for s in text.unicodeScalars.dropFirst(start) {
      let w = scalarWidth(s.value)
      if taken > 0, columns + w > limit { break }
      out.unicodeScalars.append(s)
      taken += 1
      columns += w
      if columns >= limit { break }
    }
    return (out, taken, columns)
  }

  var count: Int { text.unicodeScalars.count }
}

func scalarWidth(_ v: UInt32) -> Int {
  if v < 32 || (v >= 0x7f && v < 0xa0) { return 0 }
  if v < 0x300 { return 1 }
  if v <= 0x36f || v == 0x200b || v == 0x200d || v == 0x200c || (v >= 0xfe00 && v <= 0xfe0f)
    || (v >= 0x20d0 && v <= 0x20f0)
    || v == 0xfeff || (v >= 0x202a && v <= 0x202e)
  {
    return 0
  }
  if (v >= 0x1100 && v <= 0x115f) || (v >= 0x2e80 && v <= 0xa4cf && v != 0x303f) || (v >= 0xac00 && v <= 0xd7a3)
    || (v >= 0xf900 && v <= 0xfaff) || (v >= 0xfe30 && v <= 0xfe6f) || (v >= 0xff00 && v <= 0xff60)
    || (v >= 0xffe0 && v <= 0xffe6) || (v >= 0x1f300 && v <= 0x1f64f) || (v >= 0x1f900 && v <= 0x1f9ff)
    || (v >= 0x20000 && v <= 0x3fffd) || (v >= 0x1f680 && v <= 0x1f6ff) || (v >= 0x1fa70 && v <= 0x1faff)
    || v == 0x2705 || v == 0x274c || v == 0x2b50 || v == 0x26a1 || v == 0x231a || v == 0x231b || v == 0x2728
  {
    return 2
  }
  return 1
}

/// Columns a text takes on a terminal.
func displayWidth(_ text: String) -> Int {
  var width = 0
  for s in text.unicodeScalars { width += scalarWidth(s.value) }
  return width
}
