// diff (GNU diffutils 3.10): files and folders, the normal, unified, context and two-column forms. Source: the diffutils manual.
// Not modelled: scripts for ed and RCS, line formats, function names in headings, `--from-file`.

import SimKernel
import SimMachine

let diffOptions = OptionTable(
  """
  a,text i,ignore-case b,ignore-space-change w,ignore-all-space B,ignore-blank-lines Z,ignore-trailing-space \
  E,ignore-tab-expansion u U= unified=? c C= context=? 0 1 2 3 4 5 6 7 8 9 q,brief r,recursive N,new-file s,report-identical-files \
  y,side-by-side W,width= label,L= suppress-common-lines strip-trailing-cr x,exclude= normal color=? d,minimal \
  t,expand-tabs T,initial-tab !e,ed !n,rcs !p,show-c-function !F,show-function-line= !I,ignore-matching-lines= \
  !D,ifdef= !S,starting-file= !X,exclude-from= !from-file= !to-file= !left-column P,unidirectional-new-file \
  !horizon-lines= H,speed-large-files no-dereference tabsize= !l,paginate !ignore-file-name-case \
  !line-format= v,version
  """, usageCode: 2, namesItself: true)

func diff(_ call: ToolCall) -> Int32 { DiffRun(call).run() }

private struct Side {
  let name: String
  var bytes: [UInt8] = []
  var lines: [ArraySlice<UInt8>] = []
  var time: Instant
  var endsWithNewline: Bool { bytes.isEmpty || bytes.last == 10 }
}

private final class DiffRun {
  private enum Form {
    case normal, unified, context, columns
  }
  private let call: ToolCall
  private let options: Options
  private var form = Form.normal
  private var context = 3
  private var width = 130
  private var isColored = false
  private var status: Int32 = 0

  init(_ call: ToolCall) {
    self.call = call
    options = call.options
  }

  private func misuse(_ text: String) -> Int32 {
    call.writeError("diff: \(text)\ndiff: Try 'diff --help' for more information.\n")
    return 2
  }

  func run() -> Int32 {
    if options.has("v") {
      call.printLine("diff (GNU diffutils) 3.10")
      return call.notSimulated("diff --version beyond its first line")
    }
    var sawDigits = false
    var forms: Set<String> = []
    for (id, value) in options.list {
      switch id {
      case "u", "U", "unified": form = .unified
      case "c", "C", "context": form = .context
      case "y": form = .columns
      case "normal": form = .normal
      default: break
      }
      if ["u", "U", "unified"].contains(id) { forms.insert("u") }
      if ["c", "C", "context"].contains(id) { forms.insert("c") }
      if ["y", "normal"].contains(id) { forms.insert(id) }
      if forms.count > 1 { return misuse("conflicting output style options") }
      // Digits among the options are a number of lines, as in `-u0`.
      if let first = id.utf8.first, isDigit(first) {
        context = min((sawDigits ? context * 10 : 0) + Int(first - 48), 1_000_000)
      }
      sawDigits = id.utf8.first.map { isDigit($0) } ?? false
      if ["U", "C", "unified", "context"].contains(id), let value {
        guard let lines = decimal(value) else { return misuse("invalid context length '\(value)'") }
        context = Int(min(lines, 1_000_000))
      }
      if id == "W" {
        guard let value, let columns = decimal(value), columns > 0 else {
          return misuse("invalid width '\(value ?? "")'")
        }
        width = Int(min(columns, 10_000))
      }
      if id == "color" {
        switch value ?? "auto" {
        case "always": isColored = true
        case "never": isColored = false
        case "auto": isColored = call.outputIsTerminal
        default: return misuse("invalid color '\(value ?? "")'")
        }
      }
    }
    let operands = call.operands
    if operands.count < 2 {
      return misuse("missing operand after '\(operands.last ?? call.arguments.last ?? call.name)'")
    }
    if operands.count > 2 { return misuse("extra operand '\(operands[2])'") }
    compare(operands[0], operands[1], isTop: true)
    return status
  }

