// nl (GNU coreutils manual, section 3.3).

import SimKernel

final class NumberLines: LineTool {
  static let options = OptionTable(
    "b,body-numbering= d,section-delimiter= f,footer-numbering= h,header-numbering= i,line-increment= l,join-blank-lines= n,number-format= p,no-renumber s,number-separator= v,starting-line-number= w,number-width="
  )
  private var styles = ["h": "n", "b": "t", "f": "n"]
  private var patterns: [String: PosixRegex] = [:]
  var section = "b"
  var number: Int64 = 1
  var first: Int64 = 1
  private var increment: Int64 = 1
  private var format = "rn"
  private var separator: [UInt8] = [9]
  var width = 6
  private var renumbers = true
  private var mark: [UInt8] = [92, 58]
  private var join: Int64 = 1
  private var blanks: Int64 = 0

  override var table: OptionTable { NumberLines.options }
  override var tool: String { "nl" }

  override func start(_ call: ToolCall) -> Int32? {
    let options = call.options
    paths = call.operands
    for (id, what) in [("h", "header"), ("b", "body"), ("f", "footer")] {
      guard let style = options.value(id) else { continue }
      if style.utf8.first == 112 {
        do throws(RegexError) {
          patterns[id] = try PosixRegex(Array(style.utf8.dropFirst()), flavour: .basic)
          styles[id] = "p"
        } catch {
          call.complain(error.message)
          return 1
        }
        continue
      }
      guard ["a", "t", "n"].contains(style) else {
        return call.usage("invalid \(what) numbering style: \(quoted(style))")
      }
      styles[id] = style
    }
    if let text = options.value("v") {
      guard let value = signedDecimal(text) else {
        call.complain("invalid starting line number: \(quoted(text))")
        return 1
      }
      number = value
      first = value
    }
    if let text = options.value("i") {
      guard let value = signedDecimal(text) else {
        call.complain("invalid line number increment: \(quoted(text))")
        return 1
      }
      increment = value
    }
    if let text = options.value("w") {
      guard let value = decimal(text), value > 0 else {
        call.complain(
          "invalid line number field width: \(quoted(text))\(decimal(text) == 0 ? ": Numerical result out of range" : "")"
        )
        return 1
      }
      guard value < Int64(PrintfDirective.widthMax) else {
        return call.notSimulated("nl -w of more than \(PrintfDirective.widthMax)")
      }
      width = Int(value)
    }
    if let text = options.value("l") { join = max(1, decimal(text) ?? 1) }
    if let text = options.value("n") {
      guard ["ln", "rn", "rz"].contains(text) else {
        return call.usage("invalid line numbering format: \(quoted(text))")
      }
      format = text
    }
    if let text = options.value("s") { separator = text.bytes }
    if options.has("p") { renumbers = false }
    if let text = options.value("d") {
      mark = text.bytes
      if mark.count == 1 { mark.append(58) }
    }
    return nil
  }

  override func line(_ line: ArraySlice<UInt8>, _ terminated: Bool, _ call: ToolCall) -> Bool {
    if !mark.isEmpty {
      for (count, name) in [(3, "h"), (2, "b"), (1, "f")] {
        var whole: [UInt8] = []
        for _ in 0..<count { whole += mark }
        if line.elementsEqual(whole) {
          section = name
          if renumbers { number = first }
          call.put(10)
          return true
        }
      }
    }
    var isNumbered = false
    switch styles[section] ?? "n" {
    case "a":
      if line.isEmpty, join > 1 {
        blanks += 1
        isNumbered = blanks == join
        if isNumbered { blanks = 0 }
      } else {
        blanks = 0
        isNumbered = true
      }
    case "t": isNumbered = !line.isEmpty
    case "p": isNumbered = patterns[section]?.matches(Array(line)) ?? false
    default: break
    }
    if isNumbered {
      let text = String(number)
      switch format {
      case "ln": call.print(text.paddedRight(width))
      case "rz":
        let digits = String(number.magnitude)
        let zeros = max(0, width - digits.utf8.count - (number < 0 ? 1 : 0))
        call.print((number < 0 ? "-" : "") + String(repeating: "0", count: zeros) + digits)
      default: call.print(text.paddedLeft(width))
      }
      call.write(separator)
      number += increment
    } else {
      call.print(String(repeating: " ", count: width + separator.count))
    }
    call.write(line)
    call.put(10)
    return true
  }
}
