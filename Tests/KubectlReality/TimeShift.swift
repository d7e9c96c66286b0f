// The real client lives in real time, the simulated cluster in its own. A client that computes ages itself (describe, events) is
// sent timestamps moved into real time, and what it prints is moved back; all others see the cluster's timestamps as they are.
//
// Both worlds are brought to 0.3 s after a full second before (`Rig.align`), so that ages stay the same for 0.7 s.

import Foundation
import SimKernel
import Unstructured

final class TimeShift {
  /// Real minus simulated time, in microseconds; nil while nothing is moved.
  private(set) var microseconds: Int64?

  private var isWanted = false
  private var began: Int64 = 0
  /// Whether the client was still at work when the simulated second had passed: its ages may be one more than they should.
  private(set) var hasPassedTheSecond = false

  /// From the next answer on, times are moved.
  func want() { isWanted = true }

  /// Called for each request about objects; the first one sets by how much times are moved.
  func begin(world: World) {
    guard isWanted, microseconds == nil else { return }
    let real = Int64(Date().timeIntervalSince1970 * 1e6)
    began = real
    microseconds = real - (world.civilNow.unixSeconds * 1_000_000 + 300_000)
  }

  /// Called when the client has ended.
  func note() {
    guard let microseconds else { return }
    let real = Int64(Date().timeIntervalSince1970 * 1e6)
    hasPassedTheSecond = (real - microseconds) / 1_000_000 != (began - microseconds) / 1_000_000
  }

  func end() {
    microseconds = nil
    isWanted = false
    hasPassedTheSecond = false
  }

  // MARK: Objects

  func outgoing(_ value: Value) -> Value {
    guard let microseconds else { return value }
    return mapTimes(value, annotations: false) { TimeShift.text($0 + microseconds) }
  }

  /// A moment that the client made up itself is the world's present one.
  func incoming(_ value: Value, world: World) -> Value {
    mapTimes(value, annotations: true) { [self] in
      if let microseconds { return TimeShift.unmoved($0, microseconds).rfc3339 }
      let real = Int64(Date().timeIntervalSince1970)
      return abs($0 / 1_000_000 - real) < 3_600 ? world.civilNow.rfc3339 : nil
    }
  }

  /// Replaces every string that is a time (given in microseconds since 1970) and nothing else.
  private func mapTimes(_ value: Value, annotations: Bool, _ change: (Int64) -> String?) -> Value {
    switch value {
    case .string(let text):
      guard let time = TimeShift.parse(text), let changed = change(time) else { return value }
      return .string(changed)
    case .array(let items): return .array(items.map { mapTimes($0, annotations: annotations, change) })
    case .object(let members):
      var result = Value.Object()
      for (key, member) in members {
        let isKept = key == "annotations" && !annotations
        result[key] = isKept ? member : mapTimes(member, annotations: annotations, change)
      }
      return .object(result)
    default: return value
    }
  }

  private static func parse(_ text: String) -> Int64? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.count <= 30, bytes[4] == 45, bytes[10] == 84, bytes.last == 90,
      let time = CivilTime(rfc3339: text)
    else { return nil }
    return time.unixSeconds * 1_000_000 + time.nanosecond / 1_000
  }

  private static func text(_ microseconds: Int64) -> String { civil(microseconds).rfc3339Micro }

  private static func civil(_ microseconds: Int64) -> CivilTime {
    let seconds = microseconds.floored(1_000_000)
    return CivilTime(unixSeconds: seconds, nanosecond: (microseconds - seconds * 1_000_000) * 1_000)
  }

  /// Clients cut off fractions of a second: the moment meant is the next whole one.
  private static func unmoved(_ time: Int64, _ microseconds: Int64) -> CivilTime {
    let back = time - microseconds
    return CivilTime(unixSeconds: -(-back).floored(1_000_000))
  }

  // MARK: Printed text

  /// Moves `Thu, 15 Jan 2026 09:00:00 +0000` and `2026-01-15T09:00:00Z` back.
  func restored(_ text: String) -> String {
    guard let microseconds else { return text }
    var result = text
    let pattern = /[A-Z][a-z][a-z], \d\d [A-Z][a-z][a-z] \d{4} \d\d:\d\d:\d\d \+0000/
    result = result.replacing(pattern) { match in
      let words = match.output.split(separator: " ")
      let month = 1 + (CivilTime.monthNames.firstIndex { $0.hasPrefix(words[2]) } ?? 0)
      let day = words[1]
      guard let time = TimeShift.parse("\(words[3])-\(padded(Int64(month), 2))-\(day)T\(words[4])Z") else {
        return String(match.output)
      }
      return TimeShift.unmoved(time, microseconds).rfc1123Z
    }
    // What Go prints of a time that nobody formatted: `2026-01-15 09:00:00 +0000 UTC`.
    result = result.replacing(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \+0000 UTC/) { match in
      let words = match.output.0.split(separator: " ")
      guard let time = TimeShift.parse("\(words[0])T\(words[1])Z") else { return String(match.output.0) }
      return TimeShift.unmoved(time, microseconds).rfc3339.replacing("T", with: " ").replacing("Z", with: " +0000 UTC")
    }
    return result.replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/) { match in
      guard let time = TimeShift.parse(String(match.output)) else { return String(match.output) }
      let back = time - microseconds
      return back % 1_000_000 == 0 ? TimeShift.civil(back).rfc3339 : TimeShift.text(back)
    }
  }
}

extension Int64 {
  /// Division that rounds down.
  fileprivate func floored(_ divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
