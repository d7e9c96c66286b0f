// The functions awk has built in.

import SimKernel
import SimMachine

extension Awk {
  func builtin(_ name: String, _ count: Int, _ call: ToolCall) -> Step? {
    switch name {
    case "system":
      if let running {
        guard let status = running.status else {
          pc -= 1
          return .wait([.queue(running.ended)])
        }
        self.running = nil
        _ = pop()
        switch status {
        case .exited(let code): stack.append(AwkValue(Double(code & 255)))
        case .signaled(let signal): stack.append(AwkValue(Double(256 + signal.rawValue)))
        }
        return nil
      }
      call.flush()
      let command = String(bytes: top.asText(format))
      guard let child = try? launch(["sh", "-c", command], from: call.process) else {
        _ = pop()
        stack.append(AwkValue(127.0))
        return nil
      }
      running = child
      pc -= 1
      return .wait([.queue(child.ended)])
    case "close": return close(call)
    default: break
    }
    var values = Array(stack.suffix(count))
    if name == "match" {
      let regex = popRegex()
      let text = pop().asText(format)
      let range = regex?.firstMatch(in: text)?[0]
      globals[Slot.rstart] = AwkValue((range?.lowerBound ?? -1) + 1)
      globals[Slot.rlength] = AwkValue(range?.count ?? -1 as Int)
      stack.append(globals[Slot.rstart])
      return nil
    }
    stack.removeLast(count)
    func number(_ index: Int) -> Double { index < values.count ? values[index].asNumber : 0 }
    func text(_ index: Int) -> [UInt8] { index < values.count ? values[index].asText(format) : [] }
    switch name {
    case "second": stack.append(values[1])
    case "length": stack.append(AwkValue(text(0).count))
    case "substr":
      let source = text(0)
      // Positions are rounded, and what lies outside is cut off.
      var from = number(1).rounded(.toNearestOrEven)
      var length = values.count > 2 ? number(2).rounded(.toNearestOrEven) : .infinity
      if from.isNaN || length.isNaN {
        stack.append(AwkValue([]))
        return nil
      }
      if from < 1 {
        length += from - 1
        from = 1
      }
      let available = Double(source.count) - from + 1
      length = min(length, available)
      if length <= 0 {
        stack.append(AwkValue([]))
      } else {
        stack.append(AwkValue(Array(source[(Int(from) - 1)..<(Int(from) - 1 + Int(length))])))
      }
    case "index":
      let source = text(0)
      stack.append(AwkValue(find(text(1), in: source[...], from: 0).map { $0 + 1 } ?? 0))
    case "sprintf":
      let template = values.removeFirst().asText(format)
      stack.append(AwkValue(sprintf(template, values[...])))
    case "tolower", "toupper":
      var bytes = text(0)
      for i in bytes.indices { bytes[i] = name == "tolower" ? lowercased(bytes[i]) : uppercased(bytes[i]) }
      stack.append(AwkValue(bytes))
    case "int": stack.append(AwkValue(number(0).rounded(.towardZero)))
    case "sqrt": stack.append(AwkValue(number(0) < 0 ? -Double.nan : number(0).squareRoot()))
    case "sin": stack.append(AwkValue(AwkMath.sin(number(0))))
    case "cos": stack.append(AwkValue(AwkMath.cos(number(0))))
    case "exp": stack.append(AwkValue(AwkMath.exp(number(0))))
    case "log": stack.append(AwkValue(AwkMath.log(number(0))))
    case "atan2": stack.append(AwkValue(AwkMath.atan2(number(0), number(1))))
    case "rand":
      if generator == nil { generator = AwkRandom(seed: UInt32(call.world.random.below(1 << 30))) }
      stack.append(AwkValue(generator?.next() ?? 0))
    case "srand":
      stack.append(AwkValue(seed))
      seed = values.isEmpty ? Double(call.world.civilNow.unixSeconds) : number(0)
      generator = AwkRandom(seed: UInt32(truncatingIfNeeded: Int64(max(-1e18, min(1e18, seed)))))
    case "systime": stack.append(AwkValue(Double(call.world.civilNow.unixSeconds)))
    case "strftime":
      let template = values.isEmpty ? "%c" : String(bytes: text(0))
      let time = values.count > 1 ? CivilTime(unixSeconds: Int64(number(1))) : call.world.civilNow
      stack.append(AwkValue(formatTime(template, time, in: call.zone).bytes))
    case "mktime":
      var parts: [Int64] = []
      for part in text(0).split(separator: 32) { parts.append(decimal(part) ?? 0) }
      guard parts.count >= 6 else {
        stack.append(AwkValue(-1.0))
        return nil
      }
      let time = CivilTime(
        year: parts[0], month: parts[1], day: parts[2], hour: parts[3], minute: parts[4], second: parts[5])
      stack.append(AwkValue(Double(call.zone.unix(local: time.unixSeconds))))
    case "fflush":
      call.flush()
      stack.append(AwkValue(0.0))
    default: stack.append(.uninitialized)
    }
    return nil
  }

  private func close(_ call: ToolCall) -> Step? {
    let name = top.asText(format)
    var status = -1.0
    if let stream = outputs[name] {
      call.process.setFile(stream.descriptor, nil)
      if let child = stream.child {
        guard let ended = child.status else {
          pc -= 1
          return .wait([.queue(child.ended)])
        }
        status = Double(ended.code)
      } else {
        status = 0
      }
      outputs[name] = nil
      if let index = outputOrder.firstIndex(of: name) { outputOrder.remove(at: index) }
    }
    for kind in [60, 124] as [UInt8] {
      guard let stream = inputs[[kind] + name] else { continue }
      call.process.setFile(stream.descriptor, nil)
      if let child = stream.child {
        guard let ended = child.status else {
          pc -= 1
          return .wait([.queue(child.ended)])
        }
        status = Double(ended.code)
      } else {
        status = 0
      }
      inputs[[kind] + name] = nil
    }
    _ = pop()
    stack.append(AwkValue(status))
    return nil
  }
}
