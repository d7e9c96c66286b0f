// Records one step: types each exec block into its terminal, waits until the terminal stands still, and notes what came.
//
// A block that does not end by itself runs until the world is quiet, or until the limit; then Ctrl-C is pressed: because the next
// block asks for it (`interrupt`), because the prose says so, or because the next block needs the terminal. When the next block is
// typed into another terminal, the command goes on beside it, until a block needs its terminal or the step ends.

import LabModel
import LabTranscript
import SimKernel
import SimMachine
import Simulator

struct StepRecorder {
  /// How long the learner looks at a result before the next click. Part of the recording's timing.
  static let readingPause = Interval.seconds(2)

  let scenario: Scenario
  let step: LabModel.Step
  let page: Page
  let desk: Desk
  /// The block whose effect is unknown, from here on.
  private(set) var dependsOn: String?
  let blockLimit: Interval

  private let start: Instant
  private var traceSeen: Int
  private var blocks: [BlockTranscript] = []
  /// Terminals that this recording shows already.
  private var shownTerminals: Set<Int> = []
  /// Since when what other terminals show may be untrue: the block named by `dependsOn` began then.
  private var untrueSince: Instant?
  /// Which block's command goes on in a terminal, while others are typed into.
  private var running: [Int: Int] = [:]

  init(scenario: Scenario, step: LabModel.Step, page: Page, desk: Desk, dependsOn: String?, blockLimit: Interval) {
    self.scenario = scenario
    self.step = step
    self.page = page
    self.desk = desk
    self.dependsOn = dependsOn
    self.blockLimit = blockLimit
    start = desk.session.world.now
    traceSeen = desk.session.world.trace.events.count
  }

  /// Plays the page's blocks, up to and without the one named by `stop`.
  mutating func record(before stop: String? = nil, progress: (String) -> Void) -> Transcript {
    var transcript = Transcript(
      title: step.title.resolved(for: page.language, source: page.language)?.value ?? step.name,
      tags: [scenario.path, step.key].filter { !$0.isEmpty }, columns: desk.terminal(1).terminal.columns,
      rows: desk.terminal(1).terminal.rows,
      initial: ClusterPicture.now(desk.session.world.trace.events))
    let execBlocks = page.execBlocks
    for (index, block) in execBlocks.enumerated() {
      if block.id == stop { break }
      progress(block.id)
      let later = execBlocks[(index + 1)...]
      blocks.append(play(block, next: later.first, laterHere: later.first { $0.terminal == block.terminal }))
    }
    for number in running.keys.sorted() { stopRunning(in: number, reason: "the step ends") }
    transcript.blocks = blocks
    return transcript
  }

  private func milliseconds(_ instant: Instant) -> Int64 { (instant - start).wholeMilliseconds }

  /// `laterHere` is the next block that is typed into the same terminal.
  private mutating func play(_ block: LabBlock, next: LabBlock?, laterHere: LabBlock?) -> BlockTranscript {
    let seat = desk.terminal(block.terminal)
    if !blocks.isEmpty { read(seat) }
    stopRunning(in: block.terminal, reason: "the next block needs the terminal")
    // A terminal that has just been opened shows its prompt first.
    if !shownTerminals.contains(block.terminal) { _ = seat.run(limit: .seconds(5)) }
    seat.beginBlock()
    var record = BlockTranscript(
      id: block.id, heading: block.heading?.text ?? "", file: page.file, line: block.line, terminal: block.terminal,
      host: block.host, startMilliseconds: milliseconds(desk.session.world.now))
    if shownTerminals.insert(block.terminal).inserted { showPrompt(seat, &record) }
    // What a terminal shows before its first block belongs to that.
    collect(into: &record, from: seat)
    if block.host != 1 {
      record.notSimulated.append("a second host (HOST\(block.host))")
    }
    if block.interruptsFirst { interrupt(seat, &record) }
    let commandStart = desk.session.world.now
    var pause = TerminalPause.prompt
    if block.modifiers.contains(.controlSequence) {
      typeControl(block.text, seat, &record)
      pause = seat.run(limit: blockLimit)
      collect(into: &record, from: seat)
    } else {
      let lines = typedLines(block.text)
      for (number, line) in lines.enumerated() {
        let isLast = number + 1 == lines.count
        let enter = isLast && block.modifiers.contains(.noNewline) ? "" : "\r"
        record.events.append(.input(line + enter, at: milliseconds(desk.session.world.now)))
        seat.type(line + enter)
        let left = blockLimit - (desk.session.world.now - commandStart)
        pause = seat.run(limit: left < .seconds(1) ? .seconds(1) : left)
        collect(into: &record, from: seat)
        if enter.isEmpty { break }
        switch pause {
        case .quiet, .timeLimit:
          // The next line of the same block needs the terminal.
          if !isLast { stop(seat, &record, reason: "the next line of the block needs the terminal") }
        case .closed: break
        case .prompt, .program: continue
        }
      }
    }
    finish(&record, seat, pause, block, next, laterHere)
    return record
  }

