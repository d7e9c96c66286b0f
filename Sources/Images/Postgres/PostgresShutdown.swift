// Smart, fast and immediate shutdown. Source: PostgreSQL 15 manual, 19.5.

import Postgres
import SimKernel
import SimMachine

extension PostgresServerProgram {
  func request(_ kind: Shutdown, _ process: Process) {
    guard phase != .stopping, phase != .stopped else { return }
    let words: String
    switch kind {
    case .smart: words = "smart"
    case .fast: words = "fast"
    case .immediate: words = "immediate"
    }
    if shutdown == .smart, kind == .smart { return }
    shutdown = kind
    if pendingBanner { listen(process) }
    guard exitCode == nil else { return }
    say(process, "LOG:  received \(words) shutdown request")
    if kind == .immediate {
      instance.server.closeAll()
      stopAccepting(process)
      instance.endStreams(cleanly: false)
      standby?.leave(self)
      say(process, "LOG:  database system is shut down")
      phase = .stopped
      store.isInUse = false
      exitCode = 1
      return
    }
    waitUntil = nil
    if kind == .smart {
      instance.server.refusal = "the database system is shutting down"
      if phase == .running, !instance.server.sessions.isEmpty { return idle.wake() }
    } else {
      say(process, "LOG:  aborting any active transactions")
      for session in instance.server.sessions {
        write(process, session.processID, "FATAL:  terminating connection due to administrator command")
      }
    }
    stopNow(process)
  }

  func stopNow(_ process: Process) {
    let server = instance.server
    server.closeAll()
    server.refusal = "the database system is shutting down"
    if standby?.isStreaming == true {
      write(
        process, server.walReceiver?.processID ?? 0,
        "FATAL:  terminating walreceiver process due to administrator command")
    }
    let isRecovery = server.isInRecovery
    standby?.leave(self)
    if !isRecovery {
      say(
        process,
        "LOG:  background worker \"logical replication launcher\" (PID \(processes.launcher)) exited with exit code 1")
    }
    write(process, processes.checkpointer, "LOG:  shutting down")
    if !isRecovery {
      server.cluster.logCheckpoint()
      if configuration.value("log_checkpoints") == "on", release.major >= 15 {
        write(process, processes.checkpointer, log.checkpointStarting("shutdown immediate"))
      }
    }
    startedCheckpoint = process.world.now
    phase = .stopping
    pause(process, process.machine.facts.stopDelay ?? .milliseconds(180))
  }

  func finishShutdown(_ process: Process) {
    let isRecovery = instance.server.isInRecovery
    if !isRecovery, let startedCheckpoint {
      completeCheckpoint(process, total: process.world.now - startedCheckpoint)
    }
    instance.endStreams(cleanly: true)
    store.checkpoint = store.cluster.walPosition
    store.state = isRecovery ? .shutDownInRecovery : .shutDown
    store.lastChange = process.world.civilNow
    stopAccepting(process)
    say(process, "LOG:  database system is shut down")
    try? process.fileSystem.remove(configuration.directory + "/postmaster.pid", as: process.credentials)
    phase = .stopped
    store.isInUse = false
    exitCode = 0
  }

  func stopAccepting(_ process: Process) {
    let machine = process.machine
    if machine.listeners[port] as? PostgresInstance === instance { machine.listeners[port] = nil }
    for socket in sockets { machine.localListeners[socket] = nil }
  }
}
