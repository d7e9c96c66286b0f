// du (GNU coreutils manual, section 14.2).

import SimMachine

let diskUsageOptions = OptionTable(
  "0,null a,all apparent-size B,block-size= b,bytes c,total D,dereference-args !files0-from= H h,human-readable !inodes k L,dereference l,count-links m P S,separate-dirs si s,summarize t,threshold= !time=? !time-style= !X,exclude-from= exclude= x,one-file-system d,max-depth="
)

func diskUsage(_ call: ToolCall) -> Int32 {
  let options = call.options
  let apparent = options.has("apparent-size") || options.has("b")
  var unit: Int64 = options.has("b") ? 1 : 1024
  var human: Int64 = 0
  for option in options.list {
    switch option.id {
    case "k": (unit, human) = (1024, 0)
    case "m": (unit, human) = (1 << 20, 0)
    case "b": (unit, human) = (1, 0)
    case "h": human = 1024
    case "si": human = 1000
    case "B":
      let text = option.value ?? ""
      guard let size = sizeWithSuffix(isDigit(text.utf8.first ?? 0) ? text : "1" + text) else {
        call.complain("invalid -B argument \(quoted(text))")
        return 1
      }
      (unit, human) = (size, 0)
    default: break
    }
  }
  var depthMax = Int.max
  if let text = options.value("d") {
    guard let value = decimal(text) else {
      call.complain("invalid maximum depth \(quoted(text))")
      return call.usage(nil)
    }
    depthMax = Int(min(value, 10_000))
  }
  if options.has("s") {
    if options.has("a") { return call.usage("cannot both summarize and show all entries") }
    depthMax = 0
  }
  var seen: Set<Int64> = []
  func shown(_ bytes: Int64) -> String { human > 0 ? humanSize(bytes, base: human) : String((bytes + unit - 1) / unit) }
  func own(_ inode: Inode) -> Int64 { apparent ? inode.size : blockCount(inode) * 1024 }
  func measure(_ path: String, _ inode: Inode, _ depth: Int) -> Int64 {
    for pattern in options.values("exclude") where globMatches(pattern, lastPart(path)) { return 0 }
    if inode.links > 1, !inode.isDirectory, !options.has("l"), !seen.insert(inode.number).inserted { return 0 }
    var total = own(inode)
    if inode.isDirectory {
      guard call.files.permits(inode, 4, call.who) else {
        call.complain("cannot read directory \(shellQuoted(path)): Permission denied")
        return total
      }
      if depth < 400 {
        for name in call.shownNames(inode, path) {
          let below = joined(path, name)
          guard let child = call.inode(below, following: options.has("L")) else { continue }
          let size = measure(below, child, depth + 1)
          if !(options.has("S") && child.isDirectory) { total += size }
        }
      }
    }
    if depth <= depthMax, inode.isDirectory || options.has("a") || depth == 0 {
      call.print("\(shown(total))\t\(path)")
      call.put(options.has("0") ? 0 : 10)
    }
    return total
  }
  var grand: Int64 = 0
  for path in call.operands.isEmpty ? ["."] : call.operands {
    do throws(Errno) {
      let inode = try call.lookup(path, following: options.has("L") || options.has("D") || options.has("H"))
      grand += measure(path, inode, 0)
    } catch {
      call.complain("cannot access \(shellQuoted(path)): \(error.message)")
    }
  }
  if options.has("c") { call.printLine("\(shown(grand))\ttotal") }
  return call.status
}
