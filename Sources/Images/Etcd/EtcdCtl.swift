// etcdctl with API version 3: its options, the endpoints it asks, and what it says when none answers. Keys and leases are in
// `EtcdKeyCommands`, members and endpoints in `EtcdClusterCommands`. Users, transactions and snapshots are not modelled. The measured
// times in health lines are always the same here.
// Source: what etcdctl 3.4.23 prints.

import SimKernel
import SimMachine

final class EtcdCtl: ClientProgram {
  let release: String
  var endpoints = ["127.0.0.1:2379"]
  var format = "simple"
  var flags: [String: String] = [:]
  private var words: [String] = []
  private var isElsewhere = false

  init(_ release: String) { self.release = release }

  private static let switches: Set<String> = [
    "prefix", "keys-only", "print-value-only", "from-key", "prev-kv", "cluster", "count-only", "debug", "hex", "keys",
    "ignore-value", "ignore-lease", "insecure-skip-tls-verify", "insecure-transport", "learner",
  ]
  private static let valued: Set<String> = [
    "write-out", "endpoints", "peer-urls", "consistency", "limit", "lease", "order", "sort-by", "rev", "user",
    "password",
    "cacert", "cert", "key", "dial-timeout", "command-timeout", "keepalive-time", "keepalive-timeout",
  ]

  override func begin(_ process: Process) -> Int32? {
    if process.environment["ETCDCTL_API"] == "2" {
      process.note(notSimulated: "etcdctl with ETCDCTL_API=2")
      return 1
    }
    let fromEnvironment = process.environment["ETCDCTL_ENDPOINTS"]
    if let text = fromEnvironment, !text.isEmpty { endpoints = separated(text, by: ",") }
    var rest = Array(process.arguments.dropFirst())
    while !rest.isEmpty {
      let word = rest.removeFirst()
      guard word.utf8.first == 45, word.utf8.count > 1 else {
        words.append(word)
        continue
      }
      if word == "--" {
        words += rest
        break
      }
      var name = String(word.drop { $0 == "-" })
      var value: String?
      if let equals = name.utf8.firstIndex(of: 61) {
        value = String(name[name.utf8.index(after: equals)...])
        name = String(name[..<equals])
      } else if !word.hasPrefix("--"), name.hasPrefix("w"), name != "w" {
        value = String(name.dropFirst())
        name = "w"
      }
      if name == "w" { name = "write-out" }
      if EtcdCtl.switches.contains(name) {
        flags[name] = value ?? "true"
      } else if EtcdCtl.valued.contains(name) {
        flags[name] = value ?? (rest.isEmpty ? "" : rest.removeFirst())
      } else {
        return notSimulated(process, word)
      }
    }
    if let text = flags["endpoints"] {
      if fromEnvironment != nil { return notSimulated(process, "--endpoints beside ETCDCTL_ENDPOINTS") }
      endpoints = separated(text, by: ",")
    }
    if let text = flags["write-out"] { format = text }
    for name in ["user", "cacert", "cert", "key", "ignore-value", "ignore-lease", "learner"] where flags[name] != nil {
      return notSimulated(process, "--\(name)")
    }
    guard ["simple", "json", "fields", "table", "protobuf"].contains(format) else {
      return complain(process, "unsupported output format", code: 4)
    }
    return run(process)
  }

  func has(_ flag: String) -> Bool { flags[flag] == "true" }

  // MARK: Servers

  func server(_ endpoint: String, _ process: Process) -> EtcdServer? {
    let (host, port) = etcdAddress(endpoint)
    guard case .server(let listener, _) = Reach(host, port, from: process), let server = listener as? EtcdServer else {
      return nil
    }
    return server
  }

  /// The first endpoint that answers. A request that needs a majority and finds none fails after the command's time; the client's
  /// own log line about it depends on the build.
  func anyServer(_ process: Process) -> EtcdServer? {
    for endpoint in endpoints {
      if let found = server(endpoint, process), found.hasQuorum || flags["consistency"] == "s" { return found }
    }
    if words.first == "member", words.dropFirst().first == "list" {
      for endpoint in endpoints { if let found = server(endpoint, process) { return found } }
    }
    process.note(notSimulated: "etcdctl: the log line of a request that finds no majority")
    fail([(timeout, "Error: context deadline exceeded\n", true)], code: 1, process)
    return nil
  }

