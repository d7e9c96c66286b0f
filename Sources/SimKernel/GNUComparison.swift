// Which lines two texts share, as GNU diff finds out: lines without a partner are set aside, what is left is compared with Myers'
// algorithm from both ends at once, and runs of changes are then moved as far down as they go. Where several shortest
// differences exist this decides which one is shown. Sources: GNU diffutils analyze.c, gnulib diffseq.h ("An O(ND) Difference
// Algorithm", 1986). Its shortcuts for huge inputs are left out.

struct GNUComparison {
  /// Each line as a number: equal lines have equal numbers.
  private let lines: [[Int]]
  /// Whether a line has no partner, with a guard before and after.
  private var changed: [[Bool]]
  /// The lines that take part in the comparison, as places in `lines`.
  private var kept: [[Int]] = [[], []]
  private var forward: [Int] = []
  private var backward: [Int] = []
  private var middle = 0

  init(_ a: [String], _ b: [String]) {
    var numbers: [String: Int] = [:]
    var all: [[Int]] = []
    for text in [a, b] {
      var list: [Int] = []
      for line in text {
        if let number = numbers[line] {
          list.append(number)
        } else {
          list.append(numbers.count)
          numbers[line] = numbers.count
        }
      }
      all.append(list)
    }
    lines = all
    changed = [[Bool](repeating: false, count: a.count + 2), [Bool](repeating: false, count: b.count + 2)]
  }

  func isRemoved(_ line: Int) -> Bool { changed[0][line + 1] }
  func isAdded(_ line: Int) -> Bool { changed[1][line + 1] }

  mutating func run() {
    discard()
    let count = kept[0].count + kept[1].count + 3
    forward = [Int](repeating: 0, count: count + 1)
    backward = forward
    middle = kept[1].count + 1
    compare(0, kept[0].count, 0, kept[1].count)
    shift(0)
    shift(1)
  }

  // MARK: Lines that are set aside

  /// Lines that the other text has not are changed for certain; lines it has very often are set aside among such.
  private mutating func discard() {
    var head = 0
    let shorter = min(lines[0].count, lines[1].count)
    while head < shorter, lines[0][head] == lines[1][head] { head += 1 }
    var tail = 0
    while tail < shorter - head, lines[0][lines[0].count - 1 - tail] == lines[1][lines[1].count - 1 - tail] {
      tail += 1
    }
    // A few of the equal lines at both ends stay in view, as diff's context does.
    let start = max(0, head - 3)
    let spare = max(0, tail - 3)
    var counts: [[Int: Int]] = [[:], [:]]
    for file in 0...1 {
      for place in start..<max(start, lines[file].count - spare) { counts[file][lines[file][place], default: 0] += 1 }
    }
    for file in 0...1 {
      let end = max(start, lines[file].count - spare)
      var marks = [Int](repeating: 0, count: end - start)
      var many = 5
      var size = (end - start) / 64
      while true {
        size >>= 2
        if size <= 0 { break }
        many *= 2
      }
      for i in marks.indices {
        let partners = counts[1 - file][lines[file][start + i]] ?? 0
        marks[i] = partners == 0 ? 1 : partners > many ? 2 : 0
      }
      GNUComparison.settle(&marks)
      for i in marks.indices {
        if marks[i] == 0 { kept[file].append(start + i) } else { changed[file][start + i + 1] = true }
      }
    }
  }

  /// Provisional marks (2) stand only in the middle of runs of certain ones (1), and not too many of them.
  private static func settle(_ marks: inout [Int]) {
    var i = 0
    while i < marks.count {
      if marks[i] == 2 {
        marks[i] = 0
      } else if marks[i] == 1 {
        var j = i
        var provisional = 0
        while j < marks.count, marks[j] != 0 {
          if marks[j] == 2 { provisional += 1 }
          j += 1
        }
        while j > i, marks[j - 1] == 2 {
          j -= 1
          marks[j] = 0
          provisional -= 1
        }
        let length = j - i
        if provisional * 4 > length {
          for k in i..<j where marks[k] == 2 { marks[k] = 0 }
        } else {
          thin(&marks, i, length)
          i += length - 1
        }
      }
      i += 1
    }
  }

  private static func thin(_ marks: inout [Int], _ start: Int, _ length: Int) {
    var minimum = 1
    var size = length >> 2
    while true {
      size >>= 2
      if size <= 0 { break }
      minimum <<= 1
    }
    minimum += 1
    var consecutive = 0
    var j = 0
    while j < length {
      if marks[start + j] != 2 {
        consecutive = 0
      } else {
        consecutive += 1
        if consecutive == minimum {
          j -= consecutive
        } else if consecutive > minimum {
          marks[start + j] = 0
        }
      }
      j += 1
    }
    for isBackward in [false, true] {
      consecutive = 0
      for j in 0..<length {
        let place = isBackward ? start + length - 1 - j : start + j
        if j >= 8, marks[place] == 1 { break }
        if marks[place] == 2 {
          consecutive = 0
          marks[place] = 0
        } else if marks[place] == 0 {
          consecutive = 0
        } else {
          consecutive += 1
        }
        if consecutive == 3 { break }
      }
    }
  }

