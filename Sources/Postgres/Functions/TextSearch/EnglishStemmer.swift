// The English stemmer of the text search configuration `english`: the Porter2 algorithm, word by word over ASCII letters.
// Source: snowballstem.org, "The English (Porter2) stemming algorithm"; the list of stop words is PostgreSQL's.

internal import SimKernel

struct EnglishStemmer {
  static let stopWords: Set<String> = {
    var out: Set<String> = []
    for line in factLines(stopWordFacts) {
      for w in line[0].split(separator: " ") { out.insert(String(w)) }
    }
    return out
  }()

  private var w: [UInt8]
  private var r1 = 0
  private var r2 = 0

  static func stem(_ word: String) -> String {
    let bytes = Array(word.utf8)
    if bytes.count <= 2 { return word }
    if let known = exceptions[word] { return known }
    var s = EnglishStemmer(w: bytes)
    s.run()
    return String(decoding: s.w, as: UTF8.self)
  }

  private static let exceptions: [String: String] = [
    "skis": "ski", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "idly": "idl", "gently": "gentl",
    "ugly": "ugli", "early": "earli", "only": "onli", "singly": "singl", "sky": "sky", "news": "news", "howe": "howe",
    "atlas": "atlas", "cosmos": "cosmos", "bias": "bias", "andes": "andes",
  ]
  private static let invariant: Set<String> = [
    "inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed",
  ]

  private init(w: [UInt8]) { self.w = w }

  // MARK: Letters

  private func isVowel(_ i: Int) -> Bool {
    switch w[i] {
    case 0x61, 0x65, 0x69, 0x6f, 0x75, 0x79: true
    default: false
    }
  }
  private func ends(_ suffix: String) -> Bool {
    let s = Array(suffix.utf8)
    return w.count >= s.count && Array(w[(w.count - s.count)...]) == s
  }
  private func place(_ suffix: String) -> Int { w.count - suffix.utf8.count }
  private mutating func cut(_ n: Int) { w.removeLast(n) }
  private mutating func replace(_ suffix: String, _ new: String) {
    w.removeLast(suffix.utf8.count)
    w += Array(new.utf8)
  }
  private func hasVowel(before end: Int) -> Bool {
    for i in 0..<max(0, end) where isVowel(i) { return true }
    return false
  }
  private func endsShort(_ end: Int) -> Bool {
    if end == 2 { return isVowel(0) && !isVowel(1) }
    guard end >= 3 else { return false }
    return !isVowel(end - 3) && isVowel(end - 2) && !isVowel(end - 1) && ![0x77, 0x78, 0x59].contains(w[end - 1])
  }

  private func region(after start: Int) -> Int {
    var i = start
    while i < w.count, !isVowel(i) { i += 1 }
    while i < w.count, isVowel(i) { i += 1 }
    return min(i + 1, w.count)
  }

  // MARK: Steps

  private mutating func run() {
    if w[0] == 0x27 { w.removeFirst() }
    if w.isEmpty { return }
    // A y that is a consonant is written as a capital.
    for i in w.indices where w[i] == 0x79 && (i == 0 || isVowel(i - 1)) { w[i] = 0x59 }
    let text = String(decoding: w, as: UTF8.self)
    r1 = region(after: 0)
    for prefix in ["gener", "commun", "arsen"] where text.hasPrefix(prefix) { r1 = prefix.utf8.count }
    r2 = region(after: r1)
    for s in ["'s'", "'s", "'"] where ends(s) {
      cut(s.utf8.count)
      break
    }
    step1a()
    if EnglishStemmer.invariant.contains(String(decoding: w, as: UTF8.self)) { return finish() }
    step1b()
    if w.count > 2, w[w.count - 1] | 0x20 == 0x79, !isVowel(w.count - 2) { w[w.count - 1] = 0x69 }
    step2()
    step3()
    step4()
    if ends("e") {
      let at = w.count - 1
      if at >= r2 || (at >= r1 && !endsShort(at)) { cut(1) }
    } else if ends("l"), w.count - 1 >= r2, w.count >= 2, w[w.count - 2] == 0x6c {
      cut(1)
    }
    finish()
  }

