// The command line of grep: options, patterns, and the files that a recursion reaches.

import SimKernel
import SimMachine

extension Grep {
  /// `-5` is a context; digits of one bundle make one number.
  private func modernized(_ arguments: [String]) -> [String] {
    var result: [String] = []
    for (index, argument) in arguments.enumerated() {
      if argument == "--" {
        result += arguments[index...]
        break
      }
      let bytes = argument.bytes
      if bytes.count > 1, bytes[0] == 45, isDigit(bytes[1]) {
        var end = 1
        while end < bytes.count, isDigit(bytes[end]) { end += 1 }
        result.append("-C" + String(bytes: bytes[1..<end]))
        if end < bytes.count { result.append("-" + String(bytes: bytes[end...])) }
      } else {
        result.append(argument)
      }
    }
    return result
  }

  private func usage(_ call: ToolCall, _ message: String?) -> Int32 {
    if let message { call.writeError("\(call.grepName): \(message)\n") }
    if call.flavour == .busybox { return 2 }
    call.writeError(
      "Usage: \(call.grepName) [OPTION]... PATTERNS [FILE]...\nTry '\(call.grepName) --help' for more information.\n")
    return 2
  }

  func complain(_ call: ToolCall, _ text: String) {
    failed = true
    if !silent { call.writeError("\(call.grepName): \(text)\n") }
  }

  func start(_ call: ToolCall) -> Int32? {
    switch grepOptions.parse(modernized(call.arguments)) {
    case .options(let options): call.options = options
    case .wrong(let text): return usage(call, text)
    case .notSimulated(let what): return call.notSimulated("grep \(what)")
    }
    let options = call.options
    if options.has("V") { return call.notSimulated("grep --version") }
    var operands = options.operands
    invert = options.has("v")
    words = options.has("w")
    wholeLines = options.has("x")
    onlyMatching = options.has("o")
    counts = options.has("c")
    let list = options.last(of: ["l", "L"])
    lists = list == "l"
    listsWithout = list == "L"
    quiet = options.has("q")
    silent = options.has("s")
    numbers = options.has("n")
    offsets = options.has("b")
    nullNames = options.has("Z")
    initialTab = options.has("T")
    if options.has("z") { delimiter = 0 }
    if options.has("label") { label = options.value("label") ?? "" }
    binaryMode =
      options.has("a") ? "text" : options.has("I") ? "without-match" : options.value("binary-files") ?? "binary"
    guard ["text", "without-match", "binary"].contains(binaryMode) else {
      return fail(call, "unknown binary-files type")
    }
    if let text = options.value("m") {
      guard let value = signedDecimal(text) else { return fail(call, "invalid max count") }
      limit = value < 0 ? Int64.max : value
    }
    for option in options.list where ["A", "B", "C"].contains(option.id) {
      let text = option.value ?? ""
      guard let value = decimal(text) else { return fail(call, "\(text): invalid context length argument") }
      let count = Int(min(value, 1_000_000))
      hasContext = true
      if option.id != "B" { after = count }
      if option.id != "A" { before = count }
    }
    // -A and -B win over -C wherever they stand.
    if let text = options.value("A"), let value = decimal(text) { after = Int(min(value, 1_000_000)) }
    if let text = options.value("B"), let value = decimal(text) { before = Int(min(value, 1_000_000)) }
    if let word = options.value("d"), !["read", "recurse", "skip"].contains(word) {
      call.complain("invalid argument \(quoted(word)) for ‘--directories’")
      call.writeError("Valid arguments are:\n  - ‘read’\n  - ‘recurse’\n  - ‘skip’\n")
      return usage(call, nil)
    }
    if options.has("group-separator") { separator = options.value("group-separator") }
    if options.has("no-group-separator") { separator = nil }
    if options.has("color") {
      switch options.value("color") ?? "" {
      case "", "auto", "tty", "if-tty": color = call.outputIsTerminal && call.environment("TERM") != "dumb"
      case "always", "yes", "force": color = true
      case "never", "no", "none": color = false
      default: return usage(call, nil)
      }
    }
    var patterns: [[UInt8]] = []
    for option in options.list {
      if option.id == "e" { patterns += split(option.value?.bytes ?? []) }
      if option.id == "f" {
        let path = option.value ?? ""
        do throws(Errno) {
          var bytes = try call.read(path)
          if bytes.last == 10 { bytes.removeLast() } else if bytes.isEmpty { continue }
          patterns += split(bytes)
        } catch {
          return fail(call, "\(path): \(error.message)")
        }
      }
    }
    if !options.has("e"), !options.has("f") {
      guard let first = operands.first else { return usage(call, nil) }
      patterns = split(first.bytes)
      operands.removeFirst()
    }
    if let code = compile(call, patterns) { return code }
    if call.outputIsTerminal || options.has("line-buffered") { call.buffering = .line }
    let recursive = options.has("r") || options.has("R") || options.value("d") == "recurse"
    names = operands.count > 1
    if recursive {
      let roots = operands.isEmpty ? ["."] : operands
      var files: [String] = []
      var isFolder = operands.isEmpty
      for root in roots {
        if call.isDirectory(root) { isFolder = true }
        collect(call, root, root == "." && operands.isEmpty ? "" : root, isOperand: true, &files, 0)
      }
      names = names || isFolder
      operands = files
      if files.isEmpty {
        return failed ? 2 : 1
      }
    } else {
      var kept: [String] = []
      for operand in operands where operand == "-" || !excluded(call, operand, isOperand: true) { kept.append(operand) }
      if kept.isEmpty, !operands.isEmpty { return 1 }
      operands = kept
    }
    if options.last(of: ["H", "h"]) == "H" { names = true }
    if options.last(of: ["H", "h"]) == "h" { names = false }
    input = LineInput(call.process, operands, delimiter: delimiter)
    return nil
  }

