// pg_hba.conf: which client may connect as whom to what, and how it proves who it is.
// Source: PostgreSQL 15 manual, 21.1 "The pg_hba.conf File".

internal import SimKernel

/// Where a client comes from.
package enum ClientAddress {
  case socket
  /// An IPv4 or IPv6 address.
  case host(String)

  /// As messages name it: `[local]` or the address.
  package var text: String {
    switch self {
    case .socket: "[local]"
    case .host(let address): address
    }
  }
}

/// One record of pg_hba.conf.
package struct HostRule {
  /// `local`, `host`, `hostssl`, `hostnossl`, …
  package let type: String
  package let databases: [String]
  package let users: [String]
  /// `all`, `samehost`, `samenet`, an address with its mask, or a name; empty for `local`.
  package let address: String
  package let method: String
  package let line: Int
  /// The line as it stands in the file.
  package let text: String
}

package enum HostRules {
  /// The records of a file, and what is wrong with lines that are none.
  package static func parse(_ text: String) -> (rules: [HostRule], problems: [(line: Int, message: String)]) {
    var rules: [HostRule] = []
    var problems: [(line: Int, message: String)] = []
    var number = 0
    for line in splitText(text, "\n") {
      number += 1
      let words = fields(line)
      guard let type = words.first else { continue }
      guard ["local", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc"].contains(type) else {
        problems.append((number, "invalid connection type \"\(type)\""))
        continue
      }
      var rest = Array(words.dropFirst())
      guard rest.count >= 2 else {
        problems.append(
          (number, rest.isEmpty ? "end-of-line before database specification" : "end-of-line before role specification")
        )
        continue
      }
      let databases = splitText(rest.removeFirst(), ",")
      let users = splitText(rest.removeFirst(), ",")
      var address = ""
      if type != "local" {
        guard !rest.isEmpty else {
          problems.append((number, "end-of-line before IP address specification"))
          continue
        }
        address = rest.removeFirst()
        if !address.utf8.contains(47), let mask = rest.first, address.utf8.contains(46), prefixLength(mask) != nil {
          address += "/\(prefixLength(mask) ?? 32)"
          rest.removeFirst()
        }
      }
      guard let method = rest.first else {
        problems.append((number, "end-of-line before authentication method"))
        continue
      }
      let known = [
        "trust", "reject", "scram-sha-256", "md5", "password", "peer", "ident", "gss", "sspi", "ldap", "radius", "cert",
        "pam", "bsd",
      ]
      guard known.contains(method) else {
        problems.append((number, "invalid authentication method \"\(method)\""))
        continue
      }
      rules.append(
        HostRule(
          type: type, databases: databases, users: users, address: address, method: method, line: number,
          text: trimmedSpaces(line)))
    }
    return (rules, problems)
  }

  /// Words of a line; quotes keep spaces together, `#` begins a comment.
  private static func fields(_ line: String) -> [String] {
    var words: [String] = []
    var current: [UInt8] = []
    var quoted = false
    var any = false
    for b in line.utf8 {
      if b == 0x22 {
        quoted.toggle()
        any = true
      } else if b == 35, !quoted {
        break
      } else if b == 32 || b == 9 || b == 13, !quoted {
        if any {
          words.append(String(decoding: current, as: UTF8.self))
          current = []
          any = false
        }
      } else {
        current.append(b)
        any = true
      }
    }
    if any { words.append(String(decoding: current, as: UTF8.self)) }
    return words
  }

  /// `255.255.0.0` is 16; nil when the text is no mask.
  private static func prefixLength(_ mask: String) -> Int? {
    guard let bits = number(mask) else { return nil }
    var length = 0
    var rest = bits
    while rest & 0x8000_0000 != 0 {
      length += 1
      rest = rest << 1 & 0xffff_ffff
    }
    return rest == 0 ? length : nil
  }

  /// An IPv4 address as a number.
  private static func number(_ address: String) -> Int64? {
    let parts = splitText(address, ".")
    guard parts.count == 4 else { return nil }
    var value: Int64 = 0
    for part in parts {
      guard let byte = Int64(part), (0...255).contains(byte) else { return nil }
      value = value << 8 | byte
    }
    return value
  }

  static func covers(_ pattern: String, _ address: String, server: String) -> Bool {
    switch pattern {
    case "all", "0.0.0.0/0": return true
    case "samehost": return address == server || address == "127.0.0.1"
    case "samenet": return address == server || address == "127.0.0.1"
    default: break
    }
    let parts = splitText(pattern, "/")
    guard let base = number(parts[0]), let value = number(address) else { return pattern == address }
    let length = parts.count > 1 ? Int(parts[1]) ?? 32 : 32
    guard length > 0 else { return true }
    let shift = Int64(32 - min(length, 32))
    return base >> shift == value >> shift
  }
}

extension HostRule {
  /// Whether the record speaks about a connection; `database` nil is a physical replication connection.
  func matches(_ client: ClientAddress, user: String, database: String?, server: Server) -> Bool {
    switch client {
    case .socket: if type != "local" { return false }
    case .host(let address):
      // Nothing encrypts in the simulated network.
      if type != "host", type != "hostnossl", type != "hostnogssenc" { return false }
      if !HostRules.covers(self.address, address, server: "") { return false }
    }
    var databaseMatches = false
    for name in databases {
      switch name {
      case "replication": if database == nil { databaseMatches = true }
      case "all": if database != nil { databaseMatches = true }
      case "sameuser": if database == user { databaseMatches = true }
      case "samerole", "samegroup":
        if let database, server.cluster.isMember(user, of: database) { databaseMatches = true }
      default: if name == database { databaseMatches = true }
      }
    }
    guard databaseMatches else { return false }
    for name in users {
      if name == "all" || name == user { return true }
      if name.utf8.first == 43, server.cluster.isMember(user, of: String(name.dropFirst())) { return true }
    }
    return false
  }
}
