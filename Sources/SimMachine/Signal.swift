// Signals, with Linux numbers and the words shells use for them.

package enum Signal: Int32 {
  case hangup = 1
  case interrupt = 2
  case quit = 3
  case illegal = 4
  case trap = 5
  case abort = 6
  case bus = 7
  case floatingPoint = 8
  case kill = 9
  case user1 = 10
  case segmentation = 11
  case user2 = 12
  case pipe = 13
  case alarm = 14
  case terminate = 15
  case stackFault = 16
  case child = 17
  case resume = 18
  case stop = 19
  case terminalStop = 20
  case terminalInput = 21
  case terminalOutput = 22
  case urgent = 23
  case processorTime = 24
  case fileSize = 25
  case virtualAlarm = 26
  case profiling = 27
  case windowChange = 28
  case inputOutput = 29
  case power = 30
  case system = 31

  /// The name without SIG, as `kill -l` prints it.
  package var name: String {
    switch self {
    case .hangup: return "HUP"
    case .interrupt: return "INT"
    case .quit: return "QUIT"
    case .abort: return "ABRT"
    case .kill: return "KILL"
    case .user1: return "USR1"
    case .segmentation: return "SEGV"
    case .user2: return "USR2"
    case .pipe: return "PIPE"
    case .alarm: return "ALRM"
    case .terminate: return "TERM"
    case .child: return "CHLD"
    case .resume: return "CONT"
    case .stop: return "STOP"
    case .terminalStop: return "TSTP"
    case .windowChange: return "WINCH"
    case .illegal: return "ILL"
    case .trap: return "TRAP"
    case .bus: return "BUS"
    case .floatingPoint: return "FPE"
    case .stackFault: return "STKFLT"
    case .terminalInput: return "TTIN"
    case .terminalOutput: return "TTOU"
    case .urgent: return "URG"
    case .processorTime: return "XCPU"
    case .fileSize: return "XFSZ"
    case .virtualAlarm: return "VTALRM"
    case .profiling: return "PROF"
    case .inputOutput: return "IO"
    case .power: return "PWR"
    case .system: return "SYS"
    }
  }

  /// What happens to a process that does nothing about the signal.
  package var endsProcess: Bool {
    switch self {
    case .child, .resume, .stop, .terminalStop, .terminalInput, .terminalOutput, .urgent, .windowChange: return false
    default: return true
    }
  }

  package static let all: [Signal] = [
    .hangup, .interrupt, .quit, .abort, .kill, .user1, .segmentation, .user2, .pipe, .alarm, .terminate, .child,
    .resume, .stop, .terminalStop, .windowChange, .illegal, .trap, .bus, .floatingPoint, .stackFault, .terminalInput,
    .terminalOutput, .urgent, .processorTime, .fileSize, .virtualAlarm, .profiling, .inputOutput, .power, .system,
  ]

  /// Reads `TERM`, `SIGTERM`, `term` or `15`.
  package init?(spelling: String) {
    if let number = Int32(spelling), let signal = Signal(rawValue: number) {
      self = signal
      return
    }
    var upper = spelling.uppercased()
    if upper.hasPrefix("SIG") { upper = String(upper.dropFirst(3)) }
    for signal in Signal.all where signal.name == upper {
      self = signal
      return
    }
    return nil
  }
}

/// How a process ended.
package enum ExitStatus: Equatable {
  case exited(Int32)
  case signaled(Signal)

  /// The number a shell shows as `$?`.
  package var code: Int32 {
    switch self {
    case .exited(let code): return code & 0xff
    case .signaled(let signal): return 128 + signal.rawValue
    }
  }
  package var isSuccess: Bool { self == .exited(0) }
}
