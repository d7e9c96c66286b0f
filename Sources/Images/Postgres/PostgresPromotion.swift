// The end of standby mode: a new timeline. Sources: the log of running PostgreSQL 15 servers; PostgreSQL 15 manual, 27.2.

import Postgres
import SimKernel
import SimMachine

extension PostgresServerProgram {
  /// Ends standby mode on a new timeline.
  func promote(_ process: Process) {
    guard let standby, instance.server.isInRecovery else { return }
    let startup = processes.startup
    let path = configuration.directory
    write(process, startup, "LOG:  received promote request")
    if standby.isStreaming {
      write(
        process, instance.server.walReceiver?.processID ?? 0,
        "FATAL:  terminating walreceiver process due to administrator command")
    }
    let cluster = instance.server.cluster
    let wasStreaming = standby.isStreaming
    let hasReplayed = cluster.walPosition > instance.server.replay.start
    standby.leave(self)
    // The end of the log has been said when the stream was lost.
    if wasStreaming { write(process, startup, log.invalidRecord(store.cluster.walPosition)) }
    if hasReplayed {
      let elapsed = process.world.now - instance.server.startedAt
      let hundredths = elapsed.wholeMilliseconds / 10
      write(
        process, startup,
        "LOG:  redo done at \(walText(store.cluster.walPosition - 40)) system usage: CPU: user: 0.00 s, system: 0.00 s, elapsed: \(hundredths / 100).\(padded(hundredths % 100, 2)) s"
      )
      if let last = store.cluster.lastCommitText {
        write(process, startup, "LOG:  last completed transaction was at log time \(last)")
      }
    } else {
      write(process, startup, "LOG:  redo is not required")
    }
    store.cluster.timeline += 1
    let timeline = store.cluster.timeline
    write(process, startup, "LOG:  selected new timeline ID: \(timeline)", "LOG:  archive recovery complete")
    self.standby = nil
    instance.server.isInRecovery = false
    instance.server.walReceiver = nil
    try? process.fileSystem.remove(path + "/standby.signal", as: process.credentials)
    let history = String(repeating: "0", count: max(0, 8 - "\(timeline)".utf8.count)) + "\(timeline).history"
    try? process.fileSystem.write(
      "\(path)/pg_wal/\(history)",
      Array("\(timeline - 1)\t\(walText(store.cluster.walPosition))\tno recovery target specified\n".utf8),
      permissions: 0o600, as: process.credentials)
    store.state = .inProduction
    store.lastChange = process.world.civilNow
    say(process, "LOG:  database system is ready to accept connections")
    checkpoint(process, "force", total: .milliseconds(20))
    waitUntil = nil
    idle.wake()
    process.wake()
  }
}
