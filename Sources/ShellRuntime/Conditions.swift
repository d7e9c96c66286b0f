// `[[ … ]]` and `test`: file, string and number conditions. Source: the Bash manual, "Bash Conditional Expressions".

import ShellSyntax
import SimKernel
import SimMachine

final class ConditionFrame: Frame {
  private let condition: Condition
  private let line: Int
  private let journal = Journal()

  init(_ condition: Condition, line: Int) {
    self.condition = condition
    self.line = line
  }

  override func step(_ shell: ShellProgram) -> Flow {
    shell.enter(line: line, self)
    shell.spend()
    if shell.announce(self, .condition(condition), isCheap: true) { return .go }
    do throws(Abort) {
      let result = try shell.attempt(
        journal, { () throws(Abort) -> Bool in try shell.evaluate(condition) })
      guard let result else { return .go }
      shell.pop()
      shell.finishCommand(result ? 0 : 1)
    } catch {
      shell.fail(error)
    }
    return .go
  }
}

extension ShellProgram {
  func evaluate(_ condition: Condition) throws(Abort) -> Bool {
    switch condition {
    case .not(let inner):
      conditionIsNegated.toggle()
      defer { conditionIsNegated = false }
      return try !evaluate(inner)
    case .group(let inner):
      conditionIsNegated = false
      return try evaluate(inner)
    case .and(let left, let right): return try evaluate(left) ? try evaluate(right) : false
    case .or(let left, let right): return try evaluate(left) ? true : try evaluate(right)
    case .word(let word):
      let text = try expandSingle(word)
      traceCondition("-n \(shownInCondition(text))")
      return !text.isEmpty
    case .unary(let operation, let word):
      let text = try expandSingle(word)
      traceCondition("\(operation) \(shownInCondition(text))")
      return try unary(operation, text)
    case .binary(let left, let operation, let right):
      let first = try expandSingle(left, tilde: .argument)
      switch operation {
      case "==", "=", "!=":
        let pattern = try expandPattern(right)
        if state.options.xtrace {
          // Expanding twice must not run anything twice.
          let shown = right.runsNothing ? try expandPattern(right, escapesAll: true) : pattern
          traceCondition("\(shownInCondition(first)) \(operation) \(shownInCondition(shown))")
        }
        let compiled = ShellPattern(inLocale(pattern), extended: true, ignoreCase: state.shopt["nocasematch"])
        let matches = compiled.matches(inLocale(first))
        return matches == (operation != "!=")
      case "=~":
        let pattern = try expandRegex(right)
        traceCondition("\(shownInCondition(first)) =~ \(shownInCondition(pattern))")
        return try matchRegex(first, pattern)
      case "<", ">":
        let second = try expandSingle(right)
        traceCondition("\(shownInCondition(first)) \(operation) \(shownInCondition(second))")
        return operation == "<" ? lessBytes(first, second) : lessBytes(second, first)
      case "-nt", "-ot", "-ef": return compareFiles(first, operation, try expandSingle(right))
      default:
        let second = try expandSingle(right)
        traceCondition("\(shownInCondition(first)) \(operation) \(shownInCondition(second))")
        let a = try evaluate(first, as: "[[")
        let b = try evaluate(second, as: "[[")
        return compare(a, operation, b)
      }
    }
  }

  private func shownInCondition(_ text: String) -> String { text.isEmpty ? "''" : text }

  private func traceCondition(_ text: String) {
    if state.options.xtrace { trace("[[ \(conditionIsNegated ? "! " : "")\(text) ]]") }
    conditionIsNegated = false
  }

  private func matchRegex(_ text: String, _ pattern: String) throws(Abort) -> Bool {
    var options = RegexOptions()
    options.loneParenthesis = true
    options.ignoreCase = state.shopt["nocasematch"]
    let regex: PosixRegex
    do throws(RegexError) {
      regex = try PosixRegex(pattern, flavour: .extended, options: options)
    } catch {
      throw .command(2)
    }
    let bytes = Array(text.utf8)
    spend(Int64(bytes.count / 64))
    guard let ranges = regex.firstMatch(in: bytes) else {
      state.variables["BASH_REMATCH"] = Variable(.indexed(IndexedArray()))
      return false
    }
    var groups: [String] = []
    for range in ranges { groups.append(range.map { String(raw: bytes[$0]) } ?? "") }
    state.variables["BASH_REMATCH"] = Variable(.indexed(IndexedArray(groups)))
    return true
  }

