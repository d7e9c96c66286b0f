import Diagnostics
import Foundation
import LabSite
import LabTranscript
import Testing

@testable import ArdoiseCLI

func withFolder(_ body: (String) async throws -> Void) async throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ardoise-cli-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try await body(folder.path)
}

func write(_ text: String, _ path: String) throws {
  try FileManager.default.createDirectory(
    atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
  try text.write(toFile: path, atomically: true, encoding: .utf8)
}

func read(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

@Suite struct OutputTests {
  private let files = [OutputFile(path: "index.html", text: "new"), OutputFile(path: "fr/a/index.html", text: "a")]

  @Test func aFolderIsReplacedAsAWhole() async throws {
    try await withFolder { folder in
      let out = folder + "/public"
      try OutputFolder(out, protected: []).replace(with: files + [OutputFile(path: "old.html", text: "old")])
      try OutputFolder(out, protected: []).replace(with: files)
      #expect(try read(out + "/index.html") == "new")
      #expect(try read(out + "/fr/a/index.html") == "a")
      #expect(!FileManager.default.fileExists(atPath: out + "/old.html"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["public"])
    }
  }

  @Test func aFailedWriteLeavesTheOldFolder() async throws {
    try await withFolder { folder in
      let out = folder + "/public"
      try OutputFolder(out, protected: []).replace(with: files)
      // A file where a folder is needed.
      let broken = [OutputFile(path: "a", text: "x"), OutputFile(path: "a/b", text: "y")]
      #expect(throws: OutputError.self) { try OutputFolder(out, protected: []).replace(with: broken) }
      #expect(try read(out + "/index.html") == "new")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["public"])
    }
  }

  @Test func whatIsNotOursIsNotReplaced() async throws {
    try await withFolder { folder in
      try write("mine", folder + "/full/notes.txt")
      #expect(throws: OutputError.self) { try OutputFolder(folder + "/full", protected: []) }
      #expect(throws: OutputError.self) { try OutputFolder(folder + "/full/notes.txt", protected: []) }
      try write("", folder + "/made/.ardoise")
      try write("x", folder + "/made/course/index.json")
      #expect(throws: OutputError.self) { try OutputFolder(folder + "/made", protected: [folder + "/made/course"]) }
      #expect(throws: OutputError.self) { try OutputFolder("/", protected: []) }
      try FileManager.default.createDirectory(atPath: folder + "/empty", withIntermediateDirectories: true)
      #expect(throws: Never.self) { try OutputFolder(folder + "/empty", protected: []) }
    }
  }

  @Test func aLinkToAFolderStaysALink() async throws {
    try await withFolder { folder in
      try FileManager.default.createDirectory(atPath: folder + "/real", withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "real")
      try OutputFolder(folder + "/link", protected: []).replace(with: files)
      #expect(try read(folder + "/real/index.html") == "new")
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/link") == "real")
    }
  }

  @Test func aFileIsReplacedAndKeepsItsMode() async throws {
    try await withFolder { folder in
      let path = folder + "/deep/run.sh"
      try AtomicOutput.write("one", to: path)
      chmod(path, 0o755)
      try AtomicOutput.write("two", to: path)
      #expect(try read(path) == "two")
      #expect(FileManager.default.isExecutableFile(atPath: path))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/deep") == ["run.sh"])
      try write("", folder + "/file")
      #expect(throws: OutputError.self) { try AtomicOutput.write("x", to: folder + "/file/below") }
    }
  }
}

@Suite struct FailureTests {
  @Test func whatCannotBeWrittenSaysWhyAndLeavesNothing() async throws {
    try await withFolder { folder in
      try write("x", folder + "/file")
      for path in [folder + "/file/a/b", folder + "/file/b"] {
        let error = #expect(throws: OutputError.self) { try AtomicOutput.write("y", to: path) }
        #expect(error?.message == "'\(path)' cannot be written: Not a directory")
      }
      // The folder's own place is taken by a folder: the new folders above it go again.
      try FileManager.default.createDirectory(atPath: folder + "/taken", withIntermediateDirectories: true)
      try write("z", folder + "/taken/inner")
      #expect(throws: OutputError.self) { try AtomicOutput.write("y", to: folder + "/taken") }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["file", "taken"])
    }
  }

  @Test func aLinkStaysALink() async throws {
    try await withFolder { folder in
      try write("a", folder + "/real")
      try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "real")
      try AtomicOutput.write("b", to: folder + "/link")
      #expect(try read(folder + "/real") == "b")
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/link") == "real")
    }
  }

  @Test func promptsStandBeforeTheirCommands() {
    var transcript = Transcript(title: "T", columns: 80, rows: 24)
    transcript.blocks = [
      BlockTranscript(
        id: "1.1", heading: "", file: "a.md", line: 1,
        events: [.output("$ ", at: 0), .input("ls\r", at: 0), .output("ls\r\na\r\n$ ", at: 0)], exitStatus: 0),
      BlockTranscript(
        id: "1.2", heading: "", file: "a.md", line: 5,
        events: [.input("pwd\r", at: 0), .output("pwd\r\n/\r\n$ ", at: 0)],
        exitStatus: 0),
    ]
    let text = TranscriptMarkdown.text(transcript)
    #expect(text.contains("```console\n$ ls\na\n```"))
    #expect(text.contains("```console\n$ pwd\n/\n```"))
  }
}
