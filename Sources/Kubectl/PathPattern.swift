// File names with wildcards in `-f`, for those that the shell did not expand: Go's filepath.Glob with `*`, `?` and `[…]`.

import SimKernel
import SimMachine

enum PathPattern {
  /// The existing paths that a pattern means, in order of name.
  static func matches(_ pattern: String, _ process: Process) -> [String] {
    guard pattern.utf8.contains(where: { $0 == 42 || $0 == 63 || $0 == 91 }) else { return [] }
    let isAbsolute = pattern.hasPrefix("/")
    var found = [isAbsolute ? "/" : ""]
    for part in pattern.pieces("/") where !part.isEmpty {
      var next: [String] = []
      for path in found {
        guard
          let folder = try? process.fileSystem.lookup(path.isEmpty ? "." : path, in: process.workingDirectory),
          folder.isDirectory
        else { continue }
        let head = path.isEmpty || path.hasSuffix("/") ? path : path + "/"
        if part == "." || part == ".." {
          next.append(head + part)
          continue
        }
        for name in folder.entries.keys.sorted() where accepts(Array(part.utf8)[...], Array(name.utf8)[...]) {
          next.append(head + name)
        }
      }
      found = next
    }
    return found
  }

  private static func accepts(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    switch first {
    case 42:
      let rest = pattern.dropFirst()
      for end in name.startIndex...name.endIndex where accepts(rest, name[end...]) { return true }
      return false
    case 63: return !name.isEmpty && accepts(pattern.dropFirst(), name.dropFirst())
    case 91:
      guard let byte = name.first, let close = pattern.dropFirst(2).firstIndex(of: 93) else { return false }
      return holds(pattern[(pattern.startIndex + 1)..<close], byte)
        && accepts(pattern[(close + 1)...], name.dropFirst())
    default: return name.first == first && accepts(pattern.dropFirst(), name.dropFirst())
    }
  }

  /// Whether a class between brackets holds a byte.
  private static func holds(_ members: ArraySlice<UInt8>, _ byte: UInt8) -> Bool {
    var members = Array(members)
    let isNegated = members.first == 94
    if isNegated { members.removeFirst() }
    var isFound = false
    var i = 0
    while i < members.count {
      let isRange = i + 2 < members.count && members[i + 1] == 45
      let last = isRange ? members[i + 2] : members[i]
      if byte >= members[i], byte <= last { isFound = true }
      i += isRange ? 3 : 1
    }
    return isFound != isNegated
  }
}
