// wait, jobs, fg, bg, kill, disown.

import ShellSyntax
import SimKernel
import SimMachine

/// `wait`: for children to end.
final class WaitFrame: Frame {
  enum Wanted {
    case all
    case any([Process], Bool)
    case these([(Process?, Int32)])
  }
  private let wanted: Wanted
  private let variable: String?
  private var begun = false

  init(_ wanted: Wanted, variable: String? = nil) {
    self.wanted = wanted
    self.variable = variable
  }

  override func step(_ shell: ShellProgram) -> Flow {
    let notifies = shell.notifiesOfJobs
    if notifies { for job in shell.state.jobs { job.wasSignaledNow = false } }
    // A trapped signal ends the wait.
    if let interrupted = shell.waitInterrupted {
      shell.waitInterrupted = nil
      return done(shell, interrupted)
    }
    switch wanted {
    case .all:
      if notifies {
        if begun {
          shell.reapJobs(notify: true)
        } else {
          // What had ended before is not news any more.
          shell.noteEnded()
          shell.state.jobs.removeAll { $0.hasEnded }
        }
        begun = true
      }
      var waits: [Wait] = []
      for job in shell.state.jobs where !shell.state.jobsAreInherited {
        for process in job.processes where !process.hasEnded { waits.append(.queue(process.ended)) }
      }
      if waits.isEmpty {
        shell.noteEnded()
        shell.reapJobs(notify: false)
        return done(shell, 0)
      }
      return .wait(waits)
    case .any(let processes, _):
      var waits: [Wait] = []
      for process in processes {
        if let status = process.status {
          if notifies, let job = shell.state.jobs.first(where: { $0.processes.contains { $0 === process } }) {
            shell.writeError(shell.line(of: job, long: false) + "\n")
          }
          shell.forget(process)
          if let variable { shell.set(variable, String(process.id)) }
          return done(shell, status.code)
        }
        waits.append(.queue(process.ended))
      }
      if waits.isEmpty { return done(shell, 127) }
      return .wait(waits)
    case .these(let targets):
      var code: Int32 = 0
      for (process, fallback) in targets {
        guard let process else {
          code = fallback
          continue
        }
        guard let status = process.status else { return .wait([.queue(process.ended)]) }
        code = status.code
      }
      for (process, _) in targets {
        if let process {
          if let variable { shell.set(variable, String(process.id)) }
          var isReported = false
          if case .signaled(let signal)? = process.status, !shell.isInteractive, signal != .interrupt, signal != .pipe,
            signal != .terminate || shell.flavour != .bash,
            let job = shell.state.jobs.first(where: { $0.processes.contains { $0 === process } })
          {
            isReported = true
            shell.reportSignal(.signaled(signal), process, text: job.text)
          }
          if notifies, !isReported,
            let job = shell.state.jobs.first(where: { $0.processes.contains { $0 === process } })
          {
            shell.writeError(shell.line(of: job, long: false) + "\n")
          }
          shell.forget(process)
        }
      }
      return done(shell, code)
    }
  }

  private func done(_ shell: ShellProgram, _ code: Int32) -> Flow {
    shell.reapCoprocesses()
    shell.pop()
    shell.status = code
    return .go
  }
}

/// `fg`: a job in the foreground.
final class ForegroundFrame: Frame {
  private let job: Job
  private var started = false

  init(_ job: Job) { self.job = job }

  override var holdsTraps: Bool { true }

  override func step(_ shell: ShellProgram) -> Flow {
    if !started {
      started = true
      shell.giveTerminal(to: job.group)
      shell.machine.signal(.resume, group: job.group)
      job.wasStopped = false
    }
    if job.hasEnded {
      shell.reclaimTerminal()
      let status = job.status ?? .exited(0)
      shell.state.jobs.removeAll { $0 === job }
      shell.reportSignal(status, job.processes.last!, text: job.text)
      shell.pop()
      shell.status = status.code
      return .go
    }
    if job.isStopped {
      shell.reclaimTerminal()
      job.wasStopped = true
      shell.makeCurrent(job)
      shell.writeError("\n\(shell.line(of: job, long: false))\n")
      shell.pop()
      shell.status = 148
      return .go
    }
    var waits: [Wait] = []
    for process in job.processes where !process.hasEnded { waits.append(.queue(process.ended)) }
    return .wait(waits)
  }
}

