// awk as mawk 1.3.4, Ubuntu's default: records and fields, the machine that runs compiled programs, files and commands.
// mawk reads pipes by whole blocks of 4,096 bytes, so in `kubectl get -w | awk …` nothing shows until a block is full; here too.

import SimKernel
import SimMachine

final class Awk: Program {
  private final class Frame {
    var locals: [AwkValue]
    var arrays: [Int: AwkArray] = [:]
    /// Locals that stand for a variable of the caller which may become an array.
    var links: [Int: (Frame?, Int)] = [:]
    let returnTo: Int
    let loops: Int

    init(_ locals: [AwkValue], returnTo: Int, loops: Int) {
      self.locals = locals
      self.returnTo = returnTo
      self.loops = loops
    }
  }
  private final class Stream {
    let reader: AwkReader?
    let descriptor: Int
    let child: Process?
    /// A regular file takes what is printed at once, so that it can be read again in the same program.
    var file: RegularFile?

    init(reader: AwkReader?, descriptor: Int, child: Process?) {
      self.reader = reader
      self.descriptor = descriptor
      self.child = child
    }
  }
  private enum Phase {
    case begin, record, main, end, closing
  }

  private let flavour: UtilityFlavour
  private var call: ToolCall?
  private var gathering: Gathering?
  private var code = AwkCompiled()
  private var regexes: [PosixRegex] = []
  private var dynamic: [[UInt8]: PosixRegex] = [:]
  private var globals: [AwkValue] = []
  private var arrays: [Int: AwkArray] = [:]
  private var stack: [AwkValue] = []
  private var regexStack: [PosixRegex] = []
  private var frames: [Frame] = []
  private var loops: [(keys: [[UInt8]], next: Int)] = []
  private var openRanges: [Bool] = []
  private var pc = 0
  private var phase = Phase.begin
  private var exitCode: Int32 = 0
  private var record: [UInt8] = []
  private var fields: [AwkValue] = []
  private var fieldsAreSplit = true
  private var recordIsStale = false
  private var main: AwkReader?
  private var nextArgument = 1
  private var sawFile = false
  private var outputs: [[UInt8]: Stream] = [:]
  private var outputOrder: [[UInt8]] = []
  private var inputs: [[UInt8]: Stream] = [:]
  private var running: Process?
  private var nextDescriptor = 300
  private var failure: Int32?
  private var seed: Double = 0
  private var generator: AwkRandom?

  // Slots of the special variables, as AwkCompiler.special lists them.
  private enum Slot {
    static let nf = 0
    static let nr = 1
    static let fnr = 2
    static let fs = 3
    static let ofs = 4
    static let ors = 5
    static let rs = 6
    static let filename = 7
    static let subsep = 8
    static let rstart = 9
    static let rlength = 10
    static let convfmt = 11
    static let ofmt = 12
    static let environ = 13
    static let argc = 14
    static let argv = 15
  }

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  private static let options = OptionTable(
    "F,field-separator= v,assign= f,file= W= e,source=", stopsAtOperand: true, usageCode: 2)

  // MARK: Start

  private func start(_ call: ToolCall) -> Int32? {
    switch Awk.options.parse(call.arguments) {
    case .options(let options): call.options = options
    case .wrong(let text):
      call.writeError("\(call.name): \(text)\n")
      return call.notSimulated("awk: its usage text")
    case .notSimulated(let what): return call.notSimulated("awk \(what)")
    }
    var operands = call.operands
    var source: [UInt8] = []
    for option in call.options.list where option.id == "f" || option.id == "e" {
      if option.id == "e" {
        source += (option.value ?? "").utf8
        source.append(10)
        continue
      }
      let path = option.value ?? ""
      do throws(Errno) {
        source += try call.read(path)
        source.append(10)
      } catch {
        call.writeError("\(call.name): cannot open \(path) (\(error.message))\n")
        return 2
      }
    }
    if let word = call.options.value("W"), !word.hasPrefix("interactive"), !word.hasPrefix("i") {
      return call.notSimulated("awk -W \(word)")
    }
    if !call.options.has("f"), !call.options.has("e") {
      guard let first = operands.first else { return call.notSimulated("awk: its usage text") }
      source = first.bytes
      operands.removeFirst()
    }
    do throws(AwkError) {
      code = try AwkCompiler.compile(try AwkParser.parse(source))
    } catch {
      call.writeError("\(call.name): \(error.message)\n")
      return 2
    }
    var flags = RegexOptions()
    flags.cEscapes = true
    flags.lenient = true
    for text in code.regexes {
      do throws(RegexError) {
        regexes.append(try PosixRegex(Awk.adapted(text), flavour: .extended, options: flags))
      } catch {
        let shown = String(bytes: text)
        if error.message.hasPrefix("Unmatched [") {
          call.writeError("\(call.name): line 1: runaway regular expression /\(shown)/ ...\n")
        } else {
          call.writeError("\(call.name): line 1: regular expression compile failed (\(Awk.problem(error)))\n\(shown)\n")
        }
        return 2
      }
    }
    globals = [AwkValue](repeating: .uninitialized, count: code.globals.count)
    openRanges = [Bool](repeating: false, count: code.ranges)
    globals[Slot.nf] = AwkValue(0.0)
    globals[Slot.nr] = AwkValue(0.0)
    globals[Slot.fnr] = AwkValue(0.0)
    globals[Slot.fs] = AwkValue([32])
    globals[Slot.ofs] = AwkValue([32])
    globals[Slot.ors] = AwkValue([10])
    globals[Slot.rs] = AwkValue([10])
    globals[Slot.subsep] = AwkValue([28])
    globals[Slot.rstart] = AwkValue(0.0)
    globals[Slot.rlength] = AwkValue(-1.0)
    globals[Slot.convfmt] = AwkValue("%.6g".bytes)
    globals[Slot.ofmt] = AwkValue("%.6g".bytes)
    let environment = AwkArray()
    for (key, value) in call.process.environment.variables {
      environment.set(AwkValue(key.bytes), [], AwkValue(input: value.bytes))
    }
    arrays[Slot.environ] = environment
    let argv = AwkArray()
    argv.set(AwkValue(0.0), [], AwkValue(call.name.bytes))
    for (index, operand) in operands.enumerated() {
      argv.set(AwkValue(index + 1), [], AwkValue(input: operand.bytes))
    }
    arrays[Slot.argv] = argv
    globals[Slot.argc] = AwkValue(operands.count + 1)
    if let separator = call.options.value("F") {
      globals[Slot.fs] = AwkValue(separator == "t" ? [9] : AwkParser.unescaped(separator.bytes))
    }
    for text in call.options.values("v") {
      if !assign(text) {
        call.writeError("\(call.name): improper assignment: -v \(text)\n")
        return 2
      }
    }
    pc = code.begin
    return nil
  }

