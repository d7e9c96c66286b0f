// nslookup as BusyBox has it: it asks for a name with dots as it stands and tries the search list only for a name without; in
// reality its answers come in the order in which they arrive, here in the order of the questions.

import SimKernel
import SimMachine

struct Resolver {
  var servers: [String] = []
  var search: [String] = []
  var ndots = 1

  init(_ call: ToolCall) {
    guard let bytes = try? call.files.read("/etc/resolv.conf") else { return }
    for line in lineContents(bytes) {
      var words: [String] = []
      for word in line.split(whereSeparator: { isBlank($0) }) { words.append(String(bytes: word)) }
      guard words.count > 1 else { continue }
      if words[0] == "nameserver" { servers.append(words[1]) }
      if words[0] == "search" { search = Array(words.dropFirst()) }
      if words[0] == "options" {
        for word in words where word.hasPrefix("ndots:") { ndots = Int(word.dropFirst(6)) ?? ndots }
      }
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

func nameServerAnswers(_ call: ToolCall) -> Bool {
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
  let facts = call.process.machine.facts
  if call.flavour == .gnu || facts.versions["bind"] != nil { return bindLookup(call) }
  for word in call.arguments where word.hasLeadingDash { return call.notSimulated("nslookup \(word)") }
  guard let name = call.arguments.first else { return call.notSimulated("nslookup without a name") }
  guard nameServerAnswers(call) else { return isSilent(call) }
  if leadsOutside(name, call) { return call.notSimulated("nslookup of a name outside the cluster") }
  let resolver = Resolver(call)
  let server = call.arguments.count > 1 ? call.arguments[1] : resolver.servers.first ?? ""
  if let release = facts.versions["busybox"], release.hasPrefix("1."),
    let minor = release.split(separator: "." as Character).dropFirst().first.flatMap({ Int($0) }), minor < 29
  {
    return isNumericAddress(name)
      ? call.notSimulated("nslookup of an address") : formerLookup(call, name, server)
  }
  return isNumericAddress(name) ? reverseLookup(call, name, server) : presentLookup(call, name, server, resolver.search)
}

private func presentLookup(_ call: ToolCall, _ name: String, _ server: String, _ search: [String]) -> Int32 {
  var questions = [name.utf8.last == 46 ? String(name.dropLast()) : name]
  if !name.utf8.contains(46) {
    questions = []
    for domain in search { questions.append(name + "." + domain) }
  } else if !questions[0].hasSuffix(".cluster.local"), isPublicName(questions[0]) {
    return call.notSimulated("nslookup of a name outside the cluster")
  }
  call.print("Server:\t\t\(server)\nAddress:\t\(server):53\n\n")
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

private func reverseLookup(_ call: ToolCall, _ address: String, _ server: String) -> Int32 {
  let question = BindTools.reverse(address)
  guard let answer = call.process.machine.network?.ask(question, .pointer),
    case .name(let found)? = answer.records.first
  else { return call.notSimulated("nslookup of an address that the cluster does not know") }
  call.print("Server:\t\t\(server)\nAddress:\t\(server):53\n\n\(question)\tname = \(found)\n\n")
  return 0
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

var networkUtilities: [Registration] {
  [
    Registration(Tool("curl", curlOptions, run: curl)),
    Registration(Tool("wget", wgetOptions, run: wget)),
    Registration(Tool("nslookup", .raw, run: nameLookup)),
    Registration("ping") { Ping($0) },
    Registration(Tool("host", .raw, run: hostLookup)),
    Registration(Tool("dig", .raw, run: dig)),
    Registration(Tool("nc", netcatOptions, readsInput: netcatReadsInput, run: netcat)),
    Registration(Tool("openssl", .raw, readsInput: opensslReadsInput, run: openssl)),
  ]
}
