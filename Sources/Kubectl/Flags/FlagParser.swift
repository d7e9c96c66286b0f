// Reads a command line as spf13/pflag does: `--name=value`, `--name value`, clusters of one-letter flags, flags after
// arguments, everything after `--` an argument. Its errors are pflag's, word for word.

import KubeAPI
import SimKernel

package struct FlagValues {
  fileprivate(set) var given = OrderedMap<String, [String]>()
  /// Each flag as it was set, in the order of the command line.
  fileprivate(set) var sequence: [(name: String, value: String)] = []
  private let flags: OrderedMap<String, Flag>

  fileprivate init(_ flags: OrderedMap<String, Flag>) { self.flags = flags }

  func changed(_ name: String) -> Bool { given.contains(name) }
  func string(_ name: String) -> String { given[name]?.last ?? flags[name]?.fallback ?? "" }
  func bool(_ name: String) -> Bool {
    switch string(name) {
    case "1", "t", "T", "true", "TRUE", "True": return true
    default: return false
    }
  }
  func integer(_ name: String) -> Int64 { GoInteger.parse(string(name), bits: 64).value }
  func duration(_ name: String) -> Interval { HumanDuration.parse(string(name)) ?? .zero }
  /// Every value, split at commas where the flag says so.
  func strings(_ name: String) -> [String] {
    let values = given[name] ?? []
    guard case .strings? = flags[name]?.shape else { return values }
    var result: [String] = []
    for value in values where !value.isEmpty { result.append(contentsOf: value.pieces(",")) }
    return result
  }
  /// The flags that were given, in the order in which they were first seen.
  var names: [String] { given.keys }
  func definition(_ name: String) -> Flag? { flags[name] }
}

struct FlagParser {
  private let flags: OrderedMap<String, Flag>
  private let letters: OrderedMap<String, Flag>

  init(_ list: [Flag]) {
    var flags = OrderedMap<String, Flag>()
    var letters = OrderedMap<String, Flag>()
    for flag in list {
      flags[flag.name] = flag
      if !flag.short.isEmpty { letters[flag.short] = flag }
    }
    self.flags = flags
    self.letters = letters
  }

  /// By name or letter.
  func flag(_ name: String) -> Flag? { flags[name] ?? letters[name] }

  struct Result {
    var values: FlagValues
    var arguments: [String] = []
    /// How many arguments stood before `--`; nil when there was none.
    var dash: Int?
    var wantsHelp = false
  }

  /// The problem is pflag's message, without prefix.
  func parse(_ words: [String]) -> (result: Result, problem: String?) {
    var result = Result(values: FlagValues(flags))
    var i = 0
    while i < words.count {
      let word = words[i]
      i += 1
      let bytes = Array(word.utf8)
      guard bytes.first == 45, bytes.count > 1 else {
        result.arguments.append(word)
        continue
      }
      if bytes[1] == 45 {
        if bytes.count == 2 {
          result.dash = result.arguments.count
          result.arguments.append(contentsOf: words[i...])
          break
        }
        if let problem = long(word, words, &i, &result) { return (result, problem) }
      } else if let problem = cluster(word, words, &i, &result) {
        return (result, problem)
      }
      if result.wantsHelp { break }
    }
    return (result, nil)
  }

  private func long(_ word: String, _ words: [String], _ i: inout Int, _ result: inout Result) -> String? {
    let body = String(word.dropFirst(2))
    if body.hasPrefix("-") || body.hasPrefix("=") { return "bad flag syntax: \(word)" }
    var name = body
    var value: String?
    if let (before, after) = body.cut(61) {
      name = before
      value = after
    }
    guard let flag = flags[name] else {
      if name == "help" {
        result.wantsHelp = true
        return nil
      }
      return "unknown flag: --\(name)"
    }
    if value == nil {
      if let bare = flag.bare {
        value = bare
      } else if i < words.count {
        value = words[i]
        i += 1
      } else {
        return "flag needs an argument: \(word)"
      }
    }
    return set(flag, value!, spelled: "--\(name)", &result)
  }

