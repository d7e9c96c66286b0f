// sed (GNU sed 4.9 manual): runs a script over lines as they come. The state of a cycle is kept between turns, so that `n`, `N`
// and the address `$` can wait for a pipe.

import SimKernel
import SimMachine

private let sedOptions = OptionTable(
  "n,quiet,silent e,expression= f,file= E,r,regexp-extended i,in-place=? l,line-length= posix b,binary follow-symlinks s,separate sandbox u,unbuffered z,null-data !debug"
)

final class Sed: Program {
  enum Stage {
    case readLine, run, endCycle
  }
  private let flavour: UtilityFlavour
  var call: ToolCall?
  private var input: LineInput?
  private var script: [SedCommand] = []
  private var outputs: [OpenFile] = []
  private var outputNeedsNewline: [Bool] = []
  private var quiet = false
  private var separate = false
  private var inPlace: String?
  private var delimiter: UInt8 = 10
  private var lineLength = 70
  private var rangeOpen: [Bool] = []
  private var rangeEnd: [Int64] = []

  private var stage = Stage.readLine
  private var pc = 0
  var space: [UInt8] = []
  /// Neither the pattern space nor the hold space grows beyond this.
  private static let spaceMax = 16 << 20
  private var terminated = true
  private var hold: [UInt8] = []
  private var lineNumber: Int64 = 0
  var path = "-"
  var replaced = false
  var appends: [(text: [UInt8], isFile: Bool)] = []
  var lastRegex: PosixRegex?
  /// An empty pattern was met before any other had been used.
  var lacksRegex = false
  private var needsNewline = false
  private var keepSpace = false
  private var quitCode: Int32?
  private var edited: [UInt8] = []
  private var editing = false
  /// Files that `R` reads from, with how far it has read.
  var lineFiles: [(path: String, lines: [ArraySlice<UInt8>], next: Int)] = []
  private var waits: [Wait] = []
  private var gathering: Gathering?

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  private func start(_ call: ToolCall) -> Int32? {
    switch sedOptions.parse(call.arguments) {
    case .options(let options): call.options = options
    case .wrong(let text):
      call.writeError("\(call.name): \(text)\n")
      return call.notSimulated("sed: its usage text")
    case .notSimulated(let what): return call.notSimulated("sed \(what)")
    }
    let options = call.options
    var operands = options.operands
    var parser = SedParser(extended: options.has("E"))
    do throws(SedError) {
      var isFirst = true
      for option in options.list {
        if option.id == "e" {
          try parser.add(option.value?.bytes ?? [], file: nil, first: isFirst)
          isFirst = false
        } else if option.id == "f" {
          let path = option.value ?? ""
          var bytes: [UInt8] = []
          do throws(Errno) {
            bytes = try call.read(path)
          } catch {
            call.writeError("\(call.name): couldn't open file \(path): \(error.message)\n")
            return 4
          }
          if bytes.last == 10 { bytes.removeLast() }
          if bytes.starts(with: [35, 33]), let newline = bytes.firstIndex(of: 10) {
            for i in 0..<newline { bytes[i] = i == 0 ? 35 : 32 }
          }
          try parser.add(bytes, file: path, first: isFirst)
          isFirst = false
        }
      }
      if isFirst {
        guard let first = operands.first else {
          return call.notSimulated("sed: its usage text")
        }
        operands.removeFirst()
        try parser.add(first.bytes, file: nil, first: true)
      }
      try parser.finish()
    } catch {
      call.writeError("\(call.name): \(error.message)\n")
      return error.message.hasPrefix("can't find label") ? 4 : 1
    }
    if let what = parser.notSimulated { return call.notSimulated(what) }
    script = parser.commands
    rangeOpen = [Bool](repeating: false, count: parser.ranges)
    rangeEnd = [Int64](repeating: 0, count: parser.ranges)
    quiet = options.has("n") || parser.quietByComment
    separate = options.has("s") || options.has("i")
    if options.has("i") { inPlace = options.value("i") ?? "" }
    if options.has("z") { delimiter = 0 }
    if let text = options.value("l"), let value = decimal(text) { lineLength = Int(value) }
    if options.has("u") { call.buffering = .line }
    for path in parser.outputs {
      do throws(Errno) {
        outputs.append(try call.openForWriting(path))
        outputNeedsNewline.append(false)
      } catch {
        call.writeError("\(call.name): couldn't open file \(path): \(error.message)\n")
        return 4
      }
    }
    if inPlace != nil, operands.isEmpty {
      call.writeError("\(call.name): no input files\n")
      return 1
    }
    input = LineInput(call.process, operands, delimiter: delimiter)
    return nil
  }

