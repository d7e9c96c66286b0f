// `\pset` and its short forms. Source: PostgreSQL 15 manual, psql, `\pset`.

internal import SimKernel

extension PsqlSession {
  /// Sets and says so; an unknown name or value is an error.
  func pset(_ name: String, _ value: String?) {
    if let problem = changeSetting(name, value) { return report(problem) }
    // Some are set without a word when the value is given.
    let silent = ["footer", "numericlocale", "tuples_only", "t"].contains(name) && value != nil
    if !quiet, !silent { say(settingLine(name)) }
  }

  /// For `-P`: false when the setting cannot be made.
  package func setOption(_ name: String, _ value: String?) -> Bool { changeSetting(name, value) == nil }

  private func toggled(_ value: String?, _ current: Bool, _ name: String, _ problem: inout String?) -> Bool {
    guard let value else { return !current }
    if let b = PsqlVariables.boolean(value) { return b }
    problem = "unrecognized value \"\(value)\" for \"\(name)\": Boolean expected"
    return current
  }

  /// nil when it went well.
  func changeSetting(_ name: String, _ value: String?) -> String? {
    var problem: String?
    switch name {
    case "format":
      guard let value else { return nil }
      let given = lowercasedASCII(value)
      var found: [String] = []
      // latex is the beginning of latex-longtable, which has to be spelled out.
      for f in TableFormat.names where f.hasPrefix(given) && f != "latex-longtable" { found.append(f) }
      if TableFormat.names.contains(given) { found = [given] }
      if found.isEmpty, "latex-longtable".hasPrefix(given) { found = ["latex-longtable"] }
      if found.isEmpty || given.isEmpty {
        return "\\pset: allowed formats are " + joined(TableFormat.names, ", ")
      }
      if found.count > 1 {
        return "\\pset: ambiguous abbreviation \"\(value)\" matches both \"\(found[0])\" and \"\(found[1])\""
      }
      options.format = found[0]
    case "border":
      // psql keeps it in sixteen bits without a sign.
      if let value { options.border = PsqlSession.leadingInteger(value) & 0xffff }
    case "linestyle":
      guard let value else { return nil }
      let given = lowercasedASCII(value)
      guard let f = ["ascii", "old-ascii", "unicode"].first(where: { $0.hasPrefix(given) }) else {
        return "\\pset: allowed line styles are ascii, old-ascii, unicode"
      }
      options.lineStyle = f
    case "unicode_border_linestyle", "unicode_column_linestyle", "unicode_header_linestyle":
      guard let value else { return nil }
      guard let f = ["single", "double"].first(where: { $0.hasPrefix(lowercasedASCII(value)) }) else {
        let what = name.split(separator: "_")[1]
        return "\\pset: allowed Unicode \(what) line styles are single, double"
      }
      if name == "unicode_border_linestyle" {
        options.borderLines = f
      } else if name == "unicode_column_linestyle" {
        options.columnLines = f
      } else {
        options.headerLines = f
      }
    case "null": if let value { options.null = value }
    case "fieldsep": if let value { options.fieldSeparator = value }
    case "fieldsep_zero": options.fieldSeparator = "\0"
    case "recordsep": if let value { options.recordSeparator = value }
    case "recordsep_zero": options.recordSeparator = "\0"
    case "footer": options.footer = toggled(value, options.footer, name, &problem)
    case "tuples_only", "t": options.tuplesOnly = toggled(value, options.tuplesOnly, name, &problem)
    case "numericlocale": options.numericLocale = toggled(value, options.numericLocale, name, &problem)
    case "expanded", "x", "vertical":
      if value.map({ lowercasedASCII($0) }) == "auto" {
        options.expanded = .auto
      } else if let value {
        guard let b = PsqlVariables.boolean(value) else {
          return "unrecognized value \"\(value)\" for \"\(name)\"\nAvailable values are: on, off, auto."
        }
        options.expanded = b ? .on : .off
      } else {
        options.expanded = options.expanded == .off ? .on : .off
      }
    case "title", "C": options.title = value
    case "tableattr", "T": options.tableAttributes = value
    case "pager":
      if let value {
        if lowercasedASCII(value) == "always" {
          options.pager = 2
        } else {
          guard let b = PsqlVariables.boolean(value) else {
            return "unrecognized value \"\(value)\" for \"\(name)\"\nAvailable values are: on, off, always."
          }
          options.pager = b ? 1 : 0
        }
      } else {
        options.pager = options.pager == 1 ? 0 : 1
      }
    case "pager_min_lines": if let value { options.pagerMinimum = PsqlSession.leadingInteger(value) }
    case "columns": if let value { options.columns = PsqlSession.leadingInteger(value) }
    case "csv_fieldsep":
      guard let value else { return nil }
      let bytes = Array(value.utf8)
      if bytes.count != 1 { return "\\pset: csv_fieldsep must be a single one-byte character" }
      if bytes[0] == 0x22 || bytes[0] == 10 || bytes[0] == 13 {
        return "\\pset: csv_fieldsep cannot be a double quote, a newline, or a carriage return"
      }
      options.csvSeparator = value
    default: return "\\pset: unknown option: \(name)"
    }
    return problem
  }

