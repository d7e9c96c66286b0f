// What keeps etcdctl busy for a while: watching keys, and waiting for servers that do not answer.
// Source: what etcdctl 3.4.23 prints.

import SimKernel
import SimMachine
import Utilities

/// Prints what happens to keys until it is stopped.
final class EtcdWatch: Program {
  private let server: EtcdServer
  private let selects: (String) -> Bool
  private let showsPrevious: Bool
  private let isJSON: Bool
  private var seen: Int64

  init(
    _ server: EtcdServer, since revision: Int64?, showsPrevious: Bool, isJSON: Bool, selects: @escaping (String) -> Bool
  ) {
    self.server = server
    self.selects = selects
    self.showsPrevious = showsPrevious
    self.isJSON = isJSON
    seen = revision.map { $0 - 1 } ?? server.state.revision
  }

  func resume(_ process: Process) -> Step {
    for event in server.history where event.revision > seen {
      guard selects(event.key) else { continue }
      if isJSON {
        process.print(line(event))
        continue
      }
      process.print(event.isDeletion ? "DELETE\n" : "PUT\n")
      if showsPrevious, let old = event.previous { process.print("\(event.key)\n\(old.value)\n") }
      process.print("\(event.key)\n\(event.entry?.value ?? "")\n")
    }
    seen = max(seen, server.state.revision)
    return .wait([.queue(server.changed)])
  }

  private func line(_ event: EtcdEvent) -> String {
    var text = "{\"Header\":\(server.headerJSON(event.revision)),\"Events\":[{"
    if event.isDeletion {
      text += "\"type\":1,\"kv\":{\"key\":\"\(base64(event.key))\",\"mod_revision\":\(event.revision)}"
    } else if let entry = event.entry {
      text += "\"kv\":\(entry.json(event.key))"
    }
    if showsPrevious, let old = event.previous { text += ",\"prev_kv\":\(old.json(event.key))" }
    return text + "}],\"CompactRevision\":0,\"Canceled\":false,\"Created\":false}\n"
  }
}

/// Waits for servers that do not answer, then says so.
final class EtcdFailure: Program {
  struct Word {
    let delay: Interval
    let text: String
    let isError: Bool
  }

  private var words: [Word]
  private let code: Int32
  private var until: Instant?

  init(_ words: [Word], code: Int32) {
    self.words = words
    self.code = code
  }

  func resume(_ process: Process) -> Step {
    while let word = words.first {
      let moment = until ?? process.world.now + word.delay
      until = moment
      guard process.world.now >= moment else { return .wait([.until(moment, .activity)]) }
      if word.isError { process.complain(word.text) } else { process.print(word.text) }
      words.removeFirst()
      until = nil
    }
    return .exit(code)
  }
}

func base64(_ text: String) -> String { String(decoding: encodeBase64(Array(text.utf8)), as: UTF8.self) }
