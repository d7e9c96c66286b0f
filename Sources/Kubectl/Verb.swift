// A verb of kubectl: what it is called, what it takes, what it does. Help, parsing, dispatch and the coverage page all read the
// same value; `Verb.all` is the table of them.

import KubeAPI
package import SimKernel
import SimMachine

package struct Verb: Sendable {
  /// The headings under which `kubectl` lists its verbs.
  package enum Group: String, Sendable {
    case beginner = "Basic Commands (Beginner):"
    case intermediate = "Basic Commands (Intermediate):"
    case deploy = "Deploy Commands:"
    case cluster = "Cluster Management Commands:"
    case troubleshooting = "Troubleshooting and Debugging Commands:"
    case advanced = "Advanced Commands:"
    case settings = "Settings Commands:"
    case other = "Other Commands:"
    case none = ""
  }

  package let name: String
  package let aliases: [String]
  package let group: Group
  /// What follows the verb's path in a usage line.
  package let usage: String
  /// What it does, in our own words.
  package let synopsis: String
  package let examples: [String]
  package let flags: [Flag]
  package let verbs: [Verb]
  /// False when the verb itself is not simulated.
  package let isSimulated: Bool
  /// What passes between the start and the first thing it does.
  let latency: KubectlTimings.Start
  let run: @Sendable (Call) throws(Failure) -> Void

  init(
    _ name: String, aliases: [String] = [], _ group: Group = .none, usage: String = "", synopsis: String,
    examples: [String] = [], flags: [Flag] = [], verbs: [Verb] = [], isSimulated: Bool = true,
    latency: KubectlTimings.Start = .server, run: @escaping @Sendable (Call) throws(Failure) -> Void
  ) {
    self.name = name
    self.aliases = aliases
    self.group = group
    self.usage = usage
    self.synopsis = synopsis
    self.examples = examples
    self.flags = flags
    self.verbs = verbs
    self.isSimulated = isSimulated
    self.latency = latency
    self.run = run
  }

  func named(_ word: String) -> Verb? {
    for verb in verbs where verb.name == word || verb.aliases.contains(word) { return verb }
    return nil
  }

  /// A verb that is only there to hold others: without one of them it prints its help.
  static func family(
    _ name: String, aliases: [String] = [], _ group: Group = .none, synopsis: String, verbs: [Verb],
    toOutput: Bool = false, exitCode: Int32 = 1
  ) -> Verb {
    Verb(
      name, aliases: aliases, group, usage: "SUBCOMMAND [options]", synopsis: synopsis, verbs: verbs, latency: .local,
      run: { (call) throws(Failure) in try Verb.showFamily(call, toOutput || exitCode == 0 ? 1 : 2, exitCode) })
  }

  private static func showFamily(_ call: Call, _ descriptor: Int, _ exitCode: Int32) throws(Failure) {
    if exitCode != 0, !call.arguments.isEmpty {
      throw .usage(call.path, "unknown command \(goQuoted(call.arguments.joined(separator: " ")))")
    }
    call.process.write(descriptor, Help.text(call.verb, path: call.path))
    throw .exit(exitCode)
  }

  /// A verb or sub-verb that is declared and says so.
  static func notSimulated(
    _ name: String, _ group: Group = .none, usage: String = "", synopsis: String, verbs: [Verb] = [],
    flags: [Flag] = []
  ) -> Verb {
    Verb(
      name, group, usage: usage, synopsis: synopsis, flags: flags, verbs: verbs, isSimulated: false,
      run: Verb.runNotSimulated)
  }
  private static func runNotSimulated(_ call: Call) throws(Failure) { throw call.notSimulated(call.path) }
}

/// How long the real program takes, as measured on a small machine; part of a session's profile.
package struct KubectlTimings {
  /// What a verb does before it acts.
  package enum Start: Sendable {
    /// Reads its own files at most.
    case local
    /// Asks the server once.
    case server
    /// Asks for the API's schema as well.
    case schema
  }

  package var local = Interval.milliseconds(45)
  package var server = Interval.milliseconds(90)
  package var schema = Interval.milliseconds(170)
  /// Between one object and the next of the same command.
  package var perObject = Interval.milliseconds(12)
  /// Between one applied object and the next.
  package var perApply = Interval.milliseconds(35)
  /// Between the last output and the end of the process.
  package var end = Interval.milliseconds(25)

  package init() {}

  func start(_ start: Start) -> Interval {
    switch start {
    case .local: return local
    case .server: return server
    case .schema: return schema
    }
  }
}
