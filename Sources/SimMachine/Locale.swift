// Which order a program puts texts into: that of the locale its environment asks for, if the machine has it.
// Source: POSIX.1-2017, XBD section 8.2 "Internationalization Variables".

extension Process {
  /// Whether `LC_ALL`, `LC_COLLATE` or `LANG` names the language's locale that is installed.
  package var sortsByLanguage: Bool {
    guard let installed = machine.facts.locale else { return false }
    for name in ["LC_ALL", "LC_COLLATE", "LANG"] {
      if let value = environment[name], !value.isEmpty { return plain(value) == plain(installed) }
    }
    return false
  }

  /// `en_us.utf8`, whether it is written with a hyphen or not.
  private func plain(_ locale: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for byte in locale.utf8 where byte != 45 { bytes.append(byte >= 65 && byte <= 90 ? byte | 32 : byte) }
    return bytes
  }
}
