// Runs a PL/pgSQL tree: one runner per call. Queries go through the session with the variables as parameters; an exception
// block is a subtransaction. Source: PostgreSQL 15 manual, chapter 43.

internal import SimKernel

final class PlRunner {
  enum Flow {
    case go
    case exit(String?)
    case next(String?)
    case done
  }

  let session: ClientSession
  /// `inline_code_block` or the function with its argument types.
  let name: String
  let function: FunctionEntry?
  var variables: [PlVariable] = []
  var arguments: [Value] = []
  var result: Value = .null
  var results: [Value] = []
  /// What handlers know about the error they caught.
  var caught: SQLError?
  var steps = 0
  static let stepLimit = 2_000_000

  init(_ session: ClientSession, name: String, function: FunctionEntry?) {
    self.session = session
    self.name = name
    self.function = function
  }

  // MARK: Variables

  func declare(_ variable: PlVariable) { variables.append(variable) }

  func position(_ name: String) -> Int? {
    if name.hasPrefix("$"), let n = Int(name.dropFirst()), n >= 1 { return n - 1 < variables.count ? n - 1 : nil }
    for i in variables.indices.reversed() where variables[i].name == name { return i }
    // `block.variable` and `function.parameter`
    let parts = splitText(name, ".")
    if parts.count == 2 {
      for i in variables.indices.reversed() where variables[i].name == parts[1] && variables[i].block == parts[0] {
        return i
      }
      if parts[0] == function?.name { return position(parts[1]) }
    }
    return nil
  }

  var frame: CallFrame {
    var f = CallFrame()
    f.positional = function?.inputTypes.count ?? 0
    for v in variables { f.add(v.name, v.type, v.value) }
    for v in variables { if let block = v.block { f.add(block + "." + v.name, v.type, v.value) } }
    for v in variables {
      guard v.isRecord || !v.fields.isEmpty else { continue }
      guard case .record(let r) = v.value else {
        for field in v.fields { f.add(v.name + "." + field.name, field.type, .null) }
        continue
      }
      for (i, field) in v.fields.enumerated() where i < r.fields.count {
        f.add(v.name + "." + field.name, field.type, r.fields[i])
      }
    }
    if let own = function?.name {
      for v in variables { f.add(own + "." + v.name, v.type, v.value) }
    }
    return f
  }

  func setFound(_ found: Bool) { if let i = position("found") { variables[i].value = .bool(found) } }

  // MARK: Statements

  var rowCount: Int64 = 0
}
