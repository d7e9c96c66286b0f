// kubectl explain: the real tree of fields and types. The texts that describe the fields are the API's documentation and are not
// copied; a mark stands in their place.

import KubeAPI
import KubeCluster
import SimKernel
import Unstructured

extension Verb {
  static let explain = Verb(
    "explain", .intermediate, usage: "TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [options]",
    synopsis: "Get documentation for a resource", examples: ["kubectl explain sts.spec.updateStrategy"],
    flags: [
      .string("api-version", "", "", "group and version"), .string("output", "o", "plaintext", .accepted, "format"),
      .bool("recursive", "", false, "the fields of the fields too"),
    ], run: Explain.run)
}

enum Explain {
  private static let mark = "(field descriptions are not part of this simulator)"

  @Sendable static func run(_ call: Call) throws(Failure) {
    guard let first = call.arguments.first else {
      throw .text(
        "You must specify the type of resource to explain. Use \"kubectl api-resources\" for a complete list of supported resources."
      )
    }
    if call.arguments.count > 1 {
      throw .text("We accept only this format: explain RESOURCE")
    }
    try call.client.discover()
    var parts = first.pieces(".")
    var kind = Kinds.named(parts.removeFirst())
    // `deployments.apps.spec`: the group may follow the type.
    if let found = kind, !found.group.isEmpty {
      let group = found.group.pieces(".")
      if parts.count >= group.count, Array(parts[..<group.count]) == group { parts.removeFirst(group.count) }
    }
    if call.flags.changed("api-version"), let found = kind {
      let wanted = call.flags.string("api-version")
      kind = Kinds.of(apiVersion: wanted, kind: found.kind)
      if kind == nil {
        throw .text("couldn't find resource for \(goQuoted(wanted + ", Resource=" + found.plural))")
      }
    }
    guard let kind else { throw .raw("the server doesn't have a resource type \(goQuoted(first.pieces(".")[0]))") }
    let format = call.flags.string("output")
    if format != "plaintext" {
      if format == "plaintext-openapiv2" { throw call.notSimulated("kubectl explain --output=\(format)") }
      throw .text("unrecognized format: \(format)")
    }
    guard let root = Schema.root(kind) else { throw call.notSimulated("kubectl explain \(kind.plural)") }
    var text = kind.group.isEmpty ? "" : "GROUP:      \(kind.group)\n"
    text += "KIND:       \(kind.kind)\nVERSION:    \(kind.version)\n\n"
    var structure: Structure? = root
    if !parts.isEmpty {
      var field: Field?
      for part in parts {
        guard let next = structure?.members[part] else {
          call.print(text)
          throw .text("field \(goQuoted(part)) does not exist")
        }
        field = next
        structure = next.type.structureName.flatMap { Schema.structure($0) }
      }
      if let field {
        text += "FIELD: \(field.name) <\(field.type.explainName)>\n"
        if let values = ExplainFacts.values(field.type) {
          text += "ENUM:\n"
          for value in values { text += "    \(value.isEmpty ? "\"\"" : value)\n" }
          text += "\n"
        } else {
          text += "\n\n"
        }
      }
    }
    text += "DESCRIPTION:\n    \(mark)\n    \n"
    if let structure {
      text += "FIELDS:\n"
      list(structure, 1, recursive: call.flags.bool("recursive"), depth: 0, &text)
    }
    call.print(text + "\n")
  }

  private static func list(_ structure: Structure, _ level: Int, recursive: Bool, depth: Int, _ text: inout String) {
    guard depth < 24 else { return }
    let indent = String(repeating: "  ", count: level)
    for (name, field) in structure.members.sortedByKey {
      let required = ExplainFacts.isRequired(field) ? " -required-" : ""
      text += "\(indent)\(name)\t<\(field.type.explainName)>\(required)\n"
      if let values = ExplainFacts.enumeration(field.type) { text += "\(indent)\(values)\n" }
      if recursive {
        if let inner = field.type.structureName, inner != structure.name, let next = Schema.structure(inner) {
          list(next, level + 1, recursive: true, depth: depth + 1, &text)
        }
      } else {
        text += "\(indent)  \(mark)\n\n"
      }
    }
  }
}
