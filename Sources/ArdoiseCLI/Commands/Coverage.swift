import ArgumentParser
import Diagnostics
import LabModel
import LabParser
import LabTranscript
import Simulator

struct CoverageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coverage",
    abstract: "Which blocks of a course, and which commands, flags, kinds and images, the simulator models.",
    discussion: """
      EXAMPLES
        ardoise coverage content               the blocks of a course, then what is modelled
        ardoise coverage --all                 what is modelled, every flag of every kubectl verb included
        ardoise coverage content --format json
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
  }

  @Argument(help: "Course folder, scenario folder or Markdown file.")
  var path: String?

  @Option(help: "text or json.")
  var format: Format = .text

  @Flag(help: "List every command, flag, kind and image.")
  var all = false

  @OptionGroup var common: CommonOptions

  func run() throws {
    let inventory = InventoryReport(Inventory.current())
    var course: CourseCoverage?
    if path != nil || !all {
      let parsed = Input.course(path)
      try Input.requireReadable(parsed, common.console)
      course = CourseCoverage(parsed.course, CourseCheck.play(parsed.course, common.console, jobs: common.jobCount))
    }
    switch format {
    case .text: Console.write((course.map { $0.text + "\n" } ?? "") + inventory.text(all: all))
    case .json:
      let members = (course.map { [("course", $0.json)] } ?? []) + [("simulator", inventory.json)]
      Console.write(JSONText.object(members).pretty)
    }
  }
}

/// The blocks of a course: how many are played truthfully, and why the others are not.
struct CourseCoverage {
  private struct Row {
    var scenario: String
    var blocks = 0
    var simulated = 0
    var dependent = 0
  }

  private var rows: [Row] = []
  /// Reasons with the blocks that have them, most frequent first.
  private var reasons: [(reason: String, blocks: [String])] = []

  init(_ course: Course, _ played: PlayedCourse) {
    for scenario in course.scenarios {
      var row = Row(scenario: scenario.path)
      for file in played.files where file.scenario.path == scenario.path {
        for block in file.transcript.blocks {
          row.blocks += 1
          if block.isTrue {
            row.simulated += 1
          } else if block.notSimulated.isEmpty {
            row.dependent += 1
          }
          for reason in block.notSimulated {
            let place = "\(scenario.path) \(block.id)"
            if let index = reasons.firstIndex(where: { $0.reason == reason }) {
              reasons[index].blocks.append(place)
            } else {
              reasons.append((reason, [place]))
            }
          }
        }
      }
      rows.append(row)
    }
    reasons.sort { $0.blocks.count != $1.blocks.count ? $0.blocks.count > $1.blocks.count : $0.reason < $1.reason }
  }

  private var total: Row {
    rows.reduce(into: Row(scenario: "total")) { sum, row in
      sum.blocks += row.blocks
      sum.simulated += row.simulated
      sum.dependent += row.dependent
    }
  }

  var text: String {
    var out = ""
    for row in rows.count == 1 ? rows : rows + [total] {
      out += "\(row.scenario): \(row.simulated) of \(row.blocks) blocks simulated"
      let missing = row.blocks - row.simulated - row.dependent
      if missing > 0 { out += ", \(missing) not simulated" }
      if row.dependent > 0 { out += ", \(row.dependent) that depend on one that is not" }
      out += "\n"
    }
    for (reason, blocks) in reasons {
      out += "  \(reason): \(blocks.prefix(5).joined(separator: ", "))\(blocks.count > 5 ? ", …" : "")\n"
    }
    return out
  }

  var json: JSONText {
    func row(_ row: Row) -> JSONText {
      .object([
        ("scenario", .string(row.scenario)), ("blocks", .int(row.blocks)), ("simulated", .int(row.simulated)),
        ("dependent", .int(row.dependent)),
      ])
    }
    return .object([
      ("scenarios", .array(rows.map(row))), ("total", row(total)),
      (
        "notSimulated",
        .array(reasons.map { .object([("reason", .string($0.reason)), ("blocks", .strings($0.blocks))]) })
      ),
    ])
  }
}

/// What is modelled, whatever the course.
struct InventoryReport {
  private let inventory: Inventory

  init(_ inventory: Inventory) { self.inventory = inventory }

  private var flags: [Inventory.Option] { inventory.verbs.flatMap(\.flags) }

  private func count(_ mark: String) -> Int { flags.filter { $0.mark == mark }.count }

  func text(all: Bool) -> String {
    let simulated = inventory.verbs.filter(\.isSimulated).count
    var out = "The simulator models\n"
    out +=
      "  \(inventory.commands.count) commands of the machine, and names \(inventory.declaredCommands.count) that are not simulated\n"
    out += "  \(simulated) of \(inventory.verbs.count) known kubectl verbs; of \(flags.count) flags "
    out += "\(count("works")) work, \(count("accepted without effect")) are accepted without effect, "
    out += "\(count("not simulated")) are not simulated\n"
    out += "  \(inventory.kinds.count) kinds\n  \(inventory.images.count) images\n"
    out +=
      "  SQL: \(inventory.statements.count) kinds of statements, \(inventory.functions.count) functions, "
    out +=
      "\(inventory.relations.count) tables and views of the catalogue, \(inventory.metaCommands.count) commands of psql\n"
    guard all else { return out }
    out += "\nCommands\n" + wrapped(inventory.commands)
    out += "\nCommands that are not simulated\n" + wrapped(inventory.declaredCommands)
    out += "\nkubectl\n"
    for verb in inventory.verbs {
      out += "  \(verb.path)\(verb.isSimulated ? "" : ": not simulated")\n"
      for mark in ["works", "accepted without effect", "not simulated"] {
        let names = verb.flags.filter { $0.mark == mark }.map(\.name)
        if !names.isEmpty { out += "    \(mark):\n" + wrapped(names, indent: 6) }
      }
    }
    out += "\nKinds\n" + wrapped(inventory.kinds.map { "\($0.kind) (\($0.apiVersion))" }, separator: ", ")
    out += "\nImages\n" + wrapped(inventory.images)
    out += "\nSQL statements\n" + wrapped(inventory.statements)
    out +=
      "\nSQL functions (\(inventory.functionsNotSimulated) more are known by name and not simulated)\n"
      + wrapped(inventory.functions)
    out += "\nCatalogue\n" + wrapped(inventory.relations)
    out += "\npsql\n" + wrapped(inventory.metaCommands.map { "\\" + $0 })
    return out
  }

  private func wrapped(_ words: [String], indent: Int = 2, separator: String = " ") -> String {
    let margin = String(repeating: " ", count: indent)
    var out = ""
    var line = margin
    for word in words {
      if line != margin, line.count + word.count + separator.count > 100 {
        out += line + (separator == " " ? "" : ",") + "\n"
        line = margin
      }
      line += (line == margin ? "" : separator) + word
    }
    return out + line + "\n"
  }

  var json: JSONText {
    .object([
      ("commands", .strings(inventory.commands)),
      ("commandsNotSimulated", .strings(inventory.declaredCommands)),
      (
        "kubectl",
        .array(
          inventory.verbs.map { verb in
            .object([
              ("verb", .string(verb.path)), ("simulated", .bool(verb.isSimulated)),
              ("flags", .object(verb.flags.map { ($0.name, .string($0.mark)) })),
            ])
          })
      ),
      ("kinds", .strings(inventory.kinds.map { $0.apiVersion + " " + $0.kind })),
      ("images", .strings(inventory.images)),
      (
        "sql",
        .object([
          ("statements", .strings(inventory.statements)), ("functions", .strings(inventory.functions)),
          ("relations", .strings(inventory.relations)),
          ("psql", .strings(inventory.metaCommands)),
        ])
      ),
    ])
  }
}
