import ArgumentParser
import Diagnostics
import LabModel
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
    switch format {
    case .text: Console.write(inventory.text(all: all))
    case .json: Console.write(JSONText.object([("simulator", inventory.json)]).pretty)
    }
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
    out += "  \(inventory.commands.count) commands of the machine\n"
    out += "  \(simulated) of \(inventory.verbs.count) known kubectl verbs; of \(flags.count) flags "
    out += "\(count("works")) work, \(count("accepted without effect")) are accepted without effect, "
    out += "\(count("not simulated")) are not simulated\n"
    out += "  \(inventory.kinds.count) kinds\n  \(inventory.images.count) images\n"
    guard all else { return out }
    out += "\nCommands\n" + wrapped(inventory.commands)
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
    ])
  }
}
