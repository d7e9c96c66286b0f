// Functions of the extensions pgcrypto and uuid-ossp. Ciphers, crypt() and SHA-1 say that they are not simulated.
// Source: PostgreSQL 15 manual, F.28 and F.49.

internal import SimKernel

enum Extensions {
  /// Those whose objects are modelled, or which have none that a query names.
  static let modelled: Set<String> = ["pgcrypto", "uuid-ossp", "btree_gist", "btree_gin", "pg_stat_statements"]

  static func fact(_ name: String) -> [String]? {
    for f in factLines(extensionFacts) where f[0] == name { return f }
    return nil
  }
}

extension FunctionRegistry {
  func registerExtensionFunctions() {
    func bytes(_ v: Value) -> [UInt8] {
      if case .bytes(let b) = v { return b }
      return Array(v.string.utf8)
    }
    func digest(_ message: [UInt8], _ algorithm: String) throws(SQLError) -> [UInt8] {
      switch lowercasedASCII(algorithm) {
      case "md5": return MD5.bytes(message)
      case "sha224", "sha256", "sha384", "sha512":
        return SHA2(rawValue: Int(lowercasedASCII(algorithm).dropFirst(3)) ?? 256)?.digest(message) ?? []
      case "sha1": throw .notSimulated("SHA-1 in the server")
      default:
        throw SQLError(SQLState.invalidParameterValue, "Cannot use \"\(algorithm)\": No such hash algorithm")
      }
    }
    pure("pg_digest") { (v: [Value]) throws(SQLError) -> Value in .bytes(try digest(bytes(v[0]), v[1].string)) }
    pure("pg_hmac") { (v: [Value]) throws(SQLError) -> Value in
      let block = ["sha384", "sha512"].contains(lowercasedASCII(v[2].string)) ? 128 : 64
      var key = bytes(v[1])
      if key.count > block { key = try digest(key, v[2].string) }
      key += [UInt8](repeating: 0, count: block - key.count)
      let inner = try digest(key.map { $0 ^ 0x36 } + bytes(v[0]), v[2].string)
      return .bytes(try digest(key.map { $0 ^ 0x5c } + inner, v[2].string))
    }
    add("pg_random_bytes") { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
      let n = v[0].integer
      if n < 1 || n > 1_024 { throw SQLError("39000", "Length not in range") }
      var out: [UInt8] = []
      for _ in 0..<n { out.append(UInt8(s.random.below(256))) }
      return .bytes(out)
    }
    for name in ["pg_gen_salt", "pg_gen_salt_rounds"] {
      add(name) { (s: ClientSession, _: CallSite, v: [Value]) throws(SQLError) -> Value in
        let letters = Array("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        func salt(_ n: Int) -> String {
          var out: [UInt8] = []
          for _ in 0..<n { out.append(letters[Int(s.random.below(64))]) }
          return String(decoding: out, as: UTF8.self)
        }
        switch v[0].string {
        case "bf":
          let rounds = v.count > 1 ? v[1].integer : 6
          if rounds < 4 || rounds > 31 {
            throw SQLError(SQLState.invalidParameterValue, "gen_salt: Incorrect number of rounds")
          }
          return .text("$2a$" + (rounds < 10 ? "0" : "") + "\(rounds)$" + salt(21) + "e")
        case "md5": return .text("$1$" + salt(8))
        case "des": return .text(salt(2))
        case "xdes": return .text("_J9.." + salt(4))
        default: throw SQLError(SQLState.invalidParameterValue, "gen_salt: Unknown salt algorithm")
        }
      }
    }
    let spaces =
      [("nil", "00000000-0000-0000-0000-000000000000")] + [
        ("ns_dns", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"), ("ns_url", "6ba7b811-9dad-11d1-80b4-00c04fd430c8"),
        ("ns_oid", "6ba7b812-9dad-11d1-80b4-00c04fd430c8"), ("ns_x500", "6ba7b814-9dad-11d1-80b4-00c04fd430c8"),
      ]
    for (name, text) in spaces { pure("uuid_" + name) { (_: [Value]) throws(SQLError) -> Value in .text(text) } }
    add("uuid_generate_v4") { (s: ClientSession, _: CallSite, _: [Value]) throws(SQLError) -> Value in
      .text(s.random.uuid())
    }
    pure("uuid_generate_v3") { (v: [Value]) throws(SQLError) -> Value in
      var message: [UInt8] = []
      let digits = Array(v[0].string.utf8).filter { $0 != 0x2d }
      for k in stride(from: 0, to: digits.count, by: 2) {
        message.append(UInt8(String(decoding: digits[k...(k + 1)], as: UTF8.self), radix: 16) ?? 0)
      }
      var hash = MD5.bytes(message + Array(v[1].string.utf8))
      hash[6] = hash[6] & 0x0f | 0x30
      hash[8] = hash[8] & 0x3f | 0x80
      var out = ""
      for (k, b) in hash.enumerated() {
        if [4, 6, 8, 10].contains(k) { out += "-" }
        out += (b < 16 ? "0" : "") + String(b, radix: 16)
      }
      return .text(out)
    }
  }
}