  private func cluster(_ word: String, _ words: [String], _ i: inout Int, _ result: inout Result) -> String? {
    var letters = Array(word.unicodeScalars.dropFirst())
    let all = String(word.dropFirst())
    while !letters.isEmpty {
      let letter = String(Character(letters.removeFirst()))
      guard let flag = self.letters[letter] else {
        if letter == "h" {
          result.wantsHelp = true
          return nil
        }
        return "unknown shorthand flag: '\(letter)' in -\(all)"
      }
      var rest = ""
      for scalar in letters { rest.unicodeScalars.append(scalar) }
      if rest.utf8.count > 1, rest.hasPrefix("=") {
        return set(flag, String(rest.dropFirst()), spelled: "", &result)
      }
      if let bare = flag.bare {
        if let problem = set(flag, bare, spelled: "", &result) { return problem }
        continue
      }
      if !rest.isEmpty { return set(flag, rest, spelled: "", &result) }
      guard i < words.count else { return "flag needs an argument: '\(letter)' in -\(all)" }
      let value = words[i]
      i += 1
      return set(flag, value, spelled: "", &result)
    }
    return nil
  }

  private func set(_ flag: Flag, _ value: String, spelled: String, _ result: inout Result) -> String? {
    if let problem = check(flag.shape, value) {
      let shown = flag.short.isEmpty ? "--\(flag.name)" : "-\(flag.short), --\(flag.name)"
      return "invalid argument \(goQuoted(value)) for \"\(shown)\" flag: \(problem)"
    }
    result.values.sequence.append((flag.name, value))
    switch flag.shape {
    case .strings, .list: result.values.given[flag.name, default: []].append(value)
    default: result.values.given[flag.name] = [value]
    }
    return nil
  }

  private func check(_ shape: Flag.Shape, _ value: String) -> String? {
    switch shape {
    case .bool:
      switch value {
      case "1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False": return nil
      default: return "strconv.ParseBool: parsing \(goQuoted(value)): invalid syntax"
      }
    case .int32, .int64:
      var bits = 64
      if case .int32 = shape { bits = 32 }
      guard let problem = GoInteger.parse(value, bits: bits).problem else { return nil }
      return "strconv.ParseInt: parsing \(goQuoted(value)): \(problem)"
    case .duration:
      if HumanDuration.parse(value) != nil { return nil }
      return durationProblem(value)
    case .string, .strings, .list: return nil
    }
  }

  /// Go's reasons: a number without unit, an unknown unit, or something that is no duration at all.
  private func durationProblem(_ value: String) -> String {
    let bytes = Array(value.utf8)
    var i = 0
    if let first = bytes.first, first == 43 || first == 45 { i = 1 }
    while i < bytes.count {
      let start = i
      while i < bytes.count, (bytes[i] >= 48 && bytes[i] <= 57) || bytes[i] == 46 { i += 1 }
      if i == start { return "time: invalid duration \(goQuoted(value))" }
      let unitStart = i
      while i < bytes.count, bytes[i] != 46, !(bytes[i] >= 48 && bytes[i] <= 57) { i += 1 }
      if i == unitStart { return "time: missing unit in duration \(goQuoted(value))" }
      let unit = String(decoding: bytes[unitStart..<i], as: UTF8.self)
      if !["ns", "us", "µs", "μs", "ms", "s", "m", "h"].contains(unit) {
        return "time: unknown unit \(goQuoted(unit)) in duration \(goQuoted(value))"
      }
    }
    return "time: invalid duration \(goQuoted(value))"
  }

  /// Whether a word takes the next one as its value: what cobra needs to find the sub-command among flags.
  func takesNext(_ word: String) -> Bool {
    let bytes = Array(word.utf8)
    guard bytes.count > 1, bytes[0] == 45 else { return false }
    if bytes[1] == 45 {
      if bytes.count == 2 || bytes.contains(61) { return false }
      let flag = flags[String(word.dropFirst(2))]
      return flag?.bare == nil && String(word.dropFirst(2)) != "help"
    }
    guard bytes.count == 2 else { return false }
    let letter = String(word.dropFirst())
    return letters[letter]?.bare == nil && letter != "h"
  }
}