extension ShellProgram {
  /// Remembers the statuses of jobs that have ended, for a later `wait PID`.
  func noteEnded() {
    for job in state.jobs where job.hasEnded {
      ended.append((job.processes.last!.id, job.status!.code))
    }
  }

  func forget(_ process: Process) {
    if let status = process.status { ended.append((process.id, status.code)) }
    state.jobs.removeAll { job in job.hasEnded && job.processes.contains { $0 === process } }
  }

  /// A job from `%1`, `%+`, `%-`, `%name`, `%?text`.
  func job(_ spec: String) -> Job? {
    if spec == "%" || spec == "%%" || spec == "%+" { return currentJob }
    if spec == "%-" { return previousJob }
    guard spec.utf8.first == 37 else { return nil }
    let rest = String(spec.dropFirst())
    if let number = Int(rest) { return state.jobs.first { $0.number == number } }
    if rest.utf8.first == 63 {
      let part = Array(rest.utf8.dropFirst())
      return state.jobs.first { job in
        let text = Array(job.text.utf8)
        guard text.count >= part.count else { return false }
        for start in 0...(text.count - part.count) where Array(text[start..<start + part.count]) == part { return true }
        return false
      }
    }
    return state.jobs.first { $0.text.utf8.starts(with: rest.utf8) }
  }

  func wait(_ words: [String]) throws(Abort) -> Outcome {
    var any = false
    var target: String?
    var index = 0
    while index < words.count, words[index].utf8.first == 45, words[index].utf8.count > 1 {
      let word = words[index]
      index += 1
      if word == "--" { break }
      if word == "-n" {
        any = true
      } else if word == "-f" {
        continue
      } else if word == "-p" {
        target = index < words.count ? words[index] : nil
        index += 1
      } else {
        return .status(invalidOption(word))
      }
    }
    let operands = Array(words[min(index, words.count)...])
    if any {
      var processes: [Process] = []
      if operands.isEmpty {
        for job in state.jobs where !state.jobsAreInherited {
          if let last = job.processes.last { processes.append(last) }
        }
      } else {
        for word in operands {
          if let job = job(word), let last = job.processes.last {
            processes.append(last)
          } else if let id = Int(word), let found = child(id) {
            processes.append(found)
          } else {
            complain("\(word): no such job", builtin: true)
          }
        }
      }
      if processes.isEmpty { return .status(127) }
      return .frame(WaitFrame(.any(processes, true), variable: target))
    }
    if operands.isEmpty { return .frame(WaitFrame(.all)) }
    var targets: [(Process?, Int32)] = []
    for word in operands {
      if word.utf8.first == 37 {
        guard let job = job(word) else {
          complain("\(word): no such job", builtin: true)
          targets.append((nil, 127))
          continue
        }
        targets.append((job.processes.last, 0))
      } else if let id = Int(word), id >= 0 {
        if let process = child(id) {
          targets.append((process, 0))
        } else if let past = ended.last(where: { $0.id == id }) {
          targets.append((nil, past.code))
        } else {
          if flavour == .bash { complain("pid \(word) is not a child of this shell", builtin: true) }
          targets.append((nil, 127))
        }
      } else {
        complain("`\(word)': not a pid or valid job spec", builtin: true)
        targets.append((nil, 1))
      }
    }
    return .frame(WaitFrame(.these(targets), variable: target))
  }

  /// A child of this very shell, not one that it knows from its parent.
  private func child(_ id: Int) -> Process? {
    if state.jobsAreInherited { return nil }
    for job in state.jobs {
      for process in job.processes where process.id == id { return process }
    }
    return nil
  }

