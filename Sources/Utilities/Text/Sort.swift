// sort (GNU coreutils manual, section 7.1) in a C.UTF-8 locale: text compares by bytes. Stable merge of keys, with the whole
// line as the last resort unless -s or -u.

import SimKernel
import SimMachine

let sortOptions = OptionTable(
  "b,ignore-leading-blanks d,dictionary-order f,ignore-case g,general-numeric-sort i,ignore-nonprinting M,month-sort h,human-numeric-sort n,numeric-sort R,random-sort !random-source= r,reverse sort= V,version-sort !batch-size= c,check=~ C !compress-program= !debug !files0-from= k,key= m,merge o,output= s,stable S,buffer-size= t,field-separator= T,temporary-directory= parallel= u,unique z,zero-terminated",
  usageCode: 2)

private struct Order {
  var blanksStart = false
  var blanksEnd = false
  var dictionary = false
  var fold = false
  var printable = false
  var reverse = false
  /// n g h M V R, or 0 for text.
  var kind: UInt8 = 0
  var isSet: Bool { dictionary || fold || printable || reverse || kind != 0 || blanksStart || blanksEnd }

  mutating func set(_ letter: UInt8, end: Bool) -> Bool {
    switch letter {
    case 98: if end { blanksEnd = true } else { blanksStart = true }
    case 100: dictionary = true
    case 102: fold = true
    case 105: printable = true
    case 114: reverse = true
    case 110, 103, 104, 77, 86, 82: kind = letter
    default: return false
    }
    return true
  }
}

private struct Key {
  var startField: Int64 = 0
  var startCharacter: Int64 = 0
  var endField: Int64 = -1
  var endCharacter: Int64 = 0
  var order = Order()
}

private struct Item {
  let line: ArraySlice<UInt8>
  var keys: [ArraySlice<UInt8>]
  /// Ready numbers of keys that compare as numbers.
  var hashes: [UInt64] = []
}

