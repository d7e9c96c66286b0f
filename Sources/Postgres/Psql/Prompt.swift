// The prompts. Source: PostgreSQL 15 manual, psql, "Prompting".

internal import SimKernel

extension PsqlSession {
  private var continuing: Bool { !scanner.isEmpty || ignoredStatement }
  private var promptTemplate: [UInt8] {
    Array((continuing ? variables["PROMPT2"] : variables["PROMPT1"])?.utf8 ?? "".utf8)
  }

  /// The command of the prompt that is to be run next, if some have not been: %`command`.
  var promptCommand: String? {
    let parts = promptTemplate.split(separator: 0x60, omittingEmptySubsequences: false)
    var commands: [String] = []
    var k = 0
    while k + 2 < parts.count {
      if parts[k].last == 0x25 {
        commands.append(String(decoding: parts[k + 1], as: UTF8.self))
        k += 1
      }
      k += 1
    }
    return promptOutputs.count < commands.count ? commands[promptOutputs.count] : nil
  }

  /// The prompt for the next line.
  package var prompt: String {
    if question != nil { return "" }
    let place = parameters.host ?? ""
    if copyLines != nil { return variables["PROMPT3"] ?? ">> " }
    let template = promptTemplate
    var text: [UInt8] = []
    var i = 0
    var commands = 0
    while i < template.count {
      if template[i] != 0x25 || i + 1 >= template.count {
        text.append(template[i])
        i += 1
        continue
      }
      var end = i + 2
      let s: String
      switch template[i + 1] {
      case 0x2f: s = session?.database.name ?? ""
      case 0x7e:
        s =
          session.map {
            $0.database.name == $0.loginUser || $0.database.name == host.environment("PGDATABASE")
              ? "~" : $0.database.name
          } ?? ""
      case 0x52:
        s = continuing ? scanner.continuation : session == nil ? "!" : !active ? "@" : isOn("SINGLELINE") ? "^" : "="
      case 0x78:
        switch session?.transactionStatus {
        case 0x54: s = "*"
        case 0x45: s = "!"
        case nil: s = "?"
        default: s = ""
        }
      case 0x23: s = session?.isSuperuser ?? false ? "#" : ">"
      case 0x6e: s = session?.currentUser ?? ""
      case 0x4d: s = place.isEmpty ? "[local]" : place.hasPrefix("/") ? "[local:\(place)]" : place
      case 0x6d: s = place.isEmpty || place.hasPrefix("/") ? "[local]" : String(place.split(separator: ".").first ?? "")
      case 0x3e: s = parameters.port ?? "5432"
      case 0x6c: s = String(continuing ? statementLines + 1 : 1)
      case 0x70: s = session.map { String($0.processID) } ?? ""
      case 0x25: s = "%"
      case 0x77: s = String(repeating: " ", count: promptWidth)
      case 0x5b, 0x5d: s = ""
      case 0x3a:
        var k = end
        while k < template.count, template[k] != 0x3a { k += 1 }
        s = variables[String(decoding: template[end..<k], as: UTF8.self)] ?? ""
        end = min(template.count, k + 1)
      case 0x60:
        var k = end
        while k < template.count, template[k] != 0x60 { k += 1 }
        s = commands < promptOutputs.count ? promptOutputs[commands] : ""
        commands += 1
        end = min(template.count, k + 1)
      case 0x30...0x37:
        var value = 0
        var k = i + 1
        while k < template.count, k < i + 4, template[k] >= 0x30, template[k] <= 0x37 {
          value = value * 8 + Int(template[k] - 0x30)
          k += 1
        }
        s = String(decoding: [UInt8(value & 255)], as: UTF8.self)
        end = k
      default: s = ""
      }
      text += Array(s.utf8)
      i = end
    }
    let shown = String(decoding: text, as: UTF8.self)
    if !continuing { promptWidth = displayWidth(shown) }
    return shown
  }
}
