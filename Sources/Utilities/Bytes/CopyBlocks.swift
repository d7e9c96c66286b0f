// dd (coreutils 11.2). The copy itself takes no virtual time; the last line shows what a disk of a gigabyte a second would need
// and a hundred microseconds to begin.

import SimKernel
import SimMachine

private let conversions: [String] = [
  "lcase", "ucase", "swab", "noerror", "notrunc", "sync", "fdatasync", "fsync", "excl", "nocreat", "sparse",
]
private let unmodelledConversions: [String] = ["ascii", "ebcdic", "ibm", "block", "unblock"]
private let inputFlags: [String] = [
  "fullblock", "count_bytes", "skip_bytes", "direct", "sync", "dsync", "nonblock", "nofollow", "noatime", "nocache",
]
private let outputFlags: [String] = [
  "append", "seek_bytes", "direct", "sync", "dsync", "nonblock", "nofollow", "noatime", "nocache",
]

private struct Job {
  var input: String?
  var output: String?
  var inputSize: Int64 = 512
  var outputSize: Int64 = 512
  var count: Int64 = .max
  var countIsBytes = false
  var skip: Int64 = 0
  var skipIsBytes = false
  var seek: Int64 = 0
  var seekIsBytes = false
  var conversions: [String] = []
  var inputFlags: [String] = []
  var outputFlags: [String] = []
  var status = ""
  var blockIsGiven = false
}

/// Reads block after block, waiting where a pipe has nothing yet.
final class CopyBlocks: Program {
  private let flavour: UtilityFlavour
  private var call: ToolCall?
  private var job = Job()
  private var source: OpenFile?
  private var target: OpenFile?
  private var fullIn: Int64 = 0
  private var partIn: Int64 = 0
  private var fullOut: Int64 = 0
  private var partOut: Int64 = 0
  private var written: Int64 = 0
  private var taken: Int64 = 0
  private var pending: [UInt8] = []
  private var block: [UInt8] = []
  private var skipping: Int64 = 0

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  func resume(_ process: Process) -> Step {
    if call == nil {
      let call = ToolCall(process: process, flavour: flavour)
      self.call = call
      if let code = read(call) { return .exit(code) }
      if let code = open(call) { return .exit(code) }
    }
    guard let call, let source else { return .exit(1) }
    let limit = job.count
    while true {
      if job.countIsBytes ? taken >= limit : fullIn + partIn >= limit { break }
      process.account.spend(steps: 1)
      if process.account.limitReached != nil { return .again }
      var wanted = job.inputSize
      if skipping > 0 { wanted = min(job.inputSize, skipping) }
      if job.countIsBytes, skipping == 0 { wanted = min(wanted, limit - taken) }
      let outcome = source.read(Int(min(wanted - Int64(block.count), 1 << 24)))
      switch outcome {
      case .wouldBlock: return .wait([.queue(source.readable)])
      case .failed(let error):
        call.complain("error reading '\(job.input ?? "standard input")': \(error.message)")
        report(call)
        return .exit(1)
      case .endOfFile:
        if !block.isEmpty { take(call) }
        return finish(call)
      case .bytes(let bytes):
        block += bytes
        if Int64(block.count) < wanted, job.inputFlags.contains("fullblock") || skipping > 0 { continue }
        if skipping > 0 {
          skipping -= Int64(block.count)
          block = []
          continue
        }
        take(call)
      }
    }
    return finish(call)
  }

  // MARK: Operands