func sortLines(_ call: ToolCall) -> Int32 {
  let options = call.options
  var global = Order()
  for option in options.list where option.id.utf8.count == 1 && "bdfgiMhnRrV".utf8.contains(option.id.utf8.first!) {
    _ = global.set(option.id.utf8.first!, end: false)
    if option.id == "b" { global.blanksEnd = true }
  }
  if let word = options.value("sort") {
    let letters = [
      "general-numeric": 103, "human-numeric": 104, "month": 77, "numeric": 110, "random": 82, "version": 86,
    ]
    guard let letter = letters[word] else {
      call.invalidArgument(
        word, "--sort", ["general-numeric", "human-numeric", "month", "numeric", "random", "version"])
      return 1
    }
    global.kind = UInt8(letter)
  }
  var separator: UInt8?
  if let text = options.value("t") {
    let bytes = text.bytes
    if bytes.isEmpty { return fail(call, "empty tab") }
    if bytes.count > 1, text != "\\0" { return fail(call, "multi-character tab \(quoted(text))") }
    separator = text == "\\0" ? 0 : bytes[0]
  }
  var keys: [Key] = []
  for text in options.values("k") {
    switch parseKey(text) {
    case .key(let key): keys.append(key)
    case .wrong(let message): return fail(call, message)
    }
  }
  for index in keys.indices where !keys[index].order.isSet { keys[index].order = global }
  // Ways of ordering that exclude each other, in the letters' order.
  var kinds = Set<UInt8>()
  for option in options.list where ["d", "g", "h", "i", "M", "n", "R", "V"].contains(option.id) {
    kinds.insert(option.id.utf8.first ?? 0)
  }
  let dictionary = kinds.contains(100) || kinds.contains(105)
  let exclusive = kinds.intersection([103, 104, 77, 110, 82, 86])
  if exclusive.count > 1 || (dictionary && !exclusive.isDisjoint(with: [103, 104, 77, 110])) {
    var letters: [UInt8] = []
    for letter in Array("dfghiMnRV".utf8) where kinds.contains(letter) { letters.append(letter) }
    return fail(call, "options '-\(String(bytes: letters))' are incompatible")
  }
  let delimiter: UInt8 = options.has("z") ? 0 : 10
  let check = options.last(of: ["c", "C"]) != nil
  let quiet = options.has("C") || options.value("c") == "quiet" || options.value("c") == "silent"
  let unique = options.has("u")
  let stable = options.has("s") || unique
  let byLanguage = call.process.sortsByLanguage
  let paths = call.operands.isEmpty ? ["-"] : call.operands
  if check, paths.count > 1 {
    return fail(call, "extra operand \(quoted(paths[1])) not allowed with -\(quiet ? "C" : "c")")
  }
  let hasher = call.world.random.split("sort -R")
  var salt = hasher
  let seed = salt.next()
  func extract(_ line: ArraySlice<UInt8>) -> Item {
    var item = Item(line: line, keys: [])
    if keys.isEmpty {
      var text = line
      if global.blanksStart { while let first = text.first, isBlank(first) { text = text.dropFirst() } }
      item.keys = [text]
    } else {
      for key in keys { item.keys.append(range(of: key, in: line, separator)) }
    }
    for index in item.keys.indices {
      let kind = keys.isEmpty ? global.kind : keys[index].order.kind
      if kind == 82 {
        var hash = seed
        for byte in item.keys[index] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        var generator = SeededRandom(seed: hash)
        item.hashes.append(generator.next())
      } else {
        item.hashes.append(0)
      }
    }
    return item
  }
  func compareKeys(_ a: Item, _ b: Item) -> Int {
    for index in a.keys.indices {
      let order = keys.isEmpty ? global : keys[index].order
      var result: Int
      if order.kind == 82 {
        result = a.hashes[index] == b.hashes[index] ? 0 : a.hashes[index] < b.hashes[index] ? -1 : 1
        if result == 0 { result = compareBytes(a.keys[index], b.keys[index]) }
      } else {
        result = compare(a.keys[index], b.keys[index], order, byLanguage)
      }
      if result != 0 { return order.reverse ? -result : result }
    }
    return 0
  }
  func compareAll(_ a: Item, _ b: Item) -> Int {
    let result = compareKeys(a, b)
    if result != 0 || stable { return result }
    if keys.isEmpty, !global.isSet { return 0 }
    let last = compareTexts(a.line, b.line, byLanguage)
    return global.reverse ? -last : last
  }
  var items: [Item] = []
  var starts: [Int] = []
  for path in paths {
    starts.append(items.count)
    do throws(Errno) {
      for line in lineContents(try call.read(path), delimiter: delimiter) { items.append(extract(line)) }
    } catch {
      let what = error == .isDirectory ? "read failed" : error == .badDescriptor ? "stat failed" : "cannot read"
      return fail(call, what + ": \(path): \(error.message)")
    }
  }
  if items.count > 1 { call.process.account.spend(steps: Int64(items.count)) }
  if check {
    for index in items.indices.dropFirst() {
      let order = compareAll(items[index - 1], items[index])
      if order > 0 || (unique && order == 0) {
        if !quiet {
          call.complain("\(paths[0]):\(index + 1): disorder: \(String(bytes: items[index].line))")
        }
        return 1
      }
    }
    return 0
  }
  // The standard library's sort is stable in practice; the index makes it so by contract.
  var order = Array(items.indices)
  if options.has("m") {
    order = merged(starts, items.count) { compareAll(items[$0], items[$1]) }
  } else {
    order.sort {
      let result = compareAll(items[$0], items[$1])
      return result != 0 ? result < 0 : $0 < $1
    }
  }
  var out: [UInt8] = []
  var previous: Int?
  for index in order {
    if unique, let previous, compareKeys(items[previous], items[index]) == 0 { continue }
    previous = index
    out += items[index].line
    out.append(delimiter)
  }
  if let path = options.value("o") {
    do throws(Errno) {
      let file = try call.openForWriting(path)
      _ = file.write(out[...])
    } catch {
      return fail(call, "open failed: \(path): \(error.message)")
    }
  } else {
    call.write(out)
  }
  return call.status
}

