// `--help`: our own short text with the verb's real flags, marked as ours. The long texts of kubectl are not copied.

import SimKernel

enum Help {
  static let mark = "(A short help of this simulator's own; kubectl's is longer.)"

  static func text(_ verb: Verb, path: String) -> String {
    if path == "kubectl" { return root() }
    var text = verb.synopsis + "\n\n" + mark + "\n"
    if !verb.isSimulated { text += "\nThis command is not simulated.\n" }
    if !verb.examples.isEmpty {
      text += "\nExamples:\n"
      for example in verb.examples { text += "  \(example)\n" }
    }
    if !verb.verbs.isEmpty {
      text += "\nAvailable Commands:\n" + list(verb.verbs)
    }
    if !verb.flags.isEmpty {
      text += "\nOptions:\n"
      for flag in verb.flags.sorted(by: { $0.name < $1.name }) { text += option(flag) }
    }
    text += "\nUsage:\n  \(path)\(verb.usage.isEmpty ? " [flags] [options]" : " " + verb.usage)\n"
    if !verb.verbs.isEmpty {
      text += "\nUse \"\(path) <command> --help\" for more information about a given command.\n"
    }
    return text + "\nUse \"kubectl options\" for a list of global command-line options (applies to all commands).\n"
  }

  static func option(_ flag: Flag) -> String {
    let short = flag.short.isEmpty ? "    " : "-\(flag.short), "
    var text = "    \(short)--\(flag.name)=\(flag.shownDefault):\n        \(flag.summary)"
    if flag.mark != .works { text += " (\(flag.mark.rawValue))" }
    return text + "\n"
  }

  private static func list(_ verbs: [Verb]) -> String {
    var width = 0
    for verb in verbs { width = max(width, verb.name.utf8.count) }
    var text = ""
    for verb in verbs { text += "  \(verb.name.padded(to: width + 3))\(verb.synopsis)\n" }
    return text
  }

  private static func root() -> String {
    var text = "kubectl, as simulated here.\n\n\(mark)\n"
    let groups: [Verb.Group] = [
      .beginner, .intermediate, .deploy, .cluster, .troubleshooting, .advanced, .settings, .other,
    ]
    for group in groups {
      var members: [Verb] = []
      for verb in Verb.all where verb.group == group { members.append(verb) }
      if !members.isEmpty { text += "\n\(group.rawValue)\n" + list(members) }
    }
    text += "\nUsage:\n  kubectl [flags] [options]\n\n"
    text += "Use \"kubectl <command> --help\" for more information about a given command.\n"
    return text + "Use \"kubectl options\" for a list of global command-line options (applies to all commands).\n"
  }
}