  /// Perl-like classes do not exist in mawk; everything else is the engine's.
  private static func adapted(_ text: [UInt8]) -> [UInt8] { text }

  /// `name=value` of -v and of operands.
  private func assign(_ text: String) -> Bool {
    let bytes = text.bytes
    guard let equals = bytes.firstIndex(of: 61), equals > 0, isAlpha(bytes[0]) || bytes[0] == 95 else { return false }
    for byte in bytes[..<equals] where !isAlphanumeric(byte) && byte != 95 { return false }
    let name = String(bytes: bytes[..<equals])
    let value = AwkValue(input: AwkParser.unescaped(Array(bytes[(equals + 1)...])))
    if let index = code.globals.firstIndex(of: name) {
      globals[index] = value
      if index == Slot.nf { setFieldCount(Int(value.asNumber)) }
    }
    return true
  }

  private func fatal(_ text: String) {
    guard failure == nil, let call else { return }
    call.writeError("\(call.name): run time error: \(text)\n")
    var place = "NR=\(Int64(globals[Slot.nr].asNumber))\n"
    place = "FNR=\(Int64(globals[Slot.fnr].asNumber)) " + place
    call.writeError("\tFILENAME=\"\(String(bytes: globals[Slot.filename].asText(format)))\" " + place)
    failure = 2
  }

  // MARK: Turns

  func resume(_ process: Process) -> Step {
    if call == nil {
      if gathering == nil { gathering = Gathering(process, flavour, Awk.options, "f") }
      if let wait = gathering?.wait() { return wait }
      let call = gathering?.call ?? ToolCall(process: process, flavour: flavour)
      self.call = call
      if let code = start(call) {
        call.flush()
        return .exit(code)
      }
    }
    guard let call else { return .exit(2) }
    while true {
      if process.account.limitReached != nil { return .again }
      if failure != nil, phase != .closing {
        exitCode = 2
        phase = .closing
      }
      switch phase {
      case .begin:
        if let step = run(call) { return step }
        if failure != nil || phase != .begin { continue }
        if code.hasMain || code.hasEnd { phase = .record } else { phase = .closing }
      case .record:
        switch nextRecord(call) {
        case .record(let bytes):
          setRecord(bytes)
          bump(Slot.nr)
          bump(Slot.fnr)
          process.account.spend(steps: 1)
          pc = code.main
          phase = .main
        case .wait(let waits):
          call.settleBeforeWaiting()
          return .wait(waits)
        case .end:
          pc = code.end
          phase = .end
        case .failed: phase = .closing
        }
      case .main:
        if let step = run(call) { return step }
        if phase == .main { phase = .record }
      case .end:
        if let step = run(call) { return step }
        phase = .closing
      case .closing:
        call.flush()
        for name in outputOrder {
          guard let stream = outputs[name] else { continue }
          process.setFile(stream.descriptor, nil)
          if let child = stream.child, !child.hasEnded { return .wait([.queue(child.ended)]) }
        }
        return .exit(exitCode)
      }
    }
  }

  private func bump(_ slot: Int) { globals[slot] = AwkValue(globals[slot].asNumber + 1) }

  // MARK: Records

  private enum Reading {
    case record([UInt8])
    case wait([Wait])
    case end
    case failed
  }

  private func nextRecord(_ call: ToolCall) -> Reading {
    while true {
      if let main {
        switch main.next(separator()) {
        case .record(let bytes): return .record(bytes)
        case .wait(let waits): return .wait(waits)
        case .end:
          self.main = nil
          continue
        }
      }
      let count = Int(globals[Slot.argc].asNumber)
      var opened = false
      while nextArgument < count {
        let value = arrays[Slot.argv]?.get(AwkValue(nextArgument), []) ?? .uninitialized
        nextArgument += 1
        let text = String(bytes: value.asText(format))
        if text.isEmpty { continue }
        if assign(text) { continue }
        sawFile = true
        globals[Slot.filename] = AwkValue(value.asText(format))
        globals[Slot.fnr] = AwkValue(0.0)
        if text == "-" || text == "/dev/stdin" {
          guard let file = call.process.file(0) else { return .end }
          main = AwkReader(file, interactive: file.isTerminal, call.process)
        } else {
          do throws(Errno) {
            let file = try openForReading(text, call.process)
            call.process.setFile(299, file)
            if let regular = file as? RegularFile, regular.inode.isDirectory { throw .isDirectory }
            main = AwkReader(file, interactive: false, call.process)
          } catch {
            call.flush()
            call.writeError(
              error == .isDirectory
                ? "\(call.name): read error (\(error.message))\n"
                : "\(call.name): cannot open \(text) (\(error.message))\n")
            exitCode = 2
            return .failed
          }
        }
        opened = true
        break
      }
      if opened { continue }
      guard !sawFile else { return .end }
      sawFile = true
      guard let file = call.process.file(0) else { return .end }
      let interactive = file.isTerminal || (call.options.value("W")?.hasPrefix("i") ?? false)
      main = AwkReader(file, interactive: interactive, call.process)
    }
  }