  /// A recording begins with the line that the step before has left on the screen. What was printed before it stays there.
  private func showPrompt(_ seat: TerminalSession, _ record: inout BlockTranscript) {
    for output in seat.takeOutput() { desk.saw(output.bytes, on: record.terminal) }
    let line = desk.line(record.terminal)
    if !line.isEmpty { record.events.append(.output(line, at: record.startMilliseconds)) }
  }

  /// The pause before the next click. What happens in it is what the learner sees while looking at the block before: its command's
  /// late effects in the cluster, and the output of what it left running. Output on another terminal belongs to the last block
  /// that was typed there.
  private mutating func read(_ seat: TerminalSession) {
    seat.wait(StepRecorder.readingPause)
    let last = blocks.count - 1
    let first = blocks[last].events.count
    for (number, terminal) in desk.opened {
      guard let index = blocks.lastIndex(where: { $0.terminal == number }) else { continue }
      var block = blocks[index]
      collectOutput(into: &block, from: terminal)
      blocks[index] = block
    }
    var block = blocks[last]
    collectChanges(into: &block, from: first)
    blocks[last] = block
  }

  /// Decides what the block's end is, and presses Ctrl-C where nothing else ends it.
  private mutating func finish(
    _ record: inout BlockTranscript, _ seat: TerminalSession, _ pause: TerminalPause, _ block: LabBlock,
    _ next: LabBlock?, _ laterHere: LabBlock?
  ) {
    switch pause {
    case .prompt: record.exitStatus = Int(seat.lastStatus)
    case .program(let name): record.ending = .leftOpen(program: name)
    case .quiet(let name), .timeLimit(let name):
      if let next, next.terminal == block.terminal, next.interruptsFirst {
        record.ending = .leftOpen(program: name)
      } else if let next, next.terminal != block.terminal,
        !ProseHints.saysInterrupt(after: block, before: next, in: page)
      {
        record.ending = .leftOpen(program: name)
        if laterHere?.interruptsFirst != true { running[block.terminal] = blocks.count }
      } else if ProseHints.saysInterrupt(after: block, before: next, in: page) {
        stop(seat, &record, reason: "the prose says Ctrl+C")
      } else if next == nil {
        stop(seat, &record, reason: "the step ends")
      } else {
        stop(seat, &record, reason: "the next block needs the terminal")
      }
      if case .timeLimit = pause, case .interrupted(let reason) = record.ending {
        record.ending = .interrupted(reason: "\(reason), after \(seconds(blockLimit)) s of virtual time")
      }
    case .closed: record.ending = .finished
    }
    if noteNotSimulated(in: &record, seat, block) { return }
    guard let dependsOn else { return }
    record.dependsOnNotSimulated = dependsOn
    empty(&record)
  }

  /// Writes down what the block's commands could not do truthfully; whether there is anything.
  private mutating func noteNotSimulated(
    in record: inout BlockTranscript, _ seat: TerminalSession, _ block: LabBlock
  ) -> Bool {
    if let limit = seat.account.limitReached, !record.notSimulated.contains(limit) {
      record.notSimulated.append(limit)
    }
    for reason in seat.account.notSimulated where !record.notSimulated.contains(reason) {
      record.notSimulated.append(reason)
    }
    guard !record.notSimulated.isEmpty else { return false }
    if dependsOn == nil, !Effects.areHarmless(record.notSimulated, in: block.text) {
      dependsOn = record.id
      untrueSince = start + .milliseconds(record.startMilliseconds)
    }
    empty(&record)
    return true
  }

