// What BIND's tools share: which release they are of, and the way a name takes through the search list. Compared with nslookup,
// host and dig of 9.18 asking a server that answers as CoreDNS does; older releases after the manual pages of 9.9.
// Source: BIND 9 Administrator Reference Manual, "dig", "host", "nslookup".

import SimKernel
import SimMachine

/// One question that was asked, and its answer.
struct Asked {
  let name: String
  let answer: DomainAnswer
}

struct BindTools {
  private let call: ToolCall
  private let network: any Network
  /// As the tools tell it (`9.18.24-0ubuntu5-Ubuntu`); two numbers when no more is known; nil when nothing is.
  let release: String?
  let server: String
  let search: [String]
  private let ndots: Int

  /// Nil after saying why there is no answer.
  init?(_ call: ToolCall, server asked: String?) {
    self.call = call
    guard let network = call.process.machine.network else {
      call.process.note(notSimulated: "\(call.name)")
      return nil
    }
    self.network = network
    let facts = call.process.machine.facts
    let known = facts.versions["bind"] ?? (call.flavour == .gnu ? "9.18.24-0ubuntu5-Ubuntu" : "")
    release = known.isEmpty ? nil : known
    let resolver = Resolver(call)
    let chosen = asked ?? resolver.servers.first ?? ""
    search = resolver.search
    ndots = resolver.ndots
    if let asked, !isNumericAddress(asked) {
      let found = network.resolve(asked, from: call.process.machine)
      guard found == [network.nameServer] else {
        call.process.note(notSimulated: "\(call.name) asking \(asked)")
        return nil
      }
      server = network.nameServer
    } else {
      server = chosen
    }
    guard server == network.nameServer else {
      call.process.note(
        notSimulated:
          asked == nil ? "\(call.name) outside the cluster network" : "\(call.name) asking \(asked ?? "another server")"
      )
      return nil
    }
    guard network.nameServerAnswers(call.process.machine) else {
      call.process.note(notSimulated: "\(call.name) asking a name server that does not answer")
      return nil
    }
  }

  /// From 9.17 on every answer of a server that does not ask others is remarked on; before, only when there was another.
  var remarksOnRecursion: Bool { minor > 16 }
  /// 9.9.5 asks for IPv4 addresses only, does not know of multicast names, and sends no cookies.
  var isOld: Bool { minor < 11 }
  /// Whether the transport is told.
  var namesTransport: Bool { minor > 16 }
  var bufferSize: Int { minor > 16 ? 1232 : 4096 }

  private var minor: Int {
    guard let release else { return 0 }
    var number = 0
    for byte in release.utf8.dropFirst(2) {
      guard isDigit(byte) else { break }
      number = number * 10 + Int(byte - 48)
    }
    return number
  }

  /// What is asked one after the other: by the search list when the name has few dots, and as it stands.
  private func candidates(_ name: String, searches: Bool) -> [String] {
    if name.utf8.last == 46 { return [String(name.dropLast())] }
    guard searches else { return [name] }
    var dots = 0
    for byte in name.utf8 where byte == 46 { dots += 1 }
    var list: [String] = []
    for domain in search { list.append(name + "." + domain) }
    list.insert(name, at: dots >= ndots ? 0 : list.count)
    return list
  }

  /// Every question up to the one that names something; nil after saying that the internet would have to be asked.
  func ask(_ name: String, _ type: RecordType, searches: Bool = true) -> [Asked]? {
    var list: [Asked] = []
    for candidate in candidates(name, searches: searches) {
      guard let answer = network.ask(candidate, type) else {
        call.process.note(notSimulated: "\(call.name) of a name outside the cluster")
        return nil
      }
      list.append(Asked(name: candidate, answer: answer))
      if answer.exists { break }
    }
    return list
  }

  /// `4.3.2.1.in-addr.arpa` of an address.
  static func reverse(_ address: String) -> String {
    address.split(separator: "." as Character).reversed().joined(separator: ".") + ".in-addr.arpa"
  }
}

// MARK: nslookup

