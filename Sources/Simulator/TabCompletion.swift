// What Tab offers in a terminal session: commands, files and variables from the shell, and for kubectl its verbs, flags, kinds, and
// the names of what is in the cluster.

import KubeAPI
import KubeCluster
import Kubectl
import ShellRuntime
import SimMachine
import Unstructured

package struct TabCompletion {
  /// What is typed of the word, which every candidate begins with.
  package let prefix: String
  /// Whole words, sorted. One that ends in `/` or `=` goes on.
  package let candidates: [String]
}

extension TerminalSession {
  /// Lines typed at the prompt so far, the oldest first.
  package var history: [String] { shell.typedLines }

  /// What may stand at the end of a line.
  package func complete(_ line: String) -> TabCompletion {
    let point = ShellProgram.completionPoint(line)
    let prefix = point.prefix
    if prefix.utf8.first == 36, !prefix.utf8.contains(123) {
      let names = shell.variableNames(String(prefix.dropFirst()))
      return TabCompletion(prefix: prefix, candidates: names.map { "$" + $0 })
    }
    guard let command = point.words.first else {
      if prefix.utf8.contains(47) { return TabCompletion(prefix: prefix, candidates: files(prefix, commands: true)) }
      return TabCompletion(prefix: prefix, candidates: shell.commandNames(prefix, on: session.machine))
    }
    var words = Array(point.words.dropFirst())
    var isKubectl = command == "kubectl" || command == "k" || command == "microk8s.kubectl"
    if command == "microk8s", words.first == "kubectl" {
      words.removeFirst()
      isKubectl = true
    }
    if isKubectl, let offers = KubectlCompletion(self, words, prefix).offers() {
      var matching: [String] = []
      for offer in offers.sorted() where offer.utf8.starts(with: prefix.utf8) && offer != matching.last {
        matching.append(offer)
      }
      return TabCompletion(prefix: prefix, candidates: matching)
    }
    return TabCompletion(prefix: prefix, candidates: files(prefix))
  }

  private func files(_ prefix: String, commands: Bool = false) -> [String] {
    ShellProgram.paths(
      prefix, on: session.machine, in: shellProcess.workingDirectory, home: session.homeDirectory, commands: commands)
  }
}

/// The words after `kubectl`.
private struct KubectlCompletion {
  private let session: Session
  private let prefix: String
  /// Words that are neither flags nor values of flags.
  private var operands: [String] = []
  private var namespace = "default"
  private var last = ""

  init(_ terminal: TerminalSession, _ words: [String], _ prefix: String) {
    session = terminal.session
    self.prefix = prefix
    last = words.last ?? ""
    var index = 0
    while index < words.count {
      let word = words[index]
      index += 1
      if word == "--" { break }
      if word == "-n" || word == "--namespace" {
        if index < words.count { namespace = words[index] }
        index += 1
      } else if word.utf8.starts(with: "--namespace=".utf8) {
        namespace = String(word.dropFirst(12))
      } else if word.utf8.starts(with: "-n".utf8), word.utf8.count > 2 {
        namespace = String(word.dropFirst(2))
      } else if word == "-o" || word == "-l" || word == "-f" || word == "-c" || word == "--output"
        || word == "--selector"
        || word == "--filename" || word == "--container"
      {
        index += 1
      } else if word.utf8.first != 45 {
        operands.append(word)
      }
    }
  }

  /// Nil: files.
  func offers() -> [String]? {
    switch last {
    case "-n", "--namespace": return names(.namespace)
    case "-o", "--output": return ["custom-columns=", "go-template=", "json", "jsonpath=", "name", "wide", "yaml"]
    case "-f", "--filename": return nil
    default: break
    }
    guard let first = operands.first else {
      if prefix.utf8.first == 45 { return [] }
      return Verb.all.map { $0.name }
    }
    guard var verb = Verb.all.first(where: { $0.name == first || $0.aliases.contains(first) }) else { return [] }
    var rest = Array(operands.dropFirst())
    if !verb.verbs.isEmpty {
      guard let name = rest.first, let inner = verb.verbs.first(where: { $0.name == name || $0.aliases.contains(name) })
      else {
        return rest.isEmpty && prefix.utf8.first != 45 ? verb.verbs.map { $0.name } : flags(of: verb)
      }
      verb = inner
      rest.removeFirst()
    }
    if prefix.utf8.first == 45 { return flags(of: verb) }
    switch first {
    case "logs", "exec", "attach", "port-forward", "cp", "debug":
      if first == "exec" && !rest.isEmpty { return [] }
      return first == "cp" ? nil : rest.isEmpty ? names(.pod) : []
    case "cordon", "uncordon", "drain": return names(.node)
    case "top": return names(verb.name == "node" ? .node : .pod)
    case "rollout": return resources(rest, only: [.deployment, .daemonSet, .statefulSet])
    case "scale", "autoscale": return resources(rest, only: [.deployment, .replicaSet, .statefulSet])
    case "explain": return rest.isEmpty ? kinds() : []
    case "apply", "create", "replace", "diff", "kustomize": return nil
    case "get", "describe", "delete", "edit", "label", "annotate", "patch", "expose", "wait", "set", "taint":
      return resources(rest, only: nil)
    default: return []
    }
  }

  private func flags(of verb: Verb) -> [String] {
    verb.flags.map { "--" + $0.name + ($0.bare == nil ? "=" : "") } + ["--namespace="]
  }

  private func kinds() -> [String] { Kinds.all.map { $0.plural } }

  /// A kind and names of that kind, or `kind/name`.
  private func resources(_ rest: [String], only: [Kind]?) -> [String] {
    if let slash = prefix.utf8.firstIndex(of: 47) {
      let head = String(prefix[..<slash])
      guard let kind = Kinds.named(head) else { return [] }
      return names(kind).map { head + "/" + $0 }
    }
    guard let first = rest.first else { return only.map { $0.map { $0.kind.lowercased() + "/" } } ?? kinds() }
    if first.utf8.contains(47) { return [] }
    guard let kind = Kinds.named(first) else { return [] }
    return names(kind)
  }

  private func names(_ kind: Kind) -> [String] {
    guard let list = try? session.cluster.api.list(kind, namespace: kind.namespaced ? namespace : nil) else {
      return []
    }
    var result: [String] = []
    for item in list.items { if let name = item["metadata"]?["name"]?.string { result.append(name) } }
    return result
  }
}