  private func separator() -> AwkReader.Separator {
    let text = globals[Slot.rs].asText(format)
    if text.isEmpty { return .paragraph }
    if text.count == 1 { return .byte(text[0]) }
    return compiled(text).map { .regex($0) } ?? .byte(10)
  }

  private var format: [UInt8] { globals[Slot.convfmt].text }

  private func setRecord(_ bytes: [UInt8]) {
    record = bytes
    fieldsAreSplit = false
    recordIsStale = false
  }

  private func splitFields() {
    guard !fieldsAreSplit else { return }
    fieldsAreSplit = true
    fields = split(record, by: globals[Slot.fs], regex: nil)
    globals[Slot.nf] = AwkValue(fields.count)
  }

  /// Splits text as FS (or split's third argument) says.
  private func split(_ text: [UInt8], by separator: AwkValue, regex: PosixRegex?) -> [AwkValue] {
    var result: [AwkValue] = []
    if text.isEmpty { return result }
    let mark = separator.asText(format)
    if regex == nil, mark == [32] {
      var i = 0
      while i < text.count {
        while i < text.count, isBlank(text[i]) || text[i] == 10 { i += 1 }
        let start = i
        while i < text.count, !(isBlank(text[i]) || text[i] == 10) { i += 1 }
        if i > start { result.append(AwkValue(input: Array(text[start..<i]))) }
      }
      return result
    }
    if regex == nil, mark.isEmpty {
      for byte in text { result.append(AwkValue(input: [byte])) }
      return result
    }
    let paragraph = globals[Slot.rs].text.isEmpty && regex == nil
    if regex == nil, mark.count == 1 {
      for part in text.split(
        omittingEmptySubsequences: false, whereSeparator: { $0 == mark[0] || (paragraph && $0 == 10) })
      {
        result.append(AwkValue(input: Array(part)))
      }
      return result
    }
    guard let pattern = regex ?? compiled(mark) else { return [AwkValue(input: text)] }
    var start = 0
    var at = 0
    while at <= text.count, let range = pattern.firstMatch(in: text, from: at)?[0] {
      if range.isEmpty {
        at = range.upperBound + 1
        continue
      }
      result.append(AwkValue(input: Array(text[start..<range.lowerBound])))
      start = range.upperBound
      at = start
    }
    result.append(AwkValue(input: Array(text[start...])))
    return result
  }

  private func rebuild() {
    guard recordIsStale else { return }
    recordIsStale = false
    let glue = globals[Slot.ofs].asText(format)
    var out: [UInt8] = []
    for (index, field) in fields.enumerated() {
      if index > 0 { out += glue }
      out += field.asText(format)
    }
    record = out
  }

  private func field(_ index: Int) -> AwkValue {
    if index == 0 {
      rebuild()
      return AwkValue(input: record)
    }
    splitFields()
    return index <= fields.count ? fields[index - 1] : .uninitialized
  }

  private func setField(_ index: Int, _ value: AwkValue) {
    if index == 0 { return setRecord(value.asText(format)) }
    splitFields()
    while fields.count < index { fields.append(.uninitialized) }
    fields[index - 1] =
      value.kind == .number ? AwkValue(kind: .numericText, number: value.number, text: value.asText(format)) : value
    globals[Slot.nf] = AwkValue(fields.count)
    recordIsStale = true
  }

  private func setFieldCount(_ count: Int) {
    splitFields()
    while fields.count > max(0, count) { fields.removeLast() }
    while fields.count < count, count < 1 << 20 { fields.append(AwkValue([])) }
    recordIsStale = true
  }

  // MARK: Variables

  private func load(_ slot: Int) -> AwkValue {
    if slot == Slot.nf { splitFields() }
    return globals[slot]
  }
  private func store(_ slot: Int, _ value: AwkValue) {
    globals[slot] = value
    if slot == Slot.nf { setFieldCount(Int(value.asNumber)) }
  }

  private func array(_ place: AwkPlace) -> AwkArray {
    switch place {
    case .global(let slot):
      if let there = arrays[slot] { return there }
      let made = AwkArray()
      arrays[slot] = made
      return made
    case .local(let slot):
      guard let frame = frames.last else { return AwkArray() }
      return localArray(frame, slot)
    }
  }

  private func localArray(_ frame: Frame, _ slot: Int) -> AwkArray {
    if let there = frame.arrays[slot] { return there }
    let made: AwkArray
    if let (owner, index) = frame.links[slot] {
      if let owner { made = localArray(owner, index) } else { made = array(.global(index)) }
    } else {
      made = AwkArray()
    }
    frame.arrays[slot] = made
    return made
  }

  private func compiled(_ text: [UInt8]) -> PosixRegex? {
    if let there = dynamic[text] { return there }
    var flags = RegexOptions()
    flags.cEscapes = true
    flags.lenient = true
    do throws(RegexError) {
      let regex = try PosixRegex(text, flavour: .extended, options: flags)
      dynamic[text] = regex
      return regex
    } catch {
      fatal("regular expression compile failed (\(Awk.problem(error)))\n\(String(bytes: text))")
      return nil
    }
  }

  /// How mawk words what is wrong with a pattern.
  private static func problem(_ error: RegexError) -> String {
    if error.message.hasPrefix("Unmatched (") { return "missing ')'" }
    if error.message.hasPrefix("Unmatched [") { return "bad class -- [], [^] or [" }
    if error.message.hasPrefix("Invalid preceding") { return "missing operand" }
    return error.message
  }