  private static func leadingInteger(_ text: String) -> Int {
    var digits = ""
    for (i, c) in text.enumerated() where digits.utf8.count == i && (c.isWholeNumber || (i == 0 && c == "-")) {
      digits.append(c)
    }
    return Int(digits) ?? 0
  }

  private func settingLine(_ name: String) -> String {
    func onOff(_ b: Bool) -> String { b ? "on" : "off" }
    let o = options
    switch name {
    case "border": return "Border style is \(o.border).\n"
    case "columns": return o.columns == 0 ? "Target width is unset.\n" : "Target width is \(o.columns).\n"
    case "expanded", "x", "vertical":
      switch o.expanded {
      case .on: return "Expanded display is on.\n"
      case .auto: return "Expanded display is used automatically.\n"
      case .off: return "Expanded display is off.\n"
      }
    case "fieldsep":
      return o.fieldSeparator == "\0"
        ? "Field separator is zero byte.\n" : "Field separator is \"\(o.fieldSeparator)\".\n"
    case "fieldsep_zero": return "Field separator is zero byte.\n"
    case "footer": return "Default footer is \(onOff(o.footer)).\n"
    case "format": return "Output format is \(o.format).\n"
    case "linestyle": return "Line style is \(o.lineStyle).\n"
    case "null": return "Null display is \"\(o.null)\".\n"
    case "numericlocale": return "Locale-adjusted numeric output is \(onOff(o.numericLocale)).\n"
    case "pager":
      return o.pager > 1
        ? "Pager is always used.\n" : o.pager == 1 ? "Pager is used for long output.\n" : "Pager usage is off.\n"
    case "pager_min_lines":
      return "Pager won't be used for less than \(o.pagerMinimum) line\(o.pagerMinimum == 1 ? "" : "s").\n"
    case "recordsep":
      if o.recordSeparator == "\0" { return "Record separator is zero byte.\n" }
      return o.recordSeparator == "\n"
        ? "Record separator is <newline>.\n" : "Record separator is \"\(o.recordSeparator)\".\n"
    case "recordsep_zero": return "Record separator is zero byte.\n"
    case "tableattr", "T":
      return o.tableAttributes.map { "Table attributes are \"\($0)\".\n" } ?? "Table attributes unset.\n"
    case "title", "C": return o.title.map { "Title is \"\($0)\".\n" } ?? "Title is unset.\n"
    case "tuples_only", "t": return "Tuples only is \(onOff(o.tuplesOnly)).\n"
    case "csv_fieldsep": return "Field separator for CSV is \"\(o.csvSeparator)\".\n"
    case "unicode_border_linestyle": return "Unicode border line style is \"\(o.borderLines)\".\n"
    case "unicode_column_linestyle": return "Unicode column line style is \"\(o.columnLines)\".\n"
    case "unicode_header_linestyle": return "Unicode header line style is \"\(o.headerLines)\".\n"
    default: return ""
    }
  }

  /// `\pset` alone.
  func listSettings() {
    func quoted(_ s: String) -> String {
      "'" + replaced(replaced(replaced(s, "\\", "\\\\"), "'", "''"), "\n", "\\n") + "'"
    }
    let o = options
    let expanded = o.expanded == .on ? "on" : o.expanded == .auto ? "auto" : "off"
    let list: [(String, String)] = [
      ("border", String(o.border)), ("columns", String(o.columns)), ("csv_fieldsep", quoted(o.csvSeparator)),
      ("expanded", expanded), ("fieldsep", quoted(o.fieldSeparator == "\0" ? "" : o.fieldSeparator)),
      ("fieldsep_zero", o.fieldSeparator == "\0" ? "on" : "off"), ("footer", o.footer ? "on" : "off"),
      ("format", o.format), ("linestyle", o.lineStyle), ("null", quoted(o.null)),
      ("numericlocale", o.numericLocale ? "on" : "off"), ("pager", String(o.pager)),
      ("pager_min_lines", String(o.pagerMinimum)),
      ("recordsep", quoted(o.recordSeparator == "\0" ? "" : o.recordSeparator)),
      ("recordsep_zero", o.recordSeparator == "\0" ? "on" : "off"),
      ("tableattr", o.tableAttributes.map { quoted($0) } ?? ""),
      ("title", o.title.map { quoted($0) } ?? ""), ("tuples_only", o.tuplesOnly ? "on" : "off"),
      ("unicode_border_linestyle", o.borderLines), ("unicode_column_linestyle", o.columnLines),
      ("unicode_header_linestyle", o.headerLines),
    ]
    for (name, value) in list {
      say(name + String(repeating: " ", count: max(0, 24 - name.utf8.count)) + " " + value + "\n")
    }
  }
}
