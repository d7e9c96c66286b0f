// Programs that wait: sleep, timeout, watch (GNU coreutils manual, chapters 23 and 25; watch of procps-ng 4).

import SimKernel
import SimMachine

/// A duration with the suffixes s, m, h, d; nil when it is none.
func duration(_ text: String) -> Interval? {
  let bytes = text.bytes
  guard let parsed = parseDouble(bytes[...]), !parsed.value.isNaN, parsed.value >= 0, bytes.first != 45 else {
    return nil
  }
  let rest = String(bytes: bytes[parsed.length...])
  let factors: [String: Double] = ["": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400]
  guard let factor = factors[rest] else { return nil }
  let seconds = parsed.value * factor
  // Longer than a century is for ever.
  if seconds > 3_155_760_000 { return Interval(nanoseconds: Int64.max) }
  return Interval.seconds(seconds)
}

final class Sleep: Program {
  private let flavour: UtilityFlavour
  private var until: Instant?

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  func resume(_ process: Process) -> Step {
    if let until { return process.world.now >= until ? .exit(0) : .wait([.until(until, .activity)]) }
    let call = ToolCall(process: process, flavour: flavour)
    if let code = begin(call, .none, "sleep") { return .exit(code) }
    if call.operands.isEmpty { return .exit(call.usage("missing operand")) }
    var total = Interval.zero
    for text in call.operands {
      guard let length = duration(text) else {
        call.complain(
          flavour == .busybox ? "invalid number '\(text)'" : "invalid time interval \(quoted(text))")
        continue
      }
      let (sum, overflow) = total.nanoseconds.addingReportingOverflow(length.nanoseconds)
      total = Interval(nanoseconds: overflow ? Int64.max : sum)
    }
    if call.status != 0 { return .exit(flavour == .busybox ? 1 : call.usage(nil)) }
    let end = process.world.now + total
    until = end
    // Sleeping for ever keeps nothing going.
    return .wait([.until(end, end == .distantFuture ? .housekeeping : .activity)])
  }
}

private let timeoutOptions = OptionTable(
  "k,kill-after= s,signal= v,verbose preserve-status foreground", stopsAtOperand: true, usageCode: 125)

final class Timeout: Program {
  private let flavour: UtilityFlavour
  private var call: ToolCall?
  private var child: Process?
  private var deadline = Instant.distantFuture
  private var signal = Signal.terminate
  private var killAfter: Interval?
  private var timedOut = false
  private var killed = false

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  /// With --foreground the command shares the group of its caller, and is signalled alone.
  private func send(_ signal: Signal, to child: Process, of process: Process) {
    if child.group == process.group {
      child.send(signal)
    } else {
      process.machine.signal(signal, group: child.group)
    }
  }

  func handle(_ signal: Signal, _ process: Process) -> Bool {
    guard let child, !child.hasEnded else { return false }
    send(signal, to: child, of: process)
    return true
  }

