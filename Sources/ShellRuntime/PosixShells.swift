// What dash and busybox' ash do in ways of their own: listings, traces, names of options, mistakes that end them. Their messages
// stand where bash's are made. Compared with dash 0.5.12 and busybox 1.35.

import SimKernel
import SimMachine

extension ShellProgram {
  /// A mistake of a special builtin: said, and the end of the shell.
  func refuse(_ message: String, _ code: Int32 = 2) -> Int32 {
    complain(message, builtin: true)
    status = code
    unwind(.exit)
    return code
  }

  /// `export`, `readonly` and `set` without operands: every value in single quotes.
  func listPosixVariables(_ command: String, _ wanted: Attributes) {
    let front = command == "set" ? "" : command + " "
    for name in state.variables.sortedNames {
      guard let variable = listed(name), variable.attributes.contains(wanted) else { continue }
      if let text = variable.scalar {
        write("\(front)\(name)=\(singleQuoted(text))\n")
      } else if command != "set" {
        write("\(front)\(name)\n")
      }
    }
  }

  private var posixOptionNames: [String] {
    flavour == .dash
      ? [
        "errexit", "noglob", "ignoreeof", "interactive", "monitor", "noexec", "stdin", "xtrace", "verbose", "vi",
        "emacs",
        "noclobber", "allexport", "notify", "nounset", "nolog", "debug",
      ]
      : [
        "errexit", "noglob", "ignoreeof", "monitor", "noexec", "xtrace", "verbose", "noclobber", "allexport", "notify",
        "nounset", "vi", "pipefail",
      ]
  }

  func listPosixOptions(reusable: Bool) {
    if flavour == .dash, !reusable { write("Current option settings\n") }
    for name in posixOptionNames {
      let on =
        name == "interactive" ? isInteractive : name == "stdin" ? readsStandardInput : state.options[name] ?? false
      write(reusable ? "set \(on ? "-" : "+")o \(name)\n" : "\(paddedRight(name, 16))\(on ? "on" : "off")\n")
    }
  }

  /// What `set` says of an option that this shell does not have; nil: it has it.
  func refusedOption(_ name: String) -> Int32? {
    if posixOptionNames.contains(name) { return nil }
    if flavour == .dash { return refuse("Illegal option -o \(name)") }
    complain("illegal option -o \(name)", builtin: true)
    return 1
  }

  /// A word in a trace: dash shows it as it is, ash quotes what has special characters.
  func posixTraceWord(_ text: String) -> String {
    guard flavour == .ash else { return text }
    for byte in text.utf8 where byte < 43 || (byte >= 59 && byte <= 63) || byte > 122 || [96, 91, 92].contains(byte) {
      return singleQuoted(text)
    }
    return text
  }
}
