// ls (GNU coreutils manual, chapter 10): short and long forms, columns as wide as the terminal, colours and quoting where a
// terminal gets them. Names sort by bytes (C.UTF-8), or as the language of an installed locale has it.

import SimKernel
import SimMachine

let listOptions = OptionTable(
  "a,all A,almost-all author b,escape !block-size= B,ignore-backups c C color=? d,directory !D,dired f F,classify=~ file-type format= full-time g group-directories-first G,no-group h,human-readable si H,dereference-command-line dereference-command-line-symlink-to-dir hide= !hyperlink=? i,inode I,ignore= indicator-style= k,kibibytes l L,dereference m n,numeric-uid-gid N,literal o p q,hide-control-chars show-control-chars Q,quote-name quoting-style= r,reverse R,recursive s,size S sort= t time= time-style= T,tabsize= u U v w,width= x X Z,context zero 1",
  usageCode: 2)

final class Lister {
  struct Entry {
    let name: String
    /// The path from the working directory.
    let path: String
    let inode: Inode
    /// The inode that a symbolic link leads to.
    var target: Inode?
  }
  enum Form {
    case long, columns, across, commas, single
  }

  let call: ToolCall
  let accounts: Accounts
  var form = Form.single
  private var showsDots = false
  private var showsHidden = false
  var human: Int64 = 0
  var colors: FileColors?
  var width = 80
  var tabSize = 8
  var quotesIfNeeded = false
  private var style = "literal"
  var indicator = "none"
  private var sortKey = "name"
  private var reverse = false
  private var timeKey = "mtime"
  var timeStyle = "locale"
  private var showsInode = false
  private var showsBlocks = false
  var showsOwner = true
  var showsGroup = true
  var numeric = false
  var end: UInt8 = 10
  private var firstOutput = true
  private var followsAll = false

  init(_ call: ToolCall) {
    self.call = call
    accounts = Accounts(call.files)
  }

  func run() -> Int32 {
    if let code = readOptions() { return code }
    var files: [Entry] = []
    var folders: [Entry] = []
    for path in call.operands.isEmpty ? ["."] : call.operands {
      do throws(Errno) {
        let link = try call.lookup(path, following: false)
        let long = form == .long || call.options.has("F") || call.options.has("d")
        let follow = followsAll || call.options.has("H") || !long || path.utf8.last == 47
        var inode = link
        if link.kind == .symbolicLink, follow {
          if let target = call.inode(path), followsAll || call.options.has("H") || target.isDirectory { inode = target }
        }
        if link.kind == .symbolicLink, followsAll, call.inode(path) == nil { throw .noEntry }
        var entry = Entry(name: path, path: path, inode: inode)
        if inode.kind == .symbolicLink { entry.target = call.inode(path) }
        if inode.isDirectory, !call.options.has("d") { folders.append(entry) } else { files.append(entry) }
      } catch {
        call.complain("cannot access \(shellQuoted(path)): \(error.message)", status: 2)
      }
    }
    sort(&files)
    sort(&folders)
    if !files.isEmpty {
      show(files)
      firstOutput = false
    }
    let titles = call.operands.count > 1 || call.options.has("R")
    var pending = folders
    var visited = 0
    while !pending.isEmpty {
      let folder = pending.removeFirst()
      visited += 1
      if visited > 50_000 { break }
      guard call.files.permits(folder.inode, 4, call.who) else {
        call.complain(
          "cannot open directory \(shellQuoted(folder.path)): Permission denied",
          status: call.operands.contains(folder.path) ? 2 : 1)
        continue
      }
      if titles {
        if !firstOutput { call.put(10) }
        call.print("\(quote(folder.path)):\n")
      }
      firstOutput = false
      let entries = contents(folder)
      if form == .long || showsBlocks {
        var blocks: Int64 = 0
        for entry in entries { blocks += blockCount(entry.inode) }
        call.print("total \(human > 0 ? humanSize(blocks * 1024, base: human) : String(blocks))\n")
      }
      show(entries)
      if call.options.has("R") {
        var below: [Entry] = []
        for entry in entries where entry.inode.isDirectory && entry.name != "." && entry.name != ".." {
          below.append(Entry(name: entry.path, path: entry.path, inode: entry.inode))
        }
        pending = below + pending
      }
    }
    return call.status
  }

