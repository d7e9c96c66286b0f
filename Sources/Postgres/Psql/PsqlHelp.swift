// `\\?`, `\\h` and `--help`: short texts of our own, marked as ours. psql's long ones, and the synopses of SQL commands, are not
// copied; that there is no help for a word is psql's own answer. Source: PostgreSQL 15 manual, psql.

internal import SimKernel

enum PsqlHelp {
  static let mark = "(A short help of this simulator's own; psql's is longer.)"

  /// First words of the SQL commands that have a page.
  private static let commands = [
    "ABORT", "ALTER", "ANALYZE", "BEGIN", "CALL", "CHECKPOINT", "CLOSE", "CLUSTER", "COMMENT", "COMMIT", "COPY",
    "CREATE", "DEALLOCATE", "DECLARE", "DELETE", "DISCARD", "DO", "DROP", "END", "EXECUTE", "EXPLAIN", "FETCH", "GRANT",
    "IMPORT", "INSERT", "LISTEN", "LOAD", "LOCK", "MERGE", "MOVE", "NOTIFY", "PREPARE", "REASSIGN", "REFRESH",
    "REINDEX", "RELEASE", "RESET", "REVOKE", "ROLLBACK", "SAVEPOINT", "SECURITY", "SELECT", "SET", "SHOW", "START",
    "TABLE", "TRUNCATE", "UNLISTEN", "UPDATE", "VACUUM", "VALUES", "WITH",
  ]

  /// Those of them whose work is not simulated.
  private static let declared: Set<String> = ["EXPLAIN", "IMPORT", "LOAD", "SECURITY"]

  static var carriedOut: [String] {
    var list: [String] = []
    for command in commands where !declared.contains(command) { list.append(command) }
    return list
  }

  static func isKnown(_ topic: String) -> Bool {
    let word = uppercasedASCII(topic.split(separator: " ").first.map { String($0) } ?? "")
    for command in commands where command.hasPrefix(word) { return true }
    return word == "*"
  }

  static var metaCommandNames: [String] {
    var names = ["d", "dt", "di", "dv", "dm", "ds", "l", "du", "dn", "df", "dT", "dD", "dp", "dx", "db", "if", "endif"]
    for name in MetaCommand.table.keys { names.append(name) }
    names.sort { compareBytes($0, $1) < 0 }
    return names
  }

  static var metaCommands: String {
    "psql, as simulated here.\n\n\(mark)\n\nCommands behind a backslash:\n" + lines(metaCommandNames, prefix: "\\")
      + "\nMore of the \\d family lists the other kinds of objects; + adds columns and S the system's own.\n"
  }

  static var options: String {
    var names: [String] = []
    for option in PsqlInvocation.options where option.long != "?" {
      names.append((option.letter.map { "-\($0)/" } ?? "") + "--" + option.long)
    }
    return "psql, as simulated here.\n\n\(mark)\n\nUsage:\n  psql [OPTION]... [DBNAME [USERNAME]]\n\nOptions:\n"
      + lines(names, prefix: "")
  }

  private static func lines(_ words: [String], prefix: String) -> String {
    var out = ""
    var line = " "
    for word in words {
      if line.utf8.count + word.utf8.count + 2 > 78 {
        out += line + "\n"
        line = " "
      }
      line += " " + prefix + word
    }
    return out + line + "\n"
  }
}

extension PsqlSession {
  func helpOnSQL(_ line: String) {
    let topic = Describe.withoutSemicolons(line)
    if topic.isEmpty || PsqlHelp.isKnown(topic) { return refuse("\\h: the synopses of SQL commands") }
    say("No help available for \"\(topic)\".\nTry \\h with no arguments to see available help.\n")
  }
}
