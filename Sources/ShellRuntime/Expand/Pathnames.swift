// Pathname expansion over the virtual file system. Names come out in byte order. Source: the Bash manual, "Filename Expansion".

import SimKernel
import SimMachine

extension ShellProgram {
  /// The existing paths that match a pattern; empty when none do.
  func pathnames(_ pattern: String) throws(Abort) -> [String] {
    var parts: [String] = []
    var part: [UInt8] = []
    var isAbsolute = false
    let bytes = Array(pattern.utf8)
    var i = 0
    var slashesAtEnd = false
    var depth = 0
    while i < bytes.count {
      let byte = bytes[i]
      if byte == 92, i + 1 < bytes.count {
        if bytes[i + 1] == 47 {
          i += 1
          continue
        }
        part.append(byte)
        part.append(bytes[i + 1])
        i += 2
        continue
      }
      if byte == 40, i > 0, state.shopt.extglob { depth += 1 }
      if byte == 41, depth > 0 { depth -= 1 }
      if byte == 47, depth == 0 {
        if i == 0 { isAbsolute = true }
        if !part.isEmpty { parts.append(String(raw: part)) }
        part = []
        slashesAtEnd = true
      } else {
        part.append(byte)
        slashesAtEnd = false
      }
      i += 1
    }
    if !part.isEmpty { parts.append(String(raw: part)) }
    var paths = [isAbsolute ? "/" : ""]
    for (index, component) in parts.enumerated() {
      let last = index == parts.count - 1
      let compiled = ShellPattern(
        inLocale(component), extended: state.shopt.extglob, ignoreCase: state.shopt["nocaseglob"])
      var next: [String] = []
      for prefix in paths {
        spend()
        if component == "**", state.shopt["globstar"] {
          globstar(prefix, last: last, directoriesOnly: !last || slashesAtEnd, into: &next)
          continue
        }
        if !compiled.isMagic, let literal = compiled.literal {
          let path = prefix + string(literal[...])
          if last {
            if (try? process.fileSystem.lookup(
              path, in: process.workingDirectory, following: false, as: process.credentials)) != nil
            {
              next.append(path)
            }
          } else if isDirectory(path) {
            next.append(path + "/")
          }
          continue
        }
        for name in directoryNames(prefix) where accepts(name, component, compiled) {
          let path = prefix + name
          if last, !slashesAtEnd {
            next.append(path)
          } else if isDirectory(path) {
            next.append(path + "/")
          }
        }
      }
      paths = next
      if paths.isEmpty { break }
    }
    if slashesAtEnd, !parts.isEmpty {
      paths = paths.map { $0.utf8.last == 47 ? $0 : $0 + "/" }
    }
    if let ignore = variable("GLOBIGNORE"), !ignore.isEmpty {
      var kept: [String] = []
      // A `*` does not match a slash here either: patterns and paths are compared part by part.
      var patterns: [[ShellPattern]] = []
      for text in ignore.split(separator: ":" as Character) {
        let parts = text.split(separator: "/" as Character, omittingEmptySubsequences: false)
        patterns.append(parts.map { ShellPattern(String($0), extended: true) })
      }
      for path in paths {
        let parts = path.split(separator: "/" as Character, omittingEmptySubsequences: false)
        var ignored = false
        for pattern in patterns where pattern.count == parts.count {
          var matches = true
          for (i, part) in parts.enumerated() where matches { matches = pattern[i].matches(String(part)) }
          if matches { ignored = true }
        }
        if !ignored { kept.append(path) }
      }
      paths = kept
    }
    if process.sortsByLanguage {
      paths.sort { Collation.compare($0, $1) < 0 }
    } else {
      paths.sort { lessBytes($0, $1) }
    }
    return paths
  }

  private func isDirectory(_ path: String) -> Bool {
    (try? process.fileSystem.lookup(path, in: process.workingDirectory, as: process.credentials))?.isDirectory ?? false
  }

  private func directoryNames(_ prefix: String) -> [String] {
    let folder = prefix.isEmpty ? "." : prefix
    let names = (try? process.fileSystem.list(folder, in: process.workingDirectory, as: process.credentials)) ?? []
    if !names.isEmpty,
      (try? process.fileSystem.lookup(folder, in: process.workingDirectory, as: process.credentials))?.isPartial == true
    {
      process.note(notSimulated: "what all is in \(FileSystem.normalize(folder, in: process.workingDirectory))")
    }
    spend(Int64(names.count / 8))
    return [".", ".."] + names
  }

  private func accepts(_ name: String, _ component: String, _ pattern: ShellPattern) -> Bool {
    let isDot = name.utf8.first == 46
    let wantsDot = component.utf8.first == 46 || (component.utf8.first == 92 && component.utf8.dropFirst().first == 46)
    if name == "." || name == ".." {
      if state.shopt["globskipdots"] || !wantsDot { return false }
    }
    if isDot, !wantsDot, !state.shopt["dotglob"] { return false }
    return pattern.matches(inLocale(name))
  }

  /// `**`: every directory (and file, at the end) at any depth; symbolic links are not entered.
  private func globstar(_ prefix: String, last: Bool, directoriesOnly: Bool, into result: inout [String]) {
    if !last {
      result.append(prefix)
    } else if !prefix.isEmpty, prefix != "/" {
      result.append(prefix)
    }
    for name in directoryNames(prefix) {
      if name == "." || name == ".." { continue }
      if name.utf8.first == 46, !state.shopt["dotglob"] { continue }
      let path = prefix + name
      spend()
      guard
        let inode = try? process.fileSystem.lookup(
          path, in: process.workingDirectory, following: false, as: process.credentials)
      else { continue }
      if inode.isDirectory {
        if last {
          if directoriesOnly { result.append(path) } else { result.append(path) }
          var below: [String] = []
          globstar(path + "/", last: true, directoriesOnly: directoriesOnly, into: &below)
          for found in below where found != path + "/" { result.append(found) }
        } else {
          globstar(path + "/", last: false, directoriesOnly: true, into: &result)
        }
      } else if last, !directoriesOnly {
        result.append(path)
      }
    }
  }
}
