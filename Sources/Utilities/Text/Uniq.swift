// uniq (GNU coreutils manual, section 7.3).

import SimMachine

/// uniq (coreutils 7.3), line by line.
final class Uniq: LineTool {
  static let options = OptionTable(
    "c,count d,repeated D,all-repeated=~ f,skip-fields= group=? i,ignore-case s,skip-chars= u,unique w,check-chars= z,zero-terminated"
  )
  var counts = false
  private var onlyRepeated = false
  private var onlyUnique = false
  private var allRepeated: String?
  private var ignoresCase = false
  private var skipFields = 0
  private var skipCharacters = 0
  private var checkCharacters = Int.max
  private var held: [UInt8]?
  private var repeats: Int64 = 0
  private var output: OpenFile?
  private var group: String?
  private var groupsShown = 0

  override var table: OptionTable { Uniq.options }
  override var tool: String { "uniq" }

  override func start(_ call: ToolCall) -> Int32? {
    let options = call.options
    counts = options.has("c")
    onlyRepeated = options.has("d")
    onlyUnique = options.has("u")
    if options.has("D") { allRepeated = options.value("D") ?? "" }
    if options.has("group") { group = options.value("group") ?? "" }
    ignoresCase = options.has("i")
    for (id, what) in [("f", "fields to skip"), ("s", "bytes to skip"), ("w", "bytes to compare")] {
      guard let text = options.value(id) else { continue }
      guard let number = decimal(text) else {
        call.complain("\(text): invalid number of \(what)")
        return 1
      }
      let value = Int(min(number, Int64(Int32.max)))
      if id == "f" { skipFields = value } else if id == "s" { skipCharacters = value } else { checkCharacters = value }
    }
    if options.has("z") { delimiter = 0 }
    if call.operands.count > 2 { return call.usage("extra operand \(quoted(call.operands[2]))") }
    if group != nil, counts || onlyRepeated || onlyUnique || allRepeated != nil {
      return call.usage("--group is mutually exclusive with -c/-d/-D/-u")
    }
    if counts, allRepeated != nil {
      return call.usage("printing all duplicated lines and repeat counts is meaningless")
    }
    paths = Array(call.operands.prefix(1))
    if call.operands.count == 2, call.operands[1] != "-" {
      do throws(Errno) {
        output = try call.openForWriting(call.operands[1])
      } catch {
        call.complain("\(call.operands[1]): \(error.message)")
        return 1
      }
    }
    return nil
  }

  private func key(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var at = line.startIndex
    for _ in 0..<skipFields {
      while at < line.endIndex, isBlank(line[at]) { at += 1 }
      while at < line.endIndex, !isBlank(line[at]) { at += 1 }
    }
    at = min(line.endIndex, at + min(skipCharacters, line.count))
    return line[at...].prefix(checkCharacters)
  }

  private func same(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Bool {
    let x = key(a)
    let y = key(b)
    guard x.count == y.count else { return false }
    if !ignoresCase { return x.elementsEqual(y) }
    var j = y.startIndex
    for byte in x {
      if lowercased(byte) != lowercased(y[j]) { return false }
      j += 1
    }
    return true
  }

  override func line(_ line: ArraySlice<UInt8>, _ terminated: Bool, _ call: ToolCall) -> Bool {
    if let group {
      if let previous = held, same(previous[...], line) {
        emit(line, call)
      } else {
        if held != nil || group == "prepend" || group == "both" { put([delimiter], call) }
        emit(line, call)
      }
      held = Array(line)
      return true
    }
    if let previous = held {
      if same(previous[...], line) {
        repeats += 1
        if allRepeated != nil {
          if repeats == 2 {
            if allRepeated == "prepend" || (allRepeated == "separate" && groupsShown > 0) { put([delimiter], call) }
            groupsShown += 1
            emit(previous[...], call)
          }
          emit(line, call)
        }
        return true
      }
      release(call)
    }
    held = Array(line)
    repeats = 1
    return true
  }

  private func release(_ call: ToolCall) {
    guard let held, allRepeated == nil else { return }
    if onlyRepeated, repeats < 2 { return }
    if onlyUnique, repeats > 1 { return }
    if counts { put(Array(String(repeats).paddedLeft(7).utf8) + [32], call) }
    emit(held[...], call)
  }

  private func emit(_ line: ArraySlice<UInt8>, _ call: ToolCall) {
    put(Array(line), call)
    put([delimiter], call)
  }

  func put(_ bytes: [UInt8], _ call: ToolCall) {
    if let output { _ = output.write(bytes[...]) } else { call.write(bytes) }
  }

  override func finish(_ call: ToolCall) -> Int32 {
    if group != nil {
      if held != nil, group == "append" || group == "both" { put([delimiter], call) }
    } else {
      release(call)
    }
    return call.status
  }
}
