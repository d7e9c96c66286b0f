// The certificate of the cluster's authority, as `kube-root-ca.crt` holds it: the DER form of a self-signed X.509 certificate of
// RSA 2048 bits named after the service address, valid ten years. Structure and lengths are real; serial number, key and
// signature come from the seed and verify nothing. Source: RFC 5280.

import KubeAPI
import SimKernel

enum RootCertificate {
  static func text(_ world: World) -> String {
    var random = world.random.split("certificate")
    func bytes(_ count: Int) -> [UInt8] {
      var out: [UInt8] = []
      for _ in 0..<count { out.append(UInt8(truncatingIfNeeded: random.next())) }
      return out
    }
    func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
      let count = content.count
      if count < 128 { return [tag, UInt8(count)] + content }
      if count < 256 { return [tag, 0x81, UInt8(count)] + content }
      return [tag, 0x82, UInt8(count >> 8), UInt8(count & 255)] + content
    }
    func sequence(_ parts: [UInt8]...) -> [UInt8] {
      var content: [UInt8] = []
      for part in parts { content += part }
      return element(0x30, content)
    }
    func object(_ identifier: [UInt8]) -> [UInt8] { element(0x06, identifier) }
    /// A positive number of so many bytes, whose first bit is not set.
    func number(_ count: Int) -> [UInt8] {
      var digits = bytes(count)
      digits[0] = digits[0] & 0x3f | 0x40
      return digits
    }

    let signing = sequence(object([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b]), [0x05, 0x00])
    let name = sequence(
      element(0x31, sequence(object([0x55, 0x04, 0x03]), element(0x0c, Array("10.152.183.1".utf8)))))
    let begin = world.civilNow
    func moment(_ year: Int64) -> [UInt8] {
      func two(_ value: Int64) -> String { padded(value, 2) }
      let text =
        two(year % 100) + two(begin.month) + two(begin.day) + two(begin.hour) + two(begin.minute) + two(begin.second)
      return element(0x17, Array((text + "Z").utf8))
    }
    let key = sequence(element(0x02, [0x00] + [0xcd] + bytes(255)), [0x02, 0x03, 0x01, 0x00, 0x01])
    let publicKey = sequence(
      sequence(object([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]), [0x05, 0x00]),
      element(0x03, [0x00] + key))
    let keyName = bytes(20)
    let extensions = element(
      0xa3,
      sequence(
        sequence(object([0x55, 0x1d, 0x0e]), element(0x04, element(0x04, keyName))),
        sequence(object([0x55, 0x1d, 0x23]), element(0x04, sequence(element(0x80, keyName)))),
        sequence(
          object([0x55, 0x1d, 0x13]), [0x01, 0x01, 0xff], element(0x04, sequence([0x01, 0x01, 0xff])))))
    let signed = sequence(
      element(0xa0, [0x02, 0x01, 0x02]), element(0x02, number(20)), signing, name,
      sequence(moment(begin.year), moment(begin.year + 10)), name, publicKey, extensions)
    let der = sequence(signed, signing, element(0x03, [0x00] + bytes(256)))

    var lines = ["-----BEGIN CERTIFICATE-----"]
    var rest = Base64.encode(der)[...]
    while !rest.isEmpty {
      lines.append(String(rest.prefix(64)))
      rest = rest.dropFirst(64)
    }
    lines.append("-----END CERTIFICATE-----")
    return lines.joined(separator: "\n") + "\n"
  }
}
