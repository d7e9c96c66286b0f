// The language of bc (GNU bc 1.07 manual): its tokens and its tree.

enum BcTrouble: Error {
  /// A syntax error, with the number of the line it is shown at.
  case syntax(line: Int)
  case notModelled(String)
  /// The budget of the command is used up.
  case stopped
}

enum BcToken: Equatable {
  case number([UInt8])
  case name(String)
  case text(String)
  case mark(String)
  case newline
  case end
}

indirect enum BcNode {
  case number([UInt8])
  case variable(String)
  case element(String, BcNode)
  case last
  case assign(BcNode, operation: String, BcNode)
  /// `++x` and `x--`.
  case step(BcNode, by: Int64, isPrefix: Bool)
  case negate(BcNode)
  case not(BcNode)
  case binary(String, BcNode, BcNode)
  case call(String, [BcNode])
  /// An array handed to a function: `f(a[])`.
  case array(String)
  /// In parentheses: an assignment in them is shown.
  case group(BcNode)
}

indirect enum BcStatement {
  case expression(BcNode)
  case text(String)
  case print([BcPrinted])
  case block([BcStatement])
  case branch(BcNode, BcStatement, BcStatement?)
  /// `while` and `for`: what is done before, asked each time, done after each round.
  case loop(before: BcNode?, condition: BcNode?, after: BcNode?, BcStatement)
  case leave(BcFlow)
  case giveBack(BcNode?)
}

enum BcPrinted {
  case text(String)
  case value(BcNode)
}

enum BcFlow {
  case normal, breaks, continues, returns, quits
}

final class BcFunction {
  let parameters: [String]
  let locals: [String]
  let isVoid: Bool
  let body: [BcStatement]

  init(parameters: [String], locals: [String], isVoid: Bool, body: [BcStatement]) {
    self.parameters = parameters
    self.locals = locals
    self.isVoid = isVoid
    self.body = body
  }
}

struct BcLexer {
  private let text: [UInt8]
  private var at = 0
  private var line = 1

  private init(_ text: [UInt8]) { self.text = text }

  static func tokens(_ text: [UInt8]) -> [(token: BcToken, line: Int)] {
    var lexer = BcLexer(text)
    var all: [(token: BcToken, line: Int)] = []
    while true {
      let token = lexer.next()
      all.append((token, lexer.line))
      if token == .newline { lexer.line += 1 }
      if token == .end { return all }
    }
  }

  private func byte(_ offset: Int) -> UInt8 { at + offset < text.count ? text[at + offset] : 0 }
  private func isDigitOrLetter(_ c: UInt8) -> Bool { isDigit(c) || (c >= 65 && c <= 70) }

  private mutating func next() -> BcToken {
    while at < text.count {
      let c = text[at]
      if c == 10 {
        at += 1
        return .newline
      }
      if c == 92, byte(1) == 10 {
        at += 2
        line += 1
      } else if isSpace(c) {
        at += 1
      } else if c == 47, byte(1) == 42 {
        at += 2
        while at < text.count, !(text[at] == 42 && byte(1) == 47) {
          if text[at] == 10 { line += 1 }
          at += 1
        }
        at = min(text.count, at + 2)
      } else if c == 35 {
        while at < text.count, text[at] != 10 { at += 1 }
      } else {
        return word(c)
      }
    }
    return .end
  }

  private mutating func word(_ c: UInt8) -> BcToken {
    let start = at
    if isDigitOrLetter(c) || (c == 46 && isDigitOrLetter(byte(1))) {
      var points = 0
      while at < text.count, isDigitOrLetter(text[at]) || (text[at] == 46 && points == 0) {
        if text[at] == 46 { points += 1 }
        at += 1
      }
      return .number(Array(text[start..<at]))
    }
    if isLower(c) {
      while at < text.count, isLower(text[at]) || isDigit(text[at]) || text[at] == 95 { at += 1 }
      return .name(String(bytes: text[start..<at]))
    }
    if c == 34 {
      at += 1
      while at < text.count, text[at] != 34 {
        if text[at] == 10 { line += 1 }
        at += 1
      }
      let content = String(bytes: text[(start + 1)..<at])
      at = min(text.count, at + 1)
      return .text(content)
    }
    let two = String(bytes: [c, byte(1)])
    if ["==", "!=", "<=", ">=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "^="].contains(two) {
      at += 2
      return .mark(two)
    }
    at += 1
    return .mark(String(bytes: [c]))
  }
}
