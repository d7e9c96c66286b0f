// cmp (GNU diffutils 3.10).

import SimMachine

let cmpOptions = OptionTable(
  "s,quiet,silent l,verbose b,print-bytes n,bytes= i,ignore-initial= !v,version", usageCode: 2, namesItself: true)

private func visible(_ byte: UInt8) -> String {
  var text: [UInt8] = []
  var low = byte
  if low >= 128 {
    text += [77, 45]
    low -= 128
  }
  if low < 32 { text += [94, low + 64] } else if low == 127 { text += [94, 63] } else { text.append(low) }
  return String(bytes: text)
}

func compareFiles(_ call: ToolCall) -> Int32 {
  func misuse(_ text: String) -> Int32 {
    call.writeError("cmp: \(text)\ncmp: Try 'cmp --help' for more information.\n")
    return 2
  }
  let operands = call.operands
  guard let first = operands.first else { return misuse("missing operand after 'cmp'") }
  let second = operands.count > 1 ? operands[1] : "-"
  var skips: [Int64] = [0, 0]
  let given = call.options.value("i").map { $0.split(separator: ":" as Character) } ?? []
  for (index, part) in (given.map { String($0) } + operands.dropFirst(2)).enumerated() where index < 2 {
    guard let size = sizeWithSuffix(part) else { return misuse("invalid --ignore-initial value '\(part)'") }
    skips[index] = size
    if index == 0, given.count == 1 { skips[1] = size }
  }
  if operands.count > 4 { return misuse("extra operand '\(operands[4])'") }
  var files: [[UInt8]] = []
  for (index, path) in [first, second].enumerated() {
    do throws(Errno) {
      var bytes = try call.read(path)
      bytes.removeFirst(Int(min(skips[index], Int64(bytes.count))))
      if let text = call.options.value("n") {
        guard let count = sizeWithSuffix(text) else { return misuse("invalid --bytes value '\(text)'") }
        bytes = Array(bytes.prefix(Int(min(count, Int64(bytes.count)))))
      }
      files.append(bytes)
    } catch {
      call.complain("\(path): \(error.message)", status: 2)
      return 2
    }
  }
  let (a, b) = (files[0], files[1])
  if a == b { return 0 }
  if call.options.has("s") { return 1 }
  let shared = min(a.count, b.count)
  var line = 1
  // Where a file may grow without end, there must be room for any number.
  var digits = String(max(a.count, b.count)).utf8.count
  for path in [first, second] where path == "-" || call.gathered[path] != nil { digits = 19 }
  var differs = false
  for index in 0..<shared {
    if a[index] != b[index] {
      differs = true
      let left = String(a[index], radix: 8).paddedLeft(3)
      let right = String(b[index], radix: 8).paddedLeft(3)
      if call.options.has("l") {
        if call.options.has("b") {
          call.printLine(
            "\(String(index + 1).paddedLeft(digits)) \(left) \(visible(a[index]).paddedRight(4)) \(right) \(visible(b[index]))"
          )
        } else {
          call.printLine("\(String(index + 1).paddedLeft(digits)) \(left) \(right)")
        }
      } else {
        let unit = call.flavour == .busybox ? "char" : "byte"
        let place = "\(first) \(second) differ: \(unit) \(index + 1), line \(line)"
        call.printLine(
          call.options.has("b") ? "\(place) is \(left) \(visible(a[index])) \(right) \(visible(b[index]))" : place)
        return 1
      }
    }
    if a[index] == 10 { line += 1 }
  }
  if a.count != b.count {
    let shorter = a.count < b.count ? first : second
    let lines = line - 1
    let end = (a.count < b.count ? a : b).last
    if shared == 0 {
      call.writeError("cmp: EOF on \(shorter) which is empty\n")
    } else if call.options.has("l") {
      call.writeError("cmp: EOF on \(shorter) after byte \(shared)\n")
    } else {
      let place = end == 10 ? "line \(lines)" : "in line \(lines + 1)"
      call.writeError("cmp: EOF on \(shorter) after byte \(shared), \(place)\n")
    }
    differs = true
  }
  return differs ? 1 : 0
}
