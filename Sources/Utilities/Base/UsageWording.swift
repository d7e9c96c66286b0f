// What programs say of options they do not know. Those of coreutils, util-linux and findutils point to `--help`, which is the rule
// (see `ToolCall.usage`); this is the table of the others. Most of them print a whole usage text, which is not copied: it is not
// simulated. Source: the programs of Debian 12, compared in the reality suite.

enum UsageWording {
  /// The whole text of the options is printed.
  case text
  /// The program named in the message and the line behind it; another exit code than the tool's own.
  case pointer(name: String?, String, code: Int32?)

  static func of(_ tool: String) -> UsageWording? {
    switch tool {
    case "bc", "clear", "free", "getconf", "hostname", "less", "more", "nc", "netcat", "pager", "pidof", "ping",
      "strings",
      "stty", "tput", "tree", "uptime", "watch", "which", "xxd", "zless", "zmore", "telnet", "vmstat", "w", "pgrep",
      "pkill",
      "pmap", "pwdx", "tload":
      return .text
    case "gzip", "gunzip", "zcat":
      return .pointer(name: "gzip", "Try `gzip --help' for more information.\n", code: nil)
    case "wget":
      return .pointer(name: nil, "Usage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n", code: 2)
    case "curl":
      return .pointer(
        name: nil, "curl: try 'curl --help' or 'curl --manual' for more information\n", code: nil)
    case "getent":
      return .pointer(name: nil, "Try `getent --help' or `getent --usage' for more information.\n", code: 64)
    default: return nil
    }
  }

  /// curl's own words for `unrecognized option '--x'` and `invalid option -- 'x'`; nil for other mistakes.
  static func curl(_ message: String) -> String? {
    let parts = message.split(separator: "'" as Character, omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    if parts[0] == "unrecognized option " { return "option \(parts[1]): is unknown" }
    if parts[0] == "invalid option -- " { return "option -\(parts[1]): is unknown" }
    if parts[0] == "option requires an argument -- " { return "option -\(parts[1]): requires parameter" }
    return nil
  }
}