  private func read(_ call: ToolCall) -> Int32? {
    for argument in call.arguments where argument == "--help" || argument == "--version" {
      return call.notSimulated("dd \(argument)")
    }
    if case .wrong(let message) = OptionTable("", stopsAtOperand: true).parse(call.arguments) {
      return call.usage(message)
    }
    for operand in call.arguments where operand != "--" {
      guard let equals = operand.utf8.firstIndex(of: 61) else {
        return call.usage("unrecognized operand \(quoted(operand))")
      }
      let name = String(operand[..<equals])
      let value = String(operand[operand.utf8.index(after: equals)...])
      switch name {
      case "if": job.input = value
      case "of": job.output = value
      case "conv", "iflag", "oflag":
        let known = name == "conv" ? conversions : name == "iflag" ? inputFlags : outputFlags
        for word in value.split(separator: "," as Character, omittingEmptySubsequences: false) {
          let word = String(word)
          if name == "conv", unmodelledConversions.contains(word) { return call.notSimulated("dd conv=\(word)") }
          guard known.contains(word) else {
            let what = name == "conv" ? "conversion" : name == "iflag" ? "input flag" : "output flag"
            return call.usage("invalid \(what): \(quoted(word))")
          }
          switch name {
          case "conv": job.conversions.append(word)
          case "iflag": job.inputFlags.append(word)
          default: job.outputFlags.append(word)
          }
        }
      case "status":
        guard ["none", "noxfer", "progress"].contains(value) else {
          return call.usage("invalid status level: \(quoted(value))")
        }
        job.status = value
      case "bs", "ibs", "obs", "count", "skip", "iseek", "seek", "oseek", "cbs":
        guard let number = Self.number(value) else {
          call.complain("invalid number: \(quoted(value))")
          return 1
        }
        if number == 0, ["bs", "ibs", "obs", "cbs"].contains(name) {
          call.complain("invalid number: \(quoted(value))")
          return 1
        }
        let isBytes = value.utf8.last == 66 && name != "bs" && !value.hasSuffix("kB")
        switch name {
        case "bs":
          job.inputSize = number
          job.outputSize = number
          job.blockIsGiven = true
        case "ibs": if !job.blockIsGiven { job.inputSize = number }
        case "obs": if !job.blockIsGiven { job.outputSize = number }
        case "count":
          job.count = number
          job.countIsBytes = isBytes && decimal(String(value.dropLast())) != nil
        case "skip", "iseek":
          job.skip = number
          job.skipIsBytes = isBytes && decimal(String(value.dropLast())) != nil
        case "cbs": break
        default:
          job.seek = number
          job.seekIsBytes = isBytes && decimal(String(value.dropLast())) != nil
        }
      default: return call.usage("unrecognized operand \(quoted(operand))")
      }
    }
    if job.inputFlags.contains("count_bytes") { job.countIsBytes = true }
    if job.inputFlags.contains("skip_bytes") { job.skipIsBytes = true }
    if job.outputFlags.contains("seek_bytes") { job.seekIsBytes = true }
    if job.inputSize > Int64(FileSystem.fileSizeMax) || job.outputSize > Int64(FileSystem.fileSizeMax) {
      return call.notSimulated("dd with blocks of more than \(FileSystem.fileSizeMax) bytes")
    }
    return nil
  }

