// Documents as kubectl reads and writes them: streams of YAML or JSON, and the printed forms.

import KubeAPI
import SimKernel
import Unstructured

struct DocumentProblem: Error {
  let message: String
}

enum Documents {
  /// The one document of a text (a kubeconfig, a patch).
  static func single(_ bytes: [UInt8]) throws(DocumentProblem) -> Value {
    do throws(YAMLError) {
      return try YAML.parse(bytes)
    } catch {
      throw DocumentProblem(message: error.description)
    }
  }

  /// The documents of a manifest up to the first that cannot be read, and what is wrong with that one.
  static func stream(
    _ bytes: [UInt8], _ dialect: YAMLDialect = .goyaml2
  ) -> (documents: [Value], problem: String?) {
    var reader = ManifestReader(String(decoding: bytes, as: UTF8.self), dialect)
    var documents: [Value] = []
    do throws(ManifestError) {
      while let document = try reader.next() { documents.append(document) }
      return (documents, nil)
    } catch {
      return (documents, error.message)
    }
  }

  static func yaml(_ value: Value) -> String { YAML.print(value) }
  static func json(_ value: Value, sortingKeys: Bool = true) -> String {
    JSON.pretty(value, escapingHTML: true, sortingKeys: sortingKeys) + "\n"
  }
}
