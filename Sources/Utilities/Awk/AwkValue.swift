// Values of awk and its associative arrays. Numbers print as mawk prints them, and `for (k in a)` runs in mawk 1.3.4's order:
// 64 lists chosen by the FNV-1a hash of the key, the one touched last in front. (Above 768 entries mawk grows its table; the
// order is then ours.)

struct AwkValue {
  enum Kind {
    case uninitialized, number, string
    /// Text from input that looks like a number counts as both.
    case numericText
  }
  var kind: Kind
  var number: Double
  var text: [UInt8]

  static let uninitialized = AwkValue(kind: .uninitialized, number: 0, text: [])

  init(kind: Kind, number: Double, text: [UInt8]) {
    self.kind = kind
    self.number = number
    self.text = text
  }
  init(_ number: Double) { self.init(kind: .number, number: number, text: []) }
  init(_ number: Int) { self.init(kind: .number, number: Double(number), text: []) }
  init(_ text: [UInt8]) { self.init(kind: .string, number: 0, text: text) }
  /// Text that came from input.
  init(input text: [UInt8]) {
    if let value = AwkValue.lookingLikeNumber(text) {
      self.init(kind: .numericText, number: value, text: text)
    } else {
      self.init(kind: .string, number: 0, text: text)
    }
  }

  private static func lookingLikeNumber(_ text: [UInt8]) -> Double? {
    var start = 0
    var end = text.count
    while start < end, isSpace(text[start]) { start += 1 }
    while end > start, isSpace(text[end - 1]) { end -= 1 }
    guard start < end, let parsed = parseDouble(text[start..<end], words: true), parsed.length == end - start else {
      return nil
    }
    return parsed.value
  }

  /// As a whole number, cut; what is too large becomes the largest there is.
  var asInt: Int {
    let number = asNumber
    if number.isNaN { return 0 }
    return number >= Double(Int.max) ? .max : number <= Double(Int.min) ? .min : Int(number)
  }
  var asNumber: Double {
    switch kind {
    case .number, .numericText: return number
    case .uninitialized: return 0
    case .string:
      var start = 0
      while start < text.count, isSpace(text[start]) { start += 1 }
      return parseDouble(text[start...], words: false)?.value ?? 0
    }
  }

  var asBool: Bool {
    switch kind {
    case .number, .numericText: return number != 0
    case .uninitialized: return false
    case .string: return !text.isEmpty
    }
  }

  func asText(_ format: [UInt8]) -> [UInt8] {
    guard kind == .number else { return text }
    return AwkValue.numberText(number, format)
  }

  static func numberText(_ number: Double, _ format: [UInt8]) -> [UInt8] {
    if number.isNaN { return Array((number.sign == .minus ? "-nan" : "nan").utf8) }
    if number.isInfinite { return Array((number < 0 ? "-inf" : "inf").utf8) }
    // mawk's integers have 32 bits; larger ones print as other numbers do.
    if number == number.rounded(.towardZero), number < 2_147_483_648, number >= -2_147_483_648 {
      return Array(String(Int64(number)).utf8)
    }
    var index = 0
    guard format.first == 37, let directive = PrintfDirective.read(format, &index), index == format.count else {
      return Array(formatDouble(number, 103, NumberFormat()).utf8)
    }
    return Array(formatDouble(number, directive.conversion, directive.format).utf8)
  }

  /// -1, 0, 1: as numbers when both are, as text otherwise.
  static func compare(_ a: AwkValue, _ b: AwkValue, _ format: [UInt8]) -> Int {
    if a.kind != .string, b.kind != .string {
      let x = a.asNumber
      let y = b.asNumber
      return x < y ? -1 : x == y ? 0 : 1
    }
    return compareBytes(a.asText(format)[...], b.asText(format)[...])
  }
}

final class AwkArray {
  private struct Node {
    var key: [UInt8]?
    var index: Int64?
    var value: AwkValue
    var keyStamp: Int64 = 0
    var indexStamp: Int64 = 0
  }
  private var nodes: [Int: Node] = [:]
  private var byKey: [[UInt8]: Int] = [:]
  private var byIndex: [Int64: Int] = [:]
  private var nextNode = 0
  private var stamp: Int64 = 0
  /// Whether every node has its key as text (after the first look by text, or a loop).
  private var keysKnown = false
  /// Made by `split`, and not yet a table: looking does not move anything.
  private var isVector = false

