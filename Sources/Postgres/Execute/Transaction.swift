// What a transaction holds, and what lives in a session: savepoints, deferred checks, prepared statements, cursors.

internal import SimKernel

final class Transaction {
  /// Assigned at the first write.
  var xid: Int64 = 0
  /// Live subtransactions, innermost last, with the state to return to.
  var savepoints: [Savepoint] = []
  var own: Set<Int64> = []
  var command: Int32 = 0
  /// Catalogue as this transaction has changed it.
  var catalog: Catalog?
  var isExplicit: Bool
  var hasFailed = false
  var isReadOnly = false
  var isolation = "read committed"
  var snapshot: Snapshot?
  let start: Int64
  var savedSettings: [(name: String, value: String?, local: Bool)] = []
  var deferred: [DeferredCheck] = []
  var deferredTriggers: [(TriggerInfo, AfterRow)] = []
  var allDeferred: Bool?
  /// What SET CONSTRAINTS said of single constraints, by oid.
  var deferral: [Int32: Bool] = [:]
  var notifications: [(String, String)] = []
  var dropOnCommit: [Int32] = []
  /// The roles as they were before this transaction changed any: they belong to no catalogue that could be thrown away.
  var rolesBefore: OrderedMap<String, Role>?
  var statements = 0
  init(isExplicit: Bool, start: Int64) {
    self.isExplicit = isExplicit
    self.start = start
  }
}

extension Transaction {
  func isDeferred(_ t: TriggerInfo) -> Bool { t.deferrable && (deferral[t.oid] ?? allDeferred ?? t.initiallyDeferred) }
  func isDeferred(_ c: Constraint) -> Bool { c.deferrable && (deferral[c.oid] ?? allDeferred ?? c.initiallyDeferred) }
}

struct Savepoint {
  let name: String
  let xid: Int64
  let catalog: Catalog?
  let settings: Int
  let roles: OrderedMap<String, Role>
}

struct DeferredCheck {
  let table: Int32
  let constraint: String
  let row: Row
  let isReferenced: Bool
  /// A unique constraint that is checked at the end of the statement or transaction.
  var isUnique = false
  var index: Int32 = 0
}

struct PreparedStatement {
  let name: String
  let types: [SQLType]
  let statement: Statement
  let text: String
  let preparedAt: Int64
}

final class Cursor {
  let name: String
  let text: String
  let createdAt: Int64
  let rows: [Row]
  let columns: [OutputColumn]
  let isHold: Bool
  var position = 0
  /// Where the rows come from, when each is a row of one table: what WHERE CURRENT OF means.
  var places: [(table: Value, row: Value)] = []
  /// Declared SCROLL or NO SCROLL.
  var scrolls: Bool?
  init(name: String, text: String, createdAt: Int64, rows: [Row], columns: [OutputColumn], isHold: Bool) {
    self.name = name
    self.text = text
    self.createdAt = createdAt
    self.rows = rows
    self.columns = columns
    self.isHold = isHold
  }
}

struct CopyInState {
  let statement: CopyStatement
  let table: Int32
  let columns: [Int]
  let options: CopyOptions
}

extension Transaction {
  /// The same message is told once.
  func notify(_ channel: String, _ payload: String) {
    if notifications.contains(where: { $0.0 == channel && $0.1 == payload }) { return }
    notifications.append((channel, payload))
  }
}
