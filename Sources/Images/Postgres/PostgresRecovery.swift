// How a server opens its database: after a clean shutdown, after a crash, from a base backup, as a standby; and checkpoints.
// Sources: the log of running PostgreSQL 15 servers; PostgreSQL 15 manual, chapter 30.

import Postgres
import SimKernel
import SimMachine

extension PostgresServerProgram {
  func openDatabase(_ process: Process) {
    if pendingBanner { listen(process) }
    guard exitCode == nil else { return }
    let path = configuration.directory
    let startup = processes.startup
    let since = log.moment(store.lastChange)
    let isStandby = process.fileSystem.exists(path + "/standby.signal")
    if process.fileSystem.exists(path + "/recovery.signal") {
      process.note(notSimulated: "recovery.signal: archive recovery")
    }
    switch store.state {
    case .shutDown: write(process, startup, "LOG:  database system was shut down at \(since)")
    case .shutDownInRecovery: write(process, startup, "LOG:  database system was shut down in recovery at \(since)")
    case .inProduction: write(process, startup, "LOG:  database system was interrupted; last known up at \(since)")
    case .inRecovery:
      write(
        process, startup, "LOG:  database system was interrupted while in recovery at log time \(since)",
        "HINT:  If this has occurred more than once some data might be corrupted and you might need to choose an earlier recovery target."
      )
    }
    if isStandby {
      standby = PostgresStandby(configuration)
      instance.server.isInRecovery = true
    }
  }

  func finishRecovery(_ process: Process) {
    let server = instance.server
    let startup = processes.startup
    let cluster = store.cluster
    if let standby {
      standby.enter(self, process)
      server.refusal = nil
      store.state = .inRecovery
      say(process, log.readOnlyReady)
      standby.connect(self, process)
    } else {
      recover(process, cluster, startup)
      server.refusal = nil
      store.state = .inProduction
      store.lastChange = process.world.civilNow
      say(process, "LOG:  database system is ready to accept connections")
    }
    isReady = true
    phase = .running
    changed.wake()
  }

  /// Crash recovery, and recovery from a base backup that is no standby.
  func recover(_ process: Process, _ cluster: Postgres.Cluster, _ startup: Int64) {
    guard store.state != .shutDown || store.backup != nil else { return }
    let redo = "system usage: CPU: user: 0.00 s, system: 0.00 s, elapsed: 0.00 s"
    if let backup = store.backup {
      writeBackupStart(process, backup)
      write(
        process, startup, "LOG:  redo done at \(walText(backup.end)) \(redo)")
      endBackup(process)
    } else {
      let end = cluster.walPosition
      write(process, startup, "LOG:  database system was not properly shut down; automatic recovery in progress")
      if end > store.checkpoint {
        write(
          process, startup, "LOG:  redo starts at \(walText(store.checkpoint))", log.invalidRecord(end),
          "LOG:  redo done at \(walText(max(store.checkpoint, end - 40))) \(redo)")
      } else {
        write(process, startup, log.invalidRecord(end), "LOG:  redo is not required")
      }
    }
    checkpoint(process, "end-of-recovery immediate wait", total: .milliseconds(20))
  }

  func writeBackupStart(_ process: Process, _ backup: (start: Int64, end: Int64)) {
    let startup = processes.startup
    let start = walText(backup.start)
    if release.major >= 15 {
      write(
        process, startup,
        "LOG:  starting backup recovery with redo LSN \(start), checkpoint LSN \(walText(backup.start + 0x38)), on timeline ID \(store.cluster.timeline)"
      )
    }
    write(process, startup, "LOG:  redo starts at \(start)")
    if release.major >= 15 {
      write(
        process, startup, "LOG:  completed backup recovery with redo LSN \(start) and end LSN \(walText(backup.end))")
    }
    write(process, startup, "LOG:  consistent recovery state reached at \(walText(backup.end))")
  }

  /// The label has done its work.
  func endBackup(_ process: Process) {
    store.backup = nil
    let path = configuration.directory + "/backup_label"
    try? process.fileSystem.rename(path, to: path + ".old", as: process.credentials)
  }

  func checkpoint(_ process: Process, _ reasons: String, total: Interval, isRestartPoint: Bool = false) {
    let cluster = instance.server.cluster
    guard configuration.value("log_checkpoints") == "on", release.major >= 15 else {
      store.checkpoint = cluster.walPosition
      return
    }
    write(process, processes.checkpointer, log.checkpointStarting(reasons, isRestartPoint: isRestartPoint))
    completeCheckpoint(process, total: total, isRestartPoint: isRestartPoint)
  }

  func completeCheckpoint(_ process: Process, total: Interval, isRestartPoint: Bool = false) {
    let cluster = instance.server.cluster
    let distance = max(0, cluster.walPosition - store.checkpoint)
    let figures = CheckpointFigures(
      buffers: 3 + cluster.dirtyPages, files: 2 + cluster.dirtyFiles, total: total, distance: distance,
      position: cluster.walPosition)
    cluster.dirtyPages = 0
    cluster.dirtyFiles = 0
    store.checkpoint = cluster.walPosition
    guard configuration.value("log_checkpoints") == "on", release.major >= 15 else { return }
    write(process, processes.checkpointer, log.checkpointComplete(figures, isRestartPoint: isRestartPoint))
  }
}
