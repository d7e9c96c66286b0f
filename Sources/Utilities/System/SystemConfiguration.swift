// getconf (POSIX, glibc) with the variables scripts ask for, and stty (GNU coreutils manual, section 19.1) as far as it tells the
// size of the terminal; settings of a terminal are not modelled.

import SimMachine

func systemConfiguration(_ call: ToolCall) -> Int32 {
  guard let name = call.operands.first else {
    call.writeError("Usage: getconf [-v specification] variable_name [pathname]\n")
    call.writeError("       getconf -a [pathname]\n")
    return 2
  }
  let processors = String(call.process.machine.facts.processors)
  let values: [String: String] = [
    "PAGE_SIZE": "4096", "PAGESIZE": "4096", "_NPROCESSORS_ONLN": processors, "_NPROCESSORS_CONF": processors,
    "LONG_BIT": "64", "WORD_BIT": "32", "CHAR_BIT": "8", "CLK_TCK": "100", "ARG_MAX": "2097152", "OPEN_MAX": "1024",
    "NAME_MAX": "255", "PATH_MAX": "4096", "PIPE_BUF": "4096", "LINK_MAX": "127", "PATH": "/bin:/usr/bin",
    "INT_MAX": "2147483647", "INT_MIN": "-2147483648", "UINT_MAX": "4294967295", "CHAR_MAX": "127", "CHAR_MIN": "-128",
    "SHRT_MAX": "32767", "LONG_MAX": "9223372036854775807", "HOST_NAME_MAX": "64", "LOGIN_NAME_MAX": "256",
    "LINE_MAX": "2048", "_POSIX_VERSION": "200809", "GNU_LIBC_VERSION": "glibc 2.39",
    "_PHYS_PAGES": String(call.process.machine.measures.memoryBytes / 4096),
  ]
  if let value = values[name] {
    call.printLine(value)
    return 0
  }
  var known = name.utf8.first == 95
  for byte in name.utf8 where byte >= 97 && byte <= 122 { known = false }
  if known { return call.notSimulated("getconf \(name)") }
  call.writeError("getconf: Unrecognized variable `\(name)'\n")
  return 2
}

func terminalSettings(_ call: ToolCall) -> Int32 {
  guard let terminal = call.process.file(0)?.terminal else {
    call.complain("'standard input': Inappropriate ioctl for device")
    return 1
  }
  guard call.operands == ["size"] else { return call.notSimulated("stty beyond size") }
  call.printLine("\(terminal.rows) \(terminal.columns)")
  return 0
}
