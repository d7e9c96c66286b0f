// comm (GNU coreutils manual, section 7.4).

import SimMachine

func comm(_ call: ToolCall) -> Int32 {
  let operands = call.operands
  if operands.count < 2 {
    return call.usage(operands.isEmpty ? "missing operand" : "missing operand after \(quoted(operands[0]))")
  }
  if operands.count > 2 { return call.usage("extra operand \(quoted(operands[2]))") }
  let end: UInt8 = call.options.has("z") ? 0 : 10
  let glue = call.options.value("output-delimiter") ?? "\t"
  var files: [[ArraySlice<UInt8>]] = []
  for path in operands {
    do throws(Errno) {
      files.append(lineContents(try call.read(path), delimiter: end))
    } catch {
      call.complain("\(path): \(error.message)")
      return 1
    }
  }
  let shows = [!call.options.has("1"), !call.options.has("2"), !call.options.has("3")]
  let checks = !call.options.has("nocheck-order")
  var prefixes = ["", "", ""]
  if shows[0] { prefixes[1] = glue }
  prefixes[2] = (shows[0] ? glue : "") + (shows[1] ? glue : "")
  var counts: [Int64] = [0, 0, 0]
  var disorder = [false, false]
  func emit(_ line: ArraySlice<UInt8>, _ column: Int) {
    counts[column] += 1
    guard shows[column] else { return }
    call.print(prefixes[column])
    call.write(line)
    call.put(end)
  }
  var positions = [0, 0]
  // The order is looked at only once a line has had no partner.
  var unpaired = false
  func advance(_ file: Int) -> Bool {
    positions[file] += 1
    let at = positions[file]
    if checks, unpaired || call.options.has("check-order"), at < files[file].count,
      compareBytes(files[file][at - 1], files[file][at]) > 0, !disorder[file]
    {
      disorder[file] = true
      call.complain("file \(file + 1) is not in sorted order")
      if call.options.has("check-order") { return false }
    }
    return true
  }
  while positions[0] < files[0].count || positions[1] < files[1].count {
    let order: Int
    if positions[0] >= files[0].count {
      order = 1
    } else if positions[1] >= files[1].count {
      order = -1
    } else {
      order = compareBytes(files[0][positions[0]], files[1][positions[1]])
    }
    if order == 0 {
      emit(files[1][positions[1]], 2)
      guard advance(0), advance(1) else { return 1 }
    } else if order < 0 {
      unpaired = true
      emit(files[0][positions[0]], 0)
      guard advance(0) else { return 1 }
    } else {
      unpaired = true
      emit(files[1][positions[1]], 1)
      guard advance(1) else { return 1 }
    }
  }
  if call.options.has("total") {
    call.print("\(counts[0])\(glue)\(counts[1])\(glue)\(counts[2])\(glue)total")
    call.put(end)
  }
  if disorder[0] || disorder[1] { call.complain("input is not in sorted order") }
  return call.status
}
