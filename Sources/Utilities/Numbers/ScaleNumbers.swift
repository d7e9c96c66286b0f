// numfmt (coreutils 26.2): numbers to and from people's units. Values are doubles where the real tool has 80-bit numbers: the same
// figures up to fifteen digits; longer whole numbers pass through as they are.

import SimMachine

let numfmtOptions = OptionTable(
  """
  debug d,delimiter= field= format= from= from-unit= grouping header=? invalid= padding= round= suffix= to= to-unit= \
  z,zero-terminated
  """)

private enum Scale {
  case none, auto, si, iec, iecI

  var base: Double { self == .si ? 1000 : 1024 }
}

private let powers = Array("KMGTPEZY".utf8)

private struct Layout {
  var prefix = ""
  var suffix = ""
  var zeroPadded = false
  var width = 0
  var precision: Int?
}

func scaleNumbers(_ call: ToolCall) -> Int32 {
  let scaler = Scaler(call)
  if let code = scaler.readOptions() { return code }
  return scaler.run()
}

private final class Scaler {
  private let call: ToolCall
  private var from = Scale.none
  private var to = Scale.none
  private var fromUnit = 1.0
  private var toUnit = 1.0
  private var rounding = "from-zero"
  private var invalid = "abort"
  private var padding = 0
  private var layout = Layout()
  private var suffix: String?
  private var delimiter: UInt8?
  private var fields: [ClosedRange<Int>] = [1...1]
  private var headerLines = 0
  private var failed = false
  private var stopped = false

  init(_ call: ToolCall) { self.call = call }

  func readOptions() -> Int32? {
    for option in call.options.list {
      let value = option.value ?? ""
      switch option.id {
      case "from":
        guard let scale = scale(value, "--from", auto: true) else { return 1 }
        from = scale
      case "to":
        guard let scale = scale(value, "--to", auto: false) else { return 1 }
        to = scale
      case "from-unit", "to-unit":
        guard let number = unit(value), number > 0 else {
          call.complain("invalid unit size: \(quoted(value))")
          return 1
        }
        if option.id == "to-unit" { toUnit = number } else { fromUnit = number }
      case "round":
        guard let word = choice(value, "--round", ["up", "down", "from-zero", "towards-zero", "nearest"]) else {
          return 1
        }
        rounding = word
      case "invalid":
        guard let word = choice(value, "--invalid", ["abort", "fail", "warn", "ignore"]) else { return 1 }
        invalid = word
      case "padding":
        guard let number = signedDecimal(value), number != 0 else {
          call.complain("invalid padding value \(quoted(value))")
          return 1
        }
        padding = Int(max(-4096, min(4096, number)))
      case "d":
        guard value.utf8.count <= 1 else {
          call.complain("the delimiter must be a single character")
          return 1
        }
        delimiter = value.utf8.first ?? 0
      case "suffix": suffix = value
      case "header":
        guard let text = option.value else {
          headerLines = 1
          continue
        }
        guard let number = decimal(text), number > 0 else {
          call.complain("invalid header value \(quoted(text))")
          return 1
        }
        headerLines = Int(min(number, 1 << 30))
      case "field":
        if let problem = readFields(value) { return call.usage(problem) }
      case "format":
        if let problem = readFormat(value) {
          call.complain(problem)
          return 1
        }
      default: break
      }
    }
    if call.options.has("grouping"), to != .none {
      call.complain("grouping cannot be combined with --to")
      return 1
    }
    if call.options.has("grouping"), call.options.has("format") {
      call.complain("--grouping cannot be combined with --format")
      return 1
    }
    return nil
  }

  private func choice(_ value: String, _ option: String, _ words: [String]) -> String? {
    for word in words where word == value { return word }
    var found: [String] = []
    for word in words where word.hasPrefix(value) && !value.isEmpty { found.append(word) }
    if found.count == 1 { return found[0] }
    call.invalidArgument(value, option, words)
    return nil
  }