  private var top: AwkValue { stack.last ?? .uninitialized }
  private func pop() -> AwkValue { stack.popLast() ?? .uninitialized }

  private func popRegex() -> PosixRegex? {
    let value = pop()
    // A regular expression on the stack is an index into the program's, marked by a NaN of its own.
    if value.kind == .number, value.number.isNaN, value.text.count == 4 {
      let index = Int(value.text[0]) << 16 | Int(value.text[1]) << 8 | Int(value.text[2])
      return regexes[index]
    }
    return compiled(value.asText(format))
  }

  private func regexValue(_ index: Int) -> AwkValue {
    AwkValue(
      kind: .number, number: .nan,
      text: [UInt8(index >> 16 & 255), UInt8(index >> 8 & 255), UInt8(index & 255), 0])
  }

  private func put(_ target: AwkTarget, _ value: AwkValue, _ arraySubscript: AwkValue?) {
    switch target {
    case .variable(let slot): store(slot, value)
    case .local(let slot): frames.last?.locals[slot] = value
    case .field: setField(Int(arraySubscript?.asNumber ?? 0), value)
    case .element(let place): array(place).set(arraySubscript ?? .uninitialized, format, value)
    }
  }
  private func hasSubscript(_ target: AwkTarget) -> Bool {
    switch target {
    case .variable, .local: return false
    default: return true
    }
  }

  // MARK: The machine

  /// Runs until the part at hand is done (nil) or has to wait.
  private func run(_ call: ToolCall) -> Step? {
    var turns: Int64 = 0
    while failure == nil {
      turns += 1
      if turns & 1023 == 0 {
        call.process.account.spend(steps: 256)
        if call.process.account.limitReached != nil { return .again }
      }
      guard pc < code.code.count else { return nil }
      let instruction = code.code[pc]
      pc += 1
      switch instruction {
      case .halt: return nil
      case .number(let value): stack.append(AwkValue(value))
      case .string(let text): stack.append(AwkValue(text))
      case .regex(let index): stack.append(regexValue(index))
      case .matchRecord(let index):
        rebuild()
        stack.append(AwkValue(regexes[index].matches(record) ? 1 : 0))
      case .load(let slot): stack.append(load(slot))
      case .store(let slot): store(slot, top)
      case .loadLocal(let slot): stack.append(frames.last?.locals[slot] ?? .uninitialized)
      case .storeLocal(let slot): frames.last?.locals[slot] = top
      case .loadField:
        guard let index = fieldIndex(pop()) else { break }
        stack.append(field(index))
      case .loadFieldKeep:
        guard let index = fieldIndex(top) else { break }
        stack.append(field(index))
      case .storeField:
        let value = pop()
        guard let index = fieldIndex(pop()) else { break }
        setField(index, value)
        stack.append(value)
      case .loadElement(let place):
        let key = pop()
        stack.append(array(place).get(key, format))
      case .loadElementKeep(let place): stack.append(array(place).get(top, format))
      case .storeElement(let place):
        let value = pop()
        array(place).set(pop(), format, value)
        stack.append(value)
      case .contains(let place):
        let key = pop()
        stack.append(AwkValue(array(place).contains(key, format) ? 1 : 0))
      case .remove(let place): array(place).remove(pop(), format)
      case .removeAll(let place): array(place).removeAll()
      case .join(let count):
        let glue = globals[Slot.subsep].asText(format)
        var out: [UInt8] = []
        for (index, value) in stack.suffix(count).enumerated() {
          if index > 0 { out += glue }
          out += value.asText(format)
        }
        stack.removeLast(count)
        stack.append(AwkValue(out))
      case .arithmetic(let action):
        let b = pop().asNumber
        let a = pop().asNumber
        stack.append(AwkValue(arithmetic(action, a, b)))
      case .negate: stack.append(AwkValue(-pop().asNumber))
      case .plus: stack.append(AwkValue(pop().asNumber))
      case .not: stack.append(AwkValue(pop().asBool ? 0 : 1))
      case .bool: stack.append(AwkValue(pop().asBool ? 1 : 0))
      case .concatenate:
        let right = pop().asText(format)
        let left = pop().asText(format)
        stack.append(AwkValue(left + right))
      case .compare(let mark):
        let b = pop()
        let a = pop()
        let order = AwkValue.compare(a, b, format)
        let result: Bool
        switch mark {
        case "<": result = order < 0
        case "<=": result = order <= 0
        case "==": result = order == 0
        case "!=": result = order != 0
        case ">": result = order > 0
        default: result = order >= 0
        }
        stack.append(AwkValue(result ? 1 : 0))
      case .match(let negated):
        let regex = popRegex()
        let text = pop().asText(format)
        stack.append(AwkValue((regex?.matches(text) ?? false) != negated ? 1 : 0))
      case .jump(let target): pc = target
      case .jumpIfFalse(let target): if !pop().asBool { pc = target }
      case .jumpIfTrue(let target): if pop().asBool { pc = target }
      case .pop: _ = pop()
      case .duplicate: stack.append(top)
      case .postVariable(let slot, let by):
        let old = load(slot).asNumber
        store(slot, AwkValue(old + by))
        stack.append(AwkValue(old))
      case .postLocal(let slot, let by):
        let old = frames.last?.locals[slot].asNumber ?? 0
        frames.last?.locals[slot] = AwkValue(old + by)
        stack.append(AwkValue(old))
      case .postField(let by):
        guard let index = fieldIndex(pop()) else { break }
        let old = field(index).asNumber
        setField(index, AwkValue(old + by))
        stack.append(AwkValue(old))
      case .postElement(let place, let by):
        let key = pop()
        let there = array(place)
        let old = there.get(key, format).asNumber
        there.set(key, format, AwkValue(old + by))
        stack.append(AwkValue(old))
      case .call(let index, let arguments): enter(index, arguments)
      case .returnValue:
        guard let frame = frames.popLast() else { return nil }
        pc = frame.returnTo
        if loops.count > frame.loops { loops.removeLast(loops.count - frame.loops) }
      case .length(let place):
        switch place {
        case .global(let slot):
          if let there = arrays[slot] {
            stack.append(AwkValue(there.count))
          } else {
            stack.append(AwkValue(load(slot).asText(format).count))
          }
        case .local(let slot):
          let frame = frames[frames.count - 1]
          var isArray = frame.arrays[slot] != nil
          if !isArray, let (owner, index) = frame.links[slot] {
            isArray = owner.map { $0.arrays[index] != nil } ?? (arrays[index] != nil)
          }
          stack.append(AwkValue(isArray ? localArray(frame, slot).count : frame.locals[slot].asText(format).count))
        }
      case .split(let place, let hasSeparator):
        var regex: PosixRegex?
        var separator = globals[Slot.fs]
        if hasSeparator {
          let value = pop()
          if value.kind == .number, value.number.isNaN, value.text.count == 4 {
            stack.append(value)
            regex = popRegex()
          } else {
            separator = value
          }
        }
        let parts = split(pop().asText(format), by: separator, regex: regex)
        array(place).fill(parts)
        stack.append(AwkValue(parts.count))
      case .substitute(let global): substitute(global)
      case .conditionalStore(let target):
        let count = pop()
        let text = pop()
        let key = hasSubscript(target) ? pop() : nil
        if count.asNumber > 0 { put(target, text, key) }
        stack.append(count)
      case .getline(let kind, let target):
        if let step = getline(kind, target, call) { return step }
      case .print(let count, let formatted, let redirection):
        if let step = print(count, formatted, redirection, call) { return step }
      case .loopStart(let place): loops.append((array(place).keys(), 0))
      case .loopNext(let target, let exit):
        let last = loops.count - 1
        if loops[last].next < loops[last].keys.count {
          put(target, AwkValue(loops[last].keys[loops[last].next]), nil)
          loops[last].next += 1
        } else {
          pc = exit
        }
      case .loopEnd: loops.removeLast()
      case .next:
        unwind()
        return nil
      case .nextFile:
        unwind()
        main = nil
        return nil
      case .exit(let hasValue):
        if hasValue { exitCode = Int32(truncatingIfNeeded: Int64(max(-1e9, min(1e9, pop().asNumber)))) & 255 }
        unwind()
        if phase == .end || !code.hasEnd {
          phase = .closing
        } else {
          pc = code.end
          phase = .end
        }
        return nil
      case .rangeBegin(let slot, let body): if openRanges[slot] { pc = body }
      case .rangeOpen(let slot): openRanges[slot] = true
      case .rangeClose(let slot): openRanges[slot] = false
      case .builtin(let name, let count):
        if let step = builtin(name, count, call) { return step }
      }
    }
    return nil
  }

