// more on a terminal, page by page: that of util-linux 2.38 (Debian 12), which stays at the end until it is told to quit, and that of
// BusyBox, which leaves there. Observed on both. Where its output is no terminal, everything passes through (see `page`).
//
// Left out: other versions of util-linux, several files, options, and the keys for searching, going back and running programs;
// they say "not simulated".

import SimKernel
import SimMachine

final class More: Program {
  private enum Style {
    case utilLinux
    case busyBox
  }

  private let flavour: UtilityFlavour
  /// What answers instead where there is nothing to page.
  private var plain: ToolProgram?
  private var call: ToolCall?
  private var style = Style.utilLinux
  private var columns = 80
  private var rows = 24
  private var keyboard: Terminal?
  /// Read and not yet shown.
  private var text: [UInt8] = []
  private var hasEnded = false
  /// The size of a file, for the share of it that has been shown.
  private var size: Int?
  private var shown = 0
  /// Lines of the screen to fill before the next question.
  private var room = 0
  private var prompt: String?
  private var isQuitting = false

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  func resume(_ process: Process) -> Step {
    if let plain { return plain.resume(process) }
    if call == nil, !begin(process) {
      let program = ToolProgram(
        Tool(process.name, lessOptions, readsInput: inputWhenNoFiles, run: page), flavour)
      plain = program
      return program.resume(process)
    }
    while true {
      if isQuitting { return leave(process) }
      if prompt != nil {
        guard let keyboard else { return .exit(1) }
        switch keyboard.read(1) {
        case .bytes(let keys): for key in keys { press(key, process) }
        case .wouldBlock: return .wait([.queue(keyboard.readable)])
        case .endOfFile, .failed: isQuitting = true
        }
        continue
      }
      if let step = fill(process) { return step }
    }
  }

  func handle(_ signal: Signal, _ process: Process) -> Bool {
    guard signal == .interrupt || signal == .quit, keyboard != nil else { return false }
    isQuitting = true
    return true
  }

  // MARK: Start and end

  /// Whether there is a terminal to page on, and this is a version that is known.
  private func begin(_ process: Process) -> Bool {
    let call = ToolCall(process: process, flavour: flavour)
    guard let screen = process.file(1)?.terminal, process.arguments.count < 3,
      !process.arguments.dropFirst().contains(where: { $0.utf8.first == 45 })
    else { return false }
    if flavour == .busybox {
      style = .busyBox
    } else {
      let release = try? process.fileSystem.read("/etc/debian_version", in: "/", as: process.credentials)
      guard let release, release.starts(with: "12.".utf8) else { return false }
    }
    if let path = process.arguments.dropFirst().first {
      // BusyBox tells how much of a file has been read, which is not what has been shown.
      guard style == .utilLinux, !call.isDirectory(path) else { return false }
      do throws(Errno) { text = try call.read(path) } catch { return false }
      size = text.count
      hasEnded = true
    } else if process.file(0)?.terminal != nil {
      return false
    }
    guard let keys = process.file(2)?.terminal else { return false }
    self.call = call
    keyboard = keys
    keys.isCanonical = false
    keys.echoes = false
    columns = max(1, screen.columns)
    rows = max(2, screen.rows)
    room = rows - 1
    return true
  }

  private func leave(_ process: Process) -> Step {
    clearPrompt(process)
    keyboard?.isCanonical = true
    keyboard?.echoes = true
    return .exit(0)
  }

  // MARK: Showing

