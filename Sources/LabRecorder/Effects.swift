// Whether something that is not simulated could have changed the machine. Commands that only look leave nothing behind, so
// what follows them stays true.

enum Effects {
  /// First words of reasons about commands that only read.
  private static let looking = [
    "kubectl top", "kubectl explain", "kubectl get", "kubectl describe", "kubectl logs", "kubectl events",
    "kubectl proxy", "kubectl completion", "kubectl options", "kubectl version", "kubectl api-resources",
    "kubectl auth", "psql EXPLAIN", "EXPLAIN", "man", "less", "more", "top", "htop", "ip ", "ss", "netstat", "lsblk",
    "vi", "vim", "nano",
  ]

  static func areHarmless(_ reasons: [String]) -> Bool {
    reasons.allSatisfy { reason in
      looking.contains {
        reason == $0 || reason.hasPrefix($0.hasSuffix(" ") ? $0 : $0 + " ") || reason.hasPrefix($0 + ":")
      }
    }
  }
}
