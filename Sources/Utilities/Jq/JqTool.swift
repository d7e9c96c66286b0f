// The jq command, version 1.7.1: its options, its inputs one after the other as they come, its exit statuses. `--help`,
// modules, `--seq` and the build's own options are not modelled; `--stream` reads each value whole before it gives its events.

import SimKernel
import SimMachine

/// What the command line asks for.
private struct JqOptions {
  var program: String?
  var files: [String] = []
  var named = OrderedMap<String, JqValue>()
  var positional: [JqValue] = []
  var fromFile = false
  var isNull = false
  var isRawInput = false
  var slurps = false
  var isRaw = false
  var endsLines = true
  var endsWithNUL = false
  var usesStatus = false
  var streams = false
  var color: Bool?
  var printer = JqPrinter()
}

final class Jq: Program {
  private let flavour: UtilityFlavour
  private var run: JqRun?

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  func resume(_ process: Process) -> Step {
    let run = self.run ?? JqRun(ToolCall(process: process, flavour: flavour))
    self.run = run
    return run.resume(process)
  }
}

private final class JqRun {
  private let call: ToolCall
  private var options = JqOptions()
  private var machine: JqMachine?
  private var tree = JqNode.identity
  private var scope: JqScope?
  private var started = false
  private var isRunning = false
  /// The result of the last input: -4 no output, -1 null or false, 0 something, above an error.
  private var result: Int32 = -4
  private var lastTruth: Bool?

  // Inputs.
  private var source: LineInput?
  private var reader = JqReader()
  private var fileName: String?
  private var lineNumber = 0
  private var sawEnd = false
  private var inputFailed = false
  private var slurped: [JqValue] = []
  private var slurpedText: [UInt8] = []
  private var events: [JqValue] = []
  private var inputIsOver = false

  init(_ call: ToolCall) { self.call = call }

  func resume(_ process: Process) -> Step {
    if !started {
      started = true
      if let code = begin() { return finish(code) }
    }
    guard let machine else { return finish(2) }
    for _ in 0..<40 {
      if !isRunning {
        if options.isNull {
          if inputIsOver { return finish(exitCode) }
          inputIsOver = true
          start(machine, .null)
        } else {
          switch next() {
          case .value(let value): start(machine, value)
          case .end: return finish(exitCode)
          case .failed(let message):
            call.writeError("jq: parse error: \(message)\n")
            result = 5
            return finish(exitCode)
          case .wait(let waits):
            call.settleBeforeWaiting()
            return .wait(waits)
          case .stop: return finish(2)
          }
        }
      }
      let steps = 20_000
      switch machine.run(steps: steps) {
      case .output(let value):
        if let code = show(value) { return finish(code) }
        process.account.spend(steps: 10)
      case .done: end()
      case .failed(let error):
        if let code = complain(error) { return finish(code) }
        end()
      case .needsInput:
        switch next() {
        case .value(let value):
          tellPlace(machine.host)
          machine.supply(value)
        case .end: machine.supply(nil)
        case .failed(let message): machine.supply(error: JqError(message))
        case .wait(let waits):
          call.settleBeforeWaiting()
          return .wait(waits)
        case .stop: return finish(2)
        }
      case .paused:
        process.account.spend(steps: Int64(steps))
        if process.account.limitReached != nil { return .again }
      case .halted(let code, let value):
        if let value {
          if case .null = value {
          } else if case .string(let text) = value {
            call.writeError(text)
          } else {
            call.writeError(JqPrinter.text(value) + "\n")
          }
        }
        return finish(code)
      }
    }
    return .again
  }

  private func finish(_ code: Int32) -> Step {
    call.flush()
    return .exit(code)
  }

  private func start(_ machine: JqMachine, _ value: JqValue) {
    isRunning = true
    result = -4
    tellPlace(machine.host)
    machine.start(tree, scope, value)
  }

  private func tellPlace(_ host: JqHost) {
    host.inputName = fileName.map { .string($0) } ?? .null
    host.inputLine = lineNumber
  }

  private func end() {
    isRunning = false
    if result <= 0, result != -4 { lastTruth = result == 0 }
  }

  private var exitCode: Int32 {
    if inputFailed { return 2 }
    if options.usesStatus {
      if result != -4 { return result < 0 ? -result : result }
      switch lastTruth {
      case nil: return 4
      case false?: return 1
      case true?: return 0
      }
    }
    return max(result, 0)
  }

