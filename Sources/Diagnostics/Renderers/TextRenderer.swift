// Findings as people read them in a terminal. The first line is the one editors and CI systems recognise
// (`file:line:column: severity: summary [rule]`), then the author's line with what is meant underlined:
//
//   content/a/step1.md:12:5: error: Heredoc 'EOF' is opened here and never closed [heredoc-not-closed]
//    12 | cat <<EOF
//       |     ^~~~~
//       = note: previously opened at line 3
//       = fix: close the heredoc with 'EOF' on a line of its own

package struct TextRenderer {
  package var sources: SourceTable
  package var colour: Bool

  package init(sources: SourceTable = SourceTable(), colour: Bool = false) {
    self.sources = sources
    self.colour = colour
  }

  /// All findings, one empty line between two of them; the empty string for none.
  package func render(_ diagnostics: [Diagnostic]) -> String {
    var out = ""
    for diagnostic in diagnostics {
      if !out.isEmpty { out += "\n" }
      out += render(diagnostic)
    }
    return out
  }

  package func render(_ diagnostic: Diagnostic) -> String {
    let location = diagnostic.location
    var out = bold("\(location.file):\(location.start.line):\(location.start.column):") + " "
    out += paint(diagnostic.severity.rawValue + ":", diagnostic.severity) + " " + bold(diagnostic.summary)
    out += " [" + diagnostic.rule + "]\n"
    let margin = excerpt(of: location, severity: diagnostic.severity, into: &out)
    for line in lines(of: diagnostic.explanation) { out += margin + "= " + line + "\n" }
    for note in diagnostic.notes {
      var place = ""
      if let at = note.location { place = "\(at.file):\(at.start.line):\(at.start.column): " }
      out += margin + "= note: " + place + note.message + "\n"
    }
    for fix in diagnostic.fixes { out += margin + "= fix: " + fix.title + "\n" }
    return out
  }

  /// "2 errors, 1 warning", or nil when there is nothing to count.
  package static func totals(_ diagnostics: [Diagnostic]) -> String? {
    var parts: [String] = []
    for severity in [Severity.error, .warning, .note] {
      let count = diagnostics.count(of: severity)
      if count > 0 { parts.append("\(count) \(severity.rawValue)\(count == 1 ? "" : "s")") }
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// Writes the quoted line with its underline; gives the margin that the lines after it take.
  private func excerpt(of location: SourceLocation, severity: Severity, into out: inout String) -> String {
    guard let source = sources[path: location.file], !source.bytes.isEmpty, location.start.line <= source.lineCount
    else { return "    " }
    let number = "\(location.start.line)"
    let gutter = String(repeating: " ", count: max(4 - number.utf8.count, 1)) + number
    let margin = String(repeating: " ", count: gutter.utf8.count + 1)
    let scalars = Array(source.line(location.start.line).unicodeScalars)
    let first = min(location.start.column - 1, scalars.count)
    let last = location.end.line == location.start.line ? min(location.end.column - 1, scalars.count) : scalars.count

    // A very long line is cut around the place that is meant.
    let from = first > 100 ? first - 60 : 0
    let to = min(scalars.count, max(last, from) > from + 160 ? from + 160 : max(from + 160, last))
    var quoted = from > 0 ? "…" : ""
    var underline = from > 0 ? " " : ""
    for (index, scalar) in scalars.enumerated() where index >= from && index < to {
      let isControl = scalar.value < 0x20 && scalar != "\t" || scalar.value == 0x7F
      quoted.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
      if index >= last && index > first { continue }
      let mark: Character = index == first ? "^" : index > first ? "~" : scalar == "\t" ? "\t" : " "
      let width = scalar == "\t" ? 1 : DisplayWidth.of(scalar)
      if width > 0 {
        underline.append(mark)
        for _ in 1..<max(width, 1) { underline.append(index < first ? " " : "~") }
      }
    }
    if first >= to { underline.append("^") }
    if to < scalars.count { quoted += "…" }
    out += gutter + " | " + quoted + "\n"
    out += margin + "| " + paint(underline, severity) + "\n"
    return margin
  }

  private func lines(of text: String) -> [Substring] {
    text.isEmpty ? [] : text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  private func bold(_ text: String) -> String { colour ? "\u{1B}[1m" + text + "\u{1B}[0m" : text }

  private func paint(_ text: String, _ severity: Severity) -> String {
    guard colour else { return text }
    let code =
      switch severity {
      case .error: "31"
      case .warning: "33"
      case .note: "36"
      }
    return "\u{1B}[1;" + code + "m" + text + "\u{1B}[0m"
  }
}

/// How many terminal cells a scalar takes: enough of Unicode Standard Annex 11 to keep an underline in place.
package enum DisplayWidth {
  package static func of(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: 0
    case 0x0300..<0x0370, 0x200B...0x200F, 0x20D0..<0x2100, 0xFE00...0xFE0F, 0xFEFF, 0x1F3FB...0x1F3FF: 0
    case 0x1100..<0x1160, 0x2E80..<0x303F, 0x3041..<0x33C0, 0x3400..<0x4DC0, 0x4E00..<0xA4D0, 0xAC00..<0xD7A4: 2
    case 0xF900..<0xFB00, 0xFE30..<0xFE70, 0xFF00..<0xFF61, 0xFFE0..<0xFFE7, 0x20000..<0x3FFFE: 2
    case 0x231A...0x231B, 0x23E9...0x23EC, 0x23F0, 0x23F3, 0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653: 2
    case 0x2705, 0x270A...0x270B, 0x2728, 0x274C, 0x274E, 0x2753...0x2755, 0x2757, 0x2795...0x2797, 0x27B0: 2
    case 0x1F300..<0x1F650, 0x1F680..<0x1F700, 0x1F900..<0x1FA00, 0x1FA70..<0x1FB00: 2
    default: 1
    }
  }
}
