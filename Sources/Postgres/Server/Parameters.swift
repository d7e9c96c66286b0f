// Configuration files and command-line parameters of the server: how they are written, what values a parameter takes, what is
// said about those it does not. Source: PostgreSQL 15 manual, 20.1 "Setting Parameters".

internal import SimKernel

/// One `name = value` of a configuration file.
package struct ConfigurationEntry {
  package var name: String
  package var value: String
  package var file: String
  package var line: Int
}

package enum ConfigurationFile {
  /// The entries of a file, `include`d ones among them, and syntax errors in the server's words.
  package static func parse(
    _ text: String, file: String, read: (String) -> [UInt8]?, depth: Int = 0
  ) -> (entries: [ConfigurationEntry], problems: [String]) {
    var entries: [ConfigurationEntry] = []
    var problems: [String] = []
    var number = 0
    for line in splitText(text, "\n") {
      number += 1
      let tokens = tokenize(line)
      guard !tokens.isEmpty else { continue }
      var rest = tokens
      let name = rest.removeFirst()
      if rest.first == "=" { rest.removeFirst() }
      guard rest.count == 1, isName(name) else {
        if rest.isEmpty || !isName(name) {
          problems.append("syntax error in file \"\(file)\" line \(number), near end of line")
        } else {
          problems.append("syntax error in file \"\(file)\" line \(number), near token \"\(rest[1])\"")
        }
        continue
      }
      let key = lowercasedASCII(name)
      if key == "include" || key == "include_if_exists" {
        var path = rest[0]
        if path.utf8.first != 47 { path = folder(of: file) + "/" + path }
        guard depth < 10, let bytes = read(path) else {
          if key == "include" {
            problems.append("could not open configuration file \"\(path)\": No such file or directory")
          }
          continue
        }
        let inner = parse(String(decoding: bytes, as: UTF8.self), file: path, read: read, depth: depth + 1)
        entries += inner.entries
        problems += inner.problems
        continue
      }
      entries.append(ConfigurationEntry(name: key, value: rest[0], file: file, line: number))
    }
    return (entries, problems)
  }

  static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: 47) else { return "." }
    return String(path[..<slash])
  }

  private static func isName(_ text: String) -> Bool {
    for b in text.utf8 where !(Lexer.isDigit(b) || (b | 0x20 >= 97 && b | 0x20 <= 122) || b == 95 || b == 46) {
      return false
    }
    return !text.isEmpty
  }

  /// Words, `=` by itself, quoted values without their quotes; a comment ends the line.
  private static func tokenize(_ line: String) -> [String] {
    let b = Array(line.utf8)
    var tokens: [String] = []
    var i = 0
    while i < b.count {
      if Lexer.isSpace(b[i]) {
        i += 1
      } else if b[i] == 35 {
        break
      } else if b[i] == 0x3d {
        tokens.append("=")
        i += 1
      } else if b[i] == 39 {
        var value: [UInt8] = []
        i += 1
        while i < b.count {
          if b[i] == 39 {
            if i + 1 < b.count, b[i + 1] == 39 { i += 1 } else { break }
          } else if b[i] == 92, i + 1 < b.count {
            i += 1
          }
          value.append(b[i])
          i += 1
        }
        i += 1
        tokens.append(String(decoding: value, as: UTF8.self))
      } else {
        let start = i
        while i < b.count, !Lexer.isSpace(b[i]), b[i] != 35, b[i] != 0x3d, b[i] != 39 { i += 1 }
        tokens.append(String(decoding: b[start..<i], as: UTF8.self))
      }
    }
    return tokens
  }
}

package enum ParameterOutcome {
  /// The value as SHOW prints it.
  case value(String)
  case unknown
  case invalid(message: String, hint: String?)
}

