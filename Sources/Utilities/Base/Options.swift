// Command-line options as glibc's getopt_long reads them: bundled short options, unambiguous abbreviations of long ones,
// operands anywhere unless the tool stops at the first. Every option the real tool has is listed; the ones that are not
// modelled carry a `!`, so that "not simulated" and "invalid option" are never mixed up.

/// The options of one tool, written compactly: `a,all w,width= color=? !author`. The parts of a word are alternative
/// spellings (one letter: short; more: long), `=` takes an argument, `=?` may take one, `=~` may take one in its long form
/// alone, `=+` must take one in its short form and may in its long one, `!` is not modelled.
struct OptionTable {
  enum Argument {
    case none, required, optional
    case optionalIfLong, requiredIfShort
  }
  struct Entry {
    let id: String
    let shorts: [UInt8]
    let longs: [String]
    let argument: Argument
    let isModelled: Bool
  }
  let entries: [Entry]
  /// Options end at the first operand (`env`, `timeout`, `xargs`).
  let stopsAtOperand: Bool
  /// The exit code of a usage error.
  let usageCode: Int32
  /// The tool reads its arguments itself (`echo`, `test`, `find`).
  let isRaw: Bool

  /// The pointer to `--help` carries the program's name too (diffutils).
  let namesItself: Bool

  /// The option that a bare number stands for (`fold -40` is `fold -w 40`).
  let number: String?

  /// Words that mean an option although they look like a bundle (`xxd -ps`).
  let renamed: [(word: String, option: String)]

  init(
    _ text: String, stopsAtOperand: Bool = false, usageCode: Int32 = 1, isRaw: Bool = false, namesItself: Bool = false,
    renamed: [(word: String, option: String)] = [], number: String? = nil
  ) {
    self.number = number
    self.renamed = renamed
    self.isRaw = isRaw
    self.namesItself = namesItself
    var entries: [Entry] = []
    for word in text.split(separator: " " as Character) {
      var bytes = Array(word.utf8)
      var isModelled = true
      if bytes.first == 33 {
        isModelled = false
        bytes.removeFirst()
      }
      var argument = Argument.none
      if bytes.count > 2, bytes[bytes.count - 1] == 63, bytes[bytes.count - 2] == 61 {
        argument = .optional
        bytes.removeLast(2)
      } else if bytes.count > 2, bytes[bytes.count - 1] == 126, bytes[bytes.count - 2] == 61 {
        argument = .optionalIfLong
        bytes.removeLast(2)
      } else if bytes.count > 2, bytes[bytes.count - 1] == 43, bytes[bytes.count - 2] == 61 {
        argument = .requiredIfShort
        bytes.removeLast(2)
      } else if bytes.count > 1, bytes.last == 61 {
        argument = .required
        bytes.removeLast()
      }
      var shorts: [UInt8] = []
      var longs: [String] = []
      for part in bytes.split(separator: 44) {
        if part.count == 1 {
          shorts.append(part[part.startIndex])
        } else {
          longs.append(String(decoding: part, as: UTF8.self))
        }
      }
      let id = shorts.isEmpty ? longs[0] : String(decoding: [shorts[0]], as: UTF8.self)
      entries.append(Entry(id: id, shorts: shorts, longs: longs, argument: argument, isModelled: isModelled))
    }
    self.entries = entries
    self.stopsAtOperand = stopsAtOperand
    self.usageCode = usageCode
  }

  static let none = OptionTable("")
  static let raw = OptionTable("", isRaw: true)

  enum Outcome {
    case options(Options)
    /// The message after the program's name.
    case wrong(String)
    case notSimulated(String)
  }

  /// Reads the arguments after the program's name.
  func parse(_ given: [String]) -> Outcome {
    var arguments = given
    for (word, option) in renamed {
      for index in arguments.indices where arguments[index] == word { arguments[index] = option }
    }
    var result = Options()
    var index = 0
    if isRaw {
      result.operands = arguments
      return .options(result)
    }
    while index < arguments.count {
      let argument = arguments[index]
      index += 1
      let bytes = Array(argument.utf8)
      if bytes.count < 2 || bytes[0] != 45 {
        if stopsAtOperand {
          result.operands.append(contentsOf: arguments[(index - 1)...])
          return .options(result)
        }
        result.operands.append(argument)
        continue
      }
      if argument == "--" {
        result.operands.append(contentsOf: arguments[index...])
        return .options(result)
      }
      if bytes[1] == 45 {
        if let problem = parseLong(bytes, arguments, &index, &result) { return problem }
      } else if let problem = parseShort(bytes, arguments, &index, &result) {
        return problem
      }
    }
    return .options(result)
  }

