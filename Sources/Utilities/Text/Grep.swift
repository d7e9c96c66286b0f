// grep, egrep, fgrep (GNU grep 3.11 manual): basic, extended, fixed and Perl patterns; context; recursion; colours. Lines are
// printed as they come, so that it works at the end of an endless pipe.

import SimKernel
import SimMachine

let grepOptions = OptionTable(
  "E,extended-regexp F,fixed-strings G,basic-regexp P,perl-regexp e,regexp= f,file= i,y,ignore-case no-ignore-case w,word-regexp x,line-regexp z,null-data s,no-messages v,invert-match m,max-count= b,byte-offset n,number,line-number line-buffered H,with-filename h,no-filename label= o,only-matching q,quiet,silent binary-files= a,text I d,directories= D,devices= r,recursive R,dereference-recursive include= exclude= exclude-from= exclude-dir= L,files-without-match l,files-with-matches c,count T,initial-tab Z,null B,before-context= A,after-context= C,context= group-separator= no-group-separator color,colour=? U,binary u,unix-byte-offsets V",
  usageCode: 2)

final class Grep: Program {
  enum Matcher {
    case posix(PosixRegex)
    case fixed([UInt8])
    case perl(PerlRegex)
  }
  let flavour: UtilityFlavour
  let alias: String
  var call: ToolCall?
  var input: LineInput?
  var matchers: [Matcher] = []
  var foldsFixed = false
  var invert = false
  var words = false
  var wholeLines = false
  var onlyMatching = false
  var counts = false
  var lists = false
  var listsWithout = false
  var quiet = false
  var silent = false
  var numbers = false
  var offsets = false
  var names = false
  var nullNames = false
  var initialTab = false
  var color = false
  var limit = Int64.max
  var before = 0
  var after = 0
  var separator: String? = "--"
  /// Context was asked for, be it of no lines.
  var hasContext = false
  var delimiter: UInt8 = 10
  var label = "(standard input)"
  var binaryMode = "binary"
  var found = false
  var failed = false
  // One file.
  var path = ""
  private var lineNumber: Int64 = 0
  var offset: Int64 = 0
  var selected: Int64 = 0
  var held: [(line: [UInt8], number: Int64, offset: Int64)] = []
  private var pendingAfter = 0
  var lastShown: Int64 = 0
  var shownAny = false
  var isBinary = false
  /// Whether a line of the file was not shown because it is no text.
  private var heldBack = false

  init(_ flavour: UtilityFlavour, alias: String = "") {
    self.flavour = flavour
    self.alias = alias
  }

  // MARK: Matching

  private func isWordByte(_ line: [UInt8], _ at: Int) -> Bool {
    at >= 0 && at < line.count && (isAlphanumeric(line[at]) || line[at] == 95 || line[at] >= 0x80)
  }

  /// The leftmost match at or after `from`, the longest of those that begin there.
  func firstMatch(_ line: [UInt8], _ from: Int) -> Range<Int>? {
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

  func match(_ matcher: Matcher, _ line: [UInt8], _ from: Int) -> Range<Int>? {
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
          complain(call, "\(path == "-" ? label : path): \(error.message)")
        }
      case .line(let line, let terminated):
        if take(Array(line), terminated, call, input) {
          call.flush()
          return .exit(0)
        }
      case .closed:
        closeFile(call)
        if heldBack { call.writeError("\(call.grepName): \(self.path): binary file matches\n") }
        heldBack = false
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
      found = true
      if quiet { return true }
      if lists || listsWithout {
        input.skipFile()
        return false
      }
      if !counts {
        if isBinary {
          call.writeError("\(call.grepName): \(path): binary file matches\n")
          input.skipFile()
          return false
        }
        if binaryMode != "text", !isText(line) {
          // A line that is no text in the locale is held back, and told of at the end.
          heldBack = true
        } else {
          show(line, lineNumber, lineOffset, range, call)
        }
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
  var trailing = false
  private var gathering: Gathering?

}
