// xxd (of vim 9.1) and hexdump (util-linux 2.39): bytes in hexadecimal beside their text, and back.

import SimMachine

private let digits = Array("0123456789abcdef".utf8)

private func hex(_ value: Int, _ width: Int) -> String {
  let text = String(value, radix: 16)
  return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
}
private func dotted(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
  var out: [UInt8] = []
  for byte in bytes { out.append(byte >= 32 && byte < 127 ? byte : 46) }
  return out
}

// MARK: xxd

let xxdOptions = OptionTable(
  "a,autoskip b,bits c,cols= !C,capitalize !d !e !E,EBCDIC g,groupsize= i,include l,len= !n,name= o= p,ps,postscript,plain r,revert !R= s,seek= u !v,version",
  renamed: [
    ("-ps", "-p"), ("-plain", "-p"), ("-postscript", "-p"), ("-include", "-i"), ("-bits", "-b"), ("-cols", "-c"),
    ("-revert", "-r"), ("-len", "-l"), ("-seek", "-s"), ("-groupsize", "-g"), ("-upper", "-u"),
  ])

func hexadecimal(_ call: ToolCall) -> Int32 {
  let options = call.options
  let path = call.operands.first ?? "-"
  var bytes: [UInt8]
  do throws(Errno) {
    bytes = try call.read(path)
  } catch {
    call.complain("\(path): \(error.message)", status: 2)
    return 2
  }
  let isPlain = options.has("p")
  let isBits = options.has("b")
  func number(_ id: String) -> Int? { options.value(id).flatMap { signedDecimal($0) ?? prefixed($0) }.map { Int($0) } }
  if options.has("r") {
    if isPlain { call.write(plainBytes(bytes)) } else { call.write(revertedBytes(bytes)) }
    return 0
  }
  var offset = 0
  if let seek = number("s") {
    offset = seek < 0 ? max(0, bytes.count + seek) : min(seek, bytes.count)
    bytes = Array(bytes[offset...])
  }
  if let length = number("l") { bytes = Array(bytes.prefix(max(0, length))) }
  let perLine = max(
    1, number("c").map { $0 == 0 ? 16 : $0 } ?? (isPlain ? 30 : isBits ? 6 : options.has("i") ? 12 : 16))
  let alphabet = options.has("u") ? Array("0123456789ABCDEF".utf8) : digits
  if options.has("i") {
    includeForm(call, path, bytes, perLine, options.has("u"))
    return 0
  }
  if isPlain {
    var column = 0
    for byte in bytes {
      call.put(alphabet[Int(byte >> 4)])
      call.put(alphabet[Int(byte & 15)])
      column += 1
      if column == perLine {
        call.put(10)
        column = 0
      }
    }
    if column > 0 { call.put(10) }
    return 0
  }
  let group = max(0, number("g") ?? (isBits ? 1 : 2))
  let unit = isBits ? 8 : 2
  var at = 0
  while at < bytes.count {
    let line = bytes[at..<min(at + perLine, bytes.count)]
    var text = (hex(offset + at, 8) + ":").bytes
    text.append(32)
    for index in 0..<perLine {
      if at + index < bytes.count {
        let byte = bytes[at + index]
        if isBits {
          for bit in 0..<8 { text.append(byte >> UInt8(7 - bit) & 1 == 1 ? 49 : 48) }
        } else {
          text += [alphabet[Int(byte >> 4)], alphabet[Int(byte & 15)]]
        }
      } else {
        for _ in 0..<unit { text.append(32) }
      }
      if group > 0, (index + 1) % group == 0 || index + 1 == perLine { text.append(32) }
    }
    if group == 0 { text.append(32) }
    text.append(32)
    text += dotted(line)
    text.append(10)
    call.write(text)
    at += perLine
  }
  return 0
}

private func prefixed(_ text: String) -> Int64? {
  let bytes = text.bytes
  guard bytes.count > 2, bytes[0] == 48, bytes[1] | 32 == 120 else { return nil }
  var value: Int64 = 0
  for byte in bytes[2...] {
    guard let digit = hexValue(byte), value < 1 << 55 else { return nil }
    value = value * 16 + Int64(digit)
  }
  return value
}

private func plainBytes(_ text: [UInt8]) -> [UInt8] {
  var out: [UInt8] = []
  var high: UInt8?
  for byte in text {
    guard let digit = hexValue(byte) else { continue }
    if let first = high {
      out.append(first << 4 | digit)
      high = nil
    } else {
      high = digit
    }
  }
  return out
}

