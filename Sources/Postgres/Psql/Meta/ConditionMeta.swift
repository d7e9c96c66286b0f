// `\if`, `\elif`, `\else`, `\endif`. Source: PostgreSQL 15 manual, psql.

internal import SimKernel

extension PsqlSession {
  func condition(_ name: String) {
    func value(_ evaluates: Bool) -> Bool {
      var text = ""
      if !evaluates {
        while readRaw() {}
        return false
      }
      while let a = argument() { text += (text.isEmpty ? "" : " ") + a }
      if let v = PsqlVariables.boolean(text) { return v }
      report("unrecognized value \"\(text)\" for \"\\\(name) expression\": Boolean expected")
      // The branch is taken as false, which is no failure.
      hadError = false
      return false
    }
    // Text of a statement that stood in a branch not taken is dropped.
    if name != "if" { ignoredStatement = false }
    if name != "if", let c = conditions.last {
      if !c.isActive { scanner.cut(to: c.kept) }
      conditions[conditions.count - 1].kept = scanner.kept
    }
    switch name {
    case "if":
      let parent = active
      let v = value(parent)
      conditions.append(Condition(isActive: parent && v, wasTrue: v, parentActive: parent, kept: scanner.kept))
    case "elif":
      guard var c = conditions.popLast() else { return report("\\elif: no matching \\if") }
      if c.sawElse {
        conditions.append(c)
        return report("\\elif: cannot occur after \\else")
      }
      let v = value(c.parentActive && !c.wasTrue)
      c.isActive = c.parentActive && v
      c.wasTrue = c.wasTrue || v
      conditions.append(c)
    case "else":
      guard var c = conditions.popLast() else { return report("\\else: no matching \\if") }
      if c.sawElse {
        conditions.append(c)
        return report("\\else: cannot occur after \\else")
      }
      c.sawElse = true
      c.isActive = c.parentActive && !c.wasTrue
      conditions.append(c)
    default: if conditions.popLast() == nil { report("\\endif: no matching \\if") }
    }
  }
}