  private func worsen(_ code: Int32) { status = max(status, code) }

  private func exists(_ path: String) -> Bool { path == "-" || call.gathered[path] != nil || call.inode(path) != nil }
  private func isFolder(_ path: String) -> Bool { path != "-" && call.gathered[path] == nil && call.isDirectory(path) }

  private func lastName(_ path: String) -> String {
    var bytes = path.bytes[...]
    while bytes.count > 1, bytes.last == 47 { bytes.removeLast() }
    guard let slash = bytes.lastIndex(of: 47), bytes.count > 1 else { return String(bytes: bytes) }
    return String(bytes: bytes[(slash + 1)...])
  }

  private func compare(_ first: String, _ second: String, isTop: Bool) {
    var a = first
    var b = second
    let missing = [!exists(a), !exists(b)]
    let takesMissing = options.has("N") || (options.has("P") && missing[0])
    if isTop, !(missing[0] && missing[1]) {
      // A file and a folder: the file of that name in it.
      if !missing[0], !missing[1], isFolder(a) != isFolder(b) {
        if isFolder(a) { a = joined(a, lastName(b)) } else { b = joined(b, lastName(a)) }
        if !exists(a) || !exists(b) {
          call.complain("\(exists(a) ? b : a): \(Errno.noEntry.message)")
          return worsen(2)
        }
      }
    }
    if missing[0] || missing[1], !(takesMissing && !(missing[0] && missing[1])) {
      for (path, isMissing) in [(a, missing[0]), (b, missing[1])] where isMissing {
        call.complain("\(path): \(Errno.noEntry.message)")
      }
      return worsen(2)
    }
    if isFolder(a) || isFolder(b) {
      if isFolder(a) && isFolder(b) || takesMissing {
        if isTop || options.has("r") {
          folders(a, b)
        } else {
          call.printLine("Common subdirectories: \(a) and \(b)")
        }
        return
      }
      func kind(_ path: String) -> String {
        if isFolder(path) { return "directory" }
        return call.inode(path)?.bytes.isEmpty ?? true ? "regular empty file" : "regular file"
      }
      call.printLine("File \(a) is a \(kind(a)) while file \(b) is a \(kind(b))")
      return worsen(1)
    }
    files(a, b, isTop: isTop)
  }

  private func names(_ path: String) -> [String] {
    guard let inode = call.inode(path), inode.isDirectory else { return [] }
    var names: [String] = []
    for name in call.sortedNames(inode) {
      var isExcluded = false
      for pattern in options.values("x") where globMatches(pattern, name) { isExcluded = true }
      if !isExcluded { names.append(name) }
    }
    return names
  }

  private func folders(_ a: String, _ b: String) {
    let first = names(a)
    let second = names(b)
    var i = 0
    var j = 0
    while i < first.count || j < second.count {
      let order = i == first.count ? 1 : j == second.count ? -1 : compareBytes(first[i], second[j])
      if order == 0 {
        compare(joined(a, first[i]), joined(b, second[j]), isTop: false)
        i += 1
        j += 1
      } else {
        let folder = order < 0 ? a : b
        let name = order < 0 ? first[i] : second[j]
        if options.has("N") || (options.has("P") && order > 0) {
          compare(joined(a, name), joined(b, name), isTop: false)
        } else {
          call.printLine("Only in \(folder): \(name)")
          worsen(1)
        }
        if order < 0 { i += 1 } else { j += 1 }
      }
    }
  }

  private func load(_ path: String) -> Side? {
    var side = Side(name: path, time: call.world.now)
    guard exists(path) else {
      side.time = Instant(nanoseconds: 0)
      return side
    }
    do throws(Errno) {
      side.bytes = try call.read(path)
    } catch {
      call.complain("\(path): \(error.message)")
      worsen(2)
      return nil
    }
    if path != "-", let inode = call.inode(path), inode.kind == .file { side.time = inode.modified }
    side.lines = lineContents(side.bytes)
    if options.has("strip-trailing-cr") {
      for index in side.lines.indices where side.lines[index].last == 13 { side.lines[index].removeLast() }
    }
    return side
  }

