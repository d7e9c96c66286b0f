// Whether something that is not simulated could have changed the machine. Commands that only look leave nothing behind, so
// what follows them stays true.

enum Effects {
  /// First words of reasons about commands that only read.
  private static let lookingReasons = [
    "kubectl top", "kubectl explain", "kubectl get", "kubectl describe", "kubectl logs", "kubectl events",
    "kubectl proxy", "kubectl completion", "kubectl options", "kubectl version", "kubectl api-resources",
    "kubectl auth can-i", "kubectl auth whoami", "psql EXPLAIN", "EXPLAIN",
  ]

  /// Programs that only read, whatever their arguments are.
  private static let lookingPrograms: Set<String> = [
    "cat", "column", "cut", "df", "dig", "dmesg", "du", "egrep", "fgrep", "file", "free", "getent", "grep", "head",
    "htop", "id", "iostat", "journalctl", "jq", "less", "ls", "lsblk", "lscpu", "lsof", "man", "more", "netstat", "nl",
    "nproc", "nslookup", "ping", "ps", "pstree", "ss", "stat", "tail", "top", "traceroute", "tree", "uname", "uptime",
    "vmstat", "wc", "which", "whoami", "zcat", "zgrep",
  ]

  /// Programs with verbs, and those verbs that only read.
  private static let lookingVerbs: [String: Set<String>] = [
    "crictl": ["images", "info", "inspect", "logs", "pods", "ps", "stats", "version"],
    "docker": ["images", "info", "inspect", "logs", "ps", "stats", "version"],
    "helm": ["get", "history", "list", "ls", "search", "show", "status", "version"],
    "ip": ["a", "addr", "address", "link", "neigh", "r", "route"],
    "kubectl": [
      "api-resources", "api-versions", "cluster-info", "describe", "events", "explain", "get", "logs", "top",
      "version",
    ],
    "microk8s": ["config", "inspect", "status", "version"],
    "systemctl": ["cat", "is-active", "is-enabled", "list-units", "show", "status"],
  ]

  /// `reasons` are what the simulated machine did not know in a block; `text` is what was typed there.
  static func areHarmless(_ reasons: [String], in text: String) -> Bool {
    onlyLooks(text)
      || reasons.allSatisfy { reason in
        lookingReasons.contains { reason == $0 || reason.hasPrefix($0 + " ") || reason.hasPrefix($0 + ":") }
      }
  }

  /// Whether a block has only commands that read, one after the other or through pipes. In doubt, no.
  static func onlyLooks(_ text: String) -> Bool {
    // What could write, run other commands or hide where a command ends.
    guard !text.contains(where: { "><`$(){}\\=".contains($0) }) else { return false }
    return text.split(whereSeparator: { $0.isNewline || "|&;".contains($0) }).allSatisfy { command in
      var words = command.split(whereSeparator: \.isWhitespace).map(String.init)
      if words.first == "sudo" { words.removeFirst() }
      if words.first == "microk8s", words.dropFirst().first == "kubectl" { words.removeFirst() }
      if words.first == "k" { words[0] = "kubectl" }
      guard let program = words.first, !program.hasPrefix("#") else { return true }
      if lookingPrograms.contains(program) { return true }
      guard let verbs = lookingVerbs[program] else { return false }
      if program == "ip", words.contains(where: { ["add", "del", "set", "flush", "replace"].contains($0) }) {
        return false
      }
      return words.dropFirst().first { !$0.hasPrefix("-") }.map(verbs.contains) ?? false
    }
  }
}
