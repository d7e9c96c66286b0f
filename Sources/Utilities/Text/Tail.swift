// tail (GNU coreutils manual, section 5.2), with `-f`, `-F` and `--pid`.

import SimKernel
import SimMachine

final class Tail: Program {
  static let options = OptionTable(
    "c,bytes= f,follow=~ F n,lines= !max-unchanged-stats= pid= q,quiet,silent retry s,sleep-interval= v,verbose z,zero-terminated"
  )
  private let flavour: UtilityFlavour
  private var call: ToolCall?
  private var request = PartRequest()
  private var reading: (path: String, file: OpenFile)?
  private var bytes: [UInt8] = []
  private var follows = false
  private var byName = false
  private var followed: [(path: String, inode: Inode?, offset: Int)] = []
  private var lastTitle = ""
  /// `-n +N` on a stream: lines (or bytes) still to skip; the request.paths is copied as it comes.
  private var skip: Int64 = 0

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  func resume(_ process: Process) -> Step {
    if call == nil {
      let call = ToolCall(process: process, flavour: flavour)
      self.call = call
      let (request, status) = PartRequest.read(call, Tail.options, plus: true)
      self.request = request
      if let status { return .exit(status) }
      byName = call.options.has("F") || call.options.value("f") == "name"
      follows = call.options.has("f") || call.options.has("F")
    }
    guard let call else { return .exit(1) }
    while reading != nil || !request.paths.isEmpty {
      if reading == nil { openNext(call) }
      guard let (path, file) = reading else { continue }
      if let step = readAll(file, call) { return step }
      if request.sign != 43 { showEnd(call) }
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
    let path = request.paths.removeFirst()
    bytes = []
    skip = max(0, request.count - 1)
    do throws(Errno) {
      if path == "-" {
        guard let file = call.process.file(0) else { throw .badDescriptor }
        reading = (path, file)
      } else {
        if call.isDirectory(path) {
          request.title(path, call)
          call.complain("error reading '\(path)': Is a directory")
          return
        }
        reading = (path, try openForReading(path, call.process))
      }
      request.title(path, call)
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
        if request.sign == 43 {
          var at = 0
          if request.byBytes {
            at = Int(min(skip, Int64(more.count)))
            skip -= Int64(at)
          } else {
            while skip > 0, at < more.count {
              if more[at] == request.delimiter { skip -= 1 }
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
        if request.showsTitles, lastTitle != path { request.title(path, call) }
        lastTitle = path
        call.write(inode.bytes[followed[index].offset...])
        followed[index].offset = inode.bytes.count
      }
      waits.append(.queue(inode.changed))
    }
    call.flush()
    return .wait(waits)
  }

  private func showEnd(_ call: ToolCall) {
    if request.byBytes {
      call.write(bytes[(bytes.count - Int(min(request.count, Int64(bytes.count))))...])
      return
    }
    guard request.count > 0, !bytes.isEmpty else { return }
    var at = bytes.count - 1
    if bytes[at] == request.delimiter { at -= 1 }
    var found: Int64 = 0
    while at >= 0 {
      if bytes[at] == request.delimiter {
        found += 1
        if found == request.count { break }
      }
      at -= 1
    }
    call.write(bytes[(at + 1)...])
  }
}
