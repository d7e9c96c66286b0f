// Elements and slices of arrays. Source: PostgreSQL 15 manual 8.15.3.

internal import SimKernel

func arraySubscript(_ array: ArrayValue, _ ranges: [(Int, Int)], slice: Bool) -> Value {
  guard !array.dimensions.isEmpty else { return slice ? .array(array) : .null }
  if !slice {
    guard ranges.count == array.dimensions.count else { return .null }
    var index = 0
    for (k, r) in ranges.enumerated() {
      let i = r.0 - array.lowerBounds[k]
      guard i >= 0, i < array.dimensions[k] else { return .null }
      index = index * array.dimensions[k] + i
    }
    return array.elements[index]
  }
  guard ranges.count <= array.dimensions.count else { return .array(ArrayValue(elementType: array.elementType, [])) }
  var lows: [Int] = []
  var counts: [Int] = []
  for k in array.dimensions.indices {
    var low = array.lowerBounds[k]
    var high = low + array.dimensions[k] - 1
    if k < ranges.count {
      low = max(low, ranges[k].0)
      high = min(high, ranges[k].1)
    }
    if high < low { return .array(ArrayValue(elementType: array.elementType, [])) }
    lows.append(low - array.lowerBounds[k])
    counts.append(high - low + 1)
  }
  var elements: Row = []
  var position = [Int](repeating: 0, count: counts.count)
  while true {
    var index = 0
    for k in counts.indices { index = index * array.dimensions[k] + lows[k] + position[k] }
    elements.append(array.elements[index])
    var k = counts.count - 1
    while k >= 0 {
      position[k] += 1
      if position[k] < counts[k] { break }
      position[k] = 0
      k -= 1
    }
    if k < 0 { break }
  }
  return .array(
    ArrayValue(
      elementType: array.elementType, dimensions: counts, lowerBounds: [Int](repeating: 1, count: counts.count),
      elements: elements))
}
