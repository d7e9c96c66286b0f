// Standby mode: how a server in recovery reaches its primary, again and again, and what it logs on the way.
// Sources: the logs of a primary and a standby, both PostgreSQL 15; PostgreSQL 15 manual, 27.2.5 and 20.6.3.

import Postgres
import SimKernel
import SimMachine

final class PostgresStandby {
  private var conninfo: String
  private var slot: String?
  private var retry: Interval
  private(set) var nextAttempt: Instant?
  private var primary: PostgresInstance?
  private var sender: WalSender?
  /// When it was last noticed that no source has more.
  private var lastFailure: Instant?
  /// The end of the log that has been complained of last: it is said once for every place.
  private var complained: Int64?
  private var receiverNumber: Int64 = 0

  init(_ configuration: ServerConfiguration) {
    conninfo = configuration["primary_conninfo"] ?? ""
    slot = configuration["primary_slot_name"]
    if slot?.isEmpty == true { slot = nil }
    retry = .milliseconds(configuration.number("wal_retrieve_retry_interval"))
  }

  var isStreaming: Bool { sender != nil }
  func isDue(_ now: Instant) -> Bool { nextAttempt.map { $0 <= now } ?? false }

  /// The first lines of recovery, up to consistency.
  func enter(_ server: PostgresServerProgram, _ process: Process) {
    let startup = server.processes.startup
    let store = server.store!
    if conninfo.isEmpty, server.configuration["restore_command"] == nil {
      server.write(
        process, startup, "WARNING:  specified neither primary_conninfo nor restore_command",
        "HINT:  The database server will regularly poll the pg_wal subdirectory to check for files placed there.")
    }
    server.write(process, startup, "LOG:  entering standby mode")
    if let backup = store.backup {
      server.writeBackupStart(process, backup)
      server.endBackup(process)
    } else {
      let end = walText(store.cluster.walPosition)
      if store.state == .inProduction {
        server.write(
          process, startup, "LOG:  database system was not properly shut down; automatic recovery in progress")
      }
      if store.state != .shutDown {
        server.write(process, startup, "LOG:  redo starts at \(walText(store.checkpoint))")
      }
      let invalid = server.log.invalidRecord(store.cluster.walPosition)
      complained = store.cluster.walPosition
      if store.state == .inProduction { server.write(process, startup, invalid) }
      server.write(process, startup, "LOG:  consistent recovery state reached at \(end)")
      if store.state != .inProduction { server.write(process, startup, invalid) }
    }
    server.instance.server.replay.start = store.cluster.walPosition
  }

  /// One attempt to stream; what the server has of the log itself is looked at before.
  func connect(_ server: PostgresServerProgram, _ process: Process) {
    if nextAttempt != nil { complain(server, process) }
    nextAttempt = nil
    guard !conninfo.isEmpty, sender == nil else { return }
    let number = server.instance.server.nextWorkerNumber()
    for text in attempt(server, process, number) { server.write(process, number, text: text) }
    if sender == nil { retryLater(server, process) }
    process.wake()
  }

  /// At once when the failure before was long ago, else when the interval since then is over.
  private func retryLater(_ server: PostgresServerProgram, _ process: Process) {
    let now = process.world.now
    var next = now
    if let lastFailure, now - lastFailure < retry {
      waitForLog(server, process)
      next = lastFailure + retry
    }
    lastFailure = next
    // The address of a primary that ends answers no more a moment later.
    nextAttempt = next + .milliseconds(next == now ? 10 : 0)
  }

  private func complain(_ server: PostgresServerProgram, _ process: Process) {
    let position = server.instance.server.cluster.walPosition
    guard position != complained, position % Postgres.Cluster.segmentSize != 0 else { return }
    complained = position
    server.write(process, server.processes.startup, server.log.invalidRecord(position))
  }

