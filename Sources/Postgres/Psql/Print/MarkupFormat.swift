// The html and asciidoc formats. Source: PostgreSQL 15 manual, psql, `\pset format`.

internal import SimKernel

struct MarkupFormat {
  private let t: PrintTable
  private let o: PrintOptions

  init(_ table: PrintTable, _ options: PrintOptions) {
    t = table
    o = options
  }

  private func isBlank(_ s: String) -> Bool {
    for b in s.utf8 where b != 32 && b != 9 { return false }
    return true
  }

  static func escaped(_ text: String) -> String {
    var out: [UInt8] = []
    var leading = true
    for b in text.utf8 {
      switch b {
      case 0x26: out += Array("&amp;".utf8)
      case 0x3c: out += Array("&lt;".utf8)
      case 0x3e: out += Array("&gt;".utf8)
      case 10: out += Array("<br />\n".utf8)
      case 0x22: out += Array("&quot;".utf8)
      case 32:
        // Blanks at the beginning are protected.
        out += leading ? Array("&nbsp;".utf8) : [32]
      default: out.append(b)
      }
      if b != 32 { leading = false }
    }
    return String(decoding: out, as: UTF8.self)
  }

  func html(_ expanded: Bool) -> String {
    func escaped(_ s: String) -> String { MarkupFormat.escaped(s) }
    func cell(_ j: Int, _ text: String) -> String {
      "    <td align=\"\(t.rightAligned[j] ? "right" : "left")\">" + (isBlank(text) ? "&nbsp; " : escaped(text))
        + "</td>\n"
    }
    var out = "<table border=\"\(o.border)\"" + (o.tableAttributes.map { " " + $0 } ?? "") + ">\n"
    if let title = t.title, !o.tuplesOnly { out += "  <caption>" + escaped(title) + "</caption>\n" }
    if !expanded, !o.tuplesOnly {
      out += "  <tr>\n"
      for h in t.headers { out += "    <th align=\"center\">" + escaped(h) + "</th>\n" }
      out += "  </tr>\n"
    }
    for (i, row) in t.rows.enumerated() {
      if expanded {
        out +=
          "\n  <tr><td colspan=\"2\"" + (o.tuplesOnly ? ">&nbsp;" : " align=\"center\">Record \(i + 1)")
          + "</td></tr>\n"
        for (j, c) in row.enumerated() {
          out += "  <tr valign=\"top\">\n    <th>" + escaped(t.headers[j]) + "</th>\n" + cell(j, c) + "  </tr>\n"
        }
      } else {
        out += "  <tr valign=\"top\">\n"
        for (j, c) in row.enumerated() { out += cell(j, c) }
        out += "  </tr>\n"
      }
    }
    out += "</table>\n"
    let footers = expanded ? t.footers ?? [] : t.footersOrCount(o)
    if !footers.isEmpty, !o.tuplesOnly {
      out += "<p>"
      for f in footers { out += escaped(f) + "<br />\n" }
      out += "</p>"
    }
    return out + "\n"
  }

  func asciidoc(_ expanded: Bool) -> String {
    func escaped(_ s: String) -> String { replaced(s, "|", "\\|") }
    var out = "\n"
    if let title = t.title, !o.tuplesOnly { out += "." + title + "\n" }
    if expanded {
      out += "[cols=\"h,l\""
    } else {
      out += "[" + (o.tuplesOnly ? "" : "options=\"header\",") + "cols=\""
      out += joined(t.rightAligned.map { $0 ? ">l" : "<l" }, ",") + "\""
    }
    switch o.border {
    case 0: out += ",frame=\"none\",grid=\"none\""
    case 1: out += ",frame=\"none\""
    case 2: out += ",frame=\"all\",grid=\"all\""
    default: break
    }
    out += "]\n|====\n"
    if expanded {
      for (i, row) in t.rows.enumerated() {
        out += o.tuplesOnly ? "2+|\n" : "2+^|Record \(i + 1)\n"
        for (j, c) in row.enumerated() {
          out += "<l|" + escaped(t.headers[j]) + " " + (t.rightAligned[j] ? ">l" : "<l") + "|"
          out += (isBlank(c) ? " " : escaped(c)) + "\n"
        }
      }
    } else {
      if !o.tuplesOnly { out += joined(t.headers.map { "^l|" + escaped($0) }, " ") + "\n" }
      for row in t.rows {
        for (j, c) in row.enumerated() {
          out += (j > 0 ? " " : "") + "|"
          out += isBlank(c) ? (j + 1 < row.count ? " " : "") : escaped(c)
        }
        out += "\n"
      }
    }
    out += "|====\n"
    let footers = expanded ? t.footers ?? [] : t.footersOrCount(o)
    if !footers.isEmpty, !o.tuplesOnly {
      out += "\n....\n"
      for f in footers { out += f + "\n" }
      out += "....\n"
    }
    return out
  }
}
