// The source language of a course that says nothing about it: the words that every French or English text is full of,
// counted over its first pages. In doubt French, which this project's authors write.

import LabModel

enum LanguageGuess {
  private static let french: Set<String> = [
    "le", "la", "les", "des", "une", "un", "et", "est", "vous", "pour", "dans", "avec", "sur", "que", "qui", "du", "au",
    "ce", "cette", "votre", "nous",
  ]
  private static let english: Set<String> = [
    "the", "and", "of", "to", "is", "you", "for", "with", "in", "that", "this", "your", "are", "will", "it", "can",
    "we",
    "be",
  ]

  static func guess(_ files: any CourseFiles, folder: String, file: String?) -> Language {
    var counts = (french: 0, english: 0)
    var pages = 0
    func count(_ path: String) {
      guard pages < 8, let bytes = try? files.read(path) else { return }
      pages += 1
      for line in bytes.prefix(65_536).split(separator: 0x0A) {
        for word in line.split(whereSeparator: { $0 == 0x20 || $0 == 0x2C || $0 == 0x2E }) {
          let text = String(decoding: word, as: UTF8.self).lowercased()
          if french.contains(text) { counts.french += 1 }
          if english.contains(text) { counts.english += 1 }
        }
      }
    }
    func walk(_ folder: String, _ depth: Int) {
      guard depth < 4, pages < 8 else { return }
      let names = files.list(folder) ?? []
      for name in names where name.hasSuffix(".md") && !name.hasSuffix(".en.md") && !name.hasSuffix(".fr.md") {
        count(CoursePath.child(folder, name))
      }
      for name in names where !name.hasPrefix(".") && !name.hasPrefix("_") {
        let child = CoursePath.child(folder, name)
        if files.entry(child) == .folder { walk(child, depth + 1) }
      }
    }
    if let file {
      for language in Language.allCases where file.hasSuffix(".\(language.code).md") { return language }
      count(CoursePath.child(folder, file))
    } else {
      walk(folder, 0)
    }
    return counts.english > counts.french ? .en : .fr
  }
}
