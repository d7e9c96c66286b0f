// Lines from a list of files, one after the other, waiting where a pipe or a terminal has nothing yet. The normal form of
// text tools: `kubectl get -w | grep x` shows each line when it comes.

import SimKernel
import SimMachine

enum InputEvent {
  /// A line without its delimiter; `terminated` false for a last line that has none.
  case line(ArraySlice<UInt8>, terminated: Bool)
  /// The next file is being read.
  case opened(String)
  case failed(String, Errno)
  /// The current file has ended.
  case closed(String)
  case wait([Wait])
  case end
}

final class LineInput {
  private let process: Process
  private var pending: ArraySlice<String>
  private var file: OpenFile?
  private(set) var path = ""
  private var buffer: [UInt8] = []
  private var head = 0
  private var scanned = 0
  private var atEnd = false
  private let delimiter: UInt8
  /// Bytes are delivered only when a block of this size is full or the input ends (0: at once). mawk reads this way.
  var blockSize = 0
  /// More than this without a delimiter is delivered as an unterminated piece (`head -c` on an endless device).
  var pieceMax = Int.max

  /// Operands as given; none, or `-`, is standard input.
  init(_ process: Process, _ paths: [String], delimiter: UInt8 = 10) {
    self.process = process
    pending = (paths.isEmpty ? ["-"] : paths)[...]
    self.delimiter = delimiter
  }

  func add(_ path: String) { pending.append(path) }

  /// Stops reading the current file.
  func skipFile() {
    buffer = []
    head = 0
    scanned = 0
    atEnd = true
  }

  /// Whether more input follows, if that can be told without waiting.
  enum Lookahead {
    case more, nothing
    case wait([Wait])
  }

  /// Looks for another byte in this file or, when `acrossFiles`, in the ones after it.
  func lookahead(acrossFiles: Bool) -> Lookahead {
    if head < buffer.count { return .more }
    if let file, !atEnd {
      switch fill(file) {
      case .some(let waits): return .wait(waits)
      case .none: break
      }
      if head < buffer.count { return .more }
    }
    guard acrossFiles else { return .nothing }
    for path in pending {
      if path == "-" || standardDescriptor(path) != nil { return .more }
      if let inode = try? process.fileSystem.lookup(path, in: process.workingDirectory, as: process.credentials),
        !inode.isDirectory, !inode.bytes.isEmpty || inode.kind != .file
      {
        return .more
      }
    }
    return .nothing
  }

  private func fill(_ file: OpenFile) -> [Wait]? {
    while true {
      // Endless input gives way to whoever reads what was made of it.
      if process.hasBacklog { return [.until(process.world.now, .activity)] }
      switch file.read(1 << 16) {
      case .bytes(let bytes):
        if head > 0 {
          if head == buffer.count {
            buffer = []
          } else {
            buffer.removeFirst(head)
          }
          scanned -= head
          head = 0
        }
        if buffer.isEmpty { buffer = bytes } else { buffer.append(contentsOf: bytes) }
        scanned = max(0, min(scanned, buffer.count - bytes.count))
        process.account.spend(steps: Int64(1 + bytes.count / 256))
        if buffer.count > FileSystem.fileSizeMax {
          process.account.reach("input limit reached: \(process.name) is given a line longer than it can hold")
        }
        if process.account.limitReached != nil { atEnd = true }
        if blockSize > 0, buffer.count - head < blockSize, !file.isTerminal { continue }
        return nil
      case .wouldBlock: return [.queue(file.readable)]
      case .endOfFile:
        atEnd = true
        return nil
      case .failed(let error):
        failure = error
        atEnd = true
        return nil
      }
    }
  }
  private var failure: Errno?

  func next() -> InputEvent {
    while true {
      guard let file else {
        guard let path = pending.popFirst() else { return .end }
        self.path = path
        atEnd = false
        head = 0
        scanned = 0
        buffer = []
        failure = nil
        if path == "-" {
          guard let input = process.file(0) else { return .failed(path, .badDescriptor) }
          self.file = input
          return .opened(path)
        }
        do throws(Errno) {
          let opened = try openForReading(path, process)
          self.file = opened
          return .opened(path)
        } catch {
          return .failed(path, error)
        }
      }
      var at = max(scanned, head)
      let count = buffer.count
      let wanted = delimiter
      at = buffer.withUnsafeBufferPointer { pointer in
        var i = at
        while i < count, pointer[i] != wanted { i += 1 }
        return i
      }
      if at < count {
        let line = buffer[head..<at]
        head = at + 1
        scanned = head
        return .line(line, terminated: true)
      }
      scanned = count
      if count - head >= pieceMax {
        let piece = buffer[head..<count]
        head = count
        return .line(piece, terminated: false)
      }
      if atEnd {
        if head < count {
          let line = buffer[head..<count]
          head = count
          return .line(line, terminated: false)
        }
        self.file = nil
        if let failure {
          self.failure = nil
          return .failed(path, failure)
        }
        return .closed(path)
      }
      if let waits = fill(file) { return .wait(waits) }
    }
  }
}

/// A tool that takes its input line by line. Subclasses say what they do with options, lines and the end.
class LineTool: Program {
  let flavour: UtilityFlavour
  private var running: (call: ToolCall, input: LineInput)?
  private var finished = false

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  /// The options of the tool and its name in "not simulated" notes.
  var table: OptionTable { .none }
  var tool: String { "" }
  /// The character that ends lines, known once `start` has run.
  var delimiter: UInt8 = 10
  /// The files to read, known once `start` has run.
  var paths: [String] = []
  /// See `LineInput`.
  var pieceMax: Int { Int.max }

  /// Looks at the options; an exit code ends the call at once.
  func start(_ call: ToolCall) -> Int32? {
    paths = call.operands
    return nil
  }
  func opened(_ path: String, _ call: ToolCall) {}
  /// Takes a line; false when no more input is wanted.
  func line(_ line: ArraySlice<UInt8>, _ terminated: Bool, _ call: ToolCall) -> Bool { true }
  func closed(_ path: String, _ call: ToolCall) -> Bool { true }
  /// A file that cannot be read; false when that ends the run.
  func failed(_ path: String, _ error: Errno, _ call: ToolCall) -> Bool {
    call.complain("\(path): \(error.message)")
    return true
  }
  func finish(_ call: ToolCall) -> Int32 { call.status }

  func resume(_ process: Process) -> Step {
    if running == nil {
      let call = ToolCall(process: process, flavour: flavour)
      if let code = begin(call, table, tool) {
        call.flush()
        return .exit(code)
      }
      if let code = start(call) {
        call.flush()
        return .exit(code)
      }
      let input = LineInput(process, paths, delimiter: delimiter)
      input.pieceMax = pieceMax
      running = (call, input)
    }
    guard let (call, input) = running else { return .exit(1) }
    var turns: Int64 = 0
    while true {
      turns += 1
      if turns == 4096 {
        process.account.spend(steps: turns)
        turns = 0
        if process.account.limitReached != nil { return .again }
      }
      var goesOn = true
      switch input.next() {
      case .line(let text, let terminated): goesOn = line(text, terminated, call)
      case .opened(let path): opened(path, call)
      case .closed(let path): goesOn = closed(path, call)
      case .failed(let path, let error): goesOn = failed(path, error, call)
      case .wait(let waits):
        process.account.spend(steps: turns)
        call.settleBeforeWaiting()
        return .wait(waits)
      case .end: goesOn = false
      }
      if !goesOn {
        let code = finish(call)
        return .exit(call.finish(code))
      }
    }
  }
}
