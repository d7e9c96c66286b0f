// What find prints: -printf and -ls.

import SimKernel
import SimMachine

extension Find {
  func formatted(_ format: [UInt8], _ entry: Entry, _ call: ToolCall) -> [UInt8] {
    var out: [UInt8] = []
    var i = 0
    let clock = call.world.clock
    let zone = call.zone
    while i < format.count {
      if format[i] == 92, i + 1 < format.count {
        let end = min(format.count, i + 2)
        if format[i + 1] == 99 { return out }
        if format[i + 1] == 48 {
          out.append(0)
          i += 2
          while i < format.count, format[i] == 48 { i += 1 }
          continue
        }
        out += unescape(Array(format[i..<end]), octalNeedsZero: false).bytes
        i = end
        continue
      }
      guard format[i] == 37, i + 1 < format.count else {
        out.append(format[i])
        i += 1
        continue
      }
      if format[i + 1] == 37 {
        out.append(37)
        i += 2
        continue
      }
      var at = i
      guard var directive = PrintfDirective.read(format, &at, lengths: false) else { return out + format[i...] }
      let inode = entry.inode
      var text = ""
      switch directive.conversion {
      case 112: text = entry.path
      case 102: text = entry.name
      case 104:
        if let slash = entry.path.utf8.lastIndex(of: 47) {
          text = String(entry.path[..<slash])
          if text.isEmpty, entry.path.utf8.count > 1 { text = "" }
        } else {
          text = "."
        }
      case 80:
        text =
          entry.depth == 0
          ? ""
          : String(
            bytes: entry.path.bytes[(entry.root.utf8.last == 47 ? entry.root.utf8.count : entry.root.utf8.count + 1)...]
          )
      case 72: text = entry.root
      case 115: text = String(inode.size)
      case 98: text = String(blockCount(inode) * 2)
      case 107: text = String(blockCount(inode))
      case 100: text = String(entry.depth)
      case 109: text = String(inode.mode & 0o7777, radix: 8)
      case 77: text = modeText(inode)
      case 117: text = accounts.userName(inode.owner)
      case 103: text = accounts.groupName(inode.group)
      case 85: text = String(inode.owner)
      case 71: text = String(inode.group)
      case 110: text = String(linkCount(inode))
      case 105: text = String(inode.number)
      case 68: text = "64769"
      case 108: text = inode.kind == .symbolicLink ? inode.target : ""
      case 121, 89: text = String(bytes: [kindLetter(inode.kind) == 45 ? 102 : kindLetter(inode.kind)])
      case 116, 97, 99:
        let instant =
          directive.conversion == 116 ? inode.modified : directive.conversion == 97 ? inode.accessed : inode.changedAt
        text = formatTime("%a %b %e %H:%M:%S.%N0 %Y", clock.civil(instant), in: zone)
      case 84, 65, 67:
        let instant =
          directive.conversion == 84 ? inode.modified : directive.conversion == 65 ? inode.accessed : inode.changedAt
        let time = clock.civil(instant)
        guard at < format.count else { return out }
        let letter = format[at]
        at += 1
        switch letter {
        case 64: text = "\(clock.unixSeconds(instant)).\(padded(clock.subsecondNanoseconds(instant), 9))0"
        case 43: text = formatTime("%Y-%m-%d+%H:%M:%S.%N0", time, in: zone)
        case 83: text = formatTime("%S.%N0", time, in: zone)
        case 84: text = formatTime("%H:%M:%S.%N0", time, in: zone)
        default: text = formatTime("%" + String(bytes: [letter]), time, in: zone)
        }
      default:
        out += directive.source
        i = at
        continue
      }
      if ![112, 102, 104, 80, 72, 108, 117, 103, 77].contains(directive.conversion), directive.format.zero {
        out += directive.format.field("", text, zeros: true).utf8
      } else {
        directive.format.zero = false
        out += formatText(text.bytes[...], directive.format)
      }
      i = at
    }
    return out
  }

  func listing(_ entry: Entry, _ call: ToolCall) -> [UInt8] {
    let inode = entry.inode
    let time = call.world.clock.civil(inode.modified)
    let recent = call.world.now - inode.modified < Interval(nanoseconds: 15_778_476 * 1_000_000_000)
    var text = String(inode.number).paddedLeft(9) + " " + String(blockCount(inode)).paddedLeft(6) + " "
    text += modeText(inode) + " " + String(linkCount(inode)).paddedLeft(3) + " "
    text += accounts.userName(inode.owner).paddedRight(8) + " " + accounts.groupName(inode.group).paddedRight(8) + " "
    text +=
      String(inode.size).paddedLeft(8) + " " + formatTime(recent ? "%b %e %H:%M" : "%b %e  %Y", time, in: call.zone)
    text += " " + entry.path + (inode.kind == .symbolicLink ? " -> " + inode.target : "") + "\n"
    return text.bytes
  }
}
