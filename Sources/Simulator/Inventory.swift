// What the simulator models, read from the same tables that run it: what `ardoise coverage` prints.

import Images
import KubeAPI
import Kubectl
import Postgres
import SimKernel
import SimMachine

package struct Inventory {
  package struct Option {
    /// Like `--watch`.
    package let name: String
    /// `works`, `accepted without effect` or `not simulated`.
    package let mark: String
  }

  package struct KnownVerb {
    /// Like `rollout status`.
    package let path: String
    package let isSimulated: Bool
    package let flags: [Option]
  }

  package struct Resource {
    package let kind: String
    package let apiVersion: String
  }

  /// Programs on the learner's machine, sorted.
  package let commands: [String]
  /// Programs that are there and say that they are not simulated, sorted.
  package let declaredCommands: [String]
  /// kubectl's verbs, in the order of its help.
  package let verbs: [KnownVerb]
  package let kinds: [Resource]
  /// First words of the SQL statements that are carried out.
  package let statements: [String]
  /// SQL functions, sorted, and how many more are known by name.
  package let functions: [String]
  package let functionsNotSimulated: Int
  /// Tables and views of PostgreSQL's catalogue, sorted.
  package let relations: [String]
  /// psql's commands behind a backslash, sorted.
  package let metaCommands: [String]
  /// Repositories of images that can run, sorted.
  package let images: [String]

  package static func current() -> Inventory {
    var verbs: [KnownVerb] = []
    for verb in Verb.all { add(verb, path: verb.name, to: &verbs) }
    var kinds: [Resource] = []
    for kind in Kinds.all + Kinds.aggregated {
      kinds.append(
        Resource(kind: kind.kind, apiVersion: kind.group.isEmpty ? kind.version : kind.group + "/" + kind.version))
    }
    let sql = SQLInventory.current
    let table = Session().machine.commands
    var commands: [String] = []
    var declared: [String] = []
    for name in table.names.sorted() {
      if table.isModelled(name) { commands.append(name) } else { declared.append(name) }
    }
    return Inventory(
      commands: commands, declaredCommands: declared, verbs: verbs, kinds: kinds,
      statements: sql.statements, functions: sql.functions, functionsNotSimulated: sql.otherFunctions,
      relations: sql.relations, metaCommands: sql.metaCommands,
      images: ImageCatalogue.all.names.sorted())
  }

  /// A verb that only holds others is not listed itself.
  private static func add(_ verb: Verb, path: String, to list: inout [KnownVerb]) {
    if verb.verbs.isEmpty || !verb.flags.isEmpty || !verb.isSimulated {
      var flags: [Option] = []
      for flag in verb.flags { flags.append(Option(name: "--" + flag.name, mark: flag.mark.rawValue)) }
      list.append(KnownVerb(path: path, isSimulated: verb.isSimulated, flags: flags))
    }
    for inner in verb.verbs { add(inner, path: path + " " + inner.name, to: &list) }
  }
}
