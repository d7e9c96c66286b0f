// Command lines in the manner of getopt_long, as every client program of PostgreSQL reads them: clustered letters, values joined
// or apart, abbreviated long names, operands anywhere.

package struct OptionName {
  package let long: String
  package let letter: Character?
  package let takesValue: Bool

  package init(_ long: String, _ letter: Character?, _ takesValue: Bool) {
    self.long = long
    self.letter = letter
    self.takesValue = takesValue
  }
}

package struct OptionReader {
  package enum Item {
    /// Named by its long name; the value is empty when it takes none.
    case option(String, String)
    case operand(String)
    /// getopt's complaint without the program's name: `unrecognized option '--x'`.
    case wrong(String)
  }
  private let words: [String]
  private let names: [OptionName]
  private var index = 0
  /// Letters of a cluster that are still to be read.
  private var rest: [Character] = []
  private var onlyOperands = false
  /// Operands come after all options, as getopt_long sorts them.
  private var operands: [String] = []

  package init(_ words: [String], long: [OptionName]) {
    self.words = words
    names = long
  }

  package mutating func next() -> Item? {
    if !rest.isEmpty { return letter() }
    while index < words.count {
      let word = words[index]
      index += 1
      if onlyOperands || word.utf8.first != 45 || word == "-" {
        operands.append(word)
        continue
      }
      if word == "--" {
        onlyOperands = true
        continue
      }
      if word.hasPrefix("--") { return long(String(word.dropFirst(2))) }
      rest = Array(word.dropFirst())
      return letter()
    }
    return operands.isEmpty ? nil : .operand(operands.removeFirst())
  }

  private mutating func letter() -> Item {
    let letter = rest.removeFirst()
    var found: OptionName?
    for name in names where name.letter == letter { found = name }
    guard let name = found else {
      return .wrong("invalid option -- '\(letter)'")
    }
    guard name.takesValue else { return .option(name.long, "") }
    if !rest.isEmpty {
      let value = String(rest)
      rest = []
      return .option(name.long, value)
    }
    guard index < words.count else { return .wrong("option requires an argument -- '\(letter)'") }
    defer { index += 1 }
    return .option(name.long, words[index])
  }

  private mutating func long(_ text: String) -> Item {
    var given = text
    var value: String?
    if let equals = text.utf8.firstIndex(of: 61) {
      given = String(text[..<equals])
      value = String(text[text.utf8.index(after: equals)...])
    }
    var matches: [OptionName] = []
    for name in names {
      if name.long == given {
        matches = [name]
        break
      }
      if name.long.hasPrefix(given) { matches.append(name) }
    }
    guard let name = matches.first else { return .wrong("unrecognized option '--\(given)'") }
    if matches.count > 1 {
      var text = "option '--\(given)' is ambiguous; possibilities:"
      for m in matches { text += " '--\(m.long)'" }
      return .wrong(text)
    }
    if !name.takesValue {
      return value == nil ? .option(name.long, "") : .wrong("option '--\(name.long)' doesn't allow an argument")
    }
    if let value { return .option(name.long, value) }
    guard index < words.count else { return .wrong("option '--\(name.long)' requires an argument") }
    defer { index += 1 }
    return .option(name.long, words[index])
  }
}
