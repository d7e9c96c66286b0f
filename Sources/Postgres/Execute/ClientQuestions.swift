// What clients ask about a session besides running statements: the columns a query would return, the time of day.

internal import SimKernel

extension ClientSession {
  struct DescribedColumn {
    let name: String
    let type: String
  }

  /// A setting that the client brought along; why it is refused.
  package func start(with name: String, _ value: String) -> SQLError? {
    for outcome in execute("SELECT set_config(\(quotedLiteral(name)), \(quotedLiteral(value)), false)") {
      if case .error(let error) = outcome { return error }
    }
    return nil
  }

  /// For `\gdesc`: analyses without running.
  func describe(_ sql: String) -> Result<[DescribedColumn], SQLError> {
    let opened = transaction == nil
    if opened { begin(explicit: false) }
    defer { if opened { rollback() } }
    do throws(SQLError) {
      let statements = try Parser.statements(sql)
      if statements.count > 1 {
        throw SQLError(SQLState.syntaxError, "cannot insert multiple commands into a prepared statement")
      }
      guard let first = statements.first else { return .success([]) }
      let columns: [OutputColumn]
      switch first.statement {
      case .query(let query): columns = try Analyzer(session: self).query(query, parent: nil).columns
      case .insert, .update, .delete:
        let plan = try Analyzer(session: self).modification(first.statement, parent: nil)
        columns = plan.returning.isEmpty ? [] : plan.columns
      case .show(let name): return .success([DescribedColumn(name: name, type: "text")])
      default: columns = []
      }
      var out: [DescribedColumn] = []
      for c in columns {
        // A literal without a type is text by the time it is described.
        let type = c.type.oid == Oid.unknown ? SQLType(Oid.text) : c.type
        out.append(DescribedColumn(name: c.name, type: formatType(type)))
      }
      return .success(out)
    } catch {
      return .failure(error)
    }
  }

  /// `Thu 15 Jan 2026 09:00:00 AM UTC`, the heading of `\watch`; plain it is `Thu Jan 15 09:00:00 2026`.
  func watchStamp(isPlain: Bool) -> String {
    let seconds = server.world.clock.unixSeconds(server.world.clock.now)
    let days = DateTime.floorDivide(seconds, 86_400)
    let civil = DateTime.civil(days.quotient - DateTime.epochDays)
    let weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][
      Int(DateTime.weekday(days.quotient - DateTime.epochDays))]
    let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][
      Int(civil.month - 1)]
    func two(_ n: Int64) -> String { n < 10 ? "0\(n)" : String(n) }
    let t = days.remainder
    let day = "\(civil.day < 10 ? " " : "")\(civil.day)"
    let clock = "\(two(t / 60 % 60)):\(two(t % 60))"
    if isPlain { return "\(weekday) \(month) \(day) \(two(t / 3_600)):\(clock) \(civil.year)" }
    let hour = t / 3_600
    return
      "\(weekday) \(two(civil.day)) \(month) \(civil.year) \(two((hour + 11) % 12 + 1)):\(clock) \(hour < 12 ? "AM" : "PM") UTC"
  }

  /// A setting as pg_settings has it: the number in its own unit.
  func plainSetting(_ f: [String]) throws(SQLError) -> String {
    guard f.count > 2, !f[2].isEmpty else { return try setting(f[0]) }
    guard let text = settings[lowercasedASCII(f[0])] else { return f[1] }
    let digits = text.prefix { ($0 >= "0" && $0 <= "9") || $0 == "-" }
    let unit = String(text.dropFirst(digits.count))
    let sizes: [String: Int64] = [
      "B": 1, "kB": 1 << 10, "8kB": 1 << 13, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40, "ms": 1, "s": 1_000,
      "min": 60_000, "h": 3_600_000, "d": 86_400_000,
    ]
    guard let n = Int64(digits), let size = sizes[unit], let base = sizes[f[2]] else { return text }
    return String(n * size / base)
  }

  /// A view of one table without grouping and the like can be written through.
  func isUpdatableView(_ r: Relation) -> Bool {
    r.view.map { obstacle($0.query) == nil } ?? false
  }
}
