// One Markdown file into one `Page`: libcmark's tree, with annotations attached by the fence rule and the inline rule, and
// tables found in paragraphs. All ranges are the author's bytes; a byte order mark, CR LF, bytes that are not UTF-8 and
// NUL change nothing about them.

package import Diagnostics
package import LabModel

package struct ParsedPage {
  package var page: Page
  package var diagnostics: [Diagnostic]
}

package enum PageParser {
  /// - Parameters:
  ///   - step: the first part of the block ids.
  ///   - file: the path inside the scenario.
  package static func parse(_ source: SourceText, file: String, language: Language, step: Int) -> ParsedPage {
    var diagnostics: [Diagnostic] = []
    let plain = plainText(of: source, &diagnostics)
    let resolved = FenceResolver.resolve(plain)
    let builder = PageBuilder(source: source, plain: plain, resolved: resolved, step: step)
    let blocks = builder.build()
    let page = Page(
      language: language, source: source, file: file, blocks: blocks, headings: builder.headings,
      labBlocks: builder.labBlocks)
    return ParsedPage(page: page, diagnostics: (diagnostics + builder.diagnostics).sortedForReport())
  }

  /// libcmark 0.30 looks back over all open brackets at each closing one.
  private static let closingBracketsMax = 20_000

  /// Runs of lines without an empty one that have more closing brackets than that.
  private static func overloaded(_ bytes: [UInt8]) -> [SourceRange] {
    var found: [SourceRange] = []
    var start = 0
    var count = 0
    var lineIsEmpty = true
    for (index, byte) in bytes.enumerated() {
      if byte == 0x5D { count += 1 }
      if byte == 0x0A || byte == 0x0D || index == bytes.count - 1 {
        if lineIsEmpty || index == bytes.count - 1 {
          if count > closingBracketsMax { found.append(SourceRange(start: start, end: index + 1)) }
          start = index + 1
          count = 0
        }
        lineIsEmpty = byte != 0x0D
      } else if byte != 0x20, byte != 0x09 {
        lineIsEmpty = false
      }
    }
    return found
  }

  /// The file without its byte order mark, every byte that libcmark would change the length of replaced by `?`.
  private static func plainText(of source: SourceText, _ diagnostics: inout [Diagnostic]) -> SourceText {
    var bytes = Array(source.bytes[source.byteOrderMarkLength...])
    let base = source.byteOrderMarkLength
    var first = true
    if let invalid = SourceText(path: source.path, bytes: bytes).firstInvalidUTF8() {
      let place = source.location(SourceRange(start: base + invalid, end: base + invalid + 1))
      let value = String(bytes[invalid], radix: 16, uppercase: true)
      diagnostics.append(Diagnostic(.encoding, place, "Byte 0x\(value) here is not UTF-8"))
      bytes = InvalidBytes.replaced(in: bytes)
    }
    for index in bytes.indices where bytes[index] == 0 {
      if first {
        let place = source.location(SourceRange(start: base + index, end: base + index + 1))
        diagnostics.append(Diagnostic(.encoding, place, "NUL byte in a text file"))
        first = false
      }
      bytes[index] = 0x3F
    }
    for chunk in overloaded(bytes) {
      diagnostics.append(
        Diagnostic(
          .paragraphTooComplex, source.location(.point(base + chunk.start)),
          "Paragraph with more than \(closingBracketsMax) closing brackets"))
      for index in chunk.start..<chunk.end where bytes[index] == 0x5D { bytes[index] = 0x3F }
    }
    return SourceText(path: source.path, bytes: bytes)
  }
}

enum InvalidBytes {
  /// The same number of bytes, those that are not part of well-formed UTF-8 as `?`.
  static func replaced(in bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let length = sequenceLength(bytes, index)
      if length == 0 {
        out.append(0x3F)
        index += 1
      } else {
        out.append(contentsOf: bytes[index..<index + length])
        index += length
      }
    }
    return out
  }

  /// The length of the well-formed sequence at `index`, 0 when there is none.
  private static func sequenceLength(_ bytes: [UInt8], _ index: Int) -> Int {
    let length =
      switch bytes[index] {
      case 0..<0x80: 1
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 0
      }
    guard length > 1 else { return length }
    guard index + length <= bytes.count else { return 0 }
    return SourceText(path: "", bytes: Array(bytes[index..<index + length])).firstInvalidUTF8() == nil ? length : 0
  }
}
