// Validation of `metadata` (apimachinery api/validation/objectmeta.go).

import SimKernel
import Unstructured

enum MetadataValidation {
  static func validate(_ checker: inout Checker) {
    let metadata = checker.object["metadata"] ?? [:]
    let name = metadata["name"]?.string ?? ""
    let generateName = metadata["generateName"]?.string ?? ""
    if name.isEmpty, generateName.isEmpty {
      checker.required("metadata.name", "name or generateName is required")
    } else if !name.isEmpty {
      for problem in nameProblems(checker.kind, name) {
        checker.invalid("metadata.name", .string(name), problem)
      }
    }
    if checker.kind.namespaced, let namespace = metadata["namespace"]?.string, !namespace.isEmpty {
      checker.invalidEach("metadata.namespace", .string(namespace), Names.dnsLabelProblems(namespace))
    }
    labels(&checker, metadata["labels"], "metadata.labels")
    annotations(&checker, metadata["annotations"], "metadata.annotations")
    for (index, owner) in (metadata["ownerReferences"]?.array ?? []).enumerated() {
      let at = "metadata.ownerReferences[\(index)]"
      if (owner["apiVersion"]?.string ?? "").isEmpty {
        checker.invalid(at + ".apiVersion", owner["apiVersion"] ?? "", "version must not be empty")
      }
      for name in ["kind", "name", "uid"] where (owner[name]?.string ?? "").isEmpty {
        checker.invalid("\(at).\(name)", "", "must not be empty")
      }
    }
    for (index, finalizer) in (metadata["finalizers"]?.array ?? []).enumerated() {
      let name = finalizer.string ?? ""
      let problems = Names.qualifiedNameProblems(name)
      checker.invalidEach("metadata.finalizers", finalizer, problems)
      if !name.utf8.contains(47), !["kubernetes", "orphan", "foregroundDeletion"].contains(name) {
        checker.invalid(
          "metadata.finalizers[\(index)]", finalizer,
          "name is neither a standard finalizer name nor is it fully qualified")
      }
    }
    if let old = checker.old {
      for field in ["name", "namespace", "uid", "creationTimestamp"] {
        let before = old[path: "metadata", field]
        let after = metadata[field]
        if let before, let after, before != after {
          checker.invalid("metadata." + field, after, "field is immutable")
        }
      }
      if old[path: "metadata", "deletionTimestamp"] != nil { noNewFinalizers(&checker, old) }
    }
  }

  private static func noNewFinalizers(_ checker: inout Checker, _ old: Value) {
    let before = old[path: "metadata", "finalizers"]?.array ?? []
    var added: [String] = []
    for finalizer in checker.object[path: "metadata", "finalizers"]?.array ?? [] where !before.contains(finalizer) {
      added.append("\"\(finalizer.string ?? "")\"")
    }
    if added.isEmpty { return }
    added.sort()
    checker.forbidden(
      "metadata.finalizers",
      "no new finalizers can be added if the object is being deleted, found new finalizers "
        + "[]string{\(added.joined(separator: ", "))}")
  }

  /// How a kind's names are checked.
  static func nameProblems(_ kind: Kind, _ name: String) -> [String] {
    switch kind.plural {
    case "services": return Names.dns1035Problems(name)
    case "namespaces": return Names.dnsLabelProblems(name)
    case "roles", "clusterroles", "rolebindings", "clusterrolebindings": return pathSegmentProblems(name)
    default: return Names.dnsSubdomainProblems(name)
    }
  }

  static func pathSegmentProblems(_ name: String) -> [String] {
    if name == "." || name == ".." { return ["may not be '\(name)'"] }
    var problems: [String] = []
    for (byte, text) in [(UInt8(47), "/"), (UInt8(37), "%")] where name.utf8.contains(byte) {
      problems.append("may not contain '\(text)'")
    }
    return problems
  }

  static func labels(_ checker: inout Checker, _ labels: Value?, _ field: String) {
    for (key, value) in labels?.object?.sortedByKey ?? [] {
      checker.invalidEach(field, .string(key), Names.qualifiedNameProblems(key))
      checker.invalidEach(field, value, Names.labelValueProblems(value.string ?? ""))
    }
  }

  static func annotations(_ checker: inout Checker, _ annotations: Value?, _ field: String) {
    var size = 0
    for (key, value) in annotations?.object?.sortedByKey ?? [] {
      checker.invalidEach(field, .string(key), Names.qualifiedNameProblems(key.lowercased()))
      size += key.utf8.count + (value.string ?? "").utf8.count
    }
    if size > 262_144 { checker.tooLong(field, 262_144) }
  }
}
