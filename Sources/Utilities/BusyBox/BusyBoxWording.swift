// How BusyBox words its complaints, where the tools here would word them as GNU's do. A rule is GNU's text with `*` where
// something varies, and BusyBox' with `$1`, `$2` … for what stood there (`$L`: the last operand). `@` makes one line of each operand
// but the last. A complaint that BusyBox is known to word otherwise, and that no rule is about, is not simulated.
// Sources: messages of BusyBox 1.35 and 1.36, compared with a real one in the reality suite.

import SimMachine

struct BusyBoxWording {
  private let gnu: [[UInt8]]
  /// Empty: nothing is said. Nil: not simulated.
  private let busyBox: String?
  /// A second line where there was no other operand.
  private let alone: String?

  private init(_ gnu: String, _ busyBox: String?, alone: String? = nil) {
    self.alone = alone
    self.gnu = gnu.bytes.split(separator: 42, omittingEmptySubsequences: false).map { Array($0) }
    self.busyBox = busyBox
  }

  enum Outcome {
    case lines(String)
    case unknown
    /// As GNU words it.
    case same
  }

  /// What BusyBox' applet says instead of a text (without the program's name before it).
  static func reword(_ text: String, _ applet: String, _ operands: [String]) -> Outcome {
    var line = text.bytes
    if line.last == 10 { line.removeLast() }
    for rule in (table[applet] ?? []) + general {
      guard let parts = rule.match(line) else { continue }
      guard let template = rule.busyBox else { return .unknown }
      var lines = fill(template, parts, applet, operands)
      if let alone = rule.alone, operands.count == 1 { lines += "\(applet): \(alone)\n" }
      return .lines(lines)
    }
    // Marks of GNU's own wording.
    for mark in ["‘", "cannot ", "failed to ", "-e expression", "Try '"]
    where find(mark.bytes, in: line[...], from: 0) != nil {
      return .unknown
    }
    return .same
  }

  /// What stood where the `*` are; each as short as possible.
  private func match(_ line: [UInt8]) -> [String]? {
    guard line.starts(with: gnu[0]) else { return nil }
    var at = gnu[0].count
    var found: [String] = []
    for (index, piece) in gnu.enumerated().dropFirst() {
      if index == gnu.count - 1 {
        guard line.count >= at + piece.count, line.suffix(piece.count).elementsEqual(piece) else { return nil }
        found.append(String(bytes: line[at..<(line.count - piece.count)]))
        return found
      }
      guard let next = find(piece, in: line[...], from: at) else { return nil }
      found.append(String(bytes: line[at..<next]))
      at = next + piece.count
    }
    return at == line.count ? found : nil
  }

  private static func fill(_ template: String, _ parts: [String], _ applet: String, _ operands: [String]) -> String {
    guard !template.isEmpty else { return "" }
    guard template.utf8.contains(64) else { return line(template, parts, applet, operands, nil) }
    var text = ""
    for operand in operands.dropLast() { text += line(template, parts, applet, operands, operand) }
    return text
  }

  private static func line(
    _ template: String, _ parts: [String], _ applet: String, _ operands: [String], _ operand: String?
  ) -> String {
    var out: [UInt8] = []
    let bytes = template.bytes
    var i = 0
    while i < bytes.count {
      if bytes[i] == 64, let operand {
        out += (i + 1 < bytes.count && bytes[i + 1] == 64 ? lastPart(operand) : operand).utf8
        i += i + 1 < bytes.count && bytes[i + 1] == 64 ? 2 : 1
        continue
      }
      if bytes[i] == 36, i + 1 < bytes.count {
        let number = Int(bytes[i + 1]) - 49
        if bytes[i + 1] == 76 {
          out += (operands.last ?? "").utf8
        } else if parts.indices.contains(number) {
          out += parts[number].utf8
        }
        i += 2
        continue
      }
      out.append(bytes[i])
      i += 1
    }
    return "\(applet): \(String(bytes: out))\n"
  }

