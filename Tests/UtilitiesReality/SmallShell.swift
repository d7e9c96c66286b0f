// Just enough of a shell to run the cases: words with quotes, pipelines, `;`, `&&`, `||`, redirections and here-strings.
// The cases keep to what it knows, so that they test the utilities and nothing else.

import SimKernel
import SimMachine
import Utilities

struct SimulatedOutcome {
  var output: [UInt8] = []
  var error: [UInt8] = []
  var code: Int32 = 0
  var notSimulated: [String] = []
}

final class SmallShell {
  let world = World()
  let machine: Machine
  private var output: [UInt8] = []
  private var error: [UInt8] = []
  private var notes: [String] = []
  private let directory = "/work"

  init() {
    let commands = CommandTable()
    registerUtilities(into: commands)
    machine = Machine(world: world, hostname: "lab", commands: commands)
    installUtilities(on: machine)
    _ = try? machine.fileSystem.makeDirectory(directory)
  }

  func run(_ script: String) -> SimulatedOutcome {
    output = []
    error = []
    notes = []
    var code: Int32 = 0
    for line in lists(script) { code = runList(line, code) }
    return SimulatedOutcome(output: output, error: error, code: code, notSimulated: notes)
  }

  enum Token: Equatable {
    case word(String)
    case mark(String)
  }

  /// The lines of a script; a quoted text may hold newlines.
  private func lists(_ script: String) -> [[Token]] {
    var lines: [[Token]] = []
    var tokens: [Token] = []
    let text = Array(script.utf8)
    var i = 0
    var word: [UInt8]?
    func endWord() {
      if let done = word { tokens.append(.word(String(decoding: done, as: UTF8.self))) }
      word = nil
    }
    while i < text.count {
      let byte = text[i]
      switch byte {
      case 32, 9: endWord()
      case 10:
        endWord()
        lines.append(tokens)
        tokens = []
      case 39:
        word = word ?? []
        i += 1
        while i < text.count, text[i] != 39 {
          word!.append(text[i])
          i += 1
        }
      case 34:
        word = word ?? []
        i += 1
        while i < text.count, text[i] != 34 {
          if text[i] == 92, i + 1 < text.count, [34, 92, 36, 96].contains(text[i + 1]) { i += 1 }
          word!.append(text[i])
          i += 1
        }
      case 36 where i + 1 < text.count && text[i + 1] == 39:
        word = word ?? []
        i += 2
        while i < text.count, text[i] != 39 {
          if text[i] == 92, i + 1 < text.count {
            i += 1
            let escapes: [UInt8: UInt8] = [110: 10, 116: 9, 92: 92, 39: 39, 101: 27, 114: 13, 48: 0]
            word!.append(escapes[text[i]] ?? text[i])
          } else {
            word!.append(text[i])
          }
          i += 1
        }
      case 92 where i + 1 < text.count:
        word = word ?? []
        i += 1
        word!.append(text[i])
      case 35 where word == nil:
        while i + 1 < text.count, text[i + 1] != 10 { i += 1 }
      case 124, 38, 59, 60, 62:
        var prefix = ""
        if byte == 60 || byte == 62, let digits = word, digits.count == 1, digits[0] >= 48, digits[0] <= 57 {
          prefix = String(decoding: digits, as: UTF8.self)
          word = nil
        }
        endWord()
        var mark = prefix + String(decoding: [byte], as: UTF8.self)
        while i + 1 < text.count, [124, 38, 60, 62].contains(text[i + 1]),
          ["||", "&&", ">>", ">&", "<<", "<<<", "&>"].contains(where: {
            $0.hasPrefix(String(mark.drop(while: { $0.isNumber })) + String(decoding: [text[i + 1]], as: UTF8.self))
          })
        {
          i += 1
          mark += String(decoding: [text[i]], as: UTF8.self)
        }
        tokens.append(.mark(mark))
      default: word = (word ?? []) + [byte]
      }
      i += 1
    }
    endWord()
    if !tokens.isEmpty { lines.append(tokens) }
    return lines
  }

