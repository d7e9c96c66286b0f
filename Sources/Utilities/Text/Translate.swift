// tr (GNU coreutils manual, section 9.1), on bytes.

import SimMachine

final class Translate: Program {
  static let options = OptionTable("c,C,complement d,delete s,squeeze-repeats t,truncate-set1", stopsAtOperand: true)
  private let flavour: UtilityFlavour
  private var call: ToolCall?
  private var map = [UInt8](repeating: 0, count: 256)
  private var deletes = [Bool](repeating: false, count: 256)
  private var squeezes = [Bool](repeating: false, count: 256)
  private var lastPut: UInt8?

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  private func start(_ call: ToolCall) -> Int32? {
    if let code = begin(call, Translate.options, "tr") { return code }
    let options = call.options
    let delete = options.has("d")
    let squeeze = options.has("s")
    let operands = call.operands
    guard let first = operands.first else { return call.usage("missing operand") }
    if operands.count < 2, delete == squeeze {
      call.complain("missing operand after \(quoted(first))")
      call.writeError(
        delete
          ? "Two strings must be given when both deleting and squeezing repeats.\n"
          : "Two strings must be given when translating.\n")
      return call.usage(nil)
    }
    let most = delete && !squeeze ? 1 : 2
    if operands.count > most {
      call.complain("extra operand \(quoted(operands[most]))")
      if most == 1, operands.count == 2 {
        call.writeError("Only one string may be given when deleting without squeezing repeats.\n")
      }
      return call.usage(nil)
    }
    guard let set1 = TranslateSet.parse(first, call) else { return 1 }
    var set2: TranslateSet?
    if operands.count > 1 {
      guard let second = TranslateSet.parse(operands[1], call) else { return 1 }
      set2 = second
    }
    var bytes1 = set1.bytes
    if options.has("c") {
      var present = [Bool](repeating: false, count: 256)
      for byte in bytes1 { present[Int(byte)] = true }
      bytes1 = []
      for value in 0..<256 where !present[value] { bytes1.append(UInt8(value)) }
    }
    for value in 0..<256 { map[value] = UInt8(value) }
    if delete {
      for byte in bytes1 { deletes[Int(byte)] = true }
      for byte in set2?.bytes ?? [] { squeezes[Int(byte)] = true }
      return nil
    }
    guard var second = set2 else {
      for byte in bytes1 { squeezes[Int(byte)] = true }
      return nil
    }
    if second.hasOtherClass {
      call.complain("when translating, the only character classes that may appear in\nstring2 are 'upper' and 'lower'")
      return 1
    }
    for at in second.caseClasses where options.has("c") || !set1.caseClasses.contains(at) {
      call.complain("misaligned [:upper:] and/or [:lower:] construct")
      return 1
    }
    if let fill = second.fill, bytes1.count > second.bytes.count {
      let missing = bytes1.count - second.bytes.count
      second.bytes.insert(contentsOf: [UInt8](repeating: fill.byte, count: missing), at: fill.at)
    }
    if second.bytes.count < bytes1.count, !options.has("t") {
      guard let last = second.bytes.last else {
        call.complain("when not truncating set1, string2 must be non-empty")
        return 1
      }
      second.bytes += [UInt8](repeating: last, count: bytes1.count - second.bytes.count)
    }
    for (index, byte) in bytes1.enumerated() where index < second.bytes.count { map[Int(byte)] = second.bytes[index] }
    if squeeze { for byte in second.bytes { squeezes[Int(byte)] = true } }
    return nil
  }

  func resume(_ process: Process) -> Step {
    if call == nil {
      let call = ToolCall(process: process, flavour: flavour)
      self.call = call
      if let code = start(call) { return .exit(code) }
    }
    guard let call else { return .exit(1) }
    while true {
      switch process.read(0) {
      case .bytes(let bytes):
        process.account.spend(steps: 1)
        if process.account.limitReached != nil { return .again }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        for byte in bytes {
          if deletes[Int(byte)] { continue }
          let put = map[Int(byte)]
          if squeezes[Int(put)], lastPut == put { continue }
          lastPut = put
          out.append(put)
        }
        call.write(out)
        if process.hasBacklog { return .again }
      case .wouldBlock:
        guard let file = process.file(0) else { return .exit(1) }
        call.settleBeforeWaiting()
        return .wait([.queue(file.readable)])
      case .endOfFile:
        call.flush()
        return .exit(call.status)
      case .failed(let error):
        call.flush()
        call.complain("read error: \(error.message)")
        return .exit(1)
      }
    }
  }
}

/// A set as written: its bytes in order, with what decides how it is stretched.
struct TranslateSet {
  var bytes: [UInt8] = []
  /// `[x*]`: where to repeat x until the set is as long as the first.
  var fill: (at: Int, byte: UInt8)?
  /// A class other than upper and lower.
  var hasOtherClass = false
  /// Where `[:upper:]` and `[:lower:]` begin.
  var caseClasses: [Int] = []

