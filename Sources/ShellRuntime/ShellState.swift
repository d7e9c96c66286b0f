// What a shell knows between commands: everything that a subshell gets a copy of. Value types throughout, so that a copy costs
// nothing until it is changed.

import ShellSyntax
import SimKernel
import SimMachine

/// `set -o` options, in the order in which `set -o` lists them.
struct SetOptions {
  var allexport = false
  var braceexpand = true
  var emacs = false
  var errexit = false
  var errtrace = false
  var functrace = false
  var hashall = true
  var histexpand = false
  var history = false
  var ignoreeof = false
  var interactiveComments = true
  var keyword = false
  var monitor = false
  var noclobber = false
  var noexec = false
  var noglob = false
  var nolog = false
  var notify = false
  var nounset = false
  var onecmd = false
  var physical = false
  var pipefail = false
  var posix = false
  var privileged = false
  var verbose = false
  var vi = false
  var xtrace = false

  static let names = [
    "allexport", "braceexpand", "emacs", "errexit", "errtrace", "functrace", "hashall", "histexpand", "history",
    "ignoreeof", "interactive-comments", "keyword", "monitor", "noclobber", "noexec", "noglob", "nolog", "notify",
    "nounset", "onecmd", "physical", "pipefail", "posix", "privileged", "verbose", "vi", "xtrace",
  ]
  static let letters: [(letter: UInt8, name: String)] = [
    (97, "allexport"), (66, "braceexpand"), (101, "errexit"), (69, "errtrace"), (84, "functrace"), (104, "hashall"),
    (72, "histexpand"), (107, "keyword"), (109, "monitor"), (67, "noclobber"), (110, "noexec"), (102, "noglob"),
    (98, "notify"), (117, "nounset"), (116, "onecmd"), (80, "physical"), (112, "privileged"), (118, "verbose"),
    (120, "xtrace"),
  ]

  subscript(name: String) -> Bool? {
    get {
      switch name {
      case "allexport": return allexport
      case "braceexpand": return braceexpand
      case "emacs": return emacs
      case "errexit": return errexit
      case "errtrace": return errtrace
      case "functrace": return functrace
      case "hashall": return hashall
      case "histexpand": return histexpand
      case "history": return history
      case "ignoreeof": return ignoreeof
      case "interactive-comments": return interactiveComments
      case "keyword": return keyword
      case "monitor": return monitor
      case "noclobber": return noclobber
      case "noexec": return noexec
      case "noglob": return noglob
      case "nolog": return nolog
      case "notify": return notify
      case "nounset": return nounset
      case "onecmd": return onecmd
      case "physical": return physical
      case "pipefail": return pipefail
      case "posix": return posix
      case "privileged": return privileged
      case "verbose": return verbose
      case "vi": return vi
      case "xtrace": return xtrace
      default: return nil
      }
    }
    set {
      guard let on = newValue else { return }
      switch name {
      case "allexport": allexport = on
      case "braceexpand": braceexpand = on
      case "emacs": emacs = on
      case "errexit": errexit = on
      case "errtrace": errtrace = on
      case "functrace": functrace = on
      case "hashall": hashall = on
      case "histexpand": histexpand = on
      case "history": history = on
      case "ignoreeof": ignoreeof = on
      case "interactive-comments": interactiveComments = on
      case "keyword": keyword = on
      case "monitor": monitor = on
      case "noclobber": noclobber = on
      case "noexec": noexec = on
      case "noglob": noglob = on
      case "nolog": nolog = on
      case "notify": notify = on
      case "nounset": nounset = on
      case "onecmd": onecmd = on
      case "physical": physical = on
      case "pipefail": pipefail = on
      case "posix": posix = on
      case "privileged": privileged = on
      case "verbose": verbose = on
      case "vi": vi = on
      case "xtrace": xtrace = on
      default: break
      }
    }
  }
}

/// `shopt` options. Those that change nothing here are kept so that they can be set and listed.
struct ShoptOptions {
  static let names = [
    "autocd", "assoc_expand_once", "cdable_vars", "cdspell", "checkhash", "checkjobs", "checkwinsize", "cmdhist",
    "compat31", "compat32", "compat40", "compat41", "compat42", "compat43", "compat44", "complete_fullquote",
    "direxpand", "dirspell", "dotglob", "execfail", "expand_aliases", "extdebug", "extglob", "extquote", "failglob",
    "force_fignore", "globasciiranges", "globskipdots", "globstar", "gnu_errfmt", "histappend", "histreedit",
    "histverify", "hostcomplete", "huponexit", "inherit_errexit", "interactive_comments", "lastpipe", "lithist",
    "localvar_inherit", "localvar_unset", "login_shell", "mailwarn", "no_empty_cmd_completion", "nocaseglob",
    "nocasematch", "noexpand_translation", "nullglob", "patsub_replacement", "progcomp", "progcomp_alias",
    "promptvars", "restricted_shell", "shift_verbose", "sourcepath", "varredir_close", "xpg_echo",
  ]
  private var on: Set<String> = [
    "checkwinsize", "cmdhist", "complete_fullquote", "extquote", "force_fignore", "globasciiranges", "globskipdots",
    "hostcomplete", "interactive_comments", "patsub_replacement", "progcomp", "promptvars", "sourcepath",
  ]
  // The ones looked at often.
  private(set) var extglob = false
  private(set) var nullglob = false
  private(set) var expandAliases = false