  var count: Int { nodes.count }

  func removeAll() {
    nodes = [:]
    byKey = [:]
    byIndex = [:]
    keysKnown = false
    isVector = false
  }

  func fill(_ values: [AwkValue]) {
    removeAll()
    for (offset, value) in values.enumerated() { set(AwkValue(offset + 1), [], value) }
    isVector = true
  }

  private func learnKeys() {
    guard !keysKnown else { return }
    keysKnown = true
    isVector = false
    var pending: [(bucket: Int64, stamp: Int64, node: Int)] = []
    for (id, node) in nodes where node.key == nil {
      pending.append((node.index! & 63, node.indexStamp, id))
    }
    pending.sort { $0.bucket != $1.bucket ? $0.bucket < $1.bucket : $0.stamp > $1.stamp }
    for (_, _, id) in pending {
      stamp += 1
      let key = Array(String(nodes[id]!.index!).utf8)
      nodes[id]!.key = key
      nodes[id]!.keyStamp = stamp
      byKey[key] = id
    }
  }

  private func integer(_ arraySubscript: AwkValue) -> Int64? {
    guard arraySubscript.kind == .number, arraySubscript.number == arraySubscript.number.rounded(.towardZero),
      abs(arraySubscript.number) < 2_147_483_647
    else { return nil }
    return Int64(arraySubscript.number)
  }

  private func find(_ key: AwkValue, _ format: [UInt8]) -> Int? {
    stamp += 1
    if let index = integer(key) {
      if let id = byIndex[index] {
        if !isVector { nodes[id]!.indexStamp = stamp }
        return id
      }
      guard keysKnown || !byKey.isEmpty else { return nil }
    }
    learnKeys()
    guard let id = byKey[key.asText(format)] else { return nil }
    nodes[id]!.keyStamp = stamp
    if let index = integer(key), nodes[id]!.index == nil {
      nodes[id]!.index = index
      nodes[id]!.indexStamp = stamp
      byIndex[index] = id
    }
    return id
  }

  func contains(_ key: AwkValue, _ format: [UInt8]) -> Bool { find(key, format) != nil }

  /// Looking at an element makes it.
  func get(_ key: AwkValue, _ format: [UInt8]) -> AwkValue {
    if let id = find(key, format) { return nodes[id]!.value }
    set(key, format, .uninitialized)
    return .uninitialized
  }

  func set(_ key: AwkValue, _ format: [UInt8], _ value: AwkValue) {
    if let id = find(key, format) {
      nodes[id]!.value = value
      return
    }
    let id = nextNode
    nextNode += 1
    stamp += 1
    var node = Node(key: nil, index: nil, value: value)
    if let index = integer(key) {
      node.index = index
      node.indexStamp = stamp
      byIndex[index] = id
      if keysKnown || !byKey.isEmpty {
        let text = Array(String(index).utf8)
        node.key = text
        node.keyStamp = stamp
        byKey[text] = id
      }
      if isVector, index != Int64(nodes.count) + 1 { isVector = false }
    } else {
      learnKeys()
      let text = key.asText(format)
      node.key = text
      node.keyStamp = stamp
      byKey[text] = id
    }
    nodes[id] = node
  }

  func remove(_ key: AwkValue, _ format: [UInt8]) {
    guard let id = find(key, format), let node = nodes.removeValue(forKey: id) else { return }
    if let text = node.key { byKey[text] = nil }
    if let index = node.index { byIndex[index] = nil }
    if nodes.isEmpty { removeAll() }
  }

  /// The keys in the order of a loop.
  func keys() -> [[UInt8]] {
    learnKeys()
    var order: [(bucket: UInt32, stamp: Int64, key: [UInt8])] = []
    for node in nodes.values {
      guard let key = node.key else { continue }
      var hash: UInt32 = 2_166_136_261
      for byte in key { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
      order.append((hash & 63, node.keyStamp, key))
    }
    order.sort { $0.bucket != $1.bucket ? $0.bucket < $1.bucket : $0.stamp > $1.stamp }
    var result: [[UInt8]] = []
    for entry in order { result.append(entry.key) }
    return result
  }
}
