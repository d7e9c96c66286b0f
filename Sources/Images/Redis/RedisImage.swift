// docker.io/library/redis: redis-server and redis-cli. Data lie in /data as a snapshot (dump.rdb, written at shutdown) or an
// append-only file, and come back with the claim. Sentinel and cluster mode are declared and not modelled.
// Source: docker-library/redis (entrypoint, protected mode off), redis 7.0 `server.c`, `config.c`.

import SimKernel
import SimMachine
import Utilities

package enum RedisImage {
  package static var family: ImageFamily {
    ImageFamily(
      name: "docker.io/library/redis", tags: .matching { RedisRelease(tag: $0) != nil },
      sizeBytes: { $0.utf8.contains(45) && occurs("alpine", in: $0) ? 17 << 20 : 45 << 20 }, pull: .milliseconds(2_800),
      configuration: { tag in
        let release = RedisRelease(tag: tag)!
        var configuration = ImageConfiguration()
        configuration.entrypoint = ["docker-entrypoint.sh"]
        configuration.command = ["redis-server"]
        configuration.workingDirectory = "/data"
        configuration.userland = .distribution(
          occurs("alpine", in: tag)
            ? Distribution.alpine(21).adding(users: "redis:x:999:1000::/home/redis:/bin/sh", groups: "redis:x:1000:")
            : Distribution.debian().adding(users: "redis:x:999:999::/home/redis:/bin/sh", groups: "redis:x:999:"))
        configuration.environment = [
          ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"), ("REDIS_VERSION", release.text),
        ]
        return configuration
      },
      populate: { machine, tag in
        let release = RedisRelease(tag: tag)!
        makeFolders(machine, ["/data", "/usr/local/bin"], owner: Credentials(user: 999, group: 999))
        install(machine, "/usr/local/bin/docker-entrypoint.sh", name: "redis entrypoint") { RedisProgram(release) }
        install(machine, "/usr/local/bin/redis-server") { RedisProgram(release) }
        install(machine, "/usr/local/bin/redis-cli") { RedisClient(release) }
        installNotSimulated(
          machine, folder: "/usr/local/bin",
          ["redis-sentinel", "redis-benchmark", "redis-check-aof", "redis-check-rdb"])
      })
  }
}

/// The entrypoint and the server it becomes.
private final class RedisProgram: ServerProcess {
  private let release: RedisRelease
  private var settings = OrderedMap<String, String>()
  private var hasConfiguration = false
  private var server: RedisServer?
  private var savesAtEnd: Bool?

  init(_ release: RedisRelease) { self.release = release }

  override func prepare(_ process: Process) -> Int32? {
    var words = Array(process.arguments.dropFirst())
    if process.name == "docker-entrypoint.sh" {
      if let first = words.first, first.utf8.first != 45, !first.hasSuffix(".conf") {
        if first != "redis-server" {
          guard !becomeOther(process, words) else {
            handedOver = true
            return nil
          }
          process.complain("/usr/local/bin/docker-entrypoint.sh: \(first): not found\n")
          return 127
        }
        words.removeFirst()
      }
    }
    if words == ["--version"] || words == ["-v"] {
      process.note(notSimulated: "redis-server --version (its build identifier)")
      return 1
    }
    if words.contains("--sentinel") {
      process.note(notSimulated: "image redis: Sentinel")
      return 1
    }
    return readSettings(words, process)
  }

  override func startDelay(_ process: Process) -> Interval {
    process.machine.facts.readyDelay ?? .milliseconds(60)
  }

  private func readSettings(_ words: [String], _ process: Process) -> Int32? {
    var words = words
    if let first = words.first, first.utf8.first != 45 {
      words.removeFirst()
      guard let bytes = try? process.fileSystem.read(first, in: process.workingDirectory) else {
        process.complain(
          stamp(process, "C") + "# Fatal error, can't open config file '\(first)': No such file or directory\n")
        return 1
      }
      hasConfiguration = true
      for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n" as Character) {
        guard let parts = RedisReply.split(String(line)), let name = parts.first, name.utf8.first != 35 else {
          continue
        }
        set(name.lowercased(), Array(parts.dropFirst()), process)
      }
    }
    if !words.isEmpty { hasConfiguration = true }
    var name: String?
    var values: [String] = []
    for word in words {
      if word.hasPrefix("--") {
        if let name { set(name, values, process) }
        name = String(word.dropFirst(2)).lowercased()
        values = []
      } else {
        values += blankSeparated(word).isEmpty ? [word] : blankSeparated(word)
      }
    }
    if let name { set(name, values, process) }
    return nil
  }

  private func set(_ name: String, _ values: [String], _ process: Process) {
    let name = name == "slaveof" ? "replicaof" : name
    if name == "cluster-enabled", values.first == "yes" { process.note(notSimulated: "image redis: cluster mode") }
    if name == "save", let old = settings["save"], !old.isEmpty, values.first != "" {
      settings["save"] = old + " " + values.joined(separator: " ")
    } else {
      settings[name] = values.joined(separator: " ")
    }
  }

  private func stamp(_ process: Process, _ role: String) -> String {
    let time = process.world.civilNow
    return
      "\(process.id):\(role) \(padded(time.day, 2)) \(time.monthAbbreviation) \(padded(time.year, 4)) \(clockTime(time)).\(millisecond(time)) "
  }

  override func begin(_ process: Process) -> Int32? {
    let server = RedisServer(process, release: release, settings: settings)
    self.server = server
    server.dataFolder = settings["dir"] ?? process.workingDirectory
    if let master = settings["replicaof"] {
      let parts = blankSeparated(master)
      if parts.count == 2, parts[0] != "no", let port = Int(parts[1]) { server.configureMaster(parts[0], port) }
    }
    let mark = release.isAtLeast(7, 2) ? "*" : "#"
    process.print(stamp(process, "C") + "\(mark) oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo\n")
    process.print(
      stamp(process, "C")
        + "\(mark) Redis version=\(release.text), bits=64, commit=00000000, modified=0, pid=\(process.id), just started\n"
    )
    process.print(
      stamp(process, "C")
        + (hasConfiguration
          ? "\(mark) Configuration loaded\n"
          : "# Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf\n")
    )
    server.open(process, ports: [server.port])
    if release.isAtLeast(6, 2) { server.note("monotonic clock: POSIX clock_gettime") }
    server.note("Running mode=standalone, port=\(server.port).")
    server.formerWarning("Server initialized")
    server.load()
    server.note(release.isAtLeast(7, 2) ? "Ready to accept connections tcp" : "Ready to accept connections")
    server.shutDownRequested = { [self] saves in
      savesAtEnd = saves
      shutDown(process)
    }
    server.follow()
    return nil
  }

  override func stopping(_ process: Process, _ signal: Signal) {
    let number = process.world.civilNow.unixSeconds
    process.print(
      "\(process.id):signal-handler (\(number)) Received \(signal == .interrupt ? "SIGINT" : "SIGTERM") scheduling shutdown...\n"
    )
  }

  override func stopped(_ process: Process) -> Int32 {
    guard let server else { return 0 }
    let saves = savesAtEnd ?? server.savesOnExit
    server.formerWarning("User requested shutdown...")
    if server.isAppendOnly { server.note("Calling fsync() on the AOF file.") }
    if saves {
      server.note("Saving the final RDB snapshot before exiting.")
      server.save()
      server.note("DB saved on disk")
    }
    server.formerWarning("Redis is now ready to exit, bye bye...")
    server.close()
    return 0
  }
}
