// getline in its forms, print and printf with their redirections, and the formatting of sprintf.

import SimMachine

extension Awk {
  func getline(_ kind: UInt8, _ target: AwkTarget?, _ call: ToolCall) -> Step? {
    let reading: Reading
    if kind == 0 {
      reading = nextRecord(call)
    } else {
      let name = top.asText(format)
      let key = [kind] + name
      if inputs[key] == nil {
        let descriptor = nextDescriptor
        nextDescriptor += 1
        if kind == 60 {
          let path = String(bytes: name)
          let file = path == "-" ? call.process.file(0) : try? openForReading(path, call.process)
          guard let file else {
            _ = pop()
            return finishGetline(nil, -1, target)
          }
          call.process.setFile(descriptor, file)
          inputs[key] = Stream(
            reader: AwkReader(file, interactive: file.isTerminal, call.process), descriptor: descriptor, child: nil)
        } else {
          call.flush()
          let pipe = Pipe()
          call.process.setFile(descriptor, pipe.reader)
          var files = standardFiles(call.process)
          files[1] = pipe.writer
          let child = try? launch(["sh", "-c", String(bytes: name)], from: call.process, files: files)
          guard let child else {
            _ = pop()
            return finishGetline(nil, -1, target)
          }
          inputs[key] = Stream(
            reader: AwkReader(pipe.reader, interactive: false, call.process), descriptor: descriptor, child: child)
        }
      }
      guard let reader = inputs[key]?.reader else { return nil }
      switch reader.next(separator()) {
      case .record(let bytes): reading = .record(bytes)
      case .wait(let waits): reading = .wait(waits)
      case .end: reading = .end
      }
    }
    switch reading {
    case .wait(let waits):
      // The instruction is done again when there is something to read.
      pc -= 1
      call.settleBeforeWaiting()
      return .wait(waits)
    case .record(let bytes):
      if kind != 0 { _ = pop() }
      if kind == 0 {
        bump(Slot.nr)
        bump(Slot.fnr)
      } else if kind == 124 {
        bump(Slot.nr)
      }
      return finishGetline(bytes, 1, target)
    case .end:
      if kind != 0 { _ = pop() }
      return finishGetline(nil, 0, target)
    case .failed:
      failure = 2
      return nil
    }
  }

  private func finishGetline(_ bytes: [UInt8]?, _ status: Double, _ target: AwkTarget?) -> Step? {
    if target != nil {
      stack.append(AwkValue(input: bytes ?? []))
    } else if let bytes {
      setRecord(bytes)
    }
    stack.append(AwkValue(status))
    return nil
  }

  func print(_ count: Int, _ formatted: Bool, _ redirection: UInt8, _ call: ToolCall) -> Step? {
    let name = redirection == 0 ? nil : pop().asText(format)
    var out: [UInt8] = []
    let values = Array(stack.suffix(count))
    stack.removeLast(count)
    if formatted {
      guard let first = values.first else { return nil }
      out = sprintf(first.asText(format), values.dropFirst(), "printf")
    } else {
      if values.isEmpty {
        rebuild()
        out = record
      } else {
        let glue = globals[Slot.ofs].asText(format)
        let shown = globals[Slot.ofmt].text
        for (index, value) in values.enumerated() {
          if index > 0 { out += glue }
          out += value.asText(shown)
        }
      }
      out += globals[Slot.ors].asText(format)
    }
    guard let name else {
      call.write(out)
      return nil
    }
    let path = String(bytes: name)
    if redirection != 124 {
      if path == "/dev/stdout" || path == "-" {
        call.write(out)
        return nil
      }
      if path == "/dev/stderr" {
        call.writeError("")
        call.process.write(2, out)
        return nil
      }
    }
    if outputs[name] == nil {
      let descriptor = nextDescriptor
      nextDescriptor += 1
      if redirection == 124 {
        call.flush()
        let pipe = Pipe()
        call.process.setFile(descriptor, pipe.writer)
        var files = standardFiles(call.process)
        files[0] = pipe.reader
        guard let child = try? launch(["sh", "-c", path], from: call.process, files: files) else {
          fatal("cannot open \"\(path)\" for output")
          return nil
        }
        outputs[name] = Stream(reader: nil, descriptor: descriptor, child: child)
      } else {
        do throws(Errno) {
          call.process.setFile(descriptor, try call.openForWriting(path, append: redirection == 1))
          outputs[name] = Stream(reader: nil, descriptor: descriptor, child: nil)
          outputs[name]?.file = call.process.file(descriptor) as? RegularFile
        } catch {
          fatal("cannot open \"\(path)\" for output")
          return nil
        }
      }
      outputOrder.append(name)
    }
    if let stream = outputs[name] {
      if let file = stream.file { _ = file.write(out[...]) } else { call.process.write(stream.descriptor, out) }
    }
    return nil
  }

  func sprintf(
    _ template: [UInt8], _ given: ArraySlice<AwkValue>, _ name: String = "sprintf"
  ) -> [UInt8] {
    var values = given
    var number = 0
    var lacks = false
    var out: [UInt8] = []
    var i = 0
    while i < template.count {
      guard template[i] == 37 else {
        out.append(template[i])
        i += 1
        continue
      }
      if i + 1 < template.count, template[i + 1] == 37 {
        out.append(37)
        i += 2
        continue
      }
      guard var directive = PrintfDirective.read(template, &i) else {
        out += directiveRest(template)
        break
      }
      func next() -> AwkValue {
        guard let value = values.popFirst() else {
          lacks = true
          return .uninitialized
        }
        return value
      }
      if directive.widthFromArgument {
        let width = next().asInt
        directive.format.minus = directive.format.minus || width < 0
        directive.format.width = min(PrintfDirective.widthMax, Int(clamping: width.magnitude))
      }
      number += 1
      if directive.precisionFromArgument { directive.format.precision = min(PrintfDirective.widthMax, next().asInt) }
      if directive.isTooWide {
        call?.process.account.reach("output limit reached: awk is asked for a field that wide")
        return out
      }
      if values.isEmpty { lacks = true }
      if lacks {
        fatal("not enough arguments passed to \(name)(\"\(String(bytes: template))\")")
        return out
      }
      switch directive.conversion {
      case 111, 120, 88, 117:
        let value = next().asNumber
        let whole = value.isNaN || value < 0 ? 0 : Int64(min(4_294_967_295, value))
        out += formatInteger(whole, directive.conversion, directive.format).utf8
      case 100, 105:
        let value = next().asNumber
        let whole: Int64 =
          value.isNaN ? -2_147_483_648 : Int64(max(-2_147_483_647, min(2_147_483_647, value)))
        out += formatInteger(whole, directive.conversion, directive.format).utf8
      case 101, 69, 102, 70, 103, 71:
        out += formatDouble(next().asNumber, directive.conversion, directive.format).utf8
      case 99:
        let value = next()
        let bytes: [UInt8]
        if value.kind == .string {
          bytes = Array(value.text.prefix(1))
        } else {
          bytes = [UInt8(truncatingIfNeeded: value.asInt)]
        }
        out += formatText(bytes[...], directive.format)
      case 115: out += formatText(next().asText(format)[...], directive.format)
      default:
        fatal("improper conversion(number \(number)) in \(name)(\"\(String(bytes: template))\")")
        return out
      }
    }
    return out
  }
  private func directiveRest(_ template: [UInt8]) -> ArraySlice<UInt8> {
    template[(template.lastIndex(of: 37) ?? 0)...]
  }
}
