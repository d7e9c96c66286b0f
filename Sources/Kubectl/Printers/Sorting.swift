// `--sort-by`: the order of kubectl pkg/cmd/get/sorter.go. Quantities compare as quantities, other strings with their digits as
// numbers (sortorder.NaturalLess), missing members come first. Go's sort.Sort is not stable; `GoSort` does the same steps, so
// that equal items end up where they do in kubectl.

import KubeAPI
import SimKernel
import Unstructured

enum Sorting {
  /// Nil when no object has the member: kubectl then prints nothing of that table.
  static func sorted(_ call: Call, _ objects: [Value], _ template: String) throws(Failure) -> [Value]? {
    var keys: [Value?] = []
    var isFound = false
    do throws(JSONPathError) {
      var path = try JSONPath(template)
      for object in objects {
        let key = try path.values(object).first
        if key != nil { isFound = true }
        keys.append(key)
      }
    } catch {
      throw .text(error.message)
    }
    if !objects.isEmpty, !isFound { return nil }
    if keys.count > 1, let key = keys.compactMap({ $0 }).first(where: { $0.array != nil || $0.object != nil }) {
      throw unsortable(call, template, key)
    }
    var order = Array(0..<objects.count)
    GoSort.sort(&order) { less(keys[$0], keys[$1]) }
    var result: [Value] = []
    for index in order { result.append(objects[index]) }
    return result
  }

  /// Lists and maps have no order: the program ends in the middle of its sorting.
  private static func unsortable(_ call: Call, _ template: String, _ key: Value) -> Failure {
    let type = key.array != nil ? "[]interface {}" : "map[string]interface {}"
    let stamp = Client.klogStamp(call.process, "sorter.go:375")
    return .raw(
      "F\(stamp) Field \(template) in [][][]reflect.Value is an unsortable type: interface, err: unsortable type: \(type)"
    )
  }

  private static func less(_ a: Value?, _ b: Value?) -> Bool {
    guard let a else { return true }
    guard let b else { return false }
    if a.isNull || b.isNull { return a.isNull && !b.isNull }
    switch (a, b) {
    case (.integer(let x), .integer(let y)): return x < y
    case (.number(let x), .number(let y)): return x < y
    case (.integer(let x), .number(let y)): return Double(x) < y
    case (.number(let x), .integer(let y)): return x < Double(y)
    case (.bool(let x), .bool(let y)): return !x && y
    case (.string(let x), .string(let y)):
      if let p = Quantity(parsing: x), let q = Quantity(parsing: y) { return p < q }
      return naturalLess(x, y)
    default: return false
    }
  }

  /// Runs of digits compare by value, everything else byte by byte.
  static func naturalLess(_ a: String, _ b: String) -> Bool {
    let x = Array(a.utf8)
    let y = Array(b.utf8)
    func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
    var i = 0
    var j = 0
    while i < x.count, j < y.count {
      if isDigit(x[i]), isDigit(y[j]) {
        var p = i
        var q = j
        while p < x.count, x[p] == 48 { p += 1 }
        while q < y.count, y[q] == 48 { q += 1 }
        var m = p
        var n = q
        while m < x.count, isDigit(x[m]) { m += 1 }
        while n < y.count, isDigit(y[n]) { n += 1 }
        if m - p != n - q { return m - p < n - q }
        for k in 0..<(m - p) where x[p + k] != y[q + k] { return x[p + k] < y[q + k] }
        if p - i != q - j { return p - i < q - j }
        i = m
        j = n
      } else {
        if x[i] != y[j] { return x[i] < y[j] }
        i += 1
        j += 1
      }
    }
    return x.count - i < y.count - j
  }
}
