// Who set which fields, kept for `metadata.managedFields` and for server-side apply. Hardly anybody asks, so writes are only noted,
// with the versions before and after; what they mean for ownership is worked out when someone looks, or when a note-book grows long.
// Successive writes of one manager count as one. Events and leases are not followed.

import KubeAPI
import SimKernel
package import Unstructured

/// What has been written to one object since its fields' owners were last worked out.
final class FieldJournal {
  struct Record {
    let manager: String
    /// Nil for a controller's write, whose parts belong to different subresources.
    let subresource: String?
    var time: String
    /// Nil for the making of the object.
    let before: Value?
    var after: Value
  }

  static let recordsMax = 12

  var settled = ManagedFields()
  var records: [Record] = []

  func note(_ record: Record) {
    if let last = records.last, last.manager == record.manager, last.subresource == record.subresource,
      last.before != nil
    {
      records[records.count - 1].after = record.after
      records[records.count - 1].time = record.time
    } else {
      records.append(record)
    }
  }

  func settle(_ kind: Kind) {
    for record in records {
      let before = record.before ?? ManagedFields.blank(kind)
      guard record.subresource == nil else {
        settled.update(
          kind, from: before, to: record.after, manager: record.manager, subresource: record.subresource!,
          time: record.time)
        continue
      }
      // Controllers scale through `scale`, report through `status`, and deployments get their annotations there too.
      var middle = record.after
      middle["status"] = before["status"]
      let scales = (kind == .deployment || kind == .statefulSet) && before["spec"] != record.after["spec"]
      if kind == .deployment, !scales { middle = before }
      settled.update(
        kind, from: before, to: middle, manager: record.manager, subresource: scales ? "scale" : "",
        time: record.time)
      settled.update(
        kind, from: middle, to: record.after, manager: record.manager, subresource: kind.hasStatus ? "status" : "",
        time: record.time)
    }
    records = []
  }
}

/// The journals of all objects.
final class FieldJournals {
  private var byUID: [String: FieldJournal] = [:]

  func has(_ uid: String) -> Bool { byUID[uid] != nil }

  func of(_ uid: String) -> FieldJournal {
    if let journal = byUID[uid] { return journal }
    let journal = FieldJournal()
    byUID[uid] = journal
    return journal
  }

  func forget(_ uid: String) { byUID[uid] = nil }
}

extension APIServer {
  static let lastAppliedKey = "kubectl.kubernetes.io/last-applied-configuration"

  func track(
    _ kind: Kind, uid: String, from before: Value?, to after: Value, manager: String, subresource: String?
  ) {
    guard kind != .event, kind != .lease else { return }
    let journal = journals.of(uid)
    journal.note(
      FieldJournal.Record(
        manager: manager, subresource: subresource, time: world.civilNow.rfc3339, before: before, after: after))
    if journal.records.count > FieldJournal.recordsMax { journal.settle(kind) }
  }

  func journal(_ kind: Kind, _ uid: String) -> FieldJournal {
    let journal = journals.of(uid)
    journal.settle(kind)
    return journal
  }

  /// The object (or list) with its managed fields.
  package func withManagedFields(_ object: Value) -> Value {
    var object = object
    if let items = object["items"]?.array, object["kind"]?.string?.hasSuffix("List") == true {
      var shown: [Value] = []
      for item in items { shown.append(withManagedFields(item)) }
      object["items"] = .array(shown)
      return object
    }
    guard let kind = Kinds.of(object), let uid = object[path: "metadata", "uid"]?.string, journals.has(uid)
    else {
      return object
    }
    let fields = journal(kind, uid).settled
    if !fields.entries.isEmpty { object.set(["metadata", "managedFields"], fields.value) }
    return object
  }
}
