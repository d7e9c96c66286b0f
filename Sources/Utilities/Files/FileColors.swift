// The colours of file names: GNU's (`ls --color`, `LS_COLORS`; GNU coreutils manual, chapter dircolors), and those of BusyBox,
// which knows no others and shows them on every terminal (its coreutils/ls.c, FEATURE_LS_COLOR_IS_DEFAULT).

import SimMachine

/// What `ls` puts around names.
class FileColors {
  fileprivate init() {}

  static func of(_ call: ToolCall) -> FileColors {
    call.flavour == .busybox ? BusyBoxFileColors() : GNUFileColors(call.environment("LS_COLORS"))
  }

  /// Whether GNU's ls believes that the terminal has colours: without LS_COLORS only those that are known to.
  static func isKnown(_ call: ToolCall) -> Bool {
    if call.flavour == .busybox { return true }
    if call.environment("LS_COLORS") != nil { return true }
    if !(call.environment("COLORTERM") ?? "").isEmpty { return true }
    let term = call.environment("TERM") ?? ""
    for prefix in [
      "xterm", "screen", "tmux", "linux", "rxvt", "vt100", "vt220", "ansi", "konsole", "gnome", "putty", "st-",
    ]
    where term.hasPrefix(prefix) { return true }
    return term.hasSuffix("color") || term.hasSuffix("256color")
  }

  /// The code for a name: nil for none.
  func code(_ name: String, _ inode: Inode?, _ target: Inode?, isDangling: Bool) -> String? { nil }
  func begin(_ code: String) -> String { "\u{1b}[\(code)m" }
  var end: String { "\u{1b}[m" }
}

/// A kind of file, a colour.
private final class BusyBoxFileColors: FileColors {
  override func code(_ name: String, _ inode: Inode?, _ target: Inode?, isDangling: Bool) -> String? {
    switch inode?.kind {
    case nil: return "1;31"
    case .directory: return "1;34"
    case .symbolicLink: return "1;36"
    case .fifo: return "0;35"
    case .socket, .characterDevice: return "1;35"
    case .file: return (inode?.mode ?? 0) & 0o111 == 0 ? "0;0" : "1;32"
    }
  }
}

/// The built-in colours, changed by `LS_COLORS`.
private final class GNUFileColors: FileColors {
  private var types: [String: String] = [
    "rs": "0", "di": "01;34", "ln": "01;36", "pi": "33", "so": "01;35", "bd": "01;33", "cd": "01;33", "ex": "01;32",
    "su": "37;41", "sg": "30;43", "st": "37;44", "ow": "34;42", "tw": "30;42",
  ]
  private var suffixes: [(suffix: String, code: String)] = []
  private var began = false

  init(_ text: String?) {
    for part in (text ?? "").split(separator: ":" as Character) {
      let bytes = Array(part.utf8)
      guard let equals = bytes.firstIndex(of: 61) else { continue }
      let key = String(bytes: bytes[..<equals])
      let code = String(bytes: bytes[(equals + 1)...])
      if key.utf8.first == 42 { suffixes.append((String(key.dropFirst()), code)) } else { types[key] = code }
    }
  }

  override func code(_ name: String, _ inode: Inode?, _ target: Inode?, isDangling: Bool) -> String? {
    guard let inode else { return types["mi"] ?? types["or"] }
    func type(_ key: String) -> String? {
      guard let code = types[key], !code.isEmpty, code != "0", code != "00" else { return nil }
      return code
    }
    switch inode.kind {
    case .directory:
      if inode.mode & 0o1002 == 0o1002, let code = type("tw") { return code }
      if inode.mode & 0o002 != 0, let code = type("ow") { return code }
      if inode.mode & 0o1000 != 0, let code = type("st") { return code }
      return type("di")
    case .symbolicLink:
      if isDangling, let code = type("or") { return code }
      if types["ln"] == "target", let target { return code(name, target, nil, isDangling: false) }
      return type("ln")
    case .fifo: return type("pi")
    case .socket: return type("so")
    case .characterDevice: return type("cd")
    case .file:
      if inode.mode & 0o4000 != 0, let code = type("su") { return code }
      if inode.mode & 0o2000 != 0, let code = type("sg") { return code }
      if inode.mode & 0o111 != 0, let code = type("ex") { return code }
      for (suffix, code) in suffixes.reversed() where name.lowercased().hasSuffix(suffix) { return code }
      return type("fi")
    }
  }

  override func begin(_ code: String) -> String {
    let first = began ? "" : "\u{1b}[0m"
    began = true
    return first + "\u{1b}[\(code)m"
  }
  override var end: String { "\u{1b}[0m" }
}
