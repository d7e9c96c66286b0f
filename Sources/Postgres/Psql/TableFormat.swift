// psql's table formats. Source: PostgreSQL 15 manual, psql, `\pset`.

package struct PrintOptions {
  package var format = "aligned"
  package var border = 1
  package var expanded = false
  package var expandedAuto = false
  package var tuplesOnly = false
  package var null = ""
  package var fieldSeparator = "|"
  package var recordSeparator = "\n"
  package var footer = true
  package var title: String?
  package var tableAttributes: String?
  package var csvSeparator = ","
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
}

/// Columns a character takes on a terminal.
func displayWidth(_ text: String) -> Int {
  var width = 0
  for s in text.unicodeScalars {
    let v = s.value
    if v < 32 || (v >= 0x7f && v < 0xa0) { continue }
    if (v >= 0x300 && v <= 0x36f) || v == 0x200b || v == 0x200d || (v >= 0xfe00 && v <= 0xfe0f) { continue }
    if (v >= 0x1100 && v <= 0x115f) || (v >= 0x2e80 && v <= 0xa4cf) || (v >= 0xac00 && v <= 0xd7a3)
      || (v >= 0xf900 && v <= 0xfaff) || (v >= 0xfe30 && v <= 0xfe6f) || (v >= 0xff00 && v <= 0xff60)
      || (v >= 0xffe0 && v <= 0xffe6) || (v >= 0x1f300 && v <= 0x1f64f) || (v >= 0x1f900 && v <= 0x1f9ff)
      || (v >= 0x20000 && v <= 0x3fffd)
    {
      width += 2
    } else {
      width += 1
    }
  }
  return width
}

enum TableFormat {
  static func print(_ t: PrintTable, _ o: PrintOptions) -> String {
    switch o.format {
    case "unaligned": return unaligned(t, o)
    case "csv": return csv(t, o)
    default: return o.expanded ? expanded(t, o) : aligned(t, o)
    }
  }

  private static func footers(_ t: PrintTable, _ o: PrintOptions) -> [String] {
    if let f = t.footers { return f }
    if !t.defaultFooter || !o.footer { return [] }
    return ["(\(t.rows.count) row\(t.rows.count == 1 ? "" : "s"))"]
  }

  private static func lines(_ text: String) -> [String] {
    var out: [String] = []
    for part in text.split(separator: "\n", omittingEmptySubsequences: false) { out.append(visible(String(part))) }
    return out
  }

