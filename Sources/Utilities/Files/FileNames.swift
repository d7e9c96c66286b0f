// Names of files: basename, dirname, realpath, readlink (GNU coreutils manual, chapter 18).

import SimMachine

func baseName(_ call: ToolCall) -> Int32 {
  let options = call.options
  guard let first = call.operands.first else { return call.usage("missing operand") }
  let multiple = options.has("a") || options.has("s")
  if !multiple, call.operands.count > 2 { return call.usage("extra operand \(quoted(call.operands[2]))") }
  var suffix = options.value("s") ?? ""
  if !multiple, call.operands.count == 2 { suffix = call.operands[1] }
  for path in multiple ? call.operands : [first] {
    var name = lastPart(path)
    if !suffix.isEmpty, name.hasSuffix(suffix), name != suffix {
      name = String(bytes: name.bytes[..<(name.utf8.count - suffix.utf8.count)])
    }
    call.print(name)
    call.put(options.has("z") ? 0 : 10)
  }
  return 0
}

func directoryName(_ call: ToolCall) -> Int32 {
  if call.operands.isEmpty { return call.usage("missing operand") }
  for path in call.operands {
    var bytes = path.bytes
    while bytes.count > 1, bytes.last == 47 { bytes.removeLast() }
    if let slash = bytes.lastIndex(of: 47) {
      var end = slash
      while end > 0, bytes[end - 1] == 47 { end -= 1 }
      bytes = end == 0 ? [47] : Array(bytes[..<end])
    } else {
      bytes = [46]
    }
    call.write(bytes)
    call.put(call.options.has("z") ? 0 : 10)
  }
  return 0
}

func realPath(_ call: ToolCall) -> Int32 {
  let options = call.options
  if call.operands.isEmpty { return call.usage("missing operand") }
  let mode = options.last(of: ["e", "m"])
  for path in call.operands {
    guard var resolved = resolve(call, path, mode: options.has("s") ? "s" : mode) else {
      if !options.has("q") { call.complain("\(path): \(resolveError(call, path).message)") }
      call.status = 1
      continue
    }
    if let base = options.value("relative-to"), let from = resolve(call, base, mode: mode) {
      resolved = pathFrom(from, to: resolved)
    }
    call.print(resolved)
    call.put(options.has("z") ? 0 : 10)
  }
  return call.status
}

private func resolveError(_ call: ToolCall, _ path: String) -> Errno {
  do throws(Errno) {
    _ = try call.lookup(path)
  } catch {
    return error
  }
  return .noEntry
}

/// The canonical path: all parts must exist (`e`), all but the last (nil), or none (`m`).
private func resolve(_ call: ToolCall, _ path: String, mode: String?) -> String? {
  if path.isEmpty { return nil }
  if mode == "s" { return FileSystem.normalize(path, in: call.directory) }
  if let real = try? call.files.realPath(path, in: call.directory, as: call.who) { return real }
  if mode == "e" { return nil }
  var trimmed = path
  while trimmed.utf8.count > 1, trimmed.utf8.last == 47 { trimmed.removeLast() }
  // A dangling link leads to where its target would be.
  if let link = call.inode(trimmed, following: false), link.kind == .symbolicLink {
    let folder = resolve(call, parentPath(trimmed), mode: mode) ?? "/"
    return resolve(call, link.target.utf8.first == 47 ? link.target : joined(folder, link.target), mode: mode)
  }
  let parent = parentPath(trimmed)
  guard parent != trimmed else { return nil }
  if let real = try? call.files.realPath(parent, in: call.directory, as: call.who) {
    guard let inode = call.inode(parent), inode.isDirectory || mode == "m" else { return nil }
    return joined(real, lastPart(trimmed))
  }
  guard mode == "m" else { return nil }
  guard let above = resolve(call, parent, mode: mode) else { return nil }
  return FileSystem.normalize(lastPart(trimmed), in: above)
}

func parentPath(_ path: String) -> String {
  guard let slash = path.utf8.lastIndex(of: 47) else { return "." }
  return slash == path.utf8.startIndex ? "/" : String(path[..<slash])
}

func readLink(_ call: ToolCall) -> Int32 {
  let options = call.options
  if call.operands.isEmpty { return call.usage("missing operand") }
  let mode = options.last(of: ["f", "e", "m"])
  for path in call.operands {
    var text: String?
    if let mode {
      text = resolve(call, path, mode: mode == "f" ? nil : mode)
    } else if let inode = call.inode(path, following: false), inode.kind == .symbolicLink {
      text = inode.target
    }
    guard let text else {
      if options.has("v") {
        let exists = call.inode(path, following: false) != nil
        call.complain("\(path): \(exists ? Errno.invalidArgument.message : Errno.noEntry.message)")
      }
      call.status = 1
      continue
    }
    call.print(text)
    if !(options.has("n") && call.operands.count == 1) { call.put(options.has("z") ? 0 : 10) }
  }
  return call.status
}
