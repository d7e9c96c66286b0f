// head (GNU coreutils manual, section 5.1).

import SimKernel
import SimMachine

final class Head: Program {
  static let options = OptionTable("c,bytes= n,lines= q,quiet,silent v,verbose z,zero-terminated")
  private let flavour: UtilityFlavour
  private var call: ToolCall?
  private var input: LineInput?
  private var request = PartRequest()
  private var left: Int64 = 0
  private var held: [[UInt8]] = []
  private var heldFrom = 0
  private var heldBytes: Int64 = 0

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  func resume(_ process: Process) -> Step {
    if self.call == nil {
      let call = ToolCall(process: process, flavour: flavour)
      self.call = call
      let (request, status) = PartRequest.read(call, Head.options, plus: false)
      self.request = request
      if let status { return .exit(status) }
    }
    guard let call else { return .exit(1) }
    while true {
      guard let input else {
        guard let path = request.paths.first else {
          call.flush()
          return .exit(call.status)
        }
        request.paths.removeFirst()
        let input = LineInput(process, [path], delimiter: request.delimiter)
        if request.byBytes { input.pieceMax = 4096 }
        self.input = input
        left = request.count
        held = []
        heldFrom = 0
        heldBytes = 0
        continue
      }
      switch input.next() {
      case .opened(let path):
        request.title(path, call)
        if request.sign != 45, left == 0 { self.input = nil }
      case .failed(let path, let error):
        if error == .isDirectory {
          call.complain("error reading '\(path)': \(error.message)")
        } else if error == .badDescriptor {
          call.complain("error reading 'standard input': \(error.message)")
          call.complain("\(path): \(error.message)")
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

  private func take(_ line: ArraySlice<UInt8>, _ terminated: Bool, _ call: ToolCall) -> Bool {
    var whole = Array(line)
    if terminated { whole.append(request.delimiter) }
    if request.sign == 45 {
      held.append(whole)
      heldBytes += Int64(whole.count)
      if request.byBytes {
        while heldFrom < held.count, heldBytes - Int64(held[heldFrom].count) >= request.count {
          heldBytes -= Int64(held[heldFrom].count)
          call.write(held[heldFrom])
          held[heldFrom] = []
          heldFrom += 1
        }
        if heldFrom < held.count, heldBytes > request.count {
          let give = Int(heldBytes - request.count)
          call.write(held[heldFrom][..<give])
          held[heldFrom].removeFirst(give)
          heldBytes = request.count
        }
      } else if Int64(held.count - heldFrom) > request.count {
        call.write(held[heldFrom])
        held[heldFrom] = []
        heldFrom += 1
      }
      return true
    }
    if request.byBytes {
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
