// tsort (coreutils 7.4): Knuth's algorithm T over pairs of words. What has no predecessor is shown in byte order; a loop is named
// and broken at one relation, in the order in which the real tool finds it.

import SimMachine

private final class Item {
  let name: String
  var predecessors = 0
  /// The newest relation first.
  var successors: [Item] = []
  var isShown = false
  var link: Item?

  init(_ name: String) { self.name = name }
}

func topologicalSort(_ call: ToolCall) -> Int32 {
  if call.operands.count > 1 { return call.usage("extra operand \(quoted(call.operands[1]))") }
  let path = call.operands.first ?? "-"
  let bytes: [UInt8]
  do throws(Errno) {
    bytes = try call.read(path)
  } catch {
    call.complain("\(path): \(error == .isDirectory ? "read error: " : "")\(error.message)")
    return 1
  }
  var known: [String: Item] = [:]
  var names: [String] = []
  func item(_ word: ArraySlice<UInt8>) -> Item {
    let name = String(bytes: word)
    if let there = known[name] { return there }
    let new = Item(name)
    known[name] = new
    names.append(name)
    return new
  }
  var before: Item?
  for word in bytes.split(whereSeparator: { $0 == 32 || $0 == 9 || $0 == 10 }) {
    let this = item(word)
    if let first = before {
      if first !== this {
        this.predecessors += 1
        first.successors.insert(this, at: 0)
      }
      before = nil
    } else {
      before = this
    }
  }
  if before != nil {
    call.complain("\(path): input contains an odd number of tokens")
    return 1
  }
  names.sort { compareBytes($0, $1) < 0 }
  var items: [Item] = []
  for name in names { if let item = known[name] { items.append(item) } }
  var left = items.count
  while left > 0 {
    var queue: [Item] = []
    for item in items where item.predecessors == 0 && !item.isShown { queue.append(item) }
    var at = 0
    while at < queue.count {
      let item = queue[at]
      at += 1
      call.printLine(item.name)
      item.isShown = true
      left -= 1
      for next in item.successors {
        next.predecessors -= 1
        if next.predecessors == 0 { queue.append(next) }
      }
    }
    if left > 0 {
      call.complain("\(path): input contains a loop:")
      breakLoop(items, call)
    }
  }
  return call.status
}

/// Follows relations backwards until one item is met twice, names those on the loop, and removes one relation.
private func breakLoop(_ items: [Item], _ call: ToolCall) {
  var loop: Item?
  repeat {
    walk: for item in items where item.predecessors > 0 {
      guard let end = loop else {
        loop = item
        continue
      }
      for (index, next) in item.successors.enumerated() where next === end {
        if item.link != nil {
          var step: Item? = end
          while let here = step {
            let following = here.link
            call.writeError("\(call.name): \(here.name)\n")
            if here === item {
              next.predecessors -= 1
              item.successors.remove(at: index)
              break
            }
            here.link = nil
            step = following
          }
          while let here = step {
            step = here.link
            here.link = nil
          }
          loop = nil
          break walk
        }
        item.link = end
        loop = item
        break
      }
    }
  } while loop != nil
}
