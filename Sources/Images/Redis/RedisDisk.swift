// What a Redis server keeps on its volume: the snapshot (dump.rdb) or the append-only folder, and the lines it logs when it reads
// them back.
// Source: redis 7.0 `rdb.c`, `aof.c`.

import SimKernel
import SimMachine

extension RedisServer {
  var isAppendOnly: Bool { settings["appendonly"] == "yes" }
  /// Whether `save` points are set: then a shutdown saves.
  var savesOnExit: Bool { !(settings["save"] ?? "3600 1 300 100 60 10000").isEmpty }

  func snapshot() -> RedisSnapshot {
    RedisSnapshot(
      databases: databases, replicationID: hasBacklog || isReplica ? replicationID : nil, offset: offset, at: world.now)
  }

  func save() {
    let path = dataFolder + "/" + (settings["dbfilename"] ?? "dump.rdb")
    try? machine.fileSystem.write(path, Array("REDIS".utf8))
    (try? machine.fileSystem.lookup(path))?.attachment = snapshot()
    lastSave = world.now
    changesSinceSave = 0
  }

  func saveAppendOnly() {
    guard isAppendOnly else { return }
    (try? machine.fileSystem.lookup(appendOnlyFolder))?.attachment = snapshot()
  }

  var appendOnlyFolder: String {
    release.isAtLeast(7, 0)
      ? "\(dataFolder)/\(settings["appenddirname"] ?? "appendonlydir")"
      : "\(dataFolder)/\(settings["appendfilename"] ?? "appendonly.aof")"
  }

  /// Reads what an earlier server left, with the lines it logs about it.
  func load() {
    if isAppendOnly { return loadAppendOnly() }
    let path = dataFolder + "/" + (settings["dbfilename"] ?? "dump.rdb")
    guard let found = (try? machine.fileSystem.lookup(path))?.attachment as? RedisSnapshot else { return }
    takeOver(found)
    note("Loading RDB produced by version \(release.text)")
    note("RDB age \((world.now - found.at).wholeSeconds) seconds")
    note("RDB memory usage when created \(megabytes) Mb")
    if release.isAtLeast(7, 0) { note("Done loading RDB, keys loaded: \(found.keyCount), keys expired: 0.") }
    note("DB loaded from disk: 0.000 seconds")
    if let id = found.replicationID {
      if isReplica {
        note(
          "Before turning into a replica, using my own master parameters to synthesize a cached master: I may be able to synchronize with the new master with just a partial transfer."
        )
        cachedMaster = (id, found.offset)
        replicationID = id
        offsetBase = found.offset
      } else if release.isAtLeast(7, 0) {
        secondID = id
        secondOffset = found.offset + 1
        offsetBase = found.offset
        backlogStart = found.offset + 1
        hasBacklog = true
      }
    }
  }

  var megabytes: String { "0.9\(databases.isEmpty ? "1" : "3")" }

  func loadAppendOnly() {
    let name = settings["appendfilename"] ?? "appendonly.aof"
    if let found = (try? machine.fileSystem.lookup(appendOnlyFolder))?.attachment as? RedisSnapshot {
      takeOver(found)
      guard release.isAtLeast(7, 0) else { return note("DB loaded from append only file: 0.000 seconds") }
      note("Reading RDB base file on AOF loading...")
      note("Loading RDB produced by version \(release.text)")
      note("RDB age \((world.now - appendOnlySince(found)).wholeSeconds) seconds")
      note("RDB memory usage when created 0.84 Mb")
      note("RDB is base AOF")
      note("Done loading RDB, keys loaded: 0, keys expired: 0.")
      note("DB loaded from base file \(name).1.base.rdb: 0.000 seconds")
      note("DB loaded from incr file \(name).1.incr.aof: 0.000 seconds")
      note("DB loaded from append only file: 0.000 seconds")
      note("Opening AOF incr file \(name).1.incr.aof on server start")
      return
    }
    if release.isAtLeast(7, 0) {
      _ = try? machine.fileSystem.makeDirectory(appendOnlyFolder, parents: true)
      note("Creating AOF base file \(name).1.base.rdb on server start")
      note("Creating AOF incr file \(name).1.incr.aof on server start")
      for (file, text) in [
        ("\(name).1.base.rdb", "REDIS"), ("\(name).1.incr.aof", ""),
        ("\(name).manifest", "file \(name).1.base.rdb seq 1 type b\nfile \(name).1.incr.aof seq 1 type i\n"),
      ] { try? machine.fileSystem.write(appendOnlyFolder + "/" + file, Array(text.utf8)) }
    } else {
      try? machine.fileSystem.write(appendOnlyFolder, [])
    }
    saveAppendOnly()
  }

  func appendOnlySince(_ found: RedisSnapshot) -> Instant {
    let path = "\(appendOnlyFolder)/\(settings["appendfilename"] ?? "appendonly.aof").1.base.rdb"
    return (try? machine.fileSystem.lookup(path))?.modified ?? found.at
  }

  func takeOver(_ found: RedisSnapshot) { databases = found.databases }
}
