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
    case delete
    case prune
    case quit
    case execute(words: [String], inFolder: Bool)
    case collect(words: [String], slot: Int)
  }

  private let flavour: UtilityFlavour
  private var call: ToolCall?
  private var arguments: [String] = []
  private var at = 0
  private var roots: [String] = []
  private var tree: Node?
  private var actions: [Action] = []
  private var hasOutput = false
  private var maxDepth = Int.max
  private var minDepth = 0
  private var depthFirst = false
  private var follow = false
  private var followRoots = false
  private var failure: Int32?
  private var stack: [(entry: Entry, visited: Bool)] = []
  private var results: [Int: Bool] = [:]
  private var child: (process: Process, action: Int, isBatch: Bool)?
  private var batches: [[String]] = []
  private var batchActions: [Int] = []
  private var current: Entry?
  private var pruned = false
  private var quitting = false
  private var finishing = false
  private var nextBatch = 0
  private var accounts = Accounts(empty: ())
  private var sawTest: String?

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  // MARK: The expression

  private func fail(_ text: String) {
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

  private func parseList() -> Node {
    var left = parseOr()
    while failure == nil, at < arguments.count, arguments[at] == "," {
      at += 1
      left = .list(left, parseOr())
    }
    return left
  }
  private func parseOr() -> Node {
    var left = parseAnd()
    while failure == nil, at < arguments.count, arguments[at] == "-o" || arguments[at] == "-or" {
      at += 1
      left = .or(left, parseAnd())
    }
    return left
  }
  private func parseAnd() -> Node {
    var left = parseNot()
    while failure == nil, at < arguments.count, !["-o", "-or", ")", ","].contains(arguments[at]) {
      if arguments[at] == "-a" || arguments[at] == "-and" { at += 1 }
      left = .and(left, parseNot())
    }
    return left
  }
  private func parseNot() -> Node {
    guard at < arguments.count else {
      fail("expected an expression after '\(arguments.last ?? "")'")
      return .test { _ in true }
    }
    if arguments[at] == "!" || arguments[at] == "-not" {
      at += 1
      return .not(parseNot())
    }
    if arguments[at] == "(" {
      at += 1
      if at >= arguments.count {
        fail(
          "invalid expression; expected to find a ')' but didn't see one. Perhaps you need an extra predicate after '('"
        )
        return .test { _ in true }
      }
      if at < arguments.count, arguments[at] == ")" {
        fail("invalid expression; empty parentheses are not allowed.")
        return .test { _ in true }
      }
      let inner = parseList()
      guard failure == nil else { return inner }
      guard at < arguments.count, arguments[at] == ")" else {
        fail("invalid expression; I was expecting to find a ')' somewhere but did not see one.")
        return inner
      }
      at += 1
      return inner
    }
    return parsePrimary()
  }

  private func argument(_ name: String) -> String? {
    guard at < arguments.count else {
      fail("missing argument to `\(name)'")
      return nil
    }
    at += 1
    return arguments[at - 1]
  }

  private func add(_ action: Action, output: Bool = true) -> Node {
    actions.append(action)
    if output { hasOutput = true }
    return .action(actions.count - 1)
  }

  private func globalOption(_ name: String) {
    if let test = sawTest, call?.process.file(0)?.isTerminal ?? false {
      call?.writeError(
        "\(call?.name ?? "find"): warning: you have specified the global option \(name) after the argument \(test), but global options are not positional, i.e., \(name) affects tests specified before it as well as those specified after it.  Please specify global options before other arguments.\n"
      )
    }
  }

  /// `+N`, `-N`, `N`: -1, 0, 1 for what a value must be, with the number.
  private func comparison(_ name: String) -> ((Int64) -> Bool)? {
    guard let text = argument(name) else { return nil }
    var digits = text
    var sign: UInt8 = 0
    if let first = text.utf8.first, first == 43 || first == 45 {
      sign = first
      digits = String(text.dropFirst())
    }
    guard let number = decimal(digits) else {
      fail("invalid argument `\(text)' to `\(name)'")
      return nil
    }
    switch sign {
    case 43: return { $0 > number }
    case 45: return { $0 < number }
    default: return { $0 == number }
    }
  }

  private func parsePrimary() -> Node {
    let always = Node.test { _ in true }
    let name = arguments[at]
    at += 1
    guard let call else { return always }
    if !name.hasLeadingDash {
      fail("paths must precede expression: `\(name)'")
      if at >= 3, let predicate = arguments[..<(at - 1)].last(where: { $0.hasLeadingDash }), call.inode(name) != nil {
        call.writeError("\(call.name): possible unquoted pattern after predicate `\(predicate)'?\n")
      }
      return always
    }
    let now = call.world.now
    func age(_ instant: Instant) -> Int64 { (now - instant).nanoseconds / 1_000_000_000 }
    let globals = [
      "-maxdepth", "-mindepth", "-depth", "-d", "-follow", "-mount", "-xdev", "-noleaf", "-warn", "-nowarn",
      "-daystart", "-regextype", "-ignore_readdir_race",
    ]
    if !globals.contains(name), sawTest == nil { sawTest = name }
    switch name {
    case "-name", "-iname":
      guard let pattern = argument(name) else { return always }
      let fold = name == "-iname"
      return .test { globMatches(pattern, $0.name, ignoreCase: fold) }
    case "-path", "-wholename", "-ipath", "-iwholename":
      guard let pattern = argument(name) else { return always }
      let fold = name.hasPrefix("-i")
      return .test { globMatches(pattern, $0.path, ignoreCase: fold) }
    case "-lname", "-ilname":
      guard let pattern = argument(name) else { return always }
      return .test {
        $0.inode.kind == .symbolicLink && globMatches(pattern, $0.inode.target, ignoreCase: name == "-ilname")
      }
    case "-regex", "-iregex":
      guard let pattern = argument(name) else { return always }
      var options = RegexOptions()
      options.ignoreCase = name == "-iregex"
      do throws(RegexError) {
        let regex = try PosixRegex(
          regexExtended ? pattern : emacsToBasic(pattern), flavour: regexExtended ? .extended : .basic, options: options
        )
        return .test { entry in
          let bytes = entry.path.bytes
          return regex.firstMatch(in: bytes)?[0] == 0..<bytes.count
        }
      } catch {
        fail("failed to compile regular expression '\(pattern)': \(error.message)")
        return always
      }
    case "-regextype":
      guard let type = argument(name) else { return always }
      regexExtended = ["posix-extended", "posix-egrep", "egrep", "posix-awk", "awk", "gnu-awk"].contains(type)
      return always
    case "-type", "-xtype":
      guard let text = argument(name) else { return always }
      var kinds: [UInt8] = []
      for part in text.bytes.split(separator: 44, omittingEmptySubsequences: false) {
        guard part.count == 1, Array("fdlpscbD".utf8).contains(part[part.startIndex]) else {
          fail("Unknown argument to \(name): \(text)")
          return always
        }
        kinds.append(part[part.startIndex] == 102 ? 45 : part[part.startIndex])
      }
      let following = name == "-xtype"
      return .test { entry in
        let inode = following ? call.inode(entry.path) ?? entry.inode : entry.inode
        return kinds.contains(kindLetter(inode.kind))
      }
    case "-empty":
      return .test {
        $0.inode.isDirectory
          ? $0.inode.entries.isEmpty : $0.inode.kind == .file && $0.inode.bytes.isEmpty && $0.inode.program == nil
      }
    case "-size":
      guard let text = argument(name) else { return always }
      var bytes = text.bytes
      var sign: UInt8 = 0
      if let first = bytes.first, first == 43 || first == 45 { sign = bytes.removeFirst() }
      var unit: Int64 = 512
      if let last = bytes.last, !isDigit(last) {
        let units: [UInt8: Int64] = [98: 512, 99: 1, 119: 2, 107: 1024, 77: 1 << 20, 71: 1 << 30]
        guard let chosen = units[last] else {
          fail("invalid -size type `\(String(bytes: [last]))'")
          return always
        }
        unit = chosen
        bytes.removeLast()
      }
      guard let number = decimal(bytes[...]) else {
        fail("Invalid argument `\(text)' to -size")
        return always
      }
      return .test { entry in
        let size = (entry.inode.size + unit - 1) / unit
        return sign == 43 ? size > number : sign == 45 ? size < number : size == number
      }
    case "-mtime", "-atime", "-ctime", "-mmin", "-amin", "-cmin":
      guard let test = comparison(name) else { return always }
      let unit: Int64 = name.hasSuffix("min") ? 60 : 86_400
      let minutes = unit == 60
      let which = name.bytes[1]
      return .test { entry in
        let instant = which == 109 ? entry.inode.modified : which == 97 ? entry.inode.accessed : entry.inode.changedAt
        let seconds = age(instant)
        // Minutes are rounded up, days down.
        return test(minutes ? (seconds + 59) / 60 : seconds / unit)
      }
    case "-newer", "-anewer", "-cnewer":
      guard let path = argument(name) else { return always }
      guard let inode = call.inode(path) else {
        fail("\(quoted(path)): No such file or directory")
        return always
      }
      let limit = inode.modified
      return .test { $0.inode.modified > limit }
    case "-newermt":
      guard let text = argument(name) else { return always }
      guard let time = TimeParser.parse(text, now: call.world.civilNow) else {
        fail("I cannot figure out how to interpret \(quoted(text)) as a date or time")
        return always
      }
      let limit = instant(call, time)
      return .test { $0.inode.modified > limit }
    case "-perm":
      guard let given = argument(name) else { return always }
      var text = given
      var kind: UInt8 = 0
      if let first = text.utf8.first, first == 45 || first == 47 {
        kind = first
        text = String(text.dropFirst())
      }
      guard let change = ModeChange(text) else {
        fail("invalid mode \(quoted(given))")
        return always
      }
      let wanted = change.apply(to: 0, isDirectory: false, umask: 0)
      return .test { entry in
        let mode = entry.inode.mode & 0o7777
        return kind == 45 ? mode & wanted == wanted : kind == 47 ? wanted == 0 || mode & wanted != 0 : mode == wanted
      }
    case "-user", "-uid":
      guard let text = argument(name) else { return always }
      guard let id = accounts.user(named: text)?.uid ?? decimal(text).map({ Int($0) }) else {
        fail("\(quoted(text)) is not the name of a known user")
        return always
      }
      return .test { $0.inode.owner == id }
    case "-group", "-gid":
      guard let text = argument(name) else { return always }
      guard let id = accounts.group(named: text)?.gid ?? decimal(text).map({ Int($0) }) else {
        fail("\(quoted(text)) is not the name of an existing group")
        return always
      }
      return .test { $0.inode.group == id }
    case "-nouser":
      let known = accounts
      return .test { known.user($0.inode.owner) == nil }
    case "-nogroup":
      let known = accounts
      return .test { known.group($0.inode.group) == nil }
    case "-links":
      guard let test = comparison(name) else { return always }
      return .test { test(Int64(linkCount($0.inode))) }
    case "-inum":
      guard let test = comparison(name) else { return always }
      return .test { test($0.inode.number) }
    case "-samefile":
      guard let path = argument(name) else { return always }
      guard let inode = call.inode(path, following: false) else {
        fail("\(quoted(path)): No such file or directory")
        return always
      }
      return .test { $0.inode === inode }
    case "-readable": return .test { call.files.permits($0.inode, 4, call.who) }
    case "-writable": return .test { call.files.permits($0.inode, 2, call.who) }
    case "-executable": return .test { call.files.permits($0.inode, 1, call.who) }
    case "-true": return always
    case "-false": return .test { _ in false }
    case "-maxdepth", "-mindepth":
      guard let text = argument(name) else { return always }
      guard let value = decimal(text) else {
        fail("Expected a positive decimal integer argument to \(name), but got \(quoted(text))")
        return always
      }
      globalOption(name)
      if name == "-maxdepth" { maxDepth = Int(min(value, 100_000)) } else { minDepth = Int(min(value, 100_000)) }
      return always
    case "-depth", "-d":
      globalOption(name)
      depthFirst = true
      return always
    case "-follow":
      follow = true
      return always
    case "-mount", "-xdev", "-noleaf", "-warn", "-nowarn", "-ignore_readdir_race", "-noignore_readdir_race":
      return always
    case "-print": return add(.print(10))
    case "-print0": return add(.print(0))
    case "-printf":
      guard let format = argument(name) else { return always }
      return add(.printf(format.bytes))
    case "-ls": return add(.list)
    case "-delete":
      depthFirst = true
      return add(.delete)
    case "-prune": return add(.prune, output: false)
    case "-quit": return add(.quit, output: false)
    case "-exec", "-execdir":
      var words: [String] = []
      while at < arguments.count {
        let word = arguments[at]
        at += 1
        if word == ";" {
          if words.isEmpty {
            fail("invalid argument `;' to `\(name)'")
            return always
          }
          return add(.execute(words: words, inFolder: name == "-execdir"))
        }
        if word == "+", words.last == "{}" {
          if name == "-execdir" {
            failure = call.notSimulated("find -execdir … +")
            return always
          }
          words.removeLast()
          batches.append([])
          batchActions.append(actions.count)
          return add(.collect(words: words, slot: batches.count - 1))
        }
        words.append(word)
      }
      fail("missing argument to `\(name)'")
      return always
    case "-ok", "-okdir", "-fprint", "-fprintf", "-fls", "-fprint0", "-daystart", "-fstype", "-used", "-context",
      "-newerat", "-newerct", "-newermm", "-files0-from":
      failure = call.notSimulated("find \(name)")
      return always
    case "-help", "--help", "-version", "--version":
      failure = call.notSimulated("find \(name)")
      return always
    case "-o", "-or", "-a", "-and", ",":
      fail("invalid expression; you have used a binary operator '\(name)' with nothing before it.")
      return always
    default:
      fail("unknown predicate `\(name)'")
      return always
    }
  }
  private var regexExtended = false

  /// find's default syntax is Emacs': like basic expressions, with `+` and `?` as operators.
  private func emacsToBasic(_ pattern: String) -> String {
    var out: [UInt8] = []
    let bytes = pattern.bytes
    var i = 0
    while i < bytes.count {
      if bytes[i] == 92, i + 1 < bytes.count {
        out += bytes[i...(i + 1)]
        i += 2
        continue
      }
      if bytes[i] == 43 || bytes[i] == 63 { out.append(92) }
      out.append(bytes[i])
      i += 1
    }
    return String(bytes: out)
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

  // MARK: Output

  private func formatted(_ format: [UInt8], _ entry: Entry, _ call: ToolCall) -> [UInt8] {
    var out: [UInt8] = []
    var i = 0
    let clock = call.world.clock
    while i < format.count {
      if format[i] == 92, i + 1 < format.count {
        let end = min(format.count, i + 2)
        if format[i + 1] == 99 { return out }
        if format[i + 1] == 48 {
          out.append(0)
          i += 2
          while i < format.count, format[i] == 48 { i += 1 }
          continue
        }
        out += unescape(Array(format[i..<end]), octalNeedsZero: false).bytes
        i = end
        continue
      }
      guard format[i] == 37, i + 1 < format.count else {
        out.append(format[i])
        i += 1
        continue
      }
      if format[i + 1] == 37 {
        out.append(37)
        i += 2
        continue
      }
      var at = i
      guard var directive = PrintfDirective.read(format, &at, lengths: false) else { return out + format[i...] }
      let inode = entry.inode
      var text = ""
      switch directive.conversion {
      case 112: text = entry.path
      case 102: text = entry.name
      case 104:
        if let slash = entry.path.utf8.lastIndex(of: 47) {
          text = String(entry.path[..<slash])
          if text.isEmpty, entry.path.utf8.count > 1 { text = "" }
        } else {
          text = "."
        }
      case 80:
        text =
          entry.depth == 0
          ? ""
          : String(
            bytes: entry.path.bytes[(entry.root.utf8.last == 47 ? entry.root.utf8.count : entry.root.utf8.count + 1)...]
          )
      case 72: text = entry.root
      case 115: text = String(inode.size)
      case 98: text = String(blockCount(inode) * 2)
      case 107: text = String(blockCount(inode))
      case 100: text = String(entry.depth)
      case 109: text = String(inode.mode & 0o7777, radix: 8)
      case 77: text = modeText(inode)
      case 117: text = accounts.userName(inode.owner)
      case 103: text = accounts.groupName(inode.group)
      case 85: text = String(inode.owner)
      case 71: text = String(inode.group)
      case 110: text = String(linkCount(inode))
      case 105: text = String(inode.number)
      case 68: text = "64769"
      case 108: text = inode.kind == .symbolicLink ? inode.target : ""
      case 121, 89: text = String(bytes: [kindLetter(inode.kind) == 45 ? 102 : kindLetter(inode.kind)])
      case 116, 97, 99:
        let instant =
          directive.conversion == 116 ? inode.modified : directive.conversion == 97 ? inode.accessed : inode.changedAt
        text = formatTime("%a %b %e %H:%M:%S.%N0 %Y", clock.civil(instant))
      case 84, 65, 67:
        let instant =
          directive.conversion == 84 ? inode.modified : directive.conversion == 65 ? inode.accessed : inode.changedAt
        let time = clock.civil(instant)
        guard at < format.count else { return out }
        let letter = format[at]
        at += 1
        switch letter {
        case 64: text = "\(clock.unixSeconds(instant)).\(padded(clock.subsecondNanoseconds(instant), 9))0"
        case 43: text = formatTime("%Y-%m-%d+%H:%M:%S.%N0", time)
        case 83: text = formatTime("%S.%N0", time)
        case 84: text = formatTime("%H:%M:%S.%N0", time)
        default: text = formatTime("%" + String(bytes: [letter]), time)
        }
      default:
        call.writeError(
          "\(call.name): warning: unrecognized format directive `%\(String(bytes: [directive.conversion]))'\n")
        out += directive.source
        i = at
        continue
      }
      if ![112, 102, 104, 80, 72, 108, 117, 103, 77].contains(directive.conversion), directive.format.zero {
        out += directive.format.field("", text, zeros: true).utf8
      } else {
        directive.format.zero = false
        out += formatText(text.bytes[...], directive.format)
      }
      i = at
    }
    return out
  }

  private func listing(_ entry: Entry, _ call: ToolCall) -> [UInt8] {
    let inode = entry.inode
    let time = call.world.clock.civil(inode.modified)
    let recent = call.world.now - inode.modified < Interval(nanoseconds: 15_778_476 * 1_000_000_000)
    var text = String(inode.number).paddedLeft(9) + " " + String(blockCount(inode)).paddedLeft(6) + " "
    text += modeText(inode) + " " + String(linkCount(inode)).paddedLeft(3) + " "
    text += accounts.userName(inode.owner).paddedRight(8) + " " + accounts.groupName(inode.group).paddedRight(8) + " "
    text += String(inode.size).paddedLeft(8) + " " + formatTime(recent ? "%b %e %H:%M" : "%b %e  %Y", time)
    text += " " + entry.path + (inode.kind == .symbolicLink ? " -> " + inode.target : "") + "\n"
    return text.bytes
  }
}

extension Accounts {
  init(empty: ()) {}
}
