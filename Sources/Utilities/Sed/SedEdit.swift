// What sed's commands do to the pattern space: substitution, transliteration, listing.

import SimKernel
import SimMachine

extension Sed {
  func appendLine(_ name: [UInt8], _ call: ToolCall) {
    let path = String(bytes: name)
    var index = -1
    for (i, file) in lineFiles.enumerated() where file.path == path { index = i }
    if index < 0 {
      let bytes = (try? call.read(path, dash: false)) ?? []
      lineFiles.append((path, lineContents(bytes), 0))
      index = lineFiles.count - 1
    }
    if lineFiles[index].next < lineFiles[index].lines.count {
      appends.append((Array(lineFiles[index].lines[lineFiles[index].next]) + [10], false))
      lineFiles[index].next += 1
    }
  }

  func substitute(_ command: SedSubstitution, _ call: ToolCall) {
    guard let regex = command.regex ?? lastRegex else {
      lacksRegex = true
      return
    }
    lastRegex = regex
    var out: [UInt8] = []
    var at = 0
    var copied = 0
    var count = 0
    var did = false
    var lastEnd = -1
    while at <= space.count, let groups = regex.firstMatch(in: space, from: at), let range = groups[0] {
      if range.isEmpty, range.lowerBound == lastEnd {
        // An empty match right after a match does not count.
        if at >= space.count { break }
        at += decodeUTF8(space[...], at: at)?.length ?? 1
        continue
      }
      count += 1
      lastEnd = range.upperBound
      if count >= command.number {
        out += space[copied..<range.lowerBound]
        append(command.replacement, groups, &out)
        copied = range.upperBound
        did = true
        if !command.global { break }
      }
      if range.isEmpty {
        if range.upperBound >= space.count { break }
        at = range.upperBound + (decodeUTF8(space[...], at: range.upperBound)?.length ?? 1)
      } else {
        at = range.upperBound
      }
      if count & 1023 == 0 { call.process.account.spend(steps: 1024) }
      if call.process.account.limitReached != nil { break }
    }
    guard did else { return }
    out += space[copied...]
    space = out
    replaced = true
    if command.prints > 0 { putSpace(space, call) }
    if let file = command.file { write(file, space, call) }
  }

  func append(_ pieces: [SedPiece], _ groups: [Range<Int>?], _ out: inout [UInt8]) {
    var mode: UInt8 = 0
    var once: UInt8 = 0
    for piece in pieces {
      var bytes: [UInt8]
      switch piece {
      case .text(let text): bytes = text
      case .group(let number):
        guard number < groups.count, let range = groups[number] else { continue }
        bytes = Array(space[range])
      case .fold(let letter):
        switch letter {
        case 76, 85:
          mode = letter
        case 108, 117: once = letter
        default: mode = 0
        }
        continue
      }
      if mode == 85 { bytes = upper(bytes) } else if mode == 76 { bytes = lower(bytes) }
      if once != 0, !bytes.isEmpty {
        let length = decodeUTF8(bytes[...], at: 0)?.length ?? 1
        let first = Array(bytes[..<length])
        bytes = (once == 117 ? upper(first) : lower(first)) + bytes[length...]
        once = 0
      }
      out += bytes
    }
  }
  private func upper(_ bytes: [UInt8]) -> [UInt8] { mapScalars(bytes) { simpleUppercase($0) } }
  private func lower(_ bytes: [UInt8]) -> [UInt8] { mapScalars(bytes) { simpleLowercase($0) } }

  private func mapScalars(_ bytes: [UInt8], _ change: (UInt32) -> UInt32) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var i = 0
    while i < bytes.count {
      if let (scalar, length) = decodeUTF8(bytes[...], at: i) {
        encodeUTF8(change(scalar), into: &out)
        i += length
      } else {
        out.append(bytes[i])
        i += 1
      }
    }
    return out
  }

  func transliterate(_ map: [UInt32: UInt32]) { space = mapScalars(space) { map[$0] ?? $0 } }

  /// The `l` command: escapes, folded lines, `$` at the end.
  func list(_ width: Int, _ call: ToolCall) {
    var out: [UInt8] = []
    var column = 0
    for byte in space {
      var piece: [UInt8]
      switch byte {
      case 92: piece = [92, 92]
      case 7: piece = [92, 97]
      case 8: piece = [92, 98]
      case 12: piece = [92, 102]
      case 10: piece = [92, 110]
      case 13: piece = [92, 114]
      case 9: piece = [92, 116]
      case 11: piece = [92, 118]
      case 32..<127: piece = [byte]
      default: piece = octalEscape(byte)
      }
      if width > 1, column + piece.count > width - 1 {
        out += [92, 10]
        column = 0
      }
      out += piece
      column += piece.count
    }
    out += [36, 10]
    put(out, newline: false, call)
  }
}