  private func isBinary(_ side: Side) -> Bool { side.bytes.prefix(4096).contains(0) }

  private func files(_ a: String, _ b: String, isTop: Bool) {
    guard let first = load(a), let second = load(b) else { return }
    let same = first.bytes == second.bytes
    if same {
      if options.has("s") { call.printLine("Files \(a) and \(b) are identical") }
      if form != .columns || options.has("q") { return }
    }
    if !options.has("a"), isBinary(first) || isBinary(second) {
      if same { return }
      call.printLine(options.has("q") ? "Files \(a) and \(b) differ" : "Binary files \(a) and \(b) differ")
      return worsen(1)
    }
    let (x, y) = classes(first, second)
    var changes = LineCompare.changes(x, y, horizon: form == .unified || form == .context ? context : 0)
    if options.has("B") {
      var kept: [LineChange] = []
      for change in changes where !isBlank(change, first, second) { kept.append(change) }
      changes = kept
    }
    if changes.isEmpty, form != .columns { return }
    if !changes.isEmpty { worsen(1) }
    if options.has("q") {
      if !changes.isEmpty { call.printLine("Files \(a) and \(b) differ") }
      return
    }
    if !isTop { paint("1", "diff\(givenOptions) \(a) \(b)") }
    switch form {
    case .normal: normal(changes, first, second)
    case .unified: unified(changes, first, second)
    case .context: contextual(changes, first, second)
    case .columns: columns(changes, first, second)
    }
  }

  /// The options as they were given, for the headings of a recursive comparison.
  private var givenOptions: String {
    var text = ""
    for argument in call.arguments where argument.utf8.count > 1 && argument.utf8.first == 45 {
      text += " " + shellQuotedIfNeeded(argument)
    }
    return text
  }

  private func isBlank(_ change: LineChange, _ a: Side, _ b: Side) -> Bool {
    for line in a.lines[change.first..<(change.first + change.deleted)] where !isEmpty(line) { return false }
    for line in b.lines[change.second..<(change.second + change.inserted)] where !isEmpty(line) { return false }
    return true
  }
  private func isEmpty(_ line: ArraySlice<UInt8>) -> Bool {
    guard options.has("w") || options.has("b") || options.has("Z") else { return line.isEmpty }
    for byte in line where !isSpace(byte) { return false }
    return true
  }

  /// Numbers for lines: equal when the options let them be equal.
  private func classes(_ a: Side, _ b: Side) -> ([Int], [Int]) {
    var known: [[UInt8]: Int] = [:]
    func number(_ side: Side) -> [Int] {
      var out: [Int] = []
      for (index, line) in side.lines.enumerated() {
        var key = normalized(line)
        // A last line without its newline differs from one that has it.
        if index == side.lines.count - 1, !side.endsWithNewline, !options.has("w"), !options.has("b"), !options.has("Z")
        {
          key.append(0)
          key.append(10)
        }
        if let there = known[key] {
          out.append(there)
        } else {
          known[key] = known.count
          out.append(known.count - 1)
        }
      }
      return out
    }
    return (number(a), number(b))
  }

  private func normalized(_ line: ArraySlice<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(line.count)
    if options.has("w") {
      for byte in line where !isSpace(byte) { out.append(byte) }
    } else if options.has("b") {
      for byte in line {
        if isSpace(byte) {
          if out.last != 32 { out.append(32) }
        } else {
          out.append(byte)
        }
      }
      if out.last == 32 { out.removeLast() }
    } else {
      out += line
      if options.has("Z") { while let last = out.last, isSpace(last) { out.removeLast() } }
    }
    if options.has("i") { for index in out.indices { out[index] = lowercased(out[index]) } }
    return out
  }

  // MARK: Output

  private func paint(_ color: String, _ text: String) {
    call.printLine(isColored ? "\u{1b}[\(color)m\(text)\u{1b}[0m" : text)
  }