/// What pg_settings knows about a parameter.
package struct Parameter {
  package let name: String
  package let initial: String
  package let unit: String
  package let type: String
  /// `postmaster`, `sighup`, `user`, …
  package let context: String
  let least: String
  let greatest: String
  let words: [String]

  package static func find(_ name: String) -> Parameter? {
    let wanted = lowercasedASCII(name)
    for f in factLines(settingFacts) where lowercasedASCII(f[0]) == wanted {
      func field(_ i: Int) -> String { i < f.count ? f[i] : "" }
      return Parameter(
        name: f[0], initial: field(1), unit: field(2), type: field(3), context: field(4), least: field(5),
        greatest: field(6), words: field(7).isEmpty ? [] : splitText(field(7), ","))
    }
    return nil
  }

  /// Reads a value as the server does for a file or the command line.
  package static func read(_ name: String, _ text: String) -> ParameterOutcome {
    if name.utf8.contains(46) { return .value(text) }
    guard let parameter = find(name) else { return .unknown }
    return parameter.read(text)
  }

  /// The value in the parameter's own unit, as `postgres -C` prints it.
  package func plain(_ shown: String) -> String {
    guard case .value(let value) = inUnits(shown) else { return shown }
    return value
  }

  func read(_ text: String) -> ParameterOutcome {
    switch type {
    case "bool":
      switch lowercasedASCII(text) {
      case "on", "true", "yes", "1", "t", "y": return .value("on")
      case "off", "false", "no", "0", "f", "n": return .value("off")
      default: return .invalid(message: "parameter \"\(name)\" requires a Boolean value", hint: nil)
      }
    case "enum":
      let lower = lowercasedASCII(text)
      for word in words where word == lower { return .value(word) }
      switch lower {
      case "true", "yes", "1": if words.contains("on") { return .value("on") }
      case "false", "no", "0": if words.contains("off") { return .value("off") }
      case "hot_standby", "archive": if name == "wal_level" { return .value("replica") }
      default: break
      }
      return .invalid(
        message: "invalid value for parameter \"\(name)\": \"\(text)\"",
        hint: "Available values: \(joined(words, ", ")).")
    case "integer", "real":
      switch inUnits(text) {
      case .value(let plain): return .value(shown(plain))
      case let other: return other
      }
    default: return .value(text)
    }
  }

  private func inUnits(_ text: String) -> ParameterOutcome {
    guard type == "integer" || type == "real" else { return .value(text) }
    var digits: [UInt8] = []
    var letters: [UInt8] = []
    for b in text.utf8 {
      if Lexer.isDigit(b) || b == 46 || b == 0x2d { digits.append(b) } else if !Lexer.isSpace(b) { letters.append(b) }
    }
    let suffix = String(decoding: letters, as: UTF8.self)
    let wrong = ParameterOutcome.invalid(message: "invalid value for parameter \"\(name)\": \"\(text)\"", hint: nil)
    guard let number = Numeric(String(decoding: digits, as: UTF8.self)) else { return wrong }
    var result = number
    if !suffix.isEmpty {
      let memory: [String: Int64] = ["B": 1, "kB": 1_024, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40]
      let times: [String: Int64] = ["ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000]
      let size = unit == "8kB" ? 8_192 : memory[unit]
      let whole = number.int64 ?? 0
      if let base = size, let factor = memory[suffix] {
        result = Numeric(String(whole * factor / base)) ?? number
      } else if let base = times[unit], let factor = times[suffix] {
        result = Numeric(String(whole * factor / base)) ?? number
      } else {
        guard !unit.isEmpty else { return wrong }
        let hint =
          size != nil
          ? "Valid units for this parameter are \"B\", \"kB\", \"MB\", \"GB\", and \"TB\"."
          : "Valid units for this parameter are \"us\", \"ms\", \"s\", \"min\", \"h\", and \"d\"."
        return .invalid(message: "invalid value for parameter \"\(name)\": \"\(text)\"", hint: hint)
      }
    }
    if let low = Numeric(least), let high = Numeric(greatest),
      Numeric.compare(result, low) < 0 || Numeric.compare(result, high) > 0
    {
      let suffix = unit.isEmpty ? "" : " \(unit)"
      return .invalid(
        message:
          "\(result.text)\(suffix) is outside the valid range for parameter \"\(name)\" (\(least) .. \(greatest))",
        hint: nil)
    }
    return .value(result.text)
  }

  /// With the largest unit that fits: `128MB`, `5min`.
  private func shown(_ plain: String) -> String {
    guard !unit.isEmpty, let number = Int64(plain), number > 0 else { return plain }
    let memory: [(String, Int64)] = [("TB", 1 << 40), ("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10), ("B", 1)]
    let times: [(String, Int64)] = [("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000), ("ms", 1)]
    var base: Int64 = 0
    var table = memory
    if unit == "8kB" { base = 8_192 }
    for (name, size) in memory where name == unit { base = size }
    if base == 0 {
      table = times
      for (name, size) in times where name == unit { base = size }
    }
    guard base > 0 else { return plain }
    let total = number * base
    for (name, size) in table where total % size == 0 { return "\(total / size)\(name)" }
    return plain
  }
}
