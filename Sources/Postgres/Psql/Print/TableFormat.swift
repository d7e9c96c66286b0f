// Where a result and the options meet a format; the formats for programs: unaligned and csv.
// Source: PostgreSQL 15 manual, psql, `\pset format`.

internal import SimKernel

enum TableFormat {
  static let names = [
    "aligned", "asciidoc", "csv", "html", "latex", "latex-longtable", "troff-ms", "unaligned", "wrapped",
  ]

  static func print(_ table: PrintTable, _ o: PrintOptions) -> String {
    var t = table
    if o.numericLocale { group(&t) }
    let expanded = o.expanded == .on
    switch o.format {
    case "unaligned": return expanded ? unalignedRecords(t, o) : unaligned(t, o)
    case "csv": return csv(t, o, expanded)
    case "html": return MarkupFormat(t, o).html(expanded)
    case "asciidoc": return MarkupFormat(t, o).asciidoc(expanded)
    case "latex": return TypesetFormat(t, o).latex(expanded)
    case "latex-longtable": return TypesetFormat(t, o).longtable(expanded)
    case "troff-ms": return TypesetFormat(t, o).troff(expanded)
    default:
      var vertical = ExpandedFormat(t, o)
      if expanded { return vertical.print() }
      var aligned = AlignedFormat(t, o)
      if o.expanded == .auto, aligned.isTooWide { return vertical.print() }
      return aligned.print()
    }
  }

  /// `\pset numericlocale`: groups of three digits, as the C locale's fallback has it.
  private static func group(_ t: inout PrintTable) {
    for i in t.rows.indices {
      for j in t.rows[i].indices where t.rightAligned[j] {
        let bytes = Array(t.rows[i][j].utf8)
        var start = 0
        if let first = bytes.first, first == 0x2d || first == 0x2b { start = 1 }
        var end = start
        while end < bytes.count, Lexer.isDigit(bytes[end]) { end += 1 }
        guard end > start else { continue }
        var out = Array(bytes[..<start])
        for k in start..<end {
          if k > start, (end - k) % 3 == 0 { out.append(0x2c) }
          out.append(bytes[k])
        }
        t.rows[i][j] = String(decoding: out + bytes[end...], as: UTF8.self)
      }
    }
  }

  private static func ending(_ o: PrintOptions) -> String { o.recordSeparator == "\0" ? "\0" : "\n" }

  private static func unaligned(_ t: PrintTable, _ o: PrintOptions) -> String {
    var records: [String] = []
    if !o.tuplesOnly {
      if let title = t.title { records.append(title) }
      records.append(joined(t.headers, o.fieldSeparator))
    }
    for row in t.rows { records.append(joined(row, o.fieldSeparator)) }
    if !o.tuplesOnly { records += t.footersOrCount(o) }
    if records.isEmpty { return "" }
    return joined(records, o.recordSeparator) + ending(o)
  }

  private static func unalignedRecords(_ t: PrintTable, _ o: PrintOptions) -> String {
    var out = ""
    var separate = false
    if let title = t.title, !o.tuplesOnly {
      out += title
      separate = true
    }
    for row in t.rows {
      for (j, c) in row.enumerated() {
        if separate { out += o.recordSeparator + o.recordSeparator }
        separate = false
        out += t.headers[j] + o.fieldSeparator + c
        if j + 1 < row.count { out += o.recordSeparator } else { separate = true }
      }
    }
    if !o.tuplesOnly, let footers = t.footers {
      out += o.recordSeparator
      for f in footers { out += o.recordSeparator + f }
      separate = true
    }
    return separate ? out + ending(o) : out
  }

  private static func csv(_ t: PrintTable, _ o: PrintOptions, _ expanded: Bool) -> String {
    let separator = Array(o.csvSeparator.utf8).first ?? 0x2c
    func field(_ s: String) -> String {
      var quotes = s == "\\."
      for b in s.utf8 where b == separator || b == 0x22 || b == 10 || b == 13 { quotes = true }
      return quotes ? "\"" + replaced(s, "\"", "\"\"") + "\"" : s
    }
    var out = ""
    if expanded {
      for row in t.rows {
        for (j, c) in row.enumerated() { out += field(t.headers[j]) + o.csvSeparator + field(c) + "\n" }
      }
      return out
    }
    if !o.tuplesOnly { out += joined(t.headers.map { field($0) }, o.csvSeparator) + "\n" }
    for row in t.rows { out += joined(row.map { field($0) }, o.csvSeparator) + "\n" }
    return out
  }
}