  /// A line with its mark; says so where the file ends without a newline.
  private func show(_ mark: String, _ side: Side, _ index: Int, _ color: String? = nil) {
    let isPainted = isColored && color != nil
    if isPainted, let color { call.print("\u{1b}[\(color)m") }
    let line = side.lines[index]
    if options.has("T"), !line.isEmpty {
      call.print(String(mark.prefix(1)))
      call.put(9)
    } else {
      call.print(mark)
    }
    if options.has("t") {
      var column = 0
      for byte in line {
        if byte == 9 {
          repeat {
            call.put(32)
            column += 1
          } while column % 8 != 0
        } else {
          call.put(byte)
          column += 1
        }
      }
    } else {
      call.write(line)
    }
    if isPainted { call.print("\u{1b}[0m") }
    call.put(10)
    if index == side.lines.count - 1, !side.endsWithNewline { call.print("\\ No newline at end of file\n") }
  }

  private func normalRange(_ start: Int, _ count: Int) -> String {
    count == 0 ? String(start) : count == 1 ? String(start + 1) : "\(start + 1),\(start + count)"
  }

  private func normal(_ changes: [LineChange], _ a: Side, _ b: Side) {
    for change in changes {
      let letter = change.deleted == 0 ? "a" : change.inserted == 0 ? "d" : "c"
      paint(
        "36", normalRange(change.first, change.deleted) + letter + normalRange(change.second, change.inserted))
      for index in change.first..<(change.first + change.deleted) { show("< ", a, index, "31") }
      if letter == "c" { call.printLine("---") }
      for index in change.second..<(change.second + change.inserted) { show("> ", b, index, "32") }
    }
  }

  private func stamp(_ side: Side, _ label: Int) -> String {
    let labels = options.values("L")
    if label < labels.count { return labels[label] }
    let time = call.world.clock.civil(side.time)
    let zero = CivilTime(unixSeconds: 0)
    let shown = side.time.nanoseconds == 0 && !exists(side.name) ? zero : time
    return side.name + "\t" + formatTime("%Y-%m-%d %H:%M:%S.%N %z", shown, in: call.zone)
  }

  /// Changes whose contexts touch are shown together.
  private func hunks(_ changes: [LineChange]) -> [[LineChange]] {
    var result: [[LineChange]] = []
    for change in changes {
      if let last = result.last?.last, change.first - (last.first + last.deleted) <= 2 * context {
        result[result.count - 1].append(change)
      } else {
        result.append([change])
      }
    }
    return result
  }

  private func unified(_ changes: [LineChange], _ a: Side, _ b: Side) {
    paint("1", "--- " + stamp(a, 0))
    paint("1", "+++ " + stamp(b, 1))
    func range(_ start: Int, _ end: Int) -> String {
      end - start == 1 ? String(end) : end == start ? "\(start),0" : "\(start + 1),\(end - start)"
    }
    for hunk in hunks(changes) {
      guard let first = hunk.first, let last = hunk.last else { continue }
      let startA = max(0, first.first - context)
      let startB = max(0, first.second - context)
      let endA = min(a.lines.count, last.first + last.deleted + context)
      let endB = min(b.lines.count, last.second + last.inserted + context)
      paint("36", "@@ -\(range(startA, endA)) +\(range(startB, endB)) @@")
      var at = startA
      for change in hunk {
        for index in at..<change.first { show(" ", a, index) }
        for index in change.first..<(change.first + change.deleted) { show("-", a, index, "31") }
        for index in change.second..<(change.second + change.inserted) { show("+", b, index, "32") }
        at = change.first + change.deleted
      }
      for index in at..<endA { show(" ", a, index) }
    }
  }

