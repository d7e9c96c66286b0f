// SHA-2 against the examples of FIPS 180-4, and at the lengths where the padding takes another block.

import SimKernel
import Testing

@Suite struct SHA2Tests {
  @Test(
    arguments: [
      (.sha224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
      (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (.sha384, "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"),
      (
        .sha512,
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
      ),
    ] as [(SHA2, String)])
  func digestsOfThreeLetters(_ kind: SHA2, _ digest: String) {
    #expect(kind.hexadecimal(Array("abc".utf8)) == digest)
  }

  @Test(arguments: [
    (0, "e3b0c44298fc1c14", "cf83e1357eefb8bd"),
    (55, "9f4390f8d30c2dd9", "b0220c772cbf6c18"),
    (56, "b35439a4ac6f0948", "962b64aae357d2a4"),
    (63, "7d3e74a05d7db15b", "c1b0f5c6d3b03dfe"),
    (64, "ffe054fe7ae0cb6d", "01d35c10c6c38c2d"),
    (111, "6374f73208854473", "fa9121c7b32b9e01"),
    (112, "f54353008a255326", "c01d080efd492776"),
    (119, "31eba51c313a5c08", "130396a75cb483f2"),
    (120, "2f3d335432c70b58", "f241de612b01aa2f"),
    (127, "c57e9278af78fa3c", "828613968b501dc0"),
    (128, "6836cf13bac400e9", "b73d1929aa615934"),
  ])
  func digestsAtTheEndOfABlock(_ length: Int, _ short: String, _ long: String) {
    let message = [UInt8](repeating: 97, count: length)
    #expect(SHA2.sha256.hexadecimal(message).hasPrefix(short))
    #expect(SHA2.sha512.hexadecimal(message).hasPrefix(long))
  }
}
