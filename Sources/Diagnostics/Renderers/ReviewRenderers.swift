// Three smaller formats: GitLab Code Quality (a JSON array), reviewdog's rdjsonl (one object per line, columns in UTF-8
// bytes, fixes as suggestions), and JUnit XML (one test case per file, one failure per finding).

package enum GitLabRenderer {
  package static func render(_ diagnostics: [Diagnostic], sources: SourceTable = SourceTable()) -> String {
    var fingerprints = Fingerprints(sources: sources)
    var items: [JSONText] = []
    for diagnostic in diagnostics {
      let severity =
        switch diagnostic.severity {
        case .error: "major"
        case .warning: "minor"
        case .note: "info"
        }
      let location = JSONText.object([
        ("path", .string(diagnostic.location.file)),
        (
          "lines",
          .object([("begin", .int(diagnostic.location.start.line)), ("end", .int(diagnostic.location.end.line))])
        ),
      ])
      items.append(
        .object([
          ("description", .string(diagnostic.summary)), ("check_name", .string(diagnostic.rule)),
          ("fingerprint", .string(fingerprints.next(for: diagnostic))), ("severity", .string(severity)),
          ("location", location),
        ]))
    }
    return JSONText.array(items).pretty
  }
}

package enum ReviewdogRenderer {
  package static func render(_ diagnostics: [Diagnostic]) -> String {
    var out = ""
    for diagnostic in diagnostics { out += line(diagnostic).compact + "\n" }
    return out
  }

  private static func line(_ diagnostic: Diagnostic) -> JSONText {
    let severity =
      switch diagnostic.severity {
      case .error: "ERROR"
      case .warning: "WARNING"
      case .note: "INFO"
      }
    var message = diagnostic.summary
    if !diagnostic.explanation.isEmpty { message += "\n" + diagnostic.explanation }
    var suggestions: [JSONText] = []
    // A suggestion is one edit of the same file; a fix of several edits cannot be offered there.
    for fix in diagnostic.fixes where fix.edits.count == 1 {
      let edit = fix.edits[0]
      if edit.location.file == diagnostic.location.file {
        suggestions.append(.object([("range", range(edit.location)), ("text", .string(edit.replacement))]))
      }
    }
    var members: [(String, JSONText)] = [
      ("message", .string(message)),
      (
        "location",
        .object([("path", .string(diagnostic.location.file)), ("range", range(diagnostic.location))])
      ),
      ("severity", .string(severity)), ("code", .object([("value", .string(diagnostic.rule))])),
    ]
    if !suggestions.isEmpty { members.append(("suggestions", .array(suggestions))) }
    members.append(("source", .object([("name", .string("ardoise"))])))
    return .object(members)
  }

  private static func range(_ location: SourceLocation) -> JSONText {
    func position(_ position: SourcePosition) -> JSONText {
      .object([("line", .int(position.line)), ("column", .int(position.byteColumn))])
    }
    return .object([("start", position(location.start)), ("end", position(location.end))])
  }
}

/// A JUnit report: suites of cases, each passed or failed with a text.
package struct JUnitReport {
  package struct Case {
    package var suite: String
    package var name: String
    /// Headline and body of each failure; empty for a case that passed.
    package var failures: [(message: String, text: String)]
    /// Why the case was not run, or nil.
    package var skipped: String?

    package init(
      suite: String, name: String, failures: [(message: String, text: String)] = [], skipped: String? = nil
    ) {
      self.suite = suite
      self.name = name
      self.failures = failures
      self.skipped = skipped
    }
  }

  package var cases: [Case]

  package init(cases: [Case]) { self.cases = cases }

  /// One case per file of `files`, and one failure in it per finding.
  package init(files: [String], diagnostics: [Diagnostic]) {
    var names = files
    for diagnostic in diagnostics where !names.contains(diagnostic.location.file) {
      names.append(diagnostic.location.file)
    }
    cases = []
    for file in names {
      var item = Case(suite: "ardoise lint", name: file)
      for diagnostic in diagnostics where diagnostic.location.file == file {
        let start = diagnostic.location.start
        let place = "\(file):\(start.line):\(start.column): \(diagnostic.severity.rawValue): "
        let text = diagnostic.explanation.isEmpty ? diagnostic.summary : diagnostic.explanation
        item.failures.append((message: place + diagnostic.summary + " [" + diagnostic.rule + "]", text: text))
      }
      cases.append(item)
    }
  }

  package func render() -> String {
    var suites: [String] = []
    for item in cases where !suites.contains(item.suite) { suites.append(item.suite) }
    var out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
    for suite in suites {
      var body = ""
      var count = 0
      var failed = 0
      var skipped = 0
      for item in cases where item.suite == suite {
        count += 1
        body += "    <testcase classname=\"" + escape(suite) + "\" name=\"" + escape(item.name) + "\""
        if let reason = item.skipped {
          skipped += 1
          body += ">\n      <skipped message=\"" + escape(reason) + "\"/>\n    </testcase>\n"
        } else if item.failures.isEmpty {
          body += "/>\n"
        } else {
          failed += 1
          body += ">\n"
          for failure in item.failures {
            body +=
              "      <failure message=\"" + escape(failure.message) + "\">" + escape(failure.text) + "</failure>\n"
          }
          body += "    </testcase>\n"
        }
      }
      out += "  <testsuite name=\"" + escape(suite) + "\" tests=\"\(count)\" failures=\"\(failed)\""
      out += " skipped=\"\(skipped)\">\n" + body + "  </testsuite>\n"
    }
    return out + "</testsuites>\n"
  }

  /// XML 1.0 has no form for most control characters; they become U+FFFD.
  private func escape(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x26: out += "&amp;"
      case 0x3C: out += "&lt;"
      case 0x3E: out += "&gt;"
      case 0x22: out += "&quot;"
      case 0x0A: out += "&#10;"
      case 0x09, 0x0D: out += " "
      case 0..<0x20, 0xFFFE, 0xFFFF: out += "\u{FFFD}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
