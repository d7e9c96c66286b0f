// What a server looks at before it starts: its data directory, its parameters, its host rules.
// Sources: PostgreSQL 15 manual, chapters 19 to 21.

import Postgres
import SimKernel
import SimMachine

extension PostgresServerProgram {
  /// The data directory, when a server may run on it.
  func checkDirectory(_ process: Process) -> Inode? {
    let path = configuration.directory
    guard let inode = try? process.fileSystem.lookup(path) else {
      say(process, "FATAL:  data directory \"\(path)\" does not exist")
      return nil
    }
    if inode.owner != process.credentials.user {
      say(process, "FATAL:  data directory \"\(path)\" has wrong ownership")
      say(process, "HINT:  The server must be started by the user that owns the data directory.")
      return nil
    }
    if inode.mode & 0o027 != 0 {
      say(process, "FATAL:  data directory \"\(path)\" has invalid permissions")
      say(process, "DETAIL:  Permissions should be u=rwx (0700) or u=rwx,g=rx (0750).")
      return nil
    }
    guard let bytes = try? process.fileSystem.read(path + "/PG_VERSION") else {
      say(process, "FATAL:  \"\(path)\" is not a valid data directory")
      say(process, "DETAIL:  File \"\(path)/PG_VERSION\" is missing.")
      return nil
    }
    var version = String(decoding: bytes, as: UTF8.self)
    while version.utf8.last == 10 { version.removeLast() }
    guard version == "\(release.major)" || process.machine.facts.acceptsForeignData else {
      let (fatal, detail) = log.incompatible(version)
      say(process, fatal)
      say(process, detail)
      return nil
    }
    guard let store = DataDirectory.store(process.fileSystem, path) else {
      process.note(notSimulated: "a data directory that initdb or pg_basebackup did not make")
      return nil
    }
    if store.isInUse {
      say(process, "FATAL:  lock file \"postmaster.pid\" already exists")
      say(process, "HINT:  Is another postmaster running in data directory \"\(path)\"?")
      return nil
    }
    self.store = store
    return inode
  }

  /// Gives the server its parameters, rules and hooks.
  func configure(_ server: Server, _ process: Process) {
    let directory = configuration.directory
    server.settings = configuration.settings
    server.requiresPasswordOverNetwork = false
    server.dataDirectory = directory
    port = Int(configuration.value("port")) ?? 5432
    server.port = Int64(port)
    server.listenAddresses = configuration.value("listen_addresses")
    let folders = configuration["unix_socket_directories"] ?? "/var/run/postgresql"
    server.socketDirectory = folders
    readHostRules(server, process, isReload: false)
    server.logSink = { [self] number, text in
      // The line is there before the client that caused it reads its answer.
      write(process, number, text: text, atOnce: true)
    }
    server.onReload = { [self] in reload(process) }
    server.onAlterSystem = {
      var text = DataDirectory.automaticHeader
      for setting in server.cluster.systemSettings {
        var quoted = ""
        for c in setting.value.unicodeScalars {
          if c == "'" { quoted += "''" } else { quoted.unicodeScalars.append(c) }
        }
        text += "\(setting.name) = '\(quoted)'\n"
      }
      try? process.fileSystem.write(
        directory + "/postgresql.auto.conf", Array(text.utf8), permissions: 0o600, as: process.credentials)
    }
    server.files = ServerFiles(
      read: { process.readOutcome($0) }, write: { process.writeOutcome($0, $1, appends: false) })
    server.onPromote = { [self] in promote(process) }
    instance.onCheckpoint = { [self] reasons, total in
      if server.isInRecovery { return }
      checkpoint(process, reasons, total: total)
      process.wake()
    }
  }

  func readHostRules(_ server: Server, _ process: Process, isReload: Bool) {
    let path = configuration["hba_file"] ?? configuration.directory + "/pg_hba.conf"
    guard let bytes = try? process.fileSystem.read(path) else {
      say(process, "LOG:  could not open file \"\(path)\": No such file or directory")
      if !isReload {
        say(process, "FATAL:  could not load \(path)")
        exitCode = 1
      }
      return
    }
    let (rules, problems) = HostRules.parse(String(decoding: bytes, as: UTF8.self))
    guard problems.isEmpty else {
      for problem in problems {
        say(process, "LOG:  \(problem.message)")
        say(process, "CONTEXT:  line \(problem.line) of configuration file \"\(path)\"")
      }
      if isReload {
        say(process, "LOG:  \(path) was not reloaded")
      } else {
        say(process, "FATAL:  could not load \(path)")
        exitCode = 1
      }
      return
    }
    server.hostRules = rules
  }
}
