// Perl's regular expressions for programs of other modules: a pattern, and what a text holds of its groups.

package struct PerlPattern {
  private let regex: PerlRegex

  /// Nil when the pattern is not understood.
  package init?(_ pattern: String, ignoringCase: Bool = false) {
    do throws(PerlRegexError) {
      regex = try PerlRegex(Array(pattern.utf8), ignoreCase: ignoringCase)
    } catch {
      return nil
    }
  }

  /// Names of groups, by number.
  package var names: [String?] { regex.groupNames }

  /// The whole match and its groups; nil when nothing matches.
  package func match(_ text: String) -> [String?]? {
    let bytes = Array(text.utf8)
    guard let found = regex.firstMatch(in: bytes) else { return nil }
    return found.map { range in range.map { String(decoding: bytes[$0], as: UTF8.self) } }
  }
}
