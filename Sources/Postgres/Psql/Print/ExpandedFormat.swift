// The expanded form of the aligned and wrapped formats: a line per column, a heading per record.
// Source: PostgreSQL 15 manual, psql, `\pset expanded`.

internal import SimKernel

struct ExpandedFormat {
  private let table: PrintTable
  private let options: PrintOptions
  private let style: LineStyle
  private let border: Int
  private var out = ""

  init(_ table: PrintTable, _ options: PrintOptions) {
    self.table = table
    self.options = options
    style = LineStyle.of(options)
    border = min(2, options.border)
  }

  private func spaces(_ n: Int) -> String { String(repeating: " ", count: max(0, n)) }

  mutating func print() -> String {
    out = ""
    if table.rows.isEmpty {
      if !options.tuplesOnly { for f in table.footersOrCount(options) { out += f + "\n" } }
      return out + "\n"
    }
    var headers: [[CellLine]] = []
    var headWidth = 0
    var dataWidth = 0
    var headLines = false
    var dataLines = false
    for h in table.headers {
      let l = CellLine.lines(h)
      for x in l { headWidth = max(headWidth, x.width) }
      if l.count > 1 { headLines = true }
      headers.append(l)
    }
    var cells: [[[CellLine]]] = []
    for row in table.rows {
      var list: [[CellLine]] = []
      for c in row {
        let l = CellLine.lines(c)
        for x in l { dataWidth = max(dataWidth, x.width) }
        if l.count > 1 { dataLines = true }
        list.append(l)
      }
      cells.append(list)
    }
    if let title = table.title, !options.tuplesOnly { out += title + "\n" }
    if options.format == "wrapped" { fit(headWidth, &dataWidth, headLines, &dataLines) }
    for (i, row) in cells.enumerated() {
      var pair = headWidth
      if border < 2, headLines, style.isOld { pair += 1 }
      let place = i == 0 ? style.top : style.header
      if !options.tuplesOnly {
        rule(place, record: i + 1, pair, dataWidth)
      } else if i > 0 || border == 2 {
        rule(place, record: nil, pair, dataWidth)
      }
      for (j, c) in row.enumerated() { print(headers[j], c, headWidth, dataWidth, headLines, dataLines) }
    }
    if border == 2 { rule(style.bottom, record: nil, headWidth, dataWidth) }
    if let footers = table.footers, !options.tuplesOnly { for f in footers { out += f + "\n" } }
    return out + "\n"
  }

  /// The width of the data column in the wrapped format.
  private func fit(_ headWidth: Int, _ dataWidth: inout Int, _ headLines: Bool, _ dataLines: inout Bool) {
    var gap = border == 0 ? 1 + (headLines ? 1 : 0) : border == 1 ? 3 + (headLines && style.isOld ? 1 : 0) : 7
    if dataLines, border < 2, !style.isOld { gap += 1 }
    var record = 0
    if !options.tuplesOnly {
      record = String(table.rows.count).utf8.count + (border == 0 ? 9 : border == 1 ? 12 : 15)
    }
    while true {
      let width = max(headWidth + gap + dataWidth, record)
      var new = width - headWidth - gap
      if options.columns > 0 {
        let least = max(headWidth + gap + 3, record)
        if options.columns < width {
          new = max(options.columns, least) - headWidth - gap
        }
      }
      if new < dataWidth, !dataLines, border < 2, !style.isOld {
        dataLines = true
        gap += 1
        continue
      }
      dataWidth = new
      return
    }
  }

  private mutating func rule(_ r: LineStyle.Rule, record: Int?, _ headWidth: Int, _ dataWidth: Int) {
    var used = 0
    if border == 2 { out += r.left + r.horizontal } else if border == 1 { out += r.horizontal }
    if let record {
      let label = border == 0 ? "* Record \(record)" : "[ RECORD \(record) ]"
      out += label
      used = label.utf8.count
    }
    if border != 2 { used += 1 }
    let stroke = border > 0 ? r.horizontal : " "
    if used < headWidth { for _ in used..<headWidth { out += stroke } }
    used -= headWidth
    func fits() -> Bool {
      used -= 1
      return used + 1 <= 0
    }
    if border > 0 {
      if fits() { out += r.horizontal }
      if fits() { out += r.middle }
      if fits() { out += r.horizontal }
    } else if fits() {
      out += " "
    }
    if max(0, used) < dataWidth { for _ in max(0, used)..<dataWidth { out += stroke } }
    if border == 2 { out += r.horizontal + r.right }
    out += "\n"
  }

  private mutating func print(
    _ head: [CellLine], _ data: [CellLine], _ headWidth: Int, _ dataWidth: Int, _ headLines: Bool, _ dataLines: Bool
  ) {
    let marksHead = border > 0 || (headLines && !style.isOld)
    let marksData = border > 1 || (dataLines && !style.isOld)
    var h = 0
    var d = 0
    var offset = 0
    var headDone = false
    var dataDone = false
    while !headDone || !dataDone {
      if border == 2 { out += style.data.left }
      if !headDone {
        if border == 2 || (headLines && style.isOld) { out += h > 0 ? style.headerNewlineLeft : " " }
        out += head[h].text + spaces(headWidth - head[h].width)
        if h + 1 < head.count {
          if marksHead { out += style.headerNewlineRight }
          h += 1
        } else {
          if marksHead { out += " " }
          headDone = true
        }
      } else {
        var blank = headWidth + border
        if border < 2, headLines, style.isOld { blank += 1 }
        if border == 0, !style.isOld, headLines { blank += 1 }
        // A width of nothing still takes the blank that is printed.
        out += spaces(max(1, blank))
      }
      if border > 0 { out += offset > 0 ? style.dividerWrap : d == 0 ? style.data.middle : style.dividerNewline }
      if !dataDone {
        out += offset == 0 ? " " : style.wrapLeft
        let piece = data[d].piece(from: offset, limit: dataWidth)
        out += piece.text
        offset += piece.scalars
        let room = dataWidth - piece.width
        if offset < data[d].count {
          if marksData { out += spaces(room) + style.wrapRight }
        } else if d + 1 < data.count {
          if marksData { out += spaces(room) + style.newlineRight }
          d += 1
          offset = 0
        } else {
          if border > 1 { out += spaces(room) + " " }
          dataDone = true
        }
        if border == 2 { out += style.data.right }
        out += "\n"
      } else {
        out += border < 2 ? "\n" : spaces(dataWidth) + "  " + style.data.right + "\n"
      }
    }
  }
}
