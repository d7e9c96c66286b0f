// nslookup, host, dig +short, nc (whether somebody listens): names and ports as the simulated network answers. BusyBox's nslookup asks
// for a name with dots as it stands and tries the search list only for a name without; in reality its answers come in the order
// in which they arrive, here in the order of the questions.

import SimKernel
import SimMachine

struct Resolver {
  var servers: [String] = []
  var search: [String] = []

  init(_ call: ToolCall) {
    guard let bytes = try? call.files.read("/etc/resolv.conf") else { return }
    for line in lineContents(bytes) {
      var words: [String] = []
      for word in line.split(whereSeparator: { isBlank($0) }) { words.append(String(bytes: word)) }
      guard words.count > 1 else { continue }
      if words[0] == "nameserver" { servers.append(words[1]) }
      if words[0] == "search" { search = Array(words.dropFirst()) }
    }
    if search == ["."] { search = [] }
  }
}

func isNumericAddress(_ text: String) -> Bool {
  for byte in text.utf8 where !isDigit(byte) && byte != 46 { return false }
  return !text.isEmpty
}

/// Whether the answer about a name with dots is the internet's to give.
package func isPublicName(_ name: String) -> Bool {
  var last: [UInt8] = []
  for byte in name.utf8 { if byte == 46 { last = [] } else { last.append(byte | (byte >= 65 && byte <= 90 ? 32 : 0)) } }
  return TopLevelDomains.exists(String(bytes: last))
}

private func addresses(_ name: String, _ call: ToolCall) -> [String] {
  call.process.machine.network?.resolve(name, from: call.process.machine) ?? []
}

private func nameServerAnswers(_ call: ToolCall) -> Bool {
  call.process.machine.network?.nameServerAnswers(call.process.machine) ?? true
}

/// Whether a name, or what a service of that name stands for, is the internet's to know.
private func leadsOutside(_ name: String, _ call: ToolCall) -> Bool {
  for address in addresses(name, call) where !isNumericAddress(address) { return true }
  return false
}

private func isSilent(_ call: ToolCall) -> Int32 {
  call.notSimulated("\(call.name) asking a name server that does not answer")
}

func nameLookup(_ call: ToolCall) -> Int32 {
  for word in call.arguments where word.hasLeadingDash { return call.notSimulated("nslookup \(word)") }
  guard let name = call.arguments.first else { return call.notSimulated("nslookup without a name") }
  if isNumericAddress(name) { return call.notSimulated("nslookup of an address") }
  guard nameServerAnswers(call) else { return isSilent(call) }
  if leadsOutside(name, call) { return call.notSimulated("nslookup of a name outside the cluster") }
  let resolver = Resolver(call)
  let server = call.arguments.count > 1 ? call.arguments[1] : resolver.servers.first ?? "127.0.0.53"
  let inCluster = !resolver.search.isEmpty
  if !inCluster, addresses(name, call).isEmpty { return call.notSimulated("nslookup outside the cluster network") }
  var trimmed = name
  if trimmed.utf8.last == 46 { trimmed.removeLast() }
  let isAbsolute = trimmed.hasSuffix(".cluster.local")
  if call.flavour == .busybox, let release = call.process.machine.facts.versions["busybox"], release.hasPrefix("1."),
    let minor = release.split(separator: "." as Character).dropFirst().first.flatMap({ Int($0) }), minor < 29
  {
    return formerLookup(call, name, server)
  }
  if call.flavour == .busybox {
    call.print("Server:\t\t\(server)\nAddress:\t\(server):53\n\n")
    var questions = [trimmed]
    if !trimmed.utf8.contains(46) {
      questions = []
      for domain in resolver.search { questions.append(trimmed + "." + domain) }
    } else if !isAbsolute, isPublicName(trimmed) {
      return call.notSimulated("nslookup of a name outside the cluster")
    }
    var status: Int32 = 0
    for kind in ["A", "AAAA"] {
      for question in questions {
        let found = question.hasSuffix(".cluster.local") ? addresses(question, call) : []
        if found.isEmpty {
          call.print("** server can't find \(question): NXDOMAIN\n\n")
          status = 1
        } else if kind == "A" {
          for address in found { call.print("Name:\t\(question)\nAddress: \(address)\n") }
          call.print("\n")
        } else {
          call.print("\n")
        }
      }
    }
    return status
  }
  var candidates: [String] = []
  if !isAbsolute { for domain in resolver.search { candidates.append(trimmed + "." + domain) } }
  candidates.append(trimmed)
  var answered: (name: String, addresses: [String])?
  for candidate in candidates where answered == nil {
    let found = addresses(candidate, call)
    if !found.isEmpty { answered = (candidate, found) }
  }
  if answered == nil, !isAbsolute, isPublicName(trimmed) {
    return call.notSimulated("nslookup of a name outside the cluster")
  }
  call.print("Server:\t\t\(server)\nAddress:\t\(server)#53\n\n")
  if let (candidate, found) = answered {
    for address in found { call.print("Name:\t\(candidate)\nAddress: \(address)\n") }
    call.print("\n")
    return 0
  }
  call.print("** server can't find \(trimmed): NXDOMAIN\n\n")
  return 1
}

