// Parameter expansion in all its forms. Source: the Bash manual, "Shell Parameter Expansion".

import ShellSyntax
import SimKernel

/// What a parameter stands for before its operation is applied.
enum ParameterBase {
  case scalar(String?)
  /// `$@`, `$*`, `${a[@]}`, `${a[*]}`
  case list([String], star: Bool)
}

extension ShellProgram {
  func expandParameter(
    _ expansion: ParameterExpansion, quoted: Bool, into pieces: inout [Piece]
  ) throws(Abort) {
    if case .bad = expansion.operation { throw badSubstitution() }
    // The most common case first.
    if expansion.index == nil, !expansion.indirect, !expansion.length, case .none = expansion.operation {
      let name = expansion.name
      if name != "@", name != "*" {
        if let value = parameter(name) {
          pieces.append(quoted ? .quoted(value) : .split(value))
        } else {
          if state.options.nounset { throw unbound(expansion) }
          if quoted { pieces.append(.quoted("")) }
        }
        return
      }
    }
    if expansion.indirect {
      if case .namesWithPrefix(let at) = expansion.operation {
        var names: [String] = []
        for name in state.variables.sortedNames where name.utf8.starts(with: expansion.name.utf8) {
          if case .unset = state.variables[name]!.value, state.variables[name]!.dynamic == nil { continue }
          names.append(name)
        }
        appendList(names, star: !at, quoted: quoted, as: .keys, into: &pieces)
        return
      }
      if case .none = expansion.operation {
        switch expansion.index {
        case .at: return appendList(keys(expansion.name), star: false, quoted: quoted, as: .keys, into: &pieces)
        case .star: return appendList(keys(expansion.name), star: true, quoted: quoted, as: .keys, into: &pieces)
        default: break
        }
      }
    }
    var (base, name, index) = try base(expansion)
    isArrayList = name != "@" && name != "*"
    if expansion.indirect {
      // `${!ref}` of a name reference is the name it refers to.
      if let binding = state.variables[expansion.name], binding.attributes.contains(.reference), expansion.index == nil
      {
        let target = binding.scalar ?? ""
        pieces.append(quoted ? .quoted(target) : .split(target))
        return
      }
      guard case .scalar(let text) = base, let target = text, !target.isEmpty else {
        if case .scalar(nil) = base, !isName(expansion.name) || !isUnset(expansion.name) {
          try apply(expansion, base, name: name, index: index, quoted: quoted, into: &pieces)
          return
        }
        if case .scalar(_?) = base {
          complain(": invalid variable name")
        } else {
          complain("\(expansion.name)\(index.map { "[\($0)]" } ?? ""): invalid indirect expansion")
        }
        throw .line(1)
      }
      (base, name, index) = try indirectBase(target)
    }
    if expansion.length {
      try appendLength(expansion, base, quoted: quoted, into: &pieces)
      return
    }
    try apply(expansion, base, name: name, index: index, quoted: quoted, into: &pieces)
  }

  private func badSubstitution() -> Abort {
    if flavour == .bash {
      // bash names the whole word, without quotes around it.
      var shown = expandedText
      if shown.utf8.count > 1, shown.utf8.first == 34, shown.utf8.last == 34 {
        shown = String(shown.dropFirst().dropLast())
      }
      complain("\(shown): bad substitution")
    } else {
      complain(flavour == .dash ? "Bad substitution" : "syntax error: bad substitution")
    }
    return .line(1)
  }

  private func base(_ expansion: ParameterExpansion) throws(Abort) -> (ParameterBase, String, String?) {
    let name = expansion.name
    switch expansion.index {
    case nil:
      if name == "@" || name == "*" { return (.list(state.positional, star: name == "*"), name, nil) }
      return (.scalar(parameter(name)), name, nil)
    case .at: return (.list(elements(name), star: false), name, "@")
    case .star: return (.list(elements(name), star: true), name, "*")
    case .index(let word):
      let text = try subscriptText(word, of: name)
      if expansion.length, flavour == .bash { try checkSubscript(word, text, of: name) }
      return (.scalar(try element(name, text)), name, text)
    }
  }

