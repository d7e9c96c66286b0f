// strftime as the C library has it in the C locale, with GNU's flags (`%-d`, `%_H`, `%^a`) and `%N`.

/// A moment (in UTC) as a clock of a zone shows it.
package func formatTime(_ format: String, _ moment: CivilTime, in zone: CivilZone = .utc) -> String {
  let offset = zone.offset(atUnix: moment.unixSeconds)
  let local = CivilTime(unixSeconds: moment.unixSeconds + offset, nanosecond: moment.nanosecond)
  return formatTime(format, local, zone: zone.abbreviation(atUnix: moment.unixSeconds), offset: offset)
}

private func formatTime(_ format: String, _ time: CivilTime, zone: String, offset: Int64) -> String {
  let text = format.rawBytes
  var out: [UInt8] = []
  var i = 0
  while i < text.count {
    guard text[i] == 37, i + 1 < text.count else {
      out.append(text[i])
      i += 1
      continue
    }
    let start = i
    i += 1
    var pad: UInt8 = 0
    var upper = false
    var swap = false
    var colons = 0
    flags: while i < text.count {
      switch text[i] {
      case 45, 95, 48: pad = text[i]
      case 94: upper = true
      case 35: swap = true
      case 43: pad = 43
      default: break flags
      }
      i += 1
    }
    var width = 0
    while i < text.count, text[i] >= 48, text[i] <= 57 {
      width = min(4096, width * 10 + Int(text[i] - 48))
      i += 1
    }
    while i < text.count, text[i] == 58 {
      colons += 1
      i += 1
    }
    if i < text.count, text[i] == 69 || text[i] == 79 { i += 1 }
    guard i < text.count else {
      out += text[start...]
      break
    }
    let letter = text[i]
    i += 1
    guard let piece = directive(letter, time, zone, offset, pad, width, colons) else {
      out += text[start..<i]
      continue
    }
    var result = piece
    if upper || (swap && (letter == 97 || letter == 65 || letter == 98 || letter == 66 || letter == 104)) {
      result = result.uppercased()
    } else if swap, letter == 112 || letter == 90 {
      result = result.lowercased()
    }
    if result.utf8.count < width { result = String(repeating: " ", count: width - result.utf8.count) + result }
    out += result.utf8
  }
  return String(raw: out)
}

private func number(_ value: Int64, _ digits: Int, _ fill: UInt8, _ pad: UInt8, _ width: Int) -> String {
  let text = String(value.magnitude)
  let sign = value < 0 ? "-" : ""
  let kind = pad == 0 ? fill : pad
  if kind == 45 { return sign + text }
  let size = max(digits, width)
  let missing = max(0, size - text.utf8.count - sign.utf8.count)
  return kind == 95
    ? String(repeating: " ", count: missing) + sign + text : sign + String(repeating: "0", count: missing) + text
}

private func directive(
  _ letter: UInt8, _ t: CivilTime, _ zone: String, _ offset: Int64, _ pad: UInt8, _ width: Int, _ colons: Int
) -> String? {
  func two(_ value: Int64) -> String { number(value, 2, 48, pad, width) }
  let hour12 = t.hour % 12 == 0 ? 12 : t.hour % 12
  switch letter {
  case 37: return "%"
  case 97: return t.weekdayAbbreviation
  case 65: return CivilTime.weekdayNames[Int(t.weekday)]
  case 98, 104: return t.monthAbbreviation
  case 66: return CivilTime.monthNames[Int(t.month - 1)]
  case 99: return formatTime("%a %b %e %H:%M:%S %Y", t, zone: zone, offset: offset)
  case 67: return two(t.year / 100)
  case 100: return two(t.day)
  case 68, 120: return formatTime("%m/%d/%y", t, zone: zone, offset: offset)
  case 101: return number(t.day, 2, 95, pad, width)
  case 70: return "\(number(t.year, 4, 48, 0, 0))-\(padded(t.month, 2))-\(padded(t.day, 2))"
  case 103: return two(isoWeek(t).year % 100)
  case 71: return number(isoWeek(t).year, 4, 48, pad, width)
  case 86: return two(isoWeek(t).week)
  case 72: return two(t.hour)
  case 73: return two(hour12)
  case 106: return number(t.dayOfYear, 3, 48, pad, width)
  case 107: return number(t.hour, 2, 95, pad, width)
  case 108: return number(hour12, 2, 95, pad, width)
  case 109: return two(t.month)
  case 77: return two(t.minute)
  case 110: return "\n"
  case 78:
    // Nanoseconds; a width keeps the leading digits.
    let digits = padded(t.nanosecond, 9)
    if width > 0, width < 9 { return String(digits.prefix(width)) }
    if pad == 45 {
      var short = digits
      while short.utf8.count > 1, short.utf8.last == 48 { short.removeLast() }
      return short
    }
    return digits
  case 112: return t.hour < 12 ? "AM" : "PM"
  case 80: return t.hour < 12 ? "am" : "pm"
  case 113: return String((t.month - 1) / 3 + 1)
  case 114: return formatTime("%I:%M:%S %p", t, zone: zone, offset: offset)
  case 82: return formatTime("%H:%M", t, zone: zone, offset: offset)
  case 115: return String(t.unixSeconds - offset)
  case 83: return two(t.second)
  case 116: return "\t"
  case 84, 88: return formatTime("%H:%M:%S", t, zone: zone, offset: offset)
  case 117: return String(t.weekday == 0 ? 7 : t.weekday)
  case 85: return two((t.dayOfYear - 1 + 7 - t.weekday) / 7)
  case 119: return String(t.weekday)
  case 87: return two((t.dayOfYear - 1 + 7 - (t.weekday + 6) % 7) / 7)
  case 121: return two(t.year % 100)
  case 89: return number(t.year, 1, 48, pad, width)
  case 122: return zoneOffset(offset, colons)
  case 90: return zone
  default: return nil
  }
}

/// `+0100`, `+01:00`, `+01:00:00`, or as short as can be.
private func zoneOffset(_ offset: Int64, _ colons: Int) -> String {
  let size = offset < 0 ? -offset : offset
  let hours = (offset < 0 ? "-" : "+") + padded(size / 3600, 2)
  let minutes = padded(size / 60 % 60, 2)
  switch colons {
  case 0: return hours + minutes
  case 1: return "\(hours):\(minutes)"
  case 2: return "\(hours):\(minutes):\(padded(size % 60, 2))"
  default: return size % 3600 == 0 ? hours : "\(hours):\(minutes)"
  }
}

/// The ISO 8601 week and the year it belongs to.
private func isoWeek(_ t: CivilTime) -> (year: Int64, week: Int64) {
  let weekday = t.weekday == 0 ? 7 : t.weekday
  let week = (t.dayOfYear - weekday + 10) / 7
  if week < 1 { return (t.year - 1, weeks(in: t.year - 1)) }
  if week > weeks(in: t.year) { return (t.year + 1, 1) }
  return (t.year, week)
}

private func weeks(in year: Int64) -> Int64 {
  func p(_ y: Int64) -> Int64 { (y + y / 4 - y / 100 + y / 400) % 7 }
  return p(year) == 4 || p(year - 1) == 3 ? 53 : 52
}
