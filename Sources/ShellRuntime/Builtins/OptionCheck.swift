// Options that bash's builtins do not have. Each builtin here reads its options as bash's internal getopt does: letters, bundled or not,
// up to `--` or the first other word. Builtins that read them in a way of their own check for themselves.

extension ShellProgram {
  /// Letters by builtin; a colon follows those that take an argument.
  private static let optionLetters: [String: String] = [
    "alias": "p", "builtin": "", "complete": "abcdefgjksuvprDEIo:A:G:W:P:S:X:F:C:", "disown": "ahr",
    "enable": "adnpsf:",
    "exec": "cla:", "getopts": "", "history": "acd:npsrw", "pwd": "LP", "source": "", ".": "", "suspend": "f",
    "times": "",
    "trap": "lp", "type": "afptP", "umask": "Sp", "unalias": "a", "wait": "fnp:",
  ]

  /// The status of a call with an option that the builtin does not have, which has been complained about; nil for other calls.
  func refusedOption(_ name: String, _ words: [String]) -> Int32? {
    guard flavour == .bash, let letters = ShellProgram.optionLetters[name] else { return nil }
    return refusedOption(words, letters: Array(letters.utf8))
  }

  /// Without line editing `bind` warns, and has nothing to bind.
  func bind(_ words: [String]) -> Int32 {
    if isInteractive { return 0 }
    complain("warning: line editing not enabled", builtin: true)
    return refusedOption(words, letters: Array("lpsvPSVXm:f:q:u:r:x:".utf8)) ?? 0
  }

  private func refusedOption(_ words: [String], letters: [UInt8]) -> Int32? {
    var skips = false
    for word in words {
      if skips {
        skips = false
        continue
      }
      let bytes = Array(word.utf8)
      guard bytes.count > 1, bytes[0] == 45, word != "--" else { return nil }
      for (index, letter) in bytes.enumerated().dropFirst() {
        guard letter != 58, let place = letters.firstIndex(of: letter) else {
          return invalidOption("-" + String(decoding: [letter], as: UTF8.self))
        }
        if place + 1 < letters.count, letters[place + 1] == 58 {
          skips = index == bytes.count - 1
          break
        }
      }
    }
    return nil
  }
}
