// od (coreutils 9.4): the types a, c, d, o, u and x in sizes 1, 2, 4 and 8, several at once, and the historical one-letter forms.
// Not modelled: floating point, `--strings`.

import SimMachine

let octalDumpOptions = OptionTable(
  """
  A,address-radix= j,skip-bytes= N,read-bytes= !S,strings=+ t,format= v,output-duplicates w,width=? !traditional \
  a b c d D !e !f !F h i I l L o O s x X H endian=
  """)

private struct Field {
  let kind: UInt8
  let size: Int
  let showsText: Bool

  /// Columns without the blank before it.
  var width: Int {
    switch (kind, size) {
    case (97, _), (99, _): return 3
    case (120, _): return size * 2
    case (111, 1): return 3
    case (111, 2): return 6
    case (111, 4): return 11
    case (111, _): return 22
    case (117, 1): return 3
    case (117, 2): return 5
    case (117, 4): return 10
    case (117, _): return 20
    case (_, 1): return 4
    case (_, 2): return 6
    case (_, 4): return 11
    default: return 20
    }
  }

  func text(_ bytes: ArraySlice<UInt8>, bigEndian: Bool) -> String {
    if kind == 99 || kind == 97 { return character(bytes[bytes.startIndex]) }
    var value: UInt64 = 0
    for byte in bigEndian ? Array(bytes) : bytes.reversed() { value = value << 8 | UInt64(byte) }
    switch kind {
    case 120: return zeroPadded(String(value, radix: 16), size * 2)
    case 111: return zeroPadded(String(value, radix: 8), width)
    case 117: return String(value)
    default:
      let shift = UInt64(64 - size * 8)
      return String(Int64(bitPattern: value << shift) >> Int64(shift))
    }
  }

  private func zeroPadded(_ text: String, _ width: Int) -> String {
    String(repeating: "0", count: max(0, width - text.utf8.count)) + text
  }

  private func character(_ byte: UInt8) -> String {
    if kind == 97 {
      let names = [
        "nul", "soh", "stx", "etx", "eot", "enq", "ack", "bel", "bs", "ht", "nl", "vt", "ff", "cr", "so", "si", "dle",
        "dc1", "dc2", "dc3", "dc4", "nak", "syn", "etb", "can", "em", "sub", "esc", "fs", "gs", "rs", "us", "sp",
      ]
      let low = byte & 127
      return low < 33 ? names[Int(low)] : low == 127 ? "del" : String(bytes: [low])
    }
    switch byte {
    case 0: return "\\0"
    case 7: return "\\a"
    case 8: return "\\b"
    case 9: return "\\t"
    case 10: return "\\n"
    case 11: return "\\v"
    case 12: return "\\f"
    case 13: return "\\r"
    case 32..<127: return String(bytes: [byte])
    default: return zeroPadded(String(byte, radix: 8), 3)
    }
  }
}

private let shorthands: [(id: String, type: String)] = [
  ("a", "a"), ("b", "o1"), ("c", "c"), ("d", "u2"), ("D", "u4"), ("h", "x2"), ("H", "x4"), ("i", "d4"), ("I", "d8"),
  ("l", "d8"), ("L", "d8"), ("o", "o2"), ("O", "o4"), ("s", "d2"), ("x", "x2"), ("X", "x4"),
]

private func fields(_ text: String) -> [Field]? {
  let bytes = text.bytes
  var result: [Field] = []
  var i = 0
  while i < bytes.count {
    let kind = bytes[i]
    i += 1
    var size = kind == 97 || kind == 99 ? 1 : 4
    guard [97, 99, 100, 111, 117, 120].contains(kind) else { return nil }
    if kind != 97, kind != 99, i < bytes.count {
      switch bytes[i] {
      case 67: size = 1
      case 83: size = 2
      case 73: size = 4
      case 76: size = 8
      default:
        let start = i
        while i < bytes.count, isDigit(bytes[i]) { i += 1 }
        if i > start {
          size = Int(decimal(bytes[start..<i]) ?? 0)
          guard [1, 2, 4, 8].contains(size) else { return nil }
        }
        i -= 1
      }
      i += 1
    }
    var showsText = false
    if i < bytes.count, bytes[i] == 122 {
      showsText = true
      i += 1
    }
    result.append(Field(kind: kind, size: size, showsText: showsText))
  }
  return result
}

