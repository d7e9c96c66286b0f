// Tokens of SQL with the byte range they came from.

struct Token {
  enum Kind: Equatable {
    /// Unquoted word, folded to lower case (keyword or identifier).
    case word
    /// Quoted identifier.
    case quoted
    case string
    case bitString
    case integer
    case decimal
    case parameter
    case oper
    /// One of `( ) [ ] , ; : .` or `::` `:=` `=>` `..`
    case punctuation
    case end
  }
  let kind: Kind
  /// Folded, unquoted or decoded text.
  let text: String
  /// Byte offset of the first byte in the source.
  let start: Int
  /// Byte offset after the last byte.
  let end: Int
  /// `N'…'`, which is of type character.
  var isNational = false
}

/// Keyword categories of the grammar. Source: PostgreSQL 15 manual, Appendix C.
struct KeywordTable {
  enum Category { case unreserved, columnName, typeOrFunction, reserved }
  private var categories: [String: Category] = [:]
  private var needsAs: Set<String> = []

  static let shared = KeywordTable()

  private init() {
    for fields in factLines(keywordFacts) {

      let category: Category
      switch fields[1] {
      case "U": category = .unreserved
      case "C": category = .columnName
      case "T": category = .typeOrFunction
      default: category = .reserved
      }
      categories[fields[0]] = category
      if fields.count > 2 { needsAs.insert(fields[0]) }
    }
  }

  func category(_ word: String) -> Category? { categories[word] }
  /// True when the word cannot follow an expression as its label without AS.
  func refusesBareLabel(_ word: String) -> Bool { needsAs.contains(word) }
  var words: [String] { categories.keys.sorted() }
}

/// The lines of a table of facts, split at tabs.
func factLines(_ facts: StaticString) -> [[String]] {
  var lines: [[String]] = []
  var fields: [String] = []
  var field: [UInt8] = []
  facts.withUTF8Buffer { bytes in
    for byte in bytes {
      if byte == 10 {
        fields.append(String(decoding: field, as: UTF8.self))
        if !(fields.count == 1 && field.isEmpty) { lines.append(fields) }
        fields = []
        field = []
      } else if byte == 9 {
        fields.append(String(decoding: field, as: UTF8.self))
        field = []
      } else {
        field.append(byte)
      }
    }
    if !field.isEmpty || !fields.isEmpty {
      fields.append(String(decoding: field, as: UTF8.self))
      lines.append(fields)
    }
  }
  return lines
}
