// Unified diffs of small texts by longest common subsequence, in the format of `diff -u`.

package enum UnifiedDiff {
  private enum Edit {
    case keep(String)
    case remove(String)
    case add(String)
  }

  package static func text(old: String, new: String, oldName: String, newName: String, context: Int) -> String {
    let a = lines(old)
    let b = lines(new)
    let edits = script(a, b)
    var out = "--- \(oldName)\n+++ \(newName)\n"
    var index = 0
    var oldLine = 1
    var newLine = 1
    while index < edits.count {
      guard case .keep = edits[index] else {
        // A hunk: from `context` lines before to `context` lines after, swallowing gaps of up to twice that.
        var first = index
        var before = 0
        while first > 0, before < context, case .keep = edits[first - 1] {
          first -= 1
          before += 1
        }
        var last = index
        var quiet = 0
        var scan = index
        while scan < edits.count, quiet <= 2 * context {
          if case .keep = edits[scan] {
            quiet += 1
          } else {
            quiet = 0
            last = scan
          }
          scan += 1
        }
        var end = last + 1
        var after = 0
        while end < edits.count, after < context, case .keep = edits[end] {
          end += 1
          after += 1
        }
        var body = ""
        var oldCount = 0
        var newCount = 0
        for edit in edits[first..<end] {
          switch edit {
          case .keep(let line):
            body += " \(line)\n"
            oldCount += 1
            newCount += 1
          case .remove(let line):
            body += "-\(line)\n"
            oldCount += 1
          case .add(let line):
            body += "+\(line)\n"
            newCount += 1
          }
        }
        let oldStart = oldCount == 0 ? oldLine - before - 1 : oldLine - before
        let newStart = newCount == 0 ? newLine - before - 1 : newLine - before
        out += "@@ -\(range(oldStart, oldCount)) +\(range(newStart, newCount)) @@\n" + body
        oldLine += oldCount - before
        newLine += newCount - before
        index = end
        continue
      }
      oldLine += 1
      newLine += 1
      index += 1
    }
    return out
  }

  private static func range(_ start: Int, _ count: Int) -> String { count == 1 ? "\(start)" : "\(start),\(count)" }

  private static func lines(_ text: String) -> [String] {
    var result = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if result.last == "" { result.removeLast() }
    return result
  }

  /// The edit script by dynamic programming over what is left between the common beginning and the common end.
  private static func script(_ a: [String], _ b: [String]) -> [Edit] {
    var head = 0
    while head < a.count, head < b.count, a[head] == b[head] { head += 1 }
    var tail = 0
    while tail < a.count - head, tail < b.count - head, a[a.count - 1 - tail] == b[b.count - 1 - tail] { tail += 1 }
    let x = Array(a[head..<a.count - tail])
    let y = Array(b[head..<b.count - tail])
    var edits: [Edit] = a[..<head].map { .keep($0) }
    if x.count * y.count > 4_000_000 {
      edits += x.map { .remove($0) } + y.map { .add($0) }
    } else {
      var table = [[Int]](repeating: [Int](repeating: 0, count: y.count + 1), count: x.count + 1)
      for i in stride(from: x.count - 1, through: 0, by: -1) {
        for j in stride(from: y.count - 1, through: 0, by: -1) {
          table[i][j] = x[i] == y[j] ? table[i + 1][j + 1] + 1 : max(table[i + 1][j], table[i][j + 1])
        }
      }
      var i = 0
      var j = 0
      while i < x.count || j < y.count {
        if i < x.count, j < y.count, x[i] == y[j] {
          edits.append(.keep(x[i]))
          i += 1
          j += 1
        } else if i < x.count, j == y.count || table[i + 1][j] >= table[i][j + 1] {
          edits.append(.remove(x[i]))
          i += 1
        } else {
          edits.append(.add(y[j]))
          j += 1
        }
      }
    }
    return edits + a[(a.count - tail)...].map { .keep($0) }
  }
}
