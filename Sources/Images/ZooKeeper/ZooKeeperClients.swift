// zkCli.sh, zkServer.sh status, and nc for four-letter words. zkCli.sh begins with log lines about its JVM and its class path, which
// are not modelled and are said so; what follows them is what version 3.8.0 prints.

import SimKernel
import SimMachine

/// zkCli.sh [-server host:port] [command …]
final class ZooKeeperCLI: ClientProgram {
  private let release: ZooKeeperRelease
  private var address = "localhost:2181"
  private var session: Int64 = 0
  private var count = 0

  init(_ release: ZooKeeperRelease) { self.release = release }

  override func begin(_ process: Process) -> Int32? {
    process.note(notSimulated: "zkCli.sh: its log lines at the start")
    var words = Array(process.arguments.dropFirst())
    while let first = words.first, first.utf8.first == 45 {
      words.removeFirst()
      guard first == "-server", !words.isEmpty else {
        process.note(notSimulated: "zkCli.sh \(first)")
        return 1
      }
      address = words.removeFirst()
    }
    process.print("Connecting to \(address)\n")
    if words.isEmpty {
      process.print("Welcome to ZooKeeper!\nJLine support is enabled\n")
    }
    guard let server = connect(process), server.serves else {
      process.note(notSimulated: "zkCli.sh waiting for a server that does not serve")
      return 1
    }
    session = server.openSession()
    process.print("\nWATCHER::\n\nWatchedEvent state:SyncConnected type:None path:null\n")
    if words.isEmpty { return nil }
    return run(words, process)
  }

  private func connect(_ process: Process) -> ZooKeeperServer? {
    for place in separated(address, by: ",") {
      let (host, port) = hostAndPort(place, 2181)
      if case .server(let listener, _) = Reach(host, port, from: process), let server = listener as? ZooKeeperServer,
        server.serves
      {
        return server
      }
    }
    return nil
  }

  override func prompt(_ process: Process) -> String { "[zk: \(address)(CONNECTED) \(count)] " }

  override func take(_ line: String, _ process: Process) -> Int32? {
    guard let words = RedisReply.split(line), let first = words.first else { return nil }
    count += 1
    if first == "quit" { return 0 }
    _ = run(words, process)
    return nil
  }

  override func inputEnded(_ process: Process) -> Int32 { 0 }
  override func interrupted(_ process: Process) -> Int32? { 130 }

  private func fail(_ error: ZError, _ process: Process) -> Int32 {
    if case .notSimulated(let what) = error { process.note(notSimulated: "zkCli.sh \(what)") }
    process.complain(error.text + "\n")
    return 1
  }

  private func run(_ words: [String], _ process: Process) -> Int32 {
    guard let server = connect(process) else {
      process.note(notSimulated: "zkCli.sh waiting for a server that does not serve")
      return 1
    }
    var flags: Set<String> = []
    var operands: [String] = []
    for word in words.dropFirst() {
      if word.utf8.first == 45, word.utf8.count == 2, operands.isEmpty {
        flags.insert(word)
      } else {
        operands.append(word)
      }
    }
    let command = words[0]
    let known: [String: Set<String>] = [
      "create": ["-e", "-s"], "get": ["-s"], "ls": ["-s", "-R"], "stat": [], "set": ["-s"], "delete": [],
      "deleteall": [], "getAllChildrenNumber": [], "sync": [],
    ]
    guard let allowed = known[command] else {
      process.note(notSimulated: "zkCli.sh \(command)")
      return 1
    }
    if !flags.isSubset(of: allowed) {
      process.note(notSimulated: "zkCli.sh \(words.joined(separator: " "))")
      return 1
    }
    guard let path = operands.first else {
      process.note(notSimulated: "zkCli.sh: the usage of \(command)")
      return 1
    }
    guard path.utf8.first == 47 else {
      process.note(notSimulated: "zkCli.sh: a path that does not begin with /")
      return 1
    }
    let now = process.world.civilNow
    let tree = server.tree
    switch command {
    case "create":
      var result: (path: String, error: ZError?) = (path, nil)
      let owner = flags.contains("-e") ? session : 0
      let data = operands.count > 1 ? operands[1] : ""
      server.change { result = $0.create(path, data, owner: owner, sequential: flags.contains("-s"), at: now) }
      if let error = result.error { return fail(error, process) }
      process.complain("Created \(result.path)\n")
    case "get":
      guard let node = tree.nodes[path] else { return fail(.noNode(path), process) }
      process.print(node.data + "\n")
      if flags.contains("-s") || !release.isModern { process.print(tree.stat(path)!) }
    case "stat":
      guard let text = tree.stat(path) else { return fail(.noNode(path), process) }
      process.print(text)
    case "ls":
      guard tree.nodes.contains(path) else { return fail(.noNode(path), process) }
      if flags.contains("-R") {
        for item in tree.walk(path) { process.print(item + "\n") }
        return 0
      }
      process.print("[" + tree.children(path).joined(separator: ", ") + "]\n")
      if flags.contains("-s") { process.print(tree.stat(path)!) }
    case "set":
      guard operands.count > 1 else {
        process.note(notSimulated: "zkCli.sh: the usage of set")
        return 1
      }
      var error: ZError?
      server.change { error = $0.set(path, operands[1], at: now) }
      if let error { return fail(error, process) }
      if flags.contains("-s") || !release.isModern { process.print(server.tree.stat(path)!) }
    case "delete":
      var error: ZError?
      server.change { error = $0.delete(path) }
      if let error { return fail(error, process) }
    case "deleteall":
      guard tree.nodes.contains(path) else { return fail(.noNode(path), process) }
      for item in tree.walk(path).reversed() { server.change { _ = $0.delete(item) } }
    case "getAllChildrenNumber":
      guard tree.nodes.contains(path) else { return fail(.noNode(path), process) }
      process.print("\(tree.walk(path).count - 1)\n")
    default: process.print("Sync is OK\n")
    }
    return 0
  }
}

