// Which addresses of an author's links and images may become live. An allow-list: http, https and mailto, and relative
// ones. Everything else (`javascript:`, `data:`, `vbscript:`, `file:` …) stays text.

/// An address from prose, sorted by what may be done with it.
enum SafeAddress: Equatable {
  /// Leads out of the site.
  case external(String)
  /// A path relative to the author's file, and a fragment.
  case relative(path: String, fragment: String?)
  case unsafe

  init(_ written: String) {
    // Browsers drop tabs and line ends anywhere in an address and controls and spaces around it (URL Standard §4.4).
    let scalars = written.unicodeScalars.filter { $0.value != 9 && $0.value != 10 && $0.value != 13 }
    let trimmed = scalars.drop { $0.value <= 32 }
    var text = String(String.UnicodeScalarView(trimmed))
    while let last = text.unicodeScalars.last, last.value <= 32 { text.unicodeScalars.removeLast() }
    if text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) {
      self = .unsafe
      return
    }
    if text.hasPrefix("//") || text.hasPrefix("\\\\") || text.hasPrefix("/\\") || text.hasPrefix("\\/") {
      self = text.hasPrefix("//") ? .external("https:" + text) : .unsafe
      return
    }
    let head = text.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if let colon = head.firstIndex(of: ":") {
      switch head[..<colon].lowercased() {
      case "http", "https", "mailto": self = .external(text)
      default: self = .unsafe
      }
      return
    }
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    self = .relative(path: String(parts.first ?? ""), fragment: parts.count > 1 ? String(parts[1]) : nil)
  }
}
