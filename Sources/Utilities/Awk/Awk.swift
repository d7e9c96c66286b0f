// awk as mawk 1.3.4, Ubuntu's default: the command line, and the turns from BEGIN over the records to END.
// mawk reads pipes by whole blocks of 4,096 bytes, so in `kubectl get -w | awk …` nothing shows until a block is full; here too.

import SimKernel
import SimMachine

final class Awk: Program {
  final class Frame {
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
  final class Stream {
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
  enum Phase {
    case begin, record, main, end, closing
  }

  let flavour: UtilityFlavour
  var call: ToolCall?
  private var gathering: Gathering?
  var code = AwkCompiled()
  var regexes: [PosixRegex] = []
  var dynamic: [[UInt8]: PosixRegex] = [:]
  var globals: [AwkValue] = []
  var arrays: [Int: AwkArray] = [:]
  var stack: [AwkValue] = []
  var frames: [Frame] = []
  var loops: [(keys: [[UInt8]], next: Int)] = []
  var openRanges: [Bool] = []
  var pc = 0
  var phase = Phase.begin
  var exitCode: Int32 = 0
  var record: [UInt8] = []
  var fields: [AwkValue] = []
  var fieldsAreSplit = true
  var recordIsStale = false
  var main: AwkReader?
  var nextArgument = 1
  var sawFile = false
  var outputs: [[UInt8]: Stream] = [:]
  var outputOrder: [[UInt8]] = []
  var inputs: [[UInt8]: Stream] = [:]
  var running: Process?
  var nextDescriptor = 300
  var failure: Int32?
  var seed: Double = 0
  var generator: AwkRandom?

  // Slots of the special variables, as AwkCompiler.special lists them.
  enum Slot {
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

  static let options = OptionTable(
    "F,field-separator= v,assign= f,file= W= e,source=", stopsAtOperand: true, usageCode: 2)

  // MARK: Start

  func start(_ call: ToolCall) -> Int32? {
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
      if error.isLimit { return call.notSimulated(error.message) }
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
      globals[Slot.fs] = AwkValue(AwkParser.unescaped(separator.bytes))
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
  func assign(_ text: String) -> Bool {
    let bytes = text.bytes
    guard let equals = bytes.firstIndex(of: 61), equals > 0, isAlpha(bytes[0]) || bytes[0] == 95 else { return false }
    for byte in bytes[..<equals] where !isAlphanumeric(byte) && byte != 95 { return false }
    let name = String(bytes: bytes[..<equals])
    let value = AwkValue(input: AwkParser.unescaped(Array(bytes[(equals + 1)...])))
    if let index = code.globals.firstIndex(of: name) {
      globals[index] = value
      if index == Slot.nf { setFieldCount(value.asInt) }
    }
    return true
  }

  func fatal(_ text: String) {
    guard failure == nil, let call else { return }
    call.writeError("\(call.name): run time error: \(text)\n")
    var place = "NR=\(globals[Slot.nr].asInt)\n"
    place = "FNR=\(globals[Slot.fnr].asInt) " + place
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

  func bump(_ slot: Int) { globals[slot] = AwkValue(globals[slot].asNumber + 1) }
}