enum ZooKeeperTools {
  /// `zkServer.sh status`: asks the server on this machine with the word srvr.
  static func status(_ call: inout UtilityCall, configurationPath: String, release: ZooKeeperRelease) -> Int32 {
    call.complain("ZooKeeper JMX enabled by default\nUsing config: \(configurationPath)\n")
    guard let bytes = try? call.fileSystem.read(configurationPath) else {
      call.process.note(notSimulated: "zkServer.sh status without a configuration file")
      return 1
    }
    let configuration = ZooKeeperConfiguration(String(decoding: bytes, as: UTF8.self))
    var port = Int(configuration.number("clientPort", 0))
    if port == 0 {
      let id = (try? call.fileSystem.read(configuration.dataFolder + "/myid")).map {
        String(decoding: $0, as: UTF8.self)
      }
      for server in configuration.servers where String(server.id) == blankSeparated(id ?? "").first {
        port = server.clientPort ?? 0
      }
    }
    if release.isModern { call.print("Client port found: \(port). Client address: localhost. Client SSL: false.\n") }
    if let server = call.process.machine.listeners[port] as? ZooKeeperServer,
      let answer = server.answer("srvr", from: call.process.machine, note: { _ in })
    {
      for line in answer.split(separator: "\n" as Character) where line.hasPrefix("Mode") {
        call.print(line + "\n")
        return 0
      }
    }
    call.print("Error contacting service. It is probably not running.\n")
    return 1
  }

  /// nc HOST PORT with a four-letter word as its input.
  static func netcat(_ call: inout UtilityCall) -> Int32 {
    var operands: [String] = []
    var skips = false
    for word in call.arguments {
      if skips {
        skips = false
      } else if word == "-q" || word == "-w" || word == "-i" {
        skips = true
      } else if word.utf8.first == 45 {
        if word == "-z" || word == "-v" || word == "-vz" || word == "-zv" {
          call.process.note(notSimulated: "nc \(word) in this image")
        }
      } else {
        operands.append(word)
      }
    }
    guard operands.count == 2, let port = Int(operands[1]) else {
      call.process.note(notSimulated: "nc: this use of it")
      return 1
    }
    guard case .server(let listener, _) = Reach(operands[0], port, from: call.process) else { return 1 }
    guard let server = listener as? ZooKeeperServer else {
      call.process.note(notSimulated: "nc talking to a \(listener.service) server")
      return 1
    }
    let word = blankSeparated(String(decoding: call.input, as: UTF8.self)).first ?? ""
    let process = call.process
    if let answer = server.answer(word, from: process.machine, note: { process.note(notSimulated: $0) }) {
      call.print(answer)
    }
    return 0
  }
}
