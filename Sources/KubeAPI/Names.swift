// The rules names, labels and annotations obey (apimachinery util/validation), with the texts the API server uses.

import Unstructured

package enum Names {
  static let labelValueMessage =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start "
    + "and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation "
    + "is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
  static let qualifiedNameMessage =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    + "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
  static let dnsLabelMessage =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    + "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
  static let dnsSubdomainMessage =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    + "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
  static let dns1035Message =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    + "and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
    + "'[a-z]([-a-z0-9]*[a-z0-9])?')"

  static func tooLong(_ max: Int) -> String { "must be no more than \(max) characters" }

  private static func isLower(_ b: UInt8) -> Bool { b >= 97 && b <= 122 }
  private static func isDigit(_ b: UInt8) -> Bool { b >= 48 && b <= 57 }
  private static func isLowerAlnum(_ b: UInt8) -> Bool { isLower(b) || isDigit(b) }
  private static func isAlnum(_ b: UInt8) -> Bool { isLowerAlnum(b) || (b >= 65 && b <= 90) }

  private static func isDNSLabel(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first, let last = bytes.last, isLowerAlnum(first), isLowerAlnum(last) else { return false }
    for byte in bytes where !isLowerAlnum(byte) && byte != 45 { return false }
    return true
  }

  private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first, let last = bytes.last, isAlnum(first), isAlnum(last) else { return false }
    for byte in bytes where !isAlnum(byte) && byte != 45 && byte != 46 && byte != 95 { return false }
    return true
  }

  package static func dnsLabelProblems(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    var problems: [String] = []
    if bytes.count > 63 { problems.append(tooLong(63)) }
    if !isDNSLabel(bytes[...]) { problems.append(dnsLabelMessage) }
    return problems
  }

  package static func dns1035Problems(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    var problems: [String] = []
    if bytes.count > 63 { problems.append(tooLong(63)) }
    if !(isDNSLabel(bytes[...]) && isLower(bytes[0])) { problems.append(dns1035Message) }
    return problems
  }

  package static func dnsSubdomainProblems(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    var problems: [String] = []
    if bytes.count > 253 { problems.append(tooLong(253)) }
    var valid = true
    for part in bytes.split(separator: 46, omittingEmptySubsequences: false) where !isDNSLabel(part) { valid = false }
    if !valid { problems.append(dnsSubdomainMessage) }
    return problems
  }

  /// Label and annotation keys: `name` or `prefix/name`.
  package static func qualifiedNameProblems(_ text: String) -> [String] {
    let parts = Array(text.utf8).split(separator: 47, omittingEmptySubsequences: false)
    var problems: [String] = []
    let name: ArraySlice<UInt8>
    switch parts.count {
    case 1: name = parts[0]
    case 2:
      let prefix = String(decoding: parts[0], as: UTF8.self)
      name = parts[1]
      if prefix.isEmpty {
        problems.append("prefix part must be non-empty")
      } else {
        for problem in dnsSubdomainProblems(prefix) { problems.append("prefix part " + problem) }
      }
    default:
      return [
        "a qualified name " + qualifiedNameMessage + " with an optional DNS subdomain prefix and '/' (e.g. "
          + "'example.com/MyName')"
      ]
    }
    if name.isEmpty {
      problems.append("name part must be non-empty")
    } else if name.count > 63 {
      problems.append("name part " + tooLong(63))
    }
    if !isName(name) { problems.append("name part " + qualifiedNameMessage) }
    return problems
  }

  package static func labelValueProblems(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    var problems: [String] = []
    if bytes.count > 63 { problems.append(tooLong(63)) }
    if !bytes.isEmpty, !isName(bytes[...]) { problems.append(labelValueMessage) }
    return problems
  }

  /// ConfigMap and Secret keys.
  package static func configKeyProblems(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    var problems: [String] = []
    if bytes.count > 253 { problems.append(tooLong(253)) }
    var valid = !bytes.isEmpty
    for byte in bytes where !isAlnum(byte) && byte != 45 && byte != 46 && byte != 95 { valid = false }
    if !valid {
      problems.append(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or "
          + "'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')")
    } else if text == "." {
      problems.append("must not be '.'")
    } else if text == ".." {
      problems.append("must not be '..'")
    } else if text.hasPrefix("..") {
      problems.append("must not start with '..'")
    }
    return problems
  }

  /// Environment variable names, as 1.32 accepts them: printable ASCII without `=`.
  package static func environmentProblems(_ text: String) -> [String] {
    var problems: [String] = []
    if text.isEmpty { problems.append("environment variable name must be non-empty") }
    for byte in text.utf8 where byte < 32 || byte > 126 || byte == 61 {
      problems.append(
        "a valid environment variable name must consist only of printable ASCII characters other than '='")
      break
    }
    return problems
  }

  /// Names in env files (`--from-env-file`, `set env`), as kubectl accepts them.
  package static func environmentFileProblems(_ text: String) -> [String] {
    var isValid = !text.isEmpty
    for (index, byte) in text.utf8.enumerated() {
      let isDigit = byte >= 48 && byte <= 57
      let isLetter = byte >= 65 && byte <= 90 || byte >= 97 && byte <= 122
      if !(isLetter || byte == 45 || byte == 46 || byte == 95 || isDigit && index > 0) { isValid = false }
    }
    if isValid { return [] }
    return [
      "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')"
    ]
  }

  /// Port names (IANA service names).
  package static func portNameProblems(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    var problems: [String] = []
    if bytes.count > 15 { problems.append("must be no more than 15 characters") }
    var valid = !bytes.isEmpty
    var hasLetter = false
    for byte in bytes {
      if isLower(byte) { hasLetter = true }
      if !isLowerAlnum(byte), byte != 45 { valid = false }
    }
    if !valid { problems.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)") }
    if !hasLetter { problems.append("must contain at least one letter (a-z)") }
    for index in bytes.indices.dropFirst() where bytes[index] == 45 && bytes[index - 1] == 45 {
      problems.append("must not contain consecutive hyphens")
      break
    }
    if bytes.first == 45 || bytes.last == 45 { problems.append("must not begin or end with a hyphen") }
    return problems
  }
}

/// A string as Go's `%q` and `strconv.Quote` write it.
package func goQuoted(_ text: String) -> String { GoSyntax.quoted(text) }
