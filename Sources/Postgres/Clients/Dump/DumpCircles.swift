// The warning of pg_dump -a about tables whose foreign keys lead back to themselves: they cannot be put in order.

internal import SimKernel

extension ClientTools {
  /// Tables whose foreign keys lead back to themselves cannot be put in order.
  static func circles(_ session: ClientSession, _ collector: DumpCollector) -> String {
    var next: [Int32: [Int32]] = [:]
    var dumped: [Int32] = []
    for object in collector.objects where object.priority == DumpPriority.data {
      dumped.append(object.entries[0].table)
    }
    for oid in dumped {
      for constraint in session.catalog.relation(oid)?.constraints ?? [] where constraint.kind == .foreignKey {
        if dumped.contains(constraint.foreignTable) { next[oid, default: []].append(constraint.foreignTable) }
      }
    }
    func reaches(_ from: Int32, _ target: Int32) -> Bool {
      var seen: Set<Int32> = []
      var queue = next[from] ?? []
      while let oid = queue.popLast() {
        if oid == target { return true }
        if seen.insert(oid).inserted { queue += next[oid] ?? [] }
      }
      return false
    }
    // One warning for every circle, in the order of names.
    var left: [(name: String, oid: Int32)] = []
    for oid in dumped where reaches(oid, oid) { left.append((session.catalog.relation(oid)?.name ?? "", oid)) }
    left.sort { compareBytes($0.name, $1.name) < 0 }
    var text = ""
    while let first = left.first {
      var names: [String] = []
      for entry in left where reaches(first.oid, entry.oid) && reaches(entry.oid, first.oid) {
        names.append(entry.name)
      }
      left.removeAll { names.contains($0.name) }
      text +=
        names.count > 1
        ? "pg_dump: warning: there are circular foreign-key constraints among these tables:\n"
        : "pg_dump: warning: there are circular foreign-key constraints on this table:\n"
      for name in names { text += "pg_dump: detail: \(name)\n" }
      text +=
        "pg_dump: hint: You might not be able to restore the dump without using --disable-triggers or temporarily dropping the constraints.\n"
      text +=
        "pg_dump: hint: Consider using a full dump instead of a --data-only dump to avoid this problem.\n"
    }
    return text
  }
}
