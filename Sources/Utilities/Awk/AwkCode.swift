// Compiles an awk tree to instructions for a machine with a stack. A machine rather than a walk over the tree, so that a
// program can stop in the middle of an expression until a pipe or a command has an answer.

enum AwkInstruction {
  case number(Double)
  case string([UInt8])
  /// A regular expression as a value, for `~` and the functions that take one.
  case regex(Int)
  /// `/re/` by itself: matches `$0`.
  case matchRecord(Int)
  case load(Int)
  case store(Int)
  case loadLocal(Int)
  case storeLocal(Int)
  case loadField, storeField
  case loadElement(AwkPlace)
  case storeElement(AwkPlace)
  case contains(AwkPlace)
  case remove(AwkPlace)
  case removeAll(AwkPlace)
  /// Keeps the subscript below the value.
  case loadFieldKeep
  case loadElementKeep(AwkPlace)
  case join(Int)
  case arithmetic(UInt8)
  case negate, plus, not, bool
  case concatenate
  case compare(String)
  case match(negated: Bool)
  case jump(Int)
  case jumpIfFalse(Int)
  case jumpIfTrue(Int)
  case pop, duplicate
  /// Leaves the old value, stores old + by.
  case postVariable(Int, Double)
  case postLocal(Int, Double)
  case postField(Double)
  case postElement(AwkPlace, Double)
  case call(Int, [AwkArgument])
  case returnValue
  case builtin(String, Int)
  case length(AwkPlace)
  case split(AwkPlace, hasSeparator: Bool)
  /// Stack: regex, replacement, target. Leaves the new text and the count.
  case substitute(global: Bool)
  /// Stack: (subscript,) text, count. Stores the text when the count is not 0; leaves the count.
  case conditionalStore(AwkTarget)
  case getline(UInt8, target: AwkTarget?)
  case print(Int, formatted: Bool, redirection: UInt8)
  case loopStart(AwkPlace)
  case loopNext(AwkTarget, Int)
  case loopEnd
  case next, nextFile
  case exit(Bool)
  /// A range pattern: `index` of its flag; jumps when the record is not in it.
  case rangeBegin(Int, Int)
  case rangeOpen(Int)
  case rangeClose(Int)
  case halt
}

/// Where an array is.
enum AwkPlace {
  case global(Int)
  case local(Int)
}
enum AwkTarget {
  case variable(Int)
  case local(Int)
  case field
  case element(AwkPlace)
}
enum AwkArgument {
  case value
  /// A bare name that may turn out to be an array.
  case variable(Int)
  case local(Int)
}

struct AwkCompiled {
  var code: [AwkInstruction] = []
  var begin = 0
  var main = 0
  var end = 0
  var hasMain = false
  var hasEnd = false
  var regexes: [[UInt8]] = []
  var globals: [String] = []
  var functions: [(name: String, entry: Int, parameters: Int)] = []
  var ranges = 0
  var isArray: [Bool] = []
}

struct AwkCompiler {
  static let special = [
    "NF", "NR", "FNR", "FS", "OFS", "ORS", "RS", "FILENAME", "SUBSEP", "RSTART", "RLENGTH", "CONVFMT", "OFMT",
    "ENVIRON",
    "ARGC", "ARGV",
  ]
  private(set) var output = AwkCompiled()
  private var locals: [String] = []
  private var functionIndex: [String: Int] = [:]
  private var breaks: [[Int]] = []
  private var continues: [[Int]] = []
  private var loopKinds: [Bool] = []
  private var inFunction = false
  private var lines = 1

  static func compile(_ program: AwkProgramText) throws(AwkError) -> AwkCompiled {
    var compiler = AwkCompiler()
    compiler.lines = program.lines
    compiler.output.globals = special
    for (index, entry) in program.functions.enumerated() {
      compiler.functionIndex[entry.name] = index
      compiler.output.functions.append((entry.name, 0, entry.function.parameters.count))
    }
    for (index, entry) in program.functions.enumerated() {
      compiler.locals = entry.function.parameters
      compiler.inFunction = true
      compiler.output.functions[index].entry = compiler.here
      try compiler.statement(entry.function.body)
      compiler.emit(.string([]))
      compiler.emit(.returnValue)
      compiler.locals = []
      compiler.inFunction = false
    }
    compiler.output.begin = compiler.here
    for body in program.begin { try compiler.statement(body) }
    compiler.emit(.halt)
    compiler.output.main = compiler.here
    for rule in program.rules { try compiler.rule(rule) }
    compiler.emit(.halt)
    compiler.output.end = compiler.here
    for body in program.end { try compiler.statement(body) }
    compiler.emit(.halt)
    compiler.output.hasMain = !program.rules.isEmpty
    compiler.output.hasEnd = !program.end.isEmpty
    return compiler.output
  }

