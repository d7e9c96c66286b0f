// The rows of a table as versions, and which of them a transaction sees: an update leaves the old version and appends the new
// one, as PostgreSQL's heap does, so that the order of an unordered SELECT is the real one.
// Source: PostgreSQL 15 manual, chapter 13 "Concurrency Control" and 73.6 "Database Page Layout".

internal import SimKernel

struct Tuple {
  var values: Row
  var xmin: Int64
  var cmin: Int32
  var xmax: Int64 = 0
  var cmax: Int32 = 0
  /// FOR UPDATE and the like: locked, not removed.
  var lockOnly = false
  /// Where an update put the next version of the row.
  var successor: (page: Int32, item: Int32)?
  var page: Int32 = 0
  var item: Int32 = 0
}

final class Heap {
  var tuples: [Tuple] = []
  /// Bytes used on the last page.
  private var pageUsed = 24
  private var page: Int32 = 0
  private var item: Int32 = 0
  /// Key → versions, for unique indexes; built on demand and kept by insertions.
  var uniqueKeys: [Int32: [String: [Int]]] = [:]
  var wasVacuumed = false

  init() {}

  var pageCount: Int64 { tuples.isEmpty && item == 0 ? 0 : Int64(page) + 1 }

  @discardableResult
  func append(_ values: Row, xmin: Int64, cmin: Int32, width: Int) -> Int {
    let size = (24 + width + 7) / 8 * 8 + 4
    if pageUsed + size > 8_192, item > 0 {
      page += 1
      item = 0
      pageUsed = 24
    }
    pageUsed += size
    item += 1
    tuples.append(Tuple(values: values, xmin: xmin, cmin: cmin, page: page, item: item))
    return tuples.count - 1
  }

  /// The same row versions, apart from these.
  func copied() -> Heap {
    let heap = Heap()
    heap.tuples = tuples
    heap.pageUsed = pageUsed
    heap.page = page
    heap.item = item
    return heap
  }

  /// Drops versions that nobody can see (VACUUM).
  func vacuum(_ isDead: (Tuple) -> Bool) {
    wasVacuumed = true
    var kept: [Tuple] = []
    for tuple in tuples where !isDead(tuple) { kept.append(tuple) }
    if kept.count != tuples.count {
      tuples = kept
      uniqueKeys = [:]
    }
  }

  /// Writes everything anew (VACUUM FULL, CLUSTER, table rewrites).
  func copy(_ rows: [Row], xmin: Int64, width: (Row) -> Int) -> Heap {
    let heap = Heap()
    for row in rows { heap.append(row, xmin: xmin, cmin: 0, width: width(row)) }
    return heap
  }
}

/// Fates of transactions.
final class TransactionLog {
  enum Fate: UInt8 { case running, committed, aborted }
  private(set) var next: Int64 = 734
  private var fates: [Int64: Fate] = [:]
  /// Subtransaction → the top transaction.
  private var parents: [Int64: Int64] = [:]

  init() {}

  func begin(parent: Int64? = nil) -> Int64 {
    let xid = next
    next += 1
    fates[xid] = .running
    if let parent { parents[xid] = parent }
    return xid
  }
  /// Begins as another log stands: what still runs there has never been committed here.
  func take(over other: TransactionLog) {
    next = other.next
    fates = other.fates
    parents = other.parents
    for (id, fate) in other.fates where fate == .running { fates[id] = .aborted }
  }
  func finish(_ xid: Int64, _ fate: Fate) { fates[xid] = fate }
  func fate(_ xid: Int64) -> Fate { fates[xid] ?? .committed }
  func top(_ xid: Int64) -> Int64 {
    var current = xid
    while let parent = parents[current] { current = parent }
    return current
  }
  func running(before xid: Int64) -> Set<Int64> {
    var out: Set<Int64> = []
    for (id, fate) in fates where fate == .running && id < xid { out.insert(id) }
    return out
  }
}

/// What a statement sees.
struct Snapshot {
  /// Transactions from here on are in the future.
  var limit: Int64
  var running: Set<Int64>
  /// Own transaction and its live subtransactions.
  var own: Set<Int64>
  var command: Int32
}

extension TransactionLog {
  private func isPast(_ xid: Int64, _ snapshot: Snapshot) -> Bool {
    xid < snapshot.limit && !snapshot.running.contains(xid) && fate(xid) == .committed
  }

  func isVisible(_ tuple: Tuple, _ snapshot: Snapshot) -> Bool {
    if snapshot.own.contains(tuple.xmin) {
      if fate(tuple.xmin) == .aborted || tuple.cmin >= snapshot.command { return false }
    } else if !isPast(tuple.xmin, snapshot) {
      return false
    }
    if tuple.xmax == 0 || tuple.lockOnly { return true }
    if snapshot.own.contains(tuple.xmax) {
      return fate(tuple.xmax) == .aborted || tuple.cmax >= snapshot.command
    }
    return !isPast(tuple.xmax, snapshot)
  }

  /// For uniqueness: present now or possibly, whatever the snapshot says.
  func isLive(_ tuple: Tuple) -> Bool {
    if fate(tuple.xmin) == .aborted { return false }
    if tuple.xmax == 0 || tuple.lockOnly { return true }
    return fate(tuple.xmax) == .aborted
  }
}
