// `kubectl __complete WORD…`, hidden commands with which a shell asks what could stand in the place of the last word: one
// candidate a line, then a number for what the shell may do with them. The steps are those of cobra (completions.go,
// getCompletions); what verbs and flags offer stands in CompletionSource.

import KubeAPI
import KubeCluster
import SimKernel
import SimMachine

/// What a completion ends with: bits of cobra's ShellCompDirective.
struct CompletionDirective {
  let bits: Int

  static let standard = CompletionDirective(bits: 0)
  static let noSpace = CompletionDirective(bits: 2)
  static let noFiles = CompletionDirective(bits: 4)
  static let noSpaceNoFiles = CompletionDirective(bits: 6)
  static let filesByExtension = CompletionDirective(bits: 8)

  var name: String {
    var names: [String] = []
    for (bit, name) in [(2, "NoSpace"), (4, "NoFileComp"), (8, "FilterFileExt")] where bits & bit != 0 {
      names.append("ShellCompDirective" + name)
    }
    return names.isEmpty ? "ShellCompDirectiveDefault" : names.joined(separator: ", ")
  }
}

struct CompletionAnswer {
  /// Candidates, with descriptions where they have one.
  var candidates: [(word: String, description: String)] = []
  var directive = CompletionDirective.standard
  /// Why there is nothing to offer, for standard error.
  var problem: String?
  /// What kubectl says of flags is not kept: their candidates come without descriptions.
  var hasFlags = false

  mutating func add(_ words: [String]) {
    for word in words { candidates.append((word, "")) }
  }
}

enum Completion {
  /// The hidden commands; nil when `words` begin with neither.
  static func call(_ kubectl: Kubectl, _ process: Process, _ words: [String]) throws(Failure) -> Call? {
    guard let first = words.first, first == "__complete" || first == "__completeNoDesc" else { return nil }
    guard let last = words.last, words.count > 1 else {
      throw .text("requires at least 1 arg(s), only received 0")
    }
    let question = Question(Array(words.dropFirst().dropLast()), last)
    let (parsed, _) = FlagParser(Verb.globalFlags + question.verb.flags).parse(question.words)
    let describes = first == "__complete"
    let config = try Dispatcher.config(process, parsed.values, first)
    let verb = Verb(
      first, synopsis: "",
      run: { (call) throws(Failure) in Completion.print(call, question, describes) })
    return Call(
      process: process, kubectl: kubectl, verb: verb, path: "kubectl " + first, flags: parsed.values,
      arguments: parsed.arguments, dash: parsed.dash,
      client: Client(kubectl, process, parsed.values, config, verb: first), config: config)
  }

  /// The verb whose words are completed, what stands before the last word, and that word.
  struct Question: Sendable {
    let verb: Verb
    /// Without `kubectl`.
    let path: String
    let words: [String]
    let last: String
    /// Words that lead to no verb.
    let isLost: Bool
    /// `help` completes the names of verbs.
    let isHelp: Bool

    init(_ words: [String], _ last: String) {
      let (verb, path, rest) = Dispatcher.route(words)
      self.path = String(path.dropFirst(8))
      self.last = last
      isLost = path == "kubectl" && Dispatcher.firstArgument(rest, FlagParser(Verb.globalFlags)) != nil
      isHelp = path == "kubectl help"
      self.verb = verb
      self.words = rest
    }
  }

  private static func print(_ call: Call, _ question: Question, _ describes: Bool) {
    let answer = answer(call, question)
    if let problem = answer.problem { call.process.write(2, problem) }
    for (word, description) in answer.candidates {
      call.line(describes && !description.isEmpty ? "\(word)\t\(description)" : word)
    }
    call.line(":\(answer.directive.bits)")
    call.complain("Completion ended with directive: \(answer.directive.name)")
    if answer.hasFlags, describes { call.process.note(notSimulated: "descriptions of flags (kubectl __complete)") }
  }

