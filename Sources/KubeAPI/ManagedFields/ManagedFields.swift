// `metadata.managedFields`: who set which fields of an object, and when. An update owns what it changed and takes it from others; an
// apply owns what its configuration names, and is refused where that changes what others own (unless forced).
// Sources: apimachinery `util/managedfields`, structured-merge-diff `merge/update.go`.

import SimKernel
package import Unstructured

package struct ManagedFields {
  package struct Entry {
    package var manager: String
    package var isApply: Bool
    package var apiVersion: String
    package var subresource: String
    /// As written; nil for an apply that changed nothing.
    package var time: String?
    package var fields: FieldSet
  }

  package struct Conflict {
    package let manager: String
    package let path: [String]
  }

  package private(set) var entries: [Entry] = []

  package init() {}

  /// Paths nobody owns: they are the server's.
  private static let stripped: FieldSet = {
    var set = FieldSet()
    for name in ["apiVersion", "kind", "metadata"] { set.insert(["f:" + name]) }
    for name in [
      "name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName", "generation", "managedFields",
      "resourceVersion",
    ] {
      set.insert(["f:metadata", "f:" + name])
    }
    return set
  }()

  private func index(_ manager: String, isApply: Bool, _ subresource: String) -> Int? {
    entries.firstIndex { $0.manager == manager && $0.isApply == isApply && $0.subresource == subresource }
  }

  /// What a write through a subresource does not touch.
  private static func limit(_ set: FieldSet, _ kind: Kind, _ subresource: String) -> FieldSet {
    var set = set
    if subresource == "status" {
      set.removeAll(below: "f:spec")
    } else if kind.hasStatus {
      set.removeAll(below: "f:status")
    }
    return set
  }

  // MARK: Update

  package mutating func update(
    _ kind: Kind, from before: Value, to after: Value, manager: String, subresource: String, time: String
  ) {
    let change = FieldComparison(before, after, .of(kind))
    let taken = ManagedFields.limit(change.added.union(change.modified), kind, subresource)
    let removed = ManagedFields.limit(change.removed, kind, subresource)
    for i in entries.indices { entries[i].fields = entries[i].fields.subtracting(taken).subtracting(removed) }
    let mine = taken.subtracting(ManagedFields.stripped)
    if !mine.isEmpty {
      if let i = index(manager, isApply: false, subresource) {
        entries[i].fields = entries[i].fields.union(mine)
        entries[i].time = time
      } else {
        entries.append(
          Entry(
            manager: manager, isApply: false, apiVersion: kind.apiVersion, subresource: subresource, time: time,
            fields: mine))
      }
    }
    entries.removeAll { $0.fields.isEmpty }
  }

  // MARK: Apply

  package enum Outcome {
    /// The object with the configuration in it.
    case merged(Value)
    case conflicts([Conflict])
  }

  /// Applies a configuration to an object. Conflicts over fields in `forgiven` are settled in favour of the configuration.
  package mutating func apply(
    _ kind: Kind, _ config: Value, to live: Value, manager: String, force: Bool, forgiven: FieldSet, time: String
  ) -> Outcome {
    let rule = FieldRule.of(kind)
    var merged = FieldWalk.merge(live, config, rule)
    let fields = ManagedFields.limit(FieldWalk.fields(of: config, rule), kind, "").subtracting(ManagedFields.stripped)
    let place = index(manager, isApply: true, "")
    var others: [FieldSet] = []
    for (i, entry) in entries.enumerated() where i != place { others.append(entry.fields) }
    if let place { FieldWalk.prune(&merged, was: entries[place].fields, now: fields, others: others, rule) }
    let change = FieldComparison(live, merged, rule)
    let taken = ManagedFields.limit(change.added.union(change.modified), kind, "")
    if !force {
      var conflicts: [Conflict] = []
      for (i, entry) in entries.enumerated() where i != place {
        let contested = entry.fields.intersection(taken).subtracting(forgiven)
        for path in contested.paths { conflicts.append(Conflict(manager: shown(entry), path: path)) }
      }
      if !conflicts.isEmpty { return .conflicts(conflicts) }
    }
    for i in entries.indices where i != place {
      entries[i].fields = entries[i].fields.subtracting(taken).subtracting(change.removed)
    }
    let changes = !taken.isEmpty || !change.removed.isEmpty
    if let place {
      entries[place].fields = fields
      entries[place].apiVersion = kind.apiVersion
      if changes { entries[place].time = time }
    } else {
      entries.append(
        Entry(
          manager: manager, isApply: true, apiVersion: kind.apiVersion, subresource: "", time: changes ? time : nil,
          fields: fields))
    }
    entries.removeAll { $0.fields.isEmpty }
    return .merged(merged)
  }

  /// `"kubectl-edit" using apps/v1`
  private func shown(_ entry: Entry) -> String {
    var text = goQuoted(entry.manager)
    if !entry.subresource.isEmpty { text += " with subresource \(goQuoted(entry.subresource))" }
    return entry.isApply ? text : text + " using " + entry.apiVersion
  }

  /// The refusal of an apply.
  package static func refusal(_ conflicts: [Conflict]) -> Status {
    var text = "Apply failed with "
    if conflicts.count == 1 {
      text += "1 conflict: conflict with \(conflicts[0].manager): \(FieldSet.text(conflicts[0].path))"
    } else {
      var managers: [String] = []
      for conflict in conflicts where !managers.contains(conflict.manager) { managers.append(conflict.manager) }
      var lines: [String] = []
      for manager in managers.sorted() {
        lines.append("conflicts with \(manager):")
        for conflict in conflicts where conflict.manager == manager {
          lines.append("- " + FieldSet.text(conflict.path))
        }
      }
      text += "\(conflicts.count) conflicts: " + lines.joined(separator: "\n")
    }
    var status = Status(code: 409, reason: "Conflict", message: text)
    for conflict in conflicts {
      status.causes.append(
        Cause(
          reason: "FieldManagerConflict", message: "conflict with \(conflict.manager)",
          field: FieldSet.text(conflict.path)))
    }
    return status
  }

  // MARK: Moving from client-side to server-side apply

  static let annotation = [
    "f:metadata", "f:annotations", "f:kubectl.kubernetes.io/last-applied-configuration",
  ]

  /// Who owns the annotation of client-side apply.
  package func annotationOwners(isApply: Bool) -> [String] {
    var names: [String] = []
    for entry in entries
    where entry.isApply == isApply && entry.subresource.isEmpty && entry.fields.contains(ManagedFields.annotation) {
      names.append(entry.manager)
    }
    return names
  }

  /// Gives what the client-side managers own to the server-side one.
  package mutating func migrate(_ managers: [String], to manager: String) {
    guard let place = index(manager, isApply: true, "") else { return }
    for name in managers {
      guard let i = index(name, isApply: false, "") else { continue }
      entries[place].fields = entries[place].fields.union(entries[i].fields)
      entries[i].fields = FieldSet()
    }
    entries.removeAll { $0.fields.isEmpty }
  }

  /// The fields of the last client-side apply that still have the values it gave them.
  package static func unchanged(since lastApplied: Value, in live: Value, _ kind: Kind) -> FieldSet {
    let rule = FieldRule.of(kind)
    let change = FieldComparison(lastApplied, live, rule)
    return FieldWalk.fields(of: lastApplied, rule).subtracting(change.modified).subtracting(change.removed)
  }

  // MARK: Form

  /// The entries as objects show them: applies first, then by time, manager and subresource.
  package var value: Value {
    func isBefore(_ a: Entry, _ b: Entry) -> Bool {
      if a.isApply != b.isApply { return a.isApply }
      if a.time != b.time { return a.time ?? "" < b.time ?? "" }
      if a.manager != b.manager { return a.manager < b.manager }
      return a.subresource < b.subresource
    }
    var list: [Value] = []
    for entry in entries.sorted(by: isBefore) {
      var value: Value = [
        "manager": .string(entry.manager), "operation": entry.isApply ? "Apply" : "Update",
        "apiVersion": .string(entry.apiVersion),
      ]
      if let time = entry.time { value["time"] = .string(time) }
      value["fieldsType"] = "FieldsV1"
      value["fieldsV1"] = entry.fields.value
      if !entry.subresource.isEmpty { value["subresource"] = .string(entry.subresource) }
      list.append(value)
    }
    return .array(list)
  }

  /// An object of a kind with nothing in it: what a create is compared with.
  package static func blank(_ kind: Kind) -> Value { Decoding.normalize(kind, [:]) }
}
