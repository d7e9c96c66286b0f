// csplit (coreutils 5.4): cuts a file at line numbers and patterns, and prints the size of each piece. Reads its input whole.

import SimKernel
import SimMachine

let csplitOptions = OptionTable(
  "f,prefix= b,suffix-format= k,keep-files n,digits= s,q,quiet,silent suppress-matched z,elide-empty-files")

func splitByContext(_ call: ToolCall) -> Int32 {
  let options = call.options
  guard let path = call.operands.first else { return call.usage("missing operand") }
  if call.operands.count == 1 { return call.usage("missing operand after \(quoted(path))") }
  let cutter = ContextSplitter(call)
  if let text = options.value("n") {
    guard let digits = decimal(text), digits < 1000 else {
      call.complain("invalid number: \(quoted(text))")
      return 1
    }
    cutter.digits = Int(digits)
  }
  cutter.format = options.value("b")
  cutter.prefix = options.value("f") ?? "xx"
  var pieces: [CutPoint] = []
  if let code = readPatterns(call, &pieces) { return code }
  do throws(Errno) {
    cutter.lines = lines(try call.read(path))
  } catch {
    call.complain(
      error == .isDirectory
        ? "read error: \(error.message)" : "cannot open \(shellQuoted(path)) for reading: \(error.message)")
    return 1
  }
  return cutter.run(pieces)
}

private struct CutPoint {
  enum Kind {
    case line(Int64)
    case match(PosixRegex, offset: Int, skips: Bool)
  }
  var kind: Kind
  var text: String
  /// How often more; nil means as often as possible.
  var repeats: Int64? = 0
}

private func readPatterns(_ call: ToolCall, _ points: inout [CutPoint]) -> Int32? {
  var last: Int64 = 0
  for text in call.operands.dropFirst() {
    let bytes = text.bytes
    if let first = bytes.first, first == 47 || first == 37 {
      var end = bytes.count - 1
      while end > 0, bytes[end] != first { end -= 1 }
      guard end > 0 else {
        call.complain("\(text): closing delimiter '\(String(bytes: [first]))' missing")
        return 1
      }
      var offset: Int64 = 0
      if end + 1 < bytes.count {
        guard let number = signedDecimal(String(bytes: bytes[(end + 1)...])) else {
          call.complain("\(text): integer expected after delimiter")
          return 1
        }
        offset = max(-1 << 30, min(1 << 30, number))
      }
      do throws(RegexError) {
        let regex = try PosixRegex(Array(bytes[1..<end]), flavour: .basic, options: RegexOptions())
        points.append(CutPoint(kind: .match(regex, offset: Int(offset), skips: first == 37), text: text))
      } catch {
        call.complain("\(text): invalid regular expression: \(error.message)")
        return 1
      }
    } else if bytes.first == 123, bytes.last == 125, !points.isEmpty {
      let inner = bytes[1..<(bytes.count - 1)]
      if Array(inner) == [42] {
        points[points.count - 1].repeats = nil
      } else if let number = decimal(inner) {
        points[points.count - 1].repeats = number
      } else {
        call.complain("\(text)}: integer required between '{' and '}'")
        return 1
      }
    } else {
      guard let number = decimal(text) else {
        call.complain("\(text): invalid pattern")
        return 1
      }
      if number == 0 {
        call.complain("\(text): line number must be greater than zero")
        return 1
      }
      if number < last {
        call.complain("line number \(quoted(text)) is smaller than preceding line number, \(last)")
        return 1
      }
      if number == last {
        call.writeError("\(call.name): warning: line number \(quoted(text)) is the same as preceding line number\n")
      }
      last = number
      points.append(CutPoint(kind: .line(number), text: text))
    }
  }
  return nil
}

private final class ContextSplitter {
  let call: ToolCall
  var lines: [ArraySlice<UInt8>] = []
  var digits = 2
  var prefix = "xx"
  var format: String?
  private var at = 0
  private var made: [String] = []

  init(_ call: ToolCall) { self.call = call }

  func run(_ points: [CutPoint]) -> Int32 {
    for point in points {
      var turn: Int64 = 0
      while true {
        let isEndless = point.repeats == nil
        if let limit = point.repeats, turn > limit { break }
        switch cut(point, turn) {
        case .done: break
        case .exhausted(let message):
          // `{*}` ends quietly where the pattern is found no more.
          if isEndless { return finish() }
          if let code = failure(message) { return code }
        case .stop: return call.status
        }
        turn += 1
      }
    }
    return finish()
  }

