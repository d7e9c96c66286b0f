// JSON patches (RFC 6902) over JSON pointers (RFC 6901).

import SimKernel
import Unstructured

/// A JSON patch that does not apply. The API server hides why; the texts are for diagnostics.
struct JSONPatchFailure: Error {
  let message: String
}

enum JSONPatchOperation {
  static func apply(_ operation: Value, to document: inout Value) throws(JSONPatchFailure) {
    guard let name = operation["op"]?.string else { throw JSONPatchFailure(message: "missing op") }
    guard let pointer = operation["path"]?.string, let path = path(pointer) else {
      throw JSONPatchFailure(message: "bad path")
    }
    switch name {
    case "add":
      try change(&document, path[...], .add(operation["value"] ?? .null))
    case "replace":
      try change(&document, path[...], .replace(operation["value"] ?? .null))
    case "remove": try change(&document, path[...], .remove)
    case "test":
      let found = try? read(document, path)
      if (found ?? .null) != (operation["value"] ?? .null) { throw JSONPatchFailure(message: "test failed") }
    case "move", "copy":
      guard let from = operation["from"]?.string, let source = self.path(from) else {
        throw JSONPatchFailure(message: "bad from")
      }
      let value = try read(document, source)
      if name == "move" { try change(&document, source[...], .remove) }
      try change(&document, path[...], .add(value))
    default: throw JSONPatchFailure(message: "unexpected kind: \(name)")
    }
  }

  private static func path(_ pointer: String) -> [String]? {
    if pointer.isEmpty { return [] }
    let bytes = Array(pointer.utf8)
    guard bytes[0] == 47 else { return nil }
    var parts: [String] = []
    for part in bytes[1...].split(separator: 47, omittingEmptySubsequences: false) {
      var decoded: [UInt8] = []
      var previousTilde = false
      for byte in part {
        if previousTilde {
          decoded.append(byte == 49 ? 47 : byte == 48 ? 126 : byte)
          previousTilde = false
        } else if byte == 126 {
          previousTilde = true
        } else {
          decoded.append(byte)
        }
      }
      parts.append(String(decoding: decoded, as: UTF8.self))
    }
    return parts
  }

  private static func index(_ text: String, _ count: Int) throws(JSONPatchFailure) -> Int {
    guard var number = Int(text) else { throw JSONPatchFailure(message: "not an index") }
    if number < 0 { number += count }
    guard number >= 0, number < count else { throw JSONPatchFailure(message: "index out of range") }
    return number
  }

  private static func read(_ document: Value, _ path: [String]) throws(JSONPatchFailure) -> Value {
    var current = document
    for part in path {
      switch current {
      case .object(let members):
        guard let next = members[part] else { throw JSONPatchFailure(message: "missing key") }
        current = next
      case .array(let items): current = items[try index(part, items.count)]
      default: throw JSONPatchFailure(message: "not a container")
      }
    }
    return current
  }

  private enum Change {
    case add(Value)
    case replace(Value)
    case remove
  }

  private static func change(
    _ value: inout Value, _ path: ArraySlice<String>, _ change: Change
  ) throws(JSONPatchFailure) {
    guard let first = path.first else {
      switch change {
      case .add(let new), .replace(let new): value = new
      case .remove: throw JSONPatchFailure(message: "cannot remove the document")
      }
      return
    }
    let isLast = path.count == 1
    switch value {
    case .object(var members):
      if isLast {
        switch change {
        case .add(let new): members[first] = new
        case .replace(let new):
          guard members[first] != nil else { throw JSONPatchFailure(message: "missing key") }
          members[first] = new
        case .remove:
          guard members[first] != nil else { throw JSONPatchFailure(message: "missing key") }
          members[first] = nil
        }
      } else {
        guard var inner = members[first] else { throw JSONPatchFailure(message: "missing key") }
        try self.change(&inner, path.dropFirst(), change)
        members[first] = inner
      }
      value = .object(members)
    case .array(var items):
      if isLast {
        switch change {
        case .add(let new):
          if first == "-" || first == String(items.count) {
            items.append(new)
          } else {
            items.insert(new, at: try index(first, items.count))
          }
        case .replace(let new): items[try index(first, items.count)] = new
        case .remove: items.remove(at: try index(first, items.count))
        }
      } else {
        let place = try index(first, items.count)
        var inner = items[place]
        try self.change(&inner, path.dropFirst(), change)
        items[place] = inner
      }
      value = .array(items)
    default: throw JSONPatchFailure(message: "not a container")
    }
  }
}
