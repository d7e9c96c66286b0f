import Diagnostics
import Testing

@Suite struct SourceTextTests {
  @Test func linesEndAtEveryCommonMarkLineEnding() {
    let text = SourceText(path: "a.md", text: "a\nb\r\nc\rd")
    #expect(text.lineCount == 4)
    #expect((1...4).map(text.line) == ["a", "b", "c", "d"])
    #expect(SourceText(path: "a.md", text: "a\n").lineCount == 1)
    #expect(SourceText(path: "a.md", text: "").lineCount == 1)
  }

  @Test func columnsCountScalarsAndBytes() {
    let text = SourceText(path: "a.md", text: "x\né💾b")
    let position = text.position(at: 2 + 2 + 4)
    #expect(position.line == 2)
    #expect(position.column == 3)
    #expect(position.byteColumn == 7)
    #expect(text.offset(line: 2, byteColumn: 7) == position.offset)
  }

  @Test func aByteOrderMarkHasNoColumn() {
    let text = SourceText(path: "a.md", text: "\u{FEFF}ab")
    #expect(text.position(at: 3).column == 1)
    #expect(text.position(at: 4).column == 2)
    #expect(text.line(1) == "ab")
  }

  @Test(
    arguments: [
      ([0x61, 0xC3, 0xA9], nil), ([0x61, 0xC3], 1), ([0x80], 0), ([0xC0, 0xAF], 0), ([0xED, 0xA0, 0x80], 0),
      ([0xF0, 0x9F, 0x92, 0xBE], nil), ([0xF4, 0x90, 0x80, 0x80], 0), ([0x61, 0xE9, 0x62], 1),
    ] as [([UInt8], Int?)]) func malformedBytesAreFound(bytes: [UInt8], offset: Int?)
  {
    #expect(SourceText(path: "a.md", bytes: bytes).firstInvalidUTF8() == offset)
  }
}

@Suite struct EditDistanceTests {
  @Test(arguments: [
    ("", "", 0), ("bash", "bsah", 1), ("exec", "Exec", 1), ("execute", "exceute", 1), ("abc", "", 3), ("ca", "abc", 3),
  ])
  func countsEdits(_ a: String, _ b: String, _ distance: Int) {
    #expect(EditDistance.between(a, b) == distance)
    #expect(EditDistance.between(b, a) == distance)
  }

  @Test func nearNamesComeNearestFirst() {
    #expect(EditDistance.near("bsah", in: ["fish", "bash", "ash"], max: 2) == ["bash", "ash"])
  }
}
