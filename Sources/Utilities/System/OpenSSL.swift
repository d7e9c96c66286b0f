// openssl: rand, passwd, the digests (dgst and by name, -hmac), base64 and version. Keys, certificates and ciphers are not modelled: what
// they print depends on keys that nobody has. Source: manuals of OpenSSL 3.0.

import SimKernel
import SimMachine

private var opensslDigests: [(name: String, shown: String, block: Int, digest: ([UInt8]) -> [UInt8])] {
  [
    ("md5", "MD5", 64, { Digest.md5($0) }), ("sha1", "SHA1", 64, { Digest.sha1($0) }),
    ("sha224", "SHA2-224", 64, { SHA2.sha224.digest($0) }), ("sha256", "SHA2-256", 64, { SHA2.sha256.digest($0) }),
    ("sha384", "SHA2-384", 128, { SHA2.sha384.digest($0) }), ("sha512", "SHA2-512", 128, { SHA2.sha512.digest($0) }),
  ]
}

private func isDigest(_ word: String) -> Bool { opensslDigests.contains { $0.name == word } }

func opensslReadsInput(_ call: ToolCall) -> Bool {
  guard let command = call.arguments.first else { return false }
  let rest = call.arguments.dropFirst()
  switch command {
  case "passwd": return rest.contains("-stdin")
  case "base64", "enc": return !rest.contains("-in")
  case "dgst": return true
  default: return isDigest(command)
  }
}

func openssl(_ call: ToolCall) -> Int32 {
  guard let command = call.arguments.first else { return call.notSimulated("openssl: its usage text") }
  let words = Array(call.arguments.dropFirst())
  switch command {
  case "rand": return opensslRandom(call, words)
  case "passwd": return opensslPassword(call, words)
  case "dgst": return opensslDigest(call, words, "sha256")
  case "base64": return opensslBase64(call, words)
  case "enc" where words.contains("-base64") || words.contains("-a"):
    return opensslBase64(call, words.filter { $0 != "-base64" && $0 != "-a" })
  case "version":
    guard words.isEmpty, !call.process.machine.isContainer else { return call.notSimulated("openssl version here") }
    call.printLine("OpenSSL 3.0.13 30 Jan 2024 (Library: OpenSSL 3.0.13 30 Jan 2024)")
    return 0
  default:
    return isDigest(command) ? opensslDigest(call, words, command) : call.notSimulated("openssl \(command)")
  }
}

private func unknownOption(_ call: ToolCall, _ command: String, _ word: String) -> Int32 {
  call.writeError("\(command): Unknown option: \(word)\n\(command): Use -help for summary.\n")
  return 1
}

/// The bytes of a file, or of standard input; nil when it cannot be read, which is said.
private func opensslInput(_ call: ToolCall, _ path: String?) -> [UInt8]? {
  guard let path else { return call.stdin }
  if let bytes = try? call.read(path, dash: false) { return bytes }
  call.process.note(notSimulated: "openssl: its trace of a file that cannot be read")
  return nil
}

private func opensslRandom(_ call: ToolCall, _ words: [String]) -> Int32 {
  var form = ""
  var count: Int64?
  for word in words {
    switch word {
    case "-hex", "-base64": form = word
    default:
      if word.hasLeadingDash { return call.notSimulated("openssl rand \(word)") }
      guard let value = decimal(word) else {
        call.writeError("rand: Can't parse \"\(word)\" as a number\nrand: Use -help for summary.\n")
        return 1
      }
      guard value < 1 << 20 else { return call.notSimulated("openssl rand \(word)") }
      count = value
    }
  }
  guard let count else { return call.notSimulated("openssl rand without a number") }
  var bytes: [UInt8] = []
  for _ in 0..<count { bytes.append(UInt8(truncatingIfNeeded: call.world.random.next() >> 24)) }
  switch form {
  case "-hex": call.printLine(hexadecimal(bytes))
  case "-base64": writeWrapped(call, encodeBase64(bytes))
  default: call.write(bytes)
  }
  return 0
}

private func writeWrapped(_ call: ToolCall, _ text: [UInt8]) {
  for at in stride(from: 0, to: text.count, by: 64) {
    call.write(text[at..<min(text.count, at + 64)])
    call.put(10)
  }
}

