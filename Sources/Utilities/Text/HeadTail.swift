// head and tail (GNU coreutils manual, sections 5.1 and 5.2), with `tail -f`.

import SimKernel
import SimMachine

/// Turns the historical `-5` and `+5` forms into `-n 5`.
private func modernized(_ arguments: [String], plus: Bool) -> [String] {
  var result: [String] = []
  var isFirst = true
  for argument in arguments {
    let bytes = argument.bytes
    if isFirst, bytes.count > 1, bytes[0] == 45 || (plus && bytes[0] == 43), isDigit(bytes[1]) {
      var end = 1
      while end < bytes.count, isDigit(bytes[end]) { end += 1 }
      var unit = "-n"
      var rest: [UInt8] = []
      var factor = ""
      for byte in bytes[end...] {
        switch byte {
        case 99: unit = "-c"
        case 108: unit = "-n"
        case 98, 107, 109: factor = String(bytes: [byte])
        default: rest.append(byte)
        }
      }
      result.append(unit)
      result.append((bytes[0] == 43 ? "+" : "") + String(bytes: bytes[1..<end]) + factor)
      if !rest.isEmpty { result.append("-" + String(bytes: rest)) }
    } else {
      result.append(argument)
    }
    isFirst = false
  }
  return result
}

final class Head: Program {
  static let options = OptionTable("c,bytes= n,lines= q,quiet,silent v,verbose z,zero-terminated")
  private let flavour: UtilityFlavour
  private var call: ToolCall?
  private var input: LineInput?
  private var count: Int64 = 10
  private var byBytes = false
  private var allBut = false
  private var delimiter: UInt8 = 10
  private var left: Int64 = 0
  private var shown = 0
  private var header = false
  private var held: [[UInt8]] = []
  private var heldFrom = 0
  private var heldBytes: Int64 = 0
  private var rest: [String] = []

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  private func start(_ call: ToolCall) -> Int32? {
    switch Head.options.parse(modernized(call.arguments, plus: false)) {
    case .options(let options): call.options = options
    case .wrong(let text): return call.usage(text)
    case .notSimulated(let what): return call.notSimulated("head \(what)")
    }
    if let last = call.options.list.last(where: { $0.id == "c" || $0.id == "n" }), var text = last.value {
      byBytes = last.id == "c"
      if text.utf8.first == 45 {
        allBut = true
        text = String(text.dropFirst())
      } else if text.utf8.first == 43 {
        text = String(text.dropFirst())
      }
      guard let number = sizeWithSuffix(text) else {
        call.complain("invalid number of \(byBytes ? "bytes" : "lines"): \(quoted(text))")
        return 1
      }
      count = number
    }
    if call.options.has("z") { delimiter = 0 }
    rest = call.operands.isEmpty ? ["-"] : call.operands
    header = call.options.last(of: ["q", "v"]).map { $0 == "v" } ?? (rest.count > 1)
    return nil
  }

  func resume(_ process: Process) -> Step {
    if self.call == nil {
      let call = ToolCall(process: process, flavour: flavour)
      self.call = call
      if let code = start(call) { return .exit(code) }
    }
    guard let call else { return .exit(1) }
    while true {
      guard let input else {
        guard let path = rest.first else {
          call.flush()
          return .exit(call.status)
        }
        rest.removeFirst()
        let input = LineInput(process, [path], delimiter: delimiter)
        if byBytes { input.pieceMax = 4096 }
        self.input = input
        left = count
        held = []
        heldFrom = 0
        heldBytes = 0
        continue
      }
      switch input.next() {
      case .opened(let path):
        title(path, call)
        if !allBut, left == 0 { self.input = nil }
      case .failed(let path, let error):
        if error == .isDirectory {
          call.complain("error reading '\(path)': \(error.message)")
        } else {
          call.complain("cannot open '\(path)' for reading: \(error.message)")
        }
        self.input = nil
      case .line(let line, let terminated):
        if !take(line, terminated, call) { self.input = nil }
      case .closed, .end: self.input = nil
      case .wait(let waits):
        call.settleBeforeWaiting()
        return .wait(waits)
      }
    }
  }