  func resume(_ process: Process) -> Step {
    if call == nil {
      let call = ToolCall(process: process, flavour: flavour)
      self.call = call
      if let code = begin(call, timeoutOptions, "timeout") { return .exit(code) }
      if let text = call.options.value("s") {
        guard let chosen = Signal(spelling: text) else {
          call.complain("\(quoted(text)): invalid signal")
          return .exit(call.usage(nil, 125))
        }
        signal = chosen
      }
      if let text = call.options.value("k") {
        guard let length = duration(text) else {
          call.complain("invalid time interval \(quoted(text))")
          return .exit(call.usage(nil, 125))
        }
        killAfter = length
      }
      guard call.operands.count >= 2 else {
        return .exit(call.usage(nil, 125))
      }
      guard let length = duration(call.operands[0]) else {
        call.complain("invalid time interval \(quoted(call.operands[0]))")
        return .exit(call.usage(nil, 125))
      }
      let words = Array(call.operands.dropFirst())
      do throws(Errno) {
        let (program, arguments) = try executable(words, from: process)
        child = process.machine.start(
          program, arguments: arguments, environment: process.environment, workingDirectory: process.workingDirectory,
          credentials: process.credentials, files: standardFiles(process), parent: process,
          group: call.options.has("foreground") ? process.group : nil, account: process.account)
      } catch {
        call.writeError("\(call.name): failed to run command \(quoted(words[0])): \(error.message)\n")
        return .exit(error == .noEntry ? 127 : 126)
      }
      if length > .zero { deadline = process.world.now + length }
    }
    guard let call, let child else { return .exit(125) }
    if let status = child.status {
      if timedOut, !call.options.has("preserve-status") {
        // A command that had to be killed makes timeout die the same way.
        if killed || signal == .kill {
          // The signal went to the whole group, itself included.
          if !call.options.has("foreground") { process.finish(.signaled(.kill)) }
          return .exit(137)
        }
        return .exit(124)
      }
      if case .signaled(let signal) = status, !timedOut {
        process.finish(.signaled(signal))
        return .exit(status.code)
      }
      return .exit(status.code)
    }
    if process.world.now >= deadline {
      let now = timedOut ? Signal.kill : signal
      if timedOut { killed = true }
      timedOut = true
      if call.options.has("v") {
        call.writeError("\(call.name): sending signal \(now.name) to command \(quoted(call.operands[1]))\n")
      }
      send(now, to: child, of: process)
      if now != .kill { send(.resume, to: child, of: process) }
      deadline = killAfter.map { process.world.now + $0 } ?? .distantFuture
      if now == .kill { deadline = .distantFuture }
      if child.hasEnded { return .again }
    }
    var waits: [Wait] = [.queue(child.ended)]
    if deadline != .distantFuture { waits.append(.until(deadline, .activity)) }
    return .wait(waits)
  }
}

private let watchOptions = OptionTable(
  "b,beep c,color C,no-color d,differences=~ e,errexit g,chgexit !q,equexit= n,interval= p,precise !r,no-rerun !s,shotsdir= t,no-title w,no-wrap x,exec v",
  stopsAtOperand: true)

/// watch: runs a command again and again and shows its output on a screen of its own. Only lines that changed are drawn again.
final class Watch: Program {
  private let flavour: UtilityFlavour
  private var call: ToolCall?
  private var child: Process?
  private var reader: OpenFile?
  private var captured: [UInt8] = []
  private var interval = Interval.milliseconds(2_000)
  private var seconds = 2.0
  private var next = Instant.start
  private var shown: [String] = []
  private var previous: [[Cell]] = []
  private var first = true
  private var started = false
  private var width = 80
  private var height = 24

  struct Cell: Equatable {
    var text: String
    var width: Int
    /// Colours that the command gave it, kept with -c.
    var style = ""
  }

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  func handle(_ signal: Signal, _ process: Process) -> Bool {
    guard started, signal == .interrupt || signal == .terminate || signal == .hangup else {
      return signal == .windowChange
    }
    process.write(1, leave)
    ending = true
    return true
  }
  private var ending = false
  private var leave: String { "\u{1b}[\(height);1H\u{1b}[?1049l\u{1b}[23;0;0t\r\u{1b}[?1l\u{1b}>" }

