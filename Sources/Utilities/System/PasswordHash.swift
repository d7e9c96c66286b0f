// Password hashes as /etc/shadow and htpasswd keep them: MD5 crypt ($1$, Apache's $apr1$) and SHA crypt ($5$, $6$). Source:
// "Unix crypt using SHA-256 and SHA-512" (akkadia.org), and the crypt(5) manual for the older one.

import SimKernel

package enum PasswordHash {
  private static let letters = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".bytes

  static func salt(_ random: inout SeededRandom, count: Int) -> [UInt8] {
    var out: [UInt8] = []
    for _ in 0..<count { out.append(letters[Int(random.next() >> 40) & 63]) }
    return out
  }

  /// Three bytes as four letters (or the last few of them), the lowest bits first.
  private static func encode(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ count: Int, into out: inout [UInt8]) {
    var word = UInt32(a) << 16 | UInt32(b) << 8 | UInt32(c)
    for _ in 0..<count {
      out.append(letters[Int(word & 63)])
      word >>= 6
    }
  }

  /// Whether a password makes a hash that htpasswd wrote; nil for kinds that are not modelled.
  package static func accepts(_ password: String, _ hash: String) -> Bool? {
    let fields = hash.split(separator: "$" as Character, omittingEmptySubsequences: false)
    guard fields.count >= 4, fields[0].isEmpty, fields[1] == "apr1" || fields[1] == "1" else { return nil }
    return md5(password.bytes, salt: String(fields[2]).bytes, mark: String(fields[1])) == hash
  }

  static func md5(_ key: [UInt8], salt given: [UInt8], mark: String) -> String {
    let salt = Array(given.prefix(8))
    let inner = Digest.md5(key + salt + key)
    var text = key + "$\(mark)$".bytes + salt
    for index in key.indices { text.append(inner[index % 16]) }
    var rest = key.count
    while rest > 0 {
      text.append(rest & 1 == 1 ? 0 : key[0])
      rest >>= 1
    }
    var sum = Digest.md5(text)
    for round in 0..<1000 {
      var next = round & 1 == 1 ? key : sum
      if round % 3 != 0 { next += salt }
      if round % 7 != 0 { next += key }
      next += round & 1 == 1 ? sum : key
      sum = Digest.md5(next)
    }
    var out: [UInt8] = []
    for (a, b, c) in [(0, 6, 12), (1, 7, 13), (2, 8, 14), (3, 9, 15), (4, 10, 5)] {
      encode(sum[a], sum[b], sum[c], 4, into: &out)
    }
    encode(0, 0, sum[11], 2, into: &out)
    return "$\(mark)$\(String(bytes: salt))$\(String(bytes: out))"
  }

  static func sha(_ key: [UInt8], salt given: [UInt8], _ digest: SHA2) -> String {
    let salt = Array(given.prefix(16))
    func repeated(_ bytes: [UInt8], _ count: Int) -> [UInt8] {
      var out: [UInt8] = []
      while out.count < count { out += bytes.prefix(count - out.count) }
      return out
    }
    let inner = digest.digest(key + salt + key)
    var text = key + salt + repeated(inner, key.count)
    var rest = key.count
    while rest > 0 {
      text += rest & 1 == 1 ? inner : key
      rest >>= 1
    }
    var sum = digest.digest(text)
    let keys = repeated(digest.digest(repeated(key, key.count * key.count)), key.count)
    let salts = repeated(digest.digest(repeated(salt, salt.count * (16 + Int(sum[0])))), salt.count)
    for round in 0..<5000 {
      var next = round & 1 == 1 ? keys : sum
      if round % 3 != 0 { next += salts }
      if round % 7 != 0 { next += keys }
      next += round & 1 == 1 ? sum : keys
      sum = digest.digest(next)
    }
    var out: [UInt8] = []
    let isLong = digest == .sha512
    var (a, b, c) = isLong ? (0, 21, 42) : (0, 10, 20)
    for _ in 0..<(isLong ? 21 : 10) {
      encode(sum[a], sum[b], sum[c], 4, into: &out)
      (a, b, c) = isLong ? (b + 1, c + 1, a + 1) : (c + 1, a + 1, b + 1)
    }
    if isLong { encode(0, 0, sum[63], 2, into: &out) } else { encode(0, sum[31], sum[30], 3, into: &out) }
    return "$\(isLong ? 6 : 5)$\(String(bytes: salt))$\(String(bytes: out))"
  }
}
