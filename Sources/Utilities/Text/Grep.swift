// grep, egrep, fgrep (GNU grep 3.11 manual): basic, extended, fixed and Perl patterns; context; recursion; colours. Lines are
// printed as they come, so that it works at the end of an endless pipe.

import SimKernel
import SimMachine

private let grepOptions = OptionTable(
  "E,extended-regexp F,fixed-strings G,basic-regexp P,perl-regexp e,regexp= f,file= i,y,ignore-case no-ignore-case w,word-regexp x,line-regexp z,null-data s,no-messages v,invert-match m,max-count= b,byte-offset n,number,line-number line-buffered H,with-filename h,no-filename label= o,only-matching q,quiet,silent binary-files= a,text I d,directories= D,devices= r,recursive R,dereference-recursive include= exclude= exclude-from= exclude-dir= L,files-without-match l,files-with-matches c,count T,initial-tab Z,null B,before-context= A,after-context= C,context= group-separator= no-group-separator color,colour=? U,binary u,unix-byte-offsets V",
  usageCode: 2)

final class Grep: Program {
  private enum Matcher {
    case posix(PosixRegex)
    case fixed([UInt8])
    case perl(PerlRegex)
  }
  private let flavour: UtilityFlavour
  private let alias: String
  private var call: ToolCall?
  private var input: LineInput?
  private var matchers: [Matcher] = []
  private var foldsFixed = false
  private var invert = false
  private var words = false
  private var wholeLines = false
  private var onlyMatching = false
  private var counts = false
  private var lists = false
  private var listsWithout = false
  private var quiet = false
  private var silent = false
  private var numbers = false
  private var offsets = false
  private var names = false
  private var nullNames = false
  private var initialTab = false
  private var color = false
  private var limit = Int64.max
  private var before = 0
  private var after = 0
  private var separator: String? = "--"
  /// Context was asked for, be it of no lines.
  private var hasContext = false
  private var delimiter: UInt8 = 10
  private var label = "(standard input)"
  private var binaryMode = "binary"
  private var found = false
  private var failed = false
  // One file.
  private var path = ""
  private var lineNumber: Int64 = 0
  private var offset: Int64 = 0
  private var selected: Int64 = 0
  private var held: [(line: [UInt8], number: Int64, offset: Int64)] = []
  private var pendingAfter = 0
  private var lastShown: Int64 = 0
  private var shownAny = false
  private var isBinary = false

  init(_ flavour: UtilityFlavour, alias: String = "") {
    self.flavour = flavour
    self.alias = alias
  }

