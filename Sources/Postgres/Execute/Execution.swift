// The state of a running query: frames of rows, what subqueries gave, and the budget of steps.

internal import SimKernel

struct TupleReference {
  let relation: Int32
  let heap: Heap
  let index: Int
}

struct JoinedRow {
  var values: Row
  var tuples: [TupleReference?]
}

final class Frame {
  var values: Row = []
  var tuples: [TupleReference?] = []
  var aggregates: Row = []
  var groups: Row = []
  /// Keys that the current grouping set leaves out.
  var ungrouped: Set<Int> = []
  var windows: Row = []
  var sets: Row = []
  var caseTest: Value = .null
  var domainValue: Value = .null
  let parent: Frame?
  init(parent: Frame?) { self.parent = parent }

  func up(_ level: Int) -> Frame {
    var frame = self
    for _ in 0..<level { if let parent = frame.parent { frame = parent } }
    return frame
  }
}

/// One statement being run.
final class Execution {
  let session: ClientSession
  var snapshot: Snapshot
  var commonTables: [Int: [Row]] = [:]
  var commonPlans: [Int: CommonPlan] = [:]
  /// Results of subqueries that do not depend on outer rows.
  var cache: [Int: [Row]] = [:]
  var hashed: [Int: SubqueryHash] = [:]
  var steps: Int64 = 0
  var depth = 0
  var parameters: Row = []

  init(session: ClientSession, snapshot: Snapshot) {
    self.session = session
    self.snapshot = snapshot
    if let frame = session.callFrame { parameters = frame.values }
  }

  static let stepLimit: Int64 = 40_000_000
  static let rowLimit = 3_000_000

  func step(_ count: Int64 = 1) throws(SQLError) {
    steps += count
    if steps > Execution.stepLimit {
      throw .notSimulated("limit: a statement of more than \(Execution.stepLimit) steps")
    }
  }
}

final class SubqueryHash {
  var keys: Set<String> = []
  var hasNull = false
  var isEmpty = true
}
