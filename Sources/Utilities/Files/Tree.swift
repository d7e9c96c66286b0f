// tree (version 2.1).

import SimKernel
import SimMachine

let treeOptions = OptionTable(
  "a d f l L= P= I= F n C s h p u g D Q i r t S v U noreport dirsfirst !J !X !H= !o= !x !N !q !R filelimit= prune")

func tree(_ call: ToolCall) -> Int32 {
  for id in ["P", "u", "g", "D", "Q", "l", "t", "v", "filelimit", "prune", "C"] where call.options.has(id) {
    return call.notSimulated("tree -\(id)")
  }
  let options = call.options
  var depthMax = Int.max
  if let text = options.value("L") {
    guard let value = decimal(text), value > 0 else {
      call.writeError("tree: Invalid level, must be greater than 0.\n")
      return 1
    }
    depthMax = Int(value)
  }
  var folders = 0
  var files = 0
  func label(_ path: String, _ name: String, _ inode: Inode) -> String {
    var text = ""
    var notes: [String] = []
    if options.has("p") { notes.append(modeText(inode)) }
    if options.has("h") {
      notes.append(humanSize(inode.size).paddedLeft(4))
    } else if options.has("s") {
      notes.append(String(inode.size).paddedLeft(11))
    }
    if !notes.isEmpty { text = "[" + notes.joined(separator: " ") + "]  " }
    text += options.has("f") ? path : name
    if inode.kind == .symbolicLink { text += " -> " + inode.target }
    if options.has("F") {
      text += inode.isDirectory ? "/" : inode.kind == .file && inode.mode & 0o111 != 0 ? "*" : ""
    }
    return text
  }
  func walk(_ path: String, _ folder: Inode, _ indent: String, _ depth: Int) {
    var names: [String] = []
    for name in call.shownNames(folder, path) {
      guard let child = folder.entries[name] else { continue }
      if name.utf8.first == 46, !options.has("a") { continue }
      if options.has("d"), !child.isDirectory { continue }
      var ignored = false
      for list in options.values("I") {
        for pattern in list.split(separator: "|" as Character) where globMatches(String(pattern), name) {
          ignored = true
        }
      }
      if !ignored { names.append(name) }
    }
    names.sort { compareBytes($0, $1) < 0 }
    if options.has("r") { names.reverse() }
    if options.has("dirsfirst") {
      var first: [String] = []
      var rest: [String] = []
      for name in names {
        if folder.entries[name]?.isDirectory ?? false { first.append(name) } else { rest.append(name) }
      }
      names = first + rest
    }
    for (index, name) in names.enumerated() {
      let below = joined(path, name)
      guard let child = call.inode(below, following: false) else { continue }
      let last = index == names.count - 1
      call.printLine((options.has("i") ? "" : indent + (last ? "└── " : "├── ")) + label(below, name, child))
      if child.isDirectory {
        folders += 1
        if depth < depthMax, depth < 200 {
          walk(below, child, indent + (last ? "    " : "│\u{a0}\u{a0} "), depth + 1)
        }
      } else {
        files += 1
      }
    }
  }
  for path in call.operands.isEmpty ? ["."] : call.operands {
    guard let inode = call.inode(path), inode.isDirectory else {
      call.printLine("\(path)  [error opening dir]")
      call.status = 2
      continue
    }
    call.printLine(label(path, path, inode))
    let before = folders + files
    walk(path, inode, "", 1)
    // The folder itself counts when there is something in it.
    if folders + files > before { folders += 1 }
  }
  if !options.has("noreport") {
    let first = folders == 1 ? "1 directory" : "\(folders) directories"
    let second = files == 1 ? "1 file" : "\(files) files"
    call.printLine("\n" + first + (options.has("d") ? "" : ", " + second))
  }
  return call.status
}