  // MARK: Output

  private func show(_ value: JqValue) -> Int32? {
    var out: [UInt8] = []
    if options.isRaw, case .string(let text) = value, !options.printer.isASCII {
      if options.endsWithNUL, text.utf8.contains(0) {
        call.writeError(
          "jq: error (at \(place)): Cannot dump a string containing NUL with --raw-output0 option\n")
        return 5
      }
      out += text.utf8
      result = 0
    } else if options.isRaw, case .string(let text) = value {
      options.printer.write(text, &out)
      result = 0
    } else {
      options.printer.write(value, &out)
      result = value.isTrue ? 0 : -1
    }
    if options.endsLines { out.append(10) }
    if options.endsWithNUL { out.append(0) }
    call.write(out)
    return nil
  }

  private var place: String {
    guard let fileName else { return "<unknown>" }
    return "\(fileName):\(lineNumber)"
  }

  private func complain(_ error: JqError) -> Int32? {
    switch error.kind {
    case .notSimulated(let reason):
      call.process.note(notSimulated: reason)
      return 1
    case .value(.string(let text)):
      call.writeError("jq: error (at \(place)): \(text)\n")
      result = 5
    case .value(let value):
      call.writeError("jq: error (at \(place)) (not a string): \(JqPrinter.text(value))\n")
      result = 5
    }
    return nil
  }

  // MARK: Input

  private enum NextInput {
    case value(JqValue)
    case end
    case failed(String)
    case wait([Wait])
    case stop
  }

  private func next() -> NextInput {
    if !events.isEmpty { return .value(events.removeFirst()) }
    let input = nextWhole()
    guard options.streams, case .value(let value) = input else { return input }
    stream(value, [], isTop: true)
    return .value(events.removeFirst())
  }

  /// The events of a value, as `--stream` gives them.
  private func stream(_ value: JqValue, _ path: [JqValue], isTop: Bool) {
    var keys: [(key: JqValue, value: JqValue)] = []
    switch value {
    case .array(let items): for (index, item) in items.enumerated() { keys.append((.integer(index), item)) }
    case .object(let object): for (key, item) in object.members { keys.append((.string(key), item)) }
    default: break
    }
    if keys.isEmpty {
      events.append(.array([.array(path), value]))
      return
    }
    for (key, item) in keys { stream(item, path + [key], isTop: false) }
    events.append(.array([.array(path + [keys[keys.count - 1].key])]))
  }

  private func nextWhole() -> NextInput {
    if inputIsOver, !options.isNull { return .end }
    while true {
      if !options.isRawInput {
        if let value = reader.take() {
          if options.slurps {
            slurped.append(value)
            continue
          }
          return .value(value)
        }
        if let failure = reader.failure {
          inputIsOver = true
          return .failed(failure)
        }
      }
      if sawEnd {
        fileName = nil
        if options.slurps, !slurpEnded {
          slurpEnded = true
          return .value(options.isRawInput ? .string(String(decoding: slurpedText, as: UTF8.self)) : .array(slurped))
        }
        return .end
      }
      switch source?.next() ?? .end {
      case .line(let line, let terminated):
        if terminated { lineNumber += 1 }
        if options.isRawInput {
          if options.slurps {
            slurpedText += line
            if terminated { slurpedText.append(10) }
            continue
          }
          return .value(.string(String(decoding: line, as: UTF8.self)))
        }
        var bytes = Array(line)
        if terminated { bytes.append(10) }
        reader.feed(bytes[...])
      case .opened(let path):
        fileName = path == "-" ? "<stdin>" : path
        lineNumber = 0
      case .failed(let path, let error):
        inputFailed = true
        if error != .isDirectory {
          call.writeError("jq: error: Could not open file \(path): \(error.message)\n")
        }
      case .closed: break
      case .wait(let waits): return .wait(waits)
      case .end:
        let atLineStart = !sawEnd
        sawEnd = true
        if !options.isRawInput { reader.finish() }
        if options.isRawInput || (!reader.hasValue && reader.failure == nil), !options.slurps, atLineStart {
          // The place stays that of the last line until one asks again.
          return .end
        }
      }
    }
  }
  private var slurpEnded = false