  /// Tabs are widened, other control characters shown as escapes.
  private static func visible(_ text: String) -> String {
    var out: [UInt8] = []
    var special = false
    for b in text.utf8 where b < 32 || b == 127 { special = true }
    if !special { return text }
    for b in text.utf8 {
      if b == 9 {
        repeat { out.append(32) } while out.count % 8 != 0
      } else if b == 13 {
        out += Array("\\r".utf8)
      } else if b < 32 || b == 127 {
        let hex = Array("0123456789ABCDEF".utf8)
        out += [0x5c, 0x78, hex[Int(b >> 4)], hex[Int(b & 15)]]
      } else {
        out.append(b)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func spaces(_ n: Int) -> String { String(repeating: " ", count: max(0, n)) }
  private static func dashes(_ n: Int) -> String { String(repeating: "-", count: max(0, n)) }

  private static func aligned(_ t: PrintTable, _ o: PrintOptions) -> String {
    let count = t.headers.count
    let border = o.border
    var widths: [Int] = []
    for h in t.headers { widths.append(lines(h).map { displayWidth($0) }.max() ?? 0) }
    var cells: [[[String]]] = []
    cells.reserveCapacity(t.rows.count)
    for row in t.rows {
      var list: [[String]] = []
      for (j, c) in row.enumerated() {
        let l = lines(c)
        for x in l { widths[j] = max(widths[j], displayWidth(x)) }
        list.append(l)
      }
      cells.append(list)
    }
    var total = border == 0 ? count : border == 1 ? count * 3 - (count > 0 ? 1 : 0) : count * 3 + 1
    if count == 0 { total = 0 }
    for w in widths { total += w }
    var out = ""
    if let title = t.title, !o.tuplesOnly {
      let w = displayWidth(title)
      out += w >= total ? title + "\n" : spaces((total - w) / 2) + title + "\n"
    }
    func rule() -> String {
      var s = border == 1 ? "-" : border == 2 ? "+-" : ""
      for (j, w) in widths.enumerated() {
        s += dashes(w)
        if j < count - 1 { s += border == 0 ? " " : "-+-" }
      }
      s += border == 2 ? "-+" : border == 1 ? "-" : ""
      return s + "\n"
    }
    if border == 2, !o.tuplesOnly || true { if !o.tuplesOnly || border == 2 { out += rule() } }
    if !o.tuplesOnly {
      let heads = t.headers.map { lines($0) }
      let height = heads.map { $0.count }.max() ?? 0
      for k in 0..<height {
        if border == 2 { out += "| " } else if border == 1 { out += count > 0 ? " " : "" }
        for j in 0..<count {
          let text = k < heads[j].count ? heads[j][k] : ""
          let space = widths[j] - displayWidth(text)
          out += spaces(space / 2) + text + spaces((space + 1) / 2)
          let more = k + 1 < heads[j].count
          out += more ? "+" : " "
          if border != 0, j < count - 1 { out += "| " } else if border == 0, j < count - 1, !more { out += " " }
        }
        if border == 2 { out += "|" }
        out += "\n"
      }
      out += rule()
    }
    for row in cells {
      let height = row.map { $0.count }.max() ?? 0
      for k in 0..<max(1, height) {
        if border == 2 { out += "|" }
        for j in 0..<count {
          if border != 0 { out += " " }
          let text = k < row[j].count ? row[j][k] : ""
          let final = border == 2 || j < count - 1
          let more = k + 1 < row[j].count
          let space = widths[j] - displayWidth(text)
          if t.rightAligned[j] {
            out += spaces(space) + text
          } else {
            out += text
            if final || more { out += spaces(space) }
          }
          if more { out += "+" } else if final { out += " " }
          if border != 0, j < count - 1 { out += "|" }
        }
        if border == 2 { out += "|" }
        out += "\n"
      }
    }
    if border == 2 { out += rule() }
    if !o.tuplesOnly { for f in footers(t, o) { out += f + "\n" } }
    return out + "\n"
  }

  private static func unaligned(_ t: PrintTable, _ o: PrintOptions) -> String {
    var records: [String] = []
    if o.expanded {
      var out = ""
      if let title = t.title, !o.tuplesOnly { out += title + "\n" }
      if t.rows.isEmpty, !o.tuplesOnly, t.footers == nil { return out + "(0 rows)\n" }
      for (i, row) in t.rows.enumerated() {
        if i > 0 { out += o.recordSeparator }
        for (j, c) in row.enumerated() { out += t.headers[j] + o.fieldSeparator + c + o.recordSeparator }
      }
      if let f = t.footers, !o.tuplesOnly { for x in f { out += x + "\n" } }
      return out
    }
    if !o.tuplesOnly {
      if let title = t.title { records.append(title) }
      records.append(joined(t.headers, o.fieldSeparator))
    }
    for row in t.rows { records.append(joined(row, o.fieldSeparator)) }
    if !o.tuplesOnly { records += footers(t, o) }
    if records.isEmpty { return "" }
    return joined(records, o.recordSeparator) + (o.recordSeparator == "\0" ? "\0" : "\n")
  }

  private static func csv(_ t: PrintTable, _ o: PrintOptions) -> String {
    func field(_ s: String) -> String {
      var needs = false
      let sep = Array(o.csvSeparator.utf8).first ?? 0x2c
      for b in s.utf8 where b == sep || b == 0x22 || b == 10 || b == 13 { needs = true }
      if s == "\\." { needs = true }
      return needs ? "\"" + replaced(s, "\"", "\"\"") + "\"" : s
    }
    var out = ""
    if o.expanded {
      for row in t.rows {
        for (j, c) in row.enumerated() { out += field(t.headers[j]) + o.csvSeparator + field(c) + "\n" }
      }
      return out
    }
    if !o.tuplesOnly { out += joined(t.headers.map { field($0) }, o.csvSeparator) + "\n" }
    for row in t.rows { out += joined(row.map { field($0) }, o.csvSeparator) + "\n" }
    return out
  }

  private static func expanded(_ t: PrintTable, _ o: PrintOptions) -> String {
    var out = ""
    let border = o.border
    if let title = t.title, !o.tuplesOnly { out += title + "\n" }
    if t.rows.isEmpty {
      if !o.tuplesOnly { for f in footers(t, o) { out += f + "\n" } }
      return out + (o.tuplesOnly ? "\n" : "\n")
    }
    var hw = 0
    for h in t.headers { for l in lines(h) { hw = max(hw, displayWidth(l)) } }
    var dw = 0
    var headMore = false
    var textWidth = 0
    var dataMore = false
    for h in t.headers where lines(h).count > 1 { headMore = true }
    for r in t.rows {
      for c in r {
        let l = lines(c)
        if l.count > 1 { dataMore = true }
        for x in l { dw = max(dw, displayWidth(x)) }
      }
    }
    // A continuation mark takes a column.
    let swidth = border == 0 ? 1 + (headMore ? 1 : 0) : border == 1 ? 3 : 7
    _ = swidth
    if border == 0, headMore { hw += 1 }
    // The record line may be wider than the data.
    textWidth = dw
    if !o.tuplesOnly, border != 0 {
      let label = "RECORD \(t.rows.count)".utf8.count
      let need = border == 1 ? label + 4 : label + 4
      let have = hw + dw + 3
      if need > have { dw = need - hw - 3 }
    }
    for (i, row) in t.rows.enumerated() {
      if !o.tuplesOnly {
        let label = "RECORD \(i + 1)"
        if border == 0 {
          out += "* Record \(i + 1)\n"
        } else {
          let left = border == 2 ? "+-" : "-"
          var line = left + "[ " + label + " ]"
          let position = border == 2 ? hw + 3 : hw + 1
          let full = position + 2 + dw - (dataMore && border == 1 ? 0 : 0)
          while displayWidth(line) < position { line += "-" }
          // The corner stands where the divider is, unless the label covers it.
          if displayWidth(line) == position { line += "+" }
          while displayWidth(line) < full { line += "-" }
          if border == 1 {
            out += line + "\n"
          } else {
            out += line + "-+\n"
          }
        }
      } else if i > 0 {
        out += border == 2 ? "+-" + dashes(hw) + "-+-" + dashes(dw) + "-+\n" : "\n"
      } else if border == 2 {
        out += "+-" + dashes(hw) + "-+-" + dashes(dw) + "-+\n"
      }
      for (j, c) in row.enumerated() {
        let hl = lines(t.headers[j])
        let dl = lines(c)
        for k in 0..<max(hl.count, dl.count) {
          let h = k < hl.count ? hl[k] : ""
          let d = k < dl.count ? dl[k] : ""
          let hm = k + 1 < hl.count
          let dm = k + 1 < dl.count
          if border == 2 { out += "| " }
          out += h + spaces(hw - displayWidth(h))
          if border == 0 { out += hm ? "+" : " " } else { out += (hm ? "+" : " ") + "|" + " " }
          if k < dl.count {
            if border == 2 {
              out += d + spaces(dw - displayWidth(d)) + (dm ? "+|" : " |")
            } else {
              out += d
              if dm { out += spaces(textWidth - displayWidth(d)) + "+" }
            }
          } else if border == 2 {
            out += spaces(dw) + " |"
          }
          out += "\n"
        }
      }
    }
    if border == 2 { out += "+-" + dashes(hw) + "-+-" + dashes(dw) + "-+\n" }
    if let f = t.footers, !o.tuplesOnly { for x in f { out += x + "\n" } }
    return out + "\n"
  }
}
