import SimKernel
import Testing

/// The text of the whole match and its groups, `-` for a group that took no part; nil for no match.
private func found(
  _ pattern: String, _ text: String, _ flavour: RegexFlavour = .extended, ignoreCase: Bool = false
) -> [String]? {
  var options = RegexOptions()
  options.ignoreCase = ignoreCase
  guard let regex = try? PosixRegex(pattern, flavour: flavour, options: options) else { return ["error"] }
  let bytes = Array(text.utf8)
  guard let ranges = regex.firstMatch(in: bytes) else { return nil }
  return ranges.map { range in range.map { String(decoding: bytes[$0], as: UTF8.self) } ?? "-" }
}

@Suite struct PosixRegexTests {
  @Test(arguments: [
    ("abc", "xxabcx", ["abc"]), ("a|ab|abc", "abcd", ["abc"]), ("(a*)(b+)", "xaabbb", ["aabbb", "aa", "bbb"]),
    ("^([a-z]+)-([0-9]+)$", "postgres-12", ["postgres-12", "postgres", "12"]), ("[[:digit:]]{2,3}", "a12345", ["123"]),
    ("a.c", "aéc", ["aéc"]), ("[é]+", "caféé", ["éé"]), ("(a|(b))c", "ac", ["ac", "a", "-"]),
    ("\\<b\\w*", "abc bcd", ["bcd"]), ("[^]a]+", "a]xyz", ["xyz"]), ("(.)\\1", "hello", ["ll", "l"]),
    ("x*", "abc", [""]), ("(a*)*", "b", ["", "-"]), ("(a|b)*c|(a|ab)*c", "abc", ["abc", "b", "-"]),
    ("a{,2}", "aaa", ["aa"]), ("()", "a", ["", ""]), ("[a-]+", "b-a-", ["-a-"]), ("\\.", "a.b", ["."]),
  ])
  func extended(_ pattern: String, _ text: String, _ expected: [String]) {
    #expect(found(pattern, text) == expected)
  }

  @Test(arguments: [
    ("*a", "b*a", ["*a"]), ("\\(a\\)\\1", "xaa", ["aa", "a"]), ("a\\{2\\}", "aaa", ["aa"]), ("a\\|b", "cb", ["b"]),
    ("a+", "aa+", ["a+"]), ("a\\+", "caa", ["aa"]), ("a^b$c", "a^b$c", ["a^b$c"]), ("^*a", "*a", ["*a"]),
    ("\\(^a\\)", "ab", ["a", "a"]), ("x\\(a$\\)", "xa", ["xa", "a"]),
  ])
  func basic(_ pattern: String, _ text: String, _ expected: [String]) {
    #expect(found(pattern, text, .basic) == expected)
  }

  @Test(arguments: [
    ("(", "Unmatched ( or \\("), ("a)", "Unmatched ) or \\)"), ("[a", "Unmatched [, [^, [:, [., or [="),
    ("*a", "Invalid preceding regular expression"), ("a{2,1}", "Invalid content of \\{\\}"),
    ("\\", "Trailing backslash"),
    ("[b-a]", "Invalid range end"), ("[[:foo:]]", "Invalid character class name"), ("(a)\\2", "Invalid back reference"),
  ])
  func errors(_ pattern: String, _ message: String) {
    do throws(RegexError) {
      _ = try PosixRegex(pattern, flavour: .extended)
      Issue.record("no error")
    } catch {
      #expect(error.message == message)
    }
  }

  @Test func ignoringCase() {
    #expect(found("ÉCole", "une école", ignoreCase: true) == ["école"])
    #expect(found("[a-z]+", "ABC", ignoreCase: true) == ["ABC"])
  }

  @Test func pathologicalPatternsEnd() {
    let text = String(repeating: "a", count: 400)
    #expect(found("(a*)*b", text) == nil)
    #expect(found("(a|aa)+$", text)?.first == text)
    #expect(found("(x+x+)+y", String(repeating: "x", count: 200)) == nil)
  }
}