  private func waitForLog(_ server: PostgresServerProgram, _ process: Process) {
    // Before 15 the startup process waits without a word.
    guard server.release.major >= 15 else { return }
    let position = server.instance.server.cluster.walPosition + 0x18
    server.write(process, server.processes.startup, "LOG:  waiting for WAL to become available at \(walText(position))")
  }

  /// Begins to stream, or gives the walreceiver's last words.
  private func attempt(_ server: PostgresServerProgram, _ process: Process, _ number: Int64) -> [String] {
    let own = server.instance.server
    let parameters = ConnectionString.parse(conninfo)
    let user = parameters["user"] ?? "postgres"
    let name =
      parameters["application_name"] ?? server.configuration["cluster_name"].flatMap { $0.isEmpty ? nil : $0 }
      ?? "walreceiver"
    let place: String
    let target: PostgresInstance
    let address: ClientAddress
    switch PostgresRoute.find(
      host: parameters["host"] ?? parameters["hostaddr"], port: parameters["port"], from: process)
    {
    case .failed(let message): return [connectionFailure(message)]
    case .instance(let instance, let where_, let from, _):
      target = instance
      place = where_
      address = from
    }
    var password = parameters["password"]
    if password == nil { password = PasswordFile.find(parameters, process) }
    if let refusal = target.server.openReplication(user: user, password: password, from: address) {
      switch refusal {
      case .passwordNeeded:
        return [connectionFailure("connection to server \(place) failed: fe_sendauth: no password supplied\n")]
      case .refused(let error):
        return [connectionFailure("connection to server \(place) failed: FATAL:  \(error.message)\n")]
      case .session: return []
      }
    }
    let theirs = target.server.cluster
    let mine = own.cluster
    if theirs.systemIdentifier != mine.systemIdentifier {
      return [
        "FATAL:  database system identifier differs between the primary and standby",
        "DETAIL:  The primary's identifier is \(theirs.systemIdentifier), the standby's identifier is \(mine.systemIdentifier).",
      ]
    }
    if theirs.timeline < mine.timeline {
      return ["FATAL:  highest timeline \(theirs.timeline) of the primary is behind recovery timeline \(mine.timeline)"]
    }
    if let slot {
      guard let entry = theirs.slots[slot] else {
        return ["FATAL:  could not start WAL streaming: ERROR:  replication slot \"\(slot)\" does not exist"]
      }
      if let active = entry.activeProcess {
        return [
          "FATAL:  could not start WAL streaming: ERROR:  replication slot \"\(slot)\" is active for PID \(active)"
        ]
      }
    }
    if Int64(target.server.walSenders.count) >= (target.server.parameter("max_wal_senders").flatMap { Int64($0) } ?? 10)
    {
      return [
        connectionFailure(
          "connection to server \(place) failed: FATAL:  number of requested standby connections exceeds max_wal_senders (currently \(target.server.parameter("max_wal_senders") ?? "10"))\n"
        )
      ]
    }
    if theirs !== mine, theirs.walPosition < mine.walPosition {
      process.note(notSimulated: "a standby that is ahead of its primary")
      return [
        "FATAL:  could not receive data from WAL stream: ERROR:  requested starting point \(walText(mine.walPosition)) is ahead of the WAL flush position of this server \(walText(theirs.walPosition))"
      ]
    }
    start(server, process, target, number, user, name, address, parameters)
    return []
  }

  private func connectionFailure(_ message: String) -> String {
    var text = "FATAL:  could not connect to the primary server: "
    var rest = message
    while rest.utf8.last == 10 { rest.removeLast() }
    for b in rest.unicodeScalars {
      text.unicodeScalars.append(b)
      if b == "\n" { text += "\t" }
    }
    return text
  }

