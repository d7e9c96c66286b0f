// md5sum, sha1sum, sha224sum … sha512sum with --check, and cksum (GNU coreutils manual, chapter 6).

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
          if call.options.has("tag") {
            call.print("\(marks ? "\\" : "")\(tag) (\(String(bytes: name))) = \(text)")
          } else {
            call.print("\(marks ? "\\" : "")\(text) \(call.options.has("b") ? "*" : " ")\(String(bytes: name))")
          }
          call.put(call.options.has("z") ? 0 : 10)
        } catch {
          call.complain("\(path): \(error.message)")
        }
      }
      return call.status
    })
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

func checksum(_ call: ToolCall) -> Int32 {
  if call.options.has("a") { return call.notSimulated("cksum -a") }
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
