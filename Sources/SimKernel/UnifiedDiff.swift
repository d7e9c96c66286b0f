// Unified diffs of texts in the format of `diff -u` (POSIX diff).

package enum UnifiedDiff {
  private enum Edit {
    case same(Int, Int)
    case removed(Int)
    case added(Int)
  }

  /// The whole diff under two file names; only the names when nothing differs.
  package static func text(old: String, new: String, oldName: String, newName: String, context: Int) -> String {
    "--- \(oldName)\n+++ \(newName)\n" + hunks(old, new, context: context)
  }

  /// The hunks, empty when the texts are the same.
  package static func hunks(_ a: String, _ b: String, context: Int = 3) -> String {
    let old = lines(a)
    let new = lines(b)
    let edits = script(old, new, context: context)
    var text = ""
    var i = 0
    while i < edits.count {
      guard !isSame(edits[i]) else {
        i += 1
        continue
      }
      let start = max(0, i - context)
      var end = i
      var quiet = 0
      var j = i
      while j < edits.count {
        if isSame(edits[j]) {
          quiet += 1
          if quiet > 2 * context { break }
        } else {
          quiet = 0
          end = j
        }
        j += 1
      }
      let stop = min(edits.count, end + 1 + context)
      text += hunk(Array(edits[start..<stop]), Array(edits[..<start]), old, new)
      i = stop
    }
    return text
  }

  private static func isSame(_ edit: Edit) -> Bool {
    if case .same = edit { return true }
    return false
  }

  private static func lines(_ text: String) -> [String] {
    var lines: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) { lines.append(String(line)) }
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  private static func hunk(_ edits: [Edit], _ before: [Edit], _ old: [String], _ new: [String]) -> String {
    var oldStart = 0
    var newStart = 0
    for edit in before {
      switch edit {
      case .same:
        oldStart += 1
        newStart += 1
      case .removed: oldStart += 1
      case .added: newStart += 1
      }
    }
    var oldCount = 0
    var newCount = 0
    var body = ""
    for edit in edits {
      switch edit {
      case .same(let i, _):
        oldCount += 1
        newCount += 1
        body += " \(old[i])\n"
      case .removed(let i):
        oldCount += 1
        body += "-\(old[i])\n"
      case .added(let j):
        newCount += 1
        body += "+\(new[j])\n"
      }
    }
    func range(_ start: Int, _ count: Int) -> String {
      if count == 0 { return "\(start),0" }
      return count == 1 ? "\(start + 1)" : "\(start + 1),\(count)"
    }
    return "@@ -\(range(oldStart, oldCount)) +\(range(newStart, newCount)) @@\n" + body
  }

  /// What GNU diff finds: which lines of each text have no partner in the other.
  private static func script(_ a: [String], _ b: [String], context: Int) -> [Edit] {
    var numbers: [String: Int] = [:]
    func classes(_ lines: [String]) -> [Int] {
      var list: [Int] = []
      for line in lines {
        let number = numbers[line] ?? numbers.count
        numbers[line] = number
        list.append(number)
      }
      return list
    }
    let old = classes(a)
    let new = classes(b)
    var edits: [Edit] = []
    var i = 0
    var j = 0
    func same(before line: Int) {
      while i < line {
        edits.append(.same(i, j))
        i += 1
        j += 1
      }
    }
    for change in LineCompare.changes(old, new, horizon: context) {
      same(before: change.first)
      for _ in 0..<change.deleted {
        edits.append(.removed(i))
        i += 1
      }
      for _ in 0..<change.inserted {
        edits.append(.added(j))
        j += 1
      }
    }
    same(before: a.count)
    return edits
  }
}