  private func parseLong(
    _ bytes: [UInt8], _ arguments: [String], _ index: inout Int, _ result: inout Options
  ) -> Outcome? {
    let equals = bytes.firstIndex(of: 61)
    let name = String(decoding: bytes[2..<(equals ?? bytes.count)], as: UTF8.self)
    let value = equals.map { String(decoding: bytes[($0 + 1)...], as: UTF8.self) }
    var exact: (Entry, String)?
    var near: [(Entry, String)] = []
    for entry in entries {
      for long in entry.longs {
        if long == name { exact = (entry, long) }
        if long.hasPrefix(name) { near.append((entry, long)) }
      }
    }
    if exact == nil, name == "help" || name == "version" { return .notSimulated("--\(name)") }
    if exact == nil {
      for long in ["help", "version"] where long.hasPrefix(name) && !name.isEmpty && near.isEmpty {
        return .notSimulated("--\(long)")
      }
      if let first = near.first {
        var isOne = true
        for other in near where other.0.id != first.0.id { isOne = false }
        if isOne {
          exact = first
        } else {
          var text = "option '--\(name)' is ambiguous; possibilities:"
          for (_, long) in near { text += " '--\(long)'" }
          return .wrong(text)
        }
      }
    }
    guard let (entry, long) = exact else { return .wrong("unrecognized option '--\(name)'") }
    var argument: String?
    switch entry.argument {
    case .none:
      if value != nil { return .wrong("option '--\(long)' doesn't allow an argument") }
    case .optional, .optionalIfLong, .requiredIfShort:
      argument = value
    case .required:
      if let value {
        argument = value
      } else if index < arguments.count {
        argument = arguments[index]
        index += 1
      } else {
        return .wrong("option '--\(long)' requires an argument")
      }
    }
    guard entry.isModelled else { return .notSimulated("--\(long)") }
    result.list.append((entry.id, argument))
    return nil
  }

  private func parseShort(
    _ bytes: [UInt8], _ arguments: [String], _ index: inout Int, _ result: inout Options
  ) -> Outcome? {
    var at = 1
    while at < bytes.count {
      let letter = bytes[at]
      at += 1
      let spelled = String(decoding: [letter], as: UTF8.self)
      var found: Entry?
      for entry in entries where entry.shorts.contains(letter) { found = entry }
      if found == nil, let number, isDigit(letter) {
        let start = at - 1
        while at < bytes.count, isDigit(bytes[at]) { at += 1 }
        result.list.append((number, String(decoding: bytes[start..<at], as: UTF8.self)))
        continue
      }
      guard let entry = found else { return .wrong("invalid option -- '\(spelled)'") }
      var argument: String?
      switch entry.argument {
      case .none, .optionalIfLong: break
      case .optional:
        if at < bytes.count { argument = String(decoding: bytes[at...], as: UTF8.self) }
        at = bytes.count
      case .required, .requiredIfShort:
        if at < bytes.count {
          argument = String(decoding: bytes[at...], as: UTF8.self)
          at = bytes.count
        } else if index < arguments.count {
          argument = arguments[index]
          index += 1
        } else {
          return .wrong("option requires an argument -- '\(spelled)'")
        }
      }
      guard entry.isModelled else { return .notSimulated("-\(spelled)") }
      result.list.append((entry.id, argument))
    }
    return nil
  }
}

/// The options of one call, in the order in which they came.
struct Options {
  var list: [(id: String, value: String?)] = []
  var operands: [String] = []

  func has(_ id: String) -> Bool {
    for option in list where option.id == id { return true }
    return false
  }
  /// The last value given for an option.
  func value(_ id: String) -> String? {
    var last: String?
    for option in list where option.id == id { last = option.value ?? "" }
    return last
  }
  func values(_ id: String) -> [String] {
    var all: [String] = []
    for option in list where option.id == id { all.append(option.value ?? "") }
    return all
  }
  /// The one of several exclusive options that came last.
  func last(of ids: [String]) -> String? {
    var last: String?
    for option in list where ids.contains(option.id) { last = option.id }
    return last
  }
}