  private func readOptions() -> Int32? {
    let options = call.options
    let onTerminal = call.outputIsTerminal
    form = onTerminal ? .columns : .single
    quotesIfNeeded = onTerminal
    if onTerminal { style = call.flavour == .busybox ? "question" : "shell-escape" }
    if onTerminal, call.flavour == .busybox, !["", "none"].contains(call.environment("LS_COLORS") ?? "unset") {
      colors = FileColors.of(call)
    }
    if let terminal = call.process.file(1)?.terminal { width = terminal.columns }
    if let columns = call.environment("COLUMNS"), let value = decimal(columns), value > 0 { width = Int(value) }
    for option in options.list {
      let value = option.value ?? ""
      switch option.id {
      case "a": (showsHidden, showsDots) = (true, true)
      case "A": (showsHidden, showsDots) = (true, false)
      case "l": form = .long
      case "C": form = .columns
      case "x": form = .across
      case "m": form = .commas
      case "1": if form != .long { form = .single }
      case "g": (form, showsOwner) = (.long, false)
      case "o": (form, showsGroup) = (.long, false)
      case "G": showsGroup = false
      case "n": (form, numeric) = (.long, true)
      case "format":
        let forms: [String: Form] = [
          "long": .long, "verbose": .long, "vertical": .columns, "across": .across, "horizontal": .across,
          "commas": .commas, "single-column": .single,
        ]
        guard let chosen = forms[value] else { return invalid(value, "--format") }
        form = chosen
      case "full-time": (form, timeStyle) = (.long, "full-iso")
      case "h": human = 1024
      case "si": human = 1000
      case "k": human = 0
      case "r": reverse = true
      case "t": sortKey = "time"
      case "S": sortKey = "size"
      case "X": sortKey = "extension"
      case "v": sortKey = "version"
      case "U": sortKey = "none"
      case "f":
        (sortKey, showsHidden, showsDots) = ("none", true, true)
      case "sort":
        guard ["none", "time", "size", "extension", "version", "width", "name"].contains(value) else {
          return invalid(value, "--sort")
        }
        sortKey = value
      case "c": timeKey = "ctime"
      case "u": timeKey = "atime"
      case "time":
        let keys: [String: String] = [
          "atime": "atime", "access": "atime", "use": "atime", "ctime": "ctime", "status": "ctime", "mtime": "mtime",
          "modification": "mtime", "birth": "mtime", "creation": "mtime",
        ]
        guard let key = keys[value] else { return invalid(value, "--time") }
        timeKey = key
      case "time-style":
        let word = value.hasPrefix("posix-") ? String(value.dropFirst(6)) : value
        if value.utf8.first != 43, !["full-iso", "long-iso", "iso", "locale"].contains(word) {
          call.complain("invalid argument \(quoted(value)) for ‘time style’")
          call.writeError(
            "Valid arguments are:\n  - [posix-]full-iso\n  - [posix-]long-iso\n  - [posix-]iso\n  - [posix-]locale\n"
              + "  - +FORMAT (e.g., +%H:%M) for a 'date'-style format\n")
          _ = call.usage(nil)
          return 2
        }
        timeStyle = value.hasPrefix("posix-") ? "locale" : value
      case "F": indicator = value == "never" || (value == "auto" && !onTerminal) ? "none" : "classify"
      case "p": indicator = "slash"
      case "file-type": indicator = "file-type"
      case "indicator-style": indicator = value
      case "color":
        let when = option.value ?? "always"
        switch when {
        case "always", "yes", "force": colors = FileColors.of(call)
        case "auto", "tty", "if-tty": colors = onTerminal ? FileColors.of(call) : nil
        case "never", "no", "none": colors = nil
        default: return invalid(when, "--color")
        }
      case "Q": (style, quotesIfNeeded) = ("c", false)
      case "b": (style, quotesIfNeeded) = ("escape", false)
      case "N": (style, quotesIfNeeded) = ("literal", false)
      case "q": style = "question"
      case "quoting-style":
        let words = [
          "literal", "shell", "shell-always", "shell-escape", "shell-escape-always", "c", "c-maybe", "escape", "locale",
          "clocale",
        ]
        guard words.contains(value) else {
          call.invalidArgument(value, "--quoting-style", words)
          return 1
        }
        style = value
        quotesIfNeeded = value == "shell" || value == "shell-escape"
      case "i": showsInode = true
      case "s": showsBlocks = true
      case "L": followsAll = true
      case "w":
        guard let columns = decimal(value) else {
          call.complain("invalid line width: \(quoted(value))")
          return 2
        }
        width = columns == 0 ? Int(Int32.max) : Int(columns)
      case "T": tabSize = Int(decimal(value) ?? 8)
      case "zero":
        (end, form) = (0, form == .long ? .long : .single)
        (style, quotesIfNeeded, colors) = ("literal", false, nil)
      default: break
      }
    }
    if !FileColors.isKnown(call) { colors = nil }
    // -c and -u without -l also sort by that time.
    if form != .long, timeKey != "mtime", sortKey == "name" { sortKey = "time" }
    return nil
  }

