// stat (GNU coreutils manual, section 14.3).

import SimKernel
import SimMachine

let statOptions = OptionTable("L,dereference f,file-system cached= c,format= printf= t,terse Z")

func statFiles(_ call: ToolCall) -> Int32 {
  if call.options.has("f") { return call.notSimulated("stat -f") }
  if call.options.has("t") { return call.notSimulated("stat -t") }
  if call.operands.isEmpty { return call.usage("missing operand") }
  let accounts = Accounts(call.files)
  for path in call.operands {
    do throws(Errno) {
      let inode = try call.lookup(path, following: call.options.has("L"))
      if let format = call.options.value("c") {
        call.write(statFormat(format.bytes, path, inode, call, accounts, escapes: false))
        call.put(10)
      } else if let format = call.options.value("printf") {
        call.write(statFormat(format.bytes, path, inode, call, accounts, escapes: true))
      } else {
        call.write(statFormat(defaultFormat(inode).bytes, path, inode, call, accounts, escapes: false))
      }
    } catch {
      if call.flavour == .busybox {
        call.complain("can't stat '\(path)': \(error.message)")
      } else {
        call.complain("cannot statx \(shellQuoted(path)): \(error.message)")
      }
    }
  }
  return call.status
}

private func defaultFormat(_ inode: Inode) -> String {
  let device = inode.kind == .characterDevice ? " Device type: %t,%T" : ""
  return
    "  File: %N\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\nDevice: %Hd,%Ld\tInode: %-10i  Links: %-5h\(device)\nAccess: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\nAccess: %x\nModify: %y\nChange: %z\n Birth: %w\n"
}

private func kindText(_ inode: Inode) -> String {
  switch inode.kind {
  case .file: return inode.bytes.isEmpty && inode.program == nil ? "regular empty file" : "regular file"
  case .directory: return "directory"
  case .symbolicLink: return "symbolic link"
  case .characterDevice: return "character special file"
  case .fifo: return "fifo"
  case .socket: return "socket"
  }
}

private func kindBits(_ kind: InodeKind) -> Int {
  switch kind {
  case .file: return 0o100000
  case .directory: return 0o040000
  case .symbolicLink: return 0o120000
  case .characterDevice: return 0o020000
  case .fifo: return 0o010000
  case .socket: return 0o140000
  }
}

private func statFormat(
  _ format: [UInt8], _ path: String, _ inode: Inode, _ call: ToolCall, _ accounts: Accounts, escapes: Bool
) -> [UInt8] {
  var out: [UInt8] = []
  var i = 0
  let clock = call.world.clock
  let zone = call.zone
  func time(_ instant: Instant) -> String {
    call.noteDate(of: inode)
    return formatTime("%Y-%m-%d %H:%M:%S.%N %z", clock.civil(instant), in: zone)
  }
  while i < format.count {
    if escapes, format[i] == 92, i + 1 < format.count {
      let escape: [UInt8: UInt8] = [110: 10, 116: 9, 92: 92, 34: 34, 97: 7, 114: 13]
      if let byte = escape[format[i + 1]] {
        out.append(byte)
        i += 2
        continue
      }
    }
    guard format[i] == 37 else {
      out.append(format[i])
      i += 1
      continue
    }
    if i + 1 < format.count, format[i + 1] == 37 {
      out.append(37)
      i += 2
      continue
    }
    // %Hd and %Ld have a modifier that printf does not know.
    var text = format
    var high: Bool?
    var probe = i + 1
    while probe < text.count, !isAlpha(text[probe]) { probe += 1 }
    if probe + 1 < text.count, text[probe] == 72 || text[probe] == 76, text[probe + 1] == 100 || text[probe + 1] == 114
    {
      high = text[probe] == 72
      text.remove(at: probe)
      i += 0
    }
    var at = i
    guard let directive = PrintfDirective.read(text, &at, lengths: false) else {
      out += format[i...]
      break
    }
    i = at + (high == nil ? 0 : 1)
    let number: Int64?
    var string: String?
    switch directive.conversion {
    case 97:
      out += formatInteger(Int64(inode.mode & 0o7777), 111, directive.format).utf8
      continue
    case 102, 116, 84, 68:
      let value: Int64
      if directive.conversion == 102 {
        value = Int64(kindBits(inode.kind) | inode.mode)
      } else if directive.conversion == 68 {
        value = 0xfd01
      } else {
        let (major, minor) = deviceNumbers(path)
        value = inode.kind == .characterDevice ? Int64(directive.conversion == 116 ? major : minor) : 0
      }
      out += formatInteger(value, 120, directive.format).utf8
      continue
    case 65: (number, string) = (nil, modeText(inode))
    case 98: number = blockCount(inode) * 2
    case 66: number = 512
    case 100: number = high == nil ? 64769 : high! ? 253 : 1
    case 114: number = 0
    case 70: (number, string) = (nil, kindText(inode))
    case 103: number = Int64(inode.group)
    case 71: (number, string) = (nil, accounts.group(inode.group)?.name ?? "UNKNOWN")
    case 104: number = Int64(linkCount(inode))
    case 105: number = inode.number
    case 109: (number, string) = (nil, "/")
    case 110: (number, string) = (nil, path)
    case 78:
      (number, string) = (
        nil, inode.kind == .symbolicLink ? "\(quotedName(path)) -> \(quotedName(inode.target))" : quotedName(path)
      )
    case 111: number = 4096
    case 115: number = inode.size
    case 117: number = Int64(inode.owner)
    case 85: (number, string) = (nil, accounts.user(inode.owner)?.name ?? "UNKNOWN")
    case 119: (number, string) = (nil, time(inode.changedAt))
    case 87: number = clock.unixSeconds(inode.changedAt)
    case 120: (number, string) = (nil, time(inode.accessed))
    case 88: number = clock.unixSeconds(inode.accessed)
    case 121: (number, string) = (nil, time(inode.modified))
    case 89: number = clock.unixSeconds(inode.modified)
    case 122: (number, string) = (nil, time(inode.changedAt))
    case 90: number = clock.unixSeconds(inode.changedAt)
    case 67: (number, string) = (nil, "?")
    default:
      out.append(63)
      continue
    }
    if let string {
      out += formatText(string.bytes[...], directive.format)
    } else if let number {
      out += formatInteger(number, 100, directive.format).utf8
    }
  }
  return out

  func quotedName(_ name: String) -> String {
    // The default listing shows plain names; %N quotes them.
    format.starts(with: Array("  File: ".utf8)) ? name : shellQuoted(name)
  }
}