  private func finish() -> Int32 {
    let rest = at
    at = lines.count
    return write(rest..<lines.count) ? call.status : 1
  }

  private enum Cut {
    case done, stop
    case exhausted(String)
  }

  private func cut(_ point: CutPoint, _ turn: Int64) -> Cut {
    let suppresses = call.options.has("suppress-matched")
    switch point.kind {
    case .line(let number):
      let target = Int(min(number * (turn + 1), 1 << 40)) - 1
      let suffix = turn > 0 ? " on repetition \(turn)" : ""
      if target > lines.count || (target == lines.count && (suppresses || turn > 0 || true) && target >= lines.count) {
        if target > lines.count || at >= lines.count || target == lines.count {
          let rest = at
          if point.repeats != nil { if !write(rest..<lines.count) { return .stop } }
          if point.repeats != nil { at = lines.count }
          return .exhausted("\(quoted(point.text)): line number out of range\(suffix)")
        }
      }
      let from = min(at, target)
      if !write(from..<target) { return .stop }
      at = suppresses ? target + 1 : target
      return .done
    case .match(let regex, let offset, let skips):
      var found: Int?
      var line = at
      // The line where the last piece began matches no more.
      if started { line += 1 }
      while line < lines.count {
        var text = lines[line]
        if text.last == 10 { text.removeLast() }
        call.process.account.spend(steps: 1)
        if regex.matches(Array(text)) {
          found = line
          break
        }
        line += 1
      }
      guard let found else {
        if point.repeats != nil, !skips {
          if !write(at..<lines.count) { return .stop }
          at = lines.count
        } else if point.repeats == nil, skips {
          at = lines.count
          return .stop
        }
        return .exhausted("\(quoted(point.text)): match not found\(turn > 0 ? " on repetition \(turn)" : "")")
      }
      let target = found + offset
      guard target <= lines.count, target >= at else {
        return .exhausted("\(quoted(point.text)): line number out of range")
      }
      if !skips, !write(at..<target) { return .stop }
      at = suppresses ? target + 1 : target
      started = offset <= 0 ? !suppresses : false
      lastMatch = found
      return .done
    }
  }

  private var started = false
  private var lastMatch = 0

  private func failure(_ message: String) -> Int32? {
    call.complain(message)
    if !call.options.has("k") {
      for name in made { _ = try? call.files.remove(name, in: call.directory, as: call.who) }
    }
    return 1
  }

  private func name(_ number: Int) -> String {
    if let format {
      return prefix + String(bytes: formatInteger(format.bytes, number))
    }
    let text = String(number)
    return prefix + String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }

  /// `%03d` and its like in a suffix.
  private func formatInteger(_ format: [UInt8], _ number: Int) -> [UInt8] {
    var out: [UInt8] = []
    var i = 0
    while i < format.count {
      guard format[i] == 37 else {
        out.append(format[i])
        i += 1
        continue
      }
      i += 1
      if i < format.count, format[i] == 37 {
        out.append(37)
        i += 1
        continue
      }
      var flags = NumberFormat()
      while i < format.count, format[i] == 48 || format[i] == 45 {
        if format[i] == 48 { flags.zero = true } else { flags.minus = true }
        i += 1
      }
      while i < format.count, isDigit(format[i]) {
        flags.width = min(255, flags.width * 10 + Int(format[i] - 48))
        i += 1
      }
      var base = 10
      if i < format.count {
        if format[i] == 120 { base = 16 } else if format[i] == 111 { base = 8 }
        i += 1
      }
      out += flags.field("", String(number, radix: base), zeros: flags.zero).bytes
    }
    return out
  }

  private func write(_ range: Range<Int>) -> Bool {
    if range.isEmpty, call.options.has("z") { return true }
    let name = name(made.count)
    var bytes: [UInt8] = []
    for line in lines[range] { bytes += line }
    do throws(Errno) {
      let file = try call.openForWriting(name)
      _ = file.write(bytes[...])
      made.append(name)
      if !call.options.has("s") { call.printLine(String(bytes.count)) }
      return true
    } catch {
      call.complain("\(name): \(error.message)")
      return false
    }
  }
}
