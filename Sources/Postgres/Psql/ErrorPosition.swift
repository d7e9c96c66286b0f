// `LINE 1: …` with a caret under the place of an error; long lines are cut to 60 columns around it.
// Source: PostgreSQL 15 manual, 55.8 "Error and Notice Message Fields" (Position), and what libpq prints.

internal import SimKernel

enum ErrorPosition {
  private static let displayed = 60
  private static let least = 10

  static func show(_ sql: String, _ offset: Int) -> String {
    let bytes = Array(sql.utf8)
    let place = String(decoding: bytes.prefix(offset), as: UTF8.self).unicodeScalars.count
    var line = 1
    var begin = 0
    var end = -1
    var columns: [Int] = []
    var text: [Unicode.Scalar] = []
    var width = 0
    for (i, s) in sql.unicodeScalars.enumerated() {
      columns.append(width)
      text.append(s == "\t" ? " " : s)
      if s == "\n" || s == "\r" {
        if i < place {
          if s == "\r" || i == 0 || text[i - 1] != "\r" { line += 1 }
          begin = i + 1
        } else {
          end = i
          break
        }
      }
      width += max(1, scalarWidth(s.value))
    }
    if end < 0 {
      columns.append(width)
      end = text.count
    }
    guard place < columns.count else { return "" }
    var cutLeft = false
    var cutRight = false
    if columns[end] - columns[begin] > displayed {
      if columns[begin] + displayed >= columns[place] + least {
        while columns[end] - columns[begin] > displayed { end -= 1 }
        cutRight = true
      } else {
        while columns[place] + least < columns[end] {
          end -= 1
          cutRight = true
        }
        while columns[end] - columns[begin] > displayed {
          begin += 1
          cutLeft = true
        }
      }
    }
    let prefix = "LINE \(line): " + (cutLeft ? "..." : "")
    var out = prefix
    for s in text[begin..<end] { out.unicodeScalars.append(s) }
    out += (cutRight ? "..." : "") + "\n"
    return out + String(repeating: " ", count: prefix.utf8.count + columns[place] - columns[begin]) + "^\n"
  }
}