private func revertedBytes(_ text: [UInt8]) -> [UInt8] {
  var out: [UInt8] = []
  for line in lineContents(text) {
    guard let colon = line.firstIndex(of: 58) else { continue }
    var address = 0
    for byte in line[..<colon] {
      guard let digit = hexValue(byte), address < 1 << 26 else { continue }
      address = address * 16 + Int(digit)
    }
    var piece: [UInt8] = []
    var i = colon + 1
    var blanks = 0
    while i < line.endIndex, blanks < 2, piece.count < 256 {
      if line[i] == 32 {
        blanks += 1
        i += 1
        continue
      }
      guard i + 1 < line.endIndex, let a = hexValue(line[i]), let b = hexValue(line[i + 1]) else { break }
      blanks = 0
      piece.append(a << 4 | b)
      i += 2
    }
    while out.count < address { out.append(0) }
    out.replaceSubrange(address..<min(out.count, address + piece.count), with: piece)
  }
  return out
}

private func includeForm(_ call: ToolCall, _ path: String, _ bytes: [UInt8], _ perLine: Int, _ isUpper: Bool) {
  var name: [UInt8] = []
  for byte in path.utf8 { name.append(isAlphanumeric(byte) ? byte : 95) }
  if let first = name.first, isDigit(first) { name = [95, 95] + name }
  let isNamed = path != "-"
  if isNamed { call.printLine("unsigned char \(String(bytes: name))[] = {") }
  for (index, byte) in bytes.enumerated() {
    if index % perLine == 0 {
      call.print(index == 0 ? "  " : ",\n  ")
    } else {
      call.print(", ")
    }
    let text = hex(Int(byte), 2)
    call.print(isUpper ? "0X" + text.uppercased() : "0x" + text)
  }
  if !bytes.isEmpty { call.put(10) }
  if isNamed { call.printLine("};\nunsigned int \(String(bytes: name))_len = \(bytes.count);") }
}

// MARK: hexdump

let hexdumpOptions = OptionTable(
  "C,canonical b,one-byte-octal c,one-byte-char d,two-bytes-decimal o,two-bytes-octal x,two-bytes-hex !e,format= !f,format-file= n,length= s,skip= v,no-squeezing !L,color=?"
)

func hexdump(_ call: ToolCall) -> Int32 {
  var bytes: [UInt8] = []
  for path in call.operands.isEmpty ? ["-"] : call.operands {
    do throws(Errno) {
      bytes += try call.read(path)
    } catch {
      call.complain("\(path): \(error.message)")
    }
  }
  if call.status != 0, bytes.isEmpty {
    call.complain("all input file arguments failed")
    return 1
  }
  var start = 0
  if let text = call.options.value("s"), let skip = sizeWithSuffix(text) { start = Int(min(skip, Int64(bytes.count))) }
  if let text = call.options.value("n"), let count = sizeWithSuffix(text) {
    bytes = Array(bytes.prefix(start + Int(min(count, Int64(bytes.count)))))
  }
  let form = call.options.list.last { ["C", "b", "c", "d", "o", "x"].contains($0.id) }?.id ?? ""
  let isCanonical = form == "C" || call.name.utf8.first == 104 && call.name == "hd"
  var at = start
  var last: [UInt8]?
  var isStarred = false
  func end() { call.printLine(hex(bytes.count, isCanonical ? 8 : 7)) }
  while at < bytes.count {
    let line = Array(bytes[at..<min(at + 16, bytes.count)])
    if !call.options.has("v"), line.count == 16, let last, last == line {
      if !isStarred { call.printLine("*") }
      isStarred = true
      at += 16
      continue
    }
    isStarred = false
    last = line
    var text = hex(at, isCanonical ? 8 : 7)
    if isCanonical {
      for index in 0..<16 {
        text += index % 8 == 0 ? "  " : " "
        text += index < line.count ? hex(Int(line[index]), 2) : "  "
      }
      text += "  |" + String(bytes: dotted(line[...])) + "|"
    } else if form == "b" || form == "c" {
      for index in 0..<16 { text += index < line.count ? " " + single(line[index], form == "c") : "    " }
    } else {
      for index in stride(from: 0, to: 16, by: 2) {
        guard index < line.count else {
          text += String(repeating: " ", count: form.isEmpty ? 5 : 8)
          continue
        }
        let value = Int(line[index]) | (index + 1 < line.count ? Int(line[index + 1]) << 8 : 0)
        switch form {
        case "d": text += "   " + padded(String(value), 5)
        case "o": text += "  " + padded(String(value, radix: 8), 6)
        case "x": text += "    " + hex(value, 4)
        default: text += " " + hex(value, 4)
        }
      }
    }
    call.printLine(text)
    at += 16
  }
  if !bytes.isEmpty, bytes.count > start { end() }
  return call.status
}

private func padded(_ text: String, _ width: Int) -> String {
  String(repeating: "0", count: max(0, width - text.utf8.count)) + text
}

private func single(_ byte: UInt8, _ isCharacter: Bool) -> String {
  if isCharacter {
    let escapes: [UInt8: String] = [
      0: "\\0", 7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r",
    ]
    if let escape = escapes[byte] { return escape.paddedLeft(3) }
    if byte >= 32, byte < 127 { return String(bytes: [byte]).paddedLeft(3) }
  }
  return padded(String(byte, radix: 8), 3)
}
