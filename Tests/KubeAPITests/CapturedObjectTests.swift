// Objects a real API server answered with: our decoding and defaults leave them as they are.

import Foundation
import SimKernel
import Testing
import Unstructured

@testable import KubeAPI

@Suite struct CapturedObjectTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../UnstructuredTests/Printed").standardizedFileURL

  static func objects() throws -> [(String, Value)] {
    var found: [(String, Value)] = []
    for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
      let text = try String(contentsOf: file, encoding: .utf8)
      for document in try ManifestReader.all(text) {
        for object in document["kind"]?.string == "List" ? document["items"]?.array ?? [] : [document] {
          found.append((file.lastPathComponent, object))
        }
      }
    }
    return found
  }

  @Test func comeBackFromDecodingUnchanged() throws {
    var checked = 0
    for (name, object) in try CapturedObjectTests.objects() {
      guard let kind = Kinds.of(apiVersion: object["apiVersion"]?.string ?? "", kind: object["kind"]?.string ?? ""),
        // Client-side output of generators is not what the server stores.
        object[path: "metadata", "uid"] != nil
      else { continue }
      checked += 1
      let decoded = try Decoding.decode(kind, object)
      #expect(decoded.unknownFields.isEmpty, "\(name)")
      #expect(YAML.print(decoded.object) == YAML.print(object), "\(name)")
      var defaulted = object
      Defaults.apply(kind, &defaulted)
      #expect(YAML.print(defaulted) == YAML.print(object), "\(name)")
      #expect(Validation.validate(kind, object).map(\.text) == [], "\(name)")
      #expect(Validation.validate(kind, object, old: object).map(\.text) == [], "\(name)")
    }
    #expect(checked > 15)
  }
}