func octalDump(_ call: ToolCall) -> Int32 {
  var types: [Field] = []
  for (id, value) in call.options.list {
    var type = id == "t" ? value : nil
    for shorthand in shorthands where shorthand.id == id { type = shorthand.type }
    guard let type else { continue }
    for byte in type.utf8 where isAlpha(byte) && ![97, 99, 100, 111, 117, 120, 122, 67, 83, 73, 76].contains(byte) {
      call.complain("invalid character '\(String(bytes: [byte]))' in type string \(quoted(type))")
      return 1
    }
    guard let more = fields(type) else {
      call.complain("invalid type string \(quoted(type))")
      return 1
    }
    types += more
  }
  if types.isEmpty { types = [Field(kind: 111, size: 2, showsText: false)] }
  var radix: UInt8 = 111
  if let text = call.options.value("A") {
    guard let letter = text.utf8.first, [100, 111, 120, 110].contains(letter) else {
      call.complain("invalid output address radix '\(text)'; it must be one character from [doxn]")
      return 1
    }
    radix = letter
  }
  var input: [UInt8] = []
  for path in call.operands.isEmpty ? ["-"] : call.operands {
    do throws(Errno) {
      input += try call.read(path)
    } catch {
      call.complain("\(path): \(error == .isDirectory ? "read error: " : "")\(error.message)")
    }
  }
  if call.status != 0, input.isEmpty { return call.status }
  var start = 0
  if let text = call.options.value("j") {
    guard let skip = sizeWithSuffix(text) else {
      call.complain("invalid -j argument '\(text)'")
      return 1
    }
    if skip > Int64(input.count) {
      call.complain("cannot skip past end of combined input")
      return 1
    }
    start = Int(skip)
  }
  if let text = call.options.value("N") {
    guard let count = sizeWithSuffix(text) else {
      call.complain("invalid -N argument '\(text)'")
      return 1
    }
    input = Array(input.prefix(start + Int(min(count, Int64(input.count)))))
  }
  var unit = 1
  for type in types { unit = max(unit, type.size) }
  var perLine = 16
  if call.options.has("w") {
    let text = call.options.value("w") ?? ""
    perLine = text.isEmpty ? 32 : Int(min(decimal(text) ?? 0, 4096))
    if perLine == 0 || perLine % unit != 0 {
      call.complain("warning: invalid width \(perLine); using \(unit) instead", status: 0)
      perLine = unit
    }
  }
  var lineWidth = 0
  for type in types { lineWidth = max(lineWidth, (type.width + 1) * (perLine / type.size)) }
  func address(_ value: Int) -> String {
    switch radix {
    case 110: return ""
    case 120:
      let text = String(value, radix: 16)
      return String(repeating: "0", count: max(0, 6 - text.utf8.count)) + text
    case 100: return padZero(String(value), 7)
    default: return padZero(String(value, radix: 8), 7)
    }
  }
  func padZero(_ text: String, _ width: Int) -> String {
    String(repeating: "0", count: max(0, width - text.utf8.count)) + text
  }
  let blank = String(repeating: " ", count: radix == 110 ? 0 : radix == 120 ? 6 : 7)
  let bigEndian = call.options.value("endian") == "big"
  var at = start
  var last: ArraySlice<UInt8>?
  var isStarred = false
  while at < input.count {
    let end = min(at + perLine, input.count)
    let line = input[at..<end]
    if !call.options.has("v"), let last, line.count == perLine, Array(last) == Array(line) {
      if !isStarred { call.printLine("*") }
      isStarred = true
      at = end
      continue
    }
    isStarred = false
    last = line
    var padded = Array(line)
    while padded.count % 8 != 0 { padded.append(0) }
    for (index, type) in types.enumerated() {
      var text = index == 0 ? address(at) : blank
      let perType = perLine / type.size
      let padding = lineWidth - (type.width + 1) * perType
      let shown = (line.count + type.size - 1) / type.size
      var left = padding
      for field in 0..<shown {
        let next = padding * (perType - 1 - field) / perType
        let piece = type.text(
          padded[(field * type.size)..<(field * type.size + type.size)], bigEndian: bigEndian)
        text += piece.paddedLeft(type.width + 1 + left - next)
        left = next
      }
      if type.showsText {
        text += String(repeating: " ", count: (perType - shown) * (type.width + 1) + left) + "  >"
        for byte in line { text += byte >= 32 && byte < 127 ? String(bytes: [byte]) : "." }
        text += "<"
      }
      call.printLine(text)
    }
    at = end
  }
  if radix != 110 { call.printLine(address(input.count)) }
  return call.status
}
