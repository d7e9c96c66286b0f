// What head and tail read of their command lines: how much, of which files, under which titles (GNU coreutils manual, sections
// 5.1 and 5.2).

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

/// How much of each file is shown. The sign says from where: head leaves out the end with `-`, tail begins at a line with `+`.
struct PartRequest {
  var count: Int64 = 10
  var sign: UInt8 = 0
  var byBytes = false
  var delimiter: UInt8 = 10
  var paths: [String] = []
  var showsTitles = false
  private var titles = 0

  /// Reads the options; what is wrong is said, and is the status that the tool ends with.
  static func read(_ call: ToolCall, _ table: OptionTable, plus: Bool) -> (request: PartRequest, status: Int32?) {
    var request = PartRequest()
    switch table.parse(modernized(call.arguments, plus: plus)) {
    case .options(let options): call.options = options
    case .wrong(let text): return (request, call.usage(text))
    case .notSimulated(let what): return (request, call.notSimulated("\(call.name) \(what)"))
    }
    if let last = call.options.list.last(where: { $0.id == "c" || $0.id == "n" }), var text = last.value {
      request.byBytes = last.id == "c"
      if let first = text.utf8.first, first == 45 || first == 43 {
        request.sign = first
        text = String(text.dropFirst())
      }
      guard let number = sizeWithSuffix(text) else {
        call.complain("invalid number of \(request.byBytes ? "bytes" : "lines"): \(quoted(text))")
        return (request, 1)
      }
      request.count = number
    }
    if call.options.has("z") { request.delimiter = 0 }
    request.paths = call.operands.isEmpty ? ["-"] : call.operands
    request.showsTitles = call.options.last(of: ["q", "v"]).map { $0 == "v" } ?? (request.paths.count > 1)
    return (request, nil)
  }

  mutating func title(_ path: String, _ call: ToolCall) {
    guard showsTitles else { return }
    call.print("\(titles > 0 ? "\n" : "")==> \(path == "-" ? "standard input" : path) <==\n")
    titles += 1
  }
}
