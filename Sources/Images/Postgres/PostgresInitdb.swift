// initdb: makes a data directory. Source: PostgreSQL 15 manual, reference page initdb; words from the program itself.

import Postgres
import SimKernel
import SimMachine

final class InitdbProgram: Program {
  private let release: PostgresRelease
  private let duration: Interval
  private var options = Options()
  private var doneAt: Instant?

  private struct Options {
    var directory: String?
    var user: String?
    var passwordFile: String?
    var local: String?
    var host: String?
    var locale: String?
    var checksums = false
    var sync = true
    var instructions = true
    var walDirectory: String?
    var encoding: String?
    var cleans = true
  }

  private static let methods: Set<String> = [
    "trust", "reject", "scram-sha-256", "md5", "password", "ident", "peer", "gss", "sspi", "pam", "bsd", "ldap",
    "radius", "cert",
  ]
  /// In capitals; there are others.
  private static let encodings: Set<String> = [
    "UTF8", "UTF-8", "UNICODE", "SQL_ASCII", "LATIN1", "LATIN2", "LATIN9", "WIN1250", "WIN1251", "WIN1252", "KOI8R",
    "EUC_JP", "EUC_CN", "EUC_KR", "ISO_8859_5", "ISO_8859_7",
  ]

  init(_ release: PostgresRelease, duration: Interval = .milliseconds(1_400)) {
    self.release = release
    self.duration = duration
  }

  func resume(_ process: Process) -> Step {
    if let doneAt {
      guard process.world.now >= doneAt else { return .wait([.until(doneAt, .activity)]) }
      finish(process)
      return .exit(0)
    }
    if let code = begin(process) { return .exit(code) }
    return .again
  }

  private func begin(_ process: Process) -> Int32? {
    if let code = parse(process) { return code }
    if process.credentials.user == 0 {
      process.complain(
        "initdb: error: cannot be run as root\ninitdb: hint: Please log in (using, e.g., \"su\") as the (unprivileged) user that will own the server process.\n"
      )
      return 1
    }
    guard let directory = options.directory ?? process.environment["PGDATA"], !directory.isEmpty else {
      process.complain(
        "initdb: error: no data directory specified\ninitdb: hint: You must identify the directory where the data for this database system will reside.  Do this with either the invocation option -D or the environment variable PGDATA.\n"
      )
      return 1
    }
    options.directory = directory
    let user = options.user ?? "postgres"
    if user.hasPrefix("pg_") {
      process.complain(
        "initdb: error: superuser name \"\(user)\" is disallowed; role names cannot begin with \"pg_\"\n")
      return 1
    }
    for (method, kind) in [(options.local, "local"), (options.host, "host")] {
      guard let method, !InitdbProgram.methods.contains(method) else { continue }
      process.complain("initdb: error: invalid authentication method \"\(method)\" for \"\(kind)\" connections\n")
      return 1
    }
    if !options.cleans { process.print("Running in no-clean mode.  Mistakes will not be cleaned up.\n") }
    for method in [options.local, options.host] {
      if let method, ["scram-sha-256", "md5", "password"].contains(method), options.passwordFile == nil {
        process.complain("initdb: error: must specify a password for the superuser to enable password authentication\n")
        return 1
      }
    }
    process.print(
      "The files belonging to this database system will be owned by user \"postgres\".\nThis user must also own the server process.\n\n"
    )
    let locale = options.locale ?? localeOf(process)
    options.locale = locale
    guard isKnown(locale) else {
      process.complain("initdb: error: invalid locale name \"\(locale)\"\n")
      return 1
    }
    let encoding = locale == "C" || locale == "POSIX" ? "SQL_ASCII" : "UTF8"
    process.print("The database cluster will be initialized with locale \"\(locale)\".\n")
    if let given = options.encoding {
      guard InitdbProgram.encodings.contains(given.uppercased()) else {
        process.complain("initdb: error: \"\(given)\" is not a valid server encoding name\n")
        return 1
      }
      guard given.uppercased() == "UTF8" || given.uppercased() == "UTF-8" || given.lowercased() == "unicode" else {
        process.note(notSimulated: "initdb --encoding=\(given)")
        return 1
      }
    } else {
      process.print("The default database encoding has accordingly been set to \"\(encoding)\".\n")
    }
    process.print("The default text search configuration will be set to \"english\".\n\n")
    process.print("Data page checksums are \(options.checksums ? "enabled" : "disabled").\n\n")
    let path = FileSystem.normalize(directory, in: process.workingDirectory)
    if let there = try? process.fileSystem.list(path) {
      if !there.isEmpty {
        process.complain(notEmpty(directory, there))
        return 1
      }
      process.print("fixing permissions on existing directory \(directory) ... ")
      guard let inode = try? process.fileSystem.lookup(path), inode.owner == process.credentials.user else {
        process.complain(
          "initdb: error: could not change permissions of directory \"\(directory)\": Operation not permitted\n")
        return 1
      }
      inode.mode = 0o700
    } else {
      process.print("creating directory \(directory) ... ")
      guard
        (try? process.fileSystem.makeDirectory(path, permissions: 0o700, parents: true, as: process.credentials)) != nil
      else {
        // What is missing is made from above.
        var missing = path
        while let slash = missing.lastIndex(of: "/"), slash > missing.startIndex,
          !process.fileSystem.exists(String(missing[..<slash]))
        {
          missing = String(missing[..<slash])
        }
        process.complain("initdb: error: could not create directory \"\(missing)\": Permission denied\n")
        return 1
      }
    }
    process.print(
      "ok\ncreating subdirectories ... ok\nselecting dynamic shared memory implementation ... posix\nselecting default max_connections ... 100\nselecting default shared_buffers ... 128MB\nselecting default time zone ... \(release.isAlpine ? "UTC" : "Etc/UTC")\ncreating configuration files ... ok\nrunning bootstrap script ... ok\n"
    )
    doneAt = process.world.now + duration
    return nil
  }

