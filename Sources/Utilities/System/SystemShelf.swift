// The utilities that tell about or act on the machine.

var systemUtilities: [Registration] {
  [
    Registration(Tool("echo", .raw, run: echo)),
    Registration(Tool("printf", .raw, run: printf)),
    Registration(Tool("true", .raw) { _ in 0 }),
    Registration(Tool("false", .raw) { _ in 1 }),
    Registration("yes") { Yes($0) },
    Registration(Tool("seq", .raw, run: sequence)),
    digestTool("md5sum", "MD5") { Digest.md5($0) },
    digestTool("sha1sum", "SHA1") { Digest.sha1($0) },
    digestTool("sha224sum", "SHA224") { Digest.sha256($0, bits: 224) },
    digestTool("sha256sum", "SHA256") { Digest.sha256($0) },
    digestTool("sha384sum", "SHA384") { Digest.sha512($0, bits: 384) },
    digestTool("sha512sum", "SHA512") { Digest.sha512($0) },
    Registration(
      Tool(
        "cksum", OptionTable("a,algorithm= !c,check !l,length= !tag !untagged"), readsInput: inputWhenNoFiles,
        run: checksum)),
    baseTool("base64", base32: false),
    baseTool("base32", base32: true),
  ]
}
