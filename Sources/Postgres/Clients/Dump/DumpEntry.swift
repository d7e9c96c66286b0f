// The table of contents of a dump: every object as an entry, in the order in which pg_dump writes them, which is by kind, then
// schema, then name, moved only as far as one thing needs another.
// Source: dumps of PostgreSQL 15's pg_dump; PostgreSQL 15 manual, reference page pg_dump.

/// Which third of a script an entry belongs to.
enum DumpSection {
  case beforeData, data, afterData

  static let names: [(String, DumpSection)] = [
    ("pre-data", .beforeData), ("data", .data), ("post-data", .afterData),
  ]
}

/// When an entry is restored: privileges come after everything else, materialized views after them.
enum DumpPass { case main, privileges, views }

struct DumpEntry {
  var kind: String
  var tag: String
  /// `-` when it is in none.
  var schema: String
  /// Empty when it has none.
  var owner: String
  var section = DumpSection.beforeData
  var pass = DumpPass.main
  var definition = ""
  var drop = ""
  /// `TABLE public.t`: what ALTER … OWNER TO names; nil when there is no such command.
  var ownerTarget: String?
  /// The lines of a COPY, or INSERT statements.
  var data: DumpData?
  /// The table an entry belongs to, for `-t`.
  var table: Int32 = 0
  var catalog: Int32 = 0
  var oid: Int32 = 0
  /// Entries of tables select tablespace and access method first.
  var selectsTablespace = false
  var selectsAccessMethod = false
  /// The number in an archive's listing.
  var number = 0
}

enum DumpData {
  case copy(header: String, lines: [String])
  case statements([String])
}

/// An object with what follows it directly: its comment, its privileges, its owner's clause.
struct DumpObject {
  /// Identifies it among dependencies.
  var key: String
  var priority: Int
  var schema: String
  var name: String
  /// Among columns of one table.
  var position = 0
  var needs: [String] = []
  var entries: [DumpEntry]
}

enum DumpPriority {
  static let schema = 1
  static let `extension` = 5
  static let type = 6
  static let function = 8
  static let table = 18
  static let attach = 19
  static let columnDefault = 21
  static let data = 24
  static let sequenceValue = 25
  static let constraint = 28
  static let index = 29
  static let indexAttach = 30
  static let trigger = 33
  static let foreignKey = 34
  static let policy = 35
  static let refresh = 40
}

enum DumpOrder {
  /// Sorts, and moves what is needed before what needs it, as late as possible.
  static func arrange(_ objects: [DumpObject]) -> [DumpObject] {
    var sorted = objects
    sorted.sort { a, b in
      if a.priority != b.priority { return a.priority < b.priority }
      let schema = compareBytes(a.schema, b.schema)
      if schema != 0 { return schema < 0 }
      let name = compareBytes(a.name, b.name)
      if name != 0 { return name < 0 }
      return a.position < b.position
    }
    var place: [String: Int] = [:]
    for (index, object) in sorted.enumerated() { place[object.key] = index }
    breakCircles(&sorted, place)
    // How many unplaced objects need each one.
    var waiting = [Int](repeating: 0, count: sorted.count)
    for object in sorted {
      for need in object.needs { if let at = place[need] { waiting[at] += 1 } }
    }
    var isPlaced = [Bool](repeating: false, count: sorted.count)
    var reversed: [DumpObject] = []
    while reversed.count < sorted.count {
      var chosen = sorted.count - 1
      while chosen >= 0, isPlaced[chosen] || waiting[chosen] > 0 { chosen -= 1 }
      isPlaced[chosen] = true
      reversed.append(sorted[chosen])
      for need in sorted[chosen].needs { if let at = place[need] { waiting[at] -= 1 } }
    }
    return reversed.reversed()
  }

  /// Takes out every need that leads back to the object itself: what is left has an order.
  private static func breakCircles(_ objects: inout [DumpObject], _ place: [String: Int]) {
    func reaches(_ from: Int, _ target: Int) -> Bool {
      var seen: Set<Int> = []
      var queue = [from]
      while let at = queue.popLast() {
        if at == target { return true }
        guard seen.insert(at).inserted else { continue }
        for need in objects[at].needs { if let next = place[need] { queue.append(next) } }
      }
      return false
    }
    for index in objects.indices where !objects[index].needs.isEmpty {
      var kept: [String] = []
      for need in objects[index].needs {
        if let at = place[need], !reaches(at, index) { kept.append(need) }
      }
      objects[index].needs = kept
    }
  }
}
