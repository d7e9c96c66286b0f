// The order of texts in a language's locale: letters first, then their accents, then their case, and punctuation only when all else
// is the same. Source: ISO 14651 as glibc has it for en_US.UTF-8.

package enum Collation {
  private struct Weights {
    var letters: [Int] = []
    var accents: [Int] = []
    var cases: [Int] = []
    var own = 0
  }

  nonisolated(unsafe) private static let table: [UInt32: Weights] = {
    var table: [UInt32: Weights] = [:]
    collationFacts.withUTF8Buffer { bytes in
      for fact in bytes.split(whereSeparator: { $0 == 32 || $0 == 10 }) {
        let fields = fact.split(separator: 47)
        func number(_ digits: Slice<UnsafeBufferPointer<UInt8>>, _ radix: UInt32) -> UInt32 {
          var value: UInt32 = 0
          for digit in digits { value = value * radix + UInt32(digit >= 97 ? digit - 87 : digit - 48) }
          return value
        }
        func ranks(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> [Int] {
          var list: [Int] = []
          for part in text.split(separator: 44) where part.first != 45 { list.append(Int(number(part, 10))) }
          return list
        }
        guard fields.count == 5 else { continue }
        table[number(fields[0], 16)] = Weights(
          letters: ranks(fields[1]), accents: ranks(fields[2]), cases: ranks(fields[3]), own: Int(number(fields[4], 10))
        )
      }
    }
    return table
  }()

  /// Negative, zero or positive; zero for the same bytes only.
  package static func compare(_ x: String, _ y: String) -> Int {
    let (a, b) = (weights(x), weights(y))
    for (left, right) in [(a.letters, b.letters), (a.accents, b.accents), (a.cases, b.cases), (a.own, b.own)] {
      let order = compare(left, right)
      if order != 0 { return order }
    }
    return order(x, y)
  }

  /// By bytes, for texts that weigh the same.
  private static func order(_ x: String, _ y: String) -> Int {
    for (a, b) in zip(x.utf8, y.utf8) where a != b { return a < b ? -1 : 1 }
    return x.utf8.count == y.utf8.count ? 0 : x.utf8.count < y.utf8.count ? -1 : 1
  }

  private static func compare(_ x: [Int], _ y: [Int]) -> Int {
    for i in 0..<min(x.count, y.count) where x[i] != y[i] { return x[i] < y[i] ? -1 : 1 }
    return x.count == y.count ? 0 : x.count < y.count ? -1 : 1
  }

  private static func weights(_ text: String) -> (letters: [Int], accents: [Int], cases: [Int], own: [Int]) {
    var (letters, accents, cases, own): ([Int], [Int], [Int], [Int]) = ([], [], [], [])
    for scalar in text.unicodeScalars {
      if let known = table[scalar.value] {
        letters += known.letters
        accents += known.accents
        cases += known.cases
        own.append(known.own)
      } else {
        // Characters of other scripts come after, by their numbers.
        letters.append(10_000 + Int(scalar.value))
        own.append(10_000 + Int(scalar.value))
      }
    }
    return (letters, accents, cases, own)
  }
}
