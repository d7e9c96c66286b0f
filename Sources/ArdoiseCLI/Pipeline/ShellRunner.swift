// `record --runner shell`: plays the exec blocks in a real bash on this machine instead of the simulator, in a terminal of its own, for
// comparing the two or for a lab on a machine that is there to be used up. Times are real ones, so a second run gives other bytes.
//
// What it leaves out: second hosts (said to be not simulated), cluster events, and asking the prose. A block that does not end within
// the course's limit is stopped with Ctrl-C.

import Foundation
import LabModel
import LabTranscript

/// A bash at a pseudo-terminal.
private final class RealTerminal {
  private let process = Process()
  private let master: Int32
  private var tail: [UInt8] = []
  /// Exit status of the last command, once the prompt is back.
  private(set) var status: Int?
  private let begun = Date()

  /// Tells when a command has ended: bash prints this before each prompt, and it is taken out again.
  private static let mark = Array("\u{1B}]777;".utf8)

  init?(folder: String, columns: Int, rows: Int) {
    // What posix_openpt, unlockpt and ptsname do on Linux (ioctl_tty(2)); the C module does not show them.
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var locked: Int32 = 0
    var number: UInt32 = 0
    let unlock: UInt = 0x4004_5431
    let numberOf: UInt = 0x8004_5430
    guard master >= 0, ioctl(master, unlock, &locked) == 0, ioctl(master, numberOf, &number) == 0 else { return nil }
    let slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard slave >= 0 else { return nil }
    let start = folder + "/.ardoise-bashrc"
    let settings = """
      stty cols \(columns) rows \(rows)
      PS1='\\u@\\h:\\w\\$ '
      PROMPT_COMMAND='printf "\\033]777;%s\\007" "$?"'
      HISTFILE=
      bind 'set enable-bracketed-paste off' 2> /dev/null

      """
    guard Disk.write(Array(settings.utf8), to: start) == nil else { return nil }
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["setsid", "--ctty", "--wait", "bash", "--noprofile", "--rcfile", start, "-i"]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let end = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
    process.standardInput = end
    process.standardOutput = end
    process.standardError = end
    // A worker thread has its signals blocked, and what it starts would never see a Ctrl-C.
    var none = sigset_t()
    var before = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    do { try process.run() } catch { return nil }
  }

  deinit {
    close(master)
    if process.isRunning { process.terminate() }
  }

  var milliseconds: Int64 { Int64(Date().timeIntervalSince(begun) * 1000) }

  func type(_ text: String) {
    status = nil
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(master, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  enum Pause {
    case prompt
    /// A program waits for input, by the look of it: it has printed an unfinished line and nothing since.
    case waiting
    case timeLimit
    case closed
  }

  /// Collects output until the prompt is back, a program waits, or the limit is reached.
  func run(limit: Double, output: (String, Int64) -> Void) -> Pause {
    let end = Date().addingTimeInterval(limit)
    var quiet = Date()
    var unfinished = false
    while Date() < end {
      var poller = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      let ready = poll(&poller, 1, 50)
      if ready > 0 {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = read(master, &buffer, buffer.count)
        guard count > 0 else { return .closed }
        tail += buffer[..<count]
        quiet = Date()
        for piece in take() {
          unfinished = piece.last != 10
          output(String(decoding: piece, as: UTF8.self), milliseconds)
        }
        continue
      }
      if status != nil { return .prompt }
      if unfinished, Date().timeIntervalSince(quiet) > 1 { return .waiting }
    }
    return .timeLimit
  }

  /// Whole lines and what stands after them, without the mark; an unfinished mark or letter waits for its rest.
  private func take() -> [[UInt8]] {
    var shown: [UInt8] = []
    while let start = tail.firstRange(of: RealTerminal.mark)?.lowerBound {
      guard let bell = tail[start...].firstIndex(of: 7) else {
        shown += tail[..<start]
        tail.removeFirst(start)
        return lines(shown)
      }
      status = Int(String(decoding: tail[(start + RealTerminal.mark.count)..<bell], as: UTF8.self)) ?? 0
      shown += tail[..<start]
      tail.removeFirst(bell + 1)
    }
    var keep = 0
    for length in 1..<min(8, tail.count + 1) where RealTerminal.mark.starts(with: tail.suffix(length)) { keep = length }
    // A letter of several bytes of which some are still to come.
    if keep == 0, let lead = tail.suffix(3).lastIndex(where: { $0 >= 0xC0 }) {
      let length = tail[lead] >= 0xF0 ? 4 : tail[lead] >= 0xE0 ? 3 : 2
      if tail.count - lead < length { keep = tail.count - lead }
    }
    shown += tail.dropLast(keep)
    tail = Array(tail.suffix(keep))
    return lines(shown)
  }

  private func lines(_ bytes: [UInt8]) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    for byte in bytes {
      if pieces.isEmpty || pieces[pieces.count - 1].last == 10 { pieces.append([]) }
      pieces[pieces.count - 1].append(byte)
    }
    return pieces
  }
}

enum ShellRunner {
  /// Plays every scenario in a fresh temporary folder.
  static func play(_ course: Course, progress: (String, String) -> Void) throws -> PlayedCourse {
    var played = PlayedCourse()
    for scenario in course.scenarios {
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ardoise-\(UUID().uuidString)").path
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      var terminals: [Int: RealTerminal] = [:]
      for step in scenario.allSteps {
        for script in [step.background, step.foreground].compactMap({ $0 }) { _ = bash(script.text, in: folder) }
        if let page = step.recordedPage(source: course.settings.sourceLanguage), !page.execBlocks.isEmpty {
          let transcript = try record(step, page, scenario, course.settings.machine, folder, &terminals, progress)
          played.files.append(
            RecordingFile(scenario: scenario, step: step, transcript: transcript, text: AsciicastV3.write(transcript)))
        }
        if let script = step.verify {
          let (status, output) = bash(script.text, in: folder)
          played.verifications[scenario.path, default: []].append(
            Verification(step: step.key, file: script.file, exitStatus: status, output: output))
        }
      }
    }
    return played
  }

