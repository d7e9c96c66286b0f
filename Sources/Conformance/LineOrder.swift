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
    if isWatch { return agreesAsWatch(wanted, given) }
    return agreesAsList(wanted, given) || agreesAsParagraphs(wanted, given) || agreesAsWords(wanted, given)
      || EventOrder.agrees(wanted, given, isByTime: isByTime)
  }

  // MARK: Watches

  private static func agreesAsWatch(_ wanted: [Line], _ given: [Line]) -> Bool {
    let isEvents = wanted.first?.form.hasPrefix("LAST SEEN") ?? false
    var places: [String: [Int]] = [:]
    for (index, line) in given.enumerated() { places[key(line.form, isEvents), default: []].append(index) }
    var order: [Int] = []
    for line in wanted {
      let key = key(line.form, isEvents)
      guard var left = places[key], let index = left.first, given[index].form == line.form else { return false }
      left.removeFirst()
      places[key] = left
      order.append(index)
    }
    // Whatever changed places was shown at nearly the same moment.
    var latest = (place: -1, seconds: 0.0)
    for (index, place) in order.enumerated() {
      if place < latest.place {
        if abs(wanted[index].seconds - latest.seconds) > raceSeconds { return false }
      } else {
        latest = (place, wanted[index].seconds)
      }
    }
    return true
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
