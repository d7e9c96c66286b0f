// docker.io/library/mysql and mariadb: declared, not modelled. The entrypoint's refusal without a password is; after that a server
// listens that answers `ping` and nothing else: clients and log lines say "not simulated".
// Source: docker-library/mysql and MariaDB/mariadb-docker, docker-entrypoint.sh.

import SimKernel
import SimMachine

package enum MySQLImages {
  package static var families: [ImageFamily] {
    [
      family(
        "docker.io/library/mysql", "MYSQL", server: "mysqld", majors: [5, 8, 9], megabytes: 230,
        clients: ["mysql", "mysqldump", "mysqlsh"]),
      family(
        "docker.io/library/mariadb", "MARIADB", server: "mariadbd", majors: [10, 11, 12], megabytes: 120,
        clients: ["mariadb", "mariadb-dump", "mysql", "mariabackup"]),
    ]
  }

  private static func family(
    _ name: String, _ prefix: String, server: String, majors: [Int], megabytes: Int64, clients: [String]
  ) -> ImageFamily {
    ImageFamily(
      name: name,
      tags: .matching { tag in
        tag == "latest" || tag == "lts"
          || VersionTag(tag).map { majors.contains($0.numbers[0]) && $0.numbers.count <= 3 } == true
      }, sizeBytes: { _ in megabytes << 20 }, pull: .milliseconds(7_000),
      configuration: { _ in
        var configuration = ImageConfiguration()
        configuration.needsWritableRoot = true
        configuration.entrypoint = ["docker-entrypoint.sh"]
        configuration.command = [server]
        configuration.environment = [("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")]
        return configuration
      },
      populate: { machine, _ in
        makeFolders(
          machine, ["/var/lib/mysql", "/docker-entrypoint-initdb.d"], owner: Credentials(user: 999, group: 999))
        install(machine, "/usr/local/bin/docker-entrypoint.sh", name: "mysql entrypoint") {
          MySQLProgram(prefix, server)
        }
        for ping in ["mysqladmin", "mariadb-admin"] {
          install(machine, "/usr/bin/" + ping) {
            UtilityProgram(
              Utility(ping) { call in
                guard call.arguments.contains("ping"), call.process.machine.listeners[3306] != nil else {
                  call.process.note(notSimulated: ping)
                  return 1
                }
                call.print("\(server) is alive\n")
                return 0
              })
          }
        }
        installNotSimulated(machine, folder: "/usr/bin", clients)
      })
  }
}

private final class MySQLProgram: ServerProcess {
  private let prefix: String
  private let server: String

  init(_ prefix: String, _ server: String) {
    self.prefix = prefix
    self.server = server
  }

  override func prepare(_ process: Process) -> Int32? {
    let words = Array(process.arguments.dropFirst())
    guard words.first == server || words.first == "mysqld" || words.first?.utf8.first == 45 else {
      handedOver = becomeOther(process, words)
      return handedOver ? nil : 127
    }
    process.machine.logNotSimulated = "image \(prefix.lowercased()): log lines of the entrypoint and the server"
    if process.fileSystem.exists("/var/lib/mysql/mysql") { return nil }
    for name in [
      "ROOT_PASSWORD", "ALLOW_EMPTY_PASSWORD", "RANDOM_ROOT_PASSWORD", "ALLOW_EMPTY_ROOT_PASSWORD",
      "ROOT_PASSWORD_HASH",
    ] {
      for start in [prefix, "MYSQL"] where process.environment["\(start)_\(name)"]?.isEmpty == false {
        _ = try? process.fileSystem.makeDirectory("/var/lib/mysql/mysql", parents: true)
        return nil
      }
      if process.environment["\(prefix)_\(name)_FILE"] != nil { return nil }
    }
    return 1
  }

  override func startDelay(_ process: Process) -> Interval { process.machine.facts.readyDelay ?? .seconds(Int64(9)) }

  override func begin(_ process: Process) -> Int32? {
    PeerServer(service: "mysql", machine: process.machine).open(process, ports: [3306])
    return nil
  }

  override func stopDelay(_ process: Process) -> Interval { process.machine.facts.stopDelay ?? .milliseconds(900) }
}