  func compare(_ a: Int64, _ operation: String, _ b: Int64) -> Bool {
    switch operation {
    case "-eq": return a == b
    case "-ne": return a != b
    case "-lt": return a < b
    case "-le": return a <= b
    case "-gt": return a > b
    default: return a >= b
    }
  }

  func compareFiles(_ a: String, _ operation: String, _ b: String) -> Bool {
    let first = try? process.fileSystem.lookup(a, in: process.workingDirectory, as: process.credentials)
    let second = try? process.fileSystem.lookup(b, in: process.workingDirectory, as: process.credentials)
    switch operation {
    case "-nt":
      guard let first else { return false }
      guard let second else { return true }
      return first.modified > second.modified
    case "-ot":
      guard let second else { return false }
      guard let first else { return true }
      return first.modified < second.modified
    default:
      guard let first, let second else { return false }
      return first === second
    }
  }

  func unary(_ operation: String, _ text: String) throws(Abort) -> Bool {
    switch operation {
    case "-z": return text.isEmpty
    case "-n": return !text.isEmpty
    case "-v": return isSet(text)
    case "-R": return state.variables[text]?.attributes.contains(.reference) ?? false
    case "-o": return state.options[text] ?? false
    case "-t":
      guard let number = Int(text) else { return false }
      return process.file(number)?.isTerminal ?? false
    default: break
    }
    if text.utf8.starts(with: "/dev/fd/".utf8) || text == "/dev/stdin" || text == "/dev/stdout" || text == "/dev/stderr"
    {
      let number =
        text == "/dev/stdin" ? 0 : text == "/dev/stdout" ? 1 : text == "/dev/stderr" ? 2 : Int(text.dropFirst(8))
      guard let number, let file = process.file(number) else { return false }
      switch operation {
      case "-e", "-a", "-r", "-w": return true
      case "-p": return file is PipeReader || file is PipeWriter
      case "-f": return file is RegularFile
      case "-c": return file.isTerminal || file is NullDevice
      default: return false
      }
    }
    let links = operation == "-L" || operation == "-h"
    guard
      let inode = try? process.fileSystem.lookup(
        text, in: process.workingDirectory, following: !links, as: process.credentials)
    else { return false }
    switch operation {
    case "-e", "-a": return true
    case "-f": return inode.kind == .file
    case "-d": return inode.isDirectory
    case "-L", "-h": return inode.kind == .symbolicLink
    case "-p": return inode.kind == .fifo
    case "-S": return inode.kind == .socket
    case "-c": return inode.kind == .characterDevice
    case "-b": return false
    case "-s": return inode.size > 0
    case "-r": return process.fileSystem.permits(inode, 4, process.credentials)
    case "-w": return process.fileSystem.permits(inode, 2, process.credentials)
    case "-x": return process.fileSystem.permits(inode, 1, process.credentials)
    case "-O": return inode.owner == process.credentials.user
    case "-G": return inode.group == process.credentials.group
    case "-u": return inode.mode & 0o4000 != 0
    case "-g": return inode.mode & 0o2000 != 0
    case "-k": return inode.mode & 0o1000 != 0
    case "-N": return inode.modified > inode.accessed
    default: return false
    }
  }

  /// `-v name`, `-v name[index]`
  func isSet(_ text: String) -> Bool {
    if let (name, index) = splitSubscript(text) {
      if index == "@" || index == "*" { return !elements(name).isEmpty }
      return binding(name) != nil && ((try? element(name, index)) ?? nil) != nil
    }
    if text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), !text.isEmpty { return parameter(text) != nil }
    guard let binding = binding(text) else { return false }
    return binding.scalar != nil
  }
}

/// `test` and `[`: the same conditions over arguments that have been expanded, with the rules of POSIX for few arguments.
struct TestExpression {
  struct Failure: Error { let message: String }
  let shell: ShellProgram
  private let words: [String]
  private var index = 0
  private var depth = 0

  init(_ shell: ShellProgram, _ words: [String]) {
    self.shell = shell
    self.words = words
  }

  static let unaryOperators: Set<String> = [
    "-a", "-b", "-c", "-d", "-e", "-f", "-g", "-h", "-k", "-p", "-r", "-s", "-t", "-u", "-w", "-x", "-G", "-L", "-N",
    "-O", "-S", "-o", "-v", "-R", "-z", "-n",
  ]
  static let binaryOperators: Set<String> = [
    "=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef",
  ]

