// ls (GNU coreutils manual, chapter 10): short and long forms, columns as wide as the terminal, colours and quoting where a
// terminal gets them. Names sort by bytes (C.UTF-8).

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

  private let call: ToolCall
  private let accounts: Accounts
  private var form = Form.single
  private var showsDots = false
  private var showsHidden = false
  private var human: Int64 = 0
  private var colors: FileColors?
  private var width = 80
  private var tabSize = 8
  private var quotesIfNeeded = false
  private var style = "literal"
  private var indicator = "none"
  private var sortKey = "name"
  private var reverse = false
  private var timeKey = "mtime"
  private var timeStyle = "locale"
  private var showsInode = false
  private var showsBlocks = false
  private var showsOwner = true
  private var showsGroup = true
  private var numeric = false
  private var end: UInt8 = 10
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
    let terminal = call.process.file(1)?.terminal
    form = terminal != nil ? .columns : .single
    quotesIfNeeded = terminal != nil
    if terminal != nil { style = "shell-escape" }
    if let terminal { width = terminal.columns }
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
      case "F": indicator = value == "never" || (value == "auto" && terminal == nil) ? "none" : "classify"
      case "p": indicator = "slash"
      case "file-type": indicator = "file-type"
      case "indicator-style": indicator = value
      case "color":
        let when = option.value ?? "always"
        switch when {
        case "always", "yes", "force": colors = FileColors(call.environment("LS_COLORS"))
        case "auto", "tty", "if-tty": colors = terminal != nil ? FileColors(call.environment("LS_COLORS")) : nil
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

  private func time(_ inode: Inode) -> Instant {
    timeKey == "atime" ? inode.accessed : timeKey == "ctime" ? inode.changedAt : inode.modified
  }

  private func sort(_ entries: inout [Entry]) {
    let grouping = call.options.has("group-directories-first")
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
      if result == 0 { result = compareBytes(a.name, b.name) }
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

  private func quote(_ name: String) -> String {
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

  private func mark(_ entry: Entry) -> String {
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
  private func shown(_ entry: Entry, pad: Bool) -> (text: String, width: Int) {
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

  private func prefix(_ entry: Entry, _ inodeWidth: Int, _ blockWidth: Int) -> String {
    var text = ""
    if showsInode { text += String(entry.inode.number).paddedLeft(inodeWidth) + " " }
    if showsBlocks { text += blockText(entry.inode).paddedLeft(blockWidth) + " " }
    return text
  }

  private func blockText(_ inode: Inode) -> String {
    let blocks = blockCount(inode)
    return human > 0 ? humanSize(blocks * 1024, base: human) : String(blocks)
  }

  // MARK: Forms

  private func show(_ entries: [Entry]) {
    guard !entries.isEmpty else { return }
    var inodeWidth = 0
    var blockWidth = 0
    var pad = false
    for entry in entries {
      inodeWidth = max(inodeWidth, String(entry.inode.number).utf8.count)
      blockWidth = max(blockWidth, blockText(entry.inode).utf8.count)
      if quotesIfNeeded, quote(entry.name) != entry.name { pad = true }
    }
    switch form {
    case .long: showLong(entries, inodeWidth, blockWidth, pad)
    case .single:
      for entry in entries {
        call.print(prefix(entry, inodeWidth, blockWidth) + shown(entry, pad: false).text)
        call.put(end)
      }
    case .commas:
      var column = 0
      for (index, entry) in entries.enumerated() {
        let cell = shown(entry, pad: false)
        let before = prefix(entry, 0, 0)
        let size = cell.width + before.utf8.count
        if index > 0 {
          if column + size + 2 < width {
            call.print(", ")
            column += 2
          } else {
            call.print(",\n")
            column = 0
          }
        }
        call.print(before + cell.text)
        column += size
      }
      call.put(end)
    case .columns, .across:
      var cells: [(text: String, width: Int)] = []
      for entry in entries {
        let before = prefix(entry, inodeWidth, blockWidth)
        let cell = shown(entry, pad: pad)
        cells.append((before + cell.text, before.utf8.count + cell.width))
      }
      showGrid(cells, byColumns: form == .columns)
    }
  }

  private func showGrid(_ cells: [(text: String, width: Int)], byColumns: Bool) {
    let count = cells.count
    let most = max(1, min(count, width / 3 + (width % 3 != 0 ? 1 : 0)))
    var best = 1
    var bestWidths = [0]
    for cell in cells { bestWidths[0] = max(bestWidths[0], cell.width) }
    if most > 1 {
      for columns in stride(from: most, to: 1, by: -1) {
        var widths = [Int](repeating: 3, count: columns)
        var total = columns * 3
        let rows = (count + columns - 1) / columns
        var fits = true
        for (index, cell) in cells.enumerated() {
          let column = byColumns ? index / rows : index % columns
          let size = cell.width + (column == columns - 1 ? 0 : 2)
          if size > widths[column] {
            total += size - widths[column]
            widths[column] = size
            if total >= width {
              fits = false
              break
            }
          }
        }
        if fits {
          best = columns
          bestWidths = widths
          break
        }
      }
    }
    let rows = (count + best - 1) / best
    for row in 0..<rows {
      var position = 0
      for column in 0..<best {
        let index = byColumns ? column * rows + row : row * best + column
        guard index < count, byColumns || column < best else { break }
        call.print(cells[index].text)
        let nextIndex = byColumns ? index + rows : index + 1
        let isLast = byColumns ? nextIndex >= count : column == best - 1 || nextIndex >= count
        if isLast { break }
        indent(position + cells[index].width, position + bestWidths[column])
        position += bestWidths[column]
      }
      call.put(end)
    }
  }

  /// Blanks up to a column, with tabs where they fit, as ls writes them.
  private func indent(_ from: Int, _ to: Int) {
    var at = from
    while at < to {
      if tabSize != 0, to / tabSize > (at + 1) / tabSize {
        call.put(9)
        at += tabSize - at % tabSize
      } else {
        call.put(32)
        at += 1
      }
    }
  }

  private func showLong(_ entries: [Entry], _ inodeWidth: Int, _ blockWidth: Int, _ pad: Bool) {
    var rows: [(mode: String, links: String, owner: String, group: String, size: String, time: String)] = []
    var widths = [0, 0, 0, 0, 0]
    for entry in entries {
      let inode = entry.inode
      call.noteDate(of: inode)
      let owner = numeric ? String(inode.owner) : accounts.userName(inode.owner)
      let group = numeric ? String(inode.group) : accounts.groupName(inode.group)
      let size: String
      if inode.kind == .characterDevice {
        let (major, minor) = deviceNumbers(entry.name)
        size = "\(major), \(String(minor).paddedLeft(3))"
      } else {
        size = human > 0 ? humanSize(inode.size, base: human) : String(inode.size)
      }
      let row = (
        modeText(inode), String(linkCount(inode)), owner, group, size, timeText(time(inode))
      )
      rows.append(row)
      widths[0] = max(widths[0], row.1.utf8.count)
      widths[1] = max(widths[1], displayWidth(owner))
      widths[2] = max(widths[2], displayWidth(group))
      widths[3] = max(widths[3], size.utf8.count)
      widths[4] = max(widths[4], row.5.utf8.count)
    }
    for (entry, row) in zip(entries, rows) {
      var text = prefix(entry, inodeWidth, blockWidth)
      text += row.mode + " " + row.links.paddedLeft(widths[0]) + " "
      if showsOwner { text += row.owner.paddedRight(widths[1]) + " " }
      if showsGroup { text += row.group.paddedRight(widths[2]) + " " }
      if call.options.has("author") { text += row.owner.paddedRight(widths[1]) + " " }
      text += row.size.paddedLeft(widths[3]) + " " + row.time.paddedRight(widths[4]) + " "
      text += shown(entry, pad: pad).text
      if entry.inode.kind == .symbolicLink {
        text += " -> "
        let target = quote(entry.inode.target)
        if let colors, let code = colors.code(entry.inode.target, entry.target, nil, isDangling: entry.target == nil) {
          text += colors.begin(code) + target + colors.end
        } else {
          text += target
        }
        if let inode = entry.target, indicator != "none" {
          text += mark(Entry(name: "", path: "", inode: inode))
        }
      }
      call.print(text)
      call.put(end)
    }
  }

  private func timeText(_ instant: Instant) -> String {
    let clock = call.world.clock
    let time = clock.civil(instant)
    switch timeStyle {
    case "full-iso": return formatTime("%Y-%m-%d %H:%M:%S.%N %z", time)
    case "long-iso": return formatTime("%Y-%m-%d %H:%M", time)
    default: break
    }
    if timeStyle.utf8.first == 43 { return formatTime(String(timeStyle.dropFirst()), time) }
    let now = call.world.now
    let recent = instant <= now && now - instant < Interval(nanoseconds: 15_778_476 * 1_000_000_000)
    if timeStyle == "iso" { return formatTime(recent ? "%m-%d %H:%M" : "%Y-%m-%d ", time) }
    return formatTime(recent ? "%b %e %H:%M" : "%b %e  %Y", time)
  }
}

/// Blocks of 1,024 bytes that an inode takes on a file system with blocks of 4,096.
func blockCount(_ inode: Inode) -> Int64 {
  switch inode.kind {
  case .directory: return inode.isInMemory ? 0 : 4
  case .file: return (inode.size + 4095) / 4096 * 4
  default: return 0
  }
}

/// A directory counts itself, its `.` and the `..` of each folder in it.
func linkCount(_ inode: Inode) -> Int {
  guard inode.isDirectory else { return inode.links }
  var count = 2
  for child in inode.entries.values where child.isDirectory { count += 1 }
  return count
}

/// Major and minor numbers of the devices that a machine has.
func deviceNumbers(_ name: String) -> (Int, Int) {
  var last = name
  if let slash = name.utf8.lastIndex(of: 47) { last = String(name[name.utf8.index(after: slash)...]) }
  let known: [String: (Int, Int)] = [
    "null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9), "tty": (5, 0),
    "console": (5, 1), "ptmx": (5, 2),
  ]
  return known[last] ?? (136, 0)
}

/// The colours of `ls --color`: the built-in ones, changed by `LS_COLORS`.
final class FileColors {
  private var types: [String: String] = [
    "rs": "0", "di": "01;34", "ln": "01;36", "pi": "33", "so": "01;35", "bd": "01;33", "cd": "01;33", "ex": "01;32",
    "su": "37;41", "sg": "30;43", "st": "37;44", "ow": "34;42", "tw": "30;42",
  ]
  private var suffixes: [(suffix: String, code: String)] = []
  private var began = false

  init(_ text: String?) {
    for part in (text ?? "").split(separator: ":" as Character) {
      let bytes = Array(part.utf8)
      guard let equals = bytes.firstIndex(of: 61) else { continue }
      let key = String(bytes: bytes[..<equals])
      let code = String(bytes: bytes[(equals + 1)...])
      if key.utf8.first == 42 { suffixes.append((String(key.dropFirst()), code)) } else { types[key] = code }
    }
  }

  /// Without LS_COLORS, only terminals that are known to have colours get them.
  static func isKnown(_ call: ToolCall) -> Bool {
    if call.environment("LS_COLORS") != nil { return true }
    if !(call.environment("COLORTERM") ?? "").isEmpty { return true }
    let term = call.environment("TERM") ?? ""
    for prefix in [
      "xterm", "screen", "tmux", "linux", "rxvt", "vt100", "vt220", "ansi", "konsole", "gnome", "putty", "st-",
    ]
    where term.hasPrefix(prefix) { return true }
    return term.hasSuffix("color") || term.hasSuffix("256color")
  }

  func code(_ name: String, _ inode: Inode?, _ target: Inode?, isDangling: Bool) -> String? {
    guard let inode else { return types["mi"] ?? types["or"] }
    func type(_ key: String) -> String? {
      guard let code = types[key], !code.isEmpty, code != "0", code != "00" else { return nil }
      return code
    }
    switch inode.kind {
    case .directory:
      if inode.mode & 0o1002 == 0o1002, let code = type("tw") { return code }
      if inode.mode & 0o002 != 0, let code = type("ow") { return code }
      if inode.mode & 0o1000 != 0, let code = type("st") { return code }
      return type("di")
    case .symbolicLink:
      if isDangling, let code = type("or") { return code }
      if types["ln"] == "target", let target { return code(name, target, nil, isDangling: false) }
      return type("ln")
    case .fifo: return type("pi")
    case .socket: return type("so")
    case .characterDevice: return type("cd")
    case .file:
      if inode.mode & 0o4000 != 0, let code = type("su") { return code }
      if inode.mode & 0o2000 != 0, let code = type("sg") { return code }
      if inode.mode & 0o111 != 0, let code = type("ex") { return code }
      for (suffix, code) in suffixes.reversed() where name.lowercased().hasSuffix(suffix) { return code }
      return type("fi")
    }
  }

  func begin(_ code: String) -> String {
    let first = began ? "" : "\u{1b}[0m"
    began = true
    return first + "\u{1b}[\(code)m"
  }
  let end = "\u{1b}[0m"
}