/// Merges runs that begin at `starts`, taking from the first file on ties.
private func merged(_ starts: [Int], _ count: Int, _ compare: (Int, Int) -> Int) -> [Int] {
  var heads = starts
  var ends = Array(starts.dropFirst())
  ends.append(count)
  var order: [Int] = []
  while true {
    var best: Int?
    for run in heads.indices where heads[run] < ends[run] {
      if best == nil || compare(heads[run], heads[best!]) < 0 { best = run }
    }
    guard let best else { return order }
    order.append(heads[best])
    heads[best] += 1
  }
}

private func fail(_ call: ToolCall, _ message: String) -> Int32 {
  call.complain(message)
  return 2
}

private enum KeyOutcome {
  case key(Key)
  case wrong(String)
}

private func parseKey(_ text: String) -> KeyOutcome {
  let bytes = text.bytes
  var key = Key()
  var i = 0
  func number() -> Int64? {
    let start = i
    while i < bytes.count, isDigit(bytes[i]) { i += 1 }
    return start == i ? nil : decimal(bytes[start..<i])
  }
  guard let field = number() else {
    return .wrong("invalid number at field start: invalid count at start of \(quoted(text))")
  }
  if field == 0 { return .wrong("field number is zero: invalid field specification \(quoted(text))") }
  key.startField = field - 1
  if i < bytes.count, bytes[i] == 46 {
    i += 1
    let start = i
    guard let character = number() else {
      return .wrong("invalid number after ‘.’: invalid count at start of \(quoted(String(bytes: bytes[start...])))")
    }
    if character == 0 { return .wrong("character offset is zero: invalid field specification \(quoted(text))") }
    key.startCharacter = character - 1
  }
  while i < bytes.count, key.order.set(bytes[i], end: false) { i += 1 }
  if i < bytes.count, bytes[i] == 44 {
    i += 1
    let start = i
    guard let field = number() else {
      return .wrong("invalid number after ‘,’: invalid count at start of \(quoted(String(bytes: bytes[start...])))")
    }
    if field == 0 { return .wrong("field number is zero: invalid field specification \(quoted(text))") }
    key.endField = field - 1
    if i < bytes.count, bytes[i] == 46 {
      i += 1
      let start = i
      guard let character = number() else {
        return .wrong("invalid number after ‘.’: invalid count at start of \(quoted(String(bytes: bytes[start...])))")
      }
      key.endCharacter = character
    }
    while i < bytes.count, key.order.set(bytes[i], end: true) { i += 1 }
  }
  if i < bytes.count { return .wrong("stray character in field spec: invalid field specification \(quoted(text))") }
  return .key(key)
}

/// The part of a line that a key covers.
private func range(of key: Key, in line: ArraySlice<UInt8>, _ separator: UInt8?) -> ArraySlice<UInt8> {
  let end = line.endIndex
  func skipFields(_ count: Int64, _ start: Int, toEnd: Bool) -> Int {
    var at = start
    var left = count
    while at < end, left > 0 {
      left -= 1
      if let separator {
        while at < end, line[at] != separator { at += 1 }
        if at < end, !toEnd || left > 0 { at += 1 }
      } else {
        while at < end, isBlank(line[at]) { at += 1 }
        while at < end, !isBlank(line[at]) { at += 1 }
      }
    }
    return at
  }
  var from = skipFields(key.startField, line.startIndex, toEnd: false)
  if key.order.blanksStart { while from < end, isBlank(line[from]) { from += 1 } }
  from = Int(min(Int64(end), Int64(from) + key.startCharacter))
  guard key.endField >= 0 else { return line[from..<end] }
  var to: Int
  if key.endCharacter == 0 {
    to = skipFields(key.endField + 1, line.startIndex, toEnd: true)
  } else {
    to = skipFields(key.endField, line.startIndex, toEnd: false)
    if key.order.blanksEnd { while to < end, isBlank(line[to]) { to += 1 } }
    to = Int(min(Int64(end), Int64(to) + key.endCharacter))
  }
  return from < to ? line[from..<to] : line[from..<from]
}

