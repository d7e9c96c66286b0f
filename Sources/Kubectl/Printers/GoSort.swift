// Go's sort.Sort, step for step (Go 1.24 src/sort/zsortinterface.go: pattern-defeating quicksort). It is not stable; where equal
// items end up is part of what `kubectl get --sort-by` shows.

struct GoSort {
  private var items: [Int]
  private let precedes: (Int, Int) -> Bool

  static func sort(_ items: inout [Int], _ less: @escaping (Int, Int) -> Bool) {
    guard items.count > 1 else { return }
    var sort = GoSort(items: items, precedes: less)
    sort.quick(0, items.count, limit: Int.bitWidth - items.count.leadingZeroBitCount)
    items = sort.items
  }

  private func less(_ i: Int, _ j: Int) -> Bool { precedes(items[i], items[j]) }
  private mutating func swap(_ i: Int, _ j: Int) { items.swapAt(i, j) }

  private mutating func insertion(_ a: Int, _ b: Int) {
    var i = a + 1
    while i < b {
      var j = i
      while j > a, less(j, j - 1) {
        swap(j, j - 1)
        j -= 1
      }
      i += 1
    }
  }

  private mutating func siftDown(_ low: Int, _ high: Int, _ first: Int) {
    var root = low
    while true {
      var child = 2 * root + 1
      if child >= high { return }
      if child + 1 < high, less(first + child, first + child + 1) { child += 1 }
      if !less(first + root, first + child) { return }
      swap(first + root, first + child)
      root = child
    }
  }

  private mutating func heap(_ a: Int, _ b: Int) {
    let high = b - a
    var i = (high - 1) / 2
    while i >= 0 {
      siftDown(i, high, a)
      i -= 1
    }
    i = high - 1
    while i >= 0 {
      swap(a, a + i)
      siftDown(0, i, a)
      i -= 1
    }
  }

  private enum Hint { case unknown, increasing, decreasing }

  private mutating func quick(_ first: Int, _ last: Int, limit depth: Int) {
    var a = first
    var b = last
    var limit = depth
    var wasBalanced = true
    var wasPartitioned = true
    while true {
      let length = b - a
      if length <= 12 { return insertion(a, b) }
      if limit == 0 { return heap(a, b) }
      if !wasBalanced {
        breakPatterns(a, b)
        limit -= 1
      }
      var (pivot, hint) = choosePivot(a, b)
      if hint == .decreasing {
        reverse(a, b)
        pivot = (b - 1) - (pivot - a)
        hint = .increasing
      }
      if wasBalanced, wasPartitioned, hint == .increasing, partialInsertion(a, b) { return }
      if a > 0, !less(a - 1, pivot) {
        a = partitionEqual(a, b, pivot)
        continue
      }
      let (middle, alreadyPartitioned) = partition(a, b, pivot)
      wasPartitioned = alreadyPartitioned
      let left = middle - a
      let right = b - middle
      if left < right {
        wasBalanced = left >= length / 8
        quick(a, middle, limit: limit)
        a = middle + 1
      } else {
        wasBalanced = right >= length / 8
        quick(middle + 1, b, limit: limit)
        b = middle
      }
    }
  }

  private mutating func partition(_ a: Int, _ b: Int, _ pivot: Int) -> (Int, Bool) {
    swap(a, pivot)
    var i = a + 1
    var j = b - 1
    while i <= j, less(i, a) { i += 1 }
    while i <= j, !less(j, a) { j -= 1 }
    if i > j {
      swap(j, a)
      return (j, true)
    }
    swap(i, j)
    i += 1
    j -= 1
    while true {
      while i <= j, less(i, a) { i += 1 }
      while i <= j, !less(j, a) { j -= 1 }
      if i > j { break }
      swap(i, j)
      i += 1
      j -= 1
    }
    swap(j, a)
    return (j, false)
  }

  private mutating func partitionEqual(_ a: Int, _ b: Int, _ pivot: Int) -> Int {
    swap(a, pivot)
    var i = a + 1
    var j = b - 1
    while true {
      while i <= j, !less(a, i) { i += 1 }
      while i <= j, less(a, j) { j -= 1 }
      if i > j { return i }
      swap(i, j)
      i += 1
      j -= 1
    }
  }

  private mutating func partialInsertion(_ a: Int, _ b: Int) -> Bool {
    var i = a + 1
    for _ in 0..<5 {
      while i < b, !less(i, i - 1) { i += 1 }
      if i == b { return true }
      if b - a < 50 { return false }
      swap(i, i - 1)
      if i - a >= 2 {
        var j = i - 1
        while j >= 1, less(j, j - 1) {
          swap(j, j - 1)
          j -= 1
        }
      }
      if b - i >= 2 {
        var j = i + 1
        while j < b, less(j, j - 1) {
          swap(j, j - 1)
          j += 1
        }
      }
    }
    return false
  }

  private mutating func breakPatterns(_ a: Int, _ b: Int) {
    let length = b - a
    guard length >= 8 else { return }
    var random = UInt64(length)
    let modulus = UInt64(1) << UInt64(Int.bitWidth - length.leadingZeroBitCount)
    let index = a + (length / 4) * 2 - 1
    for i in 0..<3 {
      random ^= random << 13
      random ^= random >> 7
      random ^= random << 17
      var other = Int(random & (modulus - 1))
      if other >= length { other -= length }
      swap(index - 1 + i, a + other)
    }
  }

  private func choosePivot(_ a: Int, _ b: Int) -> (Int, Hint) {
    let length = b - a
    var swaps = 0
    var i = a + length / 4
    var j = a + length / 4 * 2
    var k = a + length / 4 * 3
    if length >= 8 {
      if length >= 50 {
        i = median(i - 1, i, i + 1, &swaps)
        j = median(j - 1, j, j + 1, &swaps)
        k = median(k - 1, k, k + 1, &swaps)
      }
      j = median(i, j, k, &swaps)
    }
    return (j, swaps == 0 ? .increasing : swaps == 12 ? .decreasing : .unknown)
  }

  private func median(_ x: Int, _ y: Int, _ z: Int, _ swaps: inout Int) -> Int {
    var a = x
    var b = y
    var c = z
    if less(b, a) {
      swaps += 1
      (a, b) = (b, a)
    }
    if less(c, b) {
      swaps += 1
      (b, c) = (c, b)
    }
    if less(b, a) {
      swaps += 1
      (a, b) = (b, a)
    }
    return b
  }

  private mutating func reverse(_ a: Int, _ b: Int) {
    var i = a
    var j = b - 1
    while i < j {
      swap(i, j)
      i += 1
      j -= 1
    }
  }
}