  // MARK: Output

  func put(_ bytes: [UInt8], newline: Bool, _ call: ToolCall) {
    if editing {
      if needsNewline { edited.append(delimiter) }
      edited += bytes
      if newline { edited.append(delimiter) }
    } else {
      if needsNewline { call.put(delimiter) }
      call.write(bytes)
      if newline { call.put(delimiter) }
    }
    needsNewline = false
  }
  func putSpace(_ bytes: [UInt8], _ call: ToolCall) {
    put(bytes, newline: terminated, call)
    if !terminated { needsNewline = true }
  }
  func write(_ index: Int, _ bytes: [UInt8], _ call: ToolCall) {
    // Standard output keeps its order with the lines that are printed.
    if outputs[index] === call.process.file(1) { return putSpace(bytes, call) }
    if outputNeedsNewline[index] { _ = outputs[index].write([delimiter]) }
    _ = outputs[index].write(bytes[...])
    if terminated { _ = outputs[index].write([delimiter]) }
    outputNeedsNewline[index] = !terminated
  }

  private func flushAppends(_ call: ToolCall) {
    for (text, isFile) in appends {
      if isFile {
        if let bytes = try? call.read(String(bytes: text), dash: false), !bytes.isEmpty {
          put(bytes, newline: false, call)
        }
      } else {
        put(text, newline: false, call)
      }
    }
    appends = []
  }

  // MARK: Input

  enum Reading {
    case line, wait, end
  }

  private func nextLine(_ call: ToolCall, _ input: LineInput, into store: (ArraySlice<UInt8>, Bool) -> Void) -> Reading
  {
    while true {
      switch input.next() {
      case .line(let line, let terminated):
        lineNumber += 1
        call.process.account.spend(steps: 1)
        store(line, terminated)
        return .line
      case .opened(let path):
        self.path = path
        if separate { lineNumber = 0 }
        if inPlace != nil {
          guard let inode = call.inode(path), inode.kind == .file else {
            call.complain("couldn't edit \(path): not a regular file", status: 4)
            input.skipFile()
            continue
          }
          editing = true
          edited = []
          needsNewline = false
        }
      case .failed(let path, let error):
        if inPlace != nil, error == .isDirectory { continue }
        if error == .isDirectory {
          call.complain("read error on \(path): \(error.message)", status: 4)
          return .end
        } else if error == .badDescriptor {
          call.complain("read error on stdin: \(error.message)", status: 4)
          return .end
        } else {
          call.complain("can't read \(path): \(error.message)", status: 2)
        }
      case .closed(let path):
        closeFile(path, call)
      case .wait(let waits):
        self.waits = waits
        return .wait
      case .end: return .end
      }
    }
  }

  private func closeFile(_ path: String, _ call: ToolCall) {
    guard editing else { return }
    editing = false
    guard let inode = call.inode(path) else { return }
    if let suffix = inPlace, !suffix.isEmpty {
      var backup = path + suffix
      if suffix.utf8.contains(42) {
        var name = ""
        for part in suffix.split(separator: "*" as Character, omittingEmptySubsequences: false) {
          name += name.isEmpty && part.isEmpty ? "" : String(part)
          if part.endIndex != suffix.endIndex { name += lastPart(path) }
        }
        backup = name.utf8.contains(47) ? name : joined(parentPath(path), name)
      }
      _ = try? call.files.write(backup, in: call.directory, inode.bytes, permissions: inode.mode, as: call.who)
    }
    _ = try? call.files.write(path, in: call.directory, edited, as: call.who)
    inode.changed.wake()
    edited = []
  }

