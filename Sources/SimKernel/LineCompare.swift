// Which lines differ: the comparison of GNU diff, step for step, because among equally short answers the one it picks is what
// people see. Lines become numbers (equal lines, equal numbers); what occurs in one file only is set aside; Myers' algorithm
// finds the rest from both ends, and takes the best way so far where the shortest would cost too much; runs of changes are moved
// as far down as they go. Source: Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), and the diffutils manual,
// "Optimization".

package struct LineChange {
  /// Lines before the change in each file, and how many are deleted and inserted.
  package var first: Int
  package var second: Int
  package var deleted: Int
  package var inserted: Int

  package init(first: Int, second: Int, deleted: Int, inserted: Int) {
    self.first = first
    self.second = second
    self.deleted = deleted
    self.inserted = inserted
  }
}

package struct LineCompare {
  private var x: [Int] = []
  private var y: [Int] = []
  private var realX: [Int] = []
  private var realY: [Int] = []
  /// One guard at each end: index i + 1 belongs to line i.
  private var changedX: [Bool] = []
  private var changedY: [Bool] = []
  private var forward: [Int] = []
  private var backward: [Int] = []
  private var center = 0
  /// Rounds after which a shortest way is no longer looked for.
  private var roundsMax = 4_096

  /// Compares two files given as classes of lines. `horizon` is how much of the common ends takes part (the context shown).
  package static func changes(_ first: [Int], _ second: [Int], horizon: Int) -> [LineChange] {
    var prefix = 0
    while prefix < first.count, prefix < second.count, first[prefix] == second[prefix] { prefix += 1 }
    if prefix == first.count, prefix == second.count { return [] }
    prefix = max(0, prefix - horizon)
    var suffix = 0
    while suffix < min(first.count, second.count) - prefix,
      first[first.count - 1 - suffix] == second[second.count - 1 - suffix]
    { suffix += 1 }
    suffix = max(0, suffix - horizon)
    let a = Array(first[prefix..<(first.count - suffix)])
    let b = Array(second[prefix..<(second.count - suffix)])
    var compare = LineCompare()
    compare.run(a, b)
    return compare.script(a.count, b.count, prefix)
  }

  private mutating func run(_ a: [Int], _ b: [Int]) {
    changedX = [Bool](repeating: false, count: a.count + 2)
    changedY = [Bool](repeating: false, count: b.count + 2)
    var classes = 0
    for value in a + b { classes = max(classes, value + 1) }
    var countsA = [Int](repeating: 0, count: classes)
    var countsB = countsA
    for value in a { countsA[value] += 1 }
    for value in b { countsB[value] += 1 }
    (x, realX) = LineCompare.kept(a, countsB, &changedX)
    (y, realY) = LineCompare.kept(b, countsA, &changedY)
    let diagonals = x.count + y.count + 3
    forward = [Int](repeating: 0, count: diagonals + 1)
    backward = forward
    center = y.count + 1
    var squareRoot = 1
    var rest = diagonals
    while rest != 0 {
      squareRoot <<= 1
      rest >>= 2
    }
    roundsMax = max(4_096, squareRoot)
    compare(0..<x.count, 0..<y.count, isMinimal: false)
    LineCompare.shift(a, &changedX, changedY)
    LineCompare.shift(b, &changedY, changedX)
  }

  /// Sets aside lines that occur only here, and frequent ones in the middle of such lines.
  private static func kept(_ lines: [Int], _ others: [Int], _ changed: inout [Bool]) -> ([Int], [Int]) {
    let end = lines.count
    var many = 5
    var scale = end / 64
    while true {
      scale >>= 2
      if scale <= 0 { break }
      many *= 2
    }
    var discards = [UInt8](repeating: 0, count: end)
    for (index, line) in lines.enumerated() {
      if others[line] == 0 { discards[index] = 1 } else if others[line] > many { discards[index] = 2 }
    }
    var i = 0
    while i < end {
      if discards[i] == 2 {
        discards[i] = 0
      } else if discards[i] != 0 {
        var j = i
        var provisional = 0
        while j < end, discards[j] != 0 {
          if discards[j] == 2 { provisional += 1 }
          j += 1
        }
        while j > i, discards[j - 1] == 2 {
          j -= 1
          discards[j] = 0
          provisional -= 1
        }
        let length = j - i
        if provisional * 4 > length {
          while j > i {
            j -= 1
            if discards[j] == 2 { discards[j] = 0 }
          }
        } else {
          cancel(&discards, i, length)
          i += length - 1
        }
      }
      i += 1
    }
    var values: [Int] = []
    var indexes: [Int] = []
    for index in 0..<end {
      if discards[index] == 0 {
        values.append(lines[index])
        indexes.append(index)
      } else {
        changed[index + 1] = true
      }
    }
    return (values, indexes)
  }

  /// Takes back long runs of frequent lines, and those near both ends of a run.
  private static func cancel(_ discards: inout [UInt8], _ start: Int, _ length: Int) {
    var minimum = 1
    var scale = length >> 2
    while true {
      scale >>= 2
      if scale <= 0 { break }
      minimum <<= 1
    }
    minimum += 1
    var run = 0
    var j = 0
    while j < length {
      if discards[start + j] != 2 {
        run = 0
      } else {
        run += 1
        if run == minimum {
          j -= run
        } else if run > minimum {
          discards[start + j] = 0
        }
      }
      j += 1
    }
    for backwards in [false, true] {
      var run = 0
      for j in 0..<length {
        let place = backwards ? start + length - 1 - j : start + j
        if j >= 8, discards[place] == 1 { break }
        if discards[place] == 2 {
          run = 0
          discards[place] = 0
        } else if discards[place] == 0 {
          run = 0
        } else {
          run += 1
        }
        if run == 3 { break }
      }
    }
  }

  // MARK: Myers

  private mutating func compare(_ xs: Range<Int>, _ ys: Range<Int>, isMinimal: Bool) {
    var x0 = xs.lowerBound
    var x1 = xs.upperBound
    var y0 = ys.lowerBound
    var y1 = ys.upperBound
    while x0 < x1, y0 < y1, x[x0] == y[y0] {
      x0 += 1
      y0 += 1
    }
    while x0 < x1, y0 < y1, x[x1 - 1] == y[y1 - 1] {
      x1 -= 1
      y1 -= 1
    }
    if x0 == x1 {
      for index in y0..<y1 { changedY[realY[index] + 1] = true }
    } else if y0 == y1 {
      for index in x0..<x1 { changedX[realX[index] + 1] = true }
    } else {
      let cut = middle(x0, x1, y0, y1, isMinimal: isMinimal)
      compare(x0..<cut.x, y0..<cut.y, isMinimal: cut.headIsMinimal)
      compare(cut.x..<x1, cut.y..<y1, isMinimal: cut.tailIsMinimal)
    }
  }

  /// Where a comparison is cut in two, and which parts are worth a shortest way at any cost.
  private struct Cut {
    var x: Int
    var y: Int
    var headIsMinimal = true
    var tailIsMinimal = true
  }

  /// A point on a shortest way from one corner to the other, or on the best known when that is too far to look for.
  private mutating func middle(_ x0: Int, _ x1: Int, _ y0: Int, _ y1: Int, isMinimal: Bool) -> Cut {
    let lowest = x0 - y1
    let highest = x1 - y0
    let startDown = x0 - y0
    let startUp = x1 - y1
    var lowDown = startDown
    var highDown = startDown
    var lowUp = startUp
    var highUp = startUp
    let isOdd = (startDown - startUp) & 1 != 0
    forward[center + startDown] = x0
    backward[center + startUp] = x1
    var rounds = 1
    while true {
      if lowDown > lowest {
        lowDown -= 1
        forward[center + lowDown - 1] = -1
      } else {
        lowDown += 1
      }
      if highDown < highest {
        highDown += 1
        forward[center + highDown + 1] = -1
      } else {
        highDown -= 1
      }
      var d = highDown
      while d >= lowDown {
        let below = forward[center + d - 1]
        let above = forward[center + d + 1]
        var px = below < above ? above : below + 1
        var py = px - d
        while px < x1, py < y1, x[px] == y[py] {
          px += 1
          py += 1
        }
        forward[center + d] = px
        if isOdd, lowUp <= d, d <= highUp, backward[center + d] <= px { return Cut(x: px, y: py) }
        d -= 2
      }
      if lowUp > lowest {
        lowUp -= 1
        backward[center + lowUp - 1] = Int.max
      } else {
        lowUp += 1
      }
      if highUp < highest {
        highUp += 1
        backward[center + highUp + 1] = Int.max
      } else {
        highUp -= 1
      }
      d = highUp
      while d >= lowUp {
        let below = backward[center + d - 1]
        let above = backward[center + d + 1]
        var px = below < above ? below : above - 1
        var py = px - d
        while px > x0, py > y0, x[px - 1] == y[py - 1] {
          px -= 1
          py -= 1
        }
        backward[center + d] = px
        if !isOdd, lowDown <= d, d <= highDown, px <= forward[center + d] { return Cut(x: px, y: py) }
        d -= 2
      }
      rounds += 1
      if !isMinimal, rounds > roundsMax {
        return bestCut(x0, x1, y0, y1, down: (lowDown, highDown), up: (lowUp, highUp))
      }
    }
  }

  /// The farthest that the search has come, from the one corner or from the other.
  private func bestCut(
    _ x0: Int, _ x1: Int, _ y0: Int, _ y1: Int, down: (low: Int, high: Int), up: (low: Int, high: Int)
  ) -> Cut {
    var farthest = (sum: -1, x: 0)
    var d = down.high
    while d >= down.low {
      var px = min(forward[center + d], x1)
      if px - d > y1 { px = y1 + d }
      if px + px - d > farthest.sum { farthest = (px + px - d, px) }
      d -= 2
    }
    var nearest = (sum: Int.max, x: 0)
    d = up.high
    while d >= up.low {
      var px = max(backward[center + d], x0)
      if px - d < y0 { px = y0 + d }
      if px + px - d < nearest.sum { nearest = (px + px - d, px) }
      d -= 2
    }
    if x1 + y1 - nearest.sum < farthest.sum - (x0 + y0) {
      return Cut(x: farthest.x, y: farthest.sum - farthest.x, tailIsMinimal: false)
    }
    return Cut(x: nearest.x, y: nearest.sum - nearest.x, headIsMinimal: false)
  }

  // MARK: Runs of changes

  /// Moves every run of changes to where diff shows it. Arrays carry a guard at each end.
  private static func shift(_ lines: [Int], _ changed: inout [Bool], _ other: [Bool]) {
    let end = lines.count
    var i = 0
    var j = 0
    while true {
      while i < end, !changed[i + 1] {
        while other[j + 1] { j += 1 }
        j += 1
        i += 1
      }
      if i == end { return }
      var start = i
      repeat { i += 1 } while changed[i + 1]
      while other[j + 1] { j += 1 }
      var length = 0
      var corresponding = end
      repeat {
        length = i - start
        while start > 0, lines[start - 1] == lines[i - 1] {
          start -= 1
          changed[start + 1] = true
          i -= 1
          changed[i + 1] = false
          while changed[start] { start -= 1 }
          repeat { j -= 1 } while other[j + 1]
        }
        corresponding = other[j] ? i : end
        while i != end, lines[start] == lines[i] {
          changed[start + 1] = false
          start += 1
          changed[i + 1] = true
          i += 1
          while changed[i + 1] { i += 1 }
          j += 1
          while other[j + 1] {
            corresponding = i
            j += 1
          }
        }
      } while length != i - start
      while corresponding < i {
        start -= 1
        changed[start + 1] = true
        i -= 1
        changed[i + 1] = false
        repeat { j -= 1 } while other[j + 1]
      }
    }
  }

  private func script(_ countX: Int, _ countY: Int, _ prefix: Int) -> [LineChange] {
    var changes: [LineChange] = []
    var i = 0
    var j = 0
    while i < countX || j < countY {
      if (i < countX && changedX[i + 1]) || (j < countY && changedY[j + 1]) {
        let startX = i
        let startY = j
        while i < countX, changedX[i + 1] { i += 1 }
        while j < countY, changedY[j + 1] { j += 1 }
        changes.append(
          LineChange(first: startX + prefix, second: startY + prefix, deleted: i - startX, inserted: j - startY))
      } else {
        i += 1
        j += 1
      }
    }
    return changes
  }
}