private func compare(
  _ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>, _ order: Order, _ byLanguage: Bool
) -> Int {
  switch order.kind {
  case 110: return compareNumbers(trimmed(a), trimmed(b))
  case 104: return compareHuman(trimmed(a), trimmed(b))
  case 103: return compareGeneral(trimmed(a), trimmed(b))
  case 77: return month(trimmed(a)) - month(trimmed(b))
  case 86: return compareVersions(a, b)
  default: break
  }
  guard order.fold || order.dictionary || order.printable else { return compareTexts(a, b, byLanguage) }
  return compareTexts(filtered(a, order)[...], filtered(b, order)[...], byLanguage)
}

private func compareTexts(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>, _ byLanguage: Bool) -> Int {
  byLanguage ? Collation.compare(String(bytes: a), String(bytes: b)) : compareBytes(a, b)
}

private func filtered(_ text: ArraySlice<UInt8>, _ order: Order) -> [UInt8] {
  var out: [UInt8] = []
  for byte in text {
    if order.dictionary, !isBlank(byte), !isAlphanumeric(byte) { continue }
    if order.printable, byte < 32 || byte >= 127 { continue }
    out.append(order.fold ? uppercased(byte) : byte)
  }
  return out
}

private func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  var text = text
  while let first = text.first, isBlank(first) { text = text.dropFirst() }
  return text
}

