// Children: background jobs, finding and starting programs, the terminal's foreground group, notices about jobs.

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
  enum Located {
    case found(any Program, (path: String, prefix: [String]))
    case handler(Function)
    case failed(Int32)
  }

  /// Finds what a command name runs. Failures have been reported.
  func locate(_ name: String) -> Located {
    let path: String
    if name.utf8.contains(47) {
      path = name
    } else {
      if name.isEmpty {
        complain(flavour == .bash ? ": command not found" : ": not found")
        return .failed(127)
      }
      if flavour == .bash, (variable("PATH") ?? "").isEmpty {
        // Without PATH a name is a file of the working directory.
        path = name
        return locate(path, found: path)
      }
      guard let found = findCommand(name) else {
        if flavour == .bash, let handler = state.functions["command_not_found_handle"] { return .handler(handler) }
        complain("\(name): \(flavour == .bash ? "command not found" : "not found")")
        return .failed(127)
      }
      path = found
    }
    return locate(name, found: path)
  }

  private func locate(_ name: String, found path: String) -> Located {
    let executable: Machine.Executable
    do throws(Errno) {
      let inode = try process.fileSystem.lookup(path, in: process.workingDirectory, as: process.credentials)
      if inode.isDirectory {
        complain("\(path): \(flavour == .bash ? "Is a directory" : "Permission denied")")
        return .failed(126)
      }
      executable = try machine.executable(path, in: process.workingDirectory, as: process.credentials)
    } catch {
      switch error {
      case .noEntry, .notDirectory:
        if flavour == .bash {
          complain("\(path): \(error.message)")
        } else {
          complain("\(path): not found")
        }
        return .failed(error == .notDirectory ? 126 : 127)
      case .notExecutable:
        complain("\(path): cannot execute binary file: Exec format error")
        return .failed(126)
      default:
        complain("\(path): \(error.message)")
        return .failed(126)
      }
    }
    switch executable {
    case .program(let program): return .found(program, (path, [name]))
    case .plainText:
      return .found(ShellProgram(flavour), (path, [state.zero, path]))
    case .script(let interpreter):
      do throws(Errno) {
        var prefix = interpreter
        prefix.append(path)
        guard
          case .program(let program) = try machine.executable(
            interpreter[0], in: process.workingDirectory, as: process.credentials)
        else {
          complain("\(path): \(interpreter[0]): bad interpreter: Permission denied")
          return .failed(126)
        }
        return .found(program, (path, prefix))
      } catch {
        // What a shell prints when the interpreter of a script is missing.
        if flavour == .bash {
          complain(
            error == .noEntry
              ? "\(path): cannot execute: required file not found"
              : "\(path): \(interpreter[0]): bad interpreter: \(error.message)")
          return .failed(error == .noEntry ? 127 : 126)
        }
        complain("\(path): not found")
        return .failed(127)
      }
    }
  }

  /// Searches the hash table and PATH.
  func findCommand(_ name: String) -> String? {
    if let entry = state.hashed[name] {
      if process.fileSystem.exists(entry.path) {
        state.hashed[name] = (entry.path, entry.hits + 1)
        return entry.path
      }
    }
    guard
      let path = machine.find(
        name, path: variable("PATH") ?? "", in: process.workingDirectory, as: process.credentials)
    else { return nil }
    if state.options.hashall { state.hashed[name] = (path, 1) }
    return path
  }

  // MARK: Background

  func startBackground(_ item: AndOr) {
    spend()
    let jobControl = notifiesOfJobs
    var files = inheritedFiles
    if !jobControl { files[0] = NullDevice() }
    let frame: Frame
    if item.rest.isEmpty {
      frame = CommandFrame(item.first)
    } else {
      frame = AndOrFrame(item)
    }
    let child = fork(running: frame, files: files, newGroup: jobControl) {
      $0.replaceable = item.rest.isEmpty
      // Without job control Ctrl-C is for the foreground only.
      $0.ignoresInterrupts = !jobControl && !self.state.options.monitor
    }
    state.lastBackground = child.id
    let text = ShellPrinter.jobText(item)
    let job = addJob([child], text: text, group: child.group)
    if jobControl, isInteractive { writeError("[\(job.number)] \(child.id)\n") }
    status = 0
    state.pipeStatus = [0]
  }

  /// Without job control a shell does not hear of children that are stopped.
  var noticesStops: Bool { isInteractive || state.options.monitor || parentNoticesStops }

  /// Whether what becomes of jobs is told.
  var notifiesOfJobs: Bool { !isSubshell && (isInteractive || state.options.monitor) }

  @discardableResult
  func addJob(_ processes: [Process], text: String, group: Int) -> Job {
    if state.jobsAreInherited {
      state.jobsAreInherited = false
      state.jobs = []
    }
    var number = 1
    for job in state.jobs where job.number >= number { number = job.number + 1 }
    let job = Job(number: number, processes: processes, text: text, group: group)
    state.jobs.append(job)
    resetCurrentJob()
    return job
  }

  func addStoppedJob(_ processes: [Process], text: String) {
    let job = addJob(processes, text: text, group: processes[0].group)
    job.wasStopped = true
    makeCurrent(job)
    writeError("\n\(line(of: job, long: false))\n")
  }

  // MARK: The current job

  /// The job that `+` marks.
  var currentJob: Job? {
    refreshMarks()
    return job(number: state.currentJob)
  }
  /// The job that `-` marks.
  var previousJob: Job? {
    refreshMarks()
    return job(number: state.previousJob)
  }

  private func job(number: Int?) -> Job? {
    guard let number else { return nil }
    return state.jobs.first { $0.number == number }
  }

  /// When a marked job is gone the marks are given anew.
  private func refreshMarks() {
    for mark in [state.currentJob, state.previousJob] {
      if let mark, job(number: mark) == nil { return resetCurrentJob() }
    }
  }

  /// A job of the table, the newest first, below a number.
  private func newestJob(below limit: Int = .max, _ wanted: (Job) -> Bool) -> Job? {
    state.jobs.last { $0.number < limit && wanted($0) }
  }

  /// The current job: one that is stopped if there is any, else the newest that runs.
  func resetCurrentJob() {
    let candidate: Job?
    if let current = job(number: state.currentJob), current.isStopped {
      candidate = current
    } else if let previous = job(number: state.previousJob), previous.isStopped {
      candidate = previous
    } else {
      candidate = newestJob { $0.isStopped } ?? newestJob { $0.isRunning }
    }
    if let candidate {
      makeCurrent(candidate)
    } else {
      state.currentJob = nil
      state.previousJob = nil
    }
  }

  func makeCurrent(_ job: Job) {
    if state.currentJob != job.number {
      state.previousJob = state.currentJob
      state.currentJob = job.number
    }
    if state.previousJob != state.currentJob, let previous = self.job(number: state.previousJob), previous.isStopped {
      return
    }
    if job.isStopped, let older = newestJob(below: job.number, { $0.isStopped }) {
      state.previousJob = older.number
      return
    }
    let running = job.isRunning ? newestJob(below: job.number) { $0.isRunning } : newestJob { $0.isRunning }
    state.previousJob = running?.number ?? job.number
  }

  /// A line of `jobs`.
  func line(of job: Job, long: Bool) -> String {
    let mark = job === currentJob ? "+" : job === previousJob ? "-" : " "
    var word: String
    if job.hasEnded {
      switch job.status {
      case .signaled(let signal)?: word = signalText(signal)
      case .exited(let code)?: word = code == 0 ? "Done" : "Exit \(code & 0xff)"
      case nil: word = "Done"
      }
    } else if job.isStopped, noticesStops {
      word = "Stopped"
    } else {
      word = "Running"
    }
    let running = !job.hasEnded && !(job.isStopped && noticesStops)
    while word.utf8.count < 24 { word += " " }
    let id = long ? "\(paddedLeft(String(job.processes[0].id), 5)) " : ""
    return "[\(job.number)]\(mark) \(long ? "" : " ")\(id)\(word)\(job.text)\(running ? " &" : "")"
  }

  /// Forgets jobs that have ended; an interactive shell says so.
  func reapJobs(notify: Bool) {
    var kept: [Job] = []
    let jobs = state.jobs
    for job in jobs {
      if notify, job.wasSignaledNow {
        // The prompt comes before the news of what the last line did.
        job.wasSignaledNow = false
        kept.append(job)
      } else if job.hasEnded {
        if notify { writeError(line(of: job, long: false) + "\n") }
        ended.append((job.processes.last!.id, job.status!.code))
        if ended.count > 256 { ended.removeFirst() }
      } else {
        if job.isStopped, !job.wasStopped, notify {
          job.wasStopped = true
          makeCurrent(job)
          writeError("\n" + line(of: job, long: false) + "\n")
        }
        kept.append(job)
      }
    }
    state.jobs = kept
    refreshMarks()
  }

  func signalText(_ signal: Signal) -> String {
    switch signal {
    case .hangup: return "Hangup"
    case .interrupt: return "Interrupt"
    case .quit: return "Quit"
    case .abort: return "Aborted"
    case .kill: return "Killed"
    case .user1: return "User defined signal 1"
    case .segmentation: return "Segmentation fault"
    case .user2: return "User defined signal 2"
    case .pipe: return "Broken pipe"
    case .alarm: return "Alarm clock"
    case .terminate: return "Terminated"
    case .illegal: return "Illegal instruction"
    case .trap: return "Trace/breakpoint trap"
    case .bus: return "Bus error"
    case .floatingPoint: return "Floating point exception"
    case .stackFault: return "Stack fault"
    case .processorTime: return "CPU time limit exceeded"
    case .fileSize: return "File size limit exceeded"
    case .virtualAlarm: return "Virtual timer expired"
    case .profiling: return "Profiling timer expired"
    case .inputOutput: return "I/O possible"
    case .power: return "Power failure"
    case .system: return "Bad system call"
    default: return signal.name
    }
  }

  /// Whether Ctrl-C ended a foreground child of an interactive shell, which then drops the rest of the line with it.
  func dropsLine(after status: ExitStatus?) -> Bool {
    guard case .signaled(.interrupt)? = status, isInteractive, !isSubshell, state.traps["INT"] == nil else {
      return false
    }
    self.status = 130
    state.pipeStatus = [130]
    unwind(.line)
    return true
  }

  /// A foreground child has ended: what killed it is said, and, by a shell at a terminal, what else has ended meanwhile.
  func foregroundEnded(_ status: ExitStatus, _ child: Process, text: String) {
    reportSignal(status, child, text: text)
    if notifiesOfJobs { reapJobs(notify: true) }
  }

  /// What a shell says when a foreground child was killed.
  func reportSignal(_ status: ExitStatus, _ child: Process, text: String) {
    guard case .signaled(let signal) = status else { return }
    if signal == .pipe { return }
    if flavour != .bash, signal != .interrupt, !isSubshell, process.account.limitReached == nil {
      writeError(signalText(signal) + "\n")
      return
    }
    if signal == .interrupt {
      if isInteractive { writeError("\n") }
      return
    }
    if process.account.limitReached != nil { return }
    if isInteractive {
      writeError(signalText(signal) + "\n")
      return
    }
    if isSubshell, replaceable { return }
    if signal == .terminate || state.traps[signal.name] != nil {
      writeError(signalText(signal) + "\n")
      return
    }
    var word = signalText(signal)
    while word.utf8.count < 24 { word += " " }
    var id = String(child.id)
    while id.utf8.count < 5 { id = " " + id }
    writeError("\(messagePrefix)\(id) \(word)\(text)\n")
  }

  // MARK: The terminal

  var terminal: Terminal? { process.file(0)?.terminal ?? process.file(2)?.terminal ?? process.file(1)?.terminal }

  /// COLUMNS and LINES follow the window when its size has changed.
  func noteWindowSize(known: inout (columns: Int, rows: Int)?) {
    guard let terminal else { return }
    if let known, known == (terminal.columns, terminal.rows) { return }
    known = (terminal.columns, terminal.rows)
    set("COLUMNS", String(terminal.columns))
    set("LINES", String(terminal.rows))
  }

  func giveTerminal(to group: Int) { terminal?.foregroundGroup = group }

  func reclaimTerminal() {
    guard isInteractive, !isSubshell, let terminal else { return }
    terminal.foregroundGroup = process.group
    terminal.isCanonical = true
    terminal.echoes = true
  }
}