  func jobsCommand(_ words: [String]) -> Int32 {
    var long = false
    var ids = false
    var running = false
    var stopped = false
    var operands: [String] = []
    for word in words {
      if word.utf8.first == 45 {
        for letter in word.utf8.dropFirst() {
          switch letter {
          case 108: long = true
          case 112: ids = true
          case 114: running = true
          case 115: stopped = true
          case 110: break
          case 120:
            notSimulated("jobs -x")
            return 1
          default: return invalidOption("-\(String(raw: [letter]))")
          }
        }
      } else {
        operands.append(word)
      }
    }
    var code: Int32 = 0
    var shown = state.jobs
    if !operands.isEmpty {
      shown = []
      for word in operands {
        if let job = job(word.utf8.first == 37 ? word : "%" + word) {
          shown.append(job)
        } else {
          complain("\(word): no such job", builtin: true)
          code = 1
        }
      }
    }
    for job in shown {
      if running, job.hasEnded || (job.isStopped && noticesStops) { continue }
      if stopped, !(job.isStopped && noticesStops) { continue }
      if job.isStopped { job.wasStopped = true }
      write(ids ? "\(job.processes[0].id)\n" : line(of: job, long: long) + "\n")
    }
    noteEnded()
    state.jobs.removeAll { $0.hasEnded }
    return code
  }

  func foreground(_ words: [String]) -> Outcome {
    guard isInteractive || state.options.monitor else {
      complain(flavour == .bash ? "no job control" : "No current job", builtin: true)
      return .status(flavour == .bash ? 1 : 2)
    }
    guard let job = words.first.map({ job($0.utf8.first == 37 ? $0 : "%" + $0) }) ?? currentJob else {
      complain("\(words.first ?? "current"): no such job", builtin: true)
      return .status(1)
    }
    write(job.text + "\n")
    return .frame(ForegroundFrame(job))
  }

  func backgroundCommand(_ words: [String]) -> Int32 {
    guard isInteractive || state.options.monitor else {
      complain(flavour == .bash ? "no job control" : "No current job", builtin: true)
      return flavour == .bash ? 1 : 2
    }
    var code: Int32 = 0
    for word in words.isEmpty ? ["%+"] : words {
      guard let job = job(word.utf8.first == 37 ? word : "%" + word) else {
        complain("\(words.isEmpty ? "current" : word): no such job", builtin: true)
        code = 1
        continue
      }
      if !job.isStopped, !job.hasEnded {
        complain("job \(job.number) already in background", builtin: true)
        continue
      }
      let mark = job === currentJob ? "+" : job === previousJob ? "-" : " "
      write("[\(job.number)]\(mark) \(job.text) &\n")
      job.wasStopped = false
      machine.signal(.resume, group: job.group)
      resetCurrentJob()
    }
    return code
  }

  func disown(_ words: [String]) -> Int32 {
    if words.isEmpty {
      guard let job = currentJob else {
        complain("current: no such job", builtin: true)
        return 1
      }
      state.jobs.removeAll { $0 === job }
      return 0
    }
    var code: Int32 = 0
    for word in words {
      if word == "-a" || word == "-r" || word == "-ar" {
        state.jobs = []
      } else if word == "-h" {
        continue
      } else if let job = job(word) ?? state.jobs.first(where: { $0.processes.contains { String($0.id) == word } }) {
        state.jobs.removeAll { $0 === job }
      } else {
        complain("\(word): no such job", builtin: true)
        code = 1
      }
    }
    return code
  }

  /// dash names a signal by its number or by an exit status, and nothing else.
  private func namesDashSignal(_ word: String) -> Int32 {
    guard let given = Int(word), given >= 0 else {
      complain("Illegal number: \(word)", builtin: true)
      return 2
    }
    let number = given > 128 ? given - 128 : given
    guard (1...64).contains(number) else {
      complain("invalid signal number or exit status: \(word)", builtin: true)
      return 2
    }
    write(ShellProgram.dashSignal(number) + "\n")
    return 0
  }