  private static let classes: [(String, @Sendable (UInt8) -> Bool)] = [
    ("alnum", { isAlphanumeric($0) }), ("alpha", { isAlpha($0) }), ("blank", { isBlank($0) }),
    ("cntrl", { $0 < 32 || $0 == 127 }), ("digit", { isDigit($0) }), ("graph", { $0 > 32 && $0 < 127 }),
    ("lower", { isLower($0) }), ("print", { $0 >= 32 && $0 < 127 }),
    ("punct", { $0 > 32 && $0 < 127 && !isAlphanumeric($0) }), ("space", { isSpace($0) }), ("upper", { isUpper($0) }),
    ("xdigit", { isDigit($0) || ($0 >= 65 && $0 <= 70) || ($0 >= 97 && $0 <= 102) }),
  ]

  /// Characters with whether they were escaped: an escaped one is never an operator.
  private static func unescape(_ source: [UInt8], _ call: ToolCall) -> [(byte: UInt8, escaped: Bool)] {
    var items: [(byte: UInt8, escaped: Bool)] = []
    var i = 0
    while i < source.count {
      guard source[i] == 92 else {
        items.append((source[i], false))
        i += 1
        continue
      }
      guard i + 1 < source.count else {
        call.complain("warning: an unescaped backslash at end of string is not portable", status: 0)
        items.append((92, false))
        i += 1
        continue
      }
      let next = source[i + 1]
      i += 2
      let controls: [UInt8: UInt8] = [97: 7, 98: 8, 102: 12, 110: 10, 114: 13, 116: 9, 118: 11]
      if let control = controls[next] {
        items.append((control, true))
      } else if next >= 48, next <= 55 {
        var value = Int(next - 48)
        var digits = 1
        while digits < 3, i < source.count, source[i] >= 48, source[i] <= 55, value * 8 + Int(source[i] - 48) < 256 {
          value = value * 8 + Int(source[i] - 48)
          i += 1
          digits += 1
        }
        items.append((UInt8(value), true))
      } else {
        items.append((next, true))
      }
    }
    return items
  }

  static func parse(_ text: String, _ call: ToolCall) -> TranslateSet? {
    var set = TranslateSet()
    let items = unescape(text.bytes, call)
    func isOperator(_ at: Int, _ byte: UInt8) -> Bool {
      at < items.count && items[at].byte == byte && !items[at].escaped
    }
    func raw(_ range: Range<Int>) -> [UInt8] {
      var bytes: [UInt8] = []
      for item in items[range] { bytes.append(item.byte) }
      return bytes
    }
    var i = 0
    while i < items.count {
      if isOperator(i, 91), i + 1 < items.count {
        if isOperator(i + 1, 58) {
          var end = i + 2
          while end + 1 < items.count, !(isOperator(end, 58) && isOperator(end + 1, 93)) { end += 1 }
          if end + 1 < items.count {
            let name = String(bytes: raw((i + 2)..<end))
            guard let entry = classes.first(where: { $0.0 == name }) else {
              call.complain("invalid character class \(quoted(name))")
              return nil
            }
            if name == "upper" || name == "lower" {
              set.caseClasses.append(set.bytes.count)
            } else {
              set.hasOtherClass = true
            }
            for value in 0..<256 where entry.1(UInt8(value)) { set.bytes.append(UInt8(value)) }
            i = end + 2
            continue
          }
        }
        if isOperator(i + 1, 61), i + 4 < items.count, isOperator(i + 3, 61), isOperator(i + 4, 93) {
          set.bytes.append(items[i + 2].byte)
          i += 5
          continue
        }
        if i + 3 < items.count, isOperator(i + 2, 42) {
          var end = i + 3
          while end < items.count, isDigit(items[end].byte), !items[end].escaped { end += 1 }
          if isOperator(end, 93) {
            let digits = raw((i + 3)..<end)
            let radix: Int64 = digits.first == 48 ? 8 : 10
            var count: Int64 = 0
            for digit in digits { count = min(1 << 16, count * radix + Int64(digit - 48)) }
            if count == 0 {
              set.fill = (set.bytes.count, items[i + 1].byte)
            } else {
              for _ in 0..<count { set.bytes.append(items[i + 1].byte) }
            }
            i = end + 1
            continue
          }
        }
      }
      if i + 2 < items.count, isOperator(i + 1, 45) {
        let low = items[i].byte
        let high = items[i + 2].byte
        if high < low {
          call.complain("range-endpoints of '\(shown(low))-\(shown(high))' are in reverse collating sequence order")
          return nil
        }
        for value in low...high { set.bytes.append(value) }
        i += 3
        continue
      }
      set.bytes.append(items[i].byte)
      i += 1
    }
    return set
  }

  private static func shown(_ byte: UInt8) -> String {
    byte < 32 || byte > 126 ? String(bytes: octalEscape(byte)) : String(bytes: [byte])
  }
}
