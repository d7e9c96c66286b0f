// One run of a tool: its arguments, its buffered output and the files it names. Standard output is buffered as the C library
// does it (by line on a terminal, by blocks of 4,096 bytes elsewhere), so that `kubectl get -w | grep x | cut …` shows what
// it really shows, and standard error is not buffered at all.

import SimKernel
import SimMachine

/// Which collection of programs a machine carries.
package enum UtilityFlavour {
  /// Ubuntu 24.04: GNU coreutils, grep, sed, findutils, diffutils, mawk, procps.
  case gnu
  /// The applets of BusyBox, as in the alpine and busybox images.
  case busybox
}

final class ToolCall {
  enum Buffering {
    case none, line, block
  }

  let process: Process
  let flavour: UtilityFlavour
  /// The arguments after the name.
  let arguments: [String]
  var options = Options()
  /// What standard input held, for tools that take it whole.
  var stdin: [UInt8] = []
  /// What pipes named by arguments held (`<(…)`, fifos).
  var gathered: [String: [UInt8]] = [:]
  var status: Int32 = 0
  /// How long others work for it before it is done.
  var waitingTime = Interval.zero
  /// What has been asked and answered (`rm -i`).
  let questions = Questions()
  var buffering: Buffering
  private var out: [UInt8] = []
  /// How long the tool has waited for something before what it writes next; the program ends that much later.
  private(set) var patience: Interval?
  private var late: [(descriptor: Int, bytes: [UInt8])] = []
  /// BusyBox has said in its own words what is wrong; or what it says is not simulated, and no more is said.
  private var isReworded = false
  private var isMute = false
  private var losesOutput = false

  init(process: Process, flavour: UtilityFlavour) {
    self.process = process
    self.flavour = flavour
    arguments = Array(process.arguments.dropFirst())
    buffering = process.file(1)?.isTerminal ?? false ? .line : .block
  }

  /// The name as it was called, for messages.
  var name: String { process.arguments.first ?? "" }
  var operands: [String] { options.operands }
  var files: FileSystem { process.fileSystem }
  var directory: String { process.workingDirectory }
  var who: Credentials { process.credentials }
  var world: World { process.world }
  var outputIsTerminal: Bool { process.file(1)?.isTerminal ?? false }

  // MARK: Output

  /// The tool waits this long for what does not come; what it writes after that is shown then.
  func wait(_ interval: Interval) {
    settleBeforeWaiting()
    patience = (patience ?? Interval(nanoseconds: 0)) + interval
  }

  /// Shows what was written after the wait.
  func deliverLate() {
    patience = nil
    for (descriptor, bytes) in late { process.write(descriptor, bytes) }
    late = []
  }

  private func deliver(_ descriptor: Int, _ bytes: [UInt8]) {
    if descriptor == 1, process.file(1) == nil { losesOutput = true }
    if patience == nil { process.write(descriptor, bytes) } else { late.append((descriptor, bytes)) }
  }

  func write(_ bytes: [UInt8]) {
    out.append(contentsOf: bytes)
    settle()
  }
  func write(_ bytes: ArraySlice<UInt8>) {
    out.append(contentsOf: bytes)
    settle()
  }
  func print(_ text: String) {
    out.append(contentsOf: text.bytes)
    settle()
  }
  func printLine(_ text: String) {
    out.append(contentsOf: text.bytes)
    out.append(10)
    settle()
  }
  func put(_ byte: UInt8) {
    out.append(byte)
    if byte == 10 || out.count >= 4096 { settle() }
  }

  private func settle() {
    switch buffering {
    case .block:
      guard out.count >= 65_536 || (out.count >= 4096 && out.count % 4096 < 512) else { return }
      let whole = out.count / 4096 * 4096
      deliver(1, Array(out[..<whole]))
      out.removeFirst(whole)
    case .line, .none: if out.count >= 65_536 { flush() }
    }
  }

