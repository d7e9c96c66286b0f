// What can be told of a command by looking at it: whether it ends by itself.

enum Commands {
  /// The command of a block that goes on until somebody stops it, if there is one.
  static func endless(_ block: String) -> String? {
    for line in block.split(separator: "\n") {
      let text = line.trimmingPrefix(while: \.isWhitespace)
      if text.hasPrefix("#") { continue }
      if let found = endlessCommand(String(text)) { return found }
    }
    return nil
  }

  private static func endlessCommand(_ line: String) -> String? {
    if line.contains("timeout ") || line.contains("| head") || line.hasSuffix("&") { return nil }
    let words = line.split(separator: " ").map(String.init)
    guard let first = words.first else { return nil }
    if first == "watch" || first == "top" || first == "htop" { return first }
    if first == "tail", words.contains("-f") || words.contains("-F") { return "tail -f" }
    if first == "ping", !words.contains("-c") { return "ping" }
    guard let start = words.firstIndex(where: { $0 == "kubectl" || $0 == "k" || $0.hasSuffix(".kubectl") }) else {
      return nil
    }
    let rest = Array(words[(start + 1)...])
    guard let verb = rest.first(where: { !$0.hasPrefix("-") }) else { return nil }
    switch verb {
    case "get", "events":
      let watches = ["--watch", "-w", "--watch=true", "--watch-only", "--watch-only=true"]
      return rest.contains(where: watches.contains) ? "kubectl \(verb) --watch" : nil
    case "logs": return rest.contains("-f") || rest.contains("--follow") ? "kubectl logs -f" : nil
    case "port-forward", "proxy": return "kubectl \(verb)"
    default: return nil
    }
  }
}
