// find (GNU findutils 4.9 manual). The expression is a tree; actions remember their result for the file at hand, so that the
// evaluation can stop while a command of -exec runs and be done again. Directories are walked in the order of their entries.

import SimKernel
import SimMachine

final class Find: Program {
  indirect enum Node {
    case test((Entry) -> Bool)
    case action(Int)
    case not(Node)
    case and(Node, Node)
    case or(Node, Node)
    case list(Node, Node)
  }
  struct Entry {
    let path: String
    let name: String
    let inode: Inode
    let depth: Int
    let root: String
  }
  enum Action {
    case print(UInt8)
    case printf([UInt8])
    case list
    /// -fprint and its like, into an open file.
    case write(to: Int, format: [UInt8]?, end: UInt8)
    case delete
    case prune
    case quit
    case execute(words: [String], inFolder: Bool)
    case collect(words: [String], slot: Int)
  }

  let flavour: UtilityFlavour
  var call: ToolCall?
  var arguments: [String] = []
  var at = 0
  private var roots: [String] = []
  private var tree: Node?
  var actions: [Action] = []
  var hasOutput = false
  var maxDepth = Int.max
  var minDepth = 0
  var depthFirst = false
  var follow = false
  private var followRoots = false
  var failure: Int32?
  private var stack: [(entry: Entry, visited: Bool)] = []
  private var results: [Int: Bool] = [:]
  private var child: (process: Process, action: Int, isBatch: Bool)?
  var batches: [[String]] = []
  var batchActions: [Int] = []
  private var current: Entry?
  private var pruned = false
  private var quitting = false
  private var finishing = false
  private var nextBatch = 0
  /// Files of -fprint by their names, and where they are open.
  var outputs: [String: Int] = [:]
  /// What -daystart says ages are counted from.
  var reference: Instant?
  var accounts = Accounts(empty: ())
  var sawTest: String?
  var regexExtended = false

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  // MARK: The expression

  func fail(_ text: String) {
    guard failure == nil else { return }
    call?.writeError("\(call?.name ?? "find"): \(text)\n")
    failure = 1
  }

  private func start(_ call: ToolCall) -> Int32? {
    arguments = call.arguments
    accounts = Accounts(call.files)
    while at < arguments.count, ["-L", "-P", "-H"].contains(arguments[at]) {
      follow = arguments[at] == "-L"
      followRoots = arguments[at] != "-P"
      at += 1
    }
    while at < arguments.count {
      let word = arguments[at]
      if word.hasLeadingDash || word == "(" || word == "!" || word == ")" || word == "," { break }
      roots.append(word)
      at += 1
    }
    if roots.isEmpty { roots = ["."] }
    if at < arguments.count {
      tree = parseList()
      if failure == nil, at < arguments.count {
        let word = arguments[at]
        if word == ")" {
          fail("you have too many ')'")
        } else {
          fail("paths must precede expression: `\(word)'")
        }
      }
    }
    if let failure { return failure }
    if !hasOutput {
      actions.append(.print(10))
      let node = Node.action(actions.count - 1)
      tree = tree.map { .and($0, node) } ?? node
    }
    for root in roots.reversed() {
      stack.append((Entry(path: root, name: lastPart(root), inode: call.files.root, depth: 0, root: root), false))
    }
    return nil
  }

  // MARK: Walking

  func resume(_ process: Process) -> Step {
    if call == nil {
      let call = ToolCall(process: process, flavour: flavour)
      self.call = call
      if let code = start(call) {
        call.flush()
        return .exit(code)
      }
    }
    guard let call else { return .exit(1) }
    while true {
      if let running = child {
        guard let status = running.process.status else { return .wait([.queue(running.process.ended)]) }
        child = nil
        if running.isBatch {
          if !status.isSuccess { call.status = 1 }
        } else {
          results[running.action] = status.isSuccess
        }
      }
      process.account.spend(steps: 1)
      if process.account.limitReached != nil { return .again }
      if finishing || (stack.isEmpty && current == nil) || (quitting && current == nil) {
        finishing = true
        guard nextBatch < batches.count else {
          call.flush()
          return .exit(call.status)
        }
        let slot = nextBatch
        nextBatch += 1
        if case .collect(let words, _) = actions[batchActions[slot]], !batches[slot].isEmpty {
          call.flush()
          run(words + batches[slot], batchActions[slot], true, nil, call)
          if child != nil { return .wait([.queue(child!.process.ended)]) }
        }
        continue
      }
      if current == nil { advance(call) }
      guard let entry = current else { continue }
      guard let tree else { return .exit(1) }
      if entry.depth >= minDepth {
        guard evaluate(tree, entry, call) != nil else {
          guard let child else { continue }
          return .wait([.queue(child.process.ended)])
        }
      }
      current = nil
      results = [:]
      if !depthFirst, !quitting { descend(entry, call) }
      pruned = false
    }
  }

