// Which builtins there are and what runs them.

import ShellSyntax
import SimKernel
import SimMachine

let builtinNames: [String] = [
  ".", ":", "[", "alias", "bg", "bind", "break", "builtin", "caller", "cd", "command", "compgen", "complete", "compopt",
  "continue", "declare", "dirs", "disown", "echo", "enable", "eval", "exec", "exit", "export", "false", "fc", "fg",
  "getopts", "hash", "help", "history", "jobs", "kill", "let", "local", "logout", "mapfile", "popd", "printf", "pushd",
  "pwd", "read", "readarray", "readonly", "return", "set", "shift", "shopt", "source", "suspend", "test", "times",
  "trap", "true", "type", "typeset", "ulimit", "umask", "unalias", "unset", "wait",
]
private let builtinSet = Set(builtinNames)
let specialBuiltins: Set<String> = [
  ".", ":", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift", "source",
  "times", "trap", "unset",
]
let declarationCommands: Set<String> = ["declare", "typeset", "local", "export", "readonly"]
/// Builtins of bash that a POSIX shell such as dash does not have.
private let bashOnly: Set<String> = [
  "bind", "builtin", "caller", "compgen", "complete", "compopt", "declare", "dirs", "disown", "enable", "fc", "help",
  "history", "let", "logout", "mapfile", "popd", "pushd", "readarray", "shopt", "source", "suspend", "typeset",
]

extension ShellProgram {
  func isBuiltin(_ name: String) -> Bool {
    guard builtinSet.contains(name), !state.disabledBuiltins.contains(name) else { return false }
    if flavour == .dash, bashOnly.contains(name) { return false }
    if flavour == .ash, bashOnly.contains(name), name != "source", name != "let", name != "help", name != "history" {
      return false
    }
    return true
  }

  func runBuiltin(_ name: String, _ words: [String], redirected: Bool) throws(Abort) -> Outcome {
    if let status = refusedOption(name, words) { return .status(status) }
    switch name {
    case ":", "true": return .status(0)
    case "false": return .status(1)
    case "echo": return .status(echo(words))
    case "printf": return .status(try printf(words))
    case "test", "[": return .status(test(name, words))
    case "read": return try read(words)
    case "cd": return .status(changeDirectory(words))
    case "pwd": return .status(printDirectory(words))
    case "unset": return .status(try unset(words))
    case "set": return .status(setCommand(words))
    case "shopt": return .status(shoptCommand(words))
    case "eval": return eval(words)
    case "source", ".": return source(words)
    case "exec": return exec(words)
    case "exit", "logout": return exit(words)
    case "return": return returnCommand(words)
    case "break", "continue": return loopControl(name, words)
    case "shift": return shift(words)
    case "getopts": return .status(try getopts(words))
    case "trap": return .status(trapCommand(words))
    case "wait": return try wait(words)
    case "jobs": return .status(jobsCommand(words))
    case "fg": return foreground(words)
    case "bg": return .status(backgroundCommand(words))
    case "kill": return .status(kill(words))
    case "disown": return .status(disown(words))
    case "alias": return .status(alias(words))
    case "unalias": return .status(unalias(words))
    case "type": return .status(type(words))
    case "command": return .status(commandLookup(words))
    case "builtin": return .status(0)
    case "hash": return .status(hash(words))
    case "let": return .status(try letCommand(words))
    case "times":
      write("0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n")
      return .status(0)
    case "ulimit": return .status(ulimit(words))
    case "umask": return .status(umask(words))
    case "mapfile", "readarray": return try mapfile(words)
    case "dirs", "pushd", "popd": return .status(directoryStack(name, words))
    case "history": return .status(history(words))
    case "help": return .status(help(words))
    case "enable": return .status(enable(words))
    case "compgen": return .status(compgen(words))
    case "complete": return .status(complete(words))
    case "bind": return .status(bind(words))
    case "compopt": return .status(0)
    case "caller": return .status(caller(words))
    case "suspend":
      guard state.options.monitor || words.contains("-f") else {
        complain("cannot suspend: no job control", builtin: true)
        return .status(1)
      }
      process.send(.stop)
      return .status(0)
    case "fc": return fixCommand(words)
    default:
      notSimulated(name)
      return .status(1)
    }
  }

