// A session captured from the real thing, or played by the simulator: the same JSON shape (PRODUCT.md §5).

import Foundation
import Simulator
package import Unstructured

package struct CapturedLine: Sendable {
  package let seconds: Double
  package let stream: String
  package let text: String
  package let isUnterminated: Bool
}

package struct CapturedCommand: Sendable {
  package let command: String
  package let start: Double
  package let end: Double
  package let lines: [CapturedLine]
  package let exit: Int64
  package let isBackground: Bool
  package let notSimulated: [String]
}

/// What on a captured machine was left to chance and the capture does not tell.
package struct Race: Sendable {
  /// How long after the setup the recording began, which is where its time 0 lies between two looks of the kubelet.
  var idle: Double?
  /// The kubelet's workers were woken once less after a container's start.
  var isQuick = false

  static let others: [Race] = {
    var races = [Race(isQuick: true)]
    for eighth in 1...7 {
      races.append(Race(idle: Double(eighth) / 8))
      races.append(Race(idle: Double(eighth) / 8, isQuick: true))
    }
    return races
  }()
}

package struct Capture: Sendable {
  package let name: String
  package let commands: [CapturedCommand]
  /// Told by pauses, not by a clock: rows are compared in their order only.
  package let isUntimed: Bool
  /// What the invariant checker found while the simulator played it.
  package let violations: [String]

  package init(name: String, json: [UInt8]) throws(JSONError) {
    let value = try JSON.parse(json)
    self.name = name
    violations = (value["violations"]?.array ?? []).compactMap(\.string)
    isUntimed = (value["commands"]?.array ?? []).contains { $0["after"] != nil }
    commands = (value["commands"]?.array ?? []).map { command in
      CapturedCommand(
        command: command["command"]?.string ?? "", start: command["start"]?.double ?? 0,
        end: command["end"]?.double ?? 0,
        lines: (command["lines"]?.array ?? []).compactMap { line in
          guard let parts = line.array, parts.count >= 3 else { return nil }
          return CapturedLine(
            seconds: parts[0].double ?? 0, stream: parts[1].string ?? "", text: parts[2].string ?? "",
            isUnterminated: parts.count > 3)
        }, exit: command["exit"]?.integer ?? 0, isBackground: command["background"]?.bool ?? false,
        notSimulated: (command["notSimulated"]?.array ?? []).compactMap(\.string))
    }
  }

  /// Plays the session that a capture file describes. A foreground command keeps its `end` only where the capture stopped it
  /// with Ctrl-C; the others end by themselves, or not, which is part of what is compared.
  /// `stretched` lets the pauses before some commands last longer, by seconds; everything after moves along.
  package static func played(
    name: String, json: [UInt8], stretched: [Int: Double] = [:], race: Race = Race()
  ) throws(JSONError) -> [UInt8] {
    var description = try JSON.parse(json)
    var delay = 0.0
    var commands: [Value] = []
    for (index, var command) in (description["commands"]?.array ?? []).enumerated() {
      delay += stretched[index] ?? 0
      if delay > 0 {
        for key in ["start", "end"] { if let time = command[key]?.double { command[key] = .number(time + delay) } }
      }
      let stopped = command["note"]?.string?.contains("Ctrl-C") ?? false
      if !stopped, command["background"]?.bool != true { command["end"] = nil }
      for key in ["lines", "exit"] { command[key] = nil }
      commands.append(command)
    }
    description["commands"] = .array(commands)
    description = Adaptation.of(name).applied(to: description)
    description.set(["machine", "checks"], .bool(true))
    if let idle = race.idle { description.set(["machine", "idle"], .number(idle)) }
    if race.isQuick { description.set(["machine", "looksOnceMore"], .bool(false)) }
    return SessionPlayer.play(json: Array(JSON.compact(description).utf8))
  }
}

extension Value {
  var double: Double? {
    switch self {
    case .integer(let whole): Double(whole)
    case .number(let number): number
    default: nil
    }
  }
}
