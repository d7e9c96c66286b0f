// Image references as containerd reads them: registry, repository, tag or digest, with Docker Hub's defaults.
// Source: distribution/reference, "Grammar" in its documentation.

package struct ImageReference: Equatable {
  /// E.g. `docker.io`.
  package let registry: String
  /// Path below the registry, e.g. `library/postgres`.
  package let repository: String
  /// `latest` when none is written; empty when the reference is by digest.
  package let tag: String
  /// `sha256:…` when written.
  package let digest: String?

  /// The whole name, e.g. `docker.io/library/postgres:15-alpine`.
  package var canonical: String {
    let name = "\(registry)/\(repository)"
    if let digest { return tag.isEmpty ? "\(name)@\(digest)" : "\(name):\(tag)@\(digest)" }
    return "\(name):\(tag)"
  }

  /// Nil when the text is no valid reference (`InvalidImageName`).
  package init?(_ text: String) {
    var bytes = Array(text.utf8)
    guard !bytes.isEmpty, bytes.count <= 512 else { return nil }
    var digest: String?
    if let at = bytes.firstIndex(of: 64) {
      let tail = Array(bytes[(at + 1)...])
      guard tail.starts(with: Array("sha256:".utf8)), tail.count == 71 else { return nil }
      for byte in tail[7...] where !ImageReference.isHexadecimal(byte) { return nil }
      digest = String(decoding: tail, as: UTF8.self)
      bytes = Array(bytes[..<at])
    }
    var tag = ""
    if let colon = bytes.lastIndex(of: 58), !bytes[colon...].contains(47) {
      let tagBytes = Array(bytes[(colon + 1)...])
      guard !tagBytes.isEmpty, tagBytes.count <= 128, ImageReference.isWordByte(tagBytes[0]) else { return nil }
      for byte in tagBytes where !ImageReference.isWordByte(byte) && byte != 45 && byte != 46 { return nil }
      tag = String(decoding: tagBytes, as: UTF8.self)
      bytes = Array(bytes[..<colon])
    }
    if tag.isEmpty, digest == nil { tag = "latest" }
    var parts: [String] = []
    for part in String(decoding: bytes, as: UTF8.self).split(
      separator: "/" as Character, omittingEmptySubsequences: false)
    {
      parts.append(String(part))
    }
    guard let first = parts.first else { return nil }
    let named = parts.count > 1 && (first.utf8.contains(46) || first.utf8.contains(58) || first == "localhost")
    let path = named ? Array(parts.dropFirst()) : parts
    for part in path where !ImageReference.isPathComponent(part) { return nil }
    registry = named ? (first == "index.docker.io" ? "docker.io" : first) : "docker.io"
    let joined = path.joined(separator: "/")
    repository = registry == "docker.io" && path.count == 1 ? "library/" + joined : joined
    self.tag = tag
    self.digest = digest
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 102)
  }
  private static func isWordByte(_ byte: UInt8) -> Bool {
    (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte == 95
  }
  /// Lower-case letters and digits, separated by single `.`, `_`, `__` or dashes.
  private static func isPathComponent(_ part: String) -> Bool {
    let bytes = Array(part.utf8)
    guard let first = bytes.first, let last = bytes.last else { return false }
    func alphanumeric(_ byte: UInt8) -> Bool { (byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 122) }
    guard alphanumeric(first), alphanumeric(last) else { return false }
    for byte in bytes where !alphanumeric(byte) && byte != 46 && byte != 95 && byte != 45 { return false }
    return true
  }
}