  // MARK: The command line

  private func misuse(_ message: String) -> Int32 {
    call.writeError(
      "\(message)\nUse jq --help for help with command-line options,\n"
        + "or see the jq manpage, or online docs  at https://jqlang.github.io/jq\n")
    return 2
  }

  private func begin() -> Int32? {
    if let code = readArguments() { return code }
    let outputIsTerminal = call.outputIsTerminal
    var environment: [(String, JqValue)] = []
    for name in call.process.environment.variables.keys {
      environment.append((name, .string(call.process.environment[name] ?? "")))
    }
    if options.color ?? (outputIsTerminal && (call.environment("NO_COLOR") ?? "").isEmpty) {
      setColors(call.environment("JQ_COLORS"))
    }
    if options.program == nil {
      let inputIsTerminal = call.process.file(0)?.isTerminal ?? false
      if options.fromFile || (outputIsTerminal && inputIsTerminal) { return call.notSimulated("jq without a program") }
      options.program = "."
    }
    guard var program = options.program?.bytes else { return 2 }
    if options.fromFile {
      do throws(Errno) {
        program = try call.read(options.program ?? "", dash: false)
      } catch {
        call.writeError("jq: Could not open \(options.program ?? ""): \(error.message)\n")
        return 2
      }
    }
    let all = JqValue.object([("positional", .array(options.positional)), ("named", .object(JqObject(options.named)))])
    options.named["ARGS"] = all
    let library = JqLibrary()
    switch JqParser.parse(program, variables: options.named.keys, library: library) {
    case .program(let node, let variables):
      tree = node
      for variable in variables {
        scope = JqScope(variable.id, .value(options.named[variable.name] ?? .null), scope)
      }
    case .notSimulated(let reason): return call.notSimulated(reason)
    case .faults(let faults):
      for fault in faults { call.writeError(JqParser.show(fault, in: program)) }
      call.writeError("jq: \(faults.count) compile error\(faults.count == 1 ? "" : "s")\n")
      return 3
    }
    let world = call.world
    let call = call
    machine = JqMachine(
      host: JqHost(
        environment: .object(environment),
        clock: {
          Double(world.clock.unixSeconds(world.now)) + Double(world.clock.subsecondNanoseconds(world.now)) / 1e9
        }, show: { call.writeError($0) }))
    source = LineInput(call.process, options.files)
    return nil
  }

  private func setColors(_ given: String?) {
    var colors: [[UInt8]] = []
    for color in JqPrinter.defaultColors { colors.append([27, 91] + color.bytes + [109]) }
    if let given {
      var isValid = true
      for byte in given.utf8 where !isDigit(byte) && byte != 59 && byte != 58 { isValid = false }
      let parts = given.bytes.split(separator: 58, omittingEmptySubsequences: false)
      for part in parts where part.count > 12 { isValid = false }
      if isValid {
        for (index, part) in parts.prefix(8).enumerated() where index < parts.count - 1 || !part.isEmpty {
          colors[index] = [27, 91] + part + [109]
        }
      } else {
        call.writeError("Failed to set $JQ_COLORS\n")
      }
    }
    options.printer.colors = colors
  }

  private func readArguments() -> Int32? {
    let arguments = call.arguments
    var index = 0
    var isOver = false
    var rest: String?
    while index < arguments.count {
      let argument = arguments[index]
      index += 1
      let bytes = argument.bytes
      let looksLikeOption = bytes.count > 1 && bytes[0] == 45 && (bytes[1] == 45 || isAlpha(bytes[1]))
      if isOver || !looksLikeOption {
        if options.program == nil {
          options.program = argument
        } else if rest == "args" {
          options.positional.append(.string(argument))
        } else if rest == "jsonargs" {
          guard let value = try? JqReader.single(argument) else {
            return misuse("jq: invalid JSON text passed to --jsonargs")
          }
          options.positional.append(value)
        } else {
          options.files.append(argument)
        }
        continue
      }
      if bytes[1] != 45 {
        if let code = shortOptions(bytes, arguments, &index) { return code }
        continue
      }
      let name = String(bytes: bytes[2...])
      switch name {
      case "": isOver = true
      case "args", "jsonargs": rest = name
      case "arg", "argjson", "slurpfile", "rawfile":
        guard index + 1 < arguments.count else {
          let example = ["arg": "value", "argjson": "text"][name] ?? "filename"
          return misuse("jq: --\(name) takes two parameters (e.g. --\(name) varname \(example))")
        }
        if let code = nameValue(name, arguments[index], arguments[index + 1]) { return code }
        index += 2
      case "indent":
        guard index < arguments.count else { return misuse("jq: --indent takes one parameter") }
        let columns = signedDecimal(arguments[index]) ?? 0
        index += 1
        if columns < -1 || columns > 7 { return misuse("jq: --indent takes a number between -1 and 7") }
        options.printer.usesTabs = false
        options.printer.indent = columns == 0 ? nil : columns < 0 ? 7 : Int(columns)
      default: if let code = longOption(name) { return code }
      }
    }
    return nil
  }