  private func notEmpty(_ directory: String, _ names: [String]) -> String {
    var text = "initdb: error: directory \"\(directory)\" exists but is not empty\n"
    // Names that begin with a dot do not count as content by themselves.
    if names.contains("lost+found") {
      text +=
        "initdb: detail: It contains a lost+found directory, perhaps due to it being a mount point.\ninitdb: hint: Using a mount point directly as the data directory is not recommended.\nCreate a subdirectory under the mount point.\n"
    } else {
      text +=
        "initdb: hint: If you want to create a new database system, either remove or empty the directory \"\(directory)\" or run initdb with an argument other than \"\(directory)\".\n"
    }
    return text
  }

  private func localeOf(_ process: Process) -> String {
    for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
      if let value = process.environment[name], !value.isEmpty { return value }
    }
    return "C"
  }

  private func isKnown(_ locale: String) -> Bool {
    if release.isAlpine { return true }
    return ["C", "POSIX", "C.UTF-8", "C.utf8", "en_US.utf8", "en_US.UTF-8"].contains(locale)
  }

  private func finish(_ process: Process) {
    if release.isAlpine {
      var log = PostgresLog(release: release)
      log.zone = "UTC"
      process.complain("sh: locale: not found\n")
      process.complain(log.line(process.world.civilNow, 35, "WARNING:  no usable system locales were found"))
    }
    process.print("performing post-bootstrap initialization ... ok\n")
    process.print(
      options.sync
        ? "syncing data to disk ... ok\n"
        : "\nSync to disk skipped.\nThe data directory might become corrupt if the operating system crashes.\n")
    if options.local == nil || options.host == nil {
      process.complain("initdb: warning: enabling \"trust\" authentication for local connections\n")
      process.complain(
        release.major >= 15
          ? "initdb: hint: You can change this by editing pg_hba.conf or using the option -A, or --auth-local and --auth-host, the next time you run initdb.\n"
          : "You can change this by editing pg_hba.conf or using the option -A, or\n--auth-local and --auth-host, the next time you run initdb.\n"
      )
      process.print("\n")
    }
    let directory = options.directory ?? ""
    if options.instructions {
      let program = release.isAlpine ? "pg_ctl" : "\(release.programFolder)/pg_ctl"
      process.print(
        "\nSuccess. You can now start the database server using:\n\n    \(process.arguments[0] == "initdb" ? "pg_ctl" : program) -D \(directory) -l logfile start\n\n"
      )
    }
    var password: String?
    if let file = options.passwordFile, let bytes = try? process.fileSystem.read(file) {
      password = String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)
      if password?.isEmpty == true { password = nil }
    }
    let world = process.world
    // As the server makes it: the second, the microsecond and the number of the process.
    let identifier =
      world.clock.unixSeconds(world.now) << 32 | (world.clock.subsecondNanoseconds(world.now) / 1_000) << 12
      | Int64(world.random.below(4_096))
    let cluster = Postgres.Cluster(
      majorVersion: release.major, superuser: options.user ?? "postgres", password: password,
      locale: options.locale ?? "en_US.utf8", systemIdentifier: identifier)
    DataDirectory.write(
      process.fileSystem, FileSystem.normalize(directory, in: process.workingDirectory), release: release,
      cluster: cluster, locale: options.locale ?? "en_US.utf8", localMethod: options.local ?? "trust",
      hostMethod: options.host ?? "trust", at: world.civilNow, as: process.credentials)
  }

  private func parse(_ process: Process) -> Int32? {
    var reader = OptionReader(Array(process.arguments.dropFirst()), long: InitdbProgram.long)
    while let option = reader.next() {
      switch option {
      case .option(let name, let value):
        switch name {
        case "auth":
          options.local = value
          options.host = value
        case "auth-local": options.local = value
        case "auth-host": options.host = value
        case "pgdata": options.directory = value
        case "username": options.user = value
        case "pwfile": options.passwordFile = value
        case "locale": options.locale = value
        case "no-locale": options.locale = "C"
        case "data-checksums": options.checksums = true
        case "no-data-checksums": options.checksums = false
        case "no-sync": options.sync = false
        case "no-instructions": options.instructions = false
        case "waldir": options.walDirectory = value
        case "version":
          process.print(release.versionLine("initdb"))
          return 0
        case "encoding": options.encoding = value
        case "no-clean": options.cleans = false
        case "lc-collate", "lc-ctype", "lc-messages", "lc-monetary", "lc-numeric", "lc-time", "allow-group-access",
          "text-search-config", "locale-provider", "set":
          if name == "set" || name == "locale-provider" { process.note(notSimulated: "initdb --\(name)") }
        default:
          process.note(notSimulated: "initdb --\(name)")
          return 1
        }
      case .operand(let word):
        if options.directory == nil {
          options.directory = word
        } else {
          process.complain(
            "initdb: error: too many command-line arguments (first is \"\(word)\")\ninitdb: hint: Try \"initdb --help\" for more information.\n"
          )
          return 1
        }
      case .wrong(let words):
        process.complain("initdb: \(words)\ninitdb: hint: Try \"initdb --help\" for more information.\n")
        return 1
      }
    }
    return nil
  }

  private static let long: [OptionName] = [
    OptionName("auth", "A", true), OptionName("auth-local", nil, true), OptionName("auth-host", nil, true),
    OptionName("pgdata", "D", true), OptionName("encoding", "E", true), OptionName("data-checksums", "k", false),
    OptionName("no-data-checksums", nil, false), OptionName("username", "U", true), OptionName("pwfile", nil, true),
    OptionName("pwprompt", "W", false), OptionName("locale", nil, true), OptionName("no-locale", nil, false),
    OptionName("lc-collate", nil, true), OptionName("lc-ctype", nil, true), OptionName("lc-messages", nil, true),
    OptionName("lc-monetary", nil, true), OptionName("lc-numeric", nil, true), OptionName("lc-time", nil, true),
    OptionName("no-sync", "N", false), OptionName("nosync", nil, false), OptionName("no-instructions", nil, false),
    OptionName("waldir", "X", true), OptionName("version", "V", false), OptionName("help", "?", false),
    OptionName("allow-group-access", "g", false), OptionName("text-search-config", "T", true),
    OptionName("wal-segsize", nil, true), OptionName("locale-provider", nil, true), OptionName("set", "c", true),
    OptionName("debug", "d", false), OptionName("no-clean", "n", false), OptionName("show", "s", false),
    OptionName("sync-only", "S", false),
  ]
}