  private func contextual(_ changes: [LineChange], _ a: Side, _ b: Side) {
    paint("1", "*** " + stamp(a, 0))
    paint("1", "--- " + stamp(b, 1))
    func range(_ start: Int, _ end: Int) -> String { end - start <= 1 ? String(end) : "\(start + 1),\(end)" }
    for hunk in hunks(changes) {
      guard let first = hunk.first, let last = hunk.last else { continue }
      call.printLine("***************")
      let startA = max(0, first.first - context)
      let startB = max(0, first.second - context)
      let endA = min(a.lines.count, last.first + last.deleted + context)
      let endB = min(b.lines.count, last.second + last.inserted + context)
      var deletes = false
      var inserts = false
      for change in hunk {
        if change.deleted > 0 { deletes = true }
        if change.inserted > 0 { inserts = true }
      }
      paint("36", "*** \(range(startA, endA)) ****")
      if deletes {
        var at = startA
        for change in hunk {
          for index in at..<change.first { show("  ", a, index) }
          for index in change.first..<(change.first + change.deleted) {
            show(change.inserted > 0 ? "! " : "- ", a, index, "31")
          }
          at = change.first + change.deleted
        }
        for index in at..<endA { show("  ", a, index) }
      }
      paint("36", "--- \(range(startB, endB)) ----")
      if inserts {
        var at = startB
        for change in hunk {
          for index in at..<change.second { show("  ", b, index) }
          for index in change.second..<(change.second + change.inserted) {
            show(change.deleted > 0 ? "! " : "+ ", b, index, "32")
          }
          at = change.second + change.inserted
        }
        for index in at..<endB { show("  ", b, index) }
      }
    }
  }

  // MARK: Two columns

  private func columns(_ changes: [LineChange], _ a: Side, _ b: Side) {
    let tab = options.has("t") ? 1 : 8
    let sum = tab + 3
    let unaligned = width / 2 + sum / 2 + (width & sum & 1)
    let offset = unaligned - unaligned % tab
    let half = max(0, min(offset - 3, width - offset))
    let second = half > 0 ? offset : width
    let hidesCommon = options.has("suppress-common-lines")
    func writeHalf(_ line: ArraySlice<UInt8>, _ start: Int, _ limit: Int) -> Int {
      var column = 0
      var shown = 0
      var i = line.startIndex
      while i < line.endIndex {
        let byte = line[i]
        if byte == 9 {
          let next = column + 8 - column % 8
          if next <= limit { if options.has("t") { fill(start + column, start + next) } else { call.put(9) } }
          column = next
          if next <= limit { shown = next }
          i += 1
        } else {
          let length = decodeUTF8(line, at: i)?.length ?? 1
          column += decodeUTF8(line, at: i).map { columnWidth($0.scalar) } ?? 1
          if column <= limit {
            call.write(line[i..<(i + length)])
            shown = column
          }
          i += length
        }
      }
      return shown
    }
    func fill(_ from: Int, _ to: Int) {
      var column = from
      if !options.has("t") {
        while column + 8 - column % 8 <= to {
          column += 8 - column % 8
          call.put(9)
        }
      }
      while column < to {
        call.put(32)
        column += 1
      }
    }
    func row(_ left: ArraySlice<UInt8>?, _ mark: UInt8, _ right: ArraySlice<UInt8>?) {
      var column = 0
      if let left { column = writeHalf(left, 0, half) }
      if mark != 32 {
        let place = (half + second - 1) / 2
        fill(column, place)
        call.put(mark)
        column = max(column, place) + 1
      }
      if let right, !right.isEmpty {
        fill(column, second)
        _ = writeHalf(right, second, half)
      }
      call.put(10)
    }
    var i = 0
    var j = 0
    for change in changes + [LineChange(first: a.lines.count, second: b.lines.count, deleted: 0, inserted: 0)] {
      while i < change.first, j < change.second {
        if !hidesCommon { row(a.lines[i], 32, b.lines[j]) }
        i += 1
        j += 1
      }
      while i < change.first + change.deleted || j < change.second + change.inserted {
        let left = i < change.first + change.deleted ? a.lines[i] : nil
        let right = j < change.second + change.inserted ? b.lines[j] : nil
        row(left, left == nil ? 62 : right == nil ? 60 : 124, right)
        if left != nil { i += 1 }
        if right != nil { j += 1 }
      }
    }
  }
}
