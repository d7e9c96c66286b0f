// What cp, mv, ln and install do before they replace a file: ask (`-i`) and keep the old one (`-b`, `--backup`, GNU coreutils
// manual, section 2.3).

import SimKernel
import SimMachine

/// Renames the file that is about to be replaced; its new name, or nil when none is kept.
func keepBackup(_ call: ToolCall, _ path: String) -> String? {
  let options = call.options
  guard options.has("b") || options.has("backup") || options.has("S"), call.inode(path, following: false) != nil else {
    return nil
  }
  let control =
    options.value("backup").flatMap { $0.isEmpty ? nil : $0 } ?? call.environment("VERSION_CONTROL") ?? "existing"
  if control == "none" || control == "off" { return nil }
  var highest: Int64 = 0
  let name = lastPart(path)
  let folder = path.utf8.lastIndex(of: 47).map { String(path[..<$0]) + "/" } ?? ""
  if let inode = call.inode(folder.isEmpty ? "." : folder) {
    for entry in inode.entries.keys where entry.hasPrefix(name + ".~") && entry.hasSuffix("~") {
      if let number = decimal(String(entry.dropFirst(name.utf8.count + 2).dropLast())) {
        highest = max(highest, number)
      }
    }
  }
  let isNumbered =
    control == "numbered" || control == "t" || ((control == "existing" || control == "nil") && highest > 0)
  let suffix = options.value("S") ?? call.environment("SIMPLE_BACKUP_SUFFIX") ?? "~"
  let backup = isNumbered ? "\(path).~\(highest + 1)~" : path + suffix
  guard (try? call.files.rename(path, to: backup, in: call.directory, as: call.who)) != nil else { return nil }
  return backup
}

func backedUp(_ backup: String?) -> String { backup.map { " (backup: \(shellQuoted($0)))" } ?? "" }

/// The questions of `cp -i` and `mv -i`.
func askBeforeOverwriting(_ call: ToolCall) {
  guard call.options.last(of: ["i", "n", "f"]) == "i" else { return }
  var operands = call.operands
  let target: String
  if let folder = call.options.value("t") {
    target = folder
  } else {
    guard operands.count > 1 else { return }
    target = operands.removeLast()
  }
  let isFolder = call.isDirectory(target) && !call.options.has("T")
  for source in operands {
    ask(call, source, isFolder ? joined(target, lastPart(source)) : target, 0)
  }
}

private func ask(_ call: ToolCall, _ from: String, _ to: String, _ depth: Int) {
  guard depth < 200, let source = call.inode(from, following: false), let there = call.inode(to) else { return }
  if call.options.has("u"), there.modified >= source.modified, !source.isDirectory { return }
  guard source.isDirectory else {
    if !there.isDirectory, there !== source { _ = call.agrees("overwrite \(shellQuoted(to))") }
    return
  }
  guard call.options.has("R") || call.options.has("a"), there.isDirectory else { return }
  for name in source.entries.keys { ask(call, joined(from, name), joined(to, name), depth + 1) }
}

/// The questions of `ln -i`.
func askBeforeLinking(_ call: ToolCall) {
  guard call.options.last(of: ["i", "f"]) == "i" else { return }
  var operands = call.operands
  guard operands.count > 1 else { return }
  let target = operands.removeLast()
  let isFolder = call.isDirectory(target) && !call.options.has("T")
  for source in operands {
    let at = isFolder ? joined(target, lastPart(source)) : target
    if call.inode(at, following: false) != nil { _ = call.agrees("replace \(shellQuoted(at))") }
  }
}