  private func invalid(_ value: String, _ option: String) -> Int32 {
    call.complain("invalid argument \(quoted(value)) for \(quoted(option))")
    let valid: [String: [String]] = [
      "--sort": ["‘none’", "‘time’", "‘size’", "‘extension’", "‘version’", "‘width’"],
      "--time": ["‘atime’, ‘access’, ‘use’", "‘ctime’, ‘status’", "‘birth’, ‘creation’"],
      "--format": [
        "‘verbose’, ‘long’", "‘commas’", "‘horizontal’, ‘across’", "‘vertical’", "‘single-column’",
      ],
      "--color": ["‘always’, ‘yes’, ‘force’", "‘never’, ‘no’, ‘none’", "‘auto’, ‘tty’, ‘if-tty’"],
    ]
    call.writeError("Valid arguments are:\n")
    for line in valid[option] ?? [] { call.writeError("  - \(line)\n") }
    return call.usage(nil, 1)
  }

  // MARK: Entries

  private func contents(_ folder: Entry) -> [Entry] {
    var entries: [Entry] = []
    func add(_ name: String, _ inode: Inode) {
      let path = joined(folder.path, name)
      var entry = Entry(name: name, path: path, inode: inode)
      if inode.kind == .symbolicLink {
        if let target = call.inode(path) {
          if followsAll { entry = Entry(name: name, path: path, inode: target) } else { entry.target = target }
        }
      }
      entries.append(entry)
    }
    if showsDots {
      add(".", folder.inode)
      add("..", call.inode(joined(folder.path, "..")) ?? folder.inode)
    }
    let ignored = call.options.values("I")
    let hidden = call.options.values("hide")
    for name in call.shownNames(folder.inode, folder.path) {
      if name.utf8.first == 46, !showsHidden { continue }
      if call.options.has("B"), name.utf8.last == 126 { continue }
      var skip = false
      for pattern in ignored where globMatches(pattern, name) { skip = true }
      if !showsHidden { for pattern in hidden where globMatches(pattern, name) { skip = true } }
      if skip { continue }
      // What is mounted there is what is seen.
      guard let inode = call.inode(joined(folder.path, name), following: false) else { continue }
      add(name, inode)
    }
    sort(&entries)
    return entries
  }

  func time(_ inode: Inode) -> Instant {
    timeKey == "atime" ? inode.accessed : timeKey == "ctime" ? inode.changedAt : inode.modified
  }

