// Reads nginx' configuration language: directives with words, blocks, comments, quotes, `include`. What a directive means is the
// server's business; here only its place is checked, with nginx' own error lines.
// Source: nginx 1.22 `ngx_conf_file.c`.

import SimKernel
import SimMachine

final class NginxDirective {
  let words: [String]
  let children: [NginxDirective]
  /// `file:line` of its end, or of a block's beginning.
  let place: String

  init(_ words: [String], _ children: [NginxDirective], place: String) {
    self.words = words
    self.children = children
    self.place = place
  }

  var name: String { words[0] }
  /// The directives of a name in this block.
  func all(_ name: String) -> [NginxDirective] {
    var list: [NginxDirective] = []
    for child in children where child.name == name { list.append(child) }
    return list
  }
  func first(_ name: String) -> NginxDirective? {
    for child in children where child.name == name { return child }
    return nil
  }
}

struct NginxProblem: Error {
  /// After `[emerg] 1#1: `.
  let text: String
}

struct NginxReader {
  private let fileSystem: FileSystem
  /// Path and text of every file read, in order (`nginx -T`).
  private(set) var files: [(path: String, text: String)] = []

  init(_ fileSystem: FileSystem) { self.fileSystem = fileSystem }

  mutating func read(_ path: String) throws(NginxProblem) -> NginxDirective {
    NginxDirective(["main"], try file(path, context: "main", isInLocation: false, depth: 0), place: path)
  }

  private mutating func file(
    _ path: String, context: String, isInLocation: Bool, depth: Int
  ) throws(NginxProblem) -> [NginxDirective] {
    guard depth < 12 else { throw NginxProblem(text: "too many levels of include in \(path)") }
    guard let bytes = try? fileSystem.read(path) else {
      throw NginxProblem(text: "open() \"\(path)\" failed (2: No such file or directory)")
    }
    files.append((path, String(decoding: bytes, as: UTF8.self)))
    var cursor = Cursor(bytes: bytes, path: path)
    return try block(&cursor, context: context, isInLocation: isInLocation, isFile: true, depth: depth)
  }

  private struct Cursor {
    let bytes: [UInt8]
    let path: String
    var position = 0
    var line = 1
  }

  private enum Token {
    case word(String, quoted: Bool)
    case semicolon, open, close, end
  }

  private func token(_ cursor: inout Cursor) -> Token {
    while cursor.position < cursor.bytes.count {
      let byte = cursor.bytes[cursor.position]
      if byte == 10 { cursor.line += 1 }
      if isBlank(byte) {
        cursor.position += 1
      } else if byte == 35 {
        while cursor.position < cursor.bytes.count, cursor.bytes[cursor.position] != 10 { cursor.position += 1 }
      } else {
        break
      }
    }
    guard cursor.position < cursor.bytes.count else { return .end }
    let first = cursor.bytes[cursor.position]
    switch first {
    case 59:
      cursor.position += 1
      return .semicolon
    case 123:
      cursor.position += 1
      return .open
    case 125:
      cursor.position += 1
      return .close
    default: break
    }
    var word: [UInt8] = []
    if first == 34 || first == 39 {
      cursor.position += 1
      while cursor.position < cursor.bytes.count, cursor.bytes[cursor.position] != first {
        var byte = cursor.bytes[cursor.position]
        if byte == 92, cursor.position + 1 < cursor.bytes.count {
          let next = cursor.bytes[cursor.position + 1]
          let escapes: [UInt8: UInt8] = [110: 10, 116: 9, 114: 13, 34: 34, 39: 39, 92: 92]
          if let meant = escapes[next] {
            byte = meant
            cursor.position += 1
          }
        }
        if byte == 10 { cursor.line += 1 }
        word.append(byte)
        cursor.position += 1
      }
      cursor.position += 1
      return .word(String(decoding: word, as: UTF8.self), quoted: true)
    }
    while cursor.position < cursor.bytes.count {
      let byte = cursor.bytes[cursor.position]
      if isBlank(byte) || byte == 59 { break }
      if byte == 123, word.last != 36 { break }
      if byte == 92, cursor.position + 1 < cursor.bytes.count {
        word.append(byte)
        cursor.position += 1
      }
      word.append(cursor.bytes[cursor.position])
      cursor.position += 1
    }
    return .word(String(decoding: word, as: UTF8.self), quoted: false)
  }