  /// In `${#a[index]}` a bad subscript ends the line.
  private func checkSubscript(_ word: Word, _ text: String, of name: String) throws(Abort) {
    switch binding(name)?.value {
    case .associative?: if !text.isEmpty { return }
    case .indexed(let array)?:
      let value = try evaluate(text)
      if value >= 0 || (array.maxKey ?? -1) + 1 + value >= 0 { return }
    default: return
    }
    complain("\(word.text)]: bad array subscript")
    throw .line(1)
  }

  /// The text of a subscript: expanded, and without quotes for associative arrays.
  func subscriptText(_ word: Word, of name: String) throws(Abort) -> String {
    if case .associative? = binding(name)?.value { return try expandSingle(word, tilde: .none) }
    return try expandText(word)
  }

  private func indirectBase(_ target: String) throws(Abort) -> (ParameterBase, String, String?) {
    if target == "@" || target == "*" { return (.list(state.positional, star: target == "*"), target, nil) }
    if let (name, index) = splitSubscript(target) {
      if index == "@" || index == "*" { return (.list(elements(name), star: index == "*"), name, index) }
      var text = index
      let parser = ShellParser(Array(index.utf8))
      if let word = try? parser.subscriptWord() { text = try subscriptText(word, of: name) }
      return (.scalar(try element(name, text)), name, text)
    }
    let first = target.utf8.first!
    let isSpecial = target.utf8.count == 1 && "#?-$!".utf8.contains(first)
    let isNumber = target.utf8.allSatisfy { $0 >= 48 && $0 <= 57 }
    guard isName(target) || isSpecial || isNumber else {
      complain("\(target): invalid variable name")
      throw .line(1)
    }
    return (.scalar(parameter(target)), target, nil)
  }

  func unbound(_ expansion: ParameterExpansion) -> Abort {
    var name = expansion.name
    if let first = name.utf8.first, !isNameStart(first), expansion.text.utf8.count == name.utf8.count + 1 {
      name = "$" + name
    }
    switch expansion.index {
    case .index(let word): name += "[\(word.text)]"
    case .at: name += "[@]"
    case .star: name += "[*]"
    case nil: break
    }
    complain(
      "\(flavour == .bash ? name : expansion.name): \(flavour == .bash ? "unbound variable" : "parameter not set")")
    return .shell(flavour == .bash ? 127 : 2)
  }

