// dig: questions to the cluster's DNS and what of the answers is shown. What a name server says of names that it does not have
// bears the time of the zone's last change, which is not simulated; `+short` and `+noall +answer` do not show it.
// Source: BIND 9 Administrator Reference Manual, "dig"; its columns as dig 9.18 prints them.

import SimKernel
import SimMachine

func dig(_ call: ToolCall) -> Int32 {
  var query = DigQuery()
  if let refusal = query.read(call.arguments) { return call.notSimulated("dig \(refusal)") }
  guard !query.questions.isEmpty else { return call.notSimulated("dig without a name") }
  guard let bind = BindTools(call, server: query.server) else { return 1 }
  var report = DigReport(query, bind, call)
  for (name, type) in query.questions {
    guard let asked = bind.ask(name, type, searches: query.searches), let last = asked.last else { return 1 }
    if let unknown = report.unknown(last) { return call.notSimulated("dig: \(unknown)") }
    report.write(last, type)
  }
  return 0
}

/// What of an answer is shown.
private enum DigPart: String {
  case cmd, comments, question, answer, authority, additional, stats
}

private struct DigQuery {
  var questions: [(name: String, type: RecordType)] = []
  var server: String?
  var isShort = false
  var searches = false
  private var hidden: [DigPart] = []
  private static let parts: [DigPart] = [.cmd, .comments, .question, .answer, .authority, .additional, .stats]

  func shows(_ part: DigPart) -> Bool { !hidden.contains(part) }

  /// Nil, or what is not modelled.
  mutating func read(_ arguments: [String]) -> String? {
    var type: RecordType?
    var names: [String] = []
    var words = arguments[...]
    while let word = words.popFirst() {
      if word.utf8.first == 64 {
        server = String(word.dropFirst())
      } else if word.utf8.first == 43 {
        guard readFlag(String(word.dropFirst())) else { return word }
      } else if word == "-x", let address = words.popFirst() {
        guard isNumericAddress(address) else { return "-x \(address)" }
        questions.append((BindTools.reverse(address), .pointer))
      } else if word == "-t", let next = words.popFirst() {
        guard let chosen = RecordType(rawValue: next.uppercased()) else { return "-t \(next)" }
        type = chosen
      } else if word.hasLeadingDash {
        return word
      } else if let chosen = RecordType(rawValue: word.uppercased()), type == nil {
        type = chosen
      } else if word.uppercased() != "IN" {
        if DigQuery.otherTypes.contains(word.uppercased()) { return word }
        names.append(word)
      }
    }
    if type != nil, names.count > 1 { return "with several names and a type" }
    for name in names { questions.append((name, type ?? .address)) }
    return nil
  }

  private static let otherTypes = ["ANY", "AXFR", "CNAME", "MX", "NS", "SOA", "TXT"]

  private mutating func readFlag(_ text: String) -> Bool {
    let isOn = !text.hasPrefix("no")
    let name = isOn ? text : String(text.dropFirst(2))
    switch name {
    case "short": isShort = isOn
    case "search": searches = isOn
    case "all": hidden = isOn ? [] : DigQuery.parts
    case "recurse" where isOn, "tcp" where !isOn: break
    default:
      guard let part = DigPart(rawValue: name) else { return false }
      hidden.removeAll { $0 == part }
      if !isOn { hidden.append(part) }
    }
    return true
  }
}

private struct DigReport {
  private let query: DigQuery
  private let bind: BindTools
  private let call: ToolCall
  private var hasBanner = false

  init(_ query: DigQuery, _ bind: BindTools, _ call: ToolCall) {
    self.query = query
    self.bind = bind
    self.call = call
  }

  /// What of an answer would be shown and is not known.
  func unknown(_ asked: Asked) -> String? {
    if query.isShort { return nil }
    let isEmpty = asked.answer.records.isEmpty
    if isEmpty, query.shows(.comments) || query.shows(.authority) || query.shows(.stats) {
      return "the zone's record in an empty answer"
    }
    if query.shows(.cmd) || query.shows(.comments) || query.shows(.stats) {
      guard let release = bind.release, release.utf8.count > 5 || !query.shows(.cmd) else {
        return "which release of BIND it is"
      }
    }
    return nil
  }

