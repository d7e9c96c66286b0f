// The tree of a jq program after its names have been resolved: variables and functions are numbers, so that running it looks
// nothing up by name.

/// How an assignment operator combines the old value with the new one.
enum JqUpdate {
  case set, modify, alternative
  case arithmetic(JqOperator)
}

enum JqOperator {
  case add, subtract, multiply, divide, remainder
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
}

final class JqFunction {
  struct Parameter {
    let name: String
    /// Set for `$name`: the variable that holds the value.
    let variable: Int?
    let closure: Int
  }
  let name: String
  let id: Int
  var parameters: [Parameter] = []
  var body = JqNode.identity

  init(name: String, id: Int) {
    self.name = name
    self.id = id
  }
}

/// What a binding takes apart.
indirect enum JqPattern {
  case variable(Int)
  case array([JqPattern])
  /// Keys are expressions; `$name` binds the member itself as well.
  case object([(variable: Int?, key: JqNode, value: JqPattern?)])

  var variables: [Int] {
    var all: [Int] = []
    switch self {
    case .variable(let id): all.append(id)
    case .array(let parts): for part in parts { all += part.variables }
    case .object(let members):
      for member in members {
        if let id = member.variable { all.append(id) }
        if let value = member.value { all += value.variables }
      }
    }
    return all
  }
}

indirect enum JqNode {
  case identity
  case literal(JqValue)
  case index(JqNode, key: JqNode, optional: Bool)
  case slice(JqNode, from: JqNode?, to: JqNode?, optional: Bool)
  case iterate(JqNode, optional: Bool)
  case attempt(JqNode, handler: JqNode?)
  case pipe(JqNode, JqNode)
  case comma(JqNode, JqNode)
  case negate(JqNode)
  case binary(JqOperator, JqNode, JqNode)
  case and(JqNode, JqNode)
  case or(JqNode, JqNode)
  case alternative(JqNode, JqNode)
  case update(JqUpdate, JqNode, JqNode)
  case choose(JqNode, then: JqNode, otherwise: JqNode?)
  case reduce(JqNode, JqPattern, start: JqNode, step: JqNode)
  case foreach(JqNode, JqPattern, start: JqNode, step: JqNode, extract: JqNode?)
  /// Several patterns are alternatives (`?//`).
  case bind(JqNode, [JqPattern], body: JqNode)
  case variable(Int)
  case collect(JqNode?)
  case object([(key: JqNode, value: JqNode)])
  case format(String)
  /// Literal text and expressions that a format turns into text.
  case text(format: String, [JqNode], isExpression: [Bool])
  case define(JqFunction, body: JqNode)
  case call(JqFunction, [JqNode])
  case closure(Int)
  case native(JqNative, [JqNode])
  case label(Int, JqNode)
  case leave(Int)
}

/// A function of the language that is not written in it.
struct JqNative {
  enum Kind {
    /// Takes its input and the values of its arguments.
    case plain(([JqValue], JqValue) throws(JqError) -> JqValue)
    case empty, error, path, getPath, range, input, debug, standardError, halt, haltError
    case environment, inputName, inputLine, now, builtins, recurse, limit
  }
  let name: String
  let arity: Int
  let kind: Kind
}
