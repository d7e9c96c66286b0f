// read and mapfile: builtins that wait for input.

import ShellSyntax
import SimKernel
import SimMachine

final class ReadFrame: Frame {
  var names: [String] = []
  var array: String?
  var raw = false
  var prompt: String?
  var count: Int?
  var exact = false
  var delimiter: UInt8 = 10
  var descriptor = 0
  /// `-u` says which descriptor.
  var wasNamed = false
  var silent = false
  var timeout: Interval?
  private var deadline: Instant?
  private var bytes: [UInt8] = []
  private var characters = 0
  private var turns = 0
  /// Which bytes were escaped by a backslash.
  private var escaped: [Bool] = []
  private var afterBackslash = false
  /// The first bytes of a character of several.
  private var unfinished: [UInt8] = []
  private var started = false
  private var terminalState: (canonical: Bool, echo: Bool)?

  override func step(_ shell: ShellProgram) -> Flow {
    guard let file = shell.process.file(descriptor) else {
      if shell.flavour == .bash {
        shell.complain(
          wasNamed
            ? "\(descriptor): invalid file descriptor: Bad file descriptor"
            : "read error: \(descriptor): Bad file descriptor", builtin: true)
      }
      shell.pop()
      shell.status = 1
      return .go
    }
    if !started {
      started = true
      if let timeout { deadline = shell.world.now + timeout }
      if let terminal = file.terminal {
        terminalState = (terminal.isCanonical, terminal.echoes)
        if silent { terminal.echoes = false }
        if count != nil || delimiter != 10 { terminal.isCanonical = false }
        if let prompt {
          shell.writeError(prompt)
          return .yield
        }
      }
    }
    if let timeout, timeout == .zero {
      // `read -t 0` asks whether input is there.
      let ready: Bool
      if let regular = file as? RegularFile {
        ready = regular.offset <= regular.inode.bytes.count
      } else {
        ready = !(file is PipeReader)
      }
      return end(shell, ready ? 0 : 1)
    }
    while true {
      if let count, characters >= count, isWhole { return finish(shell, 0) }
      if let regular = file as? RegularFile, count == nil {
        let content = regular.inode.bytes
        if regular.offset < content.count {
          // Take the line at once.
          let from = regular.offset
          var end = from
          while end < content.count, content[end] != delimiter, raw || content[end] != 92 {
            let length = RawText.characterLength(content, end)
            if length == 0 { break }
            end += length
          }
          if end > from, !afterBackslash, unfinished.isEmpty, case .bytes(let piece) = regular.read(end - from) {
            bytes.append(contentsOf: piece)
            escaped.append(contentsOf: [Bool](repeating: false, count: piece.count))
            continue
          }
        }
      }
      if bytes.count > FileSystem.fileSizeMax {
        shell.process.account.reach("memory limit reached: read is given a line that does not end")
        return .yield
      }
      turns += 1
      if turns & 1_023 == 0 {
        shell.spend(256)
        if shell.process.account.limitReached != nil { return .yield }
      }
      switch file.read(1) {
      case .bytes(let piece):
        guard let byte = piece.first else { return finish(shell, 1) }
        if !unfinished.isEmpty {
          // Whatever follows the beginning of a character is taken with it, be it the end of the line.
          unfinished.append(byte)
          bytes.append(byte)
          escaped.append(false)
          if !isUnfinished { unfinished = [] }
          continue
        }
        if byte >= 0x80, !shell.countsBytes {
          unfinished = [byte]
          if !isUnfinished { unfinished = [] }
        }
        if byte == delimiter, !afterBackslash, !exact { return finish(shell, 0) }
        take(byte)
      case .wouldBlock:
        var waits: [Wait] = [.queue(file.readable)]
        if let deadline {
          if shell.world.now >= deadline { return finish(shell, 142) }
          waits.append(.until(deadline, .activity))
        }
        return .wait(waits)
      case .endOfFile:
        return finish(shell, 1)
      case .failed(let error):
        shell.complain("read error: \(descriptor): \(error.message)", builtin: true)
        return finish(shell, 1)
      }
    }
  }