  func resume(_ process: Process) -> Step {
    if ending { return .exit(0) }
    if call == nil {
      let call = ToolCall(process: process, flavour: flavour)
      self.call = call
      if let code = begin(call, watchOptions, "watch") { return .exit(code) }
      if call.operands.isEmpty { return .exit(call.notSimulated("watch: its usage text")) }
      if let text = call.options.value("n") {
        guard let parsed = parseDouble(text.bytes[...], words: false), parsed.length == text.utf8.count,
          parsed.value >= 0
        else {
          call.complain("failed to parse argument: '\(text)'")
          return .exit(1)
        }
        seconds = min(max(parsed.value, 0.1), 2_678_400)
        interval = Interval.seconds(seconds)
      }
      guard let terminal = process.file(1)?.terminal else {
        if (process.environment["TERM"] ?? "").isEmpty {
          call.writeError("Error opening terminal: unknown.\n")
          return .exit(1)
        }
        return .exit(call.notSimulated("watch with its output in a pipe or a file"))
      }
      (width, height) = (terminal.columns, terminal.rows)
      process.write(
        1, "\u{1b}[?1049h\u{1b}[22;0;0t\u{1b}[1;\(height)r\u{1b}(B\u{1b}[m\u{1b}[4l\u{1b}[?7h\u{1b}[H\u{1b}[2J")
      started = true
    }
    guard let call else { return .exit(1) }
    while true {
      if let reader, let child {
        reading: while true {
          switch reader.read(65_536) {
          case .bytes(let bytes): if captured.count < 1 << 20 { captured += bytes }
          case .wouldBlock: return .wait([.queue(reader.readable)])
          case .endOfFile, .failed: break reading
          }
        }
        guard let status = child.status else { return .wait([.queue(child.ended)]) }
        process.setFile(200, nil)
        self.reader = nil
        self.child = nil
        let changed = draw(call)
        if call.options.has("e"), !status.isSuccess {
          process.write(1, leave)
          return .exit(status.code == 0 ? 1 : 8)
        }
        if call.options.has("g"), changed, !first {
          process.write(1, leave)
          return .exit(0)
        }
        first = false
        if !call.options.has("p") { next = process.world.now + interval }
        return .wait([.until(next, .housekeeping)])
      }
      if process.world.now < next { return .wait([.until(next, .housekeeping)]) }
      if call.options.has("p") { next = process.world.now + interval }
      if let terminal = process.file(1)?.terminal, terminal.columns != width || terminal.rows != height {
        (width, height) = (terminal.columns, terminal.rows)
        shown = []
        process.write(1, "\u{1b}[H\u{1b}[2J")
      }
      if let code = run(call) { return code }
    }
  }

  private func run(_ call: ToolCall) -> Step? {
    let process = call.process
    let pipe = Pipe()
    process.setFile(200, pipe.reader)
    reader = pipe.reader
    captured = []
    var files: [Int: OpenFile] = [1: pipe.writer, 2: pipe.writer]
    files[0] = process.file(0)
    let words = call.options.has("x") ? call.operands : ["sh", "-c", call.operands.joined(separator: " ")]
    var environment = process.environment
    environment["COLUMNS"] = String(width)
    environment["LINES"] = String(height)
    do throws(Errno) {
      child = try launch(words, from: process, files: files, environment: environment)
      return nil
    } catch {
      process.write(1, leave)
      call.writeError("Unable to execute '\(words[0])': \(error.message)\n")
      return .exit(4)
    }
  }

  /// Puts what was captured on the screen; true when it differs from before.
  private func draw(_ call: ToolCall) -> Bool {
    let showsTitle = !call.options.has("t")
    var rows: [[Cell]] = []
    var row: [Cell] = []
    var column = 0
    var style = ""
    let bodyHeight = max(0, height - (showsTitle ? 2 : 0))
    let wraps = !call.options.has("w")
    var clipped = false
    func endRow() {
      rows.append(row)
      row = []
      column = 0
      clipped = false
    }
    var i = 0
    while i < captured.count, rows.count < bodyHeight {
      let byte = captured[i]
      if byte == 10 {
        endRow()
        i += 1
        continue
      }
      if byte == 9 {
        repeat {
          if column < width { row.append(Cell(text: " ", width: 1, style: style)) }
          column += 1
        } while column % 8 != 0 && column < width
        i += 1
        continue
      }
      if byte == 27, i + 1 < captured.count, captured[i + 1] == 91 {
        var end = i + 2
        while end < captured.count, !(captured[end] >= 64 && captured[end] <= 126) { end += 1 }
        if end < captured.count, captured[end] == 109, call.options.has("c") {
          let code = String(bytes: captured[i...end])
          style = code == "\u{1b}[0m" || code == "\u{1b}[m" ? "" : style + code
        }
        i = end + 1
        continue
      }
      if byte < 32 || byte == 127 {
        i += 1
        continue
      }
      let (scalar, length) = decodeUTF8(captured[...], at: i) ?? (63, 1)
      let size = columnWidth(scalar)
      if column + size > width {
        if wraps { endRow() } else { clipped = true }
        if rows.count >= bodyHeight { break }
      }
      if !clipped {
        row.append(Cell(text: String(bytes: captured[i..<(i + length)]), width: size, style: style))
        column += size
      }
      i += length
    }
    if !row.isEmpty, rows.count < bodyHeight { rows.append(row) }
    let changed = rows != previous
    var lines: [String] = []
    if showsTitle {
      lines.append(title(call))
      lines.append("")
    }
    let marks = call.options.has("d") && !first
    for (index, cells) in rows.enumerated() {
      let before = index < previous.count ? previous[index] : []
      var text = ""
      var mode = ""
      for (column, cell) in cells.enumerated() {
        var wanted = cell.style
        if marks, column >= before.count ? cell.text != " " : before[column].text != cell.text { wanted += "\u{1b}[7m" }
        if wanted != mode {
          if !mode.isEmpty { text += "\u{1b}(B\u{1b}[m" }
          text += wanted
          mode = wanted
        }
        text += cell.text
      }
      if !mode.isEmpty { text += "\u{1b}(B\u{1b}[m" }
      lines.append(trimmed(text))
    }
    previous = rows
    var out = ""
    for index in 0..<max(lines.count, shown.count) {
      let line = index < lines.count ? lines[index] : ""
      let old = index < shown.count ? shown[index] : ""
      if line == old { continue }
      out += "\u{1b}[\(index + 1);1H" + line
      // What stood further right is wiped.
      if visibleWidth(line) < visibleWidth(old) { out += "\u{1b}[K" }
    }
    shown = lines
    out += "\u{1b}[\(height);\(width)H"
    call.process.write(1, out)
    return changed
  }