  mutating func write(_ asked: Asked, _ type: RecordType) {
    let answer = asked.answer
    if query.isShort {
      for record in answer.records { call.printLine(text(record)) }
      return
    }
    let name = asked.name + "."
    writeBanner()
    if query.shows(.comments) { writeHeader(asked, answer) }
    let blank = query.shows(.comments) ? "\n" : ""
    if query.shows(.question) {
      if query.shows(.comments) { call.print(";; QUESTION SECTION:\n") }
      call.print(columns([";" + name, "IN", type.rawValue], at: [32, 40]) + "\n\(blank)")
    }
    if query.shows(.answer), !answer.records.isEmpty {
      if query.shows(.comments) { call.print(";; ANSWER SECTION:\n") }
      for record in answer.records {
        call.print(row(name, answer.timeToLive, type.rawValue, text(record)))
      }
      call.print(blank)
    }
    if query.shows(.additional), !answer.additional.isEmpty {
      if query.shows(.comments) { call.print(";; ADDITIONAL SECTION:\n") }
      for entry in answer.additional { call.print(row(entry.name + ".", answer.timeToLive, "A", entry.address)) }
      call.print(blank)
    }
    if query.shows(.stats) {
      let transport = bind.namesTransport ? " (UDP)" : ""
      call.print(";; Query time: 0 msec\n;; SERVER: \(bind.server)#53(\(bind.server))\(transport)\n")
      call.print(";; WHEN: \(formatTime("%a %b %d %H:%M:%S %Z %Y", call.world.civilNow))\n")
      call.print(";; MSG SIZE  rcvd: \(size(asked))\n\n")
    }
  }

  private mutating func writeBanner() {
    guard query.shows(.cmd), !hasBanner else { return }
    hasBanner = true
    call.print("\n; <<>> DiG \(bind.release ?? "") <<>> \(call.arguments.joined(separator: " "))\n")
    if query.server != nil { call.print("; (1 server found)\n") }
    call.print(";; global options: +cmd\n")
  }

  private func writeHeader(_ asked: Asked, _ answer: DomainAnswer) {
    call.print(";; Got answer:\n")
    if asked.name.hasSuffix(".local"), !bind.isOld {
      call.print(";; WARNING: .local is reserved for Multicast DNS\n")
      call.print(";; You are currently testing what happens when an mDNS query is leaked to DNS\n")
    }
    call.print(";; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: \(call.world.random.below(65_536))\n")
    call.print(";; flags: qr aa rd; QUERY: 1, ANSWER: \(answer.records.count), AUTHORITY: 0, ")
    call.print("ADDITIONAL: \(answer.additional.count + 1)\n")
    call.print(";; WARNING: recursion requested but not available\n\n;; OPT PSEUDOSECTION:\n")
    call.print("; EDNS: version: 0, flags:; udp: \(bind.bufferSize)\n")
    guard !bind.isOld else { return }
    call.print("; COOKIE: \(call.world.random.hexadecimal(16)) (echoed)\n")
  }

  private func text(_ record: RecordData) -> String {
    switch record {
    case .address(let address): return address
    case .name(let name): return name + "."
    case .service(let priority, let weight, let port, let target): return "\(priority) \(weight) \(port) \(target)."
    }
  }

  private func row(_ name: String, _ timeToLive: Int64, _ type: String, _ data: String) -> String {
    columns([name, String(timeToLive), "IN", type, data], at: [24, 32, 40, 48]) + "\n"
  }

  /// Words at their columns, by tabs; one blank where a column has been passed already.
  private func columns(_ words: [String], at places: [Int]) -> String {
    var line = words[0]
    var width = line.utf8.count
    for (word, place) in zip(words.dropFirst(), places) {
      if width < place {
        for _ in 0..<((place - width + 7) / 8) { line += "\t" }
        width = place
      } else {
        line += " "
        width += 1
      }
      line += word
      width += word.utf8.count
    }
    return line
  }

  /// Bytes of the message: CoreDNS repeats names in full.
  private func size(_ asked: Asked) -> Int {
    func encoded(_ name: String) -> Int { name.utf8.count + 2 }
    var bytes = 12 + encoded(asked.name) + 4 + (bind.isOld ? 11 : 23)
    for record in asked.answer.records {
      bytes += encoded(asked.name) + 10
      switch record {
      case .address: bytes += 4
      case .name(let name): bytes += encoded(name)
      case .service(_, _, _, let target): bytes += 6 + encoded(target)
      }
    }
    for entry in asked.answer.additional { bytes += encoded(entry.name) + 14 }
    return bytes
  }
}