  private func title(_ path: String, _ call: ToolCall) {
    guard header else { return }
    call.print("\(shown > 0 ? "\n" : "")==> \(path == "-" ? "standard input" : path) <==\n")
    shown += 1
  }

  private func take(_ line: ArraySlice<UInt8>, _ terminated: Bool, _ call: ToolCall) -> Bool {
    var whole = Array(line)
    if terminated { whole.append(delimiter) }
    if allBut {
      held.append(whole)
      heldBytes += Int64(whole.count)
      if byBytes {
        while heldFrom < held.count, heldBytes - Int64(held[heldFrom].count) >= count {
          heldBytes -= Int64(held[heldFrom].count)
          call.write(held[heldFrom])
          held[heldFrom] = []
          heldFrom += 1
        }
        if heldFrom < held.count, heldBytes > count {
          let give = Int(heldBytes - count)
          call.write(held[heldFrom][..<give])
          held[heldFrom].removeFirst(give)
          heldBytes = count
        }
      } else if Int64(held.count - heldFrom) > count {
        call.write(held[heldFrom])
        held[heldFrom] = []
        heldFrom += 1
      }
      return true
    }
    if byBytes {
      let give = min(left, Int64(whole.count))
      call.write(whole[..<Int(give)])
      left -= give
    } else {
      call.write(whole)
      left -= 1
    }
    return left > 0
  }
}

final class Tail: Program {
  static let options = OptionTable(
    "c,bytes= f,follow=~ F n,lines= !max-unchanged-stats= pid= q,quiet,silent retry s,sleep-interval= v,verbose z,zero-terminated"
  )
  private let flavour: UtilityFlavour
  private var call: ToolCall?
  private var count: Int64 = 10
  private var byBytes = false
  private var fromStart = false
  private var delimiter: UInt8 = 10
  private var header = false
  private var shown = 0
  private var rest: [String] = []
  private var reading: (path: String, file: OpenFile)?
  private var bytes: [UInt8] = []
  private var follows = false
  private var byName = false
  private var followed: [(path: String, inode: Inode?, offset: Int)] = []
  private var lastTitle = ""
  /// `-n +N` on a stream: lines (or bytes) still to skip; the rest is copied as it comes.
  private var skip: Int64 = 0

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  private func start(_ call: ToolCall) -> Int32? {
    switch Tail.options.parse(modernized(call.arguments, plus: true)) {
    case .options(let options): call.options = options
    case .wrong(let text): return call.usage(text)
    case .notSimulated(let what): return call.notSimulated("tail \(what)")
    }
    if let last = call.options.list.last(where: { $0.id == "c" || $0.id == "n" }), var text = last.value {
      byBytes = last.id == "c"
      if text.utf8.first == 43 {
        fromStart = true
        text = String(text.dropFirst())
      } else if text.utf8.first == 45 {
        text = String(text.dropFirst())
      }
      guard let number = sizeWithSuffix(text) else {
        call.complain("invalid number of \(byBytes ? "bytes" : "lines"): \(quoted(text))")
        return 1
      }
      count = number
    }
    if call.options.has("z") { delimiter = 0 }
    byName = call.options.has("F") || call.options.value("f") == "name"
    follows = call.options.has("f") || call.options.has("F")
    rest = call.operands.isEmpty ? ["-"] : call.operands
    header = call.options.last(of: ["q", "v"]).map { $0 == "v" } ?? (rest.count > 1)
    return nil
  }

  func resume(_ process: Process) -> Step {
    if call == nil {
      let call = ToolCall(process: process, flavour: flavour)
      self.call = call
      if let code = start(call) { return .exit(code) }
    }
    guard let call else { return .exit(1) }
    while reading != nil || !rest.isEmpty {
      if reading == nil { openNext(call) }
      guard let (path, file) = reading else { continue }
      if let step = readAll(file, call) { return step }
      if !fromStart { showEnd(call) }
      if follows, path != "-", let inode = call.inode(path), inode.kind == .file {
        followed.append((path, inode, inode.bytes.count))
      }
      lastTitle = path
      reading = nil
    }
    guard follows, !followed.isEmpty else {
      call.flush()
      return .exit(call.status)
    }
    return follow(call)
  }

