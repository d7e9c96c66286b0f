// gzip, gunzip and zcat (GNU gzip 1.12). Not modelled: `-l`, `-r`, `--rsyncable`, and the figures of `-v`, because what is written
// here is larger than what GNU gzip writes.

import SimKernel
import SimMachine

let gzipOptions = OptionTable(
  """
  a,ascii c,stdout,to-stdout d,decompress,uncompress f,force k,keep !l,list n,no-name N,name q,quiet !r,recursive \
  S,suffix= t,test !v,verbose 1,fast 2 3 4 5 6 7 8 9,best !rsyncable !synchronous !L,license !V
  """)

/// How the program is called decides what it does by default.
func gzip(_ call: ToolCall) -> Int32 {
  let name = call.process.name
  let options = call.options
  let expands = name == "gunzip" || name == "zcat" || options.has("d") || options.has("t")
  let toOutput = name == "zcat" || options.has("c")
  let suffix = options.value("S") ?? ".gz"
  var status: Int32 = 0
  func complain(_ text: String, _ code: Int32) {
    call.writeError("gzip: \(text)\n")
    if status == 0 || code == 1 { status = code }
  }
  func expanded(_ bytes: [UInt8], _ name: String) -> [UInt8]? {
    do throws(Gzip.Fault) {
      return try Gzip.expand(bytes, limit: FileSystem.fileSizeMax).data
    } catch {
      switch error {
      case .notGzip: call.writeError("\ngzip: \(name): not in gzip format\n")
      case .unexpectedEnd: call.writeError("\ngzip: \(name): unexpected end of file\n")
      case .damaged: call.writeError("\ngzip: \(name): invalid compressed data--format violated\n")
      }
      status = 1
      return nil
    }
  }
  for path in call.operands.isEmpty ? ["-"] : call.operands {
    if path == "-" {
      if expands {
        if let data = expanded(call.stdin, "stdin"), !options.has("t") { call.write(data) }
      } else {
        if call.outputIsTerminal, !options.has("f") {
          call.writeError(
            "gzip: compressed data not written to a terminal. Use -f to force compression.\nFor help, type: gzip -h\n")
          return 1
        }
        call.write(Gzip.compress(call.stdin, name: nil, time: 0))
      }
      continue
    }
    var source = path
    if expands, call.inode(source) == nil, !source.hasSuffix(suffix) { source += suffix }
    guard let inode = call.inode(source, following: toOutput || options.has("f")) else {
      complain("\(source): \(Errno.noEntry.message)", 1)
      continue
    }
    if inode.isDirectory {
      complain("\(source) is a directory -- ignored", 2)
      continue
    }
    if inode.kind == .symbolicLink {
      complain("\(source): Too many levels of symbolic links", 1)
      continue
    }
    if !toOutput, !options.has("t") {
      if expands, !source.hasSuffix(suffix) {
        complain("\(source): unknown suffix -- ignored", 2)
        continue
      }
      if !expands, source.hasSuffix(suffix), !options.has("f") {
        call.writeError("gzip: \(source) already has \(suffix) suffix -- unchanged\n")
        continue
      }
    }
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try call.read(source)
    } catch {
      complain("\(source): \(error.message)", 1)
      continue
    }
    let result: [UInt8]
    if expands {
      guard let data = expanded(bytes, source) else { continue }
      result = data
    } else {
      let plain = source.bytes.split(separator: 47).last.map { String(bytes: $0) } ?? source
      result = Gzip.compress(
        bytes, name: options.has("n") || toOutput ? nil : plain, time: call.world.clock.unixSeconds(inode.modified))
    }
    if options.has("t") { continue }
    if toOutput {
      call.write(result)
      continue
    }
    let target = expands ? String(bytes: source.bytes.dropLast(suffix.utf8.count)) : source + suffix
    if call.inode(target) != nil, !options.has("f") {
      complain("\(target) already exists;\tnot overwritten", 2)
      continue
    }
    do throws(Errno) {
      try call.files.write(target, in: call.directory, result, permissions: inode.mode, as: call.who)
      if let made = call.inode(target) {
        made.modified = inode.modified
        made.mode = inode.mode
        made.owner = inode.owner
        made.group = inode.group
      }
      if !options.has("k") { try call.files.remove(source, in: call.directory, as: call.who) }
    } catch {
      complain("\(target): \(error.message)", 1)
    }
  }
  return status
}
