// Whether a text can name an image: the grammar of references (github.com/distribution/reference), as far as kubectl checks it.

import SimKernel

enum ImageName {
  static func isValid(_ text: String) -> Bool {
    var name = text
    if let (before, digest) = name.cut(64) {
      guard let (algorithm, hex) = digest.cut(58), !algorithm.isEmpty, hex.utf8.count >= 32,
        hex.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 || $0 >= 97 && $0 <= 102 })
      else { return false }
      name = before
    }
    if let (before, tag) = name.cutLast(58), !tag.contains(byte: 47) {
      guard isTag(Array(tag.utf8)) else { return false }
      name = before
    }
    var parts = name.pieces("/")
    // The first part may be a registry: with a dot, a port, or `localhost`.
    if parts.count > 1, parts[0] == "localhost" || parts[0].contains(byte: 46) || parts[0].contains(byte: 58) {
      guard isHost(parts[0]) else { return false }
      parts.removeFirst()
    }
    for part in parts where !isComponent(Array(part.utf8)) { return false }
    return true
  }

  private static func isTag(_ bytes: [UInt8]) -> Bool {
    guard let first = bytes.first, bytes.count <= 128, first != 45, first != 46 else { return false }
    return bytes.allSatisfy { isAlphanumeric($0) || $0 == 45 || $0 == 46 || $0 == 95 }
  }

  private static func isHost(_ text: String) -> Bool {
    text.utf8.allSatisfy { isAlphanumeric($0) || $0 == 45 || $0 == 46 || $0 == 58 || $0 == 91 || $0 == 93 }
  }

  /// Lower-case letters and digits, joined by one dot, one or two underscores, or hyphens.
  private static func isComponent(_ bytes: [UInt8]) -> Bool {
    func isPlain(_ byte: UInt8) -> Bool { byte >= 97 && byte <= 122 || byte >= 48 && byte <= 57 }
    guard let first = bytes.first, let last = bytes.last, isPlain(first), isPlain(last) else { return false }
    var i = 0
    while i < bytes.count {
      if isPlain(bytes[i]) {
        i += 1
        continue
      }
      let mark = bytes[i]
      var count = 0
      while i < bytes.count, bytes[i] == mark {
        count += 1
        i += 1
      }
      guard mark == 45 || mark == 46 && count == 1 || mark == 95 && count <= 2 else { return false }
    }
    return true
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    byte >= 48 && byte <= 57 || byte >= 65 && byte <= 90 || byte >= 97 && byte <= 122
  }
}