  /// `4`, `4k`, `2x512`, `1MB`.
  private static func number(_ text: String) -> Int64? {
    var product: Int64 = 1
    for part in text.split(separator: "x" as Character, omittingEmptySubsequences: false) {
      var word = String(part)
      if word.utf8.last == 66, decimal(String(word.dropLast())) != nil { word = String(word.dropLast()) }
      guard let value = sizeWithSuffix(word) else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: value)
      product = overflow ? .max : next
    }
    return product
  }

  private func open(_ call: ToolCall) -> Int32? {
    let process = call.process
    if let path = job.input {
      do throws(Errno) {
        if call.isDirectory(path) {
          call.complain("error reading '\(path)': Is a directory")
          report(call)
          return 1
        }
        source = try openForReading(path, process)
      } catch {
        call.complain("failed to open \(shellQuoted(path)): \(error.message)")
        return 1
      }
    } else {
      source = process.file(0)
    }
    skipping = job.skipIsBytes ? job.skip : job.skip &* job.inputSize
    guard let path = job.output else {
      target = process.file(1)
      return nil
    }
    do throws(Errno) {
      let there = call.inode(path)
      if there == nil, job.conversions.contains("nocreat") { throw .noEntry }
      if there != nil, job.conversions.contains("excl") { throw .exists }
      let seek = job.seekIsBytes ? job.seek : job.seek &* job.outputSize
      let keeps = job.conversions.contains("notrunc") || seek > 0 || job.outputFlags.contains("append")
      let opened: OpenFile
      if standardDescriptor(path) != nil {
        opened = try call.openForWriting(path)
      } else {
        let mode: FileSystem.OpenMode = job.outputFlags.contains("append") ? .append : keeps ? .readWrite : .write
        opened = try call.files.open(
          path, in: call.directory, mode, permissions: 0o666 & ~process.umask, as: call.who)
      }
      if seek > 0, let file = opened as? RegularFile {
        guard seek <= Int64(FileSystem.fileSizeMax) else {
          return call.notSimulated("dd to beyond \(FileSystem.fileSizeMax) bytes")
        }
        let size = Int(seek)
        if file.inode.bytes.count < size {
          file.inode.bytes += [UInt8](repeating: 0, count: size - file.inode.bytes.count)
        } else if !job.conversions.contains("notrunc") {
          file.inode.bytes.removeLast(file.inode.bytes.count - size)
        }
        file.offset = size
      }
      target = opened
    } catch {
      call.complain("failed to open \(shellQuoted(path)): \(error.message)")
      return 1
    }
    return nil
  }

  // MARK: Copying

  private func take(_ call: ToolCall) {
    var bytes = block
    block = []
    taken += Int64(bytes.count)
    if Int64(bytes.count) == job.inputSize {
      fullIn += 1
    } else {
      partIn += 1
      if job.conversions.contains("sync") {
        bytes += [UInt8](repeating: 0, count: Int(job.inputSize) - bytes.count)
      }
    }
    if job.conversions.contains("ucase") {
      for index in bytes.indices { bytes[index] = uppercased(bytes[index]) }
    } else if job.conversions.contains("lcase") {
      for index in bytes.indices { bytes[index] = lowercased(bytes[index]) }
    }
    if job.conversions.contains("swab") {
      var index = 0
      while index + 1 < bytes.count {
        bytes.swapAt(index, index + 1)
        index += 2
      }
    }
    // With bs= each block goes out as it came in; otherwise output is gathered into blocks.
    if job.blockIsGiven {
      put(bytes, call)
    } else {
      pending += bytes
      while Int64(pending.count) >= job.outputSize {
        put(Array(pending[..<Int(job.outputSize)]), call)
        pending.removeFirst(Int(job.outputSize))
      }
    }
  }

  private func put(_ bytes: [UInt8], _ call: ToolCall) {
    guard !bytes.isEmpty else { return }
    written += Int64(bytes.count)
    call.process.account.spend(steps: Int64(1 + bytes.count / 256))
    if Int64(bytes.count) == job.outputSize { fullOut += 1 } else { partOut += 1 }
    if job.output == nil {
      call.process.write(1, bytes)
    } else {
      _ = target?.write(bytes[...])
    }
  }

  private func finish(_ call: ToolCall) -> Step {
    if !pending.isEmpty {
      put(pending, call)
      pending = []
    }
    report(call)
    return .exit(call.status)
  }

  private func report(_ call: ToolCall) {
    guard job.status != "none" else { return }
    call.writeError("\(fullIn)+\(partIn) records in\n\(fullOut)+\(partOut) records out\n")
    guard job.status != "noxfer" else { return }
    let seconds = 0.0001 + Double(written) / 1e9
    var general = NumberFormat()
    general.precision = 6
    let decimal = sizeForPeople(Double(written), base: 1000)
    let binary = sizeForPeople(Double(written), base: 1024)
    var amount = "\(written) byte\(written == 1 ? "" : "s")"
    if binary.hasPrefix {
      amount += " (\(decimal.text), \(binary.text))"
    } else if decimal.hasPrefix {
      amount += " (\(decimal.text))"
    }
    let speed = sizeForPeople(Double(written) / seconds, base: 1000)
    call.writeError("\(amount) copied, \(formatDouble(seconds, 103, general)) s, \(speed.text)/s\n")
  }

  private func sizeForPeople(_ bytes: Double, base: Double) -> (text: String, hasPrefix: Bool) {
    var value = bytes
    var power = 0
    while value >= base, power < 6 {
      value /= base
      power += 1
    }
    let unit =
      base == 1000 ? ["", "k", "M", "G", "T", "P", "E"][power] : ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"][power]
    guard power > 0 else { return ("\(Int64(value.rounded())) B", false) }
    var format = NumberFormat()
    format.precision = value < 9.95 ? 1 : 0
    return ("\(formatDouble(value, 102, format)) \(unit)B", true)
  }
}
