// SARIF 2.1.0 as GitHub code scanning reads it: one run, its rules, results with Unicode-code-point columns (always
// stated) and fingerprints of the line's text, so that a finding keeps its identity when lines above it move.

package struct SARIFRenderer {
  package var toolVersion: String
  package var rules: [RuleDescription]
  package var sources: SourceTable

  package init(toolVersion: String, rules: [RuleDescription], sources: SourceTable = SourceTable()) {
    self.toolVersion = toolVersion
    self.rules = rules
    self.sources = sources
  }

  package func render(_ diagnostics: [Diagnostic]) -> String {
    var fingerprints = Fingerprints(sources: sources)
    var known: [RuleDescription] = []
    for rule in rules where index(of: rule.id, in: known) == nil { known.append(rule) }
    // A result must name a rule that the run describes.
    for diagnostic in diagnostics where index(of: diagnostic.rule, in: known) == nil {
      known.append(
        RuleDescription(
          id: diagnostic.rule, summary: diagnostic.summary, explanation: diagnostic.summary,
          help: "ardoise explain " + diagnostic.rule, severity: diagnostic.severity))
    }
    var results: [JSONText] = []
    for diagnostic in diagnostics {
      results.append(
        .object([
          ("ruleId", .string(diagnostic.rule)), ("ruleIndex", .int(index(of: diagnostic.rule, in: known) ?? 0)),
          ("level", .string(diagnostic.severity.rawValue)),
          ("message", .object([("text", .string(message(diagnostic)))])),
          ("locations", .array([location(diagnostic.location)])),
          (
            "partialFingerprints",
            .object([("primaryLocationLineHash", .string(fingerprints.next(for: diagnostic)))])
          ),
        ]))
    }
    var descriptions: [JSONText] = []
    for rule in known { descriptions.append(describe(rule)) }
    let driver = JSONText.object([
      ("name", .string("ardoise")), ("semanticVersion", .string(toolVersion)), ("rules", .array(descriptions)),
    ])
    let run = JSONText.object([
      ("columnKind", .string("unicodeCodePoints")), ("tool", .object([("driver", driver)])),
      ("results", .array(results)),
    ])
    return JSONText.object([
      ("$schema", .string("https://json.schemastore.org/sarif-2.1.0.json")), ("version", .string("2.1.0")),
      ("runs", .array([run])),
    ]).pretty
  }

  private func index(of id: String, in rules: [RuleDescription]) -> Int? {
    for (index, rule) in rules.enumerated() where rule.id == id { return index }
    return nil
  }

  private func message(_ diagnostic: Diagnostic) -> String {
    var text = diagnostic.summary
    if !diagnostic.explanation.isEmpty { text += "\n" + diagnostic.explanation }
    for note in diagnostic.notes { text += "\n" + note.message }
    return text
  }

  private func location(_ location: SourceLocation) -> JSONText {
    let region = JSONText.object([
      ("startLine", .int(location.start.line)), ("startColumn", .int(location.start.column)),
      ("endLine", .int(location.end.line)), ("endColumn", .int(location.end.column)),
    ])
    return .object([
      (
        "physicalLocation",
        .object([
          ("artifactLocation", .object([("uri", .string(SARIFRenderer.uri(location.file)))])), ("region", region),
        ])
      )
    ])
  }

  /// Percent-encodes what RFC 3986 does not let stand in a relative reference.
  private static func uri(_ path: String) -> String {
    let hex = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    for byte in path.utf8 {
      switch byte {
      case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E, 0x2F: out.append(byte)
      default: out += [0x25, hex[Int(byte >> 4)], hex[Int(byte & 0xF)]]
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private func describe(_ rule: RuleDescription) -> JSONText {
    func text(_ value: String) -> JSONText {
      let scalars = Array((value.isEmpty ? rule.id : value).unicodeScalars)
      var cut = String.UnicodeScalarView()
      for scalar in scalars[..<min(scalars.count, 1000)] { cut.append(scalar) }
      return .object([("text", .string(String(cut)))])
    }
    return .object([
      ("id", .string(rule.id)), ("shortDescription", text(rule.summary)), ("fullDescription", text(rule.explanation)),
      ("help", text(rule.help)), ("defaultConfiguration", .object([("level", .string(rule.severity.rawValue))])),
    ])
  }
}

/// Identities of findings that survive edits above them: a hash of rule, file and line text, and a running number for
/// equal ones.
package struct Fingerprints {
  private let sources: SourceTable
  private var seen: [String: Int] = [:]

  package init(sources: SourceTable) { self.sources = sources }

  package mutating func next(for diagnostic: Diagnostic) -> String {
    // FNV-1a, 64 bits.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ text: String) {
      for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = (hash ^ 0) &* 0x100_0000_01b3
    }
    add(diagnostic.rule)
    add(diagnostic.location.file)
    let line = sources[path: diagnostic.location.file]?.line(diagnostic.location.start.line)
    add(line ?? diagnostic.summary)
    var digits: [UInt8] = []
    let alphabet = Array("0123456789abcdef".utf8)
    var shift: UInt64 = 64
    while shift > 0 {
      shift -= 4
      digits.append(alphabet[Int((hash >> shift) & 0xF)])
    }
    let key = String(decoding: digits, as: UTF8.self)
    let number = (seen[key] ?? 0) + 1
    seen[key] = number
    return key + ":\(number)"
  }
}