  /// What has been shown when the tool waits: whole lines on a terminal, whole blocks elsewhere.
  func settleBeforeWaiting() {
    switch buffering {
    case .none: flush()
    case .line:
      guard let newline = out.lastIndex(of: 10) else { return }
      deliver(1, Array(out[...newline]))
      out.removeFirst(newline + 1)
    case .block:
      guard out.count >= 4096 else { return }
      let whole = out.count / 4096 * 4096
      deliver(1, Array(out[..<whole]))
      out.removeFirst(whole)
    }
  }

  /// Shows the rest. Where standard output is closed, the tool says so and fails.
  func finish(_ code: Int32) -> Int32 {
    flush()
    guard losesOutput, flavour == .gnu else { return code }
    writeError(
      "\(name): \(lastPart(name) == "cat" ? "standard output" : "write error"): \(Errno.badDescriptor.message)\n")
    return max(code, 1)
  }

  func flush() {
    guard !out.isEmpty else { return }
    deliver(1, out)
    out.removeAll(keepingCapacity: true)
  }

  /// Writes to standard error, after what a terminal or an unbuffered output has already shown.
  func writeError(_ given: String) {
    var text = given
    if flavour == .busybox {
      if isMute { return }
      guard let reworded = rewordedForBusyBox(given) else { return }
      text = reworded
    }
    if buffering == .block {
      if out.count >= 4096 { settleBeforeWaiting() }
    } else {
      settleBeforeWaiting()
    }
    deliver(2, text.bytes)
  }

  /// A complaint as BusyBox words it; nil when nothing is said, which is noted where it is not simulated.
  private func rewordedForBusyBox(_ text: String) -> String? {
    let bytes = text.bytes
    guard bytes.last == 10, let colon = find([58, 32], in: bytes[...], from: 0) else { return text }
    let applet = lastPart(name)
    let words = arguments.filter { !$0.hasLeadingDash }
    switch BusyBoxWording.reword(String(bytes: bytes[(colon + 2)...]), applet, operands.isEmpty ? words : operands) {
    case .same: return text
    case .lines(let lines):
      isReworded = true
      return lines.isEmpty ? nil : lines
    case .unknown:
      isMute = true
      process.note(notSimulated: "how BusyBox' \(applet) words this mistake")
      return nil
    }
  }

  /// `name: text` on standard error; the exit code becomes 1 unless it is worse already.
  func complain(_ text: String, status code: Int32 = 1) {
    writeError("\(name): \(text)\n")
    if status < code { status = code }
  }

  /// A usage error: the message and the pointer to `--help`.
  func usage(_ text: String?, _ code: Int32 = 1) -> Int32 {
    if flavour == .busybox {
      let applet = lastPart(name)
      if text == nil, isReworded { return code }
      isMute = true
      if let text, case .lines(let lines) = BusyBoxWording.reword(text, applet, operands) {
        process.write(2, lines)
        return code
      }
      return notSimulated("the usage text of BusyBox' \(applet)")
    }
    let tool = lastPart(name)
    switch UsageWording.of(tool) {
    case .text: return notSimulated("the usage text of \(tool)")
    case .pointer(let shown, let line, let ownCode):
      if tool == "curl" {
        guard let words = text.flatMap({ UsageWording.curl($0) }) else { return notSimulated("the usage text of curl") }
        writeError("curl: \(words)\n")
      } else if let text {
        writeError("\(shown ?? name): \(text)\n")
      }
      writeError(line)
      return ownCode ?? code
    case nil:
      if let text { writeError("\(name): \(text)\n") }
      writeError("Try '\(name) --help' for more information.\n")
      return code
    }
  }

  /// Something the real tool can do and this one cannot: says so and shows nothing.
  func notSimulated(_ what: String) -> Int32 {
    process.note(notSimulated: what)
    return 1
  }

