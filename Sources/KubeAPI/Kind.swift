// A resource type of the API: what discovery says about it (names, scope, verbs) and what the server does with its
// objects (columns, defaults, validation). One file per kind lies in Kinds/; the table of all of them is Kinds.swift.

import SimKernel
package import Unstructured

/// A resource type of the simulated 1.32 cluster. Two kinds are the same when group and plural agree.
package struct Kind: Sendable {
  /// The API group; empty for the core group.
  package let group: String
  package let version: String
  /// The kind as written in manifests: `StatefulSet`.
  package let kind: String
  /// The resource name: `statefulsets`.
  package let plural: String
  package let singular: String
  package let shortNames: [String]
  /// `all`, or `api-extensions`.
  package let categories: [String]
  package let namespaced: Bool
  /// As discovery lists them, sorted.
  package let verbs: [String]
  /// `status`, `scale`, …
  package let subresources: [String]
  /// The server-side table's columns, wide ones included (priority 1).
  package let columns: [Column]
  /// The cells of one row, one per column.
  package let row: @Sendable (TableRow) -> [String]
  /// Fills in what the API server fills in on every write.
  package let defaults: @Sendable (inout Value) -> Void
  /// Appends a cause for everything the API server refuses.
  package let validate: @Sendable (inout Checker) -> Void

  package init(
    _ kind: String, _ plural: String, group: String = "", version: String = "v1", short: [String] = [],
    categories: [String] = [], namespaced: Bool = true, verbs: [String] = Kind.allVerbs,
    subresources: [String] = [], columns: [Column] = Column.nameAge,
    row: @Sendable @escaping (TableRow) -> [String] = { [$0.name, $0.age] },
    defaults: @Sendable @escaping (inout Value) -> Void = { _ in },
    validate: @Sendable @escaping (inout Checker) -> Void = { _ in }
  ) {
    self.kind = kind
    self.plural = plural
    self.group = group
    self.version = version
    self.singular = kind.lowercased()
    self.shortNames = short
    self.categories = categories
    self.namespaced = namespaced
    self.verbs = verbs
    self.subresources = subresources
    self.columns = columns
    self.row = row
    self.defaults = defaults
    self.validate = validate
  }

  package static let allVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]

  /// `apps/v1`, or `v1` for the core group.
  package var apiVersion: String { group.isEmpty ? version : group + "/" + version }
  /// `statefulsets.apps`, `pods`: the resource as error messages name it.
  package var qualifiedPlural: String { group.isEmpty ? plural : plural + "." + group }
  /// `statefulset.apps`, `pod`: the kind as result lines and `-o name` print it.
  package var qualifiedSingular: String { group.isEmpty ? singular : singular + "." + group }
  package var hasStatus: Bool { subresources.contains("status") }
  package var isScalable: Bool { subresources.contains("scale") }
}

extension Kind: Hashable {
  package static func == (a: Kind, b: Kind) -> Bool {
    a.plural == b.plural && a.group == b.group && a.version == b.version
  }
  package func hash(into hasher: inout Hasher) { hasher.combine(plural) }
}

/// A column of a server-side table.
package struct Column: Equatable, Sendable {
  /// Mixed case as the server sends it; kubectl upper-cases.
  package let name: String
  /// 0 always shown, 1 only with `-o wide`.
  package let priority: Int

  package init(_ name: String, wide: Bool = false) {
    self.name = name
    self.priority = wide ? 1 : 0
  }

  /// Plain columns first, then those of `-o wide`.
  package static func list(_ plain: [String], wide: [String] = []) -> [Column] {
    var columns: [Column] = []
    for name in plain { columns.append(Column(name)) }
    for name in wide { columns.append(Column(name, wide: true)) }
    return columns
  }

  package static let nameAge = Column.list(["Name", "Age"])
}