  /// Whether this is the last line: nil while that cannot be told.
  private func isLast(_ input: LineInput) -> Bool? {
    switch input.lookahead(acrossFiles: !separate) {
    case .more: return false
    case .nothing: return true
    case .wait(let waits):
      self.waits = waits
      return nil
    }
  }
  /// As for `n` and `N`: whether any input is left.
  private func hasNext(_ input: LineInput) -> Bool? {
    switch input.lookahead(acrossFiles: true) {
    case .more: return true
    case .nothing: return false
    case .wait(let waits):
      self.waits = waits
      return nil
    }
  }

  // MARK: Addresses

  /// nil: it cannot be told before more input is there.
  private func matches(_ address: SedAddress, _ input: LineInput) -> Bool? {
    switch address {
    case .line(let number): return lineNumber == number
    case .last: return isLast(input)
    case .zero: return false
    case .step(let first, let step): return lineNumber >= first && (lineNumber - first) % step == 0
    case .pattern(let regex):
      guard let regex = regex ?? lastRegex else {
        lacksRegex = true
        return false
      }
      lastRegex = regex
      return regex.matches(space)
    case .following, .multiple: return false
    }
  }

  private func selects(_ command: SedCommand, _ input: LineInput) -> Bool? {
    guard let first = command.first else { return true }
    guard let second = command.second else { return matches(first, input) }
    let slot = command.rangeSlot
    if rangeOpen[slot] {
      switch second {
      case .line(let number):
        if lineNumber >= number { rangeOpen[slot] = false }
        // A range whose end has passed is one line only where it began.
        return lineNumber <= number
      case .following, .multiple:
        if lineNumber >= rangeEnd[slot] { rangeOpen[slot] = false }
        return lineNumber <= rangeEnd[slot]
      default:
        guard let ends = matches(second, input) else { return nil }
        if ends { rangeOpen[slot] = false }
        return true
      }
    }
    if case .zero = first {
      guard lineNumber == 1, rangeEnd[slot] == 0 else { return false }
      rangeEnd[slot] = 1
      guard let ends = matches(second, input) else { return nil }
      rangeOpen[slot] = !ends
      return true
    }
    guard let begins = matches(first, input) else { return nil }
    guard begins else { return false }
    switch second {
    case .line(let number): rangeOpen[slot] = number > lineNumber
    case .following(let count):
      rangeEnd[slot] = lineNumber + count
      rangeOpen[slot] = count > 0
    case .multiple(let count):
      rangeEnd[slot] = count <= 0 ? lineNumber : (lineNumber / count + 1) * count
      rangeOpen[slot] = rangeEnd[slot] > lineNumber
    case .last:
      guard let last = isLast(input) else { return nil }
      rangeOpen[slot] = !last
    default: rangeOpen[slot] = true
    }
    return true
  }

  // MARK: Running

  func resume(_ process: Process) -> Step {
    if call == nil {
      if gathering == nil { gathering = Gathering(process, flavour, sedOptions, "f") }
      if let wait = gathering?.wait() { return wait }
      let call = gathering?.call ?? ToolCall(process: process, flavour: flavour)
      self.call = call
      if let code = start(call) { return .exit(code) }
    }
    guard let call, let input else { return .exit(1) }
    while true {
      if process.account.limitReached != nil { return .again }
      switch stage {
      case .readLine:
        if keepSpace {
          keepSpace = false
        } else {
          switch nextLine(
            call, input,
            into: {
              space = Array($0)
              terminated = $1
            })
          {
          case .line: break
          case .wait:
            call.settleBeforeWaiting()
            return .wait(waits)
          case .end: return end(call, call.status)
          }
        }
        pc = 0
        replaced = false
        stage = .run
      case .run:
        guard run(call, input) else {
          call.settleBeforeWaiting()
          return .wait(waits)
        }
        if lacksRegex {
          call.flush()
          call.writeError("\(call.name): -e expression #1, char 0: no previous regular expression\n")
          return .exit(1)
        }
        if let code = quitCode {
          if !silentQuit {
            if !quiet { putSpace(space, call) }
            flushAppends(call)
          }
          if editing {
            // What was not read of the file stays as it is.
            copyRest(call, input)
            closeFile(path, call)
          }
          return end(call, code != 0 ? code : call.status)
        }
        stage = .endCycle
      case .endCycle:
        if !deleted, !quiet { putSpace(space, call) }
        deleted = false
        flushAppends(call)
        stage = .readLine
      }
    }
  }
  private var silentQuit = false
  private var deleted = false

