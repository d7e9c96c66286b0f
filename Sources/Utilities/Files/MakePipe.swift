// mkfifo, and mknod as far as it makes named pipes (GNU coreutils manual, sections 12.4 and 12.5).

import SimMachine

func makePipes(_ call: ToolCall) -> Int32 {
  if call.operands.isEmpty { return call.usage("missing operand") }
  guard let permissions = pipePermissions(call) else { return 1 }
  for path in call.operands {
    do throws(Errno) {
      try call.files.makePipe(path, in: call.directory, permissions: permissions, as: call.who)
    } catch {
      call.complain("cannot create fifo \(shellQuoted(path)): \(error.message)")
    }
  }
  return call.status
}

func makeNode(_ call: ToolCall) -> Int32 {
  guard let path = call.operands.first else { return call.usage("missing operand") }
  guard call.operands.count > 1 else { return call.usage("missing operand after \(quoted(path))") }
  guard call.operands[1] == "p" else { return call.notSimulated("mknod of devices") }
  if call.operands.count > 2 {
    call.complain("extra operand \(quoted(call.operands[2]))")
    call.writeError("Fifos do not have major and minor device numbers.\n")
    return call.usage(nil)
  }
  guard let permissions = pipePermissions(call) else { return 1 }
  do throws(Errno) {
    try call.files.makePipe(path, in: call.directory, permissions: permissions, as: call.who)
  } catch {
    call.complain("\(path): \(error.message)")
  }
  return call.status
}

private func pipePermissions(_ call: ToolCall) -> Int? {
  guard let text = call.options.value("m") else { return 0o666 & ~call.process.umask }
  guard let change = ModeChange(text) else {
    call.complain("invalid mode")
    return nil
  }
  return change.apply(to: 0o666, isDirectory: false, umask: call.process.umask)
}
