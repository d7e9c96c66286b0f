// The machine that runs a compiled awk program: variables, arrays and patterns, one instruction after the other, calls of
// functions, `sub` and `gsub`.

import SimKernel
import SimMachine

extension Awk {
  private func load(_ slot: Int) -> AwkValue {
    if slot == Slot.nf { splitFields() }
    return globals[slot]
  }
  private func store(_ slot: Int, _ value: AwkValue) {
    globals[slot] = value
    if slot == Slot.nf { setFieldCount(value.asInt) }
  }

  func array(_ place: AwkPlace) -> AwkArray {
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

  func compiled(_ text: [UInt8]) -> PosixRegex? {
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
  static func problem(_ error: RegexError) -> String {
    if error.message.hasPrefix("Unmatched (") { return "missing ')'" }
    if error.message.hasPrefix("Unmatched [") { return "bad class -- [], [^] or [" }
    if error.message.hasPrefix("Invalid preceding") { return "missing operand" }
    return error.message
  }

  var top: AwkValue { stack.last ?? .uninitialized }
  func pop() -> AwkValue { stack.popLast() ?? .uninitialized }

  func popRegex() -> PosixRegex? {
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
    case .field: setField(arraySubscript?.asInt ?? 0, value)
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
  func run(_ call: ToolCall) -> Step? {
    var turns: Int64 = 0
    while failure == nil {
      turns += 1
      if turns >= 1_024 {
        call.process.account.spend(steps: turns / 4)
        turns = 0
        // A program without end lets others run.
        if call.process.account.limitReached != nil || call.process.hasBacklog { return .again }
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
        turns &+= Int64((left.count + right.count) / 64)
        if left.count + right.count > FileSystem.fileSizeMax {
          call.process.account.reach("memory limit reached: awk makes a string that grows without end")
          return .again
        }
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
}