/// Compares numbers of any length as text: sign, digits, point, digits.
private func compareNumbers(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Int {
  let x = NumberText(a)
  let y = NumberText(b)
  if x.isZero, y.isZero { return 0 }
  if x.negative != y.negative || x.isZero || y.isZero {
    let left = x.isZero ? 0 : x.negative ? -1 : 1
    let right = y.isZero ? 0 : y.negative ? -1 : 1
    return left == right ? 0 : left < right ? -1 : 1
  }
  let result = x.compareMagnitude(y)
  return x.negative ? -result : result
}

private struct NumberText {
  var negative = false
  var whole: ArraySlice<UInt8>
  var fraction: ArraySlice<UInt8>
  var rest: ArraySlice<UInt8>

  init(_ text: ArraySlice<UInt8>) {
    var at = text.startIndex
    if at < text.endIndex, text[at] == 45 {
      negative = true
      at += 1
    }
    while at < text.endIndex, text[at] == 48 { at += 1 }
    let start = at
    while at < text.endIndex, isDigit(text[at]) { at += 1 }
    whole = text[start..<at]
    fraction = text[at..<at]
    if at < text.endIndex, text[at] == 46 {
      let begin = at + 1
      at = begin
      while at < text.endIndex, isDigit(text[at]) { at += 1 }
      var last = at
      while last > begin, text[last - 1] == 48 { last -= 1 }
      fraction = text[begin..<last]
    }
    rest = text[at...]
  }

  var isZero: Bool { whole.isEmpty && fraction.isEmpty }

  func compareMagnitude(_ other: NumberText) -> Int {
    if whole.count != other.whole.count { return whole.count < other.whole.count ? -1 : 1 }
    let result = compareBytes(whole, other.whole)
    return result != 0 ? result : compareBytes(fraction, other.fraction)
  }
}

private func compareHuman(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Int {
  let x = NumberText(a)
  let y = NumberText(b)
  func unit(_ number: NumberText) -> Int {
    guard !number.isZero, let suffix = number.rest.first else { return 0 }
    let units: [UInt8] = [75, 77, 71, 84, 80, 69, 90, 89]
    let power = (units.firstIndex(of: suffix) ?? (suffix == 107 ? 0 : -1)) + 1
    return number.negative ? -power : power
  }
  let left = unit(x)
  let right = unit(y)
  if left != right { return left < right ? -1 : 1 }
  return compareNumbers(a, b)
}

private func compareGeneral(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Int {
  let x = parseDouble(a)?.value
  let y = parseDouble(b)?.value
  guard let x else { return y == nil ? 0 : -1 }
  guard let y else { return 1 }
  if x.isNaN || y.isNaN { return x.isNaN ? (y.isNaN ? 0 : -1) : 1 }
  return x < y ? -1 : x == y ? 0 : 1
}

private func month(_ text: ArraySlice<UInt8>) -> Int {
  guard text.count >= 3 else { return 0 }
  var name: [UInt8] = []
  for byte in text.prefix(3) { name.append(uppercased(byte)) }
  let months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
  return (months.firstIndex(of: String(bytes: name)) ?? -1) + 1
}

/// GNU version order (gnulib filevercmp): digits compare as numbers, `~` before everything, suffixes last.
func compareVersions(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Int {
  if a.isEmpty || b.isEmpty { return a.isEmpty ? (b.isEmpty ? 0 : -1) : 1 }
  // Hidden files come first.
  if a.first == 46 || b.first == 46 {
    if a.first != 46 { return 1 }
    if b.first != 46 { return -1 }
    for special in [[46], [46, 46]] as [[UInt8]] {
      let x = a.elementsEqual(special)
      let y = b.elementsEqual(special)
      if x || y { return x ? (y ? 0 : -1) : 1 }
    }
  }
  let x = a.prefix(upTo: suffixStart(a))
  let y = b.prefix(upTo: suffixStart(b))
  let result = compareVersionParts(x, y)
  return result != 0 ? result : compareVersionParts(a, b)
}

/// Where the file name suffix begins: (\.[A-Za-z~][A-Za-z0-9~]*)*$
private func suffixStart(_ text: ArraySlice<UInt8>) -> Int {
  var start: Int?
  var i = text.startIndex
  var readsSuffix = false
  while i < text.endIndex {
    let byte = text[i]
    if byte == 46 {
      let next = i + 1 < text.endIndex ? text[i + 1] : 0
      if isAlpha(next) || next == 126 {
        if !readsSuffix { start = i }
        readsSuffix = true
        i += 2
        continue
      }
      readsSuffix = false
      start = nil
    } else if readsSuffix, !(isAlphanumeric(byte) || byte == 126) {
      readsSuffix = false
      start = nil
    }
    i += 1
  }
  return start ?? text.endIndex
}

private func compareVersionParts(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Int {
  func rank(_ text: ArraySlice<UInt8>, _ at: Int) -> Int {
    guard at < text.endIndex else { return -1 }
    let byte = text[at]
    if isDigit(byte) { return 0 }
    if isAlpha(byte) { return Int(byte) }
    if byte == 126 { return -2 }
    return Int(byte) + 256
  }
  var i = a.startIndex
  var j = b.startIndex
  while i < a.endIndex || j < b.endIndex {
    while (i < a.endIndex && !isDigit(a[i])) || (j < b.endIndex && !isDigit(b[j])) {
      let x = rank(a, i)
      let y = rank(b, j)
      if x != y { return x < y ? -1 : 1 }
      i += 1
      j += 1
    }
    while i < a.endIndex, a[i] == 48 { i += 1 }
    while j < b.endIndex, b[j] == 48 { j += 1 }
    var first = 0
    while i < a.endIndex, j < b.endIndex, isDigit(a[i]), isDigit(b[j]) {
      if first == 0 { first = Int(a[i]) - Int(b[j]) }
      i += 1
      j += 1
    }
    if i < a.endIndex, isDigit(a[i]) { return 1 }
    if j < b.endIndex, isDigit(b[j]) { return -1 }
    if first != 0 { return first }
  }
  return 0
}
