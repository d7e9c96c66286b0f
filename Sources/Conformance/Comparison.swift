// A played session against the capture of the same session, command by command.

package struct CommandResult: Sendable {
  package let command: String
  package let isEqual: Bool
  /// Named in the table of deviations: the difference is known and has a reason.
  package let deviation: Deviation?
  /// What differs, as lines of a report; empty when equal.
  package let differences: [String]
}

package struct SessionResult: Sendable {
  package let name: String
  package let commands: [CommandResult]
  /// What the invariant checker found.
  package var violations: [String] = []
  /// Pauses that were made a little longer than in the capture.
  package var stretchedPauses = 0

  package var equal: Int { commands.count { $0.isEqual } }
  package var tagged: Int { commands.count { !$0.isEqual && $0.deviation != nil } }
  package var different: Int { commands.count { !$0.isEqual && $0.deviation == nil } }
}

package enum Comparison {
  /// Rows of a watch may come this much sooner or later than in the capture.
  static let secondsTolerance = 3.0
  /// The kubelet tries what failed again after 10 to 15 seconds, at random: each such wait adds this much.
  static let retryTolerance = 2.5
  /// A container becomes ready 6 to 8 seconds after its start (the captures' README), and the next step often waits for it.
  static let readinessTolerance = 0.5
  /// So many exchanges of two names are tried in a session that does not agree at first.
  static let exchangesMax = 200

  package static func compare(expected: Capture, actual: Capture) -> SessionResult {
    let hasRestarts = expected.commands.contains { $0.command.contains("rollout restart") }
    let wanted = expected.commands.map { $0.lines.map { MarkedLine($0.text, hasRestarts: hasRestarts) } }
    let given = actual.commands.map { $0.lines.map { MarkedLine($0.text, hasRestarts: hasRestarts) } }
    var identities = Identities(capture: wanted, simulation: given)
    func differences(_ index: Int) -> Report {
      guard index < actual.commands.count else { return Report(lines: ["was not played"]) }
      return compare(
        expected.commands[index], wanted[index], actual.commands[index], given[index], identities,
        isUntimed: expected.isUntimed)
    }
    var reports = expected.commands.indices.map { differences($0) }
    var tried = 0
    var isBetter = true
    while isBetter, tried < exchangesMax {
      isBetter = false
      let names = doubtful(expected, reports, given, identities)
      for (index, a) in names.enumerated() {
        for b in names[(index + 1)...] where tried < exchangesMax && identities.areAlike(a, b) {
          if a.kind == "template-hash" { continue }
          tried += 1
          identities.swap(a, b)
          let concerned = given.indices.filter { command in
            command < reports.count
              && given[command].contains { $0.identities.contains(a) || $0.identities.contains(b) }
          }
          let attempt = concerned.map { ($0, differences($0)) }
          let before = concerned.reduce(0) { $0 + badness(reports[$1]) }
          let after = attempt.reduce(0) { $0 + badness($1.1) }
          if after < before {
            for (command, report) in attempt { reports[command] = report }
            isBetter = true
          } else {
            identities.swap(a, b)
          }
        }
      }
    }
    var results: [CommandResult] = []
    for (index, want) in expected.commands.enumerated() {
      results.append(
        CommandResult(
          command: want.command, isEqual: reports[index].isEmpty,
          deviation: Deviations.deviation(session: expected.name, command: want.command),
          differences: reports[index].lines))
    }
    return SessionResult(name: expected.name, commands: results, violations: actual.violations)
  }

  private static func badness(_ report: Report) -> Int { report.lines.isEmpty ? 0 : 1_000 + report.distance }

  /// What differs in a command, and by how much.
  private struct Report {
    var lines: [String] = []
    var distance = 0

    var isEmpty: Bool { lines.isEmpty }
  }

  /// Names in commands that differ: exchanging some of them may help.
  private static func doubtful(
    _ expected: Capture, _ reports: [Report], _ given: [[MarkedLine]], _ identities: Identities
  ) -> [Identity] {
    var concerned: Set<Identity> = []
    for (index, report) in reports.enumerated() where !report.isEmpty && index < given.count {
      if Deviations.deviation(session: expected.name, command: expected.commands[index].command) != nil { continue }
      for line in given[index] { concerned.formUnion(line.identities) }
    }
    return identities.simulated.filter { concerned.contains($0) }
  }

  // MARK: One command

  private static func compare(
    _ want: CapturedCommand, _ wanted: [MarkedLine], _ got: CapturedCommand, _ given: [MarkedLine],
    _ identities: Identities, isUntimed: Bool
  ) -> Report {
    var report = Report()
    if !got.notSimulated.isEmpty { report.lines.append("not simulated: \(got.notSimulated.joined(separator: "; "))") }
    let isWatch = want.isBackground || want.command.contains(" -w") || want.command.contains("--watch")
    let isByTime = want.command.contains("--sort-by") || want.command.contains("kubectl events")
    for stream in ["stdout", "stderr"] {
      let part = compare(
        lines(want, wanted, stream) { $0.value }, lines(got, given, stream) { identities.name($0) }, stream,
        isWatch: isWatch, isByTime: isByTime, isTimed: want.isBackground && !isUntimed)
      report.lines += part.lines
      report.distance += part.distance
    }
    if want.exit != got.exit { report.lines.append("exit \(want.exit) expected, \(got.exit) got") }
    return report
  }

  private struct Line {
    let seconds: Double
    let raw: String
    var form: String
    let isRandom: Bool
  }

  private static func lines(
    _ command: CapturedCommand, _ marked: [MarkedLine], _ stream: String, _ name: (Identity) -> String
  ) -> [Line] {
    var list: [Line] = []
    for (line, mark) in zip(command.lines, marked) where line.stream == stream {
      list.append(
        Line(
          seconds: line.seconds, raw: line.text, form: mark.text(name) + (line.isUnterminated ? "<no newline>" : ""),
          isRandom: !mark.identities.isEmpty))
    }
    return list
  }

  private static func compare(
    _ wantedLines: [Line], _ givenLines: [Line], _ stream: String, isWatch: Bool, isByTime: Bool,
    isTimed: Bool
  ) -> Report {
    var wanted = wantedLines
    var given = givenLines
    // Columns are as wide as their volatile values: padding is compared exactly only where nothing volatile stands in a table.
    let isLoose = (wanted + given).contains { line in
      [
        "<age>", "<ago>", "<repeat>", "<pod-address=", "<service-address=", "<pull-time>", "<provisioner>",
        "<scheduler>",
      ].contains {
        line.form.contains($0)
      }
    }
    if isLoose {
      for index in wanted.indices { wanted[index].form = squeezed(wanted[index].form) }
      for index in given.indices { given[index].form = squeezed(given[index].form) }
    }
    let isEqual =
      wanted.count == given.count
      && zip(wanted, given).allSatisfy { want, got in want.raw == got.raw || want.form == got.form }
    if isEqual || LineOrder.agrees(wanted.map(order), given.map(order), isWatch: isWatch, isByTime: isByTime) {
      return Report(lines: isTimed ? compareTimes(wanted, given) : [])
    }
    var differences: [String] = []
    if isWatch, wanted.count == given.count, let problem = LineOrder.watchProblem(wanted.map(order), given.map(order)) {
      differences.append("\(stream): \(problem)")
    }
    for index in 0..<max(wanted.count, given.count) {
      let want = index < wanted.count ? wanted[index] : nil
      let got = index < given.count ? given[index] : nil
      if let want, let got, want.raw == got.raw || want.form == got.form { continue }
      if let want { differences.append("\(stream)- \(want.raw)") }
      if let got { differences.append("\(stream)+ \(got.raw)") }
    }
    let distance =
      isWatch ? LineOrder.watchDistance(wanted.map(order), given.map(order)) : distance(wanted, given)
    return Report(lines: differences, distance: distance)
  }

  /// Lines that only one of the two has.
  private static func distance(_ wanted: [Line], _ given: [Line]) -> Int {
    var counts: [String: Int] = [:]
    for line in wanted { counts[line.form, default: 0] += 1 }
    for line in given { counts[line.form, default: 0] -= 1 }
    return counts.values.reduce(0) { $0 + abs($1) }
  }

  private static func order(_ line: Line) -> LineOrder.Line {
    LineOrder.Line(seconds: line.seconds, form: line.form, isRandom: line.isRandom, age: age(line.raw))
  }

  /// The first cell that is an age, in seconds.
  private static func age(_ row: String) -> Int? {
    for cell in row.split(separator: " ").prefix(2) {
      var total = 0
      var number = ""
      var isAge = false
      for character in cell {
        if character.isNumber {
          number.append(character)
          isAge = false
          continue
        }
        guard let unit = ["d": 86_400, "h": 3_600, "m": 60, "s": 1][character], let count = Int(number) else {
          isAge = false
          break
        }
        total += count * unit
        number = ""
        isAge = true
      }
      if isAge { return total }
    }
    return nil
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

  private static func compareTimes(_ a: [Line], _ b: [Line]) -> [String] {
    var tolerance = secondsTolerance
    for (want, got) in zip(a, b) {
      if want.raw.contains("BackOff ") { tolerance += retryTolerance }
      if want.raw.contains(" 1/1 ") { tolerance += readinessTolerance }
      if abs(want.seconds - got.seconds) <= tolerance { continue }
      return ["time: \(want.seconds) s expected, \(got.seconds) s got, for: \(want.raw)"]
    }
    return []
  }
}