  private func unwind() {
    frames = []
    loops = []
    stack = []
  }

  private func fieldIndex(_ value: AwkValue) -> Int? {
    let number = value.asNumber
    guard number >= 0, number < 1_048_576 else {
      fatal(
        number < 0
          ? "negative field index $\(Int64(max(-9e15, number)))"
          : "program limit exceeded: maximum number of fields size=1048576")
      return nil
    }
    return Int(number)
  }

  private func arithmetic(_ action: UInt8, _ a: Double, _ b: Double) -> Double {
    switch action {
    case 43: return a + b
    case 45: return a - b
    case 42: return a * b
    case 47:
      return a / b
    case 37:
      return b == 0 ? -Double.nan : a.truncatingRemainder(dividingBy: b)
    default: return AwkMath.power(a, b)
    }
  }

  private func enter(_ index: Int, _ arguments: [AwkArgument]) {
    guard frames.count < 10_000 else { return fatal("function call nesting too deep") }
    let function = code.functions[index]
    var values: [AwkValue] = []
    var given = 0
    for argument in arguments { if case .value = argument { given += 1 } }
    values = Array(stack.suffix(given))
    stack.removeLast(given)
    let frame = Frame(
      [AwkValue](repeating: .uninitialized, count: function.parameters), returnTo: pc, loops: loops.count)
    var next = 0
    for (slot, argument) in arguments.enumerated() {
      switch argument {
      case .value:
        frame.locals[slot] = values[next]
        next += 1
      case .variable(let global):
        if let there = arrays[global] {
          frame.arrays[slot] = there
        } else {
          frame.locals[slot] = load(global)
          if frame.locals[slot].kind == .uninitialized { frame.links[slot] = (nil, global) }
        }
      case .local(let local):
        guard let caller = frames.last else { continue }
        if let there = caller.arrays[local] {
          frame.arrays[slot] = there
        } else {
          frame.locals[slot] = caller.locals[local]
          if frame.locals[slot].kind == .uninitialized { frame.links[slot] = (caller, local) }
        }
      }
    }
    frames.append(frame)
    pc = function.entry
  }