  /// The usage line that follows "invalid option".
  func usageOf(_ name: String) -> String {
    guard let synopsis = builtinSynopses[name] else { return "" }
    return "\(name): usage: \(synopsis)\n"
  }

  func invalidOption(_ option: String) -> Int32 {
    complain("\(option): invalid option", builtin: true)
    if flavour == .bash { writeError(usageOf(commandName)) }
    return 2
  }
}

/// Synopses as `help` and usage messages word them.
let builtinSynopses: [String: String] = [
  "alias": "alias [-p] [name[=value] ... ]", "bg": "bg [job_spec ...]", "break": "break [n]",
  "bind":
    "bind [-lpsvPSVX] [-m keymap] [-f filename] [-q name] [-u name] [-r keyseq] [-x keyseq:shell-command] [keyseq:readline-function or readline-command]",
  "builtin": "builtin [shell-builtin [arg ...]]", "caller": "caller [expr]", "cd": "cd [-L|[-P [-e]] [-@]] [dir]",
  "command": "command [-pVv] command [arg ...]",
  "compgen":
    "compgen [-abcdefgjksuv] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [word]",
  "complete":
    "complete [-abcdefgjksuv] [-pr] [-DEI] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [name ...]",
  "continue": "continue [n]",
  "declare": "declare [-aAfFgiIlnrtux] [name[=value] ...] or declare -p [-aAfFilnrtux] [name ...]",
  "typeset": "typeset [-aAfFgiIlnrtux] name[=value] ... or typeset -p [-aAfFilnrtux] [name ...]",
  "dirs": "dirs [-clpv] [+N] [-N]", "disown": "disown [-h] [-ar] [jobspec ... | pid ...]",
  "enable": "enable [-a] [-dnps] [-f filename] [name ...]", "eval": "eval [arg ...]",
  "exec": "exec [-cl] [-a name] [command [argument ...]] [redirection ...]", "exit": "exit [n]",
  "fc": "fc [-e ename] [-lnr] [first] [last] or fc -s [pat=rep] [command]",
  "export": "export [-fn] [name[=value] ...] or export -p", "fg": "fg [job_spec]",
  "getopts": "getopts optstring name [arg ...]", "hash": "hash [-lr] [-p pathname] [-dt] [name ...]",
  "help": "help [-dms] [pattern ...]",
  "history":
    "history [-c] [-d offset] [n] or history -anrw [filename] or history -ps arg [arg...]",
  "jobs": "jobs [-lnprs] [jobspec ...] or jobs -x command [args]",
  "kill": "kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]", "let": "let arg [arg ...]",
  "local": "local [option] name[=value] ...", "logout": "logout [n]",
  "mapfile":
    "mapfile [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]",
  "readarray":
    "readarray [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]",
  "popd": "popd [-n] [+N | -N]", "printf": "printf [-v var] format [arguments]", "pushd": "pushd [-n] [+N | -N | dir]",
  "pwd": "pwd [-LP]",
  "read":
    "read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]",
  "readonly": "readonly [-aAf] [name[=value] ...] or readonly -p", "return": "return [n]",
  "set": "set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]", "shift": "shift [n]",
  "shopt": "shopt [-pqsu] [-o] [optname ...]", "source": "source filename [arguments]", ".": ". filename [arguments]",
  "suspend": "suspend [-f]", "test": "test [expr]", "times": "times", "trap": "trap [-lp] [[arg] signal_spec ...]",
  "type": "type [-afptP] name [name ...]", "ulimit": "ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]",
  "umask": "umask [-p] [-S] [mode]", "unalias": "unalias [-a] name [name ...]",
  "unset": "unset [-f] [-v] [-n] [name ...]", "wait": "wait [-fn] [-p var] [id ...]", "echo": "echo [-neE] [arg ...]",
  ":": ":", "true": "true", "false": "false", "[": "[ arg... ]",
]
