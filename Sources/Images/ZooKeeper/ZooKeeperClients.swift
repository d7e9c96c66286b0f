// zkCli.sh and zkServer.sh status. zkCli.sh begins with log lines about its JVM and its class path, which
// are not modelled and are said so; what follows them is what version 3.8.0 prints.

import SimKernel
import SimMachine

/// zkCli.sh [-server host:port] [command …]
final class ZooKeeperCLI: ClientProgram {
  private let release: ZooKeeperRelease
  private var address = "localhost:2181"
  private var session: Int64 = 0
  private var count = 0
  private var isOneShot = false

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
    isOneShot = true
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
    var version: Int64 = -1
    let command = words[0]
    var rest = Array(words.dropFirst())
    guard let form = ZooKeeperCLI.forms[command] else {
      if ZooKeeperCLI.others.contains(command) || !release.text.hasPrefix("3.8") {
        process.note(notSimulated: "zkCli.sh \(command)")
        return 1
      }
      process.complain(ZooKeeperCLI.help + "Command not found: Command not found \(command)\n")
      return 127
    }
    while !rest.isEmpty {
      let word = rest.removeFirst()
      guard word.utf8.first == 45, word.utf8.count == 2 else {
        operands.append(word)
        continue
      }
      if word == "-v", form.flags.contains("-v"), let number = rest.first.flatMap({ Int64($0) }) {
        version = number
        rest.removeFirst()
      } else if !form.flags.contains(word) || (word == "-w" && !isOneShot) {
        process.note(notSimulated: "zkCli.sh \(words.joined(separator: " "))")
        return 1
      } else {
        flags.insert(word)
      }
    }
    guard operands.count >= form.operands else {
      guard release.isModern else {
        process.note(notSimulated: "zkCli.sh: the usage of \(command)")
        return 1
      }
      process.complain(form.usage + "\n")
      return 1
    }
    if operands.count > 2, command == "create" {
      process.note(notSimulated: "zkCli.sh create with an ACL")
      return 1
    }
    switch command {
    case "config":
      process.print(server.membership + "\n")
      return 0
    case "version":
      guard let build = release.build else {
        process.note(notSimulated: "zookeeper: the build of version \(release.text)")
        return 1
      }
      process.print("ZooKeeper CLI version: \(build)\n")
      return 0
    default: break
    }
    let path = operands.first ?? "/"
    guard path.utf8.first == 47 else { return fail(.badPath, process) }
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
      var error: ZError?
      if version >= 0, let node = tree.nodes[path], node.dataVersion != version {
        return fail(.badVersion(path), process)
      }
      server.change { error = $0.set(path, operands[1], at: now) }
      if let error { return fail(error, process) }
      if flags.contains("-s") || !release.isModern { process.print(server.tree.stat(path)!) }
    case "delete":
      var error: ZError?
      if version >= 0, let node = tree.nodes[path], node.dataVersion != version {
        return fail(.badVersion(path), process)
      }
      server.change { error = $0.delete(path) }
      if let error { return fail(error, process) }
    case "deleteall":
      guard tree.nodes.contains(path) else { return fail(.noNode(path), process) }
      for item in tree.walk(path).reversed() { server.change { _ = $0.delete(item) } }
    case "getEphemerals":
      var names: [String] = []
      for (name, node) in tree.nodes where node.owner == session && name.hasPrefix(path) { names.append(name) }
      process.print("[\(names.sorted().joined(separator: ", "))]\n")
    case "getAcl":
      guard tree.nodes.contains(path) else { return fail(.noNode(path), process) }
      process.print("'world,'anyone\n: cdrwa\n")
    case "getAllChildrenNumber":
      guard tree.nodes.contains(path) else { return fail(.noNode(path), process) }
      process.print("\(tree.walk(path).count - 1)\n")
    default: process.print("Sync is OK\n")
    }
    return 0
  }
}

extension ZooKeeperCLI {
  struct Form {
    let flags: Set<String>
    /// At least so many operands.
    let operands: Int
    let usage: String
  }

  static let forms: [String: Form] = [
    "create": Form(flags: ["-e", "-s"], operands: 1, usage: "create [-s] [-e] [-c] [-t ttl] path [data] [acl]"),
    "get": Form(flags: ["-s", "-w"], operands: 1, usage: "get [-s] [-w] path"),
    "ls": Form(flags: ["-s", "-R", "-w"], operands: 1, usage: "ls [-s] [-w] [-R] path"),
    "stat": Form(flags: ["-w"], operands: 1, usage: "stat [-w] path"),
    "set": Form(flags: ["-s", "-v"], operands: 2, usage: "set [-s] [-v version] path data"),
    "delete": Form(flags: ["-v"], operands: 1, usage: "delete [-v version] path"),
    "deleteall": Form(flags: [], operands: 1, usage: "deleteall path [-b batch size]"),
    "getAllChildrenNumber": Form(flags: [], operands: 1, usage: "getAllChildrenNumber path"),
    "getEphemerals": Form(flags: [], operands: 0, usage: "getEphemerals path"),
    "getAcl": Form(flags: [], operands: 1, usage: "getAcl [-s] path"),
    "sync": Form(flags: [], operands: 1, usage: "sync path"),
    "config": Form(flags: [], operands: 0, usage: "config [-c] [-w] [-s]"),
    "version": Form(flags: [], operands: 0, usage: "version "),
  ]

  /// Commands of 3.8 that are not modelled.
  static let others: Set<String> = [
    "addWatch", "addauth", "close", "connect", "delquota", "history", "listquota", "printwatches", "quit", "reconfig",
    "redo", "removewatches", "setAcl", "setquota", "whoami",
  ]

  /// What version 3.8 prints when a command does not exist: every command with its usage.
  static let help: String = {
    var usages = [
      "addWatch [-m mode] path # optional mode is one of [PERSISTENT, PERSISTENT_RECURSIVE] - default is PERSISTENT_RECURSIVE",
      "addauth scheme auth", "close ", "connect host:port", "delquota [-n|-b|-N|-B] path", "history ", "listquota path",
      "printwatches on|off", "quit ",
      "reconfig [-s] [-v version] [[-file path] | [-members serverID=host:port1:port2;port3[,...]*]] | [-add serverId=host:port1:port2;port3[,...]]* [-remove serverId[,...]*]",
      "redo cmdno", "removewatches path [-c|-d|-a] [-l]", "setAcl [-s] [-v version] [-R] path acl",
      "setquota -n|-b|-N|-B val path", "whoami ",
    ]
    for form in forms.values { usages.append(form.usage) }
    var text = "ZooKeeper -server host:port -client-configuration properties-file cmd args\n"
    for usage in usages.sorted() { text += "\t\(usage)\n" }
    return text
  }()
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

  /// pkill java: the server of this machine.
  static func kill(_ call: inout UtilityCall) -> Int32 {
    guard call.arguments == ["java"] else {
      call.process.note(notSimulated: "pkill \(call.arguments.joined(separator: " ")) in this image")
      return 1
    }
    for listener in call.process.machine.listeners.values {
      guard let server = listener as? ZooKeeperServer, let process = server.process else { continue }
      process.send(.terminate)
      return 0
    }
    return 1
  }
}