  private func nameValue(_ option: String, _ name: String, _ text: String) -> Int32? {
    // The first value of a name counts.
    if options.named.contains(name) { return nil }
    switch option {
    case "arg": options.named[name] = .string(text)
    case "argjson":
      guard let value = try? JqReader.single(text) else { return misuse("jq: invalid JSON text passed to --argjson") }
      options.named[name] = value
    default:
      let bytes: [UInt8]
      do throws(Errno) {
        bytes = try call.read(text, dash: false)
      } catch {
        call.writeError(
          "jq: Bad JSON in --\(option) \(name) \(text): Could not open \(text): \(error.message)\n")
        return 2
      }
      if option == "rawfile" {
        options.named[name] = .string(String(decoding: bytes, as: UTF8.self))
        return nil
      }
      var reader = JqReader()
      reader.feed(bytes[...])
      reader.finish()
      if let failure = reader.failure {
        call.writeError("jq: Bad JSON in --\(option) \(name) \(text): \(failure)\n")
        return 2
      }
      var values: [JqValue] = []
      while let value = reader.take() { values.append(value) }
      options.named[name] = .array(values)
    }
    return nil
  }

  private static let shorts: [(letter: UInt8, name: String)] = [
    (115, "slurp"), (114, "raw-output"), (106, "join-output"), (99, "compact-output"), (67, "color-output"),
    (77, "monochrome-output"), (97, "ascii-output"), (83, "sort-keys"), (82, "raw-input"), (110, "null-input"),
    (102, "from-file"), (98, "binary"), (101, "exit-status"), (104, "help"), (86, "version"),
  ]

  private func shortOptions(_ bytes: [UInt8], _ arguments: [String], _ index: inout Int) -> Int32? {
    for (position, letter) in bytes.enumerated().dropFirst() {
      if letter == 76 {
        // The library path: what follows, or the next argument.
        if position + 1 == bytes.count { index += 1 }
        return nil
      }
      var name: String?
      for short in JqRun.shorts where short.letter == letter { name = short.name }
      guard let name else { return misuse("jq: Unknown option -\(String(bytes: bytes[position...]))") }
      if let code = longOption(name) { return code }
    }
    return nil
  }

  private func longOption(_ name: String) -> Int32? {
    switch name {
    case "slurp": options.slurps = true
    case "raw-output": options.isRaw = true
    case "raw-output0":
      options.isRaw = true
      options.endsLines = false
      options.endsWithNUL = true
    case "join-output":
      options.isRaw = true
      options.endsLines = false
    case "compact-output":
      options.printer.indent = nil
      options.printer.usesTabs = false
    case "color-output": if options.color == nil { options.color = true }
    case "monochrome-output": options.color = false
    case "ascii-output": options.printer.isASCII = true
    case "sort-keys": options.printer.sortsKeys = true
    case "raw-input": options.isRawInput = true
    case "null-input": options.isNull = true
    case "from-file": options.fromFile = true
    case "exit-status": options.usesStatus = true
    case "tab":
      options.printer.usesTabs = true
      options.printer.indent = 1
    case "stream": options.streams = true
    case "unbuffered": call.buffering = .none
    case "binary": break
    case "version":
      call.printLine("jq-1.7.1")
      call.flush()
      return 0
    case "help", "seq", "stream-errors", "build-configuration", "run-tests", "debug-dump-disasm", "debug-trace":
      return call.notSimulated("jq --\(name)")
    default: return misuse("jq: Unknown option --\(name)")
    }
    return nil
  }
}