  // MARK: Options

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
    if let message { call.writeError("\(call.name): \(message)\n") }
    if call.flavour == .busybox { return 2 }
    call.writeError(
      "Usage: \(call.name) [OPTION]... PATTERNS [FILE]...\nTry '\(call.name) --help' for more information.\n")
    return 2
  }

  private func complain(_ call: ToolCall, _ text: String) {
    failed = true
    if !silent { call.writeError("\(call.name): \(text)\n") }
  }

  private func start(_ call: ToolCall) -> Int32? {
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
    call.writeError("\(call.name): \(message)\n")
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
          call.writeError("\(call.name): warning: \(String(bytes: [first])) at start of expression\n")
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

  // MARK: Matching

  private func isWordByte(_ line: [UInt8], _ at: Int) -> Bool {
    at >= 0 && at < line.count && (isAlphanumeric(line[at]) || line[at] == 95 || line[at] >= 0x80)
  }

  /// The leftmost match at or after `from`, the longest of those that begin there.
  private func firstMatch(_ line: [UInt8], _ from: Int) -> Range<Int>? {
    var best: Range<Int>?
    for matcher in matchers {
      guard let range = match(matcher, line, from) else { continue }
      if best == nil || range.lowerBound < best!.lowerBound
        || (range.lowerBound == best!.lowerBound && range.upperBound > best!.upperBound)
      {
        best = range
      }
    }
    return best
  }

  private func raw(_ matcher: Matcher, _ line: [UInt8], _ from: Int) -> Range<Int>? {
    switch matcher {
    case .posix(let regex): return regex.firstMatch(in: line, from: from)?[0]
    case .perl(let regex): return regex.firstMatch(in: line, from: from)?[0]
    case .fixed(let text):
      if foldsFixed {
        var lower = line
        for i in lower.indices { lower[i] = lowercased(lower[i]) }
        return find(text, in: lower[...], from: from).map { $0..<($0 + text.count) }
      }
      return find(text, in: line[...], from: from).map { $0..<($0 + text.count) }
    }
  }

  private func match(_ matcher: Matcher, _ line: [UInt8], _ from: Int) -> Range<Int>? {
    if wholeLines {
      guard from == 0 else { return nil }
      var start = 0
      while let range = raw(matcher, line, start) {
        if range.lowerBound == 0, range.upperBound == line.count { return range }
        if case .fixed = matcher { return nil }
        if range.lowerBound > 0 { return nil }
        if case .perl = matcher {
          // A Perl match is not the longest; ask again with anchors in mind is beyond this shortcut.
          start = range.lowerBound + 1
          continue
        }
        return nil
      }
      return nil
    }
    guard words else { return raw(matcher, line, from) }
    var start = from
    while start <= line.count, let range = raw(matcher, line, start) {
      var end = range.upperBound
      while end >= range.lowerBound {
        if !isWordByte(line, range.lowerBound - 1), !isWordByte(line, end), end > range.lowerBound || range.isEmpty {
          if end == range.upperBound { return range }
          // A shorter match at the same place: the text is cut so that nothing longer is found.
          if let shorter = raw(matcher, Array(line[..<end]), range.lowerBound), shorter.lowerBound == range.lowerBound,
            shorter.upperBound == end
          {
            return shorter
          }
        }
        end -= 1
      }
      start = range.lowerBound + 1
    }
    return nil
  }

  // MARK: Running

  func resume(_ process: Process) -> Step {
    if call == nil {
      if gathering == nil { gathering = Gathering(process, flavour, grepOptions, "f") }
      if let wait = gathering?.wait() { return wait }
      let call = gathering?.call ?? ToolCall(process: process, flavour: flavour)
      self.call = call
      if let code = start(call) {
        call.flush()
        return .exit(code)
      }
    }
    guard let call, let input else { return .exit(2) }
    var turns: Int64 = 0
    while true {
      turns += 1
      if turns & 1023 == 0 {
        process.account.spend(steps: 1024)
        if process.account.limitReached != nil { return .again }
      }
      switch input.next() {
      case .opened(let path):
        self.path = path == "-" ? label : path
        lineNumber = 0
        offset = 0
        selected = 0
        held = []
        pendingAfter = 0
        lastShown = 0
        isBinary = false
        if limit == 0 { input.skipFile() }
      case .failed(let path, let error):
        if error == .isDirectory {
          if call.options.value("d") != "skip" {
            complain(call, "\(path): \(error.message)")
            failed = failed && !silent || failed
          }
        } else {
          complain(call, "\(path): \(error.message)")
        }
      case .line(let line, let terminated):
        if take(Array(line), terminated, call, input) {
          call.flush()
          return .exit(0)
        }
      case .closed: closeFile(call)
      case .wait(let waits):
        call.settleBeforeWaiting()
        return .wait(waits)
      case .end:
        call.flush()
        return .exit(failed && !(quiet && found) ? 2 : found ? 0 : 1)
      }
    }
  }

  /// True when the whole run is over.
  private func take(_ line: [UInt8], _ terminated: Bool, _ call: ToolCall, _ input: LineInput) -> Bool {
    lineNumber += 1
    let lineOffset = offset
    offset += Int64(line.count + (terminated ? 1 : 0))
    if binaryMode != "text", !isBinary, delimiter == 10 ? line.contains(0) : false || !isText(line) {
      isBinary = true
      if binaryMode == "without-match" {
        input.skipFile()
        selected = 0
        return false
      }
    }
    let range = firstMatch(line, 0)
    let selects = (range != nil) != invert
    if selects {
      selected += 1
      if !listsWithout { found = true }
      if quiet { return true }
      if lists || listsWithout {
        input.skipFile()
        return false
      }
      if !counts {
        if isBinary {
          call.writeError("\(call.name): \(path): binary file matches\n")
          input.skipFile()
          return false
        }
        show(line, lineNumber, lineOffset, range, call)
      }
      pendingAfter = after
      if selected >= limit {
        if !counts, after > 0 {
          // Trailing context is still shown after the last line wanted.
          trailing = true
        } else {
          input.skipFile()
        }
      }
      return false
    }
    if counts || lists || listsWithout || quiet { return false }
    if pendingAfter > 0 {
      pendingAfter -= 1
      if !onlyMatching { emit(line, lineNumber, lineOffset, 45, [], call) }
      lastShown = lineNumber
      if pendingAfter == 0, trailing { input.skipFile() }
    } else if before > 0 {
      held.append((line, lineNumber, lineOffset))
      if held.count > before { held.removeFirst() }
    }
    return false
  }
  private var trailing = false
  private var gathering: Gathering?

  private func isText(_ line: [UInt8]) -> Bool {
    var ascii = true
    for byte in line where byte >= 0x80 || byte == 0 { ascii = false }
    if ascii { return true }
    var i = 0
    while i < line.count {
      if line[i] == 0, delimiter != 0 { return false }
      guard let (_, length) = decodeUTF8(line[...], at: i) else { return false }
      i += length
    }
    return true
  }

  private func show(_ line: [UInt8], _ number: Int64, _ offset: Int64, _ range: Range<Int>?, _ call: ToolCall) {
    if trailing { return }
    let first = held.first?.number ?? number
    if before > 0 || after > 0 || hasContext, shownAny, first > lastShown + 1 || lastShown == 0, let separator {
      call.print((color ? "\u{1b}[36m\u{1b}[K\(separator)\u{1b}[m\u{1b}[K" : separator) + "\n")
    }
    shownAny = true
    for context in held where !onlyMatching { emit(context.line, context.number, context.offset, 45, [], call) }
    held = []
    lastShown = number
    guard onlyMatching || color else { return emit(line, number, offset, 58, [], call) }
    var ranges: [Range<Int>] = []
    if !invert {
      var at = 0
      var next = range
      while let match = next {
        if match.isEmpty {
          at = match.upperBound + 1
        } else {
          ranges.append(match)
          at = match.upperBound
        }
        next = at <= line.count ? firstMatch(line, at) : nil
        if wholeLines { next = nil }
      }
    }
    guard onlyMatching else { return emit(line, number, offset, 58, ranges, call) }
    for match in ranges {
      prefix(number, offset + Int64(match.lowerBound), 58, call)
      if color { call.print("\u{1b}[01;31m\u{1b}[K") }
      call.write(line[match])
      if color { call.print("\u{1b}[m\u{1b}[K") }
      call.put(delimiter)
    }
  }

  private func prefix(_ number: Int64, _ offset: Int64, _ mark: UInt8, _ call: ToolCall) {
    func put(_ text: String, _ code: String, _ end: UInt8) {
      if color { call.print("\u{1b}[\(code)m\u{1b}[K") }
      call.print(text)
      if color { call.print("\u{1b}[m\u{1b}[K") }
      if end == 0 { return call.put(0) }
      if color { call.print("\u{1b}[36m\u{1b}[K") }
      call.put(end)
      if color { call.print("\u{1b}[m\u{1b}[K") }
    }
    if names { put(path, "35", nullNames ? 0 : mark) }
    if numbers { put(initialTab ? String(number).paddedLeft(4) : String(number), "32", mark) }
    if offsets { put(String(offset), "32", mark) }
    if initialTab, names || numbers || offsets { call.put(9) }
  }

  private func emit(
    _ line: [UInt8], _ number: Int64, _ offset: Int64, _ mark: UInt8, _ ranges: [Range<Int>], _ call: ToolCall
  ) {
    if lastShown == 0 { lastShown = number }
    prefix(number, offset, mark, call)
    var at = 0
    for range in ranges {
      call.write(line[at..<range.lowerBound])
      call.print("\u{1b}[01;31m\u{1b}[K")
      call.write(line[range])
      call.print("\u{1b}[m\u{1b}[K")
      at = range.upperBound
    }
    call.write(line[at...])
    call.put(delimiter)
  }

  private func closeFile(_ call: ToolCall) {
    trailing = false
    func putName() {
      if color {
        call.print("\u{1b}[35m\u{1b}[K\(path)\u{1b}[m\u{1b}[K")
      } else {
        call.print(path)
      }
    }
    if counts, !lists, !listsWithout, !quiet, !(isBinary && binaryMode == "without-match") {
      if names {
        putName()
        if nullNames { call.put(0) } else { call.print(color ? "\u{1b}[36m\u{1b}[K:\u{1b}[m\u{1b}[K" : ":") }
      }
      call.printLine(String(min(selected, limit)))
    }
    if lists && selected > 0 || listsWithout && selected == 0 {
      if listsWithout { found = true }
      putName()
      call.put(nullNames ? 0 : 10)
    }
  }
}
