// cut (GNU coreutils manual, section 8.1). Characters are bytes, as in GNU cut.

import SimMachine

final class Cut: LineTool {
  static let options = OptionTable(
    "b,bytes= c,characters= d,delimiter= f,fields= n complement s,only-delimited output-delimiter= z,zero-terminated")
  private var ranges: [(low: Int64, high: Int64)] = []
  private var byFields = false
  private var separator: UInt8 = 9
  private var outputSeparator: [UInt8]?
  private var onlyDelimited = false
  private var complement = false

  override var table: OptionTable { Cut.options }
  override var tool: String { "cut" }

  override func start(_ call: ToolCall) -> Int32? {
    let options = call.options
    paths = call.operands
    var list: (String, String)?
    for option in options.list where option.id == "b" || option.id == "c" || option.id == "f" {
      if list != nil { return call.usage("only one list may be specified") }
      list = (option.id, option.value ?? "")
    }
    guard let list else { return call.usage("you must specify a list of bytes, characters, or fields") }
    byFields = list.0 == "f"
    if let text = options.value("d") {
      let bytes = text.bytes
      if bytes.count > 1 { return call.usage("the delimiter must be a single character") }
      if !byFields { return call.usage("an input delimiter may be specified only when operating on fields") }
      separator = bytes.first ?? 0
    }
    onlyDelimited = options.has("s")
    if onlyDelimited, !byFields {
      return call.usage("suppressing non-delimited lines makes sense\n\tonly when operating on fields")
    }
    complement = options.has("complement")
    if options.has("output-delimiter") { outputSeparator = options.value("output-delimiter")?.bytes }
    if options.has("z") { delimiter = 0 }
    return readRanges(list.1, call)
  }

  private func readRanges(_ text: String, _ call: ToolCall) -> Int32? {
    let zero = byFields ? "fields are numbered from 1" : "byte/character positions are numbered from 1"
    for part in text.bytes.split(omittingEmptySubsequences: false, whereSeparator: { $0 == 44 || isBlank($0) }) {
      let value = Array(part)
      if value.isEmpty { return call.usage(zero) }
      if let dash = value.firstIndex(of: 45) {
        let low = value[..<dash]
        let high = value[(dash + 1)...]
        if low.isEmpty, high.isEmpty { return call.usage("invalid range with no endpoint: -") }
        guard low.isEmpty || decimal(low) != nil, high.isEmpty || decimal(high) != nil else {
          return call.usage(byFields ? "invalid field range" : "invalid byte or character range")
        }
        let from = low.isEmpty ? 1 : decimal(low) ?? 1
        let to = high.isEmpty ? Int64.max : decimal(high) ?? 1
        if from == 0 { return call.usage(zero) }
        if to < from { return call.usage("invalid decreasing range") }
        ranges.append((from, to))
      } else {
        guard let number = decimal(value[...]) else {
          let what = byFields ? "field value" : "byte/character position"
          return call.usage("invalid \(what) \(quoted(String(bytes: value)))")
        }
        if number == 0 { return call.usage(zero) }
        ranges.append((number, number))
      }
    }
    ranges = merged(ranges)
    if complement { ranges = inverse(ranges) }
    return nil
  }

  private var whole: [UInt8] = []

  private func merged(_ given: [(low: Int64, high: Int64)]) -> [(low: Int64, high: Int64)] {
    var sorted = given
    sorted.sort { $0.low != $1.low ? $0.low < $1.low : $0.high < $1.high }
    var result: [(low: Int64, high: Int64)] = []
    for range in sorted {
      if let last = result.last, range.low <= last.high {
        result[result.count - 1].high = max(last.high, range.high)
      } else {
        result.append(range)
      }
    }
    return result
  }

  private func inverse(_ given: [(low: Int64, high: Int64)]) -> [(low: Int64, high: Int64)] {
    var result: [(low: Int64, high: Int64)] = []
    var next: Int64 = 1
    for range in given {
      if range.low > next { result.append((next, range.low - 1)) }
      if range.high == Int64.max { return result }
      next = range.high + 1
    }
    result.append((next, Int64.max))
    return result
  }

  override func line(_ line: ArraySlice<UInt8>, _ terminated: Bool, _ call: ToolCall) -> Bool {
    if byFields { cutFields(line, call) } else { cutBytes(line, call) }
    return true
  }

  private func cutFields(_ line: ArraySlice<UInt8>, _ call: ToolCall) {
    // With the line's own end as delimiter the whole input is one record.
    if separator == delimiter {
      whole += line
      whole.append(delimiter)
      return
    }
    cutRecord(line, call)
  }

  override func finish(_ call: ToolCall) -> Int32 {
    if !whole.isEmpty { cutRecord(whole.dropLast(), call) }
    return call.status
  }

  private func cutRecord(_ line: ArraySlice<UInt8>, _ call: ToolCall) {
    guard line.contains(separator) else {
      if !onlyDelimited {
        call.write(line)
        call.put(delimiter)
      }
      return
    }
    var out: [UInt8] = []
    var number: Int64 = 1
    var start = line.startIndex
    var range = 0
    var isFirst = true
    let glue = outputSeparator ?? [separator]
    while range < ranges.count {
      var end = start
      while end < line.endIndex, line[end] != separator { end += 1 }
      while range < ranges.count, ranges[range].high < number { range += 1 }
      if range < ranges.count, number >= ranges[range].low {
        if !isFirst { out += glue }
        isFirst = false
        out += line[start..<end]
      }
      if end == line.endIndex { break }
      start = end + 1
      number += 1
    }
    out.append(delimiter)
    call.write(out)
  }

  private func cutBytes(_ line: ArraySlice<UInt8>, _ call: ToolCall) {
    var out: [UInt8] = []
    var isFirst = true
    for range in ranges {
      if range.low > Int64(line.count) { break }
      let low = line.startIndex + Int(range.low - 1)
      let high = line.startIndex + Int(min(range.high, Int64(line.count)))
      if !isFirst, let glue = outputSeparator { out += glue }
      isFirst = false
      out += line[low..<high]
    }
    out.append(delimiter)
    call.write(out)
  }
}