  private mutating func finish() { for i in w.indices where w[i] == 0x59 { w[i] = 0x79 } }

  private mutating func step1a() {
    if ends("sses") {
      replace("sses", "ss")
    } else if ends("ied") || ends("ies") {
      replace("ied", w.count > 4 ? "i" : "ie")
    } else if ends("us") || ends("ss") {
      return
    } else if ends("s"), hasVowel(before: w.count - 2) {
      cut(1)
    }
  }

  private mutating func step1b() {
    for s in ["eedly", "eed"] where ends(s) {
      if place(s) >= r1 { replace(s, "ee") }
      return
    }
    for s in ["ingly", "edly", "ing", "ed"] where ends(s) {
      guard hasVowel(before: place(s)) else { return }
      cut(s.utf8.count)
      if ends("at") || ends("bl") || ends("iz") {
        w.append(0x65)
      } else if w.count >= 2, w[w.count - 1] == w[w.count - 2],
        [0x62, 0x64, 0x66, 0x67, 0x6d, 0x6e, 0x70, 0x72, 0x74].contains(w[w.count - 1])
      {
        cut(1)
      } else if r1 >= w.count, endsShort(w.count) {
        w.append(0x65)
      }
      return
    }
  }

  private mutating func step2() {
    let table: [(String, String)] = [
      ("ization", "ize"), ("ational", "ate"), ("ousness", "ous"), ("iveness", "ive"), ("fulness", "ful"),
      ("tional", "tion"), ("lessli", "less"), ("biliti", "ble"), ("entli", "ent"), ("ation", "ate"), ("alism", "al"),
      ("aliti", "al"), ("fulli", "ful"), ("ousli", "ous"), ("iviti", "ive"), ("enci", "ence"), ("anci", "ance"),
      ("abli", "able"), ("izer", "ize"), ("ator", "ate"), ("alli", "al"), ("bli", "ble"), ("ogi", "og"), ("li", ""),
    ]
    for (s, new) in table where ends(s) {
      guard place(s) >= r1 else { return }
      if s == "ogi" {
        if place(s) > 0, w[place(s) - 1] == 0x6c { replace(s, new) }
      } else if s == "li" {
        if place(s) > 0, Array("cdeghkmnrt".utf8).contains(w[place(s) - 1]) { cut(2) }
      } else {
        replace(s, new)
      }
      return
    }
  }

  private mutating func step3() {
    let table: [(String, String)] = [
      ("ational", "ate"), ("tional", "tion"), ("alize", "al"), ("icate", "ic"), ("iciti", "ic"), ("ative", ""),
      ("ical", "ic"), ("ness", ""), ("ful", ""),
    ]
    for (s, new) in table where ends(s) {
      guard place(s) >= r1 else { return }
      if s == "ative", place(s) < r2 { return }
      replace(s, new)
      return
    }
  }

  private mutating func step4() {
    for s in [
      "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "ion",
      "al", "er", "ic",
    ] where ends(s) {
      guard place(s) >= r2 else { return }
      if s == "ion" {
        if place(s) > 0, w[place(s) - 1] == 0x73 || w[place(s) - 1] == 0x74 { cut(3) }
      } else {
        cut(s.utf8.count)
      }
      return
    }
  }
}

let stopWordFacts: StaticString = #"""
  i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it
  its itself they them their theirs themselves what which who whom this that these those am is are was were be been
  being have has had having do does did doing a an the and but if or because as until while of at by for with about
  against between into through during before after above below to from up down in out on off over under again further
  then once here there when where why how all any both each few more most other some such no nor not only own same so
  than too very s t can will just don should now
  """#
