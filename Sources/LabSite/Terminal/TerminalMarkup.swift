// Terminal text as HTML: a `span.ln` per line with its virtual time, runs of one style inside. Times are attributes that
// CSS prints in the gutter, so that copying a piece of output copies output only.

import LabModel
import LabTranscript

struct TerminalMarkup {
  let language: Language

  /// The lines of a flow. `withTimes` puts a time wherever it differs visibly from the line before.
  func lines(_ lines: [TerminalLine], withTimes: Bool) -> Markup {
    var out = ""
    var shown: Int64?
    var end = lines.count
    while end > 0, lines[end - 1].trimmed.cells.isEmpty { end -= 1 }
    for line in lines[..<end] {
      var attributes = ""
      if let time = line.milliseconds {
        attributes = " data-t=\"\(time)\""
        if withTimes, shown.map({ abs(time - $0) >= 100 }) ?? true {
          attributes += " data-time=\"\(Typography.offset(time, language))\""
          shown = time
        }
      }
      let kind = line.isTyped ? "ln typed" : "ln"
      out += "<span class=\"\(kind)\"\(attributes)>\(runs(line).html)\n</span>"
    }
    return Markup(trusted: out)
  }

  /// One picture of a redrawn screen.
  func frame(_ frame: TerminalFrame) -> Markup {
    Markup(trusted: frame.lines.map { runs($0).html + "\n" }.joined())
  }

  private func runs(_ line: TerminalLine) -> Markup {
    var out = ""
    var text = ""
    var style = TerminalStyle()
    func flush() {
      guard !text.isEmpty else { return }
      let escaped = Markup.escape(text)
      if style.typed {
        out += "<kbd>\(escaped)</kbd>"
      } else if style.isPlain {
        out += escaped
      } else {
        out += "<span class=\"\(TerminalMarkup.classes(style))\">\(escaped)</span>"
      }
      text = ""
    }
    for cell in line.cells {
      if cell.style != style {
        flush()
        style = cell.style
      }
      text.append(cell.character)
    }
    flush()
    return Markup(trusted: out)
  }

  static func classes(_ style: TerminalStyle) -> String {
    var names: [String] = []
    if let colour = style.foreground { names.append("fg\(colour)") }
    if let colour = style.background { names.append("bg\(colour)") }
    if style.bold { names.append("b") }
    if style.dim { names.append("dim") }
    if style.italic { names.append("i") }
    if style.underline { names.append("u") }
    if style.inverse { names.append("inv") }
    return names.joined(separator: " ")
  }
}
