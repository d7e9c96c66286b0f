// Aliases: the text of one takes the place of the command word before the word is read.

extension ShellParser {
  func expandAlias() {
    guard let lookup = options.alias else { return }
    for _ in 0..<64 {
      skipBlanks()
      let start = offset
      var end = start
      while end < source.count, !isMeta(source[end]) {
        switch source[end] {
        case 92, 34, 39, 36, 96, 61: return
        default: end += 1
        }
      }
      guard end > start else { return }
      let name = text(start..<end)
      for active in activeAliases where active.name == name && start < active.end { return }
      guard let value = lookup(name) else { return }
      let bytes = Array(value.utf8)
      source.replaceSubrange(start..<end, with: bytes)
      newlinesKnown = false
      let change = bytes.count - (end - start)
      for i in activeAliases.indices where activeAliases[i].end > start { activeAliases[i].end += change }
      if aliasNext > start { aliasNext += change }
      activeAliases.append((name, start + bytes.count))
      if let last = bytes.last, last == 32 || last == 9 { aliasNext = max(aliasNext, start + bytes.count) }
    }
  }
}
