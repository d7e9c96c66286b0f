// From text to dates, times and intervals, with the errors of wrong ones. Source: PostgreSQL 15 manual 8.5.

internal import SimKernel

extension ClientSession {
  private func dateError(_ error: DateTimeParseError, _ type: String, _ text: String) -> SQLError {
    switch error {
    case .format:
      return SQLError(SQLState.invalidDatetimeFormat, "invalid input syntax for type \(type): \"\(text)\"")
    case .fieldOverflow:
      return SQLError(
        SQLState.datetimeOverflow, "date/time field value out of range: \"\(text)\"", hint: fieldHint(text))
    case .outOfRange:
      return SQLError(
        SQLState.datetimeOverflow, "\(type == "date" ? type : "timestamp") out of range: \"\(text)\"")
    case .zone(let name):
      return SQLError(SQLState.invalidParameterValue, "time zone \"\(lowercasedASCII(name))\" not recognized")
    }
  }

  /// The server suggests another DateStyle when a month above 12 was the trouble in a date that DateStyle orders.
  private func fieldHint(_ text: String) -> String? {
    var numbers: [Int64] = []
    var widths: [Int] = []
    var digits: [UInt8] = []
    var separators: [UInt8] = []
    for b in text.utf8 {
      if Lexer.isDigit(b) {
        digits.append(b)
      } else {
        if let n = DateTimeParser.number(digits[...]) {
          numbers.append(n)
          widths.append(digits.count)
        }
        digits = []
        separators.append(b)
        if numbers.count >= 3 { break }
      }
    }
    if let n = DateTimeParser.number(digits[...]) {
      numbers.append(n)
      widths.append(digits.count)
    }
    if numbers.count >= 3, numbers[1] > 12 || numbers[0] > 12, separators.first != 0x3a, numbers.count >= 2 {
      let month = widths[0] > 2 ? numbers[1] : numbers[0]
      if month > 12 || month == 0 { return "Perhaps you need a different \"datestyle\" setting." }
    }
    return nil
  }

  func dateInput(_ text: String) throws(SQLError) -> Int64 {
    do throws(DateTimeParseError) {
      var fields = try DateTimeParser.parse(text)
      fields.dayFirst = dateStyle.hasSuffix("DMY")
      if let special = fields.special {
        let today = localToday
        switch special {
        case "today", "now": return today
        case "tomorrow": return today + 1
        case "yesterday": return today - 1
        case "epoch": return -DateTime.epochDays
        case "infinity": return DateTime.dateInfinity
        case "-infinity": return DateTime.dateNegativeInfinity
        default: throw .format
        }
      }
      let days = try DateTimeParser.days(fields)
      // 4714-11-24 BC to 5874897-12-31
      if days < -2_451_545 || days > 2_145_031_948 { throw .outOfRange }
      return days
    } catch {
      throw dateError(error, "date", text)
    }
  }

  func timestampInput(_ text: String, _ type: Int32) throws(SQLError) -> Int64 {
    let zoned = type == Oid.timestamptz
    do throws(DateTimeParseError) {
      var fields = try DateTimeParser.parse(text)
      fields.dayFirst = dateStyle.hasSuffix("DMY")
      var local: Int64
      if let special = fields.special {
        switch special {
        case "now":
          return zoned ? transactionTime : transactionTime + timeZone.offset(utc: transactionTime) * DateTime.second
        case "infinity": return DateTime.infinity
        case "-infinity": return DateTime.negativeInfinity
        case "epoch": return -DateTime.epochDays * DateTime.day
        case "today": local = localToday * DateTime.day + (fields.time ?? 0)
        case "tomorrow": local = (localToday + 1) * DateTime.day + (fields.time ?? 0)
        case "yesterday": local = (localToday - 1) * DateTime.day + (fields.time ?? 0)
        default: throw .format
        }
      } else {
        let days = try DateTimeParser.days(fields)
        // 4714-11-24 BC to 294276-12-31
        if days < -2_451_545 || days > 106_751_991 { throw .outOfRange }
        local = days * DateTime.day + (fields.time ?? 0)
        if local >= 9_223_371_331_200_000_000 { throw .outOfRange }
      }
      guard zoned else { return local }
      if let zone = fields.zone { return local - zone * DateTime.second }
      if let rules = fields.zoneRules { return rules.utc(local: local) }
      return timeZone.utc(local: local)
    } catch {
      throw dateError(error, zoned ? "timestamp with time zone" : "timestamp", text)
    }
  }

  func timeInput(_ text: String) throws(SQLError) -> (time: Int64, zone: Int64?) {
    do throws(DateTimeParseError) {
      let fields = try DateTimeParser.parse(text)
      if fields.special == "now" {
        let local = transactionTime + timeZone.offset(utc: transactionTime) * DateTime.second
        return (DateTime.floorDivide(local, DateTime.day).remainder, nil)
      }
      if fields.special == "allballs" { return (0, 0) }
      guard let time = fields.time else { throw .format }
      return (time, fields.zone ?? fields.zoneRules.map { $0.offset(utc: now) })
    } catch {
      throw dateError(error, "time", text)
    }
  }

  func intervalInput(_ text: String, _ fields: String?) throws(SQLError) -> IntervalValue {
    do throws(DateTimeParseError) {
      return try DateTimeParser.interval(text, fields: fields)
    } catch {
      if case .fieldOverflow = error {
        throw SQLError(SQLState.datetimeOverflow, "interval field value out of range: \"\(text)\"")
      }
      throw SQLError(SQLState.invalidDatetimeFormat, "invalid input syntax for type interval: \"\(text)\"")
    }
  }
}
