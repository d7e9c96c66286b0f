// The tree of an awk program (POSIX awk, with what mawk adds).

struct AwkError: Error {
  let message: String
  /// Ours, not awk's: the program is not modelled, or asks for more than there is.
  var isLimit = false

  static let tooDeep = AwkError(message: "awk programs nested this deep", isLimit: true)
}

indirect enum AwkExpression {
  case number(Double)
  case string([UInt8])
  case regex([UInt8])
  case variable(String)
  case field(AwkExpression)
  case element(String, [AwkExpression])
  case assign(AwkExpression, UInt8, AwkExpression)
  case conditional(AwkExpression, AwkExpression, AwkExpression)
  case or(AwkExpression, AwkExpression)
  case and(AwkExpression, AwkExpression)
  case contains([AwkExpression], String)
  case match(AwkExpression, AwkExpression, negated: Bool)
  case compare(String, AwkExpression, AwkExpression)
  case concatenation(AwkExpression, AwkExpression)
  case arithmetic(UInt8, AwkExpression, AwkExpression)
  case unary(UInt8, AwkExpression)
  case increment(AwkExpression, by: Double, isPrefix: Bool)
  case call(String, [AwkExpression])
  case builtin(String, [AwkExpression])
  /// The parenthesised list of `(a, b) in c` and of print.
  case list([AwkExpression])
  /// getline: from the main input, a file or a command; into `$0` or a variable.
  case getline(kind: UInt8, source: AwkExpression?, target: AwkExpression?)
}

indirect enum AwkStatement {
  case block([AwkStatement])
  case expression(AwkExpression)
  case print(arguments: [AwkExpression], formatted: Bool, redirection: String, target: AwkExpression?)
  case condition(AwkExpression, AwkStatement, AwkStatement?)
  case whileLoop(AwkExpression, AwkStatement)
  case doLoop(AwkStatement, AwkExpression)
  case forLoop(AwkStatement?, AwkExpression?, AwkStatement?, AwkStatement)
  case forIn(String, String, AwkStatement)
  case next, nextFile, breakLoop, continueLoop
  case exit(AwkExpression?)
  case returnValue(AwkExpression?)
  case delete(String, [AwkExpression]?)
}

struct AwkFunction {
  let parameters: [String]
  let body: AwkStatement
}

struct AwkRule {
  let pattern: AwkExpression?
  let patternEnd: AwkExpression?
  /// nil: print.
  let action: AwkStatement?
}

struct AwkProgramText {
  var begin: [AwkStatement] = []
  var end: [AwkStatement] = []
  var rules: [AwkRule] = []
  var functions: [(name: String, function: AwkFunction)] = []
  var lines = 1
}