  private var here: Int { output.code.count }
  private mutating func emit(_ instruction: AwkInstruction) { output.code.append(instruction) }
  private mutating func emitHole() -> Int {
    output.code.append(.halt)
    return output.code.count - 1
  }
  private mutating func regex(_ text: [UInt8]) -> Int {
    if let index = output.regexes.firstIndex(of: text) { return index }
    output.regexes.append(text)
    return output.regexes.count - 1
  }
  private mutating func global(_ name: String) -> Int {
    if let index = output.globals.firstIndex(of: name) { return index }
    output.globals.append(name)
    return output.globals.count - 1
  }
  private mutating func place(_ name: String) -> AwkPlace {
    if let index = locals.firstIndex(of: name) { return .local(index) }
    return .global(global(name))
  }

  private mutating func rule(_ rule: AwkRule) throws(AwkError) {
    var skip: Int?
    if let pattern = rule.pattern {
      if let patternEnd = rule.patternEnd {
        let slot = output.ranges
        output.ranges += 1
        // When the range is open, the first pattern is not looked at.
        let open = emitHole()
        try expression(pattern)
        skip = emitHole()
        emit(.rangeOpen(slot))
        output.code[open] = .rangeBegin(slot, here)
        try expression(patternEnd)
        let stays = emitHole()
        emit(.rangeClose(slot))
        output.code[stays] = .jumpIfFalse(here)
      } else {
        try expression(pattern)
        skip = emitHole()
      }
    }
    if let action = rule.action {
      try statement(action)
    } else {
      emit(.print(0, formatted: false, redirection: 0))
    }
    if let skip { output.code[skip] = .jumpIfFalse(here) }
  }

  // MARK: Statements

  private mutating func loop(_ body: AwkStatement, isForIn: Bool) throws(AwkError) -> (breaks: [Int], continues: [Int])
  {
    breaks.append([])
    continues.append([])
    loopKinds.append(isForIn)
    try statement(body)
    loopKinds.removeLast()
    return (breaks.removeLast(), continues.removeLast())
  }

  private mutating func statement(_ statement: AwkStatement) throws(AwkError) {
    switch statement {
    case .block(let statements): for inner in statements { try self.statement(inner) }
    case .expression(let value):
      try expression(value)
      emit(.pop)
    case .print(let arguments, let formatted, let redirection, let target):
      for argument in arguments { try expression(argument) }
      if let target { try expression(target) }
      let kinds: [String: UInt8] = [">": 62, ">>": 1, "|": 124]
      emit(.print(arguments.count, formatted: formatted, redirection: kinds[redirection] ?? 0))
    case .condition(let condition, let then, let otherwise):
      try expression(condition)
      let skip = emitHole()
      try self.statement(then)
      if let otherwise {
        let end = emitHole()
        output.code[skip] = .jumpIfFalse(here)
        try self.statement(otherwise)
        output.code[end] = .jump(here)
      } else {
        output.code[skip] = .jumpIfFalse(here)
      }
    case .whileLoop(let condition, let body):
      let start = here
      try expression(condition)
      let exit = emitHole()
      let (breaks, continues) = try loop(body, isForIn: false)
      emit(.jump(start))
      output.code[exit] = .jumpIfFalse(here)
      for hole in breaks { output.code[hole] = .jump(here) }
      for hole in continues { output.code[hole] = .jump(start) }
    case .doLoop(let body, let condition):
      let start = here
      let (breaks, continues) = try loop(body, isForIn: false)
      let test = here
      try expression(condition)
      emit(.jumpIfTrue(start))
      for hole in breaks { output.code[hole] = .jump(here) }
      for hole in continues { output.code[hole] = .jump(test) }
    case .forLoop(let first, let condition, let step, let body):
      if let first { try self.statement(first) }
      let start = here
      var exit: Int?
      if let condition {
        try expression(condition)
        exit = emitHole()
      }
      let (breaks, continues) = try loop(body, isForIn: false)
      let next = here
      if let step { try self.statement(step) }
      emit(.jump(start))
      if let exit { output.code[exit] = .jumpIfFalse(here) }
      for hole in breaks { output.code[hole] = .jump(here) }
      for hole in continues { output.code[hole] = .jump(next) }
    case .forIn(let variable, let array, let body):
      emit(.loopStart(place(array)))
      let start = here
      let hole = emitHole()
      let (breaks, continues) = try loop(body, isForIn: true)
      emit(.jump(start))
      output.code[hole] = .loopNext(try target(.variable(variable)), here)
      for hole in breaks { output.code[hole] = .jump(here) }
      emit(.loopEnd)
      for hole in continues { output.code[hole] = .jump(start) }
    case .next:
      emit(.next)
    case .nextFile: emit(.nextFile)
    case .breakLoop:
      guard !breaks.isEmpty else { throw AwkError(message: "line 1: break outside a loop") }
      breaks[breaks.count - 1].append(emitHole())
    case .continueLoop:
      guard !continues.isEmpty else { throw AwkError(message: "line 1: continue outside a loop") }
      continues[continues.count - 1].append(emitHole())
    case .exit(let value):
      if let value { try expression(value) }
      emit(.exit(value != nil))
    case .returnValue(let value):
      guard inFunction else { throw AwkError(message: "line 1: return outside function body") }
      if let value { try expression(value) } else { emit(.string([])) }
      emit(.returnValue)
    case .delete(let name, let subscripts):
      guard let subscripts else { return emit(.removeAll(place(name))) }
      try arraySubscript(subscripts)
      emit(.remove(place(name)))
    }
  }

