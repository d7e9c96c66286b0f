// SIGHUP: the configuration files are read again. Source: PostgreSQL 15 manual, 20.1.2.

import Postgres
import SimKernel
import SimMachine

extension PostgresServerProgram {
  func reload(_ process: Process) {
    guard phase == .running else { return }
    say(process, "LOG:  received SIGHUP, reloading configuration files")
    let options = ServerOptions(Array(process.arguments.dropFirst()), program: "postgres")
    let fresh = ServerConfiguration(options, process: process, program: "postgres")
    for problem in fresh.problems where !problem.hasPrefix("FATAL") { say(process, problem) }
    if fresh.isBroken || fresh.missing != nil {
      say(process, "LOG:  configuration file \"\(fresh.file)\" contains errors; no changes were applied")
      return process.wake()
    }
    var names: [String] = []
    for setting in fresh.settings + configuration.settings where !names.contains(setting.name) {
      names.append(setting.name)
    }
    var kept: [(name: String, value: String)] = []
    var wrongFile: String?
    let server = instance.server
    for name in names {
      let old = configuration.value(name)
      let new = fresh.value(name)
      guard old != new else { continue }
      let parameter = Parameter.find(name)
      if parameter?.context == "postmaster" {
        say(process, "LOG:  parameter \"\(parameter?.name ?? name)\" cannot be changed without restarting the server")
        wrongFile = fresh.origin[name] ?? fresh.file
        kept.append((name, old))
        continue
      }
      if fresh[name] == nil {
        say(
          process, "LOG:  parameter \"\(parameter?.name ?? name)\" removed from configuration file, reset to default")
      } else {
        say(process, "LOG:  parameter \"\(parameter?.name ?? name)\" changed to \"\(new)\"")
      }
      server.apply(name, new, replacing: old)
    }
    if let wrongFile {
      say(process, "LOG:  configuration file \"\(wrongFile)\" contains errors; unaffected changes were applied")
    }
    configuration = fresh
    configuration.settings += kept
    server.settings = configuration.settings
    readHostRules(server, process, isReload: true)
    if let prefix = configuration["log_line_prefix"] { log.prefix = prefix }
    standby?.reconfigure(configuration, self, process)
    process.wake()
  }
}
