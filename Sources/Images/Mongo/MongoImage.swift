// docker.io/library/mongo: mongod (standalone or member of a replica set) and mongosh. Users, TLS, sharding and log lines are not
// modelled.
// Source: docker-library/mongo, docker-entrypoint.sh.

import SimKernel
import SimMachine

package enum MongoImage {
  private static let latest: [String: Int] = ["5.0": 31, "6.0": 23, "7.0": 20, "8.0": 9]

  static func release(_ tag: String) -> String? {
    var base = tag
    if let dash = tag.utf8.firstIndex(of: 45) {
      guard ["jammy", "focal", "noble"].contains(String(tag[tag.utf8.index(after: dash)...])) else { return nil }
      base = String(tag[..<dash])
    }
    if base == "latest" { return "8.0.9" }
    guard let version = VersionTag(base), (1...3).contains(version.numbers.count) else { return nil }
    let minor = "\(version.numbers[0]).\(version.numbers.count > 1 ? version.numbers[1] : 0)"
    guard let patch = latest[minor] else { return nil }
    if version.numbers.count < 3 { return "\(minor).\(patch)" }
    return (0...patch + 5).contains(version.numbers[2]) ? base : nil
  }

  package static var family: ImageFamily {
    ImageFamily(
      name: "docker.io/library/mongo", tags: .matching { release($0) != nil }, sizeBytes: { _ in 280 << 20 },
      pull: .milliseconds(8_000),
      configuration: { tag in
        var configuration = ImageConfiguration()
        configuration.needsWritableRoot = true
        configuration.entrypoint = ["docker-entrypoint.sh"]
        configuration.command = ["mongod"]
        configuration.environment = [
          ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"), ("MONGO_VERSION", release(tag)!),
        ]
        return configuration
      },
      populate: { machine, tag in
        let release = release(tag)!
        makeFolders(
          machine, ["/data/db", "/data/configdb", "/docker-entrypoint-initdb.d"],
          owner: Credentials(user: 999, group: 999))
        install(machine, "/usr/local/bin/docker-entrypoint.sh", name: "mongo entrypoint") { MongoProgram(release) }
        install(machine, "/usr/bin/mongod") { MongoProgram(release) }
        install(machine, "/usr/bin/mongosh") { MongoShell() }
        var missing = ["mongos", "mongodump", "mongorestore", "mongoexport", "mongoimport", "mongostat", "mongotop"]
        if release.hasPrefix("5") { missing.append("mongo") }
        installNotSimulated(machine, folder: "/usr/bin", missing)
      })
  }
}

private final class MongoProgram: ServerProcess {
  private let release: String
  private var setName: String?
  private var port = 27_017
  private var dataFolder = "/data/db"
  private var server: MongoServer?

  init(_ release: String) { self.release = release }

  override func prepare(_ process: Process) -> Int32? {
    var words = Array(process.arguments.dropFirst())
    if process.name == "docker-entrypoint.sh" {
      if let first = words.first, first.utf8.first != 45, first != "mongod" {
        handedOver = becomeOther(process, words)
        return handedOver ? nil : 127
      }
      if words.first == "mongod" { words.removeFirst() }
      if process.environment["MONGO_INITDB_ROOT_USERNAME"] != nil {
        process.note(notSimulated: "image mongo: users")
        process.machine.logNotSimulated = "image mongo: users (MONGO_INITDB_ROOT_USERNAME)"
      }
    }
    process.machine.logNotSimulated = process.machine.logNotSimulated ?? "image mongo: log lines of the server"
    while !words.isEmpty {
      let word = words.removeFirst()
      func value(_ name: String) -> String? {
        if word.hasPrefix(name + "=") { return String(word.dropFirst(name.utf8.count + 1)) }
        return word == name && !words.isEmpty ? words.removeFirst() : nil
      }
      if let text = value("--replSet") {
        setName = separated(text, by: "/")[0]
      } else if let text = value("--port") {
        port = Int(text) ?? port
      } else if let text = value("--dbpath") {
        dataFolder = text
      } else if word == "--version" || word == "--help" || word == "-f" || word == "--config" || word == "--auth"
        || word == "--keyFile"
      {
        process.note(notSimulated: "mongod \(word)")
        process.machine.logNotSimulated = "mongod \(word)"
        return 1
      } else if word == "--bind_ip" || word == "--oplogSize" || word == "--wiredTigerCacheSizeGB" || word == "--logpath"
      {
        if !words.isEmpty { words.removeFirst() }
      }
    }
    _ = try? process.fileSystem.makeDirectory(dataFolder, parents: true)
    return nil
  }

  override func startDelay(_ process: Process) -> Interval { process.machine.facts.readyDelay ?? .milliseconds(1_500) }

  override func begin(_ process: Process) -> Int32? {
    let made = MongoServer(process, release: release, setName: setName, port: port, dataFolder: dataFolder)
    server = made
    made.start(process)
    return nil
  }

  private var closing = Interval.milliseconds(600)

  override func stopping(_ process: Process, _ signal: Signal) {
    closing = server?.beginsToClose() ?? closing
  }

  override func stopDelay(_ process: Process) -> Interval { process.machine.facts.stopDelay ?? closing }

  override func stopped(_ process: Process) -> Int32 {
    server?.close()
    return 0
  }
}