  private static let general: [BusyBoxWording] = [
    BusyBoxWording("invalid number: ‘*’", "invalid number '$1'"),
    BusyBoxWording("invalid time interval ‘*’", "invalid number '$1'"),
  ]

  private static let table: [String: [BusyBoxWording]] = [
    "awk": [
      BusyBoxWording("cannot open * (*)", "$1: $2"), BusyBoxWording("line *: *", nil),
      BusyBoxWording("bailing out*", ""),
    ],
    "chgrp": [
      BusyBoxWording("cannot access '*': *", "$1: $2"), BusyBoxWording("invalid group: ‘*’", "unknown group $1"),
    ],
    "chmod": [
      BusyBoxWording("cannot access '*': *", "$1: $2"), BusyBoxWording("invalid mode: ‘*’", "invalid mode '$1'"),
      BusyBoxWording("changing permissions of '*': *", "$1: $2"),
    ],
    "chown": [
      BusyBoxWording("cannot access '*': *", "$1: $2"),
      BusyBoxWording("changing ownership of '*': *", "$1: $2"),
      BusyBoxWording("invalid user: ‘*:*’", "unknown user/group $1:$2"),
      BusyBoxWording("invalid user: ‘*’", "unknown user $1"),
      BusyBoxWording("invalid group: ‘*’", "unknown user/group $1"),
    ],
    "cp": [
      BusyBoxWording("cannot stat '*': *", "can't stat '$1': $2"),
      BusyBoxWording("-r not specified; omitting directory '*'", "omitting directory '$1'"),
      BusyBoxWording("cannot create regular file '*': *", "can't create '$1': $2"),
      BusyBoxWording("cannot create directory '*': *", "can't create directory '$1': $2"),
      BusyBoxWording("cannot open '*' for reading: *", "can't open '$1': $2"),
      BusyBoxWording("target '*/': *", "can't create '$1/@@': $2"),
      BusyBoxWording("target '*': *", "can't create '$1/@@': $2"),
    ],
    "cut": [
      BusyBoxWording(
        "you must specify a list of bytes, characters, or fields", "expected a list of bytes, characters, or fields"),
      BusyBoxWording("fields are numbered from 1", nil), BusyBoxWording("*: *", "$1: $2"),
    ],
    "date": [BusyBoxWording("invalid date ‘*’", "invalid date '$1'")],
    "dd": [BusyBoxWording("failed to open '*': *", "can't open '$1': $2")],
    "diff": [
      BusyBoxWording("*: No such file or directory", "can't stat '$1': No such file or directory")
    ],
    "du": [BusyBoxWording("cannot access '*': *", "$1: $2")],
    "env": [
      BusyBoxWording("‘*’: *", "can't execute '$1': $2"), BusyBoxWording("'*': *", "can't execute '$1': $2"),
    ],
    "expr": [
      BusyBoxWording("missing operand", "too few arguments"), BusyBoxWording("syntax error*", "syntax error"),
    ],
    "find": [
      BusyBoxWording("‘*’: *", "$1: $2"),
      BusyBoxWording("Unknown argument to -type: *", "invalid argument '$1' to '-type'"),
      BusyBoxWording("missing argument to `*'", "$1 requires an argument"),
      BusyBoxWording("unknown predicate `*'", nil),
    ],
    "grep": [
      BusyBoxWording("*: Is a directory", ""), BusyBoxWording("Invalid regular expression", nil),
      BusyBoxWording("Unmatched *", nil), BusyBoxWording("Trailing backslash", nil),
      BusyBoxWording("Invalid *", nil),
    ],
    "groups": [BusyBoxWording("‘*’: no such user", "unknown user $1")],
    "gunzip": [
      BusyBoxWording("*: No such file or directory", "$L: No such file or directory"),
      BusyBoxWording("*: unknown suffix -- ignored", "$1: unknown suffix - ignored"),
    ],
    "gzip": [BusyBoxWording("*: unknown suffix -- ignored", "$1: unknown suffix - ignored")],
    "head": [
      BusyBoxWording("cannot open '*' for reading: *", "$1: $2"),
      BusyBoxWording("invalid number of *: ‘*’", "invalid number '$2'"),
      BusyBoxWording("error reading '*': *", "$1: Input/output error"),
    ],
    "id": [BusyBoxWording("‘*’: no such user", "unknown user $1")],
    "ln": [
      BusyBoxWording("failed to create symbolic link '*': *", "$1: $2"),
      BusyBoxWording("failed to create hard link '*' => '*': *", "$1: $3"),
      BusyBoxWording("failed to create hard link '*': *", "$1: $2"),
      BusyBoxWording("failed to access '*': *", "$1: $2"),
      BusyBoxWording("*: hard link not allowed for directory", "$L: Operation not permitted"),
    ],
    "ls": [
      BusyBoxWording("cannot access '*': *", "$1: $2"),
      BusyBoxWording("cannot open directory '*': *", "can't open '$1': $2"),
    ],
    "md5sum": digest, "sha1sum": digest, "sha256sum": digest, "sha512sum": digest,
    "more": [BusyBoxWording("cannot open *: *", "can't open '$1': $2")],
    "mktemp": [
      BusyBoxWording("too few X's in template ‘*’", "(null): Invalid argument"),
      BusyBoxWording("failed to create * via template ‘*’: *", "(null): $3"),
    ],
    "mv": [
      BusyBoxWording("cannot stat '*': *", "can't rename '$1': $2"),
      BusyBoxWording("cannot move '*' to '*': *", "can't rename '$1': $3"),
      BusyBoxWording("target '*': *", "can't rename '@': $2"),
    ],
    "rm": [
      BusyBoxWording(
        "refusing to remove '.' or '..' directory: skipping '*'", "'.' and '..' may not be removed")
    ],
    "rmdir": [BusyBoxWording("failed to remove '*': *", "'$1': $2")],
    "sed": [
      BusyBoxWording("can't read *: *", "$1: $2"),
      BusyBoxWording("-e expression #*, char *: unknown command: `*'", "unsupported command $3"),
    ],
    "sort": [
      BusyBoxWording("cannot read: *: *", "$1: $2"), BusyBoxWording("read failed: *", nil),
      BusyBoxWording("*: disorder: *", nil),
    ],
    "stat": [BusyBoxWording("cannot statx '*': *", "can't stat '$1': $2")],
    "tail": [
      BusyBoxWording("cannot open '*' for reading: *", "can't open '$1': $2", alone: "no files"),
      BusyBoxWording("invalid number of *: ‘*’", "invalid number '$2'"),
      BusyBoxWording("error reading '*': *", "read error: $2"),
    ],
    "tar": [
      BusyBoxWording("*: Cannot open: *", "can't open '$1': $2"),
      BusyBoxWording("Error is not recoverable: exiting now", ""),
      BusyBoxWording("Exiting with failure status due to previous errors", ""),
      BusyBoxWording("*: Cannot stat: *", "$1: $2"),
      BusyBoxWording("You must specify one of *", nil),
    ],
    "touch": [BusyBoxWording("cannot touch '*': *", "$1: $2")],
    "uniq": [BusyBoxWording("*: *", "can't open '$1': $2")],
    "unlink": [BusyBoxWording("cannot unlink '*': *", "can't remove file '$1': $2")],
    "zcat": [BusyBoxWording("*: No such file or directory", "$L: No such file or directory")],
  ]

  private static var digest: [BusyBoxWording] {
    [
      BusyBoxWording("WARNING: *", nil), BusyBoxWording("*: Is a directory", "read error: Is a directory"),
      BusyBoxWording("*: *", "can't open '$1': $2"),
    ]
  }
}
