// The command line of `postgres` and the configuration it runs with: postgresql.conf, postgresql.auto.conf, then the command
// line, later ones winning. Source: PostgreSQL 15 manual, reference page postgres and 20.1.

import Postgres
import SimKernel
import SimMachine

struct ServerOptions {
  var directory: String?
  var parameters: [(name: String, value: String)] = []
  /// `-C name`: prints a parameter and ends.
  var shown: String?
  var wantsVersion = false
  var notSimulated: String?
  /// What is wrong with the command line, as printed.
  var problem: String?

  init(_ arguments: [String], program: String) {
    var index = 0
    let letters: [Character: String] = [
      "p": "port", "h": "listen_addresses", "k": "unix_socket_directories", "N": "max_connections",
      "B": "shared_buffers", "S": "work_mem",
    ]
    func assign(_ text: String, _ option: String) {
      guard let equals = text.utf8.firstIndex(of: 61) else {
        problem = "\(program): \(option)\(text) requires a value\n"
        return
      }
      let name = String(text[..<equals])
      parameters.append((ServerOptions.underscored(name), String(text[text.utf8.index(after: equals)...])))
    }
    while index < arguments.count, problem == nil {
      let word = arguments[index]
      index += 1
      if word == "--version" || word == "-V" {
        wantsVersion = true
      } else if word == "--help" || word == "-?" || word == "--describe-config" || word == "--single"
        || word == "--boot" || word == "--check"
      {
        notSimulated = "postgres \(word)"
      } else if word.hasPrefix("--") {
        assign(String(word.dropFirst(2)), "--")
      } else if word.utf8.first == 45, let letter = word.dropFirst().first {
        if letter == "F" {
          parameters.append(("fsync", "off"))
          continue
        }
        if letter == "i" {
          parameters.append(("listen_addresses", "*"))
          continue
        }
        var value = String(word.dropFirst(2))
        if value.isEmpty {
          guard index < arguments.count, "cCDdhkNBSp".contains(letter) else {
            let isKnown = "cCDdhkNBSp".contains(letter)
            problem =
              "\(program): \(isKnown ? "option requires an argument" : "invalid option") -- '\(letter)'\nTry \"\(program) --help\" for more information.\n"
            return
          }
          value = arguments[index]
          index += 1
        }
        switch letter {
        case "c": assign(value, "-c ")
        case "C": shown = value
        case "D": directory = value
        case "d": break
        default:
          guard let name = letters[letter] else {
            problem = "\(program): invalid option -- '\(letter)'\nTry \"\(program) --help\" for more information.\n"
            return
          }
          parameters.append((name, value))
        }
      } else {
        problem = "\(program): invalid argument: \"\(word)\"\nTry \"\(program) --help\" for more information.\n"
      }
    }
  }

