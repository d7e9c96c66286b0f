// shuf (GNU coreutils manual, section 7.2): the order is that of the seed, not of the machine.

import SimKernel
import SimMachine

/// shuf (coreutils 7.2), drawn from the world's seed.
func shuffle(_ call: ToolCall) -> Int32 {
  let options = call.options
  let end: UInt8 = options.has("z") ? 0 : 10
  var items: [ArraySlice<UInt8>] = []
  if options.has("e") {
    for operand in call.operands { items.append(operand.bytes[...]) }
  } else if let range = options.value("i") {
    let bytes = range.bytes
    guard let dash = bytes.firstIndex(of: 45), let low = decimal(bytes[..<dash]),
      let high = decimal(bytes[(dash + 1)...]),
      low <= high + 1
    else {
      let bad = bytes.firstIndex(of: 45).map {
        decimal(bytes[..<$0]) == nil ? range : String(bytes: bytes[($0 + 1)...])
      }
      call.complain("invalid input range: \(quoted(bad ?? range))")
      return 1
    }
    if high - low > 4_000_000 { return call.notSimulated("shuf -i of more than four million numbers") }
    if low <= high { for value in low...high { items.append(String(value).bytes[...]) } }
  } else {
    if call.operands.count > 1 { return call.usage("extra operand \(quoted(call.operands[1]))") }
    do throws(Errno) {
      items = lineContents(try call.read(call.operands.first ?? "-"), delimiter: end)
    } catch {
      call.complain("\(call.operands.first ?? "-"): \(error.message)")
      return 1
    }
  }
  var count = items.count
  if let text = options.value("n") {
    guard let value = decimal(text) else {
      call.complain("invalid line count: \(quoted(text))")
      return 1
    }
    count = Int(min(value, Int64(options.has("r") ? Int64(Int32.max) : Int64(items.count))))
  } else if options.has("r") {
    return call.notSimulated("shuf -r without -n")
  }
  func draw(_ bound: Int) -> Int { call.world.random.below(bound) }
  if options.has("r") {
    guard !items.isEmpty else {
      call.complain("no lines to repeat")
      return 1
    }
    for _ in 0..<count {
      call.write(items[draw(items.count)])
      call.put(end)
    }
    return 0
  }
  if count > 0 {
    for index in 0..<min(count, items.count) {
      items.swapAt(index, index + draw(items.count - index))
      call.write(items[index])
      call.put(end)
    }
  }
  return call.status
}