  subscript(name: String) -> Bool {
    get { on.contains(name) }
    set {
      if newValue { on.insert(name) } else { on.remove(name) }
      switch name {
      case "extglob": extglob = newValue
      case "nullglob": nullglob = newValue
      case "expand_aliases": expandAliases = newValue
      default: break
      }
    }
  }
}

struct Function {
  let definition: FunctionDefinition
  /// The file it was read from.
  let source: String
  let line: Int
  /// `ShellState.lineOffset` where it was defined.
  var lineOffset = 0
  var exported = false
  var traced = false
}

/// One function call or sourced file that is being run.
struct Call {
  let name: String
  let source: String
  /// The line of the call.
  let line: Int
  let isFunction: Bool
  /// The arguments, for BASH_ARGV; only kept while extdebug is on.
  var arguments: [String]?
  /// The options before `local -`, which come back with the end of the call.
  var options: SetOptions?
}

final class Job {
  let number: Int
  let processes: [Process]
  let text: String
  let group: Int
  /// Already shown as stopped, or known to have been continued.
  var wasStopped = false
  /// The `kill` of the line that was run last was for it.
  var wasSignaledNow = false

  init(number: Int, processes: [Process], text: String, group: Int) {
    self.number = number
    self.processes = processes
    self.text = text
    self.group = group
  }

  var hasEnded: Bool {
    for process in processes where !process.hasEnded { return false }
    return true
  }
  var isRunning: Bool { !hasEnded && !isStopped }
  var isStopped: Bool {
    var stopped = false
    for process in processes where !process.hasEnded {
      if !process.isStopped { return false }
      stopped = true
    }
    return stopped
  }
  var status: ExitStatus? { processes.last?.status }
}

enum NotedCommand {
  case simple(Command)
  case condition(Condition)
  case arithmetic(Word)
  case text(String)

  var text: String {
    switch self {
    case .simple(let command): return ShellPrinter.command(command)
    case .condition(let condition): return "[[ \(ShellPrinter.condition(condition)) ]]"
    case .arithmetic(let word): return "((\(word.text)))"
    case .text(let text): return text
    }
  }
}

struct ShellState {
  var variables = VariableStore()
  var functions: [String: Function] = [:]
  var aliases: [String: String] = [:]
  var options = SetOptions()
  var shopt = ShoptOptions()
  var zero = "bash"
  var positional: [String] = []
  var traps: [String: String] = [:]
  var calls: [Call] = []
  var directories: [String] = []
  /// The shell's own arguments, for BASH_ARGV, once extdebug has been on.
  var debuggedArguments: [String]?
  /// What `ulimit` has set, by option.
  var limits: [String: String] = [:]
  var lastBackground: Int?
  /// Statuses of background children that `wait` may still ask for.
  var jobs: [Job] = []
  /// The jobs are those of the shell that this one was forked from: they can be listed, not waited for.
  var jobsAreInherited = false
  var children: [Process] = []
  var coprocesses: [Coprocess] = []
  var disabledBuiltins: Set<String> = []
  /// Signals that were ignored when the shell began.
  var ignoredAtStart: [Signal] = []
  /// What `complete` was told, by command.
  var completions = OrderedMap<String, String>()
  var hashed = OrderedMap<String, (path: String, hits: Int)>()
  var pipeStatus: [Int32] = [0]
  var lastArgument = ""
  var line = 1
  /// What is added to the lines of the commands that are being run: they come from a `$(…)`, whose lines begin at 0.
  var lineOffset = 0
  /// The line of the command that ended last, for the ERR trap.
  var errorLine = 1
  /// Name of the file (or shell) that commands come from, for messages and BASH_SOURCE.
  var sourceName = ""
  var subshellLevel = 0
  var shellProcess = 0
  var startedSeconds: Int64 = 0
  var secondsBase: Instant = .start
  var randomSeed: UInt32 = 1
  var lastRandom: UInt32 = 0
  /// What BASH_COMMAND shows: a simple command, or the text of another.
  var command: NotedCommand = .text("")
  var getoptsPlace = 1
  var history: [HistoryEntry] = []
  /// Entries that HISTSIZE has pushed out: the first that is left has the number after it.
  var historyBase = 0
  /// Numbers of the jobs that `+` and `-` mark.
  var currentJob: Int?
  var previousJob: Int?
  var traceLevel = 0
}
