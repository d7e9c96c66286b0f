// One client of a Redis server: its database, its name, its transaction; and how a command line is carried out.
// Source: redis 7.0 `server.c` (processCommand).

import SimKernel
import SimMachine

/// A command: its arity as COMMAND reports it (negative: at least), whether it writes, and what it does.
struct RedisCommand: Sendable {
  let name: String
  let arity: Int
  let writes: Bool
  let run: @Sendable (RedisCall) -> RedisReply

  init(_ name: String, _ arity: Int, writes: Bool = false, _ run: @escaping @Sendable (RedisCall) -> RedisReply) {
    self.name = name
    self.arity = arity
    self.writes = writes
    self.run = run
  }
}

/// One command being carried out.
final class RedisCall {
  let server: RedisServer
  let connection: RedisConnection
  /// The words after the command's name.
  let words: [String]
  let name: String

  init(_ server: RedisServer, _ connection: RedisConnection, name: String, words: [String]) {
    self.server = server
    self.connection = connection
    self.name = name
    self.words = words
  }

  var count: Int { words.count }
  var index: Int { connection.database }
  func entry(_ key: String) -> RedisEntry? { server.entry(index, key) }

  /// Stores a value, keeping its expiry unless told otherwise; an empty collection is removed.
  func store(_ key: String, _ value: RedisValue, expires: Int64? = nil, keepsExpiry: Bool = true) {
    guard !value.isEmpty else { return server.put(index, key, nil) }
    server.put(
      index, key, RedisEntry(value: value, expires: keepsExpiry ? entry(key)?.expires ?? expires : expires))
  }
  func remove(_ key: String) -> Bool {
    guard entry(key) != nil else { return false }
    server.put(index, key, nil)
    return true
  }
  func note(_ reason: String) { connection.notSimulated.append(reason) }
}

final class RedisConnection {
  let server: RedisServer
  /// Where it comes from, as CLIENT LIST shows it.
  let address: String
  let id: Int64
  var database = 0
  var name = ""
  var isAuthenticated: Bool
  var queue: [[String]]?
  var queueHasError = false
  var isClosed = false
  /// Set by SUBSCRIBE and PSUBSCRIBE.
  var subscriptions: [String] = []
  /// What could not be answered; the client passes it on.
  var notSimulated: [String] = []

  init(_ server: RedisServer, from machine: Machine) {
    self.server = server
    id = server.nextClient
    server.nextClient += 1
    address = machine === server.machine ? "127.0.0.1" : machine.address
    isAuthenticated = server.password == nil
  }

  func run(_ line: [String]) -> RedisReply {
    guard let first = line.first else { return .error("ERR unknown command '', with args beginning with: ") }
    guard server.isUp else { return .error("ERR Server closed the connection") }
    let name = first.lowercased()
    guard let command = RedisCommands.table[name] else {
      if RedisCommands.notSimulated.contains(name), server.release.isAtLeast(7, 0) {
        notSimulated.append("redis: \(name.uppercased())")
        return .null
      }
      queueHasError = true
      var text = "ERR unknown command '\(first)', with args beginning with: "
      if !server.release.isAtLeast(7, 0) { text = "ERR unknown command `\(first)`, with args beginning with: " }
      let quote = server.release.isAtLeast(7, 0) ? "'" : "`"
      for word in line.dropFirst() {
        text += server.release.isAtLeast(7, 0) ? "\(quote)\(word)\(quote) " : "\(quote)\(word)\(quote), "
      }
      return .error(text)
    }
    guard command.arity > 0 ? line.count == command.arity : line.count >= -command.arity else {
      queueHasError = true
      return .wrongArguments(name)
    }
    if !isAuthenticated, name != "auth", name != "quit", name != "hello" {
      return .error("NOAUTH Authentication required.")
    }
    if command.writes, server.isReplica {
      queueHasError = true
      return .error("READONLY You can't write against a read only replica.")
    }
    if queue != nil, !["exec", "discard", "multi", "watch", "quit"].contains(name) {
      queue!.append(line)
      return .status("QUEUED")
    }
    let call = RedisCall(server, self, name: name, words: Array(line.dropFirst()))
    let before = database
    let reply = command.run(call)
    if command.writes { server.commit(line, database: before) }
    return reply
  }

  func multi() -> RedisReply {
    if queue != nil { return .error("ERR MULTI calls can not be nested") }
    queue = []
    queueHasError = false
    return .ok
  }

  func discard() -> RedisReply {
    guard queue != nil else { return .error("ERR DISCARD without MULTI") }
    queue = nil
    return .ok
  }

  func execute() -> RedisReply {
    guard let lines = queue else { return .error("ERR EXEC without MULTI") }
    queue = nil
    if queueHasError { return .error("EXECABORT Transaction discarded because of previous errors.") }
    var replies: [RedisReply] = []
    for line in lines { replies.append(run(line)) }
    return .array(replies)
  }

  /// As a server's log names who asked for something.
  func description(_ command: String) -> String {
    "id=\(id) addr=\(address):40000 laddr=\(address == "127.0.0.1" ? address : server.machine.address):\(server.port) fd=8 name=\(name) age=0 idle=0 flags=N db=\(database) sub=0 psub=0 ssub=0 multi=-1 qbuf=36 qbuf-free=20438 argv-mem=14 multi-mem=0 rbs=16384 rbp=16384 obl=0 oll=0 omem=0 tot-mem=37670 events=r cmd=\(command) user=default redir=-1 resp=2"
  }
}

extension RedisServer {
  /// Commands typed a line each, without the protocol's lengths.
  func answer(text: [UInt8], from client: Machine) -> TextAnswer {
    let connection = RedisConnection(self, from: client)
    var output = ""
    for bytes in text.split(separator: 10) where !connection.isClosed {
      let line = String(decoding: bytes.last == 13 ? bytes.dropLast() : bytes, as: UTF8.self)
      guard let words = RedisReply.split(line) else {
        output += RedisReply.error("ERR Protocol error: unbalanced quotes in request").wire
        connection.isClosed = true
        break
      }
      if !words.isEmpty { output += connection.run(words).wire }
    }
    var answer = TextAnswer(output, closes: connection.isClosed)
    answer.notSimulated = connection.notSimulated
    return answer
  }
}
