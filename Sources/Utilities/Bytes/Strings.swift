// strings (binutils 2.42), envsubst (gettext 0.21), and less and more where they are not on a terminal.

import SimMachine

let stringsOptions = OptionTable(
  "a,all d,data f,print-file-name n,bytes= o t,radix= w,include-all-whitespace !e,encoding= !s,output-separator= !T,target= !U,unicode= !v,version"
)

func printableStrings(_ call: ToolCall) -> Int32 {
  var least = 4
  if let text = call.options.value("n") {
    guard let value = decimal(text), value > 0 else {
      call.writeError(
        "strings: \(decimal(text) == 0 ? "minimum string length is too small" : "invalid integer argument"): \(text)\n")
      return 1
    }
    least = Int(min(value, 1 << 20))
  }
  let radix = call.options.has("o") ? "o" : call.options.value("t")
  for path in call.operands.isEmpty ? ["-"] : call.operands {
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try call.read(path)
    } catch {
      if error == .isDirectory {
        call.writeError("strings: Warning: '\(path)' is a directory\n")
      } else {
        call.writeError("strings: '\(path)': No such file\n")
      }
      call.status = 1
      continue
    }
    var start = 0
    for index in 0...bytes.count {
      if index < bytes.count {
        let byte = bytes[index]
        if byte >= 32 && byte < 127 || byte == 9 || (call.options.has("w") && isSpace(byte)) { continue }
      }
      if index - start >= least {
        if call.options.has("f") { call.print("\(path): ") }
        if let radix {
          let base = radix == "x" ? 16 : radix == "d" ? 10 : 8
          call.print(String(start, radix: base).paddedLeft(7) + " ")
        }
        call.write(bytes[start..<index])
        call.put(10)
      }
      start = index + 1
    }
  }
  return call.status
}

// MARK: envsubst

let envsubstOptions = OptionTable("v,variables !h !V")

/// The references in a text: where they are and the names they mean.
private func references(_ text: [UInt8]) -> [(range: Range<Int>, name: String)] {
  var found: [(range: Range<Int>, name: String)] = []
  var i = 0
  while i < text.count {
    guard text[i] == 36 else {
      i += 1
      continue
    }
    let start = i
    i += 1
    let isBraced = i < text.count && text[i] == 123
    if isBraced { i += 1 }
    let nameStart = i
    if i < text.count, isAlpha(text[i]) || text[i] == 95 {
      while i < text.count, isAlphanumeric(text[i]) || text[i] == 95 { i += 1 }
    }
    guard i > nameStart else { continue }
    let name = String(bytes: text[nameStart..<i])
    if isBraced {
      guard i < text.count, text[i] == 125 else { continue }
      i += 1
    }
    found.append((start..<i, name))
  }
  return found
}

func substituteEnvironment(_ call: ToolCall) -> Int32 {
  if call.options.has("v") {
    guard let format = call.operands.first else {
      call.writeError("envsubst: missing arguments\n")
      return 1
    }
    for reference in references(format.bytes) { call.printLine(reference.name) }
    return 0
  }
  if call.operands.count > 1 {
    call.writeError("envsubst: too many arguments\n")
    return 1
  }
  var allowed: Set<String>?
  if let format = call.operands.first {
    var names: Set<String> = []
    for reference in references(format.bytes) { names.insert(reference.name) }
    allowed = names
  }
  let text = call.stdin
  var at = 0
  for reference in references(text) {
    if let allowed, !allowed.contains(reference.name) { continue }
    call.write(text[at..<reference.range.lowerBound])
    call.print(call.environment(reference.name) ?? "")
    at = reference.range.upperBound
  }
  call.write(text[at...])
  return 0
}

// MARK: Pagers

let lessOptions = OptionTable("e E f F i I M m n N r R s S X q Q K w W p= P= x= z=")

/// Where output is no terminal, a pager passes everything through.
func page(_ call: ToolCall) -> Int32 {
  if call.outputIsTerminal { return call.notSimulated("\(call.name) on a terminal") }
  let isMore = call.name.utf8.first == 109
  let paths = call.operands.isEmpty ? ["-"] : call.operands
  for path in paths {
    do throws(Errno) {
      if path != "-", call.isDirectory(path) {
        if isMore {
          call.writeError("\n*** \(path): directory ***\n\n")
        } else {
          call.printLine("\(path) is a directory")
        }
        continue
      }
      let bytes = try call.read(path)
      if isMore, path != "-" { call.print("::::::::::::::\n\(path)\n::::::::::::::\n") }
      call.write(bytes)
    } catch {
      if isMore {
        call.writeError("more: cannot open \(path): \(error.message)\n")
      } else {
        call.printLine("\(path): \(error.message)")
      }
    }
  }
  return call.status
}
