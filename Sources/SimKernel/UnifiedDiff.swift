// Unified diffs of texts by longest common subsequence, in the format of `diff -u` (POSIX diff).

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
    let edits = script(old, new)
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

  /// The longest common subsequence by dynamic programming, after equal ends are set aside.
  private static func script(_ a: [String], _ b: [String]) -> [Edit] {
    var head = 0
    while head < a.count, head < b.count, a[head] == b[head] { head += 1 }
    var tail = 0
    while tail < a.count - head, tail < b.count - head, a[a.count - 1 - tail] == b[b.count - 1 - tail] { tail += 1 }
    let n = a.count - head - tail
    let m = b.count - head - tail
    var edits: [Edit] = []
    for i in 0..<head { edits.append(.same(i, i)) }
    if n * m > 4_000_000 {
      for i in 0..<n { edits.append(.removed(head + i)) }
      for j in 0..<m { edits.append(.added(head + j)) }
    } else {
      var table = [[Int32]](repeating: [Int32](repeating: 0, count: m + 1), count: n + 1)
      var i = n - 1
      while i >= 0 {
        var j = m - 1
        while j >= 0 {
          table[i][j] =
            a[head + i] == b[head + j] ? table[i + 1][j + 1] + 1 : max(table[i + 1][j], table[i][j + 1])
          j -= 1
        }
        i -= 1
      }
      var x = 0
      var y = 0
      while x < n || y < m {
        if x < n, y < m, a[head + x] == b[head + y] {
          edits.append(.same(head + x, head + y))
          x += 1
          y += 1
        } else if x < n, y >= m || table[x + 1][y] >= table[x][y + 1] {
          edits.append(.removed(head + x))
          x += 1
        } else {
          edits.append(.added(head + y))
          y += 1
        }
      }
    }
    for k in 0..<tail { edits.append(.same(a.count - tail + k, b.count - tail + k)) }
    return edits
  }
}
