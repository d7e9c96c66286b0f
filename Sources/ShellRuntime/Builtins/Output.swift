// echo and test. Source: the Bash manual, "Bash Builtins".

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
  func echo(_ words: [String]) -> Int32 {
    var newline = true
    var escapes = state.shopt["xpg_echo"] || flavour == .dash
    var index = 0
    while index < words.count {
      let word = words[index].utf8
      guard word.count > 1, word.first == 45 else { break }
      var valid = true
      for letter in word.dropFirst() where letter != 110 && letter != 101 && letter != 69 { valid = false }
      if flavour == .dash, words[index] != "-n" { valid = false }
      guard valid else { break }
      for letter in word.dropFirst() {
        if letter == 110 { newline = false }
        if letter == 101 { escapes = true }
        if letter == 69 { escapes = false }
      }
      index += 1
    }
    var out: [UInt8] = []
    for (i, word) in words[index...].enumerated() {
      if i > 0 { out.append(32) }
      if escapes {
        let (bytes, stops) = decodeEscapes(word.rawBytes, .echo)
        out += bytes
        if stops {
          writeBytes(out)
          return 0
        }
      } else {
        out.append(contentsOf: word.rawBytes)
      }
    }
    if newline { out.append(10) }
    writeBytes(out)
    return 0
  }

  func test(_ name: String, _ words: [String]) -> Int32 {
    var words = words
    if name == "[" {
      guard words.last == "]" else {
        complain(flavour == .bash ? "missing `]'" : "missing ]", builtin: true)
        return 2
      }
      words.removeLast()
    }
    if flavour == .dash, words.count == 3, words[1] == "==" {
      complain("\(words[0]): unexpected operator", builtin: true)
      return 2
    }
    var expression = TestExpression(self, words)
    do throws(TestExpression.Failure) {
      return try expression.evaluate() ? 0 : 1
    } catch {
      complain(flavour == .bash ? error.message : posixTestMessage(error.message, words), builtin: true)
      return 2
    }
  }

  /// The same mistake as dash and busybox word it.
  private func posixTestMessage(_ message: String, _ words: [String]) -> String {
    let subject = String(message.split(separator: ":" as Character).first ?? "")
    if hasText("integer expression expected", in: message) {
      return flavour == .dash ? "Illegal number: \(subject)" : "\(subject): bad number"
    }
    let operand =
      words.count > 3 ? words[words.count - 2] : flavour == .ash && words.count == 2 ? words[1] : subject
    return flavour == .dash ? "\(operand): unexpected operator" : "\(operand): unknown operand"
  }
}