  private func sort(_ entries: inout [Entry]) {
    let grouping = call.options.has("group-directories-first")
    let byLanguage = call.process.sortsByLanguage
    guard sortKey != "none" else { return }
    func folder(_ entry: Entry) -> Bool { entry.inode.isDirectory || entry.target?.isDirectory ?? false }
    func order(_ a: Entry, _ b: Entry) -> Int {
      var result = 0
      switch sortKey {
      case "time":
        let x = time(a.inode)
        let y = time(b.inode)
        result = x == y ? 0 : x > y ? -1 : 1
      case "size": result = a.inode.size == b.inode.size ? 0 : a.inode.size > b.inode.size ? -1 : 1
      case "extension": result = compareBytes(fileExtension(a.name), fileExtension(b.name))
      case "version": result = compareVersions(a.name.bytes[...], b.name.bytes[...])
      case "width":
        let x = displayWidth(a.name)
        let y = displayWidth(b.name)
        result = x == y ? 0 : x < y ? -1 : 1
      default: break
      }
      if result == 0 { result = byLanguage ? Collation.compare(a.name, b.name) : compareBytes(a.name, b.name) }
      return reverse ? -result : result
    }
    entries.sort { a, b in
      if grouping, folder(a) != folder(b) { return folder(a) }
      return order(a, b) < 0
    }
  }

  private func fileExtension(_ name: String) -> String {
    guard let dot = name.utf8.lastIndex(of: 46) else { return "" }
    return String(name[dot...])
  }

  // MARK: Names

  func quote(_ name: String) -> String {
    switch style {
    case "shell-escape", "shell": return shellQuotedIfNeeded(name)
    case "shell-always", "shell-escape-always": return shellQuoted(name)
    case "c", "locale", "clocale": return "\"" + escaped(name, quotes: true) + "\""
    case "escape": return escaped(name, quotes: false)
    case "question":
      var out: [UInt8] = []
      for byte in name.utf8 { out.append(byte < 32 || byte == 127 ? 63 : byte) }
      return String(bytes: out)
    default: return name
    }
  }

  private func escaped(_ name: String, quotes: Bool) -> String {
    var out: [UInt8] = []
    for byte in name.utf8 {
      switch byte {
      case 10: out += [92, 110]
      case 9: out += [92, 116]
      case 92: out += [92, 92]
      case 34 where quotes: out += [92, 34]
      case 32 where !quotes: out += [92, 32]
      case 0..<32, 127: out += octalEscape(byte)
      default: out.append(byte)
      }
    }
    return String(bytes: out)
  }

  func mark(_ entry: Entry) -> String {
    switch indicator {
    case "none": return ""
    case "slash": return entry.inode.isDirectory ? "/" : ""
    default: break
    }
    switch entry.inode.kind {
    case .directory: return "/"
    case .symbolicLink: return "@"
    case .fifo: return "|"
    case .socket: return "="
    case .file: return indicator == "classify" && entry.inode.mode & 0o111 != 0 ? "*" : ""
    case .characterDevice: return ""
    }
  }

  /// The name as shown, and how many columns it takes.
  func shown(_ entry: Entry, pad: Bool) -> (text: String, width: Int) {
    let name = quote(entry.name)
    var text = name
    var width = displayWidth(name)
    // Unquoted names are indented by a blank when others in the listing are quoted.
    if pad, name == entry.name {
      text = " " + text
      width += 1
    }
    if let colors {
      let code = colors.code(
        entry.name, entry.inode, entry.target, isDangling: entry.inode.kind == .symbolicLink && entry.target == nil)
      if let code { text = (pad && name == entry.name ? " " : "") + colors.begin(code) + name + colors.end }
    }
    let suffix = mark(entry)
    return (text + suffix, width + suffix.utf8.count)
  }

  func prefix(_ entry: Entry, _ inodeWidth: Int, _ blockWidth: Int) -> String {
    var text = ""
    if showsInode { text += String(entry.inode.number).paddedLeft(inodeWidth) + " " }
    if showsBlocks { text += blockText(entry.inode).paddedLeft(blockWidth) + " " }
    return text
  }

  func blockText(_ inode: Inode) -> String {
    let blocks = blockCount(inode)
    return human > 0 ? humanSize(blocks * 1024, base: human) : String(blocks)
  }
}