  /// Takes the next entry off the stack.
  private func advance(_ call: ToolCall) {
    guard let (given, visited) = stack.popLast() else { return }
    if visited {
      current = given
      return
    }
    let inode: Inode
    do throws(Errno) {
      inode = try call.lookup(given.path, following: given.depth == 0 ? follow || followRoots : follow)
    } catch {
      if follow, let link = call.inode(given.path, following: false) {
        current = Entry(path: given.path, name: given.name, inode: link, depth: given.depth, root: given.root)
        return
      }
      call.complain("\(quoted(given.path)): \(error.message)")
      return
    }
    let entry = Entry(path: given.path, name: given.name, inode: inode, depth: given.depth, root: given.root)
    if depthFirst, inode.isDirectory {
      stack.append((entry, true))
      descend(entry, call)
    } else {
      current = entry
    }
  }

  private func descend(_ entry: Entry, _ call: ToolCall) {
    guard entry.inode.isDirectory, entry.depth < maxDepth, !pruned, entry.depth < 1000 else { return }
    // A command may have taken it away.
    guard call.inode(entry.path, following: false) != nil else {
      return call.complain("\(quoted(entry.path)): No such file or directory")
    }
    guard call.files.permits(entry.inode, 4, call.who) else {
      return call.complain("\(quoted(entry.path)): Permission denied")
    }
    for name in call.shownNames(entry.inode, entry.path).reversed() {
      stack.append(
        (
          Entry(
            path: joined(entry.path, name), name: name, inode: entry.inode, depth: entry.depth + 1, root: entry.root),
          false
        ))
    }
  }

  /// nil: a command is running whose result is needed.
  private func evaluate(_ node: Node, _ entry: Entry, _ call: ToolCall) -> Bool? {
    switch node {
    case .test(let test): return test(entry)
    case .not(let inner): return evaluate(inner, entry, call).map { !$0 }
    case .and(let left, let right):
      guard let first = evaluate(left, entry, call) else { return nil }
      return first && !quitting ? evaluate(right, entry, call) : first
    case .or(let left, let right):
      guard let first = evaluate(left, entry, call) else { return nil }
      return first || quitting ? true : evaluate(right, entry, call)
    case .list(let left, let right):
      guard evaluate(left, entry, call) != nil else { return nil }
      return evaluate(right, entry, call)
    case .action(let index):
      if let known = results[index] { return known }
      return act(index, entry, call)
    }
  }

  private func act(_ index: Int, _ entry: Entry, _ call: ToolCall) -> Bool? {
    var result = true
    switch actions[index] {
    case .print(let end):
      call.print(entry.path)
      call.put(end)
    case .printf(let format): call.write(formatted(format, entry, call))
    case .list: call.write(listing(entry, call))
    case .write(let descriptor, let format, let end):
      call.process.write(descriptor, format.map { formatted($0, entry, call) } ?? entry.path.bytes + [end])
    case .prune: pruned = true
    case .quit: quitting = true
    case .delete:
      if entry.path == "." { break }
      do throws(Errno) {
        try call.files.remove(entry.path, in: call.directory, directory: entry.inode.isDirectory, as: call.who)
      } catch {
        call.complain("cannot delete \(quoted(entry.path)): \(error.message)")
        result = false
      }
    case .collect(_, let slot): batches[slot].append(entry.path)
    case .execute(let words, let inFolder):
      var line: [String] = []
      let shown = inFolder ? "./" + entry.name : entry.path
      for word in words {
        let bytes = word.bytes
        var out: [UInt8] = []
        var at = 0
        while let found = find([123, 125], in: bytes[...], from: at) {
          out += bytes[at..<found]
          out += shown.utf8
          at = found + 2
        }
        out += bytes[at...]
        line.append(String(bytes: out))
      }
      call.flush()
      run(line, index, false, inFolder ? FileSystem.normalize(parentPath(entry.path), in: call.directory) : nil, call)
      if child != nil { return nil }
      result = false
    }
    results[index] = result
    return result
  }

  private func run(_ words: [String], _ action: Int, _ isBatch: Bool, _ folder: String?, _ call: ToolCall) {
    do throws(Errno) {
      child = (try launch(words, from: call.process, workingDirectory: folder), action, isBatch)
    } catch {
      call.complain("\(quoted(words[0])): \(error.message)")
      if !isBatch { call.status = 0 }
    }
  }

}

extension Accounts {
  init(empty: ()) {}
}
