// Variables of a shell: values, attributes, and the scopes that `local` makes. Scoping is dynamic: there is one current binding
// per name, and a function call keeps the bindings it hides, to put them back when it returns.

import SimKernel

struct Attributes: OptionSet {
  let rawValue: Int
  static let readonly = Attributes(rawValue: 1)
  static let exported = Attributes(rawValue: 2)
  static let integer = Attributes(rawValue: 4)
  static let lower = Attributes(rawValue: 8)
  static let upper = Attributes(rawValue: 16)
  static let reference = Attributes(rawValue: 32)
  static let traced = Attributes(rawValue: 64)
  static let capital = Attributes(rawValue: 128)
  /// An array that has been declared but given nothing.
  static let bare = Attributes(rawValue: 256)

  // Spelled out, because these are asked for at every assignment and the general ones go through witnesses.
  var isEmpty: Bool { rawValue == 0 }
  func contains(_ other: Attributes) -> Bool { rawValue & other.rawValue == other.rawValue }
}

/// An array with integer subscripts, in ascending order of them; dense arrays cost nothing extra.
struct IndexedArray {
  private(set) var keys: [Int64] = []
  private(set) var values: [String] = []

  init() {}
  init(_ values: [String]) {
    self.values = values
    keys = (0..<values.count).map { Int64($0) }
  }

  var count: Int { keys.count }
  var maxKey: Int64? { keys.last }

  /// The place of a key, or where it would go.
  private func place(_ key: Int64) -> (index: Int, found: Bool) {
    if key >= 0, key < Int64(keys.count), keys[Int(key)] == key { return (Int(key), true) }
    guard let last = keys.last, key <= last else { return (keys.count, false) }
    var low = 0
    var high = keys.count
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return (low, low < keys.count && keys[low] == key)
  }

  subscript(key: Int64) -> String? {
    get {
      let (index, found) = place(key)
      return found ? values[index] : nil
    }
    set {
      let (index, found) = place(key)
      if let newValue {
        if found {
          values[index] = newValue
        } else {
          keys.insert(key, at: index)
          values.insert(newValue, at: index)
        }
      } else if found {
        keys.remove(at: index)
        values.remove(at: index)
      }
    }
  }
}

/// An associative array. Bash shows its keys in the order of its hash table: 1024 buckets by FNV-1, the newest first in each,
/// four times as many when there are twice as many entries as buckets. Source: bash 5.2 `hashlib.c`, `assoc.c`.
struct AssociativeArray {
  private var map = OrderedMap<String, String>()

  init() {}

  var count: Int { map.count }
  subscript(key: String) -> String? {
    get { map[key] }
    set { map[key] = newValue }
  }

  var sortedKeys: [String] { hashOrder(map.keys, buckets: 1024) }
  var values: [String] { sortedKeys.map { map[$0]! } }
}

func bashHash(_ text: String) -> UInt32 {
  var hash: UInt32 = 2_166_136_261
  for byte in text.utf8 {
    hash = hash &* 16_777_619
    hash ^= UInt32(bitPattern: Int32(Int8(bitPattern: byte)))
  }
  return hash
}

/// Names in the order of a bash hash table into which they were put one after the other.
func hashOrder(_ names: [String], buckets: Int) -> [String] {
  var size = UInt32(buckets)
  while names.count > Int(size) * 2 { size *= 4 }
  var numbered: [(bucket: UInt32, order: Int, name: String)] = []
  for (i, name) in names.enumerated() { numbered.append((bashHash(name) & (size - 1), -i, name)) }
  numbered.sort { $0.bucket != $1.bucket ? $0.bucket < $1.bucket : $0.order < $1.order }
  return numbered.map { $0.name }
}

enum Value {
  case unset
  case string(String)
  case indexed(IndexedArray)
  case associative(AssociativeArray)

  /// Sets or removes an element of an indexed array in its place: a copy of a large array for every element would take for ever.
  mutating func setElement(_ key: Int64, _ text: String?) {
    guard case .indexed(var array) = self else { return }
    self = .unset
    array[key] = text
    self = .indexed(array)
  }

  /// The same for an associative array.
  mutating func setEntry(_ key: String, _ text: String?) {
    guard case .associative(var array) = self else { return }
    self = .unset
    array[key] = text
    self = .associative(array)
  }
}

/// What an expansion has changed, with what was there before: it is taken back when the expansion has to be run again.
enum Change {
  case variable(String, Variable?)
  case element(String, Int64, String?)
  case entry(String, String, String?)
}

