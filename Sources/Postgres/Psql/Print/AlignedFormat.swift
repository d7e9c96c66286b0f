// The aligned and wrapped formats. A cell is a list of lines; wrapping cuts lines further.
//
//    header  │ other        a header or value of several lines is marked at its right edge (`+`, `↵`),
//   ─────────┼───────       a value that was cut to fit is marked on both sides (`.`, `…`)
//    value   │     1
//
// Source: PostgreSQL 15 manual, psql, `\pset format`.

internal import SimKernel

struct AlignedFormat {
  private enum Mark {
    case none
    case wrap
    case newline
  }
  private let table: PrintTable
  private let options: PrintOptions
  private let style: LineStyle
  private let border: Int
  private let count: Int
  private var headers: [[CellLine]] = []
  private var cells: [[[CellLine]]] = []
  private var widths: [Int] = []
  private var headerTotal = 0
  private(set) var total = 0
  private var out = ""

  init(_ table: PrintTable, _ options: PrintOptions) {
    self.table = table
    self.options = options
    style = LineStyle.of(options)
    border = min(2, options.border)
    count = table.headers.count
    var sums = [Int](repeating: 0, count: count)
    for h in table.headers {
      let l = CellLine.lines(h)
      headers.append(l)
      var w = 0
      for x in l { w = max(w, x.width) }
      widths.append(w)
      headerTotal += w
    }
    let headerWidths = widths
    cells.reserveCapacity(table.rows.count)
    for row in table.rows {
      var list: [[CellLine]] = []
      for j in 0..<count {
        let l = CellLine.lines(row[j])
        var w = 0
        for x in l { w = max(w, x.width) }
        widths[j] = max(widths[j], w)
        sums[j] += w
        list.append(l)
      }
      cells.append(list)
    }
    total = border == 0 ? count : border == 1 ? count * 3 - (count > 0 ? 1 : 0) : count * 3 + 1
    headerTotal += total
    for w in widths { total += w }
    if options.format == "wrapped", options.columns > 0, options.columns >= headerTotal { shrink(headerWidths, sums) }
  }

  /// Whether `\x auto` turns to the expanded form.
  var isTooWide: Bool { options.columns > 0 && (options.columns < headerTotal || options.columns < total) }

  /// Lines of headers and rows beyond the first of each.
  var extraLines: Int {
    func height(_ lines: [[CellLine]]) -> Int {
      var most = 1
      for cell in lines { most = max(most, cell.count) }
      return most - 1
    }
    var extra = height(headers)
    for row in cells { extra += height(row) }
    return extra
  }

  /// Takes columns from what is widest against its average until the table fits.
  private mutating func shrink(_ headerWidths: [Int], _ sums: [Int]) {
    let full = widths
    while total > options.columns {
      var worst = -1
      var most = 0.0
      for j in 0..<count {
        let average = cells.isEmpty ? 0 : sums[j] / cells.count
        guard average > 0, widths[j] > headerWidths[j] else { continue }
        let ratio = Double(widths[j]) / Double(average) + Double(full[j]) * 0.01
        if ratio > most {
          most = ratio
          worst = j
        }
      }
      if worst < 0 { break }
      widths[worst] -= 1
      total -= 1
    }
  }

  private func spaces(_ n: Int) -> String { String(repeating: " ", count: max(0, n)) }

  private mutating func rule(_ r: LineStyle.Rule) {
    if border == 1 { out += r.horizontal } else if border == 2 { out += r.left + r.horizontal }
    for (j, w) in widths.enumerated() {
      for _ in 0..<w { out += r.horizontal }
      if j < count - 1 { out += border == 0 ? " " : r.horizontal + r.middle + r.horizontal }
    }
    if border == 2 { out += r.horizontal + r.right } else if border == 1 { out += r.horizontal }
    out += "\n"
  }

  mutating func print() -> String {
    out = ""
    if let title = table.title, !options.tuplesOnly {
      let w = displayWidth(title)
      out += (w >= total ? "" : spaces((total - w) / 2)) + title + "\n"
    }
    if !options.tuplesOnly {
      if border == 2 { rule(style.top) }
      printHeaders()
      rule(style.header)
    }
    for row in cells { print(row) }
    if border == 2 { rule(style.bottom) }
    if !options.tuplesOnly { for f in table.footersOrCount(options) { out += f + "\n" } }
    return out + "\n"
  }

  private mutating func printHeaders() {
    var remaining = count
    var done = [Bool](repeating: false, count: count)
    var k = 0
    while remaining > 0 {
      if border == 2 { out += style.data.left }
      for j in 0..<count {
        if border != 0 || (!style.wrapsRightBorder && j > 0) { out += k > 0 ? style.headerNewlineLeft : " " }
        if !done[j] {
          let line = headers[j][k]
          let room = widths[j] - line.width
          out += spaces(room / 2) + line.text + spaces((room + 1) / 2)
          if k + 1 >= headers[j].count {
            remaining -= 1
            done[j] = true
          }
        } else {
          out += spaces(widths[j])
        }
        if border != 0 || style.wrapsRightBorder { out += done[j] ? " " : style.headerNewlineRight }
        if border != 0, j < count - 1 { out += style.data.middle }
      }
      k += 1
      if border == 2 { out += style.data.right }
      out += "\n"
    }
  }

  private mutating func print(_ row: [[CellLine]]) {
    var line = [Int](repeating: 0, count: count)
    var offset = [Int](repeating: 0, count: count)
    var marks = [Mark](repeating: .none, count: count)
    var more = true
    while more {
      more = false
      if border == 2 { out += style.data.left }
      for j in 0..<count {
        let final = border == 2 || j < count - 1
        var used = widths[j]
        if border != 0 {
          out += marks[j] == .wrap ? style.wrapLeft : marks[j] == .newline ? style.newlineLeft : " "
        }
        if line[j] >= row[j].count {
          if final { out += spaces(widths[j]) }
        } else {
          let cell = row[j][line[j]]
          let piece = cell.piece(from: offset[j], limit: widths[j])
          used = min(piece.width, widths[j])
          if table.rightAligned[j] { out += spaces(widths[j] - used) }
          out += piece.text
          offset[j] += piece.scalars
          if offset[j] < cell.count {
            more = true
          } else {
            line[j] += 1
            offset[j] = 0
            if line[j] < row[j].count { more = true }
          }
        }
        marks[j] = line[j] >= row[j].count ? .none : offset[j] != 0 ? .wrap : line[j] != 0 ? .newline : .none
        if !table.rightAligned[j], final || marks[j] != .none { out += spaces(widths[j] - used) }
        switch marks[j] {
        case .wrap: out += style.wrapRight
        case .newline: out += style.newlineRight
        case .none: if final { out += " " }
        }
        if border != 0, j < count - 1 {
          switch marks[j + 1] {
          case .wrap: out += style.dividerWrap
          case .newline: out += style.dividerNewline
          case .none: out += line[j + 1] >= row[j + 1].count ? style.dividerBlank : style.data.middle
          }
        }
      }
      if border == 2 { out += style.data.right }
      out += "\n"
    }
  }
}
