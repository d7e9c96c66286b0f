// md5sum, sha1sum, sha224sum … sha512sum and b2sum with --check, cksum and sum (GNU coreutils manual, chapter 6).

import SimKernel
import SimMachine

func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var out: [UInt8] = []
  for byte in bytes { out += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
  return String(bytes: out)
}

let digestOptions = OptionTable(
  "b,binary c,check tag t,text z,zero ignore-missing quiet status strict w,warn")

/// md5sum and its family.
func digestTool(_ name: String, _ tag: String, _ digest: @escaping ([UInt8]) -> [UInt8]) -> Registration {
  Registration(
    Tool(name, digestOptions, readsInput: inputWhenNoFiles) { call in
      if call.options.has("c") { return checkDigests(call, tag, digest) }
      printDigests(call, tag, isTagged: call.options.has("tag"), digest)
      return call.status
    })
}

private func printDigests(_ call: ToolCall, _ tag: String, isTagged: Bool, _ digest: ([UInt8]) -> [UInt8]) {
  for path in call.operands.isEmpty ? ["-"] : call.operands {
    do throws(Errno) {
      let text = hexadecimal(digest(try call.read(path)))
      // A name with a backslash or a newline is escaped, and the line is marked.
      var name: [UInt8] = []
      var marks = false
      for byte in path.utf8 {
        if byte == 92 || byte == 10 {
          marks = true
          name += byte == 92 ? [92, 92] : [92, 110]
        } else {
          name.append(byte)
        }
      }
      if isTagged {
        call.print("\(marks ? "\\" : "")\(tag) (\(String(bytes: name))) = \(text)")
      } else {
        call.print("\(marks ? "\\" : "")\(text) \(call.options.has("b") ? "*" : " ")\(String(bytes: name))")
      }
      call.put(call.options.has("z") ? 0 : 10)
    } catch {
      call.complain("\(path): \(error.message)")
    }
  }
}

private func checkDigests(_ call: ToolCall, _ tag: String, _ digest: ([UInt8]) -> [UInt8]) -> Int32 {
  let quiet = call.options.has("quiet") || call.options.has("status")
  let silent = call.options.has("status")
  for path in call.operands.isEmpty ? ["-"] : call.operands {
    let list: [UInt8]
    do throws(Errno) {
      list = try call.read(path)
    } catch {
      call.complain("\(path): \(error.message)")
      continue
    }
    var wrong = 0
    var unreadable = 0
    var malformed = 0
    var good = 0
    var checked = 0
    let size = digest([]).count * 2
    for line in lineContents(list) {
      var hash: [UInt8] = []
      var name = ""
      let text = String(bytes: line)
      if text.hasPrefix(tag + " ("), let close = line.lastIndex(of: 41) {
        name = String(bytes: line[(line.startIndex + tag.utf8.count + 2)..<close])
        hash = Array(line[(close + 1)...].drop { $0 == 32 || $0 == 61 })
      } else if line.count > size + 2 {
        hash = Array(line.prefix(size))
        let rest = line.dropFirst(size)
        if rest[rest.startIndex] == 32, [32, 42].contains(rest[rest.startIndex + 1]) {
          name = String(bytes: rest.dropFirst(2))
        } else if rest[rest.startIndex] == 32 {
          name = String(bytes: rest.dropFirst(1))
        }
      }
      var valid = hash.count == size && !name.isEmpty
      for byte in hash where hexValue(byte) == nil { valid = false }
      guard valid else {
        malformed += 1
        continue
      }
      checked += 1
      do throws(Errno) {
        let actual = hexadecimal(digest(try call.read(name)))
        var wanted: [UInt8] = []
        for byte in hash { wanted.append(lowercased(byte)) }
        if actual.bytes == wanted {
          good += 1
          if !quiet { call.printLine("\(name): OK") }
        } else {
          wrong += 1
          if !silent { call.printLine("\(name): FAILED") }
        }
      } catch {
        if call.options.has("ignore-missing"), error == .noEntry { continue }
        unreadable += 1
        call.complain("\(name): \(error.message)")
        if !silent { call.printLine("\(name): FAILED open or read") }
      }
    }
    if checked == 0 {
      call.complain("\(path == "-" ? "'standard input'" : path): no properly formatted checksum lines found")
      continue
    }
    func plural(_ count: Int, _ one: String, _ many: String) -> String { "\(count) \(count == 1 ? one : many)" }
    if !silent {
      if malformed > 0 {
        call.complain(
          "WARNING: \(plural(malformed, "line is", "lines are")) improperly formatted",
          status: call.options.has("strict") ? 1 : 0)
      }
      if unreadable > 0 {
        call.complain("WARNING: \(plural(unreadable, "listed file", "listed files")) could not be read")
      }
      if wrong > 0 {
        call.complain("WARNING: \(plural(wrong, "computed checksum", "computed checksums")) did NOT match")
      }
    }
    if wrong > 0 || unreadable > 0 { call.status = 1 }
    if call.options.has("ignore-missing"), good + wrong == 0 {
      call.complain("\(path): no file was verified")
    }
  }
  return call.status
}