  private mutating func arraySubscript(_ list: [AwkExpression]) throws(AwkError) {
    for item in list { try expression(item) }
    if list.count > 1 { emit(.join(list.count)) }
  }

  private mutating func target(_ expression: AwkExpression) throws(AwkError) -> AwkTarget {
    switch expression {
    case .variable(let name):
      switch place(name) {
      case .global(let index): return .variable(index)
      case .local(let index): return .local(index)
      }
    case .field: return .field
    case .element(let name, _): return .element(place(name))
    default: throw AwkError(message: "line 1: syntax error at or near =")
    }
  }

  /// Emits the subscript of a target (nothing for a variable).
  private mutating func subscriptOf(_ expression: AwkExpression) throws(AwkError) {
    switch expression {
    case .field(let index): try self.expression(index)
    case .element(_, let list): try arraySubscript(list)
    default: break
    }
  }

  private mutating func loadKeep(_ target: AwkTarget) {
    switch target {
    case .variable(let index): emit(.load(index))
    case .local(let index): emit(.loadLocal(index))
    case .field: emit(.loadFieldKeep)
    case .element(let place): emit(.loadElementKeep(place))
    }
  }
  private mutating func store(_ target: AwkTarget) {
    switch target {
    case .variable(let index): emit(.store(index))
    case .local(let index): emit(.storeLocal(index))
    case .field: emit(.storeField)
    case .element(let place): emit(.storeElement(place))
    }
  }

  // MARK: Expressions

  private mutating func expression(_ expression: AwkExpression) throws(AwkError) {
    switch expression {
    case .number(let value): emit(.number(value))
    case .string(let text): emit(.string(text))
    case .regex(let text): emit(.matchRecord(regex(text)))
    case .variable(let name):
      switch place(name) {
      case .global(let index): emit(.load(index))
      case .local(let index): emit(.loadLocal(index))
      }
    case .field(let index):
      try self.expression(index)
      emit(.loadField)
    case .element(let name, let list):
      try arraySubscript(list)
      emit(.loadElement(place(name)))
    case .assign(let left, let action, let right):
      let target = try target(left)
      try subscriptOf(left)
      if action == 61 {
        try self.expression(right)
      } else {
        loadKeep(target)
        try self.expression(right)
        emit(.arithmetic(action))
      }
      store(target)
    case .conditional(let condition, let yes, let no):
      try self.expression(condition)
      let skip = emitHole()
      try self.expression(yes)
      let end = emitHole()
      output.code[skip] = .jumpIfFalse(here)
      try self.expression(no)
      output.code[end] = .jump(here)
    case .or(let left, let right), .and(let left, let right):
      var isOr = false
      if case .or = expression { isOr = true }
      try self.expression(left)
      emit(.bool)
      emit(.duplicate)
      let skip = emitHole()
      emit(.pop)
      try self.expression(right)
      emit(.bool)
      output.code[skip] = isOr ? .jumpIfTrue(here) : .jumpIfFalse(here)
    case .contains(let list, let array):
      try arraySubscript(list)
      emit(.contains(place(array)))
    case .match(let left, let right, let negated):
      try self.expression(left)
      try regexValue(right)
      emit(.match(negated: negated))
    case .compare(let mark, let left, let right):
      try self.expression(left)
      try self.expression(right)
      emit(.compare(mark))
    case .concatenation(let left, let right):
      try self.expression(left)
      try self.expression(right)
      emit(.concatenate)
    case .arithmetic(let action, let left, let right):
      try self.expression(left)
      try self.expression(right)
      emit(.arithmetic(action))
    case .unary(let action, let inner):
      try self.expression(inner)
      switch action {
      case 33: emit(.not)
      case 45: emit(.negate)
      case 43: emit(.plus)
      default: break
      }
    case .increment(let left, let by, let isPrefix):
      let target = try target(left)
      try subscriptOf(left)
      if isPrefix {
        loadKeep(target)
        emit(.number(by))
        emit(.arithmetic(43))
        store(target)
      } else {
        switch target {
        case .variable(let index): emit(.postVariable(index, by))
        case .local(let index): emit(.postLocal(index, by))
        case .field: emit(.postField(by))
        case .element(let place): emit(.postElement(place, by))
        }
      }
    case .call(let name, let arguments): try call(name, arguments)
    case .builtin(let name, let arguments): try builtin(name, arguments)
    case .list(let items):
      // Only `in` and print take a list.
      for (index, item) in items.enumerated() {
        try self.expression(item)
        if index > 0 { emit(.concatenate) }
      }
    case .getline(let kind, let source, let target):
      var place: AwkTarget?
      if let target {
        place = try self.target(target)
        try subscriptOf(target)
      }
      if let source { try self.expression(source) }
      emit(.getline(kind, target: place))
      if let place { emit(.conditionalStore(place)) }
    }
  }

