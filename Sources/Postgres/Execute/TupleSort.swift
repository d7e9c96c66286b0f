// Sorting as PostgreSQL sorts, so that rows with equal keys come out in its order: quicksort with its choice of pivots for whole
// sorts, a heap of the best rows under LIMIT. Sources: Bentley and McIlroy, "Engineering a Sort Function" (1993), in the form
// PostgreSQL publishes it; PostgreSQL 15 manual, 14.1 ("top-N heapsort").

struct TupleSort {
  private var items: [Int]
  private let compare: (Int, Int) -> Int

  /// Positions 0 ..< count in sorted order; with a bound only that many.
  static func order(_ count: Int, bound: Int? = nil, _ compare: @escaping (Int, Int) -> Int) -> [Int] {
    var sort = TupleSort(items: Array(0..<count), compare: compare)
    if let bound, bound > 0, count > bound * 2 { return sort.best(bound) }
    sort.quick(0, count)
    return sort.items
  }

  private init(items: [Int], compare: @escaping (Int, Int) -> Int) {
    self.items = items
    self.compare = compare
  }

  private func order(_ a: Int, _ b: Int) -> Int { compare(items[a], items[b]) }

  private func median(_ a: Int, _ b: Int, _ c: Int) -> Int {
    order(a, b) < 0
      ? (order(b, c) < 0 ? b : order(a, c) < 0 ? c : a) : (order(b, c) > 0 ? b : order(a, c) < 0 ? a : c)
  }

  private mutating func swap(_ a: Int, _ b: Int, _ n: Int) { for k in 0..<max(0, n) { items.swapAt(a + k, b + k) } }

  private mutating func quick(_ from: Int, _ length: Int) {
    var a = from
    var n = length
    while n > 1 {
      var presorted = true
      for p in (a + 1)..<(a + n) where order(p - 1, p) > 0 {
        presorted = false
        break
      }
      if presorted { return }
      if n < 7 {
        for p in (a + 1)..<(a + n) {
          var l = p
          while l > a, order(l - 1, l) > 0 {
            items.swapAt(l, l - 1)
            l -= 1
          }
        }
        return
      }
      var middle = a + n / 2
      if n > 7 {
        var low = a
        var high = a + n - 1
        if n > 40 {
          let d = n / 8
          low = median(low, low + d, low + 2 * d)
          middle = median(middle - d, middle, middle + d)
          high = median(high - 2 * d, high - d, high)
        }
        middle = median(low, middle, high)
      }
      items.swapAt(a, middle)
      var pa = a + 1
      var pb = a + 1
      var pc = a + n - 1
      var pd = pc
      while true {
        while pb <= pc {
          let r = order(pb, a)
          if r > 0 { break }
          if r == 0 {
            items.swapAt(pa, pb)
            pa += 1
          }
          pb += 1
        }
        while pb <= pc {
          let r = order(pc, a)
          if r < 0 { break }
          if r == 0 {
            items.swapAt(pc, pd)
            pd -= 1
          }
          pc -= 1
        }
        if pb > pc { break }
        items.swapAt(pb, pc)
        pb += 1
        pc -= 1
      }
      let end = a + n
      var d1 = min(pa - a, pb - pa)
      swap(a, pb - d1, d1)
      d1 = min(pd - pc, end - pd - 1)
      swap(pb, end - d1, d1)
      d1 = pb - pa
      let d2 = pd - pc
      if d1 <= d2 {
        if d1 > 1 { quick(a, d1) }
        if d2 <= 1 { return }
        a = end - d2
        n = d2
      } else {
        if d2 > 1 { quick(end - d2, d2) }
        if d1 <= 1 { return }
        n = d1
      }
    }
  }

  // MARK: The best rows

  /// The heap has the worst of the kept rows on top.
  private func worse(_ a: Int, _ b: Int) -> Int { -compare(a, b) }

  private func best(_ bound: Int) -> [Int] {
    var heap: [Int] = []
    func insert(_ x: Int) {
      heap.append(x)
      var j = heap.count - 1
      while j > 0 {
        let i = (j - 1) / 2
        if worse(x, heap[i]) >= 0 { break }
        heap[j] = heap[i]
        j = i
      }
      heap[j] = x
    }
    func replaceTop(_ x: Int, _ n: Int) {
      var i = 0
      while true {
        var j = 2 * i + 1
        if j >= n { break }
        if j + 1 < n, worse(heap[j], heap[j + 1]) > 0 { j += 1 }
        if worse(x, heap[j]) <= 0 { break }
        heap[i] = heap[j]
        i = j
      }
      heap[i] = x
    }
    for x in items {
      if heap.count < bound {
        insert(x)
      } else if worse(x, heap[0]) > 0 {
        replaceTop(x, heap.count)
      }
    }
    var n = heap.count
    while n > 1 {
      let top = heap[0]
      n -= 1
      replaceTop(heap[n], n)
      heap[n] = top
    }
    return heap
  }
}