  private func trimmed(_ text: String) -> String {
    var bytes = text.bytes
    while bytes.last == 32 { bytes.removeLast() }
    return String(bytes: bytes)
  }

  private func visibleWidth(_ text: String) -> Int {
    var plain: [UInt8] = []
    let bytes = text.bytes
    var i = 0
    while i < bytes.count {
      if bytes[i] == 27 {
        i += 1
        if i < bytes.count, bytes[i] == 40 {
          i += 2
          continue
        }
        while i < bytes.count, !isAlpha(bytes[i]) { i += 1 }
        i += 1
        continue
      }
      plain.append(bytes[i])
      i += 1
    }
    return displayWidth(plain[...])
  }

  private func title(_ call: ToolCall) -> String {
    let left = "Every \(formatDouble(seconds, 102, NumberFormat(precision: 1)))s: "
    let right =
      "\(call.process.machine.hostname): \(formatTime("%a %b %e %H:%M:%S %Y", call.world.civilNow, in: call.zone))"
    var command = call.operands.joined(separator: " ")
    // A command of several lines is shown on one.
    var flat: [UInt8] = []
    for byte in command.utf8 { flat.append(byte == 10 ? 32 : byte) }
    command = String(bytes: flat)
    let leftWidth = left.utf8.count
    let rightWidth = displayWidth(right)
    let commandWidth = displayWidth(command)
    guard width >= rightWidth else { return "" }
    var text = ""
    var used = 0
    if rightWidth + leftWidth + 1 <= width {
      text = left
      used = leftWidth
      if rightWidth + leftWidth + 2 <= width {
        if width < rightWidth + leftWidth + 4 {
          let at = width - rightWidth - 4
          text = String(bytes: text.bytes.prefix(max(0, at))) + "... "
          used = at + 4
        } else if width < rightWidth + leftWidth + commandWidth {
          let available = width - rightWidth - leftWidth
          var kept: [UInt8] = []
          var size = 0
          var i = 0
          let bytes = command.bytes
          while i < bytes.count {
            let (scalar, length) = decodeUTF8(bytes[...], at: i) ?? (63, 1)
            if size + columnWidth(scalar) > available - 4 { break }
            kept += bytes[i..<(i + length)]
            size += columnWidth(scalar)
            i += length
          }
          text += String(bytes: kept) + String(repeating: " ", count: available - 4 - size) + "... "
          used = width - rightWidth
        } else {
          text += command
          used += commandWidth
        }
      }
    }
    return text + String(repeating: " ", count: max(0, width - rightWidth - used)) + right
  }
}
