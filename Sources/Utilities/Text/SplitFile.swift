// split (GNU coreutils manual, section 5.3).

import SimMachine

/// The pieces of `split -n`: by bytes, by whole lines (`l/`), by lines in turn (`r/`).
private func chunks(_ bytes: [UInt8], _ count: Int, _ kind: String) -> [ArraySlice<UInt8>] {
  let size = bytes.count / count
  if kind == "r" {
    var piles = [[UInt8]](repeating: [], count: count)
    for (index, line) in lines(bytes).enumerated() { piles[index % count] += line }
    var pieces: [ArraySlice<UInt8>] = []
    for pile in piles { pieces.append(pile[...]) }
    return pieces
  }
  var pieces: [ArraySlice<UInt8>] = []
  var start = 0
  for index in 0..<count {
    var end = index == count - 1 ? bytes.count : (index + 1) * size
    if kind == "l", index < count - 1 {
      end = max(end, start)
      // A line belongs to the piece in which it begins.
      while end > start || index >= 0, end < bytes.count, end > 0, bytes[end - 1] != 10 { end += 1 }
      if end < start { end = start }
    }
    pieces.append(bytes[start..<end])
    start = end
  }
  return pieces
}

func splitFile(_ call: ToolCall) -> Int32 {
  let options = call.options
  let path = call.operands.first ?? "-"
  let prefix = call.operands.count > 1 ? call.operands[1] : "x"
  if call.operands.count > 2 { return call.usage("extra operand \(quoted(call.operands[2]))") }
  let bytes: [UInt8]
  do throws(Errno) {
    bytes = try call.read(path)
  } catch {
    call.complain("cannot open '\(path)' for reading: \(error.message)")
    return 1
  }
  var pieces: [ArraySlice<UInt8>] = []
  if let text = options.value("b") {
    guard let size = sizeWithSuffix(text), size > 0 else {
      let range = sizeWithSuffix(text) == 0 ? ": Numerical result out of range" : ""
      call.complain("invalid number of bytes: \(quoted(text))\(range)")
      return 1
    }
    var at = 0
    while at < bytes.count {
      let next = Int(min(Int64(bytes.count), Int64(at) + size))
      pieces.append(bytes[at..<next])
      at = next
    }
  } else if let text = options.value("n") {
    var parts = text.split(separator: "/" as Character, omittingEmptySubsequences: false)
    var kind = ""
    if parts.count > 1, parts[0] == "l" || parts[0] == "r" { kind = String(parts.removeFirst()) }
    guard let last = parts.last, let count = decimal(String(last)), count > 0, parts.count < 3 else {
      call.complain("invalid number of chunks: \(quoted(String(parts.last ?? "")))")
      return 1
    }
    let total = Int(min(count, 1 << 20))
    pieces = chunks(bytes, total, kind)
    if parts.count == 2 {
      guard let chosen = decimal(String(parts[0])), chosen > 0, chosen <= count else {
        call.complain("invalid chunk number: \(quoted(String(parts[0])))")
        return 1
      }
      call.write(pieces[Int(chosen) - 1])
      return 0
    }
  } else if let text = options.value("C") {
    guard let size = sizeWithSuffix(text), size > 0 else {
      call.complain("invalid number of lines: \(quoted(text))")
      return 1
    }
    var start = 0
    var end = 0
    for line in lines(bytes) {
      if line.endIndex - start > Int(size), end > start {
        pieces.append(bytes[start..<end])
        start = end
      }
      while line.endIndex - start > Int(size) {
        pieces.append(bytes[start..<(start + Int(size))])
        start += Int(size)
      }
      end = line.endIndex
    }
    if start < bytes.count { pieces.append(bytes[start...]) }
  } else {
    let text = options.value("l") ?? "1000"
    guard let size = sizeWithSuffix(text), size > 0 else {
      let range = sizeWithSuffix(text) == 0 ? ": Numerical result out of range" : ""
      call.complain("invalid number of lines: \(quoted(text))\(range)")
      return 1
    }
    var start = 0
    var count: Int64 = 0
    for i in 0..<bytes.count where bytes[i] == 10 {
      count += 1
      if count == size {
        pieces.append(bytes[start...i])
        start = i + 1
        count = 0
      }
    }
    if start < bytes.count { pieces.append(bytes[start...]) }
  }
  if options.has("e") { pieces.removeAll { $0.isEmpty } }
  let numeric = options.has("d") || options.has("numeric-suffixes")
  let hexadecimal = options.has("x") || options.has("hex-suffixes")
  var length = options.value("a").flatMap { decimal($0) }.map { Int($0) } ?? 2
  var first = 0
  if let from = options.value("numeric-suffixes"), let value = decimal(from) { first = Int(value) }
  if let from = options.value("hex-suffixes"), let value = Int(from, radix: 16) { first = value }
  let alphabet = Array((hexadecimal ? "0123456789abcdef" : numeric ? "0123456789" : "abcdefghijklmnopqrstuvwxyz").utf8)
  let radix = alphabet.count
  let fixedLength = options.has("a")
  for (index, piece) in pieces.enumerated() {
    var capacity = 1
    for _ in 0..<length { capacity *= radix }
    var number = index + first
    if number >= capacity, fixedLength {
      call.complain("output file suffixes exhausted")
      return 1
    }
    if number >= capacity { length += 1 }
    var suffix: [UInt8] = []
    for _ in 0..<length {
      suffix.insert(alphabet[number % radix], at: 0)
      number /= radix
    }
    let name = prefix + String(bytes: suffix) + (options.value("additional-suffix") ?? "")
    do throws(Errno) {
      let file = try call.openForWriting(name)
      _ = file.write(piece)
      if options.has("verbose") { call.printLine("creating file '\(name)'") }
    } catch {
      call.complain("\(name): \(error.message)")
      return 1
    }
  }
  return 0
}