  private func scale(_ value: String, _ option: String, auto: Bool) -> Scale? {
    switch choice(value, option, auto ? ["none", "auto", "si", "iec", "iec-i"] : ["none", "si", "iec", "iec-i"]) {
    case "none": return Scale.none
    case "auto": return .auto
    case "si": return .si
    case "iec": return .iec
    case "iec-i": return .iecI
    default: return nil
    }
  }

  private func unit(_ text: String) -> Double? {
    let bytes = text.bytes
    var end = 0
    while end < bytes.count, isDigit(bytes[end]) { end += 1 }
    guard end > 0, let number = decimal(bytes[..<end]) else { return nil }
    var rest = bytes[end...]
    guard let letter = rest.popFirst() else { return Double(number) }
    guard let power = powers.firstIndex(of: letter) else { return nil }
    let base: Double = rest.first == 105 && rest.count == 1 ? 1024 : 1000
    guard rest.isEmpty || base == 1024 else { return nil }
    var value = Double(number)
    for _ in 0...power { value *= base }
    return value
  }

  private func readFields(_ text: String) -> String? {
    fields = []
    for part in text.bytes.split(omittingEmptySubsequences: false, whereSeparator: { $0 == 44 || isBlank($0) }) {
      let ends = part.split(separator: 45, omittingEmptySubsequences: false)
      var bounds: [Int] = []
      for end in ends {
        if end.isEmpty {
          bounds.append(-1)
        } else {
          guard let number = decimal(end) else { return "invalid field value \(quoted(String(bytes: part)))" }
          if number == 0 { return "fields are numbered from 1" }
          bounds.append(Int(min(number, 1 << 30)))
        }
      }
      switch bounds.count {
      case 1 where bounds[0] > 0: fields.append(bounds[0]...bounds[0])
      case 2:
        let low = bounds[0] < 0 ? 1 : bounds[0]
        let high = bounds[1] < 0 ? Int(Int32.max) : bounds[1]
        if low > high { return "invalid decreasing range" }
        fields.append(low...high)
      default: return part.isEmpty ? "fields are numbered from 1" : "invalid field range"
      }
    }
    return nil
  }

  private func readFormat(_ format: String) -> String? {
    let text = format.bytes
    var i = 0
    while i < text.count, !(text[i] == 37 && (i + 1 >= text.count || text[i + 1] != 37)) {
      i += text[i] == 37 ? 2 : 1
    }
    guard i < text.count else { return "format \(quoted(format)) has no % directive" }
    let prefixEnd = i
    i += 1
    flags: while i < text.count {
      switch text[i] {
      case 32, 39: break
      case 48: layout.zeroPadded = true
      default: break flags
      }
      i += 1
    }
    var negative = false
    if i < text.count, text[i] == 45 {
      negative = true
      i += 1
    }
    var width = 0
    while i < text.count, isDigit(text[i]) {
      width = min(4096, width * 10 + Int(text[i] - 48))
      i += 1
    }
    if width > 0 {
      if layout.zeroPadded, !negative { layout.width = width } else { padding = negative ? -width : width }
    }
    let invalid = "invalid format \(quoted(format)), directive must be %[0]['][-][N][.][N]f"
    guard i < text.count else { return "format \(quoted(format)) ends in %" }
    if text[i] == 46 {
      i += 1
      var digits = 0
      while i < text.count, isDigit(text[i]) {
        digits = min(4096, digits * 10 + Int(text[i] - 48))
        i += 1
      }
      layout.precision = digits
    }
    guard i < text.count, text[i] == 102 else { return invalid }
    i += 1
    let suffixStart = i
    while i < text.count {
      if text[i] == 37 {
        guard i + 1 < text.count, text[i + 1] == 37 else { return "format \(quoted(format)) has too many % directives" }
        i += 1
      }
      i += 1
    }
    layout.prefix = String(bytes: unescaped(text[..<prefixEnd]))
    layout.suffix = String(bytes: unescaped(text[suffixStart...]))
    return nil
  }

