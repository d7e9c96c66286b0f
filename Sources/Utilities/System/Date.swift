// date (GNU coreutils manual, section 21.1).

import SimKernel
import SimMachine

let dateOptions = OptionTable(
  "d,date= debug !f,file= I,iso-8601=? r,reference= R,rfc-email,rfc-822,rfc-2822 rfc-3339= !s,set= u,utc,universal !resolution"
)

func date(_ call: ToolCall) -> Int32 {
  let options = call.options
  let zone = options.has("u") ? .utc : call.zone
  var time = call.world.civilNow
  if let path = options.value("r") {
    do throws(Errno) {
      time = call.world.clock.civil(try call.lookup(path).modified)
    } catch {
      call.complain("\(path): \(error.message)")
      return 1
    }
  }
  if let text = options.value("d") {
    guard let parsed = TimeParser.parse(text, now: time, in: zone) else {
      call.complain("invalid date \(call.flavour == .busybox ? "'\(text)'" : quoted(text))")
      return 1
    }
    time = parsed
  }
  var format = call.flavour == .busybox ? "%a %b %e %H:%M:%S %Z %Y" : "%a %b %e %H:%M:%S %Z %Y"
  var given = false
  for operand in call.operands {
    guard operand.utf8.first == 43 else {
      if given || call.operands.count > 1 { return call.usage("extra operand \(quoted(operand))") }
      return setting(operand, call)
    }
    if given { return call.usage("extra operand \(quoted(operand))") }
    format = String(operand.dropFirst())
    given = true
  }
  for option in options.list {
    var chosen: String?
    switch option.id {
    case "I":
      let forms: [String: String] = [
        "date": "%Y-%m-%d", "hours": "%Y-%m-%dT%H%:z", "minutes": "%Y-%m-%dT%H:%M%:z",
        "seconds": "%Y-%m-%dT%H:%M:%S%:z", "ns": "%Y-%m-%dT%H:%M:%S,%N%:z",
      ]
      let value = option.value ?? "date"
      guard let form = abbreviated(value, ["hours", "minutes", "date", "seconds", "ns"]).flatMap({ forms[$0] }) else {
        call.complain("invalid argument \(quoted(value)) for ‘--iso-8601’")
        call.writeError("Valid arguments are:\n  - ‘hours’\n  - ‘minutes’\n  - ‘date’\n  - ‘seconds’\n  - ‘ns’\n")
        return call.usage(nil)
      }
      chosen = form
    case "R": chosen = "%a, %d %b %Y %H:%M:%S %z"
    case "rfc-3339":
      let forms: [String: String] = [
        "date": "%Y-%m-%d", "seconds": "%Y-%m-%d %H:%M:%S%:z", "ns": "%Y-%m-%d %H:%M:%S.%N%:z",
      ]
      let value = option.value ?? ""
      guard let form = abbreviated(value, ["date", "seconds", "ns"]).flatMap({ forms[$0] }) else {
        call.complain("invalid argument \(quoted(value)) for ‘--rfc-3339’")
        call.writeError("Valid arguments are:\n  - ‘date’\n  - ‘seconds’\n  - ‘ns’\n")
        return call.usage(nil)
      }
      chosen = form
    default: break
    }
    if let chosen {
      if given {
        call.complain("multiple output formats specified")
        return 1
      }
      format = chosen
      given = true
    }
  }
  call.printLine(formatTime(format, time, in: zone))
  return 0
}

private func abbreviated(_ text: String, _ words: [String]) -> String? {
  for word in words where word == text { return word }
  var found: String?
  for word in words where word.hasPrefix(text) && !text.isEmpty {
    if found != nil { return nil }
    found = word
  }
  return found
}

private func setting(_ text: String, _ call: ToolCall) -> Int32 {
  let digits = text.bytes
  var plain = digits.count >= 8 && digits.count % 2 == 0
  for byte in digits where !isDigit(byte) && byte != 46 { plain = false }
  if plain { return call.notSimulated("setting the clock with date") }
  call.complain("invalid date \(quoted(text))")
  return 1
}
