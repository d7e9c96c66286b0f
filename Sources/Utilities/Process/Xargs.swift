// xargs (GNU findutils 4.9 manual): builds command lines from its input and runs them, several at a time with -P.

import SimMachine

private let xargsOptions = OptionTable(
  "0,null a,arg-file= d,delimiter= E= e,eof=? I= i,replace=? L,max-lines= l n,max-args= !o,open-tty P,max-procs= !p,interactive !process-slot-var= r,no-run-if-empty s,max-chars= !show-limits t,verbose x,exit",
  stopsAtOperand: true)

final class Xargs: Program {
  private let flavour: UtilityFlavour
  private var call: ToolCall?
  private var input: [UInt8] = []
  private var source: OpenFile?
  private var commands: [[String]]?
  private var next = 0
  private var running: [Process] = []
  private var parallel = 1
  private var status: Int32 = 0
  private var stops = false
  /// What is wrong with the rest of the input, said when all before it has run.
  private var wrong: String?

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  private func start(_ call: ToolCall) -> Int32? {
    if let code = begin(call, xargsOptions, "xargs") { return code }
    for id in ["n", "L", "s", "P"] {
      guard let text = call.options.value(id) else { continue }
      guard let value = decimal(text) else {
        call.complain("invalid number \"\(text)\" for -\(id) option")
        return call.usage(nil)
      }
      if value == 0, id == "n" || id == "L" {
        call.complain("value \(text) for -\(id) option should be >= 1")
        return call.usage(nil)
      }
    }
    if let text = call.options.value("P"), let value = decimal(text) {
      parallel = value == 0 ? 64 : Int(min(value, 64))
    }
    if let path = call.options.value("a"), path != "-" {
      do throws(Errno) {
        source = try openForReading(path, call.process)
        call.process.setFile(201, source)
      } catch {
        call.writeError("\(call.name): Cannot open input file \(quoted(path)): \(error.message)\n")
        return 1
      }
    } else {
      source = call.process.file(0)
    }
    return nil
  }

  func resume(_ process: Process) -> Step {
    if call == nil {
      let call = ToolCall(process: process, flavour: flavour)
      self.call = call
      if let code = start(call) { return .exit(code) }
    }
    guard let call else { return .exit(1) }
    if commands == nil {
      guard let source else { return .exit(1) }
      reading: while true {
        switch source.read(1 << 18) {
        case .bytes(let bytes):
          input += bytes
          process.account.spend(steps: 1)
          if process.account.limitReached != nil { return .again }
          if input.count > FileSystem.fileSizeMax {
            process.account.reach("input limit reached: xargs is given more than it can hold")
            return .again
          }
        case .wouldBlock: return .wait([.queue(source.readable)])
        case .endOfFile, .failed: break reading
        }
      }
      commands = plan(call)
      if commands == nil { return .exit(1) }
    }
    guard let commands else { return .exit(1) }
    while true {
      var still: [Process] = []
      for child in running {
        guard let ended = child.status else {
          still.append(child)
          continue
        }
        note(ended, child, call)
      }
      running = still
      while running.count < parallel, next < commands.count, !stops {
        let words = commands[next]
        next += 1
        process.account.spend(steps: 1)
        if process.account.limitReached != nil { return .again }
        if call.options.has("t") { call.writeError(shown(words) + "\n") }
        do throws(Errno) {
          var files = standardFiles(process)
          files[0] = NullDevice()
          files[201] = nil
          running.append(try launch(words, from: process, files: files))
        } catch {
          call.writeError("\(call.name): \(words[0]): \(error.message)\n")
          status = error == .noEntry ? 127 : 126
          stops = true
        }
      }
      if running.isEmpty {
        if let wrong, !stops {
          call.complain(wrong)
          return .exit(1)
        }
        return .exit(status)
      }
      var waits: [Wait] = []
      for child in running { waits.append(.queue(child.ended)) }
      return .wait(waits)
    }
  }

  private func shown(_ words: [String]) -> String {
    var texts: [String] = []
    for word in words { texts.append(shellQuotedIfNeeded(word)) }
    return texts.joined(separator: " ")
  }

  private func note(_ ended: ExitStatus, _ child: Process, _ call: ToolCall) {
    switch ended {
    case .exited(0): break
    case .exited(255):
      call.writeError("\(call.name): \(child.arguments.first ?? ""): exited with status 255; aborting\n")
      status = 124
      stops = true
    case .exited: if status == 0 { status = 123 }
    case .signaled(let signal):
      call.writeError("\(call.name): \(child.arguments.first ?? ""): terminated by signal \(signal.rawValue)\n")
      status = 125
      stops = true
    }
  }

  // MARK: Items

  /// Of -I, -L and -n the last one counts.
  private func warnOfExclusiveOptions(_ call: ToolCall) {
    let forms: [(ids: [String], earlier: String, later: String)] = [
      (["I", "i"], "replace", "--replace/-I/-i"), (["L", "l"], "max-lines", "-L"), (["n"], "max-args", "--max-args/-n"),
    ]
    var current: Int?
    for option in call.options.list {
      guard let form = forms.firstIndex(where: { $0.ids.contains(option.id) }) else { continue }
      if let current, current != form {
        if form == 2, current == 0, option.value == "1" { continue }
        let ignored = forms[current].earlier
        call.complain(
          "warning: options --\(ignored) and \(forms[form].later) are mutually exclusive, ignoring previous --\(ignored) value",
          status: 0)
      }
      current = form
    }
  }