  /// Nothing that may be untrue is kept.
  private func empty(_ record: inout BlockTranscript) {
    record.events.removeAll { if case .output = $0.kind { true } else { false } }
    record.exitStatus = nil
  }

  /// Waits until nothing more would come, and presses Ctrl-C on the command that went on there.
  private mutating func stopRunning(in number: Int, reason: String) {
    guard let index = running.removeValue(forKey: number) else { return }
    let seat = desk.terminal(number)
    _ = seat.run(limit: blockLimit)
    var record = blocks[index]
    let last = blocks.count - 1
    let first = blocks[last].events.count
    collectOutput(into: &record, from: seat)
    record.events.append(.input("\u{3}", at: milliseconds(desk.session.world.now)))
    seat.pressInterrupt()
    _ = seat.run(limit: .seconds(40))
    collectOutput(into: &record, from: seat)
    record.ending = .interrupted(reason: reason)
    // Another block than its own may have made untrue what came later: that was not collected.
    _ = noteNotSimulated(in: &record, seat, page.execBlocks[index])
    blocks[index] = record
    var block = blocks[last]
    collectChanges(into: &block, from: first)
    blocks[last] = block
  }

  private func seconds(_ interval: Interval) -> String { "\(interval.wholeSeconds)" }

  private mutating func interrupt(_ seat: TerminalSession, _ record: inout BlockTranscript) {
    record.events.append(.input("\u{3}", at: milliseconds(desk.session.world.now)))
    seat.pressInterrupt()
    _ = seat.run(limit: .seconds(40))
    collect(into: &record, from: seat)
  }

  private mutating func stop(_ seat: TerminalSession, _ record: inout BlockTranscript, reason: String) {
    interrupt(seat, &record)
    record.ending = .interrupted(reason: reason)
  }

  private mutating func typeControl(_ text: String, _ seat: TerminalSession, _ record: inout BlockTranscript) {
    let name = text.trimmingPrefix("^").uppercased().filter { !$0.isWhitespace }
    let keys: String
    switch name {
    case "C": keys = "\u{3}"
    case "D": keys = "\u{4}"
    case "Z": keys = "\u{1A}"
    case "ESC": keys = "\u{1B}"
    default:
      record.notSimulated.append("the control sequence \(text)")
      return
    }
    record.events.append(.input(keys, at: milliseconds(desk.session.world.now)))
    seat.type(keys)
  }

  /// Lines as they are typed: the block's text without the newline at its end.
  private func typedLines(_ text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.count > 1, lines.last == "" { lines.removeLast() }
    return lines.map { $0.hasSuffix("\r") ? String($0.dropLast()) : $0 }
  }

  /// Moves what the screen and the cluster did since the last call into the block, in the order of time.
  private mutating func collect(into record: inout BlockTranscript, from seat: TerminalSession) {
    let first = record.events.count
    collectOutput(into: &record, from: seat)
    collectChanges(into: &record, from: first)
  }

  private func collectOutput(into record: inout BlockTranscript, from seat: TerminalSession) {
    for output in seat.takeOutput() {
      desk.saw(output.bytes, on: record.terminal)
      // Of a block that may be untrue, nothing is kept; of one before it, what came until then.
      guard record.isTrue, untrueSince.map({ output.at <= $0 || record.id == dependsOn }) ?? true else { continue }
      for piece in ScreenPieces.split(output.bytes) {
        record.events.append(.output(piece, at: milliseconds(output.at)))
      }
    }
  }

  /// Adds the cluster's changes since the last call; what came from `first` on is put in the order of time.
  private mutating func collectChanges(into record: inout BlockTranscript, from first: Int) {
    let trace = desk.session.world.trace.events
    while traceSeen < trace.count {
      let event = trace[traceSeen]
      traceSeen += 1
      if let change = ClusterPicture.event(event) { record.events.append(.cluster(change, at: milliseconds(event.at))) }
    }
    // Stable: at the same instant the screen comes first, in its own order.
    let ordered = record.events[first...].enumerated().sorted {
      ($0.element.milliseconds, $0.offset) < ($1.element.milliseconds, $1.offset)
    }
    record.events.replaceSubrange(first..., with: ordered.map(\.element))
  }
}