  private func unescaped(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    var skip = false
    for byte in bytes {
      if skip {
        skip = false
        continue
      }
      out.append(byte)
      if byte == 37 { skip = true }
    }
    return out
  }

  func run() -> Int32 {
    let end: UInt8 = call.options.has("z") ? 0 : 10
    if !call.operands.isEmpty {
      for operand in call.operands where !stopped { line(operand.bytes[...], end) }
    } else {
      var number = 0
      var start = 0
      let input = call.stdin
      while start < input.count, !stopped {
        var stop = start
        while stop < input.count, input[stop] != end { stop += 1 }
        number += 1
        if number <= headerLines {
          call.write(input[start..<stop])
          call.put(end)
        } else {
          line(input[start..<stop], stop < input.count ? end : nil)
        }
        start = stop + 1
      }
    }
    return failed && (invalid == "abort" || invalid == "fail") ? 2 : 0
  }

  private func line(_ text: ArraySlice<UInt8>, _ end: UInt8?) {
    var field = 0
    var at = text.startIndex
    while true {
      field += 1
      var stop = at
      if let delimiter {
        while stop < text.endIndex, text[stop] != delimiter { stop += 1 }
      } else {
        while stop < text.endIndex, isBlank(text[stop]) || text[stop] == 10 { stop += 1 }
        while stop < text.endIndex, !(isBlank(text[stop]) || text[stop] == 10) { stop += 1 }
      }
      show(text[at..<stop], field)
      if stopped { return }
      guard stop < text.endIndex else { break }
      call.put(delimiter ?? 32)
      at = stop + 1
    }
    if let end { call.put(end) }
  }

  private func show(_ text: ArraySlice<UInt8>, _ field: Int) {
    var wanted = false
    for range in fields where range.contains(field) { wanted = true }
    guard wanted else { return call.write(text) }
    guard let result = converted(text, field) else {
      if !stopped { call.write(text) }
      return
    }
    call.print(layout.prefix + result + layout.suffix)
  }

  private func reject(_ message: String) -> String? {
    failed = true
    if invalid != "ignore" {
      if invalid == "abort" { call.flush() }
      call.writeError("\(call.name): \(message)\n")
    }
    if invalid == "abort" { stopped = true }
    return nil
  }