  private func substitute(_ global: Bool) {
    let text = pop().asText(format)
    let replacement = pop().asText(format)
    guard let regex = popRegex() else { return }
    var out: [UInt8] = []
    var at = 0
    var copied = 0
    var count = 0
    var lastEnd = -1
    while at <= text.count, let range = regex.firstMatch(in: text, from: at)?[0] {
      if range.isEmpty, range.lowerBound == lastEnd {
        if at >= text.count { break }
        at += 1
        continue
      }
      out += text[copied..<range.lowerBound]
      var i = 0
      while i < replacement.count {
        if replacement[i] == 92, i + 1 < replacement.count, replacement[i + 1] == 38 || replacement[i + 1] == 92 {
          out.append(replacement[i + 1])
          i += 2
        } else if replacement[i] == 38 {
          out += text[range]
          i += 1
        } else {
          out.append(replacement[i])
          i += 1
        }
      }
      copied = range.upperBound
      lastEnd = range.upperBound
      count += 1
      if !global { break }
      if range.isEmpty {
        if range.upperBound >= text.count { break }
        at = range.upperBound + 1
      } else {
        at = range.upperBound
      }
    }
    out += text[copied...]
    stack.append(AwkValue(out))
    stack.append(AwkValue(count))
  }

  // MARK: Input and output

  private func getline(_ kind: UInt8, _ target: AwkTarget?, _ call: ToolCall) -> Step? {
    let reading: Reading
    if kind == 0 {
      reading = nextRecord(call)
    } else {
      let name = top.asText(format)
      let key = [kind] + name
      if inputs[key] == nil {
        let descriptor = nextDescriptor
        nextDescriptor += 1
        if kind == 60 {
          let path = String(bytes: name)
          let file = path == "-" ? call.process.file(0) : try? openForReading(path, call.process)
          guard let file else {
            _ = pop()
            return finishGetline(nil, -1, target)
          }
          call.process.setFile(descriptor, file)
          inputs[key] = Stream(
            reader: AwkReader(file, interactive: file.isTerminal, call.process), descriptor: descriptor, child: nil)
        } else {
          call.flush()
          let pipe = Pipe()
          call.process.setFile(descriptor, pipe.reader)
          var files = standardFiles(call.process)
          files[1] = pipe.writer
          let child = try? launch(["sh", "-c", String(bytes: name)], from: call.process, files: files)
          guard let child else {
            _ = pop()
            return finishGetline(nil, -1, target)
          }
          inputs[key] = Stream(
            reader: AwkReader(pipe.reader, interactive: false, call.process), descriptor: descriptor, child: child)
        }
      }
      guard let reader = inputs[key]?.reader else { return nil }
      switch reader.next(separator()) {
      case .record(let bytes): reading = .record(bytes)
      case .wait(let waits): reading = .wait(waits)
      case .end: reading = .end
      }
    }
    switch reading {
    case .wait(let waits):
      // The instruction is done again when there is something to read.
      pc -= 1
      call.settleBeforeWaiting()
      return .wait(waits)
    case .record(let bytes):
      if kind != 0 { _ = pop() }
      if kind == 0 {
        bump(Slot.nr)
        bump(Slot.fnr)
      } else if kind == 124 {
        bump(Slot.nr)
      }
      return finishGetline(bytes, 1, target)
    case .end:
      if kind != 0 { _ = pop() }
      return finishGetline(nil, 0, target)
    case .failed:
      failure = 2
      return nil
    }
  }

  private func finishGetline(_ bytes: [UInt8]?, _ status: Double, _ target: AwkTarget?) -> Step? {
    if target != nil {
      stack.append(AwkValue(input: bytes ?? []))
    } else if let bytes {
      setRecord(bytes)
    }
    stack.append(AwkValue(status))
    return nil
  }

  private func print(_ count: Int, _ formatted: Bool, _ redirection: UInt8, _ call: ToolCall) -> Step? {
    let name = redirection == 0 ? nil : pop().asText(format)
    var out: [UInt8] = []
    let values = Array(stack.suffix(count))
    stack.removeLast(count)
    if formatted {
      guard let first = values.first else { return nil }
      out = sprintf(first.asText(format), values.dropFirst(), "printf")
    } else {
      if values.isEmpty {
        rebuild()
        out = record
      } else {
        let glue = globals[Slot.ofs].asText(format)
        let shown = globals[Slot.ofmt].text
        for (index, value) in values.enumerated() {
          if index > 0 { out += glue }
          out += value.asText(shown)
        }
      }
      out += globals[Slot.ors].asText(format)
    }
    guard let name else {
      call.write(out)
      return nil
    }
    let path = String(bytes: name)
    if redirection != 124 {
      if path == "/dev/stdout" || path == "-" {
        call.write(out)
        return nil
      }
      if path == "/dev/stderr" {
        call.writeError("")
        call.process.write(2, out)
        return nil
      }
    }
    if outputs[name] == nil {
      let descriptor = nextDescriptor
      nextDescriptor += 1
      if redirection == 124 {
        call.flush()
        let pipe = Pipe()
        call.process.setFile(descriptor, pipe.writer)
        var files = standardFiles(call.process)
        files[0] = pipe.reader
        guard let child = try? launch(["sh", "-c", path], from: call.process, files: files) else {
          fatal("cannot open \"\(path)\" for output")
          return nil
        }
        outputs[name] = Stream(reader: nil, descriptor: descriptor, child: child)
      } else {
        do throws(Errno) {
          call.process.setFile(descriptor, try call.openForWriting(path, append: redirection == 1))
          outputs[name] = Stream(reader: nil, descriptor: descriptor, child: nil)
          outputs[name]?.file = call.process.file(descriptor) as? RegularFile
        } catch {
          fatal("cannot open \"\(path)\" for output")
          return nil
        }
      }
      outputOrder.append(name)
    }
    if let stream = outputs[name] {
      if let file = stream.file { _ = file.write(out[...]) } else { call.process.write(stream.descriptor, out) }
    }
    return nil
  }

