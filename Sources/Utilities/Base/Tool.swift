// The simple kind of tool: options, then all of standard input if it wants it, then one run to the end.

import SimKernel
import SimMachine

struct Tool {
  let name: String
  let options: OptionTable
  /// Whether standard input is read to its end first.
  let readsInput: (ToolCall) -> Bool
  /// Whether what its operands name is read; other tools only look at files from outside.
  let readsOperands: Bool
  /// Goes the way of `run` without effects, up to the first question that has no answer yet.
  let asks: ((ToolCall) -> Void)?
  let run: (ToolCall) -> Int32

  init(
    _ name: String, _ options: OptionTable = .none, readsInput: ((ToolCall) -> Bool)? = nil,
    asks: ((ToolCall) -> Void)? = nil,
    run: @escaping (ToolCall) -> Int32
  ) {
    self.name = name
    self.options = options
    self.readsInput = readsInput ?? { _ in false }
    readsOperands = readsInput != nil
    self.asks = asks
    self.run = run
  }
}

/// Standard input is wanted when no file is named, or `-` is.
func inputWhenNoFiles(_ call: ToolCall) -> Bool { call.operands.isEmpty || call.operands.contains("-") }

/// Reads the options of a call; an exit code when the call ends here.
func begin(_ call: ToolCall, _ table: OptionTable, _ toolName: String) -> Int32? {
  switch table.parse(call.arguments) {
  case .options(let options):
    call.options = options
    return nil
  case .notSimulated(let option):
    call.process.note(notSimulated: "\(toolName) \(option)")
    return 1
  case .wrong(let message):
    if table.namesItself {
      call.writeError("\(call.name): \(message)\n\(call.name): Try '\(call.name) --help' for more information.\n")
      return table.usageCode
    }
    return call.usage(message, table.usageCode)
  }
}

final class ToolProgram: Program {
  private let tool: Tool
  private let flavour: UtilityFlavour
  private var call: ToolCall?
  private var gathering: [(path: String, file: OpenFile)] = []
  /// What the tool has come to, when it waits before it says so.
  private var outcome: (code: Int32, at: Instant)?

  init(_ tool: Tool, _ flavour: UtilityFlavour) {
    self.tool = tool
    self.flavour = flavour
  }

  func resume(_ process: Process) -> Step {
    if let (code, at) = outcome {
      if process.world.now < at { return .wait([.until(at, .activity)]) }
      call?.flush()
      call?.deliverLate()
      return .exit(code)
    }
    let call: ToolCall
    if let there = self.call {
      call = there
    } else {
      call = ToolCall(process: process, flavour: flavour)
      self.call = call
      if let code = begin(call, tool.options, tool.name) { return .exit(code) }
      if tool.readsInput(call), let file = process.file(0) { gathering.append(("-", file)) }
      for path in call.operands {
        guard let file = pipe(path, process) else { continue }
        call.gathered[path] = []
        gathering.append((path, file))
      }
    }
    while let (path, file) = gathering.first {
      switch file.read(1 << 20) {
      case .bytes(let bytes):
        if path == "-" {
          call.stdin.append(contentsOf: bytes)
        } else {
          call.gathered[path, default: []].append(contentsOf: bytes)
        }
        process.account.spend(steps: 1)
        if call.stdin.count > FileSystem.fileSizeMax || process.account.limitReached != nil {
          process.account.reach("input limit reached: \(process.name) is given more than it can hold")
          return .exit(1)
        }
      case .wouldBlock: return .wait([.queue(file.readable)])
      case .endOfFile, .failed: gathering.removeFirst()
      }
    }
    if let asks = tool.asks {
      while let waits = call.questions.nextAnswer(process, { asks(call) }) {
        if process.account.limitReached != nil { return .again }
        if !waits.isEmpty { return .wait(waits) }
      }
    }
    var code = tool.run(call)
    // What others still work at is shown when they are done.
    let wait = call.patience ?? call.waitingTime
    if call.patience != nil || wait == .zero { code = call.finish(code) }
    guard wait > .zero else { return .exit(code) }
    let end = process.world.now + wait
    outcome = (code, end)
    return .wait([.until(end, .activity)])
  }

  /// What an operand names when reading it may have to wait.
  private func pipe(_ path: String, _ process: Process) -> OpenFile? {
    if let descriptor = standardDescriptor(path) {
      guard descriptor != 1, descriptor != 2, let file = process.file(descriptor), !(file is PipeWriter) else {
        return nil
      }
      return file
    }
    guard tool.readsOperands,
      let inode = try? process.fileSystem.lookup(path, in: process.workingDirectory, as: process.credentials),
      inode.kind == .fifo
    else { return nil }
    return try? openForReading(path, process)
  }
}

/// Reads what an option names when that is a pipe (`grep -f -`, `sed -f <(…)`), before a streaming tool starts.
final class Gathering {
  let call: ToolCall
  private var sources: [(path: String, file: OpenFile)] = []

  init(_ process: Process, _ flavour: UtilityFlavour, _ table: OptionTable, _ option: String) {
    call = ToolCall(process: process, flavour: flavour)
    guard case .options(let options) = table.parse(call.arguments) else { return }
    for path in options.values(option) {
      if path == "-" {
        if let file = process.file(0) { sources.append((path, file)) }
      } else if let descriptor = standardDescriptor(path), let file = process.file(descriptor) {
        call.gathered[path] = []
        sources.append((path, file))
      }
    }
  }

  /// What to wait for; nil when all is there.
  func wait() -> Step? {
    while let (path, file) = sources.first {
      switch file.read(1 << 18) {
      case .bytes(let bytes):
        if path == "-" { call.stdin += bytes } else { call.gathered[path, default: []] += bytes }
        call.process.account.spend(steps: 1)
        if call.process.account.limitReached != nil { return .again }
      case .wouldBlock: return .wait([.queue(file.readable)])
      case .endOfFile, .failed: sources.removeFirst()
      }
    }
    return nil
  }
}