  /// Whether more bytes are needed to know which character `unfinished` is.
  private var isUnfinished: Bool {
    guard let lead = unfinished.first, lead >= 0xc2, lead <= 0xf4 else { return false }
    guard unfinished.count < (lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2) else { return false }
    for byte in unfinished.dropFirst() where byte & 0xc0 != 0x80 { return false }
    return true
  }

  private var isWhole: Bool {
    // Not in the middle of a character of several bytes.
    guard let last = bytes.lastIndex(where: { $0 & 0xc0 != 0x80 }) else { return true }
    let lead = bytes[last]
    let length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1
    return bytes.count - last >= length
  }

  private func take(_ byte: UInt8) {
    if byte == 0 { return }
    if byte & 0xc0 != 0x80, afterBackslash ? byte != 10 : byte != 92 || raw { characters += 1 }
    if afterBackslash {
      afterBackslash = false
      if byte == 10 { return }
      bytes.append(byte)
      escaped.append(true)
      return
    }
    if byte == 92, !raw {
      afterBackslash = true
      return
    }
    bytes.append(byte)
    escaped.append(false)
  }

  private func end(_ shell: ShellProgram, _ code: Int32) -> Flow {
    if let terminalState, let terminal = shell.process.file(descriptor)?.terminal {
      terminal.isCanonical = terminalState.canonical
      terminal.echoes = terminalState.echo
    }
    shell.pop()
    shell.status = code
    return .go
  }

  private func finish(_ shell: ShellProgram, _ code: Int32) -> Flow {
    do throws(Abort) {
      try store(shell)
    } catch {
      return end(shell, 1)
    }
    return end(shell, code)
  }

  private func store(_ shell: ShellProgram) throws(Abort) {
    let separators = shell.fieldSeparators
    if let array {
      try shell.setArray(array, split(separators, most: .max))
      return
    }
    if names.isEmpty {
      try shell.assign("REPLY", String(raw: bytes))
      return
    }
    if exact {
      try put(shell, names[0], String(raw: bytes))
      for name in names.dropFirst() { try put(shell, name, "") }
      return
    }
    let fields = split(separators, most: names.count)
    for (i, name) in names.enumerated() { try put(shell, name, i < fields.count ? fields[i] : "") }
  }

  private func put(_ shell: ShellProgram, _ name: String, _ value: String) throws(Abort) {
    if let (base, index) = shell.splitSubscript(name) {
      try shell.assignElement(base, index, value)
    } else {
      try shell.assign(name, value)
    }
  }

  /// Splits the line; the last field takes what is left, without trailing white space of IFS.
  private func split(_ separators: [UInt8], most: Int) -> [String] {
    func isBlank(_ i: Int) -> Bool {
      !escaped[i] && (bytes[i] == 32 || bytes[i] == 9 || bytes[i] == 10) && separators.contains(bytes[i])
    }
    func isSeparator(_ i: Int) -> Bool { !escaped[i] && separators.contains(bytes[i]) }
    var result: [String] = []
    var i = 0
    while i < bytes.count, isBlank(i) { i += 1 }
    while i < bytes.count {
      if result.count == most - 1 {
        var end = bytes.count
        while end > i, isBlank(end - 1) { end -= 1 }
        // One separator at the very end belongs to no field.
        if end > i, isSeparator(end - 1), !isBlank(end - 1) {
          var k = i
          var others = false
          while k < end - 1 {
            if isSeparator(k), !isBlank(k) { others = true }
            k += 1
          }
          if !others {
            end -= 1
            while end > i, isBlank(end - 1) { end -= 1 }
          }
        }
        result.append(String(raw: bytes[i..<end]))
        return result
      }
      var end = i
      while end < bytes.count, !isSeparator(end) { end += 1 }
      result.append(String(raw: bytes[i..<end]))
      i = end
      while i < bytes.count, isBlank(i) { i += 1 }
      if i < bytes.count, isSeparator(i) {
        i += 1
        while i < bytes.count, isBlank(i) { i += 1 }
      }
    }
    return result
  }
}