  private func fail(_ call: ToolCall, _ message: String) -> Int32 {
    call.writeError("\(call.grepName): \(message)\n")
    return 2
  }

  private func split(_ bytes: [UInt8]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    for part in bytes.split(separator: 10, omittingEmptySubsequences: false) { result.append(Array(part)) }
    return result
  }

  private func compile(_ call: ToolCall, _ patterns: [[UInt8]]) -> Int32? {
    let options = call.options
    var mode = options.last(of: ["E", "F", "G", "P"]) ?? "G"
    if alias == "egrep", !options.has("F"), !options.has("P") { mode = "E" }
    if alias == "fgrep" { mode = "F" }
    let fold = options.last(of: ["i", "no-ignore-case"]) == "i"
    foldsFixed = fold
    for pattern in patterns {
      switch mode {
      case "F":
        var text = pattern
        if fold { for i in text.indices { text[i] = lowercased(text[i]) } }
        matchers.append(.fixed(text))
      case "P":
        do throws(PerlRegexError) {
          matchers.append(.perl(try PerlRegex(pattern, ignoreCase: fold)))
        } catch {
          return fail(call, error.message)
        }
      default:
        var regex = RegexOptions()
        regex.ignoreCase = fold
        regex.lenient = true
        regex.loneParenthesis = true
        var pattern = pattern
        if mode == "E", let first = pattern.first, [42, 43, 63].contains(first) {
          call.writeError("\(call.grepName): warning: \(String(bytes: [first])) at start of expression\n")
          // It repeats nothing.
          pattern.removeFirst()
        }
        if pattern.count > 3, pattern.starts(with: [91, 58]), pattern.suffix(2).elementsEqual([58, 93]) {
          return fail(call, "character class syntax is [[:space:]], not [:space:]")
        }
        if pattern == [91] { return fail(call, "Invalid regular expression") }
        do throws(RegexError) {
          matchers.append(.posix(try PosixRegex(pattern, flavour: mode == "E" ? .extended : .basic, options: regex)))
        } catch {
          return fail(call, error.message)
        }
      }
    }
    return nil
  }

  // MARK: Files

  private func excluded(_ call: ToolCall, _ path: String, isOperand: Bool) -> Bool {
    let name = lastPart(path)
    let options = call.options
    func matches(_ pattern: String) -> Bool { globMatches(pattern, name) || globMatches(pattern, path) }
    var hasInclude = false
    var included = false
    var result: Bool?
    for option in options.list {
      if option.id == "include" {
        hasInclude = true
        if matches(option.value ?? "") {
          included = true
          result = false
        }
      }
      if option.id == "exclude", matches(option.value ?? "") { result = true }
    }
    if let result { return result }
    return hasInclude && !included
  }

  private func collect(
    _ call: ToolCall, _ path: String, _ shown: String, isOperand: Bool, _ files: inout [String], _ depth: Int
  ) {
    call.process.account.spend(steps: 1)
    let inode: Inode
    do throws(Errno) {
      inode = try call.lookup(path, following: isOperand || call.options.has("R"))
    } catch {
      if error == .noEntry, !isOperand { return }
      files.append(path)
      return
    }
    if inode.isDirectory {
      for pattern in call.options.values("exclude-dir") where !(isOperand && path == ".") {
        var trimmed = pattern
        while trimmed.utf8.count > 1, trimmed.utf8.last == 47 { trimmed.removeLast() }
        if globMatches(trimmed, lastPart(path)) { return }
      }
      guard depth < 200 else { return }
      guard call.files.permits(inode, 4, call.who) else {
        return complain(call, "\(path): Permission denied")
      }
      for name in call.shownNames(inode, path) {
        collect(
          call, shown.isEmpty ? name : joined(path, name), shown.isEmpty ? name : joined(shown, name), isOperand: false,
          &files, depth + 1)
      }
      return
    }
    // Devices and links met on the way are skipped.
    if !isOperand, inode.kind != .file { return }
    if excluded(call, path, isOperand: isOperand) { return }
    files.append(shown.isEmpty ? path : shown)
  }
}

extension ToolCall {
  /// GNU's egrep and fgrep are scripts that run grep, which speaks for itself.
  fileprivate var isGrepScript: Bool { flavour != .busybox && (lastPart(name) == "egrep" || lastPart(name) == "fgrep") }
  var grepName: String { isGrepScript ? "grep" : name }
}