  private mutating func block(
    _ cursor: inout Cursor, context: String, isInLocation: Bool, isFile: Bool, depth: Int
  ) throws(NginxProblem) -> [NginxDirective] {
    var list: [NginxDirective] = []
    var words: [String] = []
    while true {
      let item = token(&cursor)
      let place = "\(cursor.path):\(cursor.line)"
      switch item {
      case .word(let text, _): words.append(text)
      case .end:
        if !words.isEmpty { throw NginxProblem(text: "unexpected end of file, expecting \";\" or \"}\" in \(place)") }
        if !isFile { throw NginxProblem(text: "unexpected end of file, expecting \"}\" in \(place)") }
        return list
      case .close:
        if !words.isEmpty || isFile { throw NginxProblem(text: "unexpected \"}\" in \(place)") }
        return list
      case .semicolon:
        guard let name = words.first else { throw NginxProblem(text: "unexpected \";\" in \(place)") }
        try check(words, context, isInLocation, opensBlock: false, place)
        if name == "include", words.count == 2 {
          list += try include(words[1], context: context, isInLocation: isInLocation, depth: depth)
        } else {
          list.append(NginxDirective(words, [], place: place))
        }
        words = []
      case .open:
        guard let name = words.first else { throw NginxProblem(text: "unexpected \"{\" in \(place)") }
        try check(words, context, isInLocation, opensBlock: true, place)
        let children = try block(
          &cursor, context: name, isInLocation: isInLocation || name == "location", isFile: false, depth: depth + 1)
        list.append(NginxDirective(words, children, place: place))
        words = []
      }
    }
  }

  private func check(
    _ words: [String], _ context: String, _ isInLocation: Bool, opensBlock: Bool, _ place: String
  ) throws(NginxProblem) {
    guard let letter = NginxDirectives.letter(of: context, inLocation: isInLocation) else { return }
    let name = words[0]
    guard let rule = NginxDirectives.rules[name] else {
      throw NginxProblem(text: "unknown directive \"\(name)\" in \(place)")
    }
    guard occurs(letter, in: rule.places) else {
      throw NginxProblem(text: "\"\(name)\" directive is not allowed here in \(place)")
    }
    let isBlock = rule.isBlock && !(name == "server" && context == "upstream")
    if isBlock, !opensBlock { throw NginxProblem(text: "directive \"\(name)\" has no opening \"{\" in \(place)") }
    if !isBlock, opensBlock {
      throw NginxProblem(text: "directive \"\(name)\" is not terminated by \";\" in \(place)")
    }
    let count = words.count - 1
    let fits =
      isBlock
      ? name == "location" ? (1...2).contains(count) : name == "if" || name == "map" || count < 2
      : rule.isBlock ? count > 0 : count >= rule.least && count <= rule.most ?? count
    if !fits { throw NginxProblem(text: "invalid number of arguments in \"\(name)\" directive in \(place)") }
  }

  private mutating func include(
    _ pattern: String, context: String, isInLocation: Bool, depth: Int
  ) throws(NginxProblem) -> [NginxDirective] {
    let whole = FileSystem.normalize(pattern, in: "/etc/nginx")
    guard whole.utf8.contains(42) else {
      return try file(whole, context: context, isInLocation: isInLocation, depth: depth + 1)
    }
    guard let slash = whole.utf8.lastIndex(of: 47) else { return [] }
    let folder = String(whole[..<slash])
    let wanted = String(whole[whole.utf8.index(after: slash)...])
    var list: [NginxDirective] = []
    for name in ((try? fileSystem.list(folder)) ?? []).sorted()
    where RedisGlob.matches(wanted, name) && name.utf8.first != 46 {
      list += try file(folder + "/" + name, context: context, isInLocation: isInLocation, depth: depth + 1)
    }
    return list
  }
}
