// A small HTTP/1.1 server on the loopback interface, turned by hand: nothing happens between two calls of `turn`, so that the
// test, the clients it starts and the simulated world share one thread. Bodies are read by length; an answer is either whole or
// a stream of chunks (watches).

import Foundation
import Glibc

/// A request as it was read from a connection.
struct HTTPRequest {
  let method: String
  /// Decoded, without the query.
  let path: String
  let query: [String: String]
  /// Names in lower case.
  let headers: [String: String]
  let body: [UInt8]
}

enum HTTPReply {
  case whole(code: Int, type: String, warnings: [String], body: [UInt8])
  /// The connection stays open; the closure is asked again and again for more. Nil from it ends the stream.
  case stream(next: () -> [UInt8]?, closed: () -> Void)
}

final class Listener {
  /// `127.x.y.z:16443`, an address of this process alone.
  let address: String
  private let socket: Int32
  private var connections: [Connection] = []
  private let handler: (HTTPRequest) -> HTTPReply
  private(set) var served = 0

  private final class Connection {
    let descriptor: Int32
    var input: [UInt8] = []
    var stream: (next: () -> [UInt8]?, closed: () -> Void)?
    init(_ descriptor: Int32) { self.descriptor = descriptor }
  }

  init(_ handler: @escaping (HTTPRequest) -> HTTPReply) throws {
    self.handler = handler
    let id = UInt32(getpid())
    let host = "127.\(1 + (id >> 16) % 200).\((id >> 8) & 255).\(1 + id % 250)"
    address = host + ":16443"
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var yes: Int32 = 1
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = UInt16(16_443).bigEndian
    name.sin_addr.s_addr = inet_addr(host)
    let bound = withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard bound == 0, listen(socket, 64) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
  }

  deinit {
    for connection in connections { close(connection.descriptor) }
    close(socket)
  }

  var hasStreams: Bool { connections.contains { $0.stream != nil } }

  /// Waits at most so long for something to arrive and deals with it. True when there was something.
  func turn(milliseconds: Int32) -> Bool {
    pushStreams()
    var list = [pollfd(fd: socket, events: Int16(POLLIN), revents: 0)]
    for connection in connections { list.append(pollfd(fd: connection.descriptor, events: Int16(POLLIN), revents: 0)) }
    guard poll(&list, nfds_t(list.count), milliseconds) > 0 else { return false }
    var ended: [Int32] = []
    for (index, entry) in list.enumerated().dropFirst() where entry.revents != 0 {
      let connection = connections[index - 1]
      if !receive(connection) { ended.append(connection.descriptor) }
    }
    for descriptor in ended { drop(descriptor) }
    if list[0].revents != 0 {
      let descriptor = accept(socket, nil, nil)
      if descriptor >= 0 {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        connections.append(Connection(descriptor))
      }
    }
    return true
  }

  private func drop(_ descriptor: Int32) {
    guard let index = connections.firstIndex(where: { $0.descriptor == descriptor }) else { return }
    connections[index].stream?.closed()
    connections.remove(at: index)
    close(descriptor)
  }

  /// Sends what the open streams have to say.
  func pushStreams() {
    for connection in connections {
      while let stream = connection.stream, let bytes = stream.next(), !bytes.isEmpty {
        send(connection, Array((String(bytes.count, radix: 16) + "\r\n").utf8) + bytes + Array("\r\n".utf8))
      }
    }
  }

  private func receive(_ connection: Connection) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(connection.descriptor, &buffer, buffer.count)
    if count <= 0 { return false }
    connection.input.append(contentsOf: buffer[..<count])
    while let (request, used) = parse(connection.input) {
      connection.input.removeFirst(used)
      served += 1
      answer(connection, handler(request))
    }
    return true
  }

  private func answer(_ connection: Connection, _ reply: HTTPReply) {
    switch reply {
    case .whole(let code, let type, let warnings, let body):
      var head = "HTTP/1.1 \(code) Answer\r\nContent-Type: \(type)\r\nContent-Length: \(body.count)\r\n"
      for warning in warnings {
        let escaped = warning.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
        head += "Warning: 299 - \"\(escaped)\"\r\n"
      }
      send(connection, Array((head + "\r\n").utf8) + body)
    case .stream(let next, let closed):
      send(
        connection,
        Array("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".utf8))
      connection.stream = (next, closed)
    }
  }

  private func send(_ connection: Connection, _ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(connection.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return }
      sent += count
    }
  }

  /// A whole request at the beginning of the bytes, and how many of them it took.
  private func parse(_ bytes: [UInt8]) -> (HTTPRequest, Int)? {
    let mark: [UInt8] = [13, 10, 13, 10]
    guard bytes.count >= 4, let end = (0...(bytes.count - 4)).first(where: { bytes[$0..<($0 + 4)].elementsEqual(mark) })
    else { return nil }
    let lines = String(decoding: bytes[..<end], as: UTF8.self).components(separatedBy: "\r\n")
    let words = lines[0].components(separatedBy: " ")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    let length = Int(headers["content-length"] ?? "0") ?? 0
    let start = end + 4
    guard bytes.count >= start + length, words.count >= 2 else { return nil }
    let parts = words[1].split(separator: "?", maxSplits: 1).map(String.init)
    var query: [String: String] = [:]
    for pair in parts.count > 1 ? parts[1].components(separatedBy: "&") : [] {
      let sides = pair.replacingOccurrences(of: "+", with: " ").components(separatedBy: "=")
      query[sides[0].removingPercentEncoding ?? sides[0]] =
        sides.dropFirst().joined(separator: "=").removingPercentEncoding ?? ""
    }
    let request = HTTPRequest(
      method: words[0], path: parts[0].removingPercentEncoding ?? parts[0], query: query, headers: headers,
      body: Array(bytes[start..<(start + length)]))
    return (request, start + length)
  }
}
