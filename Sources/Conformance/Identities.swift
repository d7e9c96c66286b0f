// Who is who in two sessions of the same story. Random names, addresses and uids differ, but there must be one assignment of the
// simulator's to the capture's, one to one, under which the outputs agree. It is found by where the names stand: two names that
// stand in the same lines of the same commands belong together; what is left ambiguous is tried out.

import Foundation

/// A value with a name's role: its kind and the value itself.
struct Identity: Hashable {
  let kind: String
  let value: String
}

/// A line cut at its identities.
struct MarkedLine {
  enum Piece {
    case text(String)
    case identity(Identity)
  }
  let pieces: [Piece]

  init(_ line: String, hasRestarts: Bool) {
    var pieces: [Piece] = []
    var rest = Substring(Normalizer.normalize(line, hasRestarts: hasRestarts))
    while let open = rest.firstIndex(of: "<") {
      let after = rest[rest.index(after: open)...]
      guard let close = after.firstIndex(of: ">"), let equals = after[..<close].firstIndex(of: "="),
        MarkedLine.kinds.contains(String(after[..<equals]))
      else {
        pieces.append(.text(String(rest[...open])))
        rest = after
        continue
      }
      pieces.append(.text(String(rest[..<open])))
      pieces.append(
        .identity(Identity(kind: String(after[..<equals]), value: String(after[after.index(after: equals)..<close]))))
      rest = after[after.index(after: close)...]
    }
    pieces.append(.text(String(rest)))
    self.pieces = pieces
  }

  private static let kinds: Set = [
    "uid", "digest", "pod-address", "service-address", "token-volume", "suffix", "node-port", "template-hash",
  ]

  var identities: [Identity] {
    pieces.compactMap { if case .identity(let identity) = $0 { identity } else { nil } }
  }

  /// The text right before an identity.
  func text(before wanted: Identity) -> String {
    var last = ""
    for piece in pieces {
      switch piece {
      case .text(let text): last += text
      case .identity(let identity):
        if identity == wanted { return last }
        last += identity.value
      }
    }
    return last
  }

  /// The line with its identities as somebody else calls them.
  func text(_ name: (Identity) -> String) -> String {
    var out = ""
    for piece in pieces {
      switch piece {
      case .text(let text): out += text
      case .identity(let identity): out += "<\(identity.kind)=\(name(identity))>"
      }
    }
    return out
  }
}

/// The assignment of one session's identities to the other's.
struct Identities {
  private var captured: [Identity: String] = [:]
  /// The simulator's identities, in the order of their first appearance.
  private(set) var simulated: [Identity] = []
  /// What stands before an identity where it first appears: names of one family have it in common.
  private var families: [Identity: String] = [:]

  /// What the capture calls it; a name that no capture has if it has none.
  func name(_ identity: Identity) -> String { captured[identity] ?? "?" + identity.value }

  func areAlike(_ a: Identity, _ b: Identity) -> Bool { a.kind == b.kind && families[a] == families[b] }

  mutating func swap(_ a: Identity, _ b: Identity) {
    let other = captured[a]
    captured[a] = captured[b]
    captured[b] = other
  }

  /// Finds who is who by where the names stand.
  init(capture: [[MarkedLine]], simulation: [[MarkedLine]]) {
    let left = Places(capture)
    let right = Places(simulation)
    simulated = right.order
    families = right.families
    for kind in Set(left.order.map(\.kind)).sorted() {
      let wanted = left.order.filter { $0.kind == kind }
      let given = right.order.filter { $0.kind == kind }
      var pairs: [(score: Int, distance: Int, want: Int, got: Int)] = []
      for (i, want) in wanted.enumerated() {
        for (j, got) in given.enumerated() {
          pairs.append((left.common(want, right, got), abs(left.middle(want) - right.middle(got)), i, j))
        }
      }
      pairs.sort { ($1.score, $0.distance, $0.want) < ($0.score, $1.distance, $1.want) }
      var isTaken = Set<Int>()
      if kind == "template-hash" {
        // A hash that both have is the same template's: only the others may go by another name.
        for (i, want) in wanted.enumerated() where given.contains(want) {
          captured[want] = want.value
          isTaken.insert(i)
        }
      }
      for pair in pairs where captured[given[pair.got]] == nil && !isTaken.contains(pair.want) {
        captured[given[pair.got]] = wanted[pair.want].value
        isTaken.insert(pair.want)
      }
    }
  }

  /// Where each identity stands: command and line, with every other identity blanked out.
  private struct Places {
    var order: [Identity] = []
    var families: [Identity: String] = [:]
    private var places: [Identity: [String: Int]] = [:]
    /// Where in its commands an identity stands on average: how far down, in thousandths.
    private var depths: [Identity: (sum: Int, count: Int)] = [:]

    init(_ commands: [[MarkedLine]]) {
      for (index, lines) in commands.enumerated() {
        for (row, line) in lines.enumerated() {
          for identity in Set(line.identities) {
            let depth = depths[identity] ?? (0, 0)
            depths[identity] = (depth.sum + 1_000 * row / lines.count, depth.count + 1)
            let place = "\(index)|" + line.text { $0 == identity ? "*" : "" }
            if places[identity] == nil { places[identity] = [:] }
            places[identity]![place, default: 0] += 1
          }
          for identity in line.identities where families[identity] == nil {
            families[identity] = line.text(before: identity)
            order.append(identity)
          }
        }
      }
    }
    func middle(_ identity: Identity) -> Int {
      guard let depth = depths[identity] else { return 0 }
      return depth.sum / depth.count
    }

    func common(_ mine: Identity, _ other: Places, _ theirs: Identity) -> Int {
      var count = 0
      let known = other.places[theirs] ?? [:]
      for (place, number) in places[mine] ?? [:] { count += min(number, known[place] ?? 0) }
      return count
    }
  }
}
