// docker.io/library/postgres: the official image, as the catalogue knows it. Its programs are in the files beside this one.

import Postgres
import SimKernel
import SimMachine
import Utilities

package enum PostgresImage {
  package static var family: ImageFamily {
    ImageFamily(
      name: "docker.io/library/postgres", tags: .matching { PostgresRelease(tag: $0) != nil },
      sizeBytes: { PostgresRelease(tag: $0)?.isAlpine == true ? 109_241_012 : 152 << 20 },
      pull: .milliseconds(6_200), configuration: { configuration(PostgresRelease(tag: $0)!) },
      populate: { machine, tag in populate(machine, PostgresRelease(tag: tag)!) })
  }

  private static func configuration(_ release: PostgresRelease) -> ImageConfiguration {
    var configuration = ImageConfiguration()
    configuration.needsWritableRoot = true
    configuration.entrypoint = ["docker-entrypoint.sh"]
    configuration.command = ["postgres"]
    configuration.stopSignal = .interrupt
    configuration.userland = .distribution(distribution(release))
    let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    configuration.environment = [
      ("PATH", release.isAlpine ? path : "\(path):\(release.programFolder)"), ("GOSU_VERSION", "1.17"),
      ("LANG", "en_US.utf8"), ("PG_MAJOR", "\(release.major)"), ("PG_VERSION", release.package),
      ("PGDATA", "/var/lib/postgresql/data"),
    ]
    return configuration
  }

  /// What the image installs beside the server: bash for its entrypoint, and on Debian what `apt` brought along.
  private static func distribution(_ release: PostgresRelease) -> Distribution {
    let id = release.userID
    return release.isAlpine
      ? Distribution.alpine(21).adding(
        users: "postgres:x:\(id):\(id):PostgreSQL user:/var/lib/postgresql:/bin/sh", groups: "postgres:x:\(id):",
        programs: "bash", in: "/bin"
      ).adding(programs: "zstd")
      : Distribution.debian().adding(
        users: "postgres:x:\(id):\(id)::/var/lib/postgresql:/bin/bash",
        groups: "postgres:x:\(id):\nssl-cert:x:101:postgres", programs: "gpg less openssl xz zstd")
  }

  private static func populate(_ machine: Machine, _ release: PostgresRelease) {
    let files = machine.fileSystem
    if !release.isAlpine { machine.facts.locale = "en_US.utf8" }
    for folder in ["/usr/local/bin", release.programFolder, "/docker-entrypoint-initdb.d", "/etc", "/tmp"] {
      _ = try? files.makeDirectory(folder, parents: true)
    }
    (try? files.lookup("/tmp"))?.mode = 0o1777
    for (folder, mode) in [
      ("/var/lib/postgresql", 0o1777), ("/var/lib/postgresql/data", 0o1777), ("/var/run/postgresql", 0o3777),
    ] {
      guard let inode = try? files.makeDirectory(folder, parents: true) else { continue }
      inode.mode = mode
      inode.owner = release.userID
      inode.group = release.userID
    }
    if release.isAlpine {
      _ = try? files.makeDirectory("/lib", parents: true)
      try? files.write("/lib/ld-musl-x86_64.so.1", [], permissions: 0o755)
    }
    PostgresPrograms.register(into: machine.commands, release: release)
    machine.install("postgres entrypoint", at: "/usr/local/bin/docker-entrypoint.sh")
    machine.install("gosu", at: "/usr/local/bin/gosu")
    if release.major < 17 { machine.install("gosu", at: "/usr/local/bin/su-exec") }
    for name in PostgresPrograms.names { machine.install(name, at: "\(release.programFolder)/\(name)") }
    // Debian's packages put the clients on everybody's path.
    if !release.isAlpine {
      _ = try? files.makeDirectory("/usr/bin", parents: true)
      for name in PostgresPrograms.clients { machine.install(name, at: "/usr/bin/\(name)") }
    }
  }
}

/// The programs of the image by name.
enum PostgresPrograms {
  static let clients =
    [
      "psql", "pg_isready", "createdb", "createuser", "dropdb", "dropuser", "pg_dump", "pg_dumpall", "pg_restore",
      "pg_basebackup", "vacuumdb", "reindexdb", "clusterdb", "pg_config",
    ] + notSimulatedClients
  private static let notSimulatedClients = ["pg_receivewal", "pg_recvlogical"]
  private static let notSimulatedServers = [
    "pg_upgrade", "pg_resetwal", "pg_rewind", "pg_waldump", "pg_checksums", "pg_archivecleanup", "pg_verifybackup",
    "pg_test_fsync", "pg_amcheck",
  ]
  static let names =
    clients + ["postgres", "initdb", "pg_ctl", "pg_controldata", "pgbench"] + notSimulatedServers

  static func register(into table: CommandTable, release: PostgresRelease) {
    table.register("postgres entrypoint") { PostgresEntrypoint(release) }
    table.register("gosu") { StepDown(release) }
    table.register("postgres") { PostgresServerProgram(release) }
    table.register("initdb") { InitdbProgram(release) }
    table.register("pg_ctl") { PostgresControlProgram(release) }
    table.register("pg_basebackup") { BasebackupProgram(release) }
    table.register("psql") { PsqlProgram(release) }
    table.register(Utility("pg_controldata") { call in PostgresControlData.run(&call, release) })
    for name in ClientTools.names {
      table.register(name) { PostgresClientProgram(name, release) }
    }
    for name in notSimulatedClients + notSimulatedServers {
      table.register(
        Utility(name) { call in
          if call.arguments.first == "--version" || call.arguments.first == "-V" {
            call.print(release.versionLine(name))
            return 0
          }
          call.process.note(notSimulated: name)
          return 1
        })
    }
  }
}

/// gosu: runs a command as another user, in the same process.
private final class StepDown: Program {
  private let release: PostgresRelease
  init(_ release: PostgresRelease) { self.release = release }

  func resume(_ process: Process) -> Step {
    let words = Array(process.arguments.dropFirst())
    guard words.count >= 2 else {
      process.note(notSimulated: "gosu without a command")
      return .exit(1)
    }
    var user = words[0]
    if let colon = user.utf8.firstIndex(of: 58) { user = String(user[..<colon]) }
    let number = user == "root" ? 0 : user == "postgres" ? release.userID : Int(user)
    guard let number else {
      process.complain(
        "error: failed switching to \"\(words[0])\": unable to find user \(user): no matching entries in passwd file\n")
      return .exit(1)
    }
    process.credentials = Credentials(user: number, group: number)
    guard let (program, arguments) = ProgramSearch.find(Array(words.dropFirst()), process) else {
      process.complain("error: exec: \"\(words[1])\": executable file not found in $PATH\n")
      return .exit(1)
    }
    process.environment["HOME"] = number == 0 ? "/root" : "/var/lib/postgresql"
    process.become(program, arguments: arguments)
    return .again
  }
}
