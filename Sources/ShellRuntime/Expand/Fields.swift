// Word splitting: pieces to fields at the bytes of IFS. Source: the Bash manual, "Word Splitting".

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
  func fields(_ pieces: [Piece]) -> [Field] {
    var mayMatch = false
    for piece in pieces {
      switch piece {
      case .bare(let text), .split(let text): if mayBePattern(text) { mayMatch = true }
      default: break
      }
    }
    if pieces.count == 1, !mayMatch {
      switch pieces[0] {
      case .quoted(let text): return [Field(text: text)]
      case .bare(let text): return [Field(text: text)]
      default: break
      }
    }
    let separators = fieldSeparators
    var result: [Field] = []
    var current: Field?
    /// The last field ended at white space: a separator that follows belongs to the same gap.
    var afterBlank = false
    for piece in pieces {
      switch piece {
      case .quoted(let text):
        if current == nil { current = Field() }
        current!.text += text
        if mayMatch { current!.pattern += escapedPattern(text) }
        afterBlank = false
      case .bare(let text):
        if current == nil { current = Field() }
        current!.text += text
        if mayMatch {
          current!.pattern += text
          if mayBePattern(text) { current!.isPattern = true }
        }
        afterBlank = false
      case .split(let text):
        if separators.isEmpty || !text.utf8.contains(where: { separators.contains($0) }) {
          if text.isEmpty { continue }
          if current == nil { current = Field() }
          current!.text += text
          if mayMatch {
            current!.pattern += text
            if mayBePattern(text) { current!.isPattern = true }
          }
          afterBlank = false
          continue
        }
        var run: [UInt8] = []
        func flush() {
          guard !run.isEmpty else { return }
          if current == nil { current = Field() }
          let piece = String(raw: run)
          current!.text += piece
          if mayMatch {
            current!.pattern += piece
            if mayBePattern(piece) { current!.isPattern = true }
          }
          run = []
        }
        for byte in text.utf8 {
          guard separators.contains(byte) else {
            run.append(byte)
            afterBlank = false
            continue
          }
          flush()
          if byte == 32 || byte == 9 || byte == 10 {
            if let field = current {
              result.append(field)
              current = nil
              afterBlank = true
            }
          } else if let field = current {
            result.append(field)
            current = nil
            afterBlank = false
          } else if afterBlank {
            afterBlank = false
          } else {
            result.append(Field())
          }
        }
        flush()
      case .fieldBreak:
        if let field = current { result.append(field) }
        current = nil
        afterBlank = false
      }
    }
    if let field = current { result.append(field) }
    return result
  }

  /// The bytes of IFS.
  var fieldSeparators: [UInt8] {
    guard let variable = state.variables["IFS"] else { return [32, 9, 10] }
    guard let text = variable.scalar else { return [32, 9, 10] }
    return Array(text.utf8)
  }

  /// What joins the parts of `"$*"`.
  var joiner: String {
    guard let variable = state.variables["IFS"], let text = variable.scalar else { return " " }
    guard let first = text.first else { return "" }
    return String(first)
  }

  private func mayBePattern(_ text: String) -> Bool {
    for byte in text.utf8 where byte == 42 || byte == 63 || byte == 91 { return true }
    if state.shopt.extglob {
      for byte in text.utf8 where byte == 40 { return true }
    }
    return false
  }
}