  private func openNext(_ call: ToolCall) {
    let path = rest.removeFirst()
    bytes = []
    skip = max(0, count - 1)
    do throws(Errno) {
      if path == "-" {
        guard let file = call.process.file(0) else { throw .badDescriptor }
        reading = (path, file)
      } else {
        if call.isDirectory(path) {
          title(path, call)
          call.complain("error reading '\(path)': Is a directory")
          return
        }
        reading = (path, try openForReading(path, call.process))
      }
      title(path, call)
    } catch {
      call.complain("cannot open '\(path)' for reading: \(error.message)")
      if byName { followed.append((path, nil, 0)) }
    }
  }

  private func readAll(_ file: OpenFile, _ call: ToolCall) -> Step? {
    while true {
      switch file.read(1 << 18) {
      case .bytes(let more):
        call.process.account.spend(steps: 1)
        if call.process.account.limitReached != nil { return .again }
        if fromStart {
          var at = 0
          if byBytes {
            at = Int(min(skip, Int64(more.count)))
            skip -= Int64(at)
          } else {
            while skip > 0, at < more.count {
              if more[at] == delimiter { skip -= 1 }
              at += 1
            }
          }
          call.write(more[at...])
        } else {
          bytes += more
          if bytes.count > FileSystem.fileSizeMax {
            call.process.account.reach("input limit reached: tail is given more than it can hold")
            return .again
          }
        }
      case .wouldBlock:
        call.settleBeforeWaiting()
        return .wait([.queue(file.readable)])
      case .endOfFile, .failed: return nil
      }
    }
  }

  /// Shows what files have got since, and waits for more.
  private func follow(_ call: ToolCall) -> Step {
    var waits: [Wait] = []
    for index in followed.indices {
      let path = followed[index].path
      if byName {
        let now = call.inode(path)
        if now !== followed[index].inode {
          if let now {
            let change = followed[index].inode != nil ? "been replaced" : "appeared"
            call.complain("'\(path)' has \(change);  following new file", status: 0)
            followed[index] = (path, now, 0)
          } else if followed[index].inode != nil {
            call.complain("'\(path)' has become inaccessible: No such file or directory", status: 0)
            followed[index].inode = nil
          }
        }
        waits.append(.until(call.world.now + Interval.milliseconds(1_000), .housekeeping))
      }
      guard let inode = followed[index].inode else { continue }
      if inode.bytes.count < followed[index].offset {
        call.complain("\(path): file truncated", status: 0)
        followed[index].offset = 0
      }
      if inode.bytes.count > followed[index].offset {
        if header, lastTitle != path { title(path, call) }
        lastTitle = path
        call.write(inode.bytes[followed[index].offset...])
        followed[index].offset = inode.bytes.count
      }
      waits.append(.queue(inode.changed))
    }
    call.flush()
    return .wait(waits)
  }

  private func title(_ path: String, _ call: ToolCall) {
    guard header else { return }
    call.print("\(shown > 0 ? "\n" : "")==> \(path == "-" ? "standard input" : path) <==\n")
    shown += 1
  }

  private func showEnd(_ call: ToolCall) {
    if byBytes {
      call.write(bytes[(bytes.count - Int(min(count, Int64(bytes.count))))...])
      return
    }
    guard count > 0, !bytes.isEmpty else { return }
    var at = bytes.count - 1
    if bytes[at] == delimiter { at -= 1 }
    var found: Int64 = 0
    while at >= 0 {
      if bytes[at] == delimiter {
        found += 1
        if found == count { break }
      }
      at -= 1
    }
    call.write(bytes[(at + 1)...])
  }
}