  /// A regular expression stays one; anything else is text that will be one.
  private mutating func regexValue(_ expression: AwkExpression) throws(AwkError) {
    if case .regex(let text) = expression { return emit(.regex(regex(text))) }
    if case .unary(40, .regex(let text)) = expression { return emit(.regex(regex(text))) }
    try self.expression(expression)
  }

  private mutating func call(_ name: String, _ arguments: [AwkExpression]) throws(AwkError) {
    guard let index = functionIndex[name] else {
      throw AwkError(message: "line \(lines + 1): function \(name) never defined")
    }
    guard arguments.count <= output.functions[index].parameters else {
      throw AwkError(message: "line 1: too many arguments in call to \(name)")
    }
    var kinds: [AwkArgument] = []
    for argument in arguments {
      if case .variable(let variable) = argument {
        switch place(variable) {
        case .global(let slot): kinds.append(.variable(slot))
        case .local(let slot): kinds.append(.local(slot))
        }
      } else {
        try expression(argument)
        kinds.append(.value)
      }
    }
    emit(.call(index, kinds))
  }

  private mutating func builtin(_ name: String, _ arguments: [AwkExpression]) throws(AwkError) {
    func wrong() -> AwkError { AwkError(message: "line 1: not enough arguments passed to \(name)") }
    switch name {
    case "length":
      if arguments.isEmpty {
        emit(.number(0))
        emit(.loadField)
      } else if case .variable(let variable) = arguments[0] {
        return emit(.length(place(variable)))
      } else {
        try expression(arguments[0])
      }
      emit(.builtin(name, 1))
    case "split":
      guard arguments.count >= 2 else { throw wrong() }
      let array: String
      switch arguments[1] {
      case .variable(let text): array = text
      default: throw AwkError(message: "line 1: syntax error at or near )")
      }
      try expression(arguments[0])
      if arguments.count > 2 { try regexValue(arguments[2]) }
      emit(.split(place(array), hasSeparator: arguments.count > 2))
    case "sub", "gsub":
      guard arguments.count >= 2 else { throw wrong() }
      let left = arguments.count > 2 ? arguments[2] : .field(.number(0))
      var isTarget = true
      switch left {
      case .variable, .field, .element: break
      default: isTarget = false
      }
      if isTarget { try subscriptOf(left) }
      try regexValue(arguments[0])
      try expression(arguments[1])
      if isTarget {
        let target = try target(left)
        // The current value, without disturbing what lies below.
        switch left {
        case .field(let index):
          try expression(index)
          emit(.loadField)
        case .element(let name, let list):
          try arraySubscript(list)
          emit(.loadElement(place(name)))
        default: loadKeep(target)
        }
        emit(.substitute(global: name == "gsub"))
        emit(.conditionalStore(target))
      } else {
        try expression(left)
        emit(.substitute(global: name == "gsub"))
        emit(.builtin("second", 2))
      }
    case "match":
      guard arguments.count >= 2 else { throw wrong() }
      try expression(arguments[0])
      try regexValue(arguments[1])
      emit(.builtin(name, 2))
    default:
      let least = [
        "substr": 2, "index": 2, "sprintf": 1, "atan2": 2, "sin": 1, "cos": 1, "exp": 1, "log": 1, "sqrt": 1, "int": 1,
        "tolower": 1, "toupper": 1, "close": 1, "system": 1,
      ]
      if arguments.count < least[name] ?? 0 { throw wrong() }
      for argument in arguments { try expression(argument) }
      emit(.builtin(name, arguments.count))
    }
  }
}