  private func converted(_ given: ArraySlice<UInt8>, _ field: Int) -> String? {
    var text = given
    if let suffix, text.count > suffix.utf8.count, Array(text.suffix(suffix.utf8.count)) == suffix.bytes {
      text.removeLast(suffix.utf8.count)
    }
    let number = text.drop { isBlank($0) }
    var fill = padding
    // The field keeps its width where it had blanks before it or is not the first.
    if fill == 0, delimiter == nil, number.count < text.count || field > 1 { fill = text.count }
    let shown = quoted(String(bytes: number))
    var i = number.startIndex
    let end = number.endIndex
    if i < end, number[i] == 45 { i += 1 }
    var digits = 0
    let first = i
    while i < end, isDigit(number[i]) {
      i += 1
      digits += 1
    }
    let wholeEnd = i
    var precision = 0
    if i < end, number[i] == 46 {
      i += 1
      while i < end, isDigit(number[i]) {
        i += 1
        precision += 1
      }
      if precision == 0 { return reject("invalid number: \(shown)") }
    }
    if digits + precision == 0 { return reject("invalid number: \(shown)") }
    var significant = number[first..<wholeEnd]
    while significant.first == 48 { significant.removeFirst() }
    if significant.count > 27 { return reject("value too large to be converted: \(shown)") }
    var value = parseDouble(number[..<i], words: false)?.value ?? 0
    let plainEnd = i
    if i < end {
      while i < end, isBlank(number[i]) { i += 1 }
      guard i < end, let power = powers.firstIndex(of: number[i]) else {
        return reject("invalid suffix in input: \(shown)")
      }
      if from == .none { return reject("rejecting suffix in input: \(shown) (consider using --from)") }
      i += 1
      var base = from == .auto ? 1000 : from.base
      if from == .auto, i < end, number[i] == 105 {
        base = 1024
        i += 1
      }
      for _ in 0...power { value *= base }
      precision = 0
    }
    if from == .iecI {
      guard i < end, number[i] == 105 else {
        return reject("missing 'i' suffix in input: \(shown) (e.g Ki/Mi/Gi)")
      }
      i += 1
    }
    if i < end { return reject("invalid suffix in input \(shown): \(quoted(String(bytes: number[i...])))") }
    value = value * fromUnit / toUnit
    if let chosen = layout.precision { precision = chosen }
    var tens = 0
    var magnitude = value.magnitude
    while magnitude >= 10 {
      magnitude /= 10
      tens += 1
    }
    var out: String
    if to == .none {
      if tens + precision > 18 {
        var general = NumberFormat()
        general.precision = 6
        return reject(
          "value too large to be printed: '\(formatDouble(value, 103, general))' (consider using --to)")
      }
      if plainEnd == end, precision == 0, fromUnit == 1, toUnit == 1, wholeEnd == end, layout.width == 0 {
        out = (number.first == 45 ? "-" : "") + (significant.isEmpty ? "0" : String(bytes: significant))
      } else {
        let factor = tenTo(precision)
        out = fixedPoint(rounded(value * factor) / factor, precision)
      }
    } else {
      out = scaled(value)
    }
    if let suffix { out += suffix }
    if fill > 0 { out = out.paddedLeft(fill) } else if fill < 0 { out = out.paddedRight(-fill) }
    return out
  }

  private func scaled(_ given: Double) -> String {
    var value = given
    var power = 0
    while value.magnitude >= to.base, power < powers.count {
      value /= to.base
      power += 1
    }
    var adjust = 0
    if let precision = layout.precision {
      adjust = min(power * 3, precision)
    } else if value.magnitude < 10 {
      adjust = 1
    }
    value = rounded(value * tenTo(adjust)) / tenTo(adjust)
    if value.magnitude >= to.base {
      value /= to.base
      power += 1
    }
    let point = value != 0 && value.magnitude < 10 && power > 0
    var text = fixedPoint(value, layout.precision ?? (point ? 1 : 0))
    if power > 0 {
      text += String(bytes: [powers[power - 1]])
      if to == .iecI { text += "i" }
    }
    return text
  }

  private func fixedPoint(_ value: Double, _ precision: Int) -> String {
    var format = NumberFormat()
    format.precision = precision
    format.zero = layout.width > 0
    format.width = layout.width
    return formatDouble(value, 102, format)
  }

  private func tenTo(_ exponent: Int) -> Double {
    var value = 1.0
    for _ in 0..<max(0, exponent) { value *= 10 }
    return value
  }

  private func rounded(_ value: Double) -> Double {
    switch rounding {
    case "up": return value.rounded(.up)
    case "down": return value.rounded(.down)
    case "towards-zero": return value.rounded(.towardZero)
    case "nearest": return value.rounded(.toNearestOrAwayFromZero)
    default: return value.rounded(.awayFromZero)
    }
  }
}

extension ToolCall {
  /// What gnulib's argument tables say to a word they do not know.
  func invalidArgument(_ value: String, _ option: String, _ words: [String]) {
    complain("invalid argument \(quoted(value)) for \(quoted(option))")
    var text = "Valid arguments are:\n"
    for word in words {
      // Alternative spellings stand on one line.
      var spelled: [String] = []
      for part in word.split(separator: "," as Character) { spelled.append(quoted(String(part))) }
      text += "  - \(spelled.joined(separator: ", "))\n"
    }
    writeError(text)
    _ = usage(nil)
  }
}