  private func sprintf(
    _ template: [UInt8], _ given: ArraySlice<AwkValue>, _ name: String = "sprintf"
  ) -> [UInt8] {
    var values = given
    var number = 0
    var lacks = false
    var out: [UInt8] = []
    var i = 0
    while i < template.count {
      guard template[i] == 37 else {
        out.append(template[i])
        i += 1
        continue
      }
      if i + 1 < template.count, template[i + 1] == 37 {
        out.append(37)
        i += 2
        continue
      }
      guard var directive = PrintfDirective.read(template, &i) else {
        out += directiveRest(template)
        break
      }
      func next() -> AwkValue {
        guard let value = values.popFirst() else {
          lacks = true
          return .uninitialized
        }
        return value
      }
      if directive.widthFromArgument {
        let width = Int(next().asNumber)
        directive.format.minus = directive.format.minus || width < 0
        directive.format.width = min(1 << 20, abs(width))
      }
      number += 1
      if directive.precisionFromArgument { directive.format.precision = min(1 << 20, Int(next().asNumber)) }
      if values.isEmpty { lacks = true }
      if lacks {
        fatal("not enough arguments passed to \(name)(\"\(String(bytes: template))\")")
        return out
      }
      switch directive.conversion {
      case 111, 120, 88, 117:
        let value = next().asNumber
        let whole = value.isNaN || value < 0 ? 0 : Int64(min(4_294_967_295, value))
        out += formatInteger(whole, directive.conversion, directive.format).utf8
      case 100, 105:
        let value = next().asNumber
        let whole: Int64 =
          value.isNaN ? -2_147_483_648 : Int64(max(-2_147_483_647, min(2_147_483_647, value)))
        out += formatInteger(whole, directive.conversion, directive.format).utf8
      case 101, 69, 102, 70, 103, 71:
        out += formatDouble(next().asNumber, directive.conversion, directive.format).utf8
      case 99:
        let value = next()
        let bytes: [UInt8]
        if value.kind == .string {
          bytes = Array(value.text.prefix(1))
        } else {
          bytes = [UInt8(truncatingIfNeeded: Int64(value.asNumber))]
        }
        out += formatText(bytes[...], directive.format)
      case 115: out += formatText(next().asText(format)[...], directive.format)
      default:
        fatal("improper conversion(number \(number)) in \(name)(\"\(String(bytes: template))\")")
        return out
      }
    }
    return out
  }
  private func directiveRest(_ template: [UInt8]) -> ArraySlice<UInt8> {
    template[(template.lastIndex(of: 37) ?? 0)...]
  }

  // MARK: Functions

  private func builtin(_ name: String, _ count: Int, _ call: ToolCall) -> Step? {
    switch name {
    case "system":
      if let running {
        guard let status = running.status else {
          pc -= 1
          return .wait([.queue(running.ended)])
        }
        self.running = nil
        _ = pop()
        switch status {
        case .exited(let code): stack.append(AwkValue(Double(code & 255)))
        case .signaled(let signal): stack.append(AwkValue(Double(256 + signal.rawValue)))
        }
        return nil
      }
      call.flush()
      let command = String(bytes: top.asText(format))
      guard let child = try? launch(["sh", "-c", command], from: call.process) else {
        _ = pop()
        stack.append(AwkValue(127.0))
        return nil
      }
      running = child
      pc -= 1
      return .wait([.queue(child.ended)])
    case "close": return close(call)
    default: break
    }
    var values = Array(stack.suffix(count))
    if name == "match" {
      let regex = popRegex()
      let text = pop().asText(format)
      let range = regex?.firstMatch(in: text)?[0]
      globals[Slot.rstart] = AwkValue((range?.lowerBound ?? -1) + 1)
      globals[Slot.rlength] = AwkValue(range?.count ?? -1 as Int)
      stack.append(globals[Slot.rstart])
      return nil
    }
    stack.removeLast(count)
    func number(_ index: Int) -> Double { index < values.count ? values[index].asNumber : 0 }
    func text(_ index: Int) -> [UInt8] { index < values.count ? values[index].asText(format) : [] }
    switch name {
    case "second": stack.append(values[1])
    case "length": stack.append(AwkValue(text(0).count))
    case "substr":
      let source = text(0)
      // Positions are rounded, and what lies outside is cut off.
      var from = number(1).rounded(.toNearestOrEven)
      var length = values.count > 2 ? number(2).rounded(.toNearestOrEven) : .infinity
      if from.isNaN || length.isNaN {
        stack.append(AwkValue([]))
        return nil
      }
      if from < 1 {
        length += from - 1
        from = 1
      }
      let available = Double(source.count) - from + 1
      length = min(length, available)
      if length <= 0 {
        stack.append(AwkValue([]))
      } else {
        stack.append(AwkValue(Array(source[(Int(from) - 1)..<(Int(from) - 1 + Int(length))])))
      }
    case "index":
      let source = text(0)
      stack.append(AwkValue(find(text(1), in: source[...], from: 0).map { $0 + 1 } ?? 0))
    case "sprintf":
      let template = values.removeFirst().asText(format)
      stack.append(AwkValue(sprintf(template, values[...])))
    case "tolower", "toupper":
      var bytes = text(0)
      for i in bytes.indices { bytes[i] = name == "tolower" ? lowercased(bytes[i]) : uppercased(bytes[i]) }
      stack.append(AwkValue(bytes))
    case "int": stack.append(AwkValue(number(0).rounded(.towardZero)))
    case "sqrt": stack.append(AwkValue(number(0) < 0 ? -Double.nan : number(0).squareRoot()))
    case "sin": stack.append(AwkValue(AwkMath.sin(number(0))))
    case "cos": stack.append(AwkValue(AwkMath.cos(number(0))))
    case "exp": stack.append(AwkValue(AwkMath.exp(number(0))))
    case "log": stack.append(AwkValue(AwkMath.log(number(0))))
    case "atan2": stack.append(AwkValue(AwkMath.atan2(number(0), number(1))))
    case "rand":
      if generator == nil { generator = AwkRandom(seed: UInt32(call.world.random.below(1 << 30))) }
      stack.append(AwkValue(generator?.next() ?? 0))
    case "srand":
      stack.append(AwkValue(seed))
      seed = values.isEmpty ? Double(call.world.civilNow.unixSeconds) : number(0)
      generator = AwkRandom(seed: UInt32(truncatingIfNeeded: Int64(max(-1e18, min(1e18, seed)))))
    case "systime": stack.append(AwkValue(Double(call.world.civilNow.unixSeconds)))
    case "strftime":
      let template = values.isEmpty ? "%c" : String(bytes: text(0))
      let time = values.count > 1 ? CivilTime(unixSeconds: Int64(number(1))) : call.world.civilNow
      stack.append(AwkValue(formatTime(template, time).bytes))
    case "mktime":
      var parts: [Int64] = []
      for part in text(0).split(separator: 32) { parts.append(decimal(part) ?? 0) }
      guard parts.count >= 6 else {
        stack.append(AwkValue(-1.0))
        return nil
      }
      let time = CivilTime(
        year: parts[0], month: parts[1], day: parts[2], hour: parts[3], minute: parts[4], second: parts[5])
      stack.append(AwkValue(Double(time.unixSeconds)))
    case "fflush":
      call.flush()
      stack.append(AwkValue(0.0))
    default: stack.append(.uninitialized)
    }
    return nil
  }

