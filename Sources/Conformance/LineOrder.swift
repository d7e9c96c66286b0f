// In which respects the order of lines is part of what is compared.
//
// The order of what is said about one object always is. Rows of different objects are another matter in two cases: a list is
// sorted by name, and names may be random; and a watch shows objects that change at the same moment in an order that is a race
// (the captures' README: "±0.5 s jitter is noise, the order of lines is reliable within one object").

enum LineOrder {
  /// Rows of a watch that the capture shows less than this apart may come in either order.
  static let raceSeconds = 1.0

  struct Line {
    let seconds: Double
    /// With identities as the capture calls them, spaces squeezed where padding is loose.
    let form: String
    /// Bears a random name.
    let isRandom: Bool
    /// The row's first age, in seconds.
    var age: Int?
  }

  /// Whether the two say the same in an order that is as good; `isWatch` for rows that came over time, `isByTime` for rows
  /// sorted by whole seconds.
  static func agrees(_ wanted: [Line], _ given: [Line], isWatch: Bool, isByTime: Bool) -> Bool {
    guard wanted.count == given.count else { return false }
    if isWatch { return watchProblem(wanted, given) == nil }
    return agreesAsList(wanted, given) || agreesAsParagraphs(wanted, given) || agreesAsWords(wanted, given)
      || EventOrder.agrees(wanted, given, isByTime: isByTime)
  }

  // MARK: Watches

  /// What does not agree, nil if nothing.
  static func watchProblem(_ wanted: [Line], _ given: [Line]) -> String? {
    let isEvents = wanted.first?.form.hasPrefix("LAST SEEN") ?? false
    var places: [String: [Int]] = [:]
    for (index, line) in given.enumerated() { places[key(line.form, isEvents), default: []].append(index) }
    var order: [Int] = []
    for line in wanted {
      let key = key(line.form, isEvents)
      guard var left = places[key], let index = left.first, given[index].form == line.form else {
        return "not the same rows of \(key): \(line.form)"
      }
      left.removeFirst()
      places[key] = left
      order.append(index)
    }
    // Whatever changed places was shown at nearly the same moment.
    for index in order.indices {
      for later in order.indices[(index + 1)...] where order[later] < order[index] {
        if wanted[later].seconds - wanted[index].seconds > raceSeconds {
          return "the wrong way round: \(wanted[index].form) | \(wanted[later].form)"
        }
      }
    }
    return nil
  }

  /// How far apart two watches are: rows that one object shows and the other does not, and pairs the wrong way round.
  static func watchDistance(_ wanted: [Line], _ given: [Line]) -> Int {
    let isEvents = wanted.first?.form.hasPrefix("LAST SEEN") ?? false
    var places: [String: [Int]] = [:]
    for (index, line) in given.enumerated() { places[key(line.form, isEvents), default: []].append(index) }
    var distance = 0
    var order: [(want: Int, got: Int)] = []
    for (index, line) in wanted.enumerated() {
      let key = key(line.form, isEvents)
      guard var left = places[key], let place = left.first else {
        distance += 5
        continue
      }
      left.removeFirst()
      places[key] = left
      if given[place].form != line.form { distance += 5 }
      order.append((index, place))
    }
    for (_, left) in places { distance += 5 * left.count }
    for (index, one) in order.enumerated() {
      for other in order[(index + 1)...] where other.got < one.got {
        if wanted[other.want].seconds - wanted[one.want].seconds > raceSeconds { distance += 1 }
      }
    }
    return distance
  }

  /// What a row is about: its name (behind its namespace), or the object of an event.
  private static func key(_ form: String, _ isEvents: Bool) -> String {
    let cells = form.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
    if isEvents { return cells.count > 3 ? String(cells[3]) : form }
    return cells.first.map(String.init) ?? form
  }

  // MARK: Lists

  /// Rows without a random name in their order; rows with the same random names in theirs.
  private static func agreesAsList(_ wanted: [Line], _ given: [Line]) -> Bool {
    group(wanted) == group(given)
  }

  private static func group(_ lines: [Line]) -> [String: [String]] {
    var groups: [String: [String]] = [:]
    for line in lines { groups[line.isRandom ? names(line.form) : "", default: []].append(line.form) }
    return groups
  }

  private static func names(_ form: String) -> String {
    var names: [Substring] = []
    for part in form.split(separator: "<").dropFirst() {
      if let close = part.firstIndex(of: ">"), part[..<close].contains("=") { names.append(part[..<close]) }
    }
    return names.joined(separator: " ")
  }

  /// Descriptions of several objects, two empty lines between them: sorted by their names, which may be random.
  private static func agreesAsParagraphs(_ wanted: [Line], _ given: [Line]) -> Bool {
    let left = paragraphs(wanted)
    guard left.count > 1, left.allSatisfy({ $0.first?.isRandom == true }) else { return false }
    return left.map { $0.map(\.form).joined(separator: "\n") }.sorted()
      == paragraphs(given).map { $0.map(\.form).joined(separator: "\n") }.sorted()
  }

  private static func paragraphs(_ lines: [Line]) -> [[Line]] {
    var list: [[Line]] = [[]]
    var empty = 0
    for line in lines {
      if line.form.isEmpty {
        empty += 1
        continue
      }
      if empty > 1 { list.append([]) }
      if empty == 1 { list[list.count - 1].append(Line(seconds: line.seconds, form: "", isRandom: false)) }
      empty = 0
      list[list.count - 1].append(line)
    }
    return list
  }

  /// One line that lists random names (a JSONPath over a list).
  private static func agreesAsWords(_ wanted: [Line], _ given: [Line]) -> Bool {
    for (want, got) in zip(wanted, given) where want.form != got.form {
      guard want.isRandom, got.isRandom else { return false }
      let left = want.form.split(separator: " ")
      guard left.allSatisfy({ $0.contains("=") }), left.sorted() == got.form.split(separator: " ").sorted() else {
        return false
      }
    }
    return true
  }
}
