// GitHub workflow commands: `::error file=…,line=…,endLine=…,col=…,endColumn=…,title=RULE::message`, escaped as the
// runner's toolkit does it. A step shows at most ten errors and ten warnings and drops the rest without a word, so the
// worst come first and one more line says how many are not shown.

package enum GitHubRenderer {
  /// What GitHub shows per step and level.
  package static let shownPerLevelMax = 10

  package static func render(_ diagnostics: [Diagnostic]) -> String {
    var out = ""
    var hidden = 0
    for severity in [Severity.error, .warning, .note] {
      var shown = 0
      for diagnostic in diagnostics where diagnostic.severity == severity {
        if shown == shownPerLevelMax {
          hidden += 1
        } else {
          shown += 1
          out += command(diagnostic) + "\n"
        }
      }
    }
    if hidden > 0 {
      out += "\(hidden) more not shown as annotations; the text and SARIF formats list them all\n"
    }
    return out
  }

  package static func command(_ diagnostic: Diagnostic) -> String {
    let name =
      switch diagnostic.severity {
      case .error: "error"
      case .warning: "warning"
      case .note: "notice"
      }
    let start = diagnostic.location.start
    let end = diagnostic.location.end
    var out = "::" + name + " file=" + escapeProperty(diagnostic.location.file)
    out += ",line=\(start.line),endLine=\(end.line)"
    // Columns are only understood on one line.
    if start.line == end.line { out += ",col=\(start.column),endColumn=\(end.column)" }
    var message = diagnostic.summary
    if !diagnostic.explanation.isEmpty { message += "\n" + diagnostic.explanation }
    for note in diagnostic.notes { message += "\n" + note.message }
    return out + ",title=" + escapeProperty(diagnostic.rule) + "::" + escapeMessage(message)
  }

  package static func escapeMessage(_ text: String) -> String { escape(text, property: false) }

  package static func escapeProperty(_ text: String) -> String { escape(text, property: true) }

  private static func escape(_ text: String, property: Bool) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": out += "%25"
      case "\r": out += "%0D"
      case "\n": out += "%0A"
      case ":" where property: out += "%3A"
      case "," where property: out += "%2C"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