/// b2sum: digests of a length of one's own.
func blake2Sum(_ call: ToolCall) -> Int32 {
  guard let (tag, digest) = blake2(call) else { return 1 }
  if call.options.has("c") { return checkDigests(call, tag, digest) }
  printDigests(call, tag, isTagged: call.options.has("tag"), digest)
  return call.status
}

/// BLAKE2b with the length that `-l` asks for, and its name; nil when that is wrong, which has been said.
private func blake2(_ call: ToolCall) -> (tag: String, digest: ([UInt8]) -> [UInt8])? {
  var bits: Int64 = 512
  if let text = call.options.value("l") {
    guard let value = decimal(text), value <= 512, value % 8 == 0 else {
      call.complain("invalid length: \(quoted(text))")
      if let value = decimal(text) {
        call.complain(
          value > 512 ? "maximum digest length for ‘BLAKE2b’ is 512 bits" : "length is not a multiple of 8")
      }
      return nil
    }
    if value > 0 { bits = value }
  }
  let count = Int(bits / 8)
  return (bits == 512 ? "BLAKE2b" : "BLAKE2b-\(bits)", { Blake2b.digest($0, count: count) })
}

private let checksumAlgorithms = [
  "bsd", "sysv", "crc", "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "sm3",
]

func checksum(_ call: ToolCall) -> Int32 {
  let name = call.options.value("a")
  if let name, !checksumAlgorithms.contains(name) {
    call.complain("invalid argument \(quoted(name)) for ‘--algorithm’")
    call.writeError("Valid arguments are:\n")
    for known in checksumAlgorithms { call.writeError("  - ‘\(known)’\n") }
    return call.usage(nil)
  }
  var chosen: (tag: String, digest: ([UInt8]) -> [UInt8])?
  switch name {
  case "md5": chosen = ("MD5", { Digest.md5($0) })
  case "sha1": chosen = ("SHA1", { Digest.sha1($0) })
  case "sha224": chosen = ("SHA224", { SHA2.sha224.digest($0) })
  case "sha256": chosen = ("SHA256", { SHA2.sha256.digest($0) })
  case "sha384": chosen = ("SHA384", { SHA2.sha384.digest($0) })
  case "sha512": chosen = ("SHA512", { SHA2.sha512.digest($0) })
  case "blake2b":
    guard let blake = blake2(call) else { return 1 }
    chosen = blake
  case "sm3": return call.notSimulated("cksum -a sm3")
  default: break
  }
  if let (tag, digest) = chosen {
    if call.options.has("c") { return checkDigests(call, tag, digest) }
    printDigests(call, tag, isTagged: !call.options.has("untagged"), digest)
    return call.status
  }
  if call.options.has("c") {
    guard let name else { return call.notSimulated("cksum -c without an algorithm") }
    call.complain("--check is not supported with --algorithm={bsd,sysv,crc}")
    return name.isEmpty ? 1 : call.status
  }
  if name == "bsd" || name == "sysv" { return sums(call, isSystemV: name == "sysv") }
  for path in call.operands.isEmpty ? ["-"] : call.operands {
    do throws(Errno) {
      let bytes = try call.read(path)
      call.printLine("\(Digest.crc(bytes)) \(bytes.count)\(call.operands.isEmpty ? "" : " " + path)")
    } catch {
      call.complain("\(path): \(error.message)")
    }
  }
  return call.status
}

/// sum: the checksums of BSD and of System V.
func sumTool(_ call: ToolCall) -> Int32 { sums(call, isSystemV: call.options.last(of: ["r", "s"]) == "s") }

private func sums(_ call: ToolCall, isSystemV: Bool) -> Int32 {
  for path in call.operands.isEmpty ? ["-"] : call.operands {
    do throws(Errno) {
      let bytes = try call.read(path)
      let suffix = call.operands.isEmpty ? "" : " " + path
      if isSystemV {
        var sum: UInt32 = 0
        for byte in bytes { sum = sum &+ UInt32(byte) }
        let once = (sum & 0xffff) + (sum >> 16)
        call.printLine("\((once & 0xffff) + (once >> 16)) \((bytes.count + 511) / 512)\(suffix)")
      } else {
        var sum: UInt32 = 0
        for byte in bytes { sum = ((sum >> 1) + ((sum & 1) << 15) + UInt32(byte)) & 0xffff }
        call.printLine("\(padded(Int64(sum), 5)) \(String((bytes.count + 1023) / 1024).paddedLeft(5))\(suffix)")
      }
    } catch {
      call.complain("\(path): \(error.message)")
    }
  }
  return call.status
}
