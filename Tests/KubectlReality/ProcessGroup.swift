// Whether a program still has something to do, as /proc tells: a program that waits for an answer sleeps in all its threads, one
// that the machine has not let run for a while does not. Linux only, like the rest of these tests.

import Foundation

enum ProcessGroup {
  /// True while a thread of a process of the group runs, wants to run or waits for the disk.
  static func isBusy(_ group: pid_t) -> Bool {
    for process in names("/proc") where Int32(process) != nil {
      // After the name: state, parent, process group.
      guard let fields = status("/proc/\(process)/stat"), fields.count > 2, Int32(fields[2]) == group else { continue }
      for thread in names("/proc/\(process)/task") {
        if let state = status("/proc/\(process)/task/\(thread)/stat")?.first, state == "R" || state == "D" {
          return true
        }
      }
    }
    return false
  }

  private static func names(_ folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }

  /// The fields of a stat file that follow the name, which stands in parentheses and may hold anything.
  private static func status(_ path: String) -> [Substring]? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8), let end = text.lastIndex(of: ")") else {
      return nil
    }
    return text[text.index(after: end)...].split(separator: " ")
  }
}