  private static func underscored(_ name: String) -> String {
    var bytes: [UInt8] = []
    for b in name.utf8 { bytes.append(b == 45 ? 95 : (65...90).contains(b) ? b + 32 : b) }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The parameters a server runs with, or the reasons why it does not.
struct ServerConfiguration {
  var directory = ""
  var file = ""
  var settings: [(name: String, value: String)] = []
  /// Where each setting of a file stands, for messages about reloading.
  var origin: [String: String] = [:]
  /// Log lines before the end.
  var problems: [String] = []
  /// Printed plainly, with exit code 2: there is no configuration to log with.
  var missing: String?

  subscript(name: String) -> String? {
    for setting in settings.reversed() where setting.name == name { return setting.value }
    return nil
  }

  /// As SHOW prints it, the default when nothing sets it.
  func value(_ name: String) -> String { self[name] ?? Parameter.find(name)?.initial ?? "" }
  func number(_ name: String) -> Int64 { Int64(Parameter.find(name)?.plain(value(name)) ?? "") ?? 0 }

  init(_ options: ServerOptions, process: Process, program: String) {
    let fileSystem = process.fileSystem
    func absolute(_ path: String) -> String { FileSystem.normalize(path, in: process.workingDirectory) }
    var given: String?
    for parameter in options.parameters where parameter.name == "config_file" { given = absolute(parameter.value) }
    let data = options.directory ?? process.environment["PGDATA"]
    guard data != nil || given != nil else {
      missing =
        "\(program) does not know where to find the server configuration file.\nYou must specify the --config-file or -D invocation option or set the PGDATA environment variable.\n"
      return
    }
    directory = absolute(data ?? ".")
    if data != nil, !fileSystem.exists(directory) {
      missing =
        "\(program): could not access directory \"\(directory)\": No such file or directory\nRun initdb or pg_basebackup to initialize a PostgreSQL data directory.\n"
      return
    }
    file = given ?? directory + "/postgresql.conf"
    guard let bytes = try? fileSystem.read(file) else {
      missing =
        "\(program): could not access the server configuration file \"\(file)\": No such file or directory\n"
      return
    }
    guard fileSystem.permits((try? fileSystem.lookup(file)) ?? fileSystem.root, 4, process.credentials) else {
      problems.append("FATAL:  could not open configuration file \"\(file)\": Permission denied")
      return
    }
    // The command line comes first: what is wrong there ends everything.
    var commandLine: [(name: String, value: String)] = []
    for parameter in options.parameters {
      switch Parameter.read(parameter.name, parameter.value) {
      case .value(let value): commandLine.append((parameter.name, value))
      case .unknown:
        problems.append("FATAL:  unrecognized configuration parameter \"\(parameter.name)\"")
        return
      case .invalid(let message, let hint):
        problems.append("FATAL:  \(message)")
        if let hint { problems.append("HINT:  \(hint)") }
        return
      }
    }
    let read = { (path: String) -> [UInt8]? in try? fileSystem.read(path) }
    var parsed = ConfigurationFile.parse(String(decoding: bytes, as: UTF8.self), file: file, read: read)
    for parameter in parsed.entries where parameter.name == "data_directory" && options.directory == nil {
      directory = absolute(parameter.value)
    }
    let automatic = directory + "/postgresql.auto.conf"
    if let bytes = try? fileSystem.read(automatic) {
      let more = ConfigurationFile.parse(String(decoding: bytes, as: UTF8.self), file: automatic, read: read)
      parsed.entries += more.entries
      parsed.problems += more.problems
    } else {
      problems.append("LOG:  skipping missing configuration file \"\(automatic)\"")
    }
    var wrong: [String] = []
    var wrongFile = file
    for problem in parsed.problems { wrong.append("LOG:  \(problem)") }
    for entry in parsed.entries {
      switch Parameter.read(entry.name, entry.value) {
      case .value(let value):
        settings.append((entry.name, value))
        origin[entry.name] = entry.file
      case .unknown:
        wrong.append(
          "LOG:  unrecognized configuration parameter \"\(entry.name)\" in file \"\(entry.file)\" line \(entry.line)")
        wrongFile = entry.file
      case .invalid(let message, let hint):
        wrong.append("LOG:  \(message)")
        if let hint { wrong.append("HINT:  \(hint)") }
        wrongFile = entry.file
      }
    }
    settings += commandLine
    for parameter in commandLine { origin[parameter.name] = nil }
    if !wrong.isEmpty { problems += wrong + ["FATAL:  configuration file \"\(wrongFile)\" contains errors"] }
  }

  var isBroken: Bool {
    for problem in problems where problem.hasPrefix("FATAL") { return true }
    return false
  }

  /// What a server says when it starts to listen: one line per address family of each address.
  func listening(_ port: String) -> [(address: String, line: String)] {
    var out: [(address: String, line: String)] = []
    let addresses = value("listen_addresses")
    for part in addresses.split(separator: "," as Character) {
      var address = String(part)
      while address.utf8.first == 32 { address.removeFirst() }
      while address.utf8.last == 32 { address.removeLast() }
      switch address {
      case "": break
      case "*":
        out.append(("0.0.0.0", "LOG:  listening on IPv4 address \"0.0.0.0\", port \(port)"))
        out.append(("::", "LOG:  listening on IPv6 address \"::\", port \(port)"))
      case "localhost":
        out.append(("::1", "LOG:  listening on IPv6 address \"::1\", port \(port)"))
        out.append(("127.0.0.1", "LOG:  listening on IPv4 address \"127.0.0.1\", port \(port)"))
      default:
        let family = address.utf8.contains(58) ? "IPv6" : "IPv4"
        out.append((address, "LOG:  listening on \(family) address \"\(address)\", port \(port)"))
      }
    }
    return out
  }
}
