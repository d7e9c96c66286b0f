// File modes: `rwxr-xr-x` texts, octal numbers and the symbolic changes of chmod (POSIX chmod, GNU coreutils section 27).

import SimMachine

/// The ten characters of `ls -l`.
func modeText(_ inode: Inode) -> String { String(bytes: [kindLetter(inode.kind)]) + permissionText(inode.mode) }

func kindLetter(_ kind: InodeKind) -> UInt8 {
  switch kind {
  case .file: return 45
  case .directory: return 100
  case .symbolicLink: return 108
  case .characterDevice: return 99
  case .fifo: return 112
  case .socket: return 115
  }
}

func permissionText(_ mode: Int) -> String {
  var bytes: [UInt8] = []
  for shift in [6, 3, 0] {
    let bits = mode >> shift
    bytes.append(bits & 4 != 0 ? 114 : 45)
    bytes.append(bits & 2 != 0 ? 119 : 45)
    let executes = bits & 1 != 0
    let special = mode & (shift == 6 ? 0o4000 : shift == 3 ? 0o2000 : 0o1000) != 0
    if special {
      bytes.append(shift == 0 ? (executes ? 116 : 84) : executes ? 115 : 83)
    } else {
      bytes.append(executes ? 120 : 45)
    }
  }
  return String(bytes: bytes)
}

func octal(_ mode: Int, _ digits: Int = 4) -> String {
  let text = String(mode, radix: 8)
  return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}

/// A change of mode; applied to the mode a file has.
struct ModeChange {
  private enum Operation {
    case set(Int)
    case change(who: Int, operator: UInt8, permissions: Int, copies: Int?, conditional: Bool, whoGiven: Bool)
  }
  private var operations: [Operation] = []

  /// Nil when the text is no mode.
  init?(_ text: String) {
    let bytes = text.bytes
    guard !bytes.isEmpty else { return nil }
    if isDigit(bytes[0]) {
      var value = 0
      for byte in bytes {
        guard byte >= 48, byte <= 55 else { return nil }
        value = value * 8 + Int(byte - 48)
        if value > 0o7777 { return nil }
      }
      operations = [.set(value)]
      return
    }
    for clause in bytes.split(separator: 44, omittingEmptySubsequences: false) {
      var i = clause.startIndex
      var who = 0
      while i < clause.endIndex {
        switch clause[i] {
        case 117: who |= 0o4700
        case 103: who |= 0o2070
        case 111: who |= 0o1007
        case 97: who |= 0o7777
        default:
          who |= 0
        }
        guard [117, 103, 111, 97].contains(clause[i]) else { break }
        i += 1
      }
      guard i < clause.endIndex else { return nil }
      while i < clause.endIndex {
        let action = clause[i]
        guard action == 43 || action == 45 || action == 61 else { return nil }
        i += 1
        var permissions = 0
        var copies: Int?
        var conditional = false
        if i < clause.endIndex, [117, 103, 111].contains(clause[i]) {
          copies = clause[i] == 117 ? 6 : clause[i] == 103 ? 3 : 0
          i += 1
        } else if i < clause.endIndex, isDigit(clause[i]) {
          while i < clause.endIndex, clause[i] >= 48, clause[i] <= 55 {
            permissions = permissions * 8 + Int(clause[i] - 48)
            i += 1
          }
        } else {
          letters: while i < clause.endIndex {
            switch clause[i] {
            case 114: permissions |= 0o444
            case 119: permissions |= 0o222
            case 120: permissions |= 0o111
            case 88: conditional = true
            case 115: permissions |= 0o6000
            case 116: permissions |= 0o1000
            default: break letters
            }
            i += 1
          }
        }
        operations.append(
          .change(
            who: who == 0 ? 0o7777 : who, operator: action, permissions: permissions, copies: copies,
            conditional: conditional, whoGiven: who != 0))
      }
    }
  }

  func apply(to mode: Int, isDirectory: Bool, umask: Int) -> Int {
    var mode = mode
    for operation in operations {
      switch operation {
      case .set(let value):
        // A directory keeps its set-id bits when they are not mentioned.
        mode = isDirectory && value & 0o6000 == 0 ? value | mode & 0o6000 : value
      case .change(let who, let action, let permissions, let copies, let conditional, let whoGiven):
        var bits = permissions
        if let copies {
          let source = mode >> copies & 7
          bits = source << 6 | source << 3 | source
        }
        if conditional, isDirectory || mode & 0o111 != 0 { bits |= 0o111 }
        bits &= who
        if !whoGiven { bits &= ~umask }
        switch action {
        case 43: mode |= bits
        case 45: mode &= ~bits
        default:
          var cleared = whoGiven ? who & 0o777 : 0o777
          if who & 0o4000 != 0, whoGiven, !isDirectory { cleared |= 0o4000 }
          if who & 0o2000 != 0, whoGiven, !isDirectory { cleared |= 0o2000 }
          if who == 0o7777, whoGiven { cleared |= 0o1000 }
          mode = mode & ~cleared | bits
        }
      }
    }
    return mode
  }
}
