// Publish and subscribe: a client that has subscribed prints messages until it is stopped.
// Source: redis 7.0 `pubsub.c`, `redis-cli.c` (cliReadReply in its subscribed mode).

import SimKernel
import SimMachine

/// A client that waits for messages.
final class RedisSubscriber {
  let channels: [String]
  let patterns: [String]
  let arrived = WaitQueue()
  private(set) var messages: [RedisReply] = []

  init(channels: [String], patterns: [String]) {
    self.channels = channels
    self.patterns = patterns
  }

  /// How often the message was given to it.
  func take(_ channel: String, _ text: String) -> Int64 {
    var count: Int64 = 0
    if channels.contains(channel) {
      messages.append(.texts(["message", channel, text]))
      count += 1
    }
    for pattern in patterns where RedisGlob.matches(pattern, channel) {
      messages.append(.texts(["pmessage", pattern, channel, text]))
      count += 1
    }
    if count > 0 { arrived.wake() }
    return count
  }

  func drain() -> [RedisReply] {
    defer { messages = [] }
    return messages
  }
}

/// redis-cli once it has subscribed.
final class RedisListening: Program {
  private let server: RedisServer
  private let subscriber: RedisSubscriber
  private let show: (RedisReply) -> String
  private var hasBegun = false

  init(_ server: RedisServer, _ subscriber: RedisSubscriber, show: @escaping (RedisReply) -> String) {
    self.server = server
    self.subscriber = subscriber
    self.show = show
  }

  func resume(_ process: Process) -> Step {
    if !hasBegun {
      hasBegun = true
      server.subscribers.append(subscriber)
      let server = server
      let subscriber = subscriber
      process.ended.onWake { server.subscribers.removeAll { $0 === subscriber } }
    }
    for message in subscriber.drain() { process.print(show(message)) }
    guard server.isUp else {
      process.complain("Error: Server closed the connection\n")
      return .exit(1)
    }
    return .wait([.queue(subscriber.arrived)])
  }
}

extension RedisServer {
  /// The number of clients that got the message, those of the replicas apart.
  func publish(_ channel: String, _ text: String) -> Int64 {
    var count: Int64 = 0
    for subscriber in subscribers { count += subscriber.take(channel, text) }
    for replica in replicas where replica.link == .up { _ = replica.publish(channel, text) }
    return count
  }
}

extension RedisCommands {
  static let subscriptions: [RedisCommand] = [
    RedisCommand("publish", 3) { .integer($0.server.publish($0.words[0], $0.words[1])) },
    RedisCommand("subscribe", -2) { subscribe($0) },
    RedisCommand("psubscribe", -2) { subscribe($0) },
    RedisCommand("pubsub", -2) { call in
      switch call.words[0].lowercased() {
      case "channels" where call.count <= 2:
        var names: [String] = []
        for subscriber in call.server.subscribers {
          for name in subscriber.channels
          where !names.contains(name) && RedisGlob.matches(call.count > 1 ? call.words[1] : "*", name) {
            names.append(name)
          }
        }
        return .texts(names)
      case "numsub":
        var list: [RedisReply] = []
        for name in call.words.dropFirst() {
          var count: Int64 = 0
          for subscriber in call.server.subscribers where subscriber.channels.contains(name) { count += 1 }
          list += [.bulk(name), .integer(count)]
        }
        return .array(list)
      case "numpat" where call.count == 1:
        var names: Set<String> = []
        for subscriber in call.server.subscribers { names.formUnion(subscriber.patterns) }
        return .integer(Int64(names.count))
      default: return .unknownSubcommand(call)
      }
    },
  ]

  private static func subscribe(_ call: RedisCall) -> RedisReply {
    guard call.connection.queue == nil else {
      call.note("redis: \(call.name.uppercased()) in a transaction")
      return .null
    }
    call.connection.subscriptions = [call.name] + call.words
    return .null
  }
}
