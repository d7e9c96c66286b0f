// pg_controldata: what the control file of a data directory says. The layout is the program's; positions and counters follow from
// the model, the rest are the constants every such build has.

import Postgres
import SimKernel
import SimMachine

enum PostgresControlData {
  private static let catalogVersions: [Int: Int] = [
    12: 201_909_212, 13: 202_007_201, 14: 202_107_181, 15: 202_209_061, 16: 202_307_071, 17: 202_406_281,
  ]

  static func run(_ call: inout UtilityCall, _ release: PostgresRelease) -> Int32 {
    var directory: String?
    var reader = OptionReader(
      call.arguments,
      long: [OptionName("pgdata", "D", true), OptionName("version", "V", false), OptionName("help", "?", false)])
    while let item = reader.next() {
      switch item {
      case .option("pgdata", let value): directory = value
      case .option("version", _):
        call.print(release.versionLine("pg_controldata"))
        return 0
      case .option(let name, _):
        call.process.note(notSimulated: "pg_controldata --\(name)")
        return 1
      case .operand(let word):
        if directory == nil {
          directory = word
        } else {
          call.complain(
            "pg_controldata: error: too many command-line arguments (first is \"\(word)\")\npg_controldata: hint: Try \"pg_controldata --help\" for more information.\n"
          )
          return 1
        }
      case .wrong(let words):
        call.complain(
          "pg_controldata: \(words)\npg_controldata: hint: Try \"pg_controldata --help\" for more information.\n")
        return 1
      }
    }
    guard let directory = directory ?? call.environment["PGDATA"] else {
      call.complain(
        "pg_controldata: error: no data directory specified\npg_controldata: hint: Try \"pg_controldata --help\" for more information.\n"
      )
      return 1
    }
    let path = FileSystem.normalize(directory, in: call.directory)
    guard let store = DataDirectory.store(call.fileSystem, path), call.fileSystem.exists(path + "/global/pg_control")
    else {
      call.complain(
        "pg_controldata: error: could not open file \"\(directory)/global/pg_control\" for reading: No such file or directory\n"
      )
      return 1
    }
    for (name, value) in fields(store, release, call.process.world) {
      call.print(name + ":" + String(repeating: " ", count: max(0, 37 - name.utf8.count)) + value + "\n")
    }
    return 0
  }

  private static func date(_ t: CivilTime) -> String {
    let day = t.day < 10 ? " \(t.day)" : "\(t.day)"
    return
      "\(t.weekdayAbbreviation) \(t.monthAbbreviation) \(day) \(padded(t.hour, 2)):\(padded(t.minute, 2)):\(padded(t.second, 2)) \(t.year)"
  }

  private static func fields(_ store: DataStore, _ release: PostgresRelease, _ world: World) -> [(String, String)] {
    let cluster = store.cluster
    let state: String
    switch store.state {
    case .shutDown: state = "shut down"
    case .inProduction: state = "in production"
    case .shutDownInRecovery: state = "shut down in recovery"
    case .inRecovery: state = "in archive recovery"
    }
    let at = walText(store.checkpoint)
    let end = store.state == .inRecovery || store.state == .shutDownInRecovery ? cluster.walPosition : 0
    return [
      ("pg_control version number", release.major == 12 ? "1201" : "1300"),
      ("Catalog version number", "\(catalogVersions[release.major] ?? 0)"),
      ("Database system identifier", "\(cluster.systemIdentifier)"), ("Database cluster state", state),
      ("pg_control last modified", date(store.lastChange)), ("Latest checkpoint location", at),
      ("Latest checkpoint's REDO location", at),
      ("Latest checkpoint's REDO WAL file", cluster.walFile(store.checkpoint)),
      ("Latest checkpoint's TimeLineID", "\(cluster.timeline)"),
      ("Latest checkpoint's PrevTimeLineID", "\(cluster.timeline)"),
      ("Latest checkpoint's full_page_writes", "on"), ("Latest checkpoint's NextXID", "0:\(cluster.nextTransaction)"),
      ("Latest checkpoint's NextOID", "\(store.state == .shutDown ? Int64(cluster.nextOid) : cluster.nextObject)"),
      ("Latest checkpoint's NextMultiXactId", "1"),
      ("Latest checkpoint's NextMultiOffset", "0"), ("Latest checkpoint's oldestXID", "717"),
      ("Latest checkpoint's oldestXID's DB", "1"), ("Latest checkpoint's oldestActiveXID", "0"),
      ("Latest checkpoint's oldestMultiXid", "1"), ("Latest checkpoint's oldestMulti's DB", "1"),
      ("Latest checkpoint's oldestCommitTsXid", "0"), ("Latest checkpoint's newestCommitTsXid", "0"),
      ("Time of latest checkpoint", date(store.lastChange)), ("Fake LSN counter for unlogged rels", "0/3E8"),
      ("Minimum recovery ending location", walText(end)),
      ("Min recovery ending loc's timeline", end == 0 ? "0" : "\(cluster.timeline)"),
      ("Backup start location", "0/0"), ("Backup end location", "0/0"), ("End-of-backup record required", "no"),
      ("wal_level setting", "replica"), ("wal_log_hints setting", "off"), ("max_connections setting", "100"),
      ("max_worker_processes setting", "8"), ("max_wal_senders setting", "10"), ("max_prepared_xacts setting", "0"),
      ("max_locks_per_xact setting", "64"), ("track_commit_timestamp setting", "off"),
      ("Maximum data alignment", "8"), ("Database block size", "8192"),
      ("Blocks per segment of large relation", "131072"), ("WAL block size", "8192"),
      ("Bytes per WAL segment", "16777216"), ("Maximum length of identifiers", "64"),
      ("Maximum columns in an index", "32"), ("Maximum size of a TOAST chunk", "1996"),
      ("Size of a large-object chunk", "2048"), ("Date/time type storage", "64-bit integers"),
      ("Float8 argument passing", "by value"), ("Data page checksum version", "0"),
      ("Mock authentication nonce", cluster.nonce),
    ]
  }
}
