// Numbers, times, spaces and apostrophes as each language writes them: French puts a comma in decimals and no-break spaces before
// two-part punctuation (Lexique des règles typographiques de l'Imprimerie nationale), English neither.

package import LabModel

package enum Typography {
  /// U+00A0
  static let noBreakSpace = "\u{A0}"

  /// `12,3 s`, `1 min 05 s`, `2 h 03 min`.
  package static func duration(_ milliseconds: Int64, _ language: Language) -> String {
    let space = noBreakSpace
    let tenths = (milliseconds + 50) / 100
    if tenths < 600 {
      let separator = language == .fr ? "," : "."
      return "\(tenths / 10)\(separator)\(tenths % 10)\(space)s"
    }
    let seconds = (milliseconds + 500) / 1000
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    if seconds < 3600 { return "\(seconds / 60)\(space)min\(space)\(two(seconds % 60))\(space)s" }
    return "\(seconds / 3600)\(space)h\(space)\(two(seconds / 60 % 60))\(space)min"
  }

  /// A time since the start of a block: `+12,3 s`.
  package static func offset(_ milliseconds: Int64, _ language: Language) -> String {
    "+" + duration(max(0, milliseconds), language)
  }

  /// Author's prose as print sets it: apostrophes between letters, and in French the spaces that punctuation wants. No
  /// letter changes. Code never comes through here.
  package static func prose(_ text: String, _ language: Language) -> String {
    var out: [Character] = []
    let characters = Array(text)
    for (index, character) in characters.enumerated() {
      let next = index + 1 < characters.count ? characters[index + 1] : nil
      let previous = index > 0 ? characters[index - 1] : nil
      let isInside = next.map { $0.isLetter || $0.isNumber } ?? endsInElision(characters, index, language)
      if character == "'", previous?.isLetter == true, isInside {
        out.append("\u{2019}")
        continue
      }
      guard character == " ", language == .fr else {
        out.append(character)
        continue
      }
      if previous == "«" {
        out.append("\u{A0}")
      } else if let next, "?!;".contains(next), standsAlone(characters, index + 1) {
        out.append("\u{202F}")
      } else if let next, next == "»" || (next == ":" && standsAlone(characters, index + 1)) {
        out.append("\u{A0}")
      } else if let next, next == "%", previous?.isNumber == true {
        out.append("\u{A0}")
      } else {
        out.append(character)
      }
    }
    return String(out)
  }

  /// `l'` and `qu'` at the end of a text, before a word in bold or in code.
  private static func endsInElision(_ characters: [Character], _ index: Int, _ language: Language) -> Bool {
    guard language == .fr, index + 1 == characters.count else { return false }
    let word = String(characters[..<index].reversed().prefix { $0.isLetter }.reversed()).lowercased()
    return ["c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"].contains(word)
  }

  /// Whether the mark is punctuation (a space, another mark or the end follows) rather than the start of a word (`:latest`).
  private static func standsAlone(_ characters: [Character], _ index: Int) -> Bool {
    guard index + 1 < characters.count else { return true }
    let next = characters[index + 1]
    return next.isWhitespace || "!?;:).»\"".contains(next)
  }
}
