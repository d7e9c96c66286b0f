// Records and fields of awk: reading the next record from the files on the command line, splitting it, putting it together again.

import SimKernel
import SimMachine

extension Awk {
  enum Reading {
    case record([UInt8])
    case wait([Wait])
    case end
    case failed
  }

  func nextRecord(_ call: ToolCall) -> Reading {
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
      let count = min(globals[Slot.argc].asInt, 1 << 20)
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

  func separator() -> AwkReader.Separator {
    let text = globals[Slot.rs].asText(format)
    if text.isEmpty { return .paragraph }
    if text.count == 1 { return .byte(text[0]) }
    return compiled(text).map { .regex($0) } ?? .byte(10)
  }

  var format: [UInt8] { globals[Slot.convfmt].text }

  func setRecord(_ bytes: [UInt8]) {
    record = bytes
    fieldsAreSplit = false
    recordIsStale = false
  }

  func splitFields() {
    guard !fieldsAreSplit else { return }
    fieldsAreSplit = true
    fields = split(record, by: globals[Slot.fs], regex: nil)
    globals[Slot.nf] = AwkValue(fields.count)
  }

  /// Splits text as FS (or split's third argument) says.
  func split(_ text: [UInt8], by separator: AwkValue, regex: PosixRegex?) -> [AwkValue] {
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

  func rebuild() {
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

  func field(_ index: Int) -> AwkValue {
    if index == 0 {
      rebuild()
      return AwkValue(input: record)
    }
    splitFields()
    return index <= fields.count ? fields[index - 1] : .uninitialized
  }

  func setField(_ index: Int, _ value: AwkValue) {
    if index == 0 { return setRecord(value.asText(format)) }
    splitFields()
    while fields.count < index { fields.append(.uninitialized) }
    fields[index - 1] =
      value.kind == .number ? AwkValue(kind: .numericText, number: value.number, text: value.asText(format)) : value
    globals[Slot.nf] = AwkValue(fields.count)
    recordIsStale = true
  }

  func setFieldCount(_ count: Int) {
    splitFields()
    while fields.count > max(0, count) { fields.removeLast() }
    guard count < 1 << 20 else {
      return fatal("program limit exceeded: maximum number of fields size=1048576")
    }
    while fields.count < count { fields.append(AwkValue([])) }
    recordIsStale = true
  }
}