/// Variables whose value is made when it is asked for.
enum DynamicVariable {
  case random, seconds, line, processID, epochSeconds, epochRealtime, secureRandom, subshell, pipeStatus, functionNames
  case sources, callLines, directories, groups, command, historyNumber, shellOptions, shoptOptions
  case aliases, hashedCommands, argumentZero, argumentCounts, argumentValues

  var appearsWhenRead: Bool {
    switch self {
    case .random, .seconds, .line, .processID, .epochSeconds, .epochRealtime, .secureRandom, .subshell, .directories,
      .groups, .command, .historyNumber, .argumentZero:
      return true
    default: return false
    }
  }
}

struct Variable {
  var value: Value
  var attributes: Attributes = []
  /// The call depth of the function it is local to; 0 for globals.
  var scope = 0
  var dynamic: DynamicVariable?

  init(_ value: Value, attributes: Attributes = [], scope: Int = 0) {
    self.value = value
    self.attributes = attributes
    self.scope = scope
  }

  var isArray: Bool {
    switch value {
    case .indexed, .associative: return true
    default: return false
    }
  }
  /// The value where a single one is wanted: element 0 of an array.
  var scalar: String? {
    switch value {
    case .unset: return nil
    case .string(let text): return text
    case .indexed(let array): return array[0]
    case .associative(let array): return array["0"]
    }
  }
}

struct VariableStore {
  private(set) var bindings: [String: Variable] = [:]
  /// Names in the order in which they were first set; for the environment of children.
  private var hidden: [[(name: String, variable: Variable?)]] = []
  var depth: Int { hidden.count }

  subscript(name: String) -> Variable? {
    get { bindings[name] }
    set { bindings[name] = newValue }
  }

  mutating func setElement(_ name: String, _ key: Int64, _ text: String?) {
    bindings[name]?.value.setElement(key, text)
  }
  mutating func setEntry(_ name: String, _ key: String, _ text: String?) { bindings[name]?.value.setEntry(key, text) }
  mutating func insert(_ attributes: Attributes, _ name: String) { bindings[name]?.attributes.formUnion(attributes) }

  mutating func takeBack(_ change: Change) {
    switch change {
    case .variable(let name, let variable): bindings[name] = variable
    case .element(let name, let key, let text): setElement(name, key, text)
    case .entry(let name, let key, let text): setEntry(name, key, text)
    }
  }

  mutating func pushScope() { hidden.append([]) }

  mutating func popScope() {
    for (name, variable) in hidden.removeLast().reversed() { bindings[name] = variable }
  }

  func isLocal(_ name: String) -> Bool {
    guard depth > 0, let variable = bindings[name] else { return false }
    return variable.scope == depth
  }

  /// Makes `name` local to the current function; what it hides comes back on return.
  mutating func makeLocal(_ name: String, _ variable: Variable) {
    if !isLocal(name) { hidden[depth - 1].append((name, bindings[name])) }
    var variable = variable
    variable.scope = depth
    bindings[name] = variable
  }

  /// `unset`: in the function that owns it, a local stays local and unset; from a function it called, what it hid shows again.
  mutating func unset(_ name: String) {
    guard let variable = bindings[name] else { return }
    if variable.scope == 0 {
      bindings[name] = nil
    } else if variable.scope == depth {
      bindings[name] = Variable(.unset, scope: variable.scope)
    } else {
      let level = variable.scope - 1
      if level < hidden.count, let index = hidden[level].lastIndex(where: { $0.name == name }) {
        bindings[name] = hidden[level].remove(at: index).variable
      } else {
        bindings[name] = nil
      }
    }
  }

  /// Sets a variable of the global scope, whatever hides it.
  mutating func setGlobal(_ name: String, _ variable: Variable) {
    for level in hidden.indices {
      if let index = hidden[level].firstIndex(where: { $0.name == name }) {
        hidden[level][index].variable = variable
        return
      }
    }
    bindings[name] = variable
  }
  func global(_ name: String) -> Variable? {
    for level in hidden {
      if let entry = level.first(where: { $0.name == name }) { return entry.variable }
    }
    return bindings[name]
  }

  var sortedNames: [String] { bindings.keys.sorted { lessBytes($0, $1) } }
}

/// Order of bytes, as in the C locale.
func lessBytes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }

/// Why an expansion or assignment cannot go on.
enum Abort: Error {
  /// A command substitution has been started; the work is done again when its output is there.
  case suspended
  /// Said already: the command fails and the rest of the line is dropped.
  case line(Int32)
  /// The same for a mistake in arithmetic, which `set -e` does not look at.
  case arithmetic(Int32)
  /// Said already: a shell that is not interactive ends.
  case shell(Int32)
  /// Said already: only this command fails.
  case command(Int32)
}
