// Tilde expansion, in words and after the colons of assignments. Source: the Bash manual, "Tilde Expansion".

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
  func expandTilde(
    _ text: String, _ tilde: Tilde, isFirst: Bool, isLast: Bool
  ) -> (home: String?, rest: String) {
    guard tilde != .none, text.utf8.contains(126) else { return (nil, text) }
    let bytes = Array(text.utf8)
    if tilde != .assignment {
      if tilde == .argument, isFirst, isNameStart(bytes[0]), let equals = bytes.firstIndex(of: 61),
        isName(String(raw: bytes[..<equals])), !state.options.posix
      {
        // What looks like an assignment is treated as one.
        let value = String(raw: bytes[(equals + 1)...])
        let (_, rest) = expandTilde(value, .assignment, isFirst: true, isLast: isLast)
        return (nil, String(raw: bytes[...equals]) + rest)
      }
      guard isFirst, bytes[0] == 126 else { return (nil, text) }
      guard let (home, end) = home(bytes, 0, stopAtColon: false, complete: isLast) else { return (nil, text) }
      return (home, String(raw: bytes[end...]))
    }
    var out: [UInt8] = []
    var i = 0
    var start = isFirst
    while i < bytes.count {
      if start, bytes[i] == 126, let (home, end) = home(bytes, i, stopAtColon: true, complete: isLast) {
        out.append(contentsOf: Array(home.utf8))
        i = end
        start = false
        continue
      }
      start = bytes[i] == 58
      out.append(bytes[i])
      i += 1
    }
    return (nil, String(raw: out))
  }

  private func home(
    _ bytes: [UInt8], _ start: Int, stopAtColon: Bool, complete: Bool
  ) -> (String, Int)? {
    var end = start + 1
    while end < bytes.count, bytes[end] != 47, !(stopAtColon && bytes[end] == 58) { end += 1 }
    if end == bytes.count, !complete { return nil }
    let name = String(raw: bytes[start + 1..<end])
    switch name {
    case "": return (variable("HOME") ?? homeDirectory(user: nil) ?? "/", end)
    case "+": return variable("PWD").map { ($0, end) }
    case "-": return variable("OLDPWD").map { ($0, end) }
    default: return homeDirectory(user: name).map { ($0, end) }
    }
  }

  /// The home directory that `/etc/passwd` gives a user.
  func homeDirectory(user: String?) -> String? {
    guard let bytes = try? process.fileSystem.read("/etc/passwd") else {
      return user == nil || user == "root" ? "/root" : nil
    }
    for line in String(raw: bytes).split(separator: "\n" as Character) {
      let fields = line.split(separator: ":" as Character, omittingEmptySubsequences: false)
      guard fields.count >= 6 else { continue }
      if let user {
        if fields[0] == user { return String(fields[5]) }
      } else if fields[2] == String(process.credentials.user) {
        return String(fields[5])
      }
    }
    return nil
  }
}