  func kill(_ words: [String]) -> Int32 {
    var signal = Signal.terminate
    var zero = false
    var rest = words[...]
    guard let first = rest.first else {
      switch flavour {
      case .bash: writeError(usageOf("kill"))
      case .dash:
        complain("Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\nkill -l [exitstatus]", builtin: true)
      case .ash: complain("you need to specify whom to kill", builtin: true)
      }
      return flavour == .ash ? 1 : 2
    }
    func parse(_ text: String) -> Bool {
      if text == "0" || text == "EXIT" {
        zero = true
        return true
      }
      guard let found = Signal(spelling: text) else {
        if ShellProgram.signalNames.contains(where: {
          String($0.0) == text || $0.1 == text.uppercased() || $0.1.dropFirst(3) == text.uppercased()
        }) {
          notSimulated("signal \(text)")
          zero = true
          return true
        }
        if flavour == .dash, first.utf8.first == 45, first != "-s", let letter = text.first {
          complain("Illegal option -\(letter)", builtin: true)
        } else {
          complain("\(text): invalid signal specification", builtin: true)
        }
        return false
      }
      signal = found
      return true
    }
    if first == "-l" || first == "-L" {
      // One word with a dash behind it is read as the signal to send, and not looked at any more.
      if flavour == .bash, rest.count > 1 {
        let word = rest[rest.startIndex + 1]
        if word == "--" || word.utf8.first == 45 && word.utf8.count > 1 { rest.remove(at: rest.startIndex + 1) }
      }
      if rest.count == 1 {
        if flavour == .dash {
          for number in 0...64 { write(ShellProgram.dashSignal(number) + "\n") }
        } else {
          listSignals()
        }
        return 0
      }
      if flavour == .dash { return namesDashSignal(rest[rest.startIndex + 1]) }
      var code: Int32 = 0
      for word in rest.dropFirst() {
        if let number = ShellProgram.pseudoSignals.first(where: { $0.0 == word.uppercased() })?.1 {
          write("\(number)\n")
          continue
        }
        if var number = Int(word) {
          if number > 128 { number -= 128 }
          if number == 0 {
            write("EXIT\n")
            continue
          }
          if let entry = ShellProgram.signalNames.first(where: { $0.0 == number }) {
            write(entry.1.dropFirst(3) + "\n")
            continue
          }
        } else {
          var upper = word.uppercased()
          if !upper.utf8.starts(with: "SIG".utf8) { upper = "SIG" + upper }
          if let entry = ShellProgram.signalNames.first(where: { $0.1 == upper }) {
            write("\(entry.0)\n")
            continue
          }
        }
        complain("\(word): invalid signal specification", builtin: true)
        code = 1
      }
      return code
    }
    if first == "-s" || first == "-n" {
      rest = rest.dropFirst()
      guard let name = rest.first else {
        complain("\(first): option requires an argument", builtin: true)
        return 1
      }
      guard parse(name) else { return 1 }
      rest = rest.dropFirst()
    } else if first == "--" {
      rest = rest.dropFirst()
    } else if first.utf8.first == 45, first.utf8.count > 1 {
      guard parse(String(first.dropFirst())) else { return flavour == .dash ? 2 : 1 }
      rest = rest.dropFirst()
      if rest.first == "--" { rest = rest.dropFirst() }
    }
    guard !rest.isEmpty else {
      writeError(usageOf("kill"))
      return 2
    }
    var code: Int32 = 0
    for word in rest {
      if word.utf8.first == 37 {
        guard let job = job(word) else {
          complain("\(word): no such job", builtin: true)
          code = 1
          continue
        }
        if zero { continue }
        job.wasSignaledNow = isInteractive && !isSubshell
        for process in job.processes {
          if notifiesOfJobs {
            machine.signal(signal, group: process.group)
            if job.isStopped, signal == .terminate || signal == .hangup {
              machine.signal(.resume, group: process.group)
            }
            break
          }
          process.send(signal)
        }
        continue
      }
      guard let id = Int(word) else {
        complain(
          word.isEmpty && flavour == .bash
            ? "`': not a pid or valid job spec" : "\(word): arguments must be process or job IDs", builtin: true)
        code = 1
        continue
      }
      if id < 0 || id == 0 {
        let group = id == 0 ? process.group : -id
        if !zero {
          machine.signal(signal, group: group)
          yieldsForSignal = true
        }
        continue
      }
      guard let target = machine.process(id) else {
        complain(
          flavour == .bash
            ? "(\(id)) - No such process"
            : flavour == .dash ? "No such process\n" : "can't kill pid \(id): No such process", builtin: true)
        code = 1
        continue
      }
      if process.credentials.user != 0, target.credentials.user != process.credentials.user {
        complain("(\(id)) - Operation not permitted", builtin: true)
        code = 1
        continue
      }
      if zero { continue }
      if isInteractive, !isSubshell {
        for job in state.jobs where job.processes.contains(where: { $0 === target }) { job.wasSignaledNow = true }
      }
      target.send(signal, from: process)
      if target === process { yieldsForSignal = true }
    }
    return code
  }
}