func bindLookup(_ call: ToolCall) -> Int32 {
  var type: RecordType?
  var operands: [String] = []
  for word in call.arguments {
    guard word.hasLeadingDash else {
      operands.append(word)
      continue
    }
    guard let chosen = lookupType(word) else { return call.notSimulated("nslookup \(word)") }
    type = chosen
  }
  guard let name = operands.first, operands.count <= 2 else { return call.notSimulated("nslookup without a name") }
  guard let bind = BindTools(call, server: operands.count > 1 ? operands[1] : nil) else { return 1 }
  guard bind.release != nil else { return call.notSimulated("nslookup of an unknown release of BIND") }
  let isAddress = isNumericAddress(name)
  let remarks = bind.remarksOnRecursion && operands.count == 1
  func remark(_ asked: [Asked]) {
    for question in asked where remarks && question.answer.isAuthoritative {
      call.print(";; Got recursion not available from \(bind.server)\n")
    }
  }
  guard let asked = bind.ask(isAddress ? BindTools.reverse(name) + "." : name, isAddress ? .pointer : type ?? .address),
    let last = asked.last
  else { return 1 }
  remark(asked)
  if !isAddress || type != nil { call.print("Server:\t\t\(bind.server)\nAddress:\t\(bind.server)#53\n\n") }
  guard last.answer.exists else {
    call.print("** server can't find \(isAddress ? last.name : name): NXDOMAIN\n\n")
    return 1
  }
  if last.answer.records.isEmpty, type != nil { call.print("*** Can't find \(name): No answer\n") }
  for record in last.answer.records {
    switch record {
    case .address(let address): call.print("Name:\t\(last.name)\nAddress: \(address)\n")
    case .name(let other): call.print("\(last.name)\tname = \(other).\n")
    case .service(let priority, let weight, let port, let target):
      call.print("\(last.name)\tservice = \(priority) \(weight) \(port) \(target).\n")
    }
  }
  if type == nil, !isAddress, !bind.isOld, let more = bind.ask(last.name + ".", .address6) { remark(more) }
  call.put(10)
  return 0
}

/// The type in `-type=srv`, `-query=A`, `-q=AAAA`.
private func lookupType(_ word: String) -> RecordType? {
  let parts = word.split(separator: "=" as Character, maxSplits: 1)
  guard parts.count == 2, ["-type", "-query", "-q", "-ty", "-querytype"].contains(String(parts[0])) else { return nil }
  return RecordType(rawValue: parts[1].uppercased())
}

// MARK: host

func hostLookup(_ call: ToolCall) -> Int32 {
  var type: RecordType?
  var operands: [String] = []
  var words = call.arguments[...]
  while let word = words.popFirst() {
    if word == "-t", let next = words.popFirst(), let chosen = RecordType(rawValue: next.uppercased()) {
      type = chosen
    } else if word.hasLeadingDash {
      return call.notSimulated("host \(word)")
    } else {
      operands.append(word)
    }
  }
  guard let name = operands.first, operands.count == 1 else { return call.notSimulated("host with a server, or alone") }
  guard let bind = BindTools(call, server: nil) else { return 1 }
  let isAddress = isNumericAddress(name)
  let asked = bind.ask(isAddress ? BindTools.reverse(name) + "." : name, isAddress ? .pointer : type ?? .address)
  guard let last = asked?.last else { return 1 }
  guard last.answer.exists else {
    call.print("Host \(isAddress ? last.name + "." : name) not found: 3(NXDOMAIN)\n")
    return 1
  }
  if last.answer.records.isEmpty, let type { call.print("\(last.name) has no \(type.rawValue) record\n") }
  for record in last.answer.records {
    switch record {
    case .address(let address): call.print("\(last.name) has address \(address)\n")
    case .name(let other): call.print("\(last.name) domain name pointer \(other).\n")
    case .service(let priority, let weight, let port, let target):
      call.print("\(last.name) has SRV record \(priority) \(weight) \(port) \(target).\n")
    }
  }
  return 0
}