/// nslookup of BusyBox up to 1.28, which asks the C library: with its search list, and for the name of each address.
private func formerLookup(_ call: ToolCall, _ name: String, _ server: String) -> Int32 {
  let machine = call.process.machine
  func show(_ title: String, _ host: String, _ found: [String]) {
    call.print("\(title.paddedRight(10)) \(host)\n")
    for (index, address) in found.enumerated() {
      let back = machine.network?.name(ofAddress: address, from: machine)
      call.print("Address \(index + 1): \(address)\(back.map { " \($0)" } ?? "")\n")
    }
  }
  show("Server:", server, [server])
  call.put(10)
  let found = addresses(name, call)
  guard !found.isEmpty else {
    if isPublicName(name) { return call.notSimulated("nslookup of a name outside the cluster") }
    call.flush()
    call.writeError("nslookup: can't resolve '\(name)'\n")
    return 1
  }
  show("Name:", name, found)
  return 0
}

func hostLookup(_ call: ToolCall) -> Int32 {
  guard let name = call.arguments.first, call.arguments.count == 1, !name.hasLeadingDash, !isNumericAddress(name) else {
    return call.notSimulated("host with options")
  }
  guard nameServerAnswers(call) else { return isSilent(call) }
  let found = addresses(name, call)
  if found.isEmpty || leadsOutside(name, call) {
    if !found.isEmpty || isPublicName(name) { return call.notSimulated("host of a name outside the cluster") }
    call.print("Host \(name) not found: 3(NXDOMAIN)\n")
    return 1
  }
  let resolver = Resolver(call)
  var shown = name
  if !name.hasSuffix(".cluster.local") {
    for domain in resolver.search where !addresses(name + "." + domain, call).isEmpty {
      shown = name + "." + domain
      break
    }
  }
  for address in found { call.print("\(shown) has address \(address)\n") }
  return 0
}

func dig(_ call: ToolCall) -> Int32 {
  var short = false
  var search = false
  var names: [String] = []
  for word in call.arguments {
    switch word {
    case "+short": short = true
    case "+search": search = true
    case "A", "IN": break
    default:
      if word.utf8.first == 43 || word.utf8.first == 64 || word.hasLeadingDash {
        return call.notSimulated("dig \(word)")
      }
      names.append(word)
    }
  }
  guard short, let name = names.first, names.count == 1 else { return call.notSimulated("dig without +short") }
  guard nameServerAnswers(call) else { return isSilent(call) }
  if leadsOutside(name, call) { return call.notSimulated("dig of a name outside the cluster") }
  // Without +search, dig asks for the name as it stands.
  guard search || name.hasSuffix(".cluster.local") || name.hasSuffix(".cluster.local.") else { return 0 }
  for address in addresses(name, call) { call.printLine(address) }
  return 0
}

private let portNames: [Int: String] = [
  22: "ssh", 25: "smtp", 53: "domain", 80: "http", 110: "pop3", 143: "imap2", 443: "https", 3306: "mysql",
  5432: "postgresql", 6379: "redis", 8080: "http-alt", 5672: "amqp", 27017: "mongodb",
]

let netcatOptions = OptionTable("z v w= n 4 u !l !k !e= !p= !s= !i= !q= !c !x= N")

func netcat(_ call: ToolCall) -> Int32 {
  if call.options.has("u") { return call.notSimulated("nc -u") }
  guard call.operands.count == 2, let port = decimal(call.operands[1]), let network = call.process.machine.network
  else {
    return call.notSimulated("nc: this use of it")
  }
  let host = call.operands[0]
  let verbose = call.options.has("v")
  let scans = call.options.has("z")
  switch network.connect(host: host, port: Int(port), from: call.process.machine) {
  case .connected(_, let address):
    guard scans else { return call.notSimulated("nc talking to a server") }
    if verbose {
      if call.flavour == .busybox {
        call.writeError("\(host) (\(address):\(port)) open\n")
      } else {
        let place = host == address ? host : "\(host) (\(address))"
        call.writeError("Connection to \(place) \(port) port [tcp/\(portNames[Int(port)] ?? "*")] succeeded!\n")
      }
    }
    return 0
  case .refused(let address):
    if call.flavour == .busybox, !scans {
      call.writeError("nc: can't connect to remote host (\(address)): Connection refused\n")
    } else if call.flavour == .busybox {
      if verbose { call.writeError("nc: \(host) (\(address):\(port)): Connection refused\n") }
    } else if verbose {
      call.writeError("nc: connect to \(host) (\(address)) port \(port) (tcp) failed: Connection refused\n")
    }
    return 1
  case .unknownHost:
    if call.flavour == .busybox {
      call.writeError("nc: bad address '\(host)'\n")
    } else {
      call.writeError(
        "nc: getaddrinfo for host \"\(host)\" port \(port): Name or service not known\n")
    }
    return 1
  case .outside: return call.notSimulated("nc to a host outside the cluster")
  case .unreachable:
    guard call.flavour == .busybox, !scans, isNumericAddress(host) || nameServerAnswers(call),
      let limit = call.options.value("w").flatMap({ decimal($0) }), limit > 0
    else { return call.notSimulated("nc waiting for a host that does not answer") }
    call.wait(.seconds(limit))
    call.writeError("nc: timed out\n")
    return 1
  }
}

var networkUtilities: [Registration] {
  [
    Registration(Tool("curl", curlOptions, run: curl)),
    Registration(Tool("wget", wgetOptions, run: wget)),
    Registration(Tool("nslookup", .raw, run: nameLookup)),
    Registration("ping") { Ping($0) },
    Registration(Tool("host", .raw, run: hostLookup)),
    Registration(Tool("dig", .raw, run: dig)),
    Registration(Tool("nc", netcatOptions, run: netcat)),
    Registration(Tool("openssl", .raw, readsInput: opensslReadsInput, run: openssl)),
  ]
}