  private func close(_ call: ToolCall) -> Step? {
    let name = top.asText(format)
    var status = -1.0
    if let stream = outputs[name] {
      call.process.setFile(stream.descriptor, nil)
      if let child = stream.child {
        guard let ended = child.status else {
          pc -= 1
          return .wait([.queue(child.ended)])
        }
        status = Double(ended.code)
      } else {
        status = 0
      }
      outputs[name] = nil
      if let index = outputOrder.firstIndex(of: name) { outputOrder.remove(at: index) }
    }
    for kind in [60, 124] as [UInt8] {
      guard let stream = inputs[[kind] + name] else { continue }
      call.process.setFile(stream.descriptor, nil)
      if let child = stream.child {
        guard let ended = child.status else {
          pc -= 1
          return .wait([.queue(child.ended)])
        }
        status = Double(ended.code)
      } else {
        status = 0
      }
      inputs[[kind] + name] = nil
    }
    _ = pop()
    stack.append(AwkValue(status))
    return nil
  }
}

/// Reads records from one file.
final class AwkReader {
  enum Separator {
    case byte(UInt8)
    case paragraph
    case regex(PosixRegex)
  }
  enum Outcome {
    case record([UInt8])
    case wait([Wait])
    case end
  }
  private let file: OpenFile
  private let interactive: Bool
  private let process: Process
  private var buffer: [UInt8] = []
  private var head = 0
  private var scanned = 0
  private var ended = false
  private var held: [UInt8] = []

  init(_ file: OpenFile, interactive: Bool, _ process: Process) {
    self.file = file
    self.interactive = interactive
    self.process = process
  }

  /// Gets more bytes; what to wait for when there are none. A block is handed on only when it is full.
  private func fill() -> [Wait]? {
    while true {
      switch file.read(4096 - (interactive ? 0 : held.count)) {
      case .bytes(let bytes):
        held += bytes
        if interactive || held.count >= 4096 || file is RegularFile {
          deliver()
          return nil
        }
      case .wouldBlock: return [.queue(file.readable)]
      case .endOfFile, .failed:
        ended = true
        deliver()
        return nil
      }
    }
  }
  private func deliver() {
    if head > 65_536 {
      buffer.removeFirst(head)
      scanned -= head
      head = 0
    }
    buffer += held
    held = []
    process.account.spend(steps: 1)
    if buffer.count - head > FileSystem.fileSizeMax {
      process.account.reach("input limit reached: awk is given a record longer than it can hold")
    }
  }

  func next(_ separator: Separator) -> Outcome {
    while true {
      switch separator {
      case .byte(let mark):
        var at = max(scanned, head)
        let count = buffer.count
        at = buffer.withUnsafeBufferPointer { pointer in
          var i = at
          while i < count, pointer[i] != mark { i += 1 }
          return i
        }
        if at < count {
          let record = Array(buffer[head..<at])
          head = at + 1
          scanned = head
          return .record(record)
        }
        scanned = count
      case .paragraph:
        while head < buffer.count, buffer[head] == 10 { head += 1 }
        if let found = find([10, 10], in: buffer[...], from: head) {
          var after = found + 2
          while after < buffer.count, buffer[after] == 10 { after += 1 }
          // More empty lines may follow in what has not been read.
          let record = Array(buffer[head..<found])
          head = after
          scanned = head
          return .record(record)
        }
        if ended, head < buffer.count {
          var end = buffer.count
          while end > head, buffer[end - 1] == 10 { end -= 1 }
          let record = Array(buffer[head..<end])
          head = buffer.count
          return .record(record)
        }
      case .regex(let regex):
        let rest = Array(buffer[head...])
        if let range = regex.firstMatch(in: rest)?[0], !range.isEmpty, ended || range.upperBound < rest.count {
          head += range.upperBound
          scanned = head
          return .record(Array(rest[..<range.lowerBound]))
        }
      }
      if ended {
        guard head < buffer.count else { return .end }
        var record = Array(buffer[head...])
        head = buffer.count
        scanned = head
        if case .regex = separator, record.last == 10 { record.removeLast() }
        return .record(record)
      }
      if let waits = fill() { return .wait(waits) }
    }
  }
}
