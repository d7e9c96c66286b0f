// A played session against the capture of the same session, command by command.

package struct CommandResult: Sendable {
  package let command: String
  package let isEqual: Bool
  /// Named in the table of deviations: the difference is known and has a reason.
  package let deviation: String?
  /// What differs, as lines of a report; empty when equal.
  package let differences: [String]
}

package struct SessionResult: Sendable {
  package let name: String
  package let commands: [CommandResult]

  package var equal: Int { commands.count { $0.isEqual } }
  package var tagged: Int { commands.count { !$0.isEqual && $0.deviation != nil } }
  package var different: Int { commands.count { !$0.isEqual && $0.deviation == nil } }
}

package enum Comparison {
  /// Rows of a watch may come this much sooner or later than in the capture.
  static let secondsTolerance = 3.0

  package static func compare(expected: Capture, actual: Capture) -> SessionResult {
    var results: [CommandResult] = []
    var left = Normalizer()
    var right = Normalizer()
    for (index, want) in expected.commands.enumerated() {
      guard index < actual.commands.count else {
        results.append(
          CommandResult(command: want.command, isEqual: false, deviation: nil, differences: ["was not played"]))
        continue
      }
      let got = actual.commands[index]
      var differences: [String] = []
      if !got.notSimulated.isEmpty { differences.append("not simulated: \(got.notSimulated.joined(separator: "; "))") }
      for stream in ["stdout", "stderr"] {
        let a = want.lines.filter { $0.stream == stream }
        let b = got.lines.filter { $0.stream == stream }
        differences += compare(a, b, stream, &left, &right)
        if want.isBackground { differences += compareTimes(a, b) }
      }
      if want.exit != got.exit { differences.append("exit \(want.exit) expected, \(got.exit) got") }
      results.append(
        CommandResult(
          command: want.command, isEqual: differences.isEmpty,
          deviation: Deviations.reason(session: expected.name, command: want.command), differences: differences))
    }
    return SessionResult(name: expected.name, commands: results)
  }

  private static func compare(
    _ a: [CapturedLine], _ b: [CapturedLine], _ stream: String, _ left: inout Normalizer, _ right: inout Normalizer
  ) -> [String] {
    var differences: [String] = []
    var wanted: [(raw: String, form: String)] = []
    var given: [(raw: String, form: String)] = []
    for line in a {
      wanted.append((line.text, left.normalize(line.text) + (line.isUnterminated ? "<no newline>" : "")))
    }
    for line in b {
      given.append((line.text, right.normalize(line.text) + (line.isUnterminated ? "<no newline>" : "")))
    }
    // Columns are as wide as their volatile values: padding is compared exactly only where nothing volatile stands in a table.
    let isLoose = (wanted + given).contains {
      $0.form.contains("<age>") || $0.form.contains("<ago>") || $0.form.contains("<repeat>")
        || $0.form.contains("-address#") || $0.form.contains("<pull-time>")
    }
    for index in 0..<max(wanted.count, given.count) {
      let want = index < wanted.count ? wanted[index] : nil
      let got = index < given.count ? given[index] : nil
      if let want, let got {
        if want.raw == got.raw || want.form == got.form { continue }
        if isLoose, squeezed(want.form) == squeezed(got.form) { continue }
      }
      if let want { differences.append("\(stream)- \(want.raw)") }
      if let got { differences.append("\(stream)+ \(got.raw)") }
    }
    return differences
  }

  private static func squeezed(_ text: String) -> String {
    var out = ""
    var spaces = 0
    for character in text {
      if character == " " || character == "-" && out.hasSuffix("-") && spaces == 0 {
        if character == " " { spaces += 1 }
        continue
      }
      if spaces > 0 { out += spaces > 1 ? "  " : " " }
      spaces = 0
      out.append(character)
    }
    return out + (spaces > 0 ? " " : "")
  }

  private static func compareTimes(_ a: [CapturedLine], _ b: [CapturedLine]) -> [String] {
    guard a.count == b.count else { return [] }
    for (want, got) in zip(a, b) where abs(want.seconds - got.seconds) > secondsTolerance {
      return ["time: \(want.seconds) s expected, \(got.seconds) s got, for: \(want.text)"]
    }
    return []
  }
}
