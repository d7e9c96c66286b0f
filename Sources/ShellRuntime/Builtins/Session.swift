// Builtins about the session: directories, aliases, command lookup, limits, help.

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
  // MARK: Directories

  // MARK: Aliases and lookup

  // MARK: Limits

  func ulimit(_ words: [String]) -> Int32 {
    if let word = words.first, word.hasPrefix("--"), word != "--", flavour == .bash { return invalidOption("--") }
    let table: [(String, String, String, String)] = [
      ("-R", "real-time non-blocking time  (microseconds, -R) ", "unlimited", "-R"),
      ("-c", "core file size              (blocks, -c) ", "0", "-c"),
      ("-d", "data seg size               (kbytes, -d) ", "unlimited", "-d"),
      ("-e", "scheduling priority                 (-e) ", "0", "-e"),
      ("-f", "file size                   (blocks, -f) ", "unlimited", "-f"),
      ("-i", "pending signals                     (-i) ", "15475", "-i"),
      ("-l", "max locked memory           (kbytes, -l) ", "502112", "-l"),
      ("-m", "max memory size             (kbytes, -m) ", "unlimited", "-m"),
      ("-n", "open files                          (-n) ", "1024", "-n"),
      ("-p", "pipe size                (512 bytes, -p) ", "8", "-p"),
      ("-q", "POSIX message queues         (bytes, -q) ", "819200", "-q"),
      ("-r", "real-time priority                  (-r) ", "0", "-r"),
      ("-s", "stack size                  (kbytes, -s) ", "8192", "-s"),
      ("-t", "cpu time                   (seconds, -t) ", "unlimited", "-t"),
      ("-u", "max user processes                  (-u) ", "15475", "-u"),
      ("-v", "virtual memory              (kbytes, -v) ", "unlimited", "-v"),
      ("-x", "file locks                          (-x) ", "unlimited", "-x"),
    ]
    var wanted = "-f"
    var value: String?
    for word in words {
      if word.utf8.first == 45, word.utf8.count > 1 {
        for letter in word.utf8.dropFirst() {
          if letter == 83 || letter == 72 { continue }
          wanted = "-" + String(raw: [letter])
        }
      } else {
        value = word
      }
    }
    if let value, !["unlimited", "hard", "soft"].contains(value), Int64(value) == nil {
      complain("\(value): invalid number", builtin: true)
      return 1
    }
    if wanted == "-a" {
      for entry in table { write(entry.1 + (state.limits[entry.0] ?? entry.2) + "\n") }
      return 0
    }
    guard let entry = table.first(where: { $0.0 == wanted }) else { return invalidOption(wanted) }
    if let value {
      // A limit is remembered; what would run into it does not.
      if !["hard", "soft"].contains(value) { state.limits[wanted] = value }
      return 0
    }
    write((state.limits[wanted] ?? entry.2) + "\n")
    return 0
  }

  func umask(_ words: [String]) -> Int32 {
    var symbolic = false
    var reusable = false
    var mode: String?
    for word in words {
      if word == "-S" {
        symbolic = true
      } else if word == "-p" {
        reusable = true
      } else if word.utf8.first == 45, word.utf8.count > 1, ![114, 119, 120].contains(Array(word.utf8)[1]) {
        return invalidOption(word)
      } else {
        mode = word
      }
    }
    func text(_ bits: Int) -> String {
      func three(_ shift: Int) -> String {
        let own = ~bits >> shift & 7
        return (own & 4 != 0 ? "r" : "") + (own & 2 != 0 ? "w" : "") + (own & 1 != 0 ? "x" : "")
      }
      return "u=\(three(6)),g=\(three(3)),o=\(three(0))"
    }
    if let mode {
      if let value = Int(mode, radix: 8), mode.utf8.first! >= 48, mode.utf8.first! <= 57 {
        guard value <= 0o777 else {
          complain("\(mode): octal number out of range", builtin: true)
          return 1
        }
        process.umask = value
        return 0
      }
      if let first = mode.utf8.first, first >= 48, first <= 57 {
        complain("\(mode): octal number out of range", builtin: true)
        return 1
      }
      var allowed = ~process.umask & 0o777
      for clause in mode.split(separator: "," as Character) {
        let bytes = Array(clause.utf8)
        var i = 0
        var who = 0
        while i < bytes.count, [117, 103, 111, 97].contains(bytes[i]) {
          who |= bytes[i] == 117 ? 0o700 : bytes[i] == 103 ? 0o070 : bytes[i] == 111 ? 0o007 : 0o777
          i += 1
        }
        if who == 0 { who = 0o777 }
        guard i < bytes.count, [43, 45, 61].contains(bytes[i]) else {
          complain(
            "`\(String(raw: bytes.prefix(i + 1).suffix(1)))': invalid symbolic mode operator",
            builtin: true)
          return 1
        }
        let operation = bytes[i]
        var bits = 0
        for letter in bytes[(i + 1)...] {
          switch letter {
          case 114: bits |= 0o444
          case 119: bits |= 0o222
          case 120: bits |= 0o111
          default:
            complain("`\(String(raw: [letter]))': invalid symbolic mode character", builtin: true)
            return 1
          }
        }
        if operation == 43 {
          allowed |= bits & who
        } else if operation == 45 {
          allowed &= ~(bits & who)
        } else {
          allowed = (allowed & ~who) | (bits & who)
        }
      }
      process.umask = ~allowed & 0o777
      return 0
    }
    let octal = String(process.umask, radix: 8)
    let shown = symbolic ? text(process.umask) : String(repeating: "0", count: max(0, 4 - octal.utf8.count)) + octal
    write("\(reusable ? "umask \(symbolic ? "-S " : "")" : "")\(shown)\n")
    return 0
  }

  /// What this machine knows, in words of our own: bash's text for `help` is not simulated.
  private func listModelled() {
    func columns(_ names: [String]) -> String {
      var text = ""
      var line = " "
      for name in names {
        if line.utf8.count + name.utf8.count > 78 {
          text += line + "\n"
          line = " "
        }
        line += " " + name
      }
      return text + line + "\n"
    }
    var text = "This is a simulated machine: bash \(version) as far as it is modelled.\n"
    text += "What is not modelled says \"not simulated\"; it prints nothing made up.\n\n"
    text += "Shell builtins (\"help NAME\" for how to call one):\n" + columns(builtinNames.filter { isBuiltin($0) })
    text += "\nNot among them: bind, complete and compopt are accepted without effect; fc opens no editor.\n"
    text += "\nPrograms:\n" + columns(programNames(on: machine).filter { machine.commands.isModelled($0) })
    text += "\nkubectl and psql have help of their own: kubectl --help, \\? in psql.\n"
    write(text)
  }

  /// What is noted when `help` has spoken for itself, since bash's own text is not modelled.
  package static let ownHelp = "help"

  func help(_ words: [String]) -> Int32 {
    notSimulated(ShellProgram.ownHelp + words.map { " " + $0 }.joined())
    if words.isEmpty { listModelled() }
    var code: Int32 = 0
    for word in words where word.utf8.first != 45 {
      if let synopsis = builtinSynopses[word] {
        write("\(word): \(synopsis)\n")
      } else {
        complain(
          "no help topics match `\(word)'.  Try `help help' or `man -k \(word)' or `info \(word)'.", builtin: true)
        code = 1
      }
    }
    return code
  }
}