  /// The command lines to run; nil after an error.
  private func plan(_ call: ToolCall) -> [[String]]? {
    let options = call.options
    let base = call.operands.isEmpty ? ["echo"] : call.operands
    let replace =
      options.has("I")
      ? options.value("I") : options.has("i") ? (options.value("i").flatMap { $0.isEmpty ? nil : $0 } ?? "{}") : nil
    // One argument at a time is what -I does anyway.
    var mode = options.last(of: ["I", "i", "L", "l", "n"])
    if replace != nil, mode == "n", options.value("n") == "1" { mode = options.last(of: ["I", "i"]) }
    warnOfExclusiveOptions(call)
    var lines: [[String]] = []
    if options.has("0") || options.has("d") {
      var delimiter: UInt8 = 0
      if options.last(of: ["0", "d"]) == "d" {
        let text = options.value("d") ?? ""
        let bytes = unescape(text.bytes, octalNeedsZero: true).bytes
        guard bytes.count == 1 else {
          call.complain(
            "Invalid input delimiter specification \(text): the delimiter must be either a single character or an escape sequence starting with \\."
          )
          return nil
        }
        delimiter = bytes[0]
      }
      for part in lineContents(input, delimiter: delimiter) { lines.append([String(bytes: part)]) }
    } else {
      guard let read = readItems(call, wholeLines: replace != nil) else { return nil }
      lines = read
    }
    if wrong != nil, lines.isEmpty { return [] }
    if let replace, mode == "I" || mode == "i" || options.last(of: ["n", "L", "l"]) == nil {
      var commands: [[String]] = []
      for line in lines {
        guard let item = line.first else { continue }
        var words: [String] = []
        for word in base { words.append(replacing(word, replace, item)) }
        commands.append(words)
      }
      return commands
    }
    var commands: [[String]] = []
    if mode == "L" || mode == "l" {
      let count = Int(decimal(options.value("L") ?? "1") ?? 1)
      var at = 0
      while at < lines.count {
        var words = base
        for line in lines[at..<min(lines.count, at + count)] { words += line }
        commands.append(words)
        at += count
      }
    } else {
      var items: [String] = []
      for line in lines { items += line }
      let most = options.value("n").flatMap { decimal($0) }.map { Int(min($0, 1 << 20)) } ?? Int.max
      let charactersMax = options.value("s").flatMap { decimal($0) }.map { Int($0) } ?? 131_072
      var baseSize = 0
      for word in base { baseSize += word.utf8.count + 1 }
      var words = base
      var size = baseSize
      for item in items {
        let length = item.utf8.count + 1
        if words.count > base.count, words.count - base.count >= most || size + length > charactersMax {
          if words.count - base.count < most, options.has("x") && options.has("n") {
            wrong = "argument list too long"
            return commands
          }
          commands.append(words)
          words = base
          size = baseSize
        }
        words.append(item)
        size += length
      }
      if words.count > base.count || commands.isEmpty, !(items.isEmpty && options.has("r")) { commands.append(words) }
      return commands
    }
    if commands.isEmpty, !options.has("r") { commands.append(base) }
    return commands
  }

  private func replacing(_ word: String, _ pattern: String, _ item: String) -> String {
    let bytes = word.bytes
    let needle = pattern.bytes
    guard !needle.isEmpty else { return word }
    var out: [UInt8] = []
    var at = 0
    while let found = find(needle, in: bytes[...], from: at) {
      out += bytes[at..<found]
      out += item.utf8
      at = found + needle.count
    }
    out += bytes[at...]
    return String(bytes: out)
  }

  /// Items with quotes and backslashes taken away, by line.
  private func readItems(_ call: ToolCall, wholeLines: Bool) -> [[String]]? {
    var lines: [[String]] = []
    let eof = call.options.value("E") ?? call.options.value("e")
    var current: [String] = []
    var item: [UInt8]?
    var i = 0
    var lastWasBlank = false
    func endItem() -> Bool {
      if let done = item {
        let text = String(bytes: done)
        if let eof, !eof.isEmpty, text == eof { return false }
        current.append(text)
      }
      item = nil
      return true
    }
    while i < input.count {
      let byte = input[i]
      switch byte {
      case 10:
        guard endItem() else { return lines + (current.isEmpty ? [] : [current]) }
        // A blank at the end of a line joins it with the next, for -L.
        if !(lastWasBlank && !wholeLines && call.options.has("L")) {
          if !current.isEmpty { lines.append(current) }
          current = []
        }
        i += 1
      case 32, 9:
        if wholeLines {
          if item != nil { item!.append(byte) }
        } else {
          guard endItem() else { return lines + (current.isEmpty ? [] : [current]) }
        }
        i += 1
      case 39, 34:
        item = item ?? []
        var end = i + 1
        while end < input.count, input[end] != byte, input[end] != 10 { end += 1 }
        guard end < input.count, input[end] == byte else {
          // What was read until then still runs.
          wrong =
            "unmatched \(byte == 39 ? "single" : "double") quote; by default quotes are special to xargs unless you use the -0 option"
          if !current.isEmpty { lines.append(current) }
          return lines
        }
        item! += input[(i + 1)..<end]
        i = end + 1
      case 92 where i + 1 < input.count:
        item = (item ?? []) + [input[i + 1]]
        i += 2
      default:
        item = item ?? []
        item!.append(byte)
        i += 1
      }
      lastWasBlank = isBlank(byte)
    }
    _ = endItem()
    if !current.isEmpty { lines.append(current) }
    return lines
  }
}
