// The formats for typesetters: latex, latex-longtable and troff-ms. Source: PostgreSQL 15 manual, psql, `\pset format`.

internal import SimKernel

struct TypesetFormat {
  private let t: PrintTable
  private let o: PrintOptions

  init(_ table: PrintTable, _ options: PrintOptions) {
    t = table
    o = options
  }

  private static let latexEscapes: [UInt8: String] = [
    0x23: "\\#", 0x24: "\\$", 0x25: "\\%", 0x26: "\\&", 0x3c: "\\textless{}", 0x3e: "\\textgreater{}",
    0x5c: "\\textbackslash{}", 0x5e: "\\^{}", 0x5f: "\\_", 0x7b: "\\{", 0x7c: "\\textbar{}", 0x7d: "\\}", 0x7e: "\\~{}",
    0x0a: "\\\\",
  ]

  private func tex(_ text: String) -> String {
    var out: [UInt8] = []
    for b in text.utf8 { if let e = TypesetFormat.latexEscapes[b] { out += Array(e.utf8) } else { out.append(b) } }
    return String(decoding: out, as: UTF8.self)
  }

  /// The widths that `\pset tableattr` gives to the columns on the left, in parts of the text's; the last one serves the rest.
  private func longtableWidths() -> [String] {
    var out: [String] = []
    for word in (o.tableAttributes ?? "").split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\n" }) {
      out.append(String(word))
    }
    return out
  }

  private func columns(_ divider: String, _ widths: [String] = []) -> String {
    var out = ""
    var left = 0
    for (j, right) in t.rightAligned.enumerated() {
      if right || widths.isEmpty {
        out += right ? "r" : "l"
      } else {
        out += "p{\(widths[min(left, widths.count - 1)])\\textwidth}"
        left += 1
      }
      if o.border != 0, j < t.rightAligned.count - 1 { out += divider }
    }
    return out
  }

  func latex(_ expanded: Bool) -> String {
    var out = ""
    if let title = t.title, !o.tuplesOnly { out += "\\begin{center}\n" + tex(title) + "\n\\end{center}\n\n" }
    let border = min(o.border, 3)
    if expanded {
      let kind = min(border, 2)
      out += "\\begin{tabular}{" + (kind == 0 ? "cl" : kind == 1 ? "c|l" : "|c|l|") + "}\n"
      for (i, row) in t.rows.enumerated() {
        if !o.tuplesOnly {
          if kind == 2 {
            out += "\\hline\n\\multicolumn{2}{|c|}{\\textit{Record \(i + 1)}} \\\\\n"
          } else {
            out += "\\multicolumn{2}{c}{\\textit{Record \(i + 1)}} \\\\\n"
          }
        }
        if kind >= 1 { out += "\\hline\n" }
        for (j, c) in row.enumerated() { out += tex(t.headers[j]) + " & " + tex(c) + " \\\\\n" }
      }
      if kind == 2 { out += "\\hline\n" }
      out += "\\end{tabular}\n\n\\noindent "
      for f in o.tuplesOnly ? [] : t.footers ?? [] { out += tex(f) + " \\\\\n" }
      return out + "\n"
    }
    out += "\\begin{tabular}{" + (border >= 2 ? "| " : "") + columns(" | ") + (border >= 2 ? " |" : "") + "}\n"
    if !o.tuplesOnly {
      if border >= 2 { out += "\\hline\n" }
      out += joined(t.headers.map { "\\textit{" + tex($0) + "}" }, " & ") + " \\\\\n\\hline\n"
    }
    for row in t.rows {
      out += joined(row.map { tex($0) }, " & ") + " \\\\\n"
      if border == 3 { out += "\\hline\n" }
    }
    if border == 2 { out += "\\hline\n" }
    out += "\\end{tabular}\n\n\\noindent "
    for f in o.tuplesOnly ? [] : t.footersOrCount(o) { out += tex(f) + " \\\\\n" }
    return out + "\n"
  }

  func longtable(_ expanded: Bool) -> String {
    if expanded { return latex(true) }
    let border = min(o.border, 3)
    var out = "\\begin{longtable}{" + (border >= 2 ? "| " : "")
    out += columns(" | ", longtableWidths()) + (border >= 2 ? " |" : "") + "}\n"
    if !o.tuplesOnly {
      let line = joined(t.headers.map { "\\small\\textbf{\\textit{" + tex($0) + "}}" }, " & ") + " \\\\\n"
      out += (border >= 2 ? "\\toprule\n" : "") + line + "\\midrule\n\\endfirsthead\n"
      out += (border >= 2 ? "\\toprule\n" : "") + line + (border != 3 ? "\\midrule\n" : "") + "\\endhead\n"
      if let title = t.title {
        if border == 2 { out += "\\bottomrule\n" }
        out += "\\caption[\(tex(title)) (Continued)]{\(tex(title))}\n\\endfoot\n"
        if border == 2 { out += "\\bottomrule\n" }
        out += "\\caption[\(tex(title))]{\(tex(title))}\n\\endlastfoot\n"
      } else if border >= 2 {
        out += "\\bottomrule\n\\endfoot\n\\bottomrule\n\\endlastfoot\n"
      }
    }
    for row in t.rows {
      out += joined(row.map { "\\raggedright{" + tex($0) + "}" }, "\n&\n") + " \\tabularnewline\n"
      if border == 3 { out += " \\hline\n" }
    }
    return out + "\\end{longtable}\n"
  }

  func troff(_ expanded: Bool) -> String {
    func escaped(_ s: String) -> String { replaced(s, "\\", "\\(rs") }
    let border = min(o.border, 2)
    var out = ""
    if let title = t.title, !o.tuplesOnly { out += ".LP\n.DS C\n" + escaped(title) + "\n.DE\n" }
    out += ".LP\n.TS\n"
    if expanded {
      out += border == 2 ? "center box;\n" : "center;\n"
      var inRecord = 0
      if o.tuplesOnly { out += "c l;\n" }
      for (i, row) in t.rows.enumerated() {
        if !o.tuplesOnly {
          if inRecord != 1 {
            if border == 2, i > 0 { out += "_\n" }
            if inRecord != 0 { out += ".T&\n" }
            out += "c s.\n"
            inRecord = 1
          }
          out += "\\fIRecord \(i + 1)\\fP\n"
        }
        if border >= 1 { out += "_\n" }
        for (j, c) in row.enumerated() {
          if !o.tuplesOnly, inRecord != 2 {
            out += ".T&\n" + (border == 1 ? "c | l.\n" : "c l.\n")
            inRecord = 2
          }
          out += escaped(t.headers[j]) + "\t" + escaped(c) + "\n"
        }
      }
      out += ".TE\n.DS L\n"
      for f in o.tuplesOnly ? [] : t.footers ?? [] { out += escaped(f) + "\n" }
      return out + ".DE\n"
    }
    out += border == 2 ? "center box;\n" : "center;\n"
    out += columns(" | ") + ".\n"
    if !o.tuplesOnly { out += joined(t.headers.map { "\\fI" + escaped($0) + "\\fP" }, "\t") + "\n_\n" }
    for row in t.rows { out += joined(row.map { escaped($0) }, "\t") + "\n" }
    out += ".TE\n.DS L\n"
    for f in o.tuplesOnly ? [] : t.footersOrCount(o) { out += escaped(f) + "\n" }
    return out + ".DE\n"
  }
}