final class MapfileFrame: Frame {
  var array = "MAPFILE"
  var trims = false
  var delimiter: UInt8 = 10
  var most = 0
  var skip = 0
  var origin: Int64?
  var descriptor = 0
  /// A command that is run for every `quantum` lines, with the index and the line.
  var callback: String?
  var quantum: Int64 = 5_000
  private var lines: [String] = []
  private var current: [UInt8] = []
  private var storing = false
  private var stored: Int64 = 0
  private var called = false

  override func step(_ shell: ShellProgram) -> Flow {
    if storing { return storeNext(shell) }
    guard let file = shell.process.file(descriptor) else {
      shell.complain("\(descriptor): invalid file descriptor: Bad file descriptor", builtin: true)
      shell.pop()
      shell.status = 1
      return .go
    }
    while true {
      if most > 0, lines.count >= most + skip { return finish(shell) }
      switch file.read(most > 0 ? 1 : 65_536) {
      case .bytes(let bytes):
        for byte in bytes {
          if byte == delimiter {
            if !trims { current.append(byte) }
            lines.append(String(raw: current))
            current = []
          } else {
            current.append(byte)
          }
        }
        if lines.count > 1_000_000 {
          shell.process.account.reach("memory limit reached: mapfile is given more lines than it can hold")
          return .yield
        }
      case .wouldBlock: return .wait([.queue(file.readable)])
      case .endOfFile, .failed:
        if !current.isEmpty { lines.append(String(raw: current)) }
        return finish(shell)
      }
    }
  }

  /// One line after the other, so that the callback sees those before it.
  private func storeNext(_ shell: ShellProgram) -> Flow {
    let wanted = Array(lines.dropFirst(skip))
    guard stored < Int64(wanted.count) else {
      shell.pop()
      shell.status = 0
      return .go
    }
    let index = (origin ?? 0) + stored
    let line = wanted[Int(stored)]
    if let callback, (stored + 1) % quantum == 0, !called {
      called = true
      let text = "\(callback) \(index) \(singleQuoted(line))"
      shell.push(ScriptFrame(Array(text.utf8), kind: .eval, firstLine: shell.state.line))
      return .go
    }
    called = false
    stored += 1
    do throws(Abort) {
      try shell.assignElement(array, String(index), line)
    } catch {
      shell.pop()
      shell.status = 1
    }
    return .go
  }

  private func finish(_ shell: ShellProgram) -> Flow {
    if callback != nil {
      storing = true
      do throws(Abort) {
        if origin == nil { try shell.setArray(array, []) }
        return .go
      } catch {
        shell.pop()
        shell.status = 1
        return .go
      }
    }
    shell.pop()
    shell.status = 0
    do throws(Abort) {
      if let origin {
        var next = origin
        for line in lines.dropFirst(skip) {
          try shell.assignElement(array, String(next), line)
          next += 1
        }
      } else {
        try shell.setArray(array, Array(lines.dropFirst(skip)))
      }
    } catch {
      shell.status = 1
    }
    return .go
  }
}

