// The words between `{{` and `}}` (reference: Killercoda's and Katacoda's documentation): nothing, or an action and its
// modifiers. Case matters.
//
//   {{}}   {{exec}}   {{exec interrupt}}   {{execute T2}}   {{execute HOST1}}   {{copy}}   {{open}}

import Diagnostics
import LabModel

struct Annotation: Equatable {
  var action: BlockAction
  var modifiers: [BlockModifier]
  /// The first word, when it is none of the known ones.
  var unknownWord: String?

  init(_ text: String) {
    let words = text.split(whereSeparator: { $0.isWhitespace }).map(String.init)
    modifiers = words.dropFirst().map(Annotation.modifier)
    switch words.first {
    case nil: action = .none
    case "exec", "execute": action = .exec
    case "copy": action = .copy
    case "open": action = .open
    case .some(let word):
      action = .none
      unknownWord = word
    }
  }

  private static func modifier(_ word: String) -> BlockModifier {
    switch word {
    case "interrupt": .interrupt
    case "no-newline": .noNewline
    case "ctrl-seq": .controlSequence
    default:
      if let number = number(word, after: "T") {
        .terminal(number)
      } else if let number = number(word, after: "HOST") {
        .host(number)
      } else {
        .tag(word)
      }
    }
  }

  private static func number(_ word: String, after prefix: String) -> Int? {
    guard word.hasPrefix(prefix) else { return nil }
    let digits = word.dropFirst(prefix.count)
    guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let number = Int(digits), number > 0
    else { return nil }
    return number
  }

  /// The known word that was probably meant.
  static func suggestion(for word: String) -> String? {
    let lower = word.lowercased()
    let known = ["exec", "execute", "copy", "open"]
    if known.contains(lower) { return lower }
    return known.first {
      EditDistance.between(lower, $0) == 1 || (lower.count > 4 && EditDistance.between(lower, $0) == 2)
    }
  }
}

/// `{{ANN}}` found in bytes.
struct AnnotationMatch: Equatable {
  /// From `{{` to after `}}`.
  var start: Int
  var end: Int

  /// Matches `{{` [^{}\r\n]* `}}` exactly at `start`.
  static func at(_ start: Int, in bytes: some RandomAccessCollection<UInt8>) -> AnnotationMatch? {
    func byte(_ offset: Int) -> UInt8? {
      offset < bytes.count ? bytes[bytes.index(bytes.startIndex, offsetBy: offset)] : nil
    }
    guard byte(start) == 0x7B, byte(start + 1) == 0x7B else { return nil }
    var index = start + 2
    while let current = byte(index), current != 0x7B, current != 0x7D, current != 0x0A, current != 0x0D { index += 1 }
    guard byte(index) == 0x7D, byte(index + 1) == 0x7D else { return nil }
    return AnnotationMatch(start: start, end: index + 2)
  }
}

/// A line that closes a fence, as the format has it: up to three spaces, a run of at least `length` fence characters,
/// blanks, perhaps an annotation, blanks.
struct ClosingLine: Equatable {
  var indent: Int
  var runLength: Int
  /// Blanks between the run and `{{`.
  var gap: Int
  /// Offsets in the line.
  var annotation: AnnotationMatch?

  /// Reads a line without its line ending and without its container's prefix.
  init?(_ line: some RandomAccessCollection<UInt8>, fence: UInt8, length: Int) {
    let bytes = Array(line)
    var index = 0
    while index < bytes.count, bytes[index] == 0x20 { index += 1 }
    indent = index
    guard indent <= 3 else { return nil }
    let runStart = index
    while index < bytes.count, bytes[index] == fence { index += 1 }
    runLength = index - runStart
    guard runLength >= length else { return nil }
    let gapStart = index
    while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
    gap = index - gapStart
    if let match = AnnotationMatch.at(index, in: bytes) {
      annotation = match
      index = match.end
      while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
    }
    guard index == bytes.count else { return nil }
  }
}