  private static func answer(_ call: Call, _ question: Question) -> CompletionAnswer {
    var answer = CompletionAnswer()
    func failed(_ text: String) -> CompletionAnswer {
      answer.problem = "[Debug] [Error] \(text)\n"
      return answer
    }
    if question.isLost {
      answer.problem =
        "[Debug] Cleared global flags for plugin completion\n[Debug] [Error] unable to find a command for arguments: [\(question.words.joined(separator: " "))]\n"
      return answer
    }
    let verb = question.verb
    let parser = FlagParser(Verb.globalFlags + verb.flags)
    var words = question.words
    var last = question.last
    let asked = flagInQuestion(parser, words, last)
    if asked.dropsWord { words.removeLast() }
    last = asked.last
    let (parsed, problem) = parser.parse(words)
    if let problem {
      return failed("Error while parsing flags from args [\(words.joined(separator: " "))]: \(problem)")
    }
    let takesFlags = parsed.dash == nil
    if takesFlags, let unknown = asked.unknown {
      return failed("Subcommand '\(verb.name)' does not support flag '\(unknown)'")
    }
    if parsed.wantsHelp {
      answer.directive = .noFiles
      return answer
    }
    if let flag = asked.flag, takesFlags {
      CompletionSource.value(call, question.path, flag, parsed.arguments, last, &answer)
      return answer
    }
    let required = requiredFlags(verb, parsed.values, last)
    if takesFlags, last.utf8.first == 45, !last.contains(byte: 61) {
      answer.add(required.isEmpty ? flagNames(verb, parsed.values, last) : required)
      answer.hasFlags = !answer.candidates.isEmpty
      answer.directive = .noFiles
      return answer
    }
    if question.isHelp {
      CompletionSource.helpTopics(parsed.arguments, last, &answer)
      return answer
    }
    let hasOwnFlag = parsed.values.names.contains { name in verb.flags.contains { $0.name == name } }
    if parsed.arguments.isEmpty, !hasOwnFlag { verbs(verb, last, &answer) }
    answer.add(required)
    answer.hasFlags = !required.isEmpty
    CompletionSource.arguments(call, question.path, parsed.arguments, last, &answer)
    return answer
  }

  /// Sub-verbs, by name. Where there are some, files are not meant.
  static func verbs(_ verb: Verb, _ last: String, _ answer: inout CompletionAnswer) {
    let shown = verb.verbs.filter { $0.name != "alpha" }.sorted { $0.name < $1.name }
    if !shown.isEmpty { answer.directive = .noFiles }
    for next in shown where next.name.hasPrefix(last) { answer.candidates.append((next.name, next.synopsis)) }
  }

  // MARK: Flags

  private struct Asked {
    /// The flag whose value is completed.
    var flag: Flag?
    /// What of the last word is the value.
    var last: String
    /// Whether the word before the last one is the flag itself.
    var dropsWord = false
    /// The name of a flag there is not.
    var unknown: String?
  }

  /// Whether the last word is the value of a flag: `--flag=va`, `-f=va`, or what follows `--flag`.
  private static func flagInQuestion(_ parser: FlagParser, _ words: [String], _ last: String) -> Asked {
    var asked = Asked(last: last)
    var name = ""
    if last.utf8.first == 45 {
      guard let (before, after) = last.cut(61) else { return asked }
      name = before.hasPrefix("--") ? String(before.dropFirst(2)) : String(before.suffix(1))
      asked.last = after
    } else if let previous = words.last, previous.utf8.count > 1, previous.utf8.first == 45, previous != "--",
      !previous.contains(byte: 61)
    {
      name = previous.hasPrefix("--") ? String(previous.dropFirst(2)) : String(previous.suffix(1))
      asked.dropsWord = true
    }
    if name.isEmpty || name == "help" || name == "h" {
      asked.dropsWord = false
      return asked
    }
    guard let flag = parser.flag(name) else { return Asked(last: last, unknown: name) }
    if asked.dropsWord, flag.bare != nil { return Asked(last: last) }
    asked.flag = flag
    return asked
  }

  private static func names(_ flag: Flag, _ last: String) -> [String] {
    var names: [String] = []
    if "--\(flag.name)".hasPrefix(last) { names.append("--\(flag.name)") }
    if !flag.short.isEmpty, "-\(flag.short)".hasPrefix(last) { names.append("-\(flag.short)") }
    return names
  }

  private static func requiredFlags(_ verb: Verb, _ values: FlagValues, _ last: String) -> [String] {
    var list: [String] = []
    for flag in verb.flags where flag.isRequired && !values.changed(flag.name) { list += names(flag, last) }
    return list
  }

  /// The global flags, then the verb's own with `--help` among them.
  private static func flagNames(_ verb: Verb, _ values: FlagValues, _ last: String) -> [String] {
    let help = Flag.bool("help", "h", false, "")
    var groups = [Verb.globalFlags, verb.flags + [help]]
    if verb.name == "kubectl" { groups = [Verb.globalFlags + [help]] }
    var list: [String] = []
    for group in groups {
      for flag in group.sorted(by: { $0.name < $1.name }) {
        if group.count == Verb.globalFlags.count, verb.flags.contains(where: { $0.name == flag.name }) { continue }
        var isList = false
        switch flag.shape {
        case .strings, .list: isList = true
        default: break
        }
        if isList || !values.changed(flag.name) { list += names(flag, last) }
      }
    }
    return list
  }
}
