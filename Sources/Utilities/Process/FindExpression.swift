// The expression of find: its operators, tests and actions, and how it words what is wrong with them.

import SimKernel
import SimMachine

extension Find {
  func parseList() -> Node {
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
    let now = reference ?? call.world.now
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
      guard let time = TimeParser.parse(text, now: call.world.civilNow, in: call.zone) else {
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
      warn(ofDirectivesIn: format.bytes, call)
      return add(.printf(format.bytes))
    case "-fprint", "-fprint0", "-fprintf":
      guard let path = argument(name) else { return always }
      var format: [UInt8]?
      if name == "-fprintf" {
        guard let text = argument(name) else { return always }
        format = text.bytes
        warn(ofDirectivesIn: text.bytes, call)
      }
      do throws(Errno) {
        // The same file named twice is opened once.
        if outputs[path] == nil {
          call.process.setFile(300 + outputs.count, try call.openForWriting(path))
          outputs[path] = 300 + outputs.count
        }
        return add(.write(to: outputs[path] ?? 1, format: format, end: name == "-fprint0" ? 0 : 10))
      } catch {
        fail("\(quoted(path)): \(error.message)")
        return always
      }
    case "-daystart":
      // Ages count from the end of today.
      let unix = call.world.clock.unixSeconds(call.world.now)
      let local = unix + call.zone.offset(atUnix: unix)
      reference = call.world.now + Interval(nanoseconds: (86_400 - (local % 86_400)) * 1_000_000_000)
      return always
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
    case "-ok", "-okdir", "-fls", "-fstype", "-used", "-context",
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

  /// Letters after `%` that -printf does not know are named once, before anything is walked.
  private func warn(ofDirectivesIn format: [UInt8], _ call: ToolCall) {
    var at = 0
    while at < format.count {
      guard format[at] == 37, at + 1 < format.count, format[at + 1] != 37,
        let directive = PrintfDirective.read(format, &at, lengths: false)
      else {
        at += format[at] == 37 ? 2 : 1
        continue
      }
      if !Array("abcdDfFgGhHiklmMnpPsStTuUyYZAC".utf8).contains(directive.conversion) {
        call.writeError(
          "\(call.name): warning: unrecognized format directive `%\(String(bytes: [directive.conversion]))'\n")
      }
    }
  }
}
