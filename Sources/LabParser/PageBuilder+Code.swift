// Code blocks: their text, their annotation, their id, and what is wrong with their fences.

import CCMark
import Diagnostics
import Foundation
import LabModel

extension PageBuilder {
  func code(_ node: CMarkNode) -> LabBlock {
    guard let block = FencedBlock(node, source: resolved.bytes, text: plain) else { return indentedCode(node) }
    let closing = block.closingLine.flatMap { codeStarts.contains($0) ? nil : $0 }
    let annotated = closing.flatMap { line in resolved.annotations[line].map { (line, $0) } }
    let endLine = closing ?? block.lastContentLine
    let contentStart = block.startLine < plain.lineStarts.count ? plain.lineStarts[block.startLine] : plain.bytes.count
    let contentEnd = closing.map { plain.lineStarts[$0 - 1] } ?? max(contentStart, plain.lineRange(endLine).end)
    let openingEnd = trimmedEnd(of: block.startLine)
    let end = annotated?.1.end ?? trimmedEnd(of: endLine)

    var result = LabBlock(
      id: "", range: inFile(block.start, max(end, openingEnd)),
      contentRange: inFile(min(contentStart, contentEnd), contentEnd), line: block.startLine, endLine: endLine,
      language: PageBuilder.language(of: block.info), info: block.info, text: block.literal)
    if let (line, range) = annotated {
      let text = plain.text(in: SourceRange(start: range.start + 2, end: range.end - 2))
      let annotation = Annotation(text)
      result.annotationRange = inFile(range.start, range.end)
      result.action = annotation.action
      result.modifiers = annotation.modifiers
      if let word = annotation.unknownWord { reportUnknown(word, inFile(range.start, range.end)) }
      reportGap(line, range)
    }
    reportFence(block, closing: closing, openingEnd: openingEnd)
    return add(result)
  }

  func reportGap(_ line: Int, _ range: SourceRange) {
    var before = range.start
    while before > 0, plain.bytes[before - 1] == 0x20 || plain.bytes[before - 1] == 0x09 { before -= 1 }
    guard before < range.start else { return }
    diagnostics.append(
      Diagnostic(
        .annotationDetached, location(range.start, range.end), "Space between the closing fence and its annotation",
        explanation: "It is read as the block's annotation here; other readers may not do so.",
        fixes: [
          Fix(
            title: "remove the space", edits: [TextEdit(location: location(before, range.start), replacement: "")])
        ]))
  }

  func reportFence(_ block: FencedBlock, closing: Int?, openingEnd: Int) {
    if closing == nil {
      diagnostics.append(
        Diagnostic(.fenceNotClosed, location(block.start, openingEnd), "Fenced block is opened here and never closed"))
    }
    if block.info.contains("{{") {
      let word = block.info.range(of: "{{").map { block.info[$0.upperBound...].prefix { $0.isLetter } } ?? ""
      if ["exec", "execute", "copy", "open"].contains(word.lowercased()) {
        diagnostics.append(
          Diagnostic(
            .annotationOnOpeningFence, location(block.start, openingEnd), "Annotation on an opening fence"))
      }
    }
    let run = String(repeating: Character(Unicode.Scalar(block.fence.character)), count: block.fence.length)
    guard block.literal.contains("{{") else { return }
    for (index, line) in block.literal.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard let fence = line.range(of: run),
        ["{{exec", "{{copy"].contains(where: { line[fence.upperBound...].contains($0) })
      else { continue }
      let number = block.startLine + 1 + index
      let range = plain.lineRange(number)
      diagnostics.append(
        Diagnostic(
          .annotationInsideCode, location(range.start, trimmedEnd(of: number)),
          "Fence with other text on its line does not close the block",
          notes: [
            DiagnosticNote(location: location(block.start, openingEnd), message: "the block is opened here")
          ]))
    }
  }

  func indentedCode(_ node: CMarkNode) -> LabBlock {
    let literal = node.literal
    var lines = 0
    for byte in literal.utf8 where byte == 0x0A { lines += 1 }
    let start = start(of: node)
    let endLine = min(max(node.startLine, node.startLine + lines - 1), plain.lineCount)
    let range = inFile(start, trimmedEnd(of: endLine))
    return LabBlock(
      id: "", range: range, contentRange: range, line: node.startLine, endLine: endLine, isIndented: true,
      text: literal, heading: currentHeading)
  }

  /// First word of the info string without line-highlighting or attribute braces: `yaml{2,5-6}`, `{.sql}`.
  static func language(of info: String) -> String {
    var word = info.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
    if word.hasPrefix("{.") { word = String(word.dropFirst(2)) }
    return String(word.prefix { $0 != "{" && $0 != "}" })
  }

  private var currentHeading: HeadingReference? {
    headings.last.map { HeadingReference(level: $0.level, id: $0.id, text: $0.text) }
  }

  /// Gives the block its id and its heading.
  func add(_ block: LabBlock) -> LabBlock {
    var block = block
    if block.isExec {
      execCount += 1
      block.id = "\(step).\(execCount)"
    } else {
      otherCount += 1
      block.id = "\(step).b\(otherCount)"
    }
    block.heading = currentHeading
    labBlocks.append(block)
    return block
  }
}