  /// Whether the answer to `name: question? ` begins with y.
  func agrees(_ question: String) -> Bool { questions.ask("\(name): \(question)? ") }

  // MARK: Files

  /// Reads an operand: `-` is standard input where the tool takes it whole.
  func read(_ path: String, dash: Bool = true) throws(Errno) -> [UInt8] {
    if dash, path == "-" {
      if process.file(0) == nil { throw .badDescriptor }
      return stdin
    }
    if let bytes = gathered[path] { return bytes }
    if let device = try lookup(path).device?() { return readWhole(device) }
    return try files.read(path, in: directory, as: who)
  }

  /// All that a device gives; of one that does not end, the command learns nothing.
  private func readWhole(_ device: OpenFile) -> [UInt8] {
    var bytes: [UInt8] = []
    while case .bytes(let piece) = device.read(1 << 20) {
      bytes += piece
      if bytes.count > FileSystem.fileSizeMax {
        process.account.reach("input limit reached: \(process.name) reads a device that does not end")
        return []
      }
    }
    return bytes
  }

  func lookup(_ path: String, following: Bool = true) throws(Errno) -> Inode {
    try files.lookup(path, in: directory, following: following, as: who)
  }
  func inode(_ path: String, following: Bool = true) -> Inode? {
    try? files.lookup(path, in: directory, following: following, as: who)
  }
  func isDirectory(_ path: String) -> Bool { inode(path)?.isDirectory ?? false }

  /// Opens a file for writing, `/dev/stdout` and its like included.
  func openForWriting(_ path: String, append: Bool = false) throws(Errno) -> OpenFile {
    if let descriptor = standardDescriptor(path) {
      guard let file = process.file(descriptor) else { throw .noEntry }
      return file
    }
    return try files.open(
      path, in: directory, append ? .append : .write, permissions: 0o666 & ~process.umask, as: who)
  }

  /// The names in a directory that are about to be shown; of one that is only partly here, that is said.
  func shownNames(_ inode: Inode, _ path: String) -> [String] {
    if inode.isPartial { process.note(notSimulated: "what all is in \(FileSystem.normalize(path, in: directory))") }
    return inode.entries.keys
  }

  /// A date of a file that is about to be shown; of one that came with the machine it is not known.
  func noteDate(of inode: Inode) {
    if inode.isPackaged { process.note(notSimulated: "the dates of files that came with the machine") }
    if inode.isUnknown { process.note(notSimulated: "the sizes of files whose content is not known") }
  }

  /// The names of a directory in byte order.
  func sortedNames(_ inode: Inode) -> [String] {
    var names = inode.entries.keys
    names.sort { compareBytes($0, $1) < 0 }
    return names
  }
}

/// The descriptor that a path such as `/dev/stdin` or `/dev/fd/63` means.
func standardDescriptor(_ path: String) -> Int? {
  switch path {
  case "/dev/stdin": return 0
  case "/dev/stdout": return 1
  case "/dev/stderr": return 2
  default: break
  }
  for prefix in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(prefix) {
    return decimal(String(path.dropFirst(prefix.utf8.count))).map { Int($0) }
  }
  return nil
}

/// Opens what a path means for reading, pipes of a process included.
func openForReading(_ path: String, _ process: Process) throws(Errno) -> OpenFile {
  if let descriptor = standardDescriptor(path) {
    guard let file = process.file(descriptor) else { throw .noEntry }
    return file
  }
  return try process.fileSystem.open(
    path, in: process.workingDirectory, .read, as: process.credentials)
}

extension ToolCall {
  func environment(_ name: String) -> String? { process.environment[name] }

  /// Whether the locale is one in which every byte is a character.
  var countsBytes: Bool {
    for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
      if let value = environment(name), !value.isEmpty { return value == "C" || value == "POSIX" }
    }
    return true
  }

  /// The zone that times are shown in.
  var zone: CivilZone { .environment(environment("TZ")) }
}
