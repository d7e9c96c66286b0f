// Small things that many images need: folders and programs put in place, what a script's `exec` does, words of a line.

import SimKernel
import SimMachine

/// Makes folders that an image has.
func makeFolders(_ machine: Machine, _ paths: [String], owner: Credentials = .root) {
  for path in paths {
    if let inode = try? machine.fileSystem.makeDirectory(path, parents: true) {
      inode.owner = owner.user
      inode.group = owner.group
    }
  }
}

/// Registers a program and gives it a file.
func install(_ machine: Machine, _ path: String, name: String? = nil, _ make: @escaping () -> any Program) {
  var key = name ?? path
  if name == nil, let slash = path.utf8.lastIndex(of: 47) { key = String(path[path.utf8.index(after: slash)...]) }
  machine.commands.register(key, make)
  if let slash = path.utf8.lastIndex(of: 47), slash != path.utf8.startIndex {
    _ = try? machine.fileSystem.makeDirectory(String(path[..<slash]), parents: true)
  }
  machine.install(key, at: path)
}

/// Programs an image has whose work is not modelled: they say so.
func installNotSimulated(_ machine: Machine, folder: String, _ names: [String]) {
  for name in names {
    install(machine, folder + "/" + name) {
      UtilityProgram(
        Utility(name) { call in
          call.process.note(notSimulated: name)
          return 1
        })
    }
  }
}

/// Turns the process into another program of its machine, as a script's last `exec "$@"` does. False when there is none.
func becomeOther(_ process: Process, _ arguments: [String]) -> Bool {
  guard let first = arguments.first,
    let found = process.machine.find(
      first, path: process.environment["PATH"] ?? "", in: process.workingDirectory, as: process.credentials)
  else { return false }
  var line = arguments
  var path = found
  for _ in 0..<4 {
    guard
      let executable = try? process.machine.executable(path, in: process.workingDirectory, as: process.credentials)
    else { return false }
    switch executable {
    case .program(let program):
      process.become(program, arguments: line)
      return true
    case .script(let interpreter):
      line = interpreter + [path] + line.dropFirst()
      guard let head = interpreter.first else { return false }
      path = head
    case .plainText: return false
    }
  }
  return false
}

func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 || byte == 10 }

/// Words separated by blanks.
func blankSeparated(_ text: String) -> [String] {
  var words: [String] = []
  for word in text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\n" }) {
    words.append(String(word))
  }
  return words
}

func separated(_ text: String, by separator: Character) -> [String] {
  var parts: [String] = []
  for part in text.split(separator: separator, omittingEmptySubsequences: false) { parts.append(String(part)) }
  return parts
}

/// `host:port`, with a default for the port.
func hostAndPort(_ text: String, _ defaultPort: Int) -> (host: String, port: Int) {
  guard let colon = text.utf8.lastIndex(of: 58),
    let port = Int(String(text[text.utf8.index(after: colon)...]))
  else { return (text, defaultPort) }
  return (String(text[..<colon]), port)
}

/// Pads with spaces on the right.
func left(_ text: String, _ width: Int) -> String {
  let count = text.unicodeScalars.count
  return count >= width ? text : text + String(repeating: " " as Character, count: width - count)
}

/// Pads with spaces on the left.
func right(_ text: String, _ width: Int) -> String {
  let count = text.unicodeScalars.count
  return count >= width ? text : String(repeating: " " as Character, count: width - count) + text
}

/// `2026-01-15 09:00:00`
func dateAndTime(_ time: CivilTime) -> String {
  "\(padded(time.year, 4))-\(padded(time.month, 2))-\(padded(time.day, 2)) \(clockTime(time))"
}
/// `09:00:00`
func clockTime(_ time: CivilTime) -> String {
  "\(padded(time.hour, 2)):\(padded(time.minute, 2)):\(padded(time.second, 2))"
}
func millisecond(_ time: CivilTime) -> String { padded(time.nanosecond / 1_000_000, 3) }

/// Whether a short pattern occurs in a text.
func occurs(_ pattern: String, in text: String) -> Bool {
  let needle = Array(pattern.utf8)
  let hay = Array(text.utf8)
  guard !needle.isEmpty else { return true }
  guard hay.count >= needle.count else { return false }
  for start in 0...(hay.count - needle.count) where hay[start..<start + needle.count].elementsEqual(needle) {
    return true
  }
  return false
}

/// The words of a client's failure to reach a server.
enum Reach {
  case server(any Listener, address: String)
  case refused(address: String)
  case unknownHost
  case unreachable(address: String)

  init(_ host: String, _ port: Int, from process: Process) {
    let machine = process.machine
    guard let network = machine.network else {
      if let listener = machine.listeners[port] {
        self = .server(listener, address: "127.0.0.1")
      } else {
        self = .refused(address: "127.0.0.1")
      }
      return
    }
    switch network.connect(host: host, port: port, from: machine) {
    case .connected(let listener, let address): self = .server(listener, address: address)
    case .refused(let address): self = .refused(address: address)
    case .unknownHost: self = .unknownHost
    case .unreachable(let address): self = .unreachable(address: address)
    case .outside:
      process.note(notSimulated: "\(process.name) asking a host outside the cluster")
      self = .unknownHost
    }
  }
}