  // MARK: Comparison

  private func isEqual(_ x: Int, _ y: Int) -> Bool { lines[0][kept[0][x]] == lines[1][kept[1][y]] }

  private mutating func compare(_ xStart: Int, _ xEnd: Int, _ yStart: Int, _ yEnd: Int) {
    var (x0, x1, y0, y1) = (xStart, xEnd, yStart, yEnd)
    while x0 < x1, y0 < y1, isEqual(x0, y0) {
      x0 += 1
      y0 += 1
    }
    while x0 < x1, y0 < y1, isEqual(x1 - 1, y1 - 1) {
      x1 -= 1
      y1 -= 1
    }
    if x0 == x1 {
      for y in y0..<y1 { changed[1][kept[1][y] + 1] = true }
    } else if y0 == y1 {
      for x in x0..<x1 { changed[0][kept[0][x] + 1] = true }
    } else {
      let (x, y) = meeting(x0, x1, y0, y1)
      compare(x0, x, y0, y)
      compare(x, x1, y, y1)
    }
  }

  /// Where the furthest paths from both ends meet.
  private mutating func meeting(_ x0: Int, _ x1: Int, _ y0: Int, _ y1: Int) -> (Int, Int) {
    let lowest = x0 - y1
    let highest = x1 - y0
    let start = x0 - y0
    let end = x1 - y1
    var (f0, f1, b0, b1) = (start, start, end, end)
    let isOdd = (start - end) % 2 != 0
    forward[start + middle] = x0
    backward[end + middle] = x1
    while true {
      if f0 > lowest {
        f0 -= 1
        forward[f0 - 1 + middle] = -1
      } else {
        f0 += 1
      }
      if f1 < highest {
        f1 += 1
        forward[f1 + 1 + middle] = -1
      } else {
        f1 -= 1
      }
      var d = f1
      while d >= f0 {
        let below = forward[d - 1 + middle]
        let above = forward[d + 1 + middle]
        var x = below < above ? above : below + 1
        var y = x - d
        while x < x1, y < y1, isEqual(x, y) {
          x += 1
          y += 1
        }
        forward[d + middle] = x
        if isOdd, b0 <= d, d <= b1, backward[d + middle] <= x { return (x, y) }
        d -= 2
      }
      if b0 > lowest {
        b0 -= 1
        backward[b0 - 1 + middle] = Int.max
      } else {
        b0 += 1
      }
      if b1 < highest {
        b1 += 1
        backward[b1 + 1 + middle] = Int.max
      } else {
        b1 -= 1
      }
      d = b1
      while d >= b0 {
        let below = backward[d - 1 + middle]
        let above = backward[d + 1 + middle]
        var x = below < above ? below : above - 1
        var y = x - d
        while x0 < x, y0 < y, isEqual(x - 1, y - 1) {
          x -= 1
          y -= 1
        }
        backward[d + middle] = x
        if !isOdd, f0 <= d, d <= f1, x <= forward[d + middle] { return (x, y) }
        d -= 2
      }
    }
  }

  // MARK: Moving runs of changes

  /// Moves each run of changes up while it can be merged with one before, then down as far as it goes.
  private mutating func shift(_ file: Int) {
    let list = lines[file]
    let other = 1 - file
    let end = list.count
    // Places are one ahead in `changed`: the guards are at 0 and at the end.
    func isChanged(_ place: Int) -> Bool { place >= -1 && place <= end && changed[file][place + 1] }
    func otherChanged(_ place: Int) -> Bool {
      place >= -1 && place <= lines[other].count && changed[other][place + 1]
    }
    var i = 0
    var j = 0
    while true {
      while i < end, !isChanged(i) {
        while otherChanged(j) { j += 1 }
        j += 1
        i += 1
      }
      if i == end { break }
      var start = i
      i += 1
      while isChanged(i) { i += 1 }
      while otherChanged(j) { j += 1 }
      var corresponding = end
      var length = 0
      repeat {
        length = i - start
        while start > 0, list[start - 1] == list[i - 1] {
          start -= 1
          changed[file][start + 1] = true
          i -= 1
          changed[file][i + 1] = false
          while isChanged(start - 1) { start -= 1 }
          j -= 1
          while otherChanged(j) { j -= 1 }
        }
        corresponding = otherChanged(j - 1) ? i : end
        while i != end, list[start] == list[i] {
          changed[file][start + 1] = false
          start += 1
          changed[file][i + 1] = true
          i += 1
          while isChanged(i) { i += 1 }
          j += 1
          while otherChanged(j) {
            corresponding = i
            j += 1
          }
        }
      } while length != i - start
      while corresponding < i {
        start -= 1
        changed[file][start + 1] = true
        i -= 1
        changed[file][i + 1] = false
        j -= 1
        while otherChanged(j) { j -= 1 }
      }
    }
  }
}
