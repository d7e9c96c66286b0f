// chmod (GNU coreutils manual, section 13.3).

import SimKernel
import SimMachine

private let changeModeOptions = OptionTable(
  "c,changes f,silent,quiet v,verbose no-preserve-root preserve-root reference= R,recursive")

/// `chmod -x file`: a mode that begins with a dash looks like an option.
func changeMode(_ call: ToolCall) -> Int32 {
  // The options are read here because of modes such as -x and -w.
  var arguments: [String] = []
  var mode: String?
  var onlyOperands = false
  for argument in call.arguments {
    let bytes = argument.bytes
    if !onlyOperands, argument == "--" { onlyOperands = true }
    if !onlyOperands, mode == nil, bytes.count > 1, bytes[0] == 45,
      Array("rwxXstugoa,+-=01234567".utf8).contains(bytes[1]), bytes[1] != 45
    {
      mode = argument
    } else {
      arguments.append(argument)
    }
  }
  switch changeModeOptions.parse(arguments) {
  case .options(let options): call.options = options
  case .wrong(let text): return call.usage(text)
  case .notSimulated(let what): return call.notSimulated("chmod \(what)")
  }
  let options = call.options
  var operands = call.operands
  if options.has("reference") {
    guard let inode = call.inode(options.value("reference") ?? "") else {
      call.complain(
        "failed to get attributes of \(shellQuoted(options.value("reference") ?? "")): No such file or directory")
      return 1
    }
    mode = octal(inode.mode)
  } else if mode == nil {
    guard !operands.isEmpty else { return call.usage("missing operand") }
    mode = operands.removeFirst()
  }
  guard let text = mode else { return 1 }
  if operands.isEmpty { return call.usage("missing operand after \(quoted(text))") }
  guard let change = ModeChange(text) else { return call.usage("invalid mode: \(quoted(text))") }
  func apply(_ path: String, _ inode: Inode, _ depth: Int) {
    let old = inode.mode
    guard call.who.user == 0 || inode.owner == call.who.user else {
      if !options.has("f") { call.complain("changing permissions of \(shellQuoted(path)): Operation not permitted") }
      call.status = 1
      return
    }
    let new = change.apply(to: old, isDirectory: inode.isDirectory, umask: call.process.umask)
    inode.mode = new
    inode.changedAt = call.world.now
    let before = "\(octal(old)) (\(permissionText(old)))"
    let after = "\(octal(new)) (\(permissionText(new)))"
    if new != old, options.has("v") || options.has("c") {
      call.printLine("mode of \(shellQuoted(path)) changed from \(before) to \(after)")
    } else if new == old, options.has("v") {
      call.printLine("mode of \(shellQuoted(path)) retained as \(after)")
    }
    if text.utf8.first == 45 {
      let without = change.apply(to: old, isDirectory: inode.isDirectory, umask: 0)
      if without != new {
        call.complain("\(path): new permissions are \(permissionText(new)), not \(permissionText(without))")
      }
    }
    guard options.has("R"), inode.isDirectory, depth < 400 else { return }
    for (name, child) in inode.entries where child.kind != .symbolicLink { apply(joined(path, name), child, depth + 1) }
  }
  for path in operands {
    do throws(Errno) {
      let inode = try call.lookup(path)
      apply(path, inode, 0)
    } catch {
      if !options.has("f") { call.complain("cannot access \(shellQuoted(path)): \(error.message)") }
      call.status = 1
    }
  }
  return call.status
}
