// What Tab may put at the end of a line at the prompt, as far as the shell knows: commands, files, variables. Whoever sits above
// the shell adds the words of other programs.

import ShellSyntax
import SimKernel
package import SimMachine

/// The word before the cursor and the words before it.
package struct CompletionPoint {
  /// Words of the command that is being typed, without the last.
  package let words: [String]
  /// What is typed of the last one.
  package let prefix: String
}

extension ShellProgram {
  /// Lines typed so far, the oldest first.
  package var typedLines: [String] { state.history.map { $0.text } }

  /// Takes a line apart up to its last command.
  package static func completionPoint(_ line: String) -> CompletionPoint {
    var words: [String] = []
    for word in historyWords(line) {
      switch word {
      case ";", "|", "||", "&&", "&", "(", "|&": words = []
      case "sudo", "time", "exec", "then", "do", "else", "!", "watch", "xargs", "{", "if", "while", "until", "elif",
        "nohup":
        // Before a command they say nothing of what it is.
        if !words.isEmpty { words.append(word) }
      default: words.append(word)
      }
    }
    let last = line.utf8.last ?? 32
    if last == 32 || last == 9 || [59, 124, 38, 40].contains(last) { return CompletionPoint(words: words, prefix: "") }
    let prefix = words.popLast() ?? ""
    return CompletionPoint(words: words, prefix: prefix)
  }

  /// Names of commands that begin with a text.
  package func commandNames(_ prefix: String, on machine: Machine) -> [String] {
    var names = Set(builtinNames.filter { isBuiltin($0) })
    names.formUnion(state.functions.keys)
    names.formUnion(state.aliases.keys)
    names.formUnion(["if", "for", "while", "until", "case", "select", "function"])
    names.formUnion(programNames(on: machine))
    return names.filter { $0.utf8.starts(with: prefix.utf8) && $0 != "[" && $0 != ":" && $0 != "." }.sorted()
  }

  /// Names of the programs that PATH leads to.
  func programNames(on machine: Machine) -> [String] {
    var names: Set<String> = []
    machine.fileSystem.probe {
      for folder in (state.variables["PATH"]?.scalar ?? "").split(separator: ":" as Character) {
        names.formUnion((try? machine.fileSystem.list(String(folder))) ?? [])
      }
    }
    return names.sorted()
  }

  /// Names of variables that begin with a text.
  package func variableNames(_ prefix: String) -> [String] {
    state.variables.sortedNames.filter { $0.utf8.starts(with: prefix.utf8) }
  }

  /// Paths that begin with a text; folders end in `/`. `commands`: only what can be run.
  package static func paths(
    _ prefix: String, on machine: Machine, in directory: String, home: String, commands: Bool = false
  ) -> [String] {
    var folder = ""
    var name = prefix
    if let slash = prefix.utf8.lastIndex(of: 47) {
      folder = String(prefix[...slash])
      name = String(prefix[prefix.utf8.index(after: slash)...])
    }
    var place = folder.isEmpty ? "." : folder
    if folder.utf8.starts(with: "~/".utf8) { place = home + String(folder.dropFirst()) }
    let whole = FileSystem.normalize(place, in: directory)
    guard let entries = try? machine.fileSystem.list(whole) else { return [] }
    var result: [String] = []
    for entry in entries.sorted() where entry.utf8.starts(with: name.utf8) {
      if name.isEmpty, entry.utf8.first == 46 { continue }
      let inode = try? machine.fileSystem.lookup(whole + "/" + entry, in: "/")
      let isFolder = inode?.isDirectory == true
      if commands, !isFolder, inode.map({ $0.mode & 0o111 == 0 }) ?? true { continue }
      result.append(folder + entry + (isFolder ? "/" : ""))
    }
    return result
  }
}
