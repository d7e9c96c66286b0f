// The order of texts in a database whose locale is a language's: letters first, then their accents, then their case, and punctuation
// only when all else is the same. The C library of Alpine has no such orders. A column's own COLLATE is not looked at.
// Source: ISO 14651 as glibc has it; PostgreSQL 15 manual, section 24.2 "Collation Support".

internal import SimKernel

enum Collation {
  private struct Weights {
    var letters: [Int] = []
    var accents: [Int] = []
    var cases: [Int] = []
    var own = 0
  }

  nonisolated(unsafe) private static let table: [UInt32: Weights] = {
    var table: [UInt32: Weights] = [:]
    for line in factLines(collationFacts) {
      for fact in line[0].split(separator: " ") {
        let fields = fact.split(separator: "/", omittingEmptySubsequences: false)
        func ranks(_ text: Substring) -> [Int] {
          var list: [Int] = []
          for part in text.split(separator: ",") where part != "-" { list.append(Int(part) ?? 0) }
          return list
        }
        guard fields.count == 5, let code = UInt32(fields[0], radix: 16) else { continue }
        table[code] = Weights(
          letters: ranks(fields[1]), accents: ranks(fields[2]), cases: ranks(fields[3]), own: Int(fields[4]) ?? 0)
      }
    }
    return table
  }()

  /// Negative, zero or positive; zero for the same bytes only.
  static func compare(_ x: String, _ y: String) -> Int {
    if x == y { return compareBytes(x, y) }
    let (a, b) = (weights(x), weights(y))
    for (left, right) in [(a.letters, b.letters), (a.accents, b.accents), (a.cases, b.cases), (a.own, b.own)] {
      let order = compare(left, right)
      if order != 0 { return order }
    }
    return compareBytes(x, y)
  }

  static func isBytewise(_ expression: TypedExpr) -> Bool {
    if case .collate(_, let name) = expression.kind { return name != "default" }
    return false
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

extension ClientSession {
  /// Whether the database has a language's order at all.
  private var isLinguistic: Bool {
    !["C", "POSIX", "C.UTF-8", "C.utf8"].contains(database.collate)
      && find(Array("musl".utf8), Array(server.version.utf8)) < 0
  }

  /// Whether values of a type are put into the database's order: texts, and what is made of them; names are not.
  func collates(_ type: Int32) -> Bool {
    guard isLinguistic else { return false }
    switch type {
    case Oid.text, Oid.varchar, Oid.bpchar, Oid.unknown: return true
    default:
      guard let entry = database.catalog.type(type) else { return false }
      switch entry.form {
      case .array: return collates(entry.elementOid)
      case .domain: return collates(entry.baseType.oid)
      case .composite: return true
      default: return false
      }
    }
  }

  func collates(_ expression: TypedExpr) -> Bool {
    !Collation.isBytewise(expression) && collates(expression.type.oid)
  }

  /// The order of an operator's operands.
  func order(_ x: Value, _ y: Value, _ site: CallSite) -> Int {
    compareValues(x, y, linguistic: !site.isBytewise && collates(site.argumentTypes.first?.oid ?? 0))
  }
}
