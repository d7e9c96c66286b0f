// kubectl diff: what applying a file would change, as the unified diff of the object as it is and as it would be. Sources: kubectl
// pkg/cmd/diff/diff.go; the format is that of `diff -u -N` on two folders.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine
import Unstructured

extension Verb {
  static let diff = Verb(
    "diff", .advanced, usage: "-f FILENAME [options]", synopsis: "Show what applying a file would change",
    flags: Flags.files + [
      Flags.selector, Flags.showManagedFields, .int32("concurrency", "", 1, .accepted, "objects at a time"),
      .string("field-manager", "", "kubectl-client-side-apply", "name that owns the changed fields"),
      .bool("force-conflicts", "", false, .notSimulated, "take over fields of other managers"),
      .bool("prune", "", false, .notSimulated, "show what would be pruned"),
      .list("prune-allowlist", "", .notSimulated, "types to prune"),
      .bool("server-side", "", false, .notSimulated, "let the server merge"),
    ], latency: .schema, run: Diff.run)
}

enum Diff {
  @Sendable static func run(_ call: Call) throws(Failure) {
    if call.flags.strings("filename").isEmpty, call.flags.string("kustomize").isEmpty {
      throw .text("must specify one of -f and -k")
    }
    if let tool = call.process.environment["KUBECTL_EXTERNAL_DIFF"], !tool.isEmpty {
      throw call.notSimulated("KUBECTL_EXTERNAL_DIFF")
    }
    call.withInput { (input) throws(Failure) in
      var request = ResourceRequest(call)
      request.latest = false
      let (infos, problems) = try request.infos(call, input)
      call.failures.append(contentsOf: problems)
      var random = call.world.random.split("diff \(call.process.id)")
      let live = "/tmp/LIVE-\(1_000_000_000 + Int64(random.below(2_000_000_000)))"
      let merged = "/tmp/MERGED-\(1_000_000_000 + Int64(random.below(2_000_000_000)))"
      call.each(infos, pause: call.timings.perApply) { (info) throws(Failure) in
        try one(call, info, live, merged)
      }
    }
  }

  private static func one(_ call: Call, _ info: Info, _ live: String, _ merged: String) throws(Failure) {
    var before = try call.client.find(info.kind, info.namespace, info.name)
    var object = info.object
    if info.kind.namespaced { object.set(["metadata", "namespace"], .string(info.namespace)) }
    let options = WriteOptions(dryRun: true, fieldManager: "kubectl-client-side-apply", fieldValidation: .strict)
    var after: Value
    if let current = before {
      let patch: Value
      do throws(Status) {
        patch = try Patch.threeWay(
          original: LastApplied.read(current), modified: object, current: current, kind: info.kind)
      } catch {
        throw .status(error)
      }
      after = try call.client.patch(info.kind, info.namespace, info.name, .strategic, patch, options).object
    } else {
      after = try call.client.create(info.kind, info.namespace, object, options).object
    }
    if info.kind == .secret { mask(&before, &after) }
    func text(_ value: Value?) -> String {
      guard let value else { return "" }
      return Documents.yaml(call.flags.bool("show-managed-fields") ? value : ObjectPrinter.withoutManagedFields(value))
    }
    let hunks = UnifiedDiff.hunks(text(before), text(after))
    if hunks.isEmpty { return }
    let group = info.kind.group.isEmpty ? "" : info.kind.group + "."
    let name = "\(group)\(info.kind.version).\(info.kind.kind).\(info.namespace).\(info.name)"
    let now = call.world.civilNow
    let stamp =
      "\(now.rfc3339.prefix(10)) \(now.rfc3339.dropFirst(11).dropLast()).\(SimKernel.padded(now.nanosecond, 9)) +0000"
    call.print(
      "diff -u -N \(live)/\(name) \(merged)/\(name)\n--- \(live)/\(name)\t\(stamp)\n+++ \(merged)/\(name)\t\(stamp)\n")
    call.print(hunks)
    call.exitCode = 1
  }

  /// Values of Secrets are not shown, only whether they differ.
  private static func mask(_ before: inout Value?, _ after: inout Value) {
    let old = before?["data"]?.object
    var newData = after["data"]?.object
    var oldData = old
    for key in (old?.keys ?? []) + (newData?.keys ?? []) {
      let a = old?[key]
      let b = after[path: "data", key]
      if let a, let b, a != b {
        oldData?[key] = "*** (before)"
        newData?[key] = "*** (after)"
      } else {
        if a != nil { oldData?[key] = "***" }
        if b != nil { newData?[key] = "***" }
      }
    }
    if let oldData { before?["data"] = .object(oldData) }
    if let newData { after["data"] = .object(newData) }
  }
}

/// Unified hunks with three lines of context (POSIX diff, `-u`).
enum UnifiedDiff {
  private enum Edit {
    case same(Int, Int)
    case removed(Int)
    case added(Int)
  }

  static func hunks(_ a: String, _ b: String) -> String {
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
      let start = max(0, i - 3)
      var end = i
      var quiet = 0
      var j = i
      while j < edits.count {
        if isSame(edits[j]) {
          quiet += 1
          if quiet > 6 { break }
        } else {
          quiet = 0
          end = j
        }
        j += 1
      }
      let stop = min(edits.count, end + 4)
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
    var lines = text.pieces("\n")
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