  private static func record(
    _ step: Step, _ page: Page, _ scenario: Scenario, _ machine: MachineSettings, _ folder: String,
    _ terminals: inout [Int: RealTerminal], _ progress: (String, String) -> Void
  ) throws -> Transcript {
    var transcript = Transcript(
      title: step.title.resolved(for: page.language, source: page.language)?.value ?? step.name,
      tags: [scenario.path, step.key].filter { !$0.isEmpty }, columns: machine.columns, rows: machine.rows)
    let clock = Date()
    func now() -> Int64 { Int64(Date().timeIntervalSince(clock) * 1000) }
    let blocks = page.execBlocks
    /// Which block's command goes on in a terminal, while others are typed into.
    var running: [Int: Int] = [:]
    func stop(in number: Int, reason: String) {
      guard let index = running.removeValue(forKey: number), let terminal = terminals[number] else { return }
      func show(_ text: String, _: Int64) { transcript.blocks[index].events.append(.output(text, at: now())) }
      _ = terminal.run(limit: 1, output: show)
      transcript.blocks[index].events.append(.input("\u{3}", at: now()))
      terminal.type("\u{3}")
      _ = terminal.run(limit: 10, output: show)
      transcript.blocks[index].ending = .interrupted(reason: reason)
    }
    for (index, block) in blocks.enumerated() {
      progress(scenario.path, block.id)
      stop(in: block.terminal, reason: "the next block needs the terminal")
      var record = BlockTranscript(
        id: block.id, heading: block.heading?.text ?? "", file: page.file, line: block.line, terminal: block.terminal,
        host: block.host, startMilliseconds: now())
      if block.host != 1 {
        record.notSimulated = ["a second host (HOST\(block.host))"]
        transcript.blocks.append(record)
        continue
      }
      func show(_ text: String, _: Int64) { record.events.append(.output(text, at: now())) }
      if terminals[block.terminal] == nil {
        guard let made = RealTerminal(folder: folder, columns: machine.columns, rows: machine.rows) else {
          throw CommandFailure.unreadable("no terminal can be opened for bash on this machine")
        }
        terminals[block.terminal] = made
        _ = made.run(limit: 10, output: show)
      }
      guard let terminal = terminals[block.terminal] else { continue }
      func interrupt() {
        record.events.append(.input("\u{3}", at: now()))
        terminal.type("\u{3}")
        _ = terminal.run(limit: 10, output: show)
      }
      if block.interruptsFirst { interrupt() }
      var pause = RealTerminal.Pause.prompt
      var lines = block.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      if lines.count > 1, lines.last == "" { lines.removeLast() }
      for (number, line) in lines.enumerated() {
        let keys = line + (number + 1 == lines.count && block.modifiers.contains(.noNewline) ? "" : "\r")
        record.events.append(.input(keys, at: now()))
        terminal.type(keys)
        pause = terminal.run(limit: Double(machine.blockSecondsMax), output: show)
        if case .timeLimit = pause, number + 1 < lines.count { interrupt() }
      }
      let next = index + 1 < blocks.count ? blocks[index + 1] : nil
      switch pause {
      case .prompt: record.exitStatus = terminal.status
      case .waiting: record.ending = .leftOpen(program: block.text.split(separator: " ").first.map(String.init) ?? "")
      case .timeLimit where next != nil && (next?.interruptsFirst == true || next?.terminal != block.terminal):
        record.ending = .leftOpen(program: block.text.split(separator: " ").first.map(String.init) ?? "")
        let laterHere = blocks[(index + 1)...].first { $0.terminal == block.terminal }
        if laterHere?.interruptsFirst != true { running[block.terminal] = index }
      case .timeLimit:
        interrupt()
        record.ending = .interrupted(reason: next == nil ? "the step ends" : "the next block needs the terminal")
      case .closed: terminals[block.terminal] = nil
      }
      transcript.blocks.append(record)
    }
    for number in running.keys.sorted() { stop(in: number, reason: "the step ends") }
    return transcript
  }

  /// Runs a script to its end.
  private static func bash(_ text: String, in folder: String) -> (status: Int, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["bash", "-c", text]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let pipe = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = pipe
    guard (try? process.run()) != nil else { return (127, "") }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (Int(process.terminationStatus), String(decoding: data, as: UTF8.self))
  }
}
