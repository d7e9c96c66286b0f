// The blocks of a tar archive: GNU's format of ustar headers (GNU tar manual, appendix "Tar Internals"). Read too: POSIX ustar with
// a prefix, and pax headers for path, linkpath and size. Sparse files and base-256 numbers are not modelled.

import SimKernel
import SimMachine

struct TarMember {
  enum Kind: UInt8 {
    case file = 48
    case hardLink = 49
    case symbolicLink = 50
    case characterDevice = 51
    case directory = 53
    case fifo = 54
  }
  var name = ""
  var kind = Kind.file
  var mode = 0
  var user = 0
  var group = 0
  var userName = ""
  var groupName = ""
  var modified: Int64 = 0
  var target = ""
  var data: ArraySlice<UInt8> = []
  var size: Int64 = 0
}

enum TarFormat {
  static let block = 512

  // MARK: Writing

  static func append(_ member: TarMember, to out: inout [UInt8]) {
    if member.name.utf8.count > 100 { appendLong(member.name, 76, &out) }
    if member.target.utf8.count > 100 { appendLong(member.target, 75, &out) }
    out += header(member, name: member.name, type: member.kind.rawValue, size: member.data.count)
    out += member.data
    pad(&out)
  }

  /// The two empty blocks at the end, filled up to a record of twenty blocks.
  static func finish(_ out: inout [UInt8]) {
    out += [UInt8](repeating: 0, count: 2 * block)
    let record = 20 * block
    if out.count % record != 0 { out += [UInt8](repeating: 0, count: record - out.count % record) }
  }

  private static func appendLong(_ text: String, _ type: UInt8, _ out: inout [UInt8]) {
    var member = TarMember()
    member.userName = "root"
    member.groupName = "root"
    out += header(member, name: "././@LongLink", type: type, size: text.utf8.count + 1)
    out += text.bytes + [0]
    pad(&out)
  }

  private static func pad(_ out: inout [UInt8]) {
    if out.count % block != 0 { out += [UInt8](repeating: 0, count: block - out.count % block) }
  }

  private static func header(_ member: TarMember, name: String, type: UInt8, size: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: block)
    func put(_ text: [UInt8], _ at: Int, _ max: Int) {
      for (index, byte) in text.prefix(max).enumerated() { bytes[at + index] = byte }
    }
    func octal(_ value: Int64, _ at: Int, _ digits: Int) {
      let text = String(value, radix: 8)
      put(Array((String(repeating: "0", count: max(0, digits - text.utf8.count)) + text).utf8), at, digits)
    }
    put(name.bytes, 0, 100)
    octal(Int64(member.mode), 100, 7)
    octal(Int64(member.user), 108, 7)
    octal(Int64(member.group), 116, 7)
    octal(Int64(size), 124, 11)
    octal(max(0, member.modified), 136, 11)
    bytes[156] = type
    put(member.target.bytes, 157, 100)
    put(Array("ustar  ".utf8), 257, 8)
    put(member.userName.bytes, 265, 31)
    put(member.groupName.bytes, 297, 31)
    for index in 148..<156 { bytes[index] = 32 }
    var sum: Int64 = 0
    for byte in bytes { sum += Int64(byte) }
    octal(sum, 148, 6)
    bytes[154] = 0
    bytes[155] = 32
    return bytes
  }

  // MARK: Reading

  enum Fault: Error {
    case notAnArchive, unexpectedEnd
  }

  static func read(_ bytes: [UInt8]) throws(Fault) -> [TarMember] {
    var members: [TarMember] = []
    var at = 0
    var longName: String?
    var longTarget: String?
    var paxSize: Int64?
    while at + block <= bytes.count {
      let begin = at
      let header = bytes[begin..<(begin + block)]
      if header.allSatisfy({ $0 == 0 }) { return members }
      guard isValid(header) else { throw .notAnArchive }
      func text(_ offset: Int, _ length: Int) -> String {
        let field = header[(begin + offset)..<(begin + offset + length)]
        return String(bytes: field.prefix { $0 != 0 })
      }
      func octal(_ offset: Int, _ length: Int) -> Int64 {
        var value: Int64 = 0
        for byte in header[(begin + offset)..<(begin + offset + length)] where byte >= 48 && byte < 56 {
          value = value &* 8 &+ Int64(byte - 48)
        }
        return value
      }
      let type = header[at + 156]
      var size = octal(124, 12)
      if let given = paxSize, ![76, 75, 120, 103].contains(type) { size = given }
      let kind = TarMember.Kind(rawValue: type == 0 || type == 55 ? 48 : type)
      let hasData = kind == .file || kind == nil
      let start = at + block
      let count = hasData ? Int(min(size, Int64(bytes.count))) : 0
      guard start + count <= bytes.count else { throw .unexpectedEnd }
      let data = bytes[start..<(start + count)]
      at = start + (count + block - 1) / block * block
      switch type {
      case 76: longName = String(bytes: data.prefix { $0 != 0 })
      case 75: longTarget = String(bytes: data.prefix { $0 != 0 })
      case 120:
        for (key, value) in paxRecords(data) {
          switch key {
          case "path": longName = value
          case "linkpath": longTarget = value
          case "size": paxSize = decimal(value)
          default: break
          }
        }
      case 103: break
      default:
        guard let kind else { continue }
        var member = TarMember()
        member.name = text(0, 100)
        let magic = text(257, 6)
        if magic == "ustar", header[header.startIndex + 263] == 48 {
          let prefix = text(345, 155)
          if !prefix.isEmpty { member.name = prefix + "/" + member.name }
        }
        if let longName { member.name = longName }
        member.target = longTarget ?? text(157, 100)
        longName = nil
        longTarget = nil
        paxSize = nil
        member.kind = kind == .file && member.name.hasSuffix("/") ? .directory : kind
        member.mode = Int(octal(100, 8)) & 0o7777
        member.user = Int(octal(108, 8))
        member.group = Int(octal(116, 8))
        member.userName = text(265, 32)
        member.groupName = text(297, 32)
        member.modified = octal(136, 12)
        member.size = member.kind == .file ? size : 0
        member.data = data
        members.append(member)
      }
    }
    if members.isEmpty, !bytes.isEmpty { throw .notAnArchive }
    return members
  }

  private static func isValid(_ header: ArraySlice<UInt8>) -> Bool {
    var sum: Int64 = 0
    var given: Int64 = 0
    for (index, byte) in header.enumerated() {
      if index >= 148, index < 156 {
        sum += 32
        if byte >= 48, byte < 56 { given = given * 8 + Int64(byte - 48) }
      } else {
        sum += Int64(byte)
      }
    }
    return sum == given
  }

  /// `27 path=…\n`, one record after the other.
  private static func paxRecords(_ data: ArraySlice<UInt8>) -> [(String, String)] {
    var records: [(String, String)] = []
    var rest = data
    while let blank = rest.firstIndex(of: 32), let length = decimal(rest[..<blank]), length > 0,
      Int(length) <= rest.count
    {
      let record = rest[(blank + 1)..<(rest.startIndex + Int(length))]
      if let equals = record.firstIndex(of: 61) {
        records.append((String(bytes: record[..<equals]), String(bytes: record[(equals + 1)...].dropLast())))
      }
      rest = rest[(rest.startIndex + Int(length))...]
    }
    return records
  }
}