  var timeout: Interval { .seconds(Int64(5)) }

  /// Says things after a while, and ends.
  func fail(_ words: [(Interval, String, Bool)], code: Int32, _ process: Process) {
    isElsewhere = true
    var list: [EtcdFailure.Word] = []
    for (delay, text, isError) in words { list.append(EtcdFailure.Word(delay: delay, text: text, isError: isError)) }
    process.become(EtcdFailure(list, code: code), arguments: process.arguments)
  }

  func complain(_ process: Process, _ text: String, code: Int32) -> Int32 {
    process.complain("Error: \(text)\n")
    return code
  }

  /// An answer of the server that is an error: the client logs it first. The line of 3.5 names the place in its source.
  func refused(_ process: Process, _ code: String, _ text: String, prefix: String = "") -> Int32 {
    if release.hasPrefix("3.4") {
      let time = process.world.civilNow
      let date = "\(padded(time.year, 4))-\(padded(time.month, 2))-\(padded(time.day, 2))"
      var place = endpoints[0]
      if let mark = place.utf8.firstIndex(of: 47) { place = String(place[mark...].drop { $0 == "/" }) }
      process.complain(
        "{\"level\":\"warn\",\"ts\":\"\(date)T\(clockTime(time)).\(millisecond(time))Z\",\"caller\":\"clientv3/retry_interceptor.go:62\",\"msg\":\"retrying of unary invoker failed\",\"target\":\"endpoint://client-\(process.world.random.uuid())/\(place)\",\"attempt\":0,\"error\":\"rpc error: code = \(code) desc = \(text)\"}\n"
      )
    } else {
      process.note(notSimulated: "etcdctl: the log line of a request that is refused")
    }
    return complain(process, prefix.isEmpty ? text : "\(prefix) (\(text))", code: 1)
  }

  func notSimulated(_ process: Process, _ what: String) -> Int32 {
    process.note(notSimulated: "etcdctl \(what)")
    return 1
  }

  private func run(_ process: Process) -> Int32? {
    guard let command = words.first else { return notSimulated(process, "without a command") }
    let operands = Array(words.dropFirst())
    let code: Int32
    switch command {
    case "version":
      let minor = separated(release, by: ".").prefix(2).joined(separator: ".")
      process.print("etcdctl version: \(release)\nAPI version: \(minor)\n")
      return 0
    case "put": code = put(operands, process)
    case "get": code = get(operands, process)
    case "del": code = delete(operands, process)
    case "lease": code = lease(operands, process)
    case "watch": code = watch(operands, process)
    case "member": code = member(operands, process)
    case "endpoint": code = endpoint(operands, process)
    case "alarm" where operands == ["list"] || operands == ["disarm"], "user" where operands == ["list"],
      "role" where operands == ["list"]:
      // There are none; the question itself goes through the log.
      guard let server = anyServer(process) else { return isElsewhere ? nil : 1 }
      server.change { _ in }
      return 0
    case "compaction": code = compaction(operands, process)
    case "defrag": code = defragment(operands, process)
    case "auth", "user", "role", "snapshot", "alarm", "elect", "lock", "move-leader",
      "txn", "check", "make-mirror", "migrate", "completion", "help":
      return notSimulated(process, command)
    default:
      process.complain(
        "Error: unknown command \"\(command)\" for \"etcdctl\"\nRun 'etcdctl --help' for usage.\nError: unknown command \"\(command)\" for \"etcdctl\"\n"
      )
      return 1
    }
    return isElsewhere ? nil : code
  }

  private func watch(_ operands: [String], _ process: Process) -> Int32 {
    guard format == "simple" || format == "json", (1...2).contains(operands.count), !has("hex") else {
      return notSimulated(process, "watch: this use of it")
    }
    guard let found = anyServer(process) else { return 1 }
    isElsewhere = true
    process.become(
      EtcdWatch(
        found, since: flags["rev"].flatMap { Int64($0) }, showsPrevious: has("prev-kv"), isJSON: format == "json",
        selects: selector(operands)), arguments: process.arguments)
    return 0
  }

  override var isReplaced: Bool { isElsewhere }
}