  /// Whether the locale is one in which every byte is a character.
  var countsBytes: Bool {
    for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
      if let value = variable(name), !value.isEmpty { return value == "C" || value == "POSIX" }
    }
    return true
  }

  private func appendLength(
    _ expansion: ParameterExpansion, _ base: ParameterBase, quoted: Bool, into pieces: inout [Piece]
  ) throws(Abort) {
    let length: Int
    switch base {
    case .list(let values, _):
      if values.isEmpty, state.options.nounset, expansion.index != nil, isUnset(expansion.name) {
        complain("\(expansion.name): unbound variable")
        throw .line(1)
      }
      length = values.count
    case .scalar(let value):
      if value == nil, state.options.nounset { throw unbound(expansion) }
      let text = value ?? ""
      let characters = text.unicodeScalars.count
      length = characters == text.utf8.count || !countsBytes ? characters : text.rawBytes.count
    }
    pieces.append(quoted ? .quoted(String(length)) : .split(String(length)))
  }

  /// How a list came about, which decides what joins it where only one word is wanted.
  enum ListKind {
    case plain
    /// The whole list after a test of it (`${a[@]:-x}`).
    case tested
    /// Some of the elements.
    case slice
    case keys
    /// Each element changed.
    case changed
    /// Something taken off each element's beginning or end.
    case trimmed
    /// Something replaced in each element.
    case replaced

    var isChanged: Bool { self == .changed || self == .trimmed || self == .replaced }
    /// In the text of a here-document it is joined by IFS, like the array itself.
    var isWhole: Bool { self == .plain || self == .tested || self == .replaced }
  }

  func appendList(
    _ values: [String], star: Bool, quoted: Bool, as kind: ListKind = .plain, into pieces: inout [Piece]
  ) {
    if star, quoted || joining > 0 {
      // In the text of a here-document only an array as it is goes by IFS.
      let usesSpace = joiningText > 0 && (!isArrayList || !kind.isWhole)
      let separator = usesSpace ? " " : joiner
      let text = values.joined(separator: separator)
      if quoted || !values.isEmpty { pieces.append(quoted ? .quoted(text) : .split(text)) }
      return
    }
    if !quoted, joining == 0, joiner.isEmpty, !values.isEmpty, kind == .keys || (kind == .trimmed && isArrayList) {
      pieces.append(.split(values.joined(separator: " ")))
      return
    }
    if joining > 0, joiningText == 0, kind.isChanged || (quoted && kind != .plain), !values.isEmpty {
      let text = values.joined(separator: joiner.isEmpty ? " " : joiner)
      pieces.append(quoted ? .quoted(text) : .split(text))
      return
    }
    if joining == 0, !quoted, values.count > 1, let first = joiner.utf8.first, first != 32, first != 9, first != 10 {
      // Joined first, then split at the same character: empty elements stay.
      pieces.append(.split(values.joined(separator: joiner)))
      return
    }
    for (i, value) in values.enumerated() {
      if i > 0 { pieces.append(.fieldBreak) }
      pieces.append(quoted ? .quoted(value) : .split(value))
    }
  }

  // MARK: Operations

  private func apply(
    _ expansion: ParameterExpansion, _ base: ParameterBase, name: String, index: String?, quoted: Bool,
    into pieces: inout [Piece]
  ) throws(Abort) {
    func emit(_ value: String) { pieces.append(quoted ? .quoted(value) : .split(value)) }
    func each(as kind: ListKind, _ change: (String) throws(Abort) -> String) throws(Abort) {
      switch base {
      case .scalar(let value):
        guard let value else {
          if state.options.nounset { throw unbound(expansion) }
          if quoted { emit("") }
          return
        }
        emit(try change(value))
      case .list(let values, let star):
        var changed: [String] = []
        for value in values { changed.append(try change(value)) }
        appendList(changed, star: star, quoted: quoted, as: kind, into: &pieces)
      }
    }
    switch expansion.operation {
    case .none:
      switch base {
      case .scalar(let value):
        if value == nil, state.options.nounset { throw unbound(expansion) }
        if let value { emit(value) } else if quoted { emit("") }
      case .list(let values, let star): appendList(values, star: star, quoted: quoted, into: &pieces)
      }
    case .fallback(let operation, let colon, let word):
      let isSet: Bool
      switch base {
      case .scalar(let value): isSet = value != nil && !(colon && value!.isEmpty)
      case .list(let values, _):
        isSet = !values.isEmpty && !(colon && values.count == 1 && values[0].isEmpty)
      }
      switch operation {
      case 45:
        if isSet { return try applyNone(base, quoted: quoted, into: &pieces) }
        try expand(word.parts, quoted: quoted, tilde: quoted ? .none : .word, operand: true, into: &pieces)
      case 43:
        if isSet {
          let before = pieces.count
          try expand(word.parts, quoted: quoted, tilde: quoted ? .none : .word, operand: true, into: &pieces)
          if pieces.count == before { emitEmpty(quoted, &pieces) }
        } else if quoted, case .scalar = base {
          emitEmpty(true, &pieces)
        }
      case 61:
        if isSet { return try applyNone(base, quoted: quoted, into: &pieces) }
        guard isName(name), index != "@", index != "*" else {
          complain("$\(name): cannot assign in this way")
          throw .line(1)
        }
        let value = try expandSingle(word)
        if let index {
          try assignElement(name, index, value)
        } else {
          try assign(name, value)
        }
        emit(value)
      default:
        if isSet { return try applyNone(base, quoted: quoted, into: &pieces) }
        var message = try expandSingle(word)
        if word.parts.isEmpty { message = colon ? "parameter null or not set" : "parameter not set" }
        if flavour != .bash, word.parts.isEmpty { message = colon ? "parameter not set or null" : "parameter not set" }
        complain("\(name)\(index.map { "[\($0)]" } ?? ""): \(message)")
        throw .shell(flavour == .bash ? 127 : 2)
      }
    case .removePrefix(let longest, let word):
      let pattern = ShellPattern(inLocale(try expandPattern(word)), extended: state.shopt.extglob)
      try each(as: .trimmed) { (value) throws(Abort) -> String in removePrefix(value, pattern, longest: longest) }
    case .removeSuffix(let longest, let word):
      let pattern = ShellPattern(inLocale(try expandPattern(word)), extended: state.shopt.extglob)
      try each(as: .trimmed) { (value) throws(Abort) -> String in removeSuffix(value, pattern, longest: longest) }
    case .replace(let mode, let patternWord, let replacementWord):
      let text = try expandPattern(patternWord)
      let pattern = ShellPattern(inLocale(text), extended: state.shopt.extglob, ignoreCase: state.shopt["nocasematch"])
      let replacement = try replacementPieces(replacementWord)
      try each(as: .replaced) { (value) throws(Abort) -> String in
        replace(value, pattern, mode: mode, with: replacement, emptyPattern: text.isEmpty)
      }
    case .changeCase(let operation, let all, let word):
      var pattern: ShellPattern?
      if let word {
        let text = try expandPattern(word)
        if !text.isEmpty { pattern = ShellPattern(inLocale(text), extended: state.shopt.extglob) }
      }
      try each(as: .changed) { (value) throws(Abort) -> String in
        changeCase(value, operation, all: all, pattern: pattern)
      }
    case .substring(let offsetWord, let lengthWord):
      if case .scalar(nil) = base, !state.options.nounset { return emitEmpty(quoted, &pieces) }
      var context = expansion.name
      switch expansion.index {
      case .index(let word): context += "[\(word.text)]"
      case .at: context += "[@]"
      case .star: context += "[*]"
      case nil: break
      }
      let offset = try evaluate(try expandText(offsetWord), in: context)
      var length: Int64?
      if let lengthWord { length = try evaluate(try expandText(lengthWord), in: context) }
      try applySubstring(
        expansion, base, name: name, offset: offset, length: length, lengthText: lengthWord?.text ?? "", quoted: quoted,
        into: &pieces)
    case .transform(let letter):
      if !"QEPAaKkUuL".utf8.contains(letter) {
        if case .scalar(nil) = base { return emitEmpty(quoted, &pieces) }
        throw badSubstitution()
      }
      try applyTransform(expansion, base, name: name, index: index, letter: letter, quoted: quoted, into: &pieces)
    case .namesWithPrefix, .bad: break
    }
  }

  private func emitEmpty(_ quoted: Bool, _ pieces: inout [Piece]) { if quoted { pieces.append(.quoted("")) } }

  private func applyNone(_ base: ParameterBase, quoted: Bool, into pieces: inout [Piece]) throws(Abort) {
    switch base {
    case .scalar(let value): pieces.append(quoted ? .quoted(value ?? "") : .split(value ?? ""))
    case .list(let values, let star): appendList(values, star: star, quoted: quoted, as: .tested, into: &pieces)
    }
  }

  func emitEmptyList(_ star: Bool, _ quoted: Bool, _ pieces: inout [Piece]) {
    if star, quoted { pieces.append(.quoted("")) }
  }
}