  /// Shows lines until the screen is full, then asks; nil when it is time to look again.
  private func fill(_ process: Process) -> Step? {
    while room > 0 {
      guard let newline = text.firstIndex(of: 10) ?? (hasEnded && !text.isEmpty ? text.count : nil) else {
        if hasEnded { break }
        switch process.read(0) {
        case .bytes(let bytes): text += bytes
        case .wouldBlock:
          guard let file = process.file(0) else { return .exit(1) }
          return .wait([.queue(file.readable)])
        case .endOfFile, .failed: hasEnded = true
        }
        continue
      }
      show(newline, process)
    }
    if room <= 0, !hasEnded, text.isEmpty {
      // Whether anything follows decides what is asked.
      switch process.read(0) {
      case .bytes(let bytes): text += bytes
      case .wouldBlock:
        guard let file = process.file(0) else { return .exit(1) }
        return .wait([.queue(file.readable)])
      case .endOfFile, .failed: hasEnded = true
      }
      return nil
    }
    let isAtEnd = hasEnded && text.isEmpty
    if isAtEnd, style == .busyBox {
      isQuitting = true
      return nil
    }
    while room > 0 {
      newline(process)
      room -= 1
    }
    ask(isAtEnd: isAtEnd, process)
    return nil
  }

  /// Whether the line to be written next stands where a question stood.
  private var isOverwriting = false

  private func newline(_ process: Process) {
    process.print(isOverwriting ? "\u{1b}[K\n" : "\n")
    isOverwriting = false
  }

  /// One line of text, which may take several of the screen.
  private func show(_ end: Int, _ process: Process) {
    let line = Array(text[..<end])
    let taken = min(text.count, end + 1)
    switch style {
    case .busyBox:
      process.write(1, line + [10])
      room -= max(1, (displayWidth(line[...]) + columns - 1) / columns)
      text.removeFirst(taken)
      shown += taken
    case .utilLinux:
      // A line is cut where the screen ends; the rest of it may have to wait for the next page.
      let cut = fitting(line)
      process.write(1, line[..<cut].map { $0 })
      newline(process)
      room -= 1
      let gone = cut == line.count ? taken : cut
      text.removeFirst(gone)
      shown += gone
    }
  }

  /// How many bytes of a line fit on the screen's width.
  private func fitting(_ line: [UInt8]) -> Int {
    var column = 0
    var at = 0
    while at < line.count {
      var next = at + 1
      while next < line.count, line[next] & 0xc0 == 0x80 { next += 1 }
      let width = line[at] == 9 ? 8 - column % 8 : displayWidth(line[at..<next])
      if column + width > columns { return at }
      column += width
      at = next
    }
    return at
  }

  // MARK: Asking

  private func ask(isAtEnd: Bool, _ process: Process) {
    switch style {
    case .busyBox: prompt = "--More-- "
    case .utilLinux:
      var words = "--More--"
      if let size, !isAtEnd { words += "(\(shown * 100 / max(1, size))%)" }
      prompt = "\u{1b}[7m" + words + (isAtEnd ? "\r\u{1b}[K(END)" : "") + "\u{1b}[27m"
    }
    process.print(prompt ?? "")
  }

  private func clearPrompt(_ process: Process) {
    guard let prompt else { return }
    self.prompt = nil
    switch style {
    case .busyBox: process.print("\r" + String(repeating: " ", count: prompt.utf8.count) + "\r")
    case .utilLinux: process.print("\r\u{1b}[K")
    }
  }

  private static let hint = "(Enter:next line Space:next page Q:quit R:show the rest)"
  /// Keys of util-linux that do something else.
  private static let others = Array("bdfhsjz/=!vn'.:0123456789".utf8) + [2, 4, 6, 12]

  private func press(_ key: UInt8, _ process: Process) {
    switch key {
    case 32, 10:
      advance(key == 32 ? rows - 1 : 1, process)
    case 113, 81: isQuitting = true
    case 114 where style == .busyBox, 82 where style == .busyBox:
      advance(Int.max, process)
    default:
      if style == .busyBox {
        clearPrompt(process)
        prompt = More.hint
        process.print(More.hint)
      } else if More.others.contains(key) {
        _ = call?.notSimulated("more: the key \(Character(Unicode.Scalar(key)))")
      }
    }
  }

  private func advance(_ lines: Int, _ process: Process) {
    if style == .utilLinux, !(hasEnded && text.isEmpty) {
      prompt = nil
      process.print("\r")
      isOverwriting = true
    } else {
      clearPrompt(process)
    }
    room = lines
  }
}