  mutating func evaluate() throws(Failure) -> Bool {
    let result = try range(0, words.count)
    return result
  }

  private mutating func range(_ from: Int, _ to: Int) throws(Failure) -> Bool {
    switch to - from {
    case 0: return false
    case 1: return !words[from].isEmpty
    case 2:
      if words[from] == "!" { return words[from + 1].isEmpty }
      if TestExpression.unaryOperators.contains(words[from]) { return try unary(words[from], words[from + 1]) }
      throw Failure(message: "\(words[from]): unary operator expected")
    case 3:
      if TestExpression.binaryOperators.contains(words[from + 1]) {
        return try binary(words[from], words[from + 1], words[from + 2])
      }
      if words[from + 1] == "-a" { return !words[from].isEmpty && !words[from + 2].isEmpty }
      if words[from + 1] == "-o" { return !words[from].isEmpty || !words[from + 2].isEmpty }
      if words[from] == "!" { return try !range(from + 1, to) }
      if words[from] == "(", words[from + 2] == ")" { return !words[from + 1].isEmpty }
      throw Failure(message: "\(words[from + 1]): binary operator expected")
    case 4:
      if words[from] == "!" { return try !range(from + 1, to) }
      if words[from] == "(", words[from + 3] == ")" { return try range(from + 1, from + 3) }
      fallthrough
    default:
      index = from
      let result = try or()
      if index < to {
        throw Failure(
          message: words[index].utf8.first == 45 ? "syntax error: `\(words[index])' unexpected" : "too many arguments")
      }
      return result
    }
  }

  private mutating func or() throws(Failure) -> Bool {
    var value = try and()
    while index < words.count, words[index] == "-o" {
      index += 1
      let right = try and()
      value = value || right
    }
    return value
  }

  private mutating func and() throws(Failure) -> Bool {
    var value = try term()
    while index < words.count, words[index] == "-a" {
      index += 1
      let right = try term()
      value = value && right
    }
    return value
  }

  private mutating func term() throws(Failure) -> Bool {
    depth += 1
    defer { depth -= 1 }
    guard depth < 200 else { throw Failure(message: "expression recursion level exceeded") }
    guard index < words.count else { throw Failure(message: "argument expected") }
    let word = words[index]
    if word == "!" {
      index += 1
      return try !term()
    }
    if word == "(" {
      index += 1
      let value = try or()
      guard index < words.count, words[index] == ")" else {
        if index < words.count { throw Failure(message: "`)' expected, found \(words[index])") }
        throw Failure(message: "`)' expected")
      }
      index += 1
      return value
    }
    if index + 2 < words.count, TestExpression.binaryOperators.contains(words[index + 1]) {
      let value = try binary(word, words[index + 1], words[index + 2])
      index += 3
      return value
    }
    if TestExpression.unaryOperators.contains(word), index + 1 < words.count {
      let value = try unary(word, words[index + 1])
      index += 2
      return value
    }
    index += 1
    return !word.isEmpty
  }

  private func unary(_ operation: String, _ word: String) throws(Failure) -> Bool {
    if operation == "-t", shell.flavour != .bash, Int(trimmed(word)) == nil {
      throw Failure(message: "\(word): integer expression expected")
    }
    do throws(Abort) {
      return try shell.unary(operation, word)
    } catch {
      return false
    }
  }

  private func trimmed(_ text: String) -> String {
    var bytes = Array(text.utf8)[...]
    while let first = bytes.first, first == 32 || first == 9 || first == 10 { bytes = bytes.dropFirst() }
    while let last = bytes.last, last == 32 || last == 9 || last == 10 { bytes = bytes.dropLast() }
    return String(raw: bytes)
  }

  private func number(_ text: String) throws(Failure) -> Int64 {
    guard let value = Int64(trimmed(text)) else { throw Failure(message: "\(text): integer expression expected") }
    return value
  }

  private func binary(_ left: String, _ operation: String, _ right: String) throws(Failure) -> Bool {
    switch operation {
    case "=", "==": return left.utf8.elementsEqual(right.utf8)
    case "!=": return !left.utf8.elementsEqual(right.utf8)
    case "<": return lessBytes(left, right)
    case ">": return lessBytes(right, left)
    case "-nt", "-ot", "-ef": return shell.compareFiles(left, operation, right)
    default: return shell.compare(try number(left), operation, try number(right))
    }
  }
}
