// cd, pwd, pushd, popd, dirs.

import ShellSyntax
import SimKernel
import SimMachine

extension ShellProgram {
  func changeDirectory(_ words: [String]) -> Int32 {
    var physical = state.options.physical
    var index = 0
    while index < words.count, words[index].utf8.first == 45, words[index].utf8.count > 1 {
      let word = words[index]
      if word == "--" {
        index += 1
        break
      }
      for letter in word.utf8.dropFirst() {
        switch letter {
        case 80: physical = true
        case 76: physical = false
        case 101, 64: break
        default: return invalidOption("-\(String(raw: [letter]))")
        }
      }
      index += 1
    }
    let operands = Array(words[index...])
    if operands.count > 1, flavour == .bash {
      complain("too many arguments", builtin: true)
      return 1
    }
    var prints = false
    var target: String
    if let operand = operands.first {
      target = operand
      if operand == "-" {
        guard let old = variable("OLDPWD") else {
          complain("OLDPWD not set", builtin: true)
          return 1
        }
        if old.isEmpty {
          write("\n")
          return 0
        }
        target = old
        prints = true
      } else if operand.isEmpty {
        return 0
      } else if operand.utf8.first != 47, operand != ".", operand != "..", !operand.utf8.starts(with: "./".utf8),
        !operand.utf8.starts(with: "../".utf8), let search = variable("CDPATH"), !search.isEmpty
      {
        for part in search.split(separator: ":" as Character, omittingEmptySubsequences: false) {
          let candidate = part.isEmpty ? operand : part + "/" + operand
          if let inode = try? process.fileSystem.lookup(
            String(candidate), in: process.workingDirectory, as: process.credentials),
            inode.isDirectory
          {
            target = String(candidate)
            prints = !part.isEmpty
            break
          }
        }
      }
    } else {
      guard let home = variable("HOME") else {
        if flavour != .bash { return 0 }
        complain("HOME not set", builtin: true)
        return 1
      }
      target = home
      if home.isEmpty { return 0 }
    }
    guard enter(target, shown: target, physical: physical) else { return flavour == .bash ? 1 : 2 }
    if prints { write(process.workingDirectory + "\n") }
    return 0
  }

  /// Makes a directory the working directory. False: it cannot be, said so.
  private func enter(_ target: String, shown: String, physical: Bool) -> Bool {
    do throws(Errno) {
      let inode = try process.fileSystem.lookup(target, in: process.workingDirectory, as: process.credentials)
      guard inode.isDirectory else { throw .notDirectory }
      guard process.fileSystem.permits(inode, 1, process.credentials) else { throw .accessDenied }
      let path =
        physical
        ? try process.fileSystem.realPath(target, in: process.workingDirectory, as: process.credentials)
        : FileSystem.normalize(target, in: process.workingDirectory)
      set("OLDPWD", variable("PWD") ?? process.workingDirectory, exported: true)
      process.workingDirectory = path
      set("PWD", path, exported: true)
      return true
    } catch {
      if flavour == .bash {
        complain("\(shown): \(error.message)", builtin: true)
      } else {
        complain("can't cd to \(shown)\(flavour == .ash ? ": \(error.message)" : "")", builtin: true)
      }
      return false
    }
  }

  func printDirectory(_ words: [String]) -> Int32 {
    var physical = state.options.physical
    for word in words where word.utf8.first == 45 {
      if word == "-P" {
        physical = true
      } else if word == "-L" {
        physical = false
      } else if word == "--" {
        break
      } else {
        return invalidOption(word)
      }
    }
    let path = process.workingDirectory
    write((physical ? (try? process.fileSystem.realPath(path)) ?? path : path) + "\n")
    return 0
  }

  func directoryStack(_ name: String, _ words: [String]) -> Int32 {
    func show(long: Bool = false, vertical: Bool = false, lines: Bool = false) {
      var entries = [process.workingDirectory] + state.directories
      if !long { entries = entries.map { tildeShort($0) } }
      if vertical {
        for (i, entry) in entries.enumerated() { write("\(i < 10 ? " " : "")\(i)  \(entry)\n") }
      } else {
        write(entries.joined(separator: lines ? "\n" : " ") + "\n")
      }
    }
    func index(_ word: String) -> Int? {
      guard let sign = word.utf8.first, sign == 43 || sign == 45, let number = Int(word.dropFirst()) else { return nil }
      let count = state.directories.count + 1
      let place = sign == 43 ? number : count - 1 - number
      return place
    }
    if name != "dirs", let word = words.first(where: { $0 != "-n" }), word.utf8.first == 45, word.utf8.count > 1,
      word != "--", index(word) == nil
    {
      complain("\(word): invalid number", builtin: true)
      writeError(usageOf(name))
      return 2
    }
    switch name {
    case "dirs":
      var long = false
      var vertical = false
      var lines = false
      for word in words {
        if let place = index(word) {
          let entries = [process.workingDirectory] + state.directories
          guard place >= 0, place < entries.count else {
            complain("\(word.dropFirst()): directory stack index out of range", builtin: true)
            return 1
          }
          write((long ? entries[place] : tildeShort(entries[place])) + "\n")
          return 0
        }
        for letter in word.utf8.dropFirst() {
          switch letter {
          case 99:
            state.directories = []
            return 0
          case 108: long = true
          case 118: vertical = true
          case 112: lines = true
          default:
            complain("\(word): invalid number", builtin: true)
            writeError(usageOf("dirs"))
            return 2
          }
        }
      }
      show(long: long, vertical: vertical, lines: lines)
      return 0
    case "pushd":
      var rest = words
      let stays = rest.first == "-n"
      if stays { rest.removeFirst() }
      guard let word = rest.first else {
        guard let other = state.directories.first else {
          complain("no other directory", builtin: true)
          return 1
        }
        let here = process.workingDirectory
        guard enter(other, shown: other, physical: false) else { return 1 }
        state.directories[0] = here
        show()
        return 0
      }
      if let place = index(word) {
        let entries = [process.workingDirectory] + state.directories
        guard place >= 0, place < entries.count else {
          complain(
            entries.count == 1 ? "directory stack empty" : "\(word): directory stack index out of range", builtin: true)
          return 1
        }
        let rotated = Array(entries[place...]) + Array(entries[..<place])
        guard enter(rotated[0], shown: rotated[0], physical: false) else { return 1 }
        state.directories = Array(rotated.dropFirst())
        show()
        return 0
      }
      let here = process.workingDirectory
      if stays {
        state.directories.insert(word, at: 0)
        show()
        return 0
      }
      guard enter(word, shown: word, physical: false) else { return 1 }
      state.directories.insert(here, at: 0)
      show()
      return 0
    default:
      guard !state.directories.isEmpty else {
        complain("directory stack empty", builtin: true)
        return 1
      }
      var rest = words
      if rest.first == "-n" {
        state.directories.removeFirst()
        show()
        return 0
      }
      if let word = rest.popLast() {
        guard let place = index(word), place >= 0, place <= state.directories.count else {
          complain("\(word): directory stack index out of range", builtin: true)
          return 1
        }
        if place > 0 {
          state.directories.remove(at: place - 1)
          show()
          return 0
        }
      }
      let next = state.directories[0]
      guard enter(next, shown: next, physical: false) else { return 1 }
      state.directories.removeFirst()
      show()
      return 0
    }
  }
}
