// cat and tee (GNU coreutils manual, sections 3.1 and 17.1): what comes is copied at once, numbered or made visible when asked.

import SimMachine

final class Cat: LineTool {
  static let options = OptionTable(
    "A,show-all b,number-nonblank e E,show-ends n,number s,squeeze-blank t T,show-tabs u v,show-nonprinting")
  private var plain = true
  private var numbers = false
  private var numbersNonblank = false
  private var ends = false
  private var squeezes = false
  private var tabs = false
  private var nonprinting = false
  private var count: Int64 = 0
  private var blankLines = 0
  private var atLineStart = true
  /// Standard input was closed from the start.
  private var closesNothing = false

  override var table: OptionTable { Cat.options }
  override var tool: String { "cat" }
  override var pieceMax: Int { plain ? 65_536 : Int.max }

  override func start(_ call: ToolCall) -> Int32? {
    paths = call.operands
    let options = call.options
    numbersNonblank = options.has("b")
    numbers = options.has("n") && !numbersNonblank
    ends = options.has("E") || options.has("e") || options.has("A")
    tabs = options.has("T") || options.has("t") || options.has("A")
    nonprinting = options.has("v") || options.has("e") || options.has("t") || options.has("A")
    squeezes = options.has("s")
    plain = !(numbers || numbersNonblank || ends || tabs || nonprinting || squeezes)
    call.buffering = .none
    return nil
  }

  override func failed(_ path: String, _ error: Errno, _ call: ToolCall) -> Bool {
    if call.flavour == .busybox, error != .isDirectory {
      call.complain("can't open '\(path)': \(error.message)")
    } else if call.flavour == .busybox {
      call.complain("read error: \(error.message)")
    } else {
      call.complain("\(path): \(error.message)")
      if path == "-", error == .badDescriptor { closesNothing = true }
    }
    return true
  }

  override func finish(_ call: ToolCall) -> Int32 {
    if closesNothing { call.complain("closing standard input: \(Errno.badDescriptor.message)") }
    return call.status
  }

  override func line(_ line: ArraySlice<UInt8>, _ terminated: Bool, _ call: ToolCall) -> Bool {
    if plain {
      call.write(line)
      if terminated { call.put(10) }
      return true
    }
    if line.isEmpty, terminated {
      blankLines += 1
      if squeezes, blankLines > 1 { return true }
    } else {
      blankLines = 0
    }
    var out: [UInt8] = []
    if atLineStart, numbers || (numbersNonblank && !line.isEmpty) {
      count += 1
      out += String(count).paddedLeft(6).utf8
      out.append(9)
    }
    if tabs || nonprinting {
      for byte in line { show(byte, &out) }
    } else {
      out += line
    }
    if terminated {
      if ends {
        if out.last == 13, !nonprinting {
          out.removeLast()
          out += [94, 77]
        }
        out.append(36)
      }
      out.append(10)
    }
    atLineStart = terminated
    call.write(out)
    return true
  }

  private func show(_ byte: UInt8, _ out: inout [UInt8]) {
    if byte == 9 {
      if tabs { out += [94, 73] } else { out.append(9) }
      return
    }
    guard nonprinting else { return out.append(byte) }
    var low = byte
    if byte >= 128 {
      out += [77, 45]
      low = byte - 128
    }
    if low < 32 {
      out += [94, low + 64]
    } else if low == 127 {
      out += [94, 63]
    } else {
      out.append(low)
    }
  }
}

/// tee: copies its input to its output and to files.
final class Tee: Program {
  static let options = OptionTable("a,append i,ignore-interrupts p output-error=?")
  private let flavour: UtilityFlavour
  private var call: ToolCall?
  private var descriptors: [Int] = []

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  func handle(_ signal: Signal, _ process: Process) -> Bool {
    signal == .interrupt && (call?.options.has("i") ?? false)
  }

  func resume(_ process: Process) -> Step {
    if call == nil {
      let call = ToolCall(process: process, flavour: flavour)
      self.call = call
      if let code = begin(call, Tee.options, "tee") { return .exit(code) }
      if let text = call.options.value("output-error"), !["warn", "warn-nopipe", "exit", "exit-nopipe"].contains(text) {
        call.complain("invalid argument \(quoted(text)) for ‘--output-error’")
        call.writeError("Valid arguments are:\n  - ‘warn’\n  - ‘warn-nopipe’\n  - ‘exit’\n  - ‘exit-nopipe’\n")
        return .exit(call.usage(nil))
      }
      var next = 100
      for path in call.operands {
        do throws(Errno) {
          process.setFile(next, try call.openForWriting(path, append: call.options.has("a")))
          descriptors.append(next)
          next += 1
        } catch {
          call.complain("\(path): \(error.message)")
        }
      }
    }
    switch process.read(0) {
    case .bytes(let bytes):
      process.account.spend(steps: 1)
      process.write(1, bytes)
      for descriptor in descriptors { process.write(descriptor, bytes) }
      // What was written is flushed between turns.
      return .again
    case .wouldBlock:
      guard let file = process.file(0) else { return .exit(1) }
      return .wait([.queue(file.readable)])
    case .endOfFile, .failed: return .exit(call?.status ?? 0)
    }
  }
}