extension ShellProgram {
  func read(_ words: [String]) throws(Abort) -> Outcome {
    let frame = ReadFrame()
    var index = 0
    func value(_ word: String, _ at: Int) -> String? {
      let bytes = Array(word.utf8)
      if at + 1 < bytes.count { return String(raw: bytes[(at + 1)...]) }
      index += 1
      return index < words.count ? words[index] : nil
    }
    options: while index < words.count, words[index].utf8.first == 45, words[index].utf8.count > 1 {
      let word = words[index]
      if word == "--" {
        index += 1
        break
      }
      let letters = Array(word.utf8)
      var i = 1
      while i < letters.count {
        let letter = letters[i]
        if flavour == .dash, letter != 114, letter != 112 {
          complain("Illegal option -\(String(raw: [letter]))", builtin: true)
          return .status(2)
        }
        switch letter {
        case 114: frame.raw = true
        case 115: frame.silent = true
        case 101, 69: break
        case 97, 100, 105, 110, 78, 112, 116, 117:
          guard let text = value(word, i) else {
            complain("-\(String(raw: [letter])): option requires an argument", builtin: true)
            writeError(usageOf("read"))
            return .status(2)
          }
          switch letter {
          case 97: frame.array = text
          case 100: frame.delimiter = text.utf8.first ?? 0
          case 110, 78:
            guard let count = Int(text), count >= 0 else {
              complain("\(text): invalid number", builtin: true)
              return .status(1)
            }
            frame.count = count
            frame.exact = letter == 78
          case 112: frame.prompt = text
          case 116:
            guard let seconds = parseSeconds(text) else {
              complain("\(text): invalid timeout specification", builtin: true)
              return .status(1)
            }
            frame.timeout = seconds
          case 117:
            guard let descriptor = Int(text) else {
              complain("\(text): invalid file descriptor specification", builtin: true)
              return .status(1)
            }
            frame.descriptor = descriptor
            frame.wasNamed = true
          default: break
          }
          i = letters.count
          continue
        default:
          return .status(invalidOption("-\(String(raw: [letter]))"))
        }
        i += 1
      }
      index += 1
    }
    frame.names = Array(words[min(index, words.count)...])
    for name in frame.names {
      let base = splitSubscript(name)?.0 ?? name
      guard isName(base) else {
        complain("`\(name)': not a valid identifier", builtin: true)
        return .status(1)
      }
    }
    return .frame(frame)
  }

  func parseSeconds(_ text: String) -> Interval? {
    let parts = text.split(separator: "." as Character, maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts[0].isEmpty ? 0 : Int64(parts[0]), whole >= 0 else { return nil }
    var nanos: Int64 = 0
    if parts.count == 2 {
      var scale: Int64 = 100_000_000
      for byte in parts[1].utf8 {
        guard byte >= 48, byte <= 57 else { return nil }
        nanos += Int64(byte - 48) * scale
        scale /= 10
      }
    }
    return Interval(nanoseconds: whole * 1_000_000_000 + nanos)
  }

  func mapfile(_ words: [String]) throws(Abort) -> Outcome {
    let frame = MapfileFrame()
    var index = 0
    while index < words.count, words[index].utf8.first == 45, words[index].utf8.count > 1 {
      let word = words[index]
      index += 1
      if word == "--" { break }
      let letters = Array(word.utf8)
      var i = 1
      while i < letters.count {
        if letters[i] == 116 {
          frame.trims = true
          i += 1
          continue
        }
        guard [100, 110, 79, 115, 117, 67, 99].contains(letters[i]) else {
          return .status(invalidOption("-\(String(raw: [letters[i]]))"))
        }
        let text: String
        if i + 1 < letters.count {
          text = String(raw: letters[(i + 1)...])
        } else {
          guard index < words.count else {
            complain("-\(String(raw: [letters[i]])): option requires an argument", builtin: true)
            writeError(usageOf(commandName))
            return .status(2)
          }
          text = words[index]
          index += 1
        }
        switch letters[i] {
        case 100: frame.delimiter = text.utf8.first ?? 0
        case 67: frame.callback = text
        default:
          guard let number = Int(text), number >= (letters[i] == 99 ? 1 : 0) else {
            let what: String
            switch letters[i] {
            case 110, 115: what = "invalid line count"
            case 79: what = "invalid array origin"
            case 99: what = "invalid callback quantum"
            default: what = "invalid file descriptor specification"
            }
            complain("\(text): \(what)", builtin: true)
            return .status(1)
          }
          switch letters[i] {
          case 110: frame.most = number
          case 79: frame.origin = Int64(number)
          case 115: frame.skip = number
          case 99: frame.quantum = Int64(number)
          default: frame.descriptor = number
          }
        }
        break
      }
    }
    if index < words.count { frame.array = words[index] }
    guard isName(frame.array) else {
      complain("`\(frame.array)': not a valid identifier", builtin: true)
      return .status(1)
    }
    return .frame(frame)
  }
}