  private func runList(_ tokens: [Token], _ before: Int32) -> Int32 {
    var code = before
    var current: [Token] = []
    var condition = ";"
    func runCurrent() {
      guard !current.isEmpty else { return }
      if condition == ";" || (condition == "&&" && code == 0) || (condition == "||" && code != 0) {
        code = runPipeline(current)
      }
      current = []
    }
    for token in tokens {
      if case .mark(let mark) = token, [";", "&&", "||"].contains(mark) {
        runCurrent()
        condition = mark
      } else {
        current.append(token)
      }
    }
    runCurrent()
    return code
  }

  private func runPipeline(_ tokens: [Token]) -> Int32 {
    var commands: [[Token]] = [[]]
    for token in tokens {
      if token == .mark("|") { commands.append([]) } else { commands[commands.count - 1].append(token) }
    }
    let account = Account()
    let sink = SinkFile { [self] in output += $0 }
    let errorSink = SinkFile { [self] in error += $0 }
    var input: OpenFile = BytesFile([])
    var last: SimMachine.Process?
    var lastCode: Int32 = 0
    var ends: [OpenFile] = []
    for (index, command) in commands.enumerated() {
      var files: [Int: OpenFile] = [0: input, 1: sink, 2: errorSink]
      if index < commands.count - 1 {
        let pipe = Pipe()
        files[1] = pipe.writer
        input = pipe.reader
        ends += [pipe.writer, pipe.reader]
        pipe.writer.retain()
        pipe.reader.retain()
      }
      var words: [String] = []
      var environment = Environment([
        ("PATH", "/usr/bin:/bin"), ("HOME", "/root"), ("LC_ALL", "C.UTF-8"), ("TZ", "UTC"),
      ])
      var at = 0
      var failed = false
      while at < command.count {
        switch command[at] {
        case .word(let word):
          if words.isEmpty, let equals = word.firstIndex(of: "="), word.first!.isLetter {
            environment[String(word[..<equals])] = String(word[word.index(after: equals)...])
          } else {
            words.append(word)
          }
        case .mark(let mark):
          at += 1
          guard at < command.count, case .word(let target) = command[at] else { return 2 }
          let digits = mark.prefix { $0.isNumber }
          let kind = String(mark.dropFirst(digits.count))
          let descriptor = Int(digits) ?? (kind.hasPrefix("<") ? 0 : 1)
          do throws(Errno) {
            switch kind {
            case "<": files[descriptor] = try machine.fileSystem.open(target, in: directory, .read)
            case ">": files[descriptor] = try machine.fileSystem.open(target, in: directory, .write)
            case ">>": files[descriptor] = try machine.fileSystem.open(target, in: directory, .append)
            case ">&": files[descriptor] = files[Int(target)!]
            case "&>":
              files[1] = try machine.fileSystem.open(target, in: directory, .write)
              files[2] = files[1]
            case "<<<": files[0] = BytesFile(Array(target.utf8) + [10])
            default: return 2
            }
          } catch {
            self.error += Array("bash: line 1: \(target): \(error.message)\n".utf8)
            failed = true
          }
        }
        at += 1
      }
      last = nil
      lastCode = failed ? 1 : 0
      if failed || words.isEmpty { continue }
      guard let path = machine.find(words[0], path: "/usr/bin:/bin", in: directory, as: .root) else {
        error += Array("bash: line 1: \(words[0]): command not found\n".utf8)
        lastCode = 127
        continue
      }
      guard case .program(let program)? = try? machine.executable(path, in: directory, as: .root) else {
        lastCode = 126
        continue
      }
      last = machine.start(
        program, arguments: words, environment: environment, workingDirectory: directory, files: files, account: account
      )
    }
    for end in ends { end.release() }
    var turns = 0
    while last.map({ !$0.hasEnded }) ?? false || !machine.processes.isEmpty, turns < 4_000_000 {
      guard world.step() else { break }
      turns += 1
    }
    notes += account.notSimulated
    if let limit = account.limitReached { notes.append(limit) }
    return last?.status?.code ?? (last == nil ? lastCode : 254)
  }
}
