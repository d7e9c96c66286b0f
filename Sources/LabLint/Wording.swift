// Small facts about French and English prose that several rules need: number words, negation, and what is only supposed.

enum Wording {
  private static let numberWords: [String: Int] = [
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
  ]

  /// `4`, `quatre` and `Four` are all 4.
  static func number(_ text: some StringProtocol) -> Int? {
    Int(text) ?? numberWords[text.lowercased()]
  }

  static let numberPattern = "[0-9]{1,3}|" + numberWords.keys.sorted().joined(separator: "|")

  /// Whether a sentence denies, supposes or forbids, so that what it names is not claimed to be seen.
  static func isNotAClaim(_ sentence: some StringProtocol) -> Bool {
    let text = " " + sentence.lowercased().replacing("’", with: "'") + " "
    let marks = [
      " pas ", " pas.", " pas,", " jamais ", " aucun", " sans ", " plus ", " not ", "n't ", " never ", " no longer ",
      " without ", " si ", " s'il", " if ", " unless ", " would ", " serait ", " aurait ", " should ", " pourrait ",
      " could ", " might ", " rait ", " éviter ", " avoid ", " au lieu ", " instead ",
    ]
    return marks.contains { text.contains($0) }
  }

  /// The sentence around a place in a line.
  static func sentence(in text: String, around range: Range<String.Index>) -> Substring {
    let ends: Set<Character> = [".", "!", "?", ";"]
    var start = range.lowerBound
    while start > text.startIndex {
      let before = text.index(before: start)
      // A dot inside a word (a file name, a version) ends nothing.
      if ends.contains(text[before]), start < text.endIndex, text[start] == " " { break }
      start = before
    }
    var end = range.upperBound
    while end < text.endIndex {
      let next = text.index(after: end)
      if ends.contains(text[end]), next == text.endIndex || text[next] == " " { break }
      end = next
    }
    return text[start..<end]
  }
}