  private func copyRest(_ call: ToolCall, _ input: LineInput) {
    while case .line(let line, let ended) = input.next() {
      put(Array(line), newline: ended, call)
    }
  }

  func end(_ call: ToolCall, _ code: Int32) -> Step {
    if editing { closeFile(path, call) }
    call.flush()
    return .exit(code)
  }

  /// Runs the script from `pc`. False: it has to wait for input and will go on at `pc`.
  private func run(_ call: ToolCall, _ input: LineInput) -> Bool {
    var steps: Int64 = 0
    while pc < script.count {
      // Long lines cost by their length: what they are searched and copied for.
      steps += 1 + Int64((space.count + hold.count) / 1_024 * 64)
      if steps >= 256 {
        call.process.account.spend(steps: steps)
        steps = 0
        if space.count > Sed.spaceMax || hold.count > Sed.spaceMax {
          call.process.account.reach("memory limit reached: what sed holds grows without end")
        }
        if call.process.account.limitReached != nil { return true }
      }
      let command = script[pc]
      guard let selected = selects(command, input) else { return false }
      if selected == command.negated {
        pc = command.name == 123 ? max(command.target, pc + 1) : pc + 1
        continue
      }
      switch command.name {
      case 123: break
      case 61: put(String(lineNumber).bytes + [10], newline: false, call)
      case 97: appends.append((command.text, false))
      case 105: put(command.text, newline: false, call)
      case 99:
        // Within a range the text comes once, at its end.
        if command.second == nil || command.negated || !rangeOpen[command.rangeSlot] {
          put(command.text, newline: false, call)
        }
        deleted = true
        return true
      case 98:
        pc = command.target
        continue
      case 116, 84:
        if replaced == (command.name == 116) {
          replaced = false
          pc = command.target
          continue
        }
        replaced = false
      case 100:
        deleted = true
        return true
      case 68:
        guard let newline = space.firstIndex(of: delimiter == 0 ? 0 : 10) else {
          deleted = true
          return true
        }
        space.removeFirst(newline + 1)
        keepSpace = true
        deleted = true
        return true
      case 70: put((path == "-" ? "-" : path).bytes + [10], newline: false, call)
      case 103: space = hold
      case 71:
        space.append(delimiter == 0 ? 0 : 10)
        space += hold
      case 104: hold = space
      case 72:
        hold.append(delimiter == 0 ? 0 : 10)
        hold += space
      case 120: swap(&space, &hold)
      case 122: space = []
      case 108:
        let width = command.number >= 0 ? Int(command.number) : lineLength
        list(width, call)
      case 110:
        guard let more = hasNext(input) else { return false }
        if !more {
          quitCode = 0
          return true
        }
        if !quiet { putSpace(space, call) }
        flushAppends(call)
        _ = nextLine(
          call, input,
          into: {
            space = Array($0)
            terminated = $1
          })
        replaced = false
      case 78:
        guard let more = hasNext(input) else { return false }
        flushAppends(call)
        if !more {
          quitCode = 0
          return true
        }
        space.append(delimiter == 0 ? 0 : 10)
        _ = nextLine(
          call, input,
          into: {
            space += $0
            terminated = $1
          })
      case 112: putSpace(space, call)
      case 80:
        let end = space.firstIndex(of: delimiter == 0 ? 0 : 10) ?? space.count
        put(Array(space[..<end]), newline: true, call)
      case 113, 81:
        quitCode = Int32(truncatingIfNeeded: max(0, command.number))
        silentQuit = command.name == 81
        return true
      case 114: appends.append((command.text, true))
      case 82: appendLine(command.text, call)
      case 119: write(command.file, space, call)
      case 87:
        let end = space.firstIndex(of: 10) ?? space.count
        write(command.file, Array(space[..<end]), call)
      case 115: substitute(command.substitution, call)
      case 121: transliterate(command.map)
      default: break
      }
      pc += 1
    }
    return true
  }

}