private func opensslPassword(_ call: ToolCall, _ words: [String]) -> Int32 {
  var mark = "1"
  var salt: [UInt8]?
  var passwords: [[UInt8]] = []
  var index = 0
  while index < words.count {
    let word = words[index]
    index += 1
    switch word {
    case "-1", "-5", "-6", "-apr1": mark = String(word.dropFirst())
    case "-salt" where index < words.count:
      salt = words[index].bytes
      index += 1
    case "-stdin": for line in lineContents(call.stdin) { passwords.append(Array(line)) }
    case "-in", "-table", "-reverse", "-quiet", "-noverify", "-aixmd5", "-help":
      return call.notSimulated("openssl passwd \(word)")
    default:
      if word.hasLeadingDash { return unknownOption(call, "passwd", word) }
      passwords.append(word.bytes)
    }
  }
  if passwords.isEmpty { return call.notSimulated("openssl passwd asking for a password") }
  for password in passwords {
    let own =
      salt ?? PasswordHash.salt(&call.world.random, count: mark == "1" || mark == "apr1" ? 8 : 16)
    switch mark {
    case "5": call.printLine(PasswordHash.sha(password, salt: own, .sha256))
    case "6": call.printLine(PasswordHash.sha(password, salt: own, .sha512))
    default: call.printLine(PasswordHash.md5(password, salt: own, mark: mark))
    }
  }
  return 0
}

private func opensslDigest(_ call: ToolCall, _ words: [String], _ command: String) -> Int32 {
  var chosen = command
  var key: [UInt8]?
  var isBinary = false
  var isReversed = false
  var paths: [String] = []
  var index = 0
  while index < words.count {
    let word = words[index]
    index += 1
    switch word {
    case "-hmac" where index < words.count:
      key = words[index].bytes
      index += 1
    case "-hex": isBinary = false
    case "-binary": isBinary = true
    case "-r": isReversed = true
    default:
      if word.hasLeadingDash {
        guard isDigest(String(word.dropFirst())) else { return call.notSimulated("openssl dgst \(word)") }
        chosen = String(word.dropFirst())
      } else {
        paths.append(word)
      }
    }
  }
  guard let (_, shown, block, digest) = opensslDigests.first(where: { $0.name == chosen }) else { return 1 }
  func sum(_ bytes: [UInt8]) -> [UInt8] {
    guard let key else { return digest(bytes) }
    var padded = key.count > block ? digest(key) : key
    padded += [UInt8](repeating: 0, count: block - padded.count)
    var inner: [UInt8] = []
    var outer: [UInt8] = []
    for byte in padded {
      inner.append(byte ^ 0x36)
      outer.append(byte ^ 0x5c)
    }
    return digest(outer + digest(inner + bytes))
  }
  for path in paths.isEmpty ? [nil] : paths.map({ Optional($0) }) {
    guard let bytes = opensslInput(call, path) else { return 1 }
    let result = sum(bytes)
    if isBinary {
      call.write(result)
    } else if isReversed {
      call.printLine("\(hexadecimal(result)) *\(path ?? "stdin")")
    } else {
      call.printLine("\(key == nil ? "" : "HMAC-")\(shown)(\(path ?? "stdin"))= \(hexadecimal(result))")
    }
  }
  return 0
}

private func opensslBase64(_ call: ToolCall, _ words: [String]) -> Int32 {
  var decodes = false
  var isOneLine = false
  var input: String?
  var output: String?
  var index = 0
  while index < words.count {
    let word = words[index]
    index += 1
    switch word {
    case "-d": decodes = true
    case "-e": decodes = false
    case "-A": isOneLine = true
    case "-in" where index < words.count:
      input = words[index]
      index += 1
    case "-out" where index < words.count:
      output = words[index]
      index += 1
    default: return call.notSimulated("openssl base64 \(word)")
    }
  }
  guard let bytes = opensslInput(call, input) else { return 1 }
  if let output {
    return call.notSimulated("openssl base64 -out \(output)")
  }
  if decodes {
    let (decoded, isValid) = BaseCode.base64.decode(bytes, ignoreGarbage: false)
    if !isValid { return call.notSimulated("openssl base64 of a text that is none") }
    call.write(decoded)
  } else if isOneLine {
    call.write(encodeBase64(bytes))
  } else {
    writeWrapped(call, encodeBase64(bytes))
  }
  return 0
}