  private func start(
    _ server: PostgresServerProgram, _ process: Process, _ target: PostgresInstance, _ number: Int64, _ user: String,
    _ name: String, _ address: ClientAddress, _ parameters: [String: String]
  ) {
    let own = server.instance.server
    let begin = own.cluster.walPosition / Postgres.Cluster.segmentSize * Postgres.Cluster.segmentSize
    let timeline = own.cluster.timeline
    let made = target.server.startSender(
      user: user, applicationName: name, address: address.text, slot: slot)
    sender = made
    primary = target
    receiverNumber = number
    target.streams.append((made, { [self] cleanly in lost(server, process, cleanly: cleanly) }))
    own.walReceiver = WalReceiver(
      processID: number, start: begin, timeline: target.server.cluster.timeline, slot: slot,
      host: parameters["host"] ?? "", port: Int64(parameters["port"] ?? "") ?? 5432,
      shown: ConnectionString.shown(parameters, applicationName: name))
    let switches = target.server.cluster.timeline > timeline
    if switches {
      server.write(
        process, number,
        "LOG:  fetching timeline history file for timeline \(target.server.cluster.timeline) from primary server")
    }
    server.write(
      process, number, "LOG:  started streaming WAL from primary at \(walText(begin)) on timeline \(timeline)")
    if switches {
      let end = walText(own.cluster.walPosition)
      server.write(
        process, number, "LOG:  replication terminated by primary server",
        "DETAIL:  End of WAL reached on timeline \(timeline) at \(end).")
      server.write(process, server.processes.startup, "LOG:  new target timeline is \(target.server.cluster.timeline)")
      server.write(
        process, number,
        "LOG:  restarted WAL streaming at \(walText(begin)) on timeline \(target.server.cluster.timeline)")
    }
    own.follow(target.server.cluster)
    server.store.cluster = target.server.cluster
  }

  /// The primary has gone.
  private func lost(_ server: PostgresServerProgram, _ process: Process, cleanly: Bool) {
    guard sender != nil, !process.hasEnded else { return }
    sender = nil
    primary = nil
    let own = server.instance.server
    own.walReceiver = nil
    let gone =
      "server closed the connection unexpectedly\n\t\tThis probably means the server terminated abnormally\n\t\tbefore or while processing the request."
    if cleanly {
      server.write(
        process, receiverNumber, "LOG:  replication terminated by primary server",
        "DETAIL:  End of WAL reached on timeline \(own.cluster.timeline) at \(walText(own.cluster.walPosition)).",
        "FATAL:  could not send end-of-streaming message to primary: \(gone)")
    } else {
      server.write(process, receiverNumber, "FATAL:  could not receive data from WAL stream: \(gone)")
    }
    retryLater(server, process)
    // The primary has only just gone: what there is of the log is read before it is asked again.
    if nextAttempt == process.world.now + .milliseconds(10) { complain(server, process) }
    server.idle.wake()
    process.wake()
  }

  /// Stops streaming and keeps what has been received.
  func leave(_ server: PostgresServerProgram) {
    if let sender { primary?.endStream(sender) }
    sender = nil
    primary = nil
    nextAttempt = nil
    let kept = server.instance.server.cluster.copied()
    server.store.cluster = kept
    server.store.checkpoint = kept.walPosition / Postgres.Cluster.segmentSize * Postgres.Cluster.segmentSize
    server.instance.server.follow(kept)
  }

  /// Parameters of the connection may change while the server runs.
  func reconfigure(_ configuration: ServerConfiguration, _ server: PostgresServerProgram, _ process: Process) {
    let changed = configuration["primary_conninfo"] ?? ""
    let slot = configuration["primary_slot_name"].flatMap { $0.isEmpty ? nil : $0 }
    guard changed != conninfo || slot != self.slot else { return }
    conninfo = changed
    self.slot = slot
    if let sender {
      server.write(process, server.processes.startup, "LOG:  WAL receiver process shutdown requested")
      server.write(
        process, receiverNumber, "FATAL:  terminating walreceiver process due to administrator command")
      primary?.endStream(sender)
      self.sender = nil
      primary = nil
      server.instance.server.walReceiver = nil
    }
    nextAttempt = process.world.now + .milliseconds(10)
    server.idle.wake()
  }
}
