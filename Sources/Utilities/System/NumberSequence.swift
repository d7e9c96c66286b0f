// seq (coreutils 15.4): decimal arithmetic, so that 0.1 steps come out even. Numbers come in portions, so that a reader who has enough
// ends it.

import SimMachine

private let sequenceOptions = OptionTable("f,format= s,separator= w,equal-width")

final class NumberSequence: Program {
  private let flavour: UtilityFlavour
  private var call: ToolCall?
  private var first = 1.0
  private var step = 1.0
  private var limit = 1.0
  private var places = 0
  private var separator = "\n"
  private var width = 0
  private var custom: PrintfDirective?
  private var before: [UInt8] = []
  private var after: [UInt8] = []
  private var index: Int64 = 0

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  /// Reads the arguments; an exit code when the call ends here.
  private func start(_ call: ToolCall) -> Int32? {
    // A negative number is an operand, not an option.
    var arguments = call.arguments
    for (index, argument) in arguments.enumerated() {
      let bytes = argument.bytes
      guard bytes.count > 1, bytes[0] == 45, isDigit(bytes[1]) || bytes[1] == 46 else {
        if argument == "--" { break }
        continue
      }
      arguments.insert("--", at: index)
      break
    }
    switch sequenceOptions.parse(arguments) {
    case .options(let options): call.options = options
    case .wrong(let text): return call.usage(text)
    case .notSimulated(let what): return call.notSimulated("seq \(what)")
    }
    let options = call.options
    let operands = call.operands
    if operands.isEmpty { return call.usage("missing operand") }
    if operands.count > 3 { return call.usage("extra operand \(quoted(operands[3]))") }
    var values: [(value: Double, places: Int, text: String)] = []
    for text in operands {
      guard let parsed = parseDouble(text.bytes[...]), parsed.length == text.utf8.count else {
        return call.usage("invalid floating point argument: \(quoted(text))")
      }
      if parsed.value.isNaN { return call.usage("invalid \(quoted("not-a-number")) argument: \(quoted(text))") }
      var places = 0
      if let dot = text.utf8.firstIndex(of: 46) { places = text.utf8.distance(from: dot, to: text.utf8.endIndex) - 1 }
      if text.utf8.contains(101) || text.utf8.contains(69) { places = 0 }
      values.append((parsed.value, places, text))
    }
    let one = (value: 1.0, places: 0, text: "1")
    let from = values.count > 1 ? values[0] : one
    let by = values.count > 2 ? values[1] : one
    let last = values[values.count - 1]
    if by.value == 0 { return call.usage("invalid Zero increment value: \(quoted(by.text))") }
    separator = options.value("s") ?? "\n"
    places = max(from.places, by.places)
    first = from.value
    step = by.value
    limit = last.value + (places > 0 ? step * 1e-9 : 0)
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    if options.has("w") {
      func size(_ value: Double) -> Int {
        formatDouble(value, 102, NumberFormat(precision: places)).utf8.count
      }
      width = max(
        size(first), size(last.value.isInfinite ? first : ((last.value * scale).rounded(.down)) / scale))
    }
    if let format = options.value("f") {
      let text = format.bytes
      var i = 0
      while i < text.count {
        if text[i] == 37, i + 1 < text.count, text[i + 1] != 37, custom == nil {
          guard let directive = PrintfDirective.read(text, &i),
            [101, 69, 102, 70, 103, 71, 97, 65].contains(directive.conversion)
          else {
            call.complain("format \(quoted(format)) has unknown %\(String(bytes: text.suffix(1))) directive")
            return 1
          }
          if directive.isTooWide { return call.notSimulated(PrintfDirective.tooWide) }
          custom = directive
        } else {
          if text[i] == 37, i + 1 < text.count, text[i + 1] == 37 { i += 1 }
          if custom == nil { before.append(text[i]) } else { after.append(text[i]) }
          i += 1
        }
      }
      if custom == nil {
        call.complain("format \(quoted(format)) has no % directive")
        return 1
      }
    }
    return nil
  }

  func resume(_ process: Process) -> Step {
    if call == nil {
      let made = ToolCall(process: process, flavour: flavour)
      call = made
      if let code = start(made) {
        made.flush()
        return .exit(code)
      }
    }
    guard let call else { return .exit(1) }
    let whole = places == 0 && custom == nil && abs(first) < 9e15 && abs(step) < 9e15
    for _ in 0..<1024 {
      let value = first + Double(index) * step
      if step > 0 ? value > limit : value < limit {
        if index > 0 { call.print("\n") }
        return .exit(call.finish(0))
      }
      if index > 0 { call.print(separator) }
      write(value, whole: whole, call)
      index += 1
    }
    process.account.spend(steps: 1024)
    return .again
  }

  private func write(_ value: Double, whole: Bool, _ call: ToolCall) {
    if let custom {
      call.write(before)
      call.print(formatDouble(value, custom.conversion, custom.format))
      call.write(after)
    } else if whole, value.rounded() == value {
      let text = String(Int64(value))
      let zeros = String(repeating: "0", count: max(0, width - text.utf8.count))
      call.print(value < 0 ? "-" + zeros + text.dropFirst() : zeros + text)
    } else {
      call.print(formatDouble(value, 102, NumberFormat(zero: width > 0, width: width, precision: places)))
    }
  }
}
