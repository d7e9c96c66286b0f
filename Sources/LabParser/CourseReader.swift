// What all readers of a course share: the door to its files, every source read so far, and the diagnostics.

import Diagnostics
import LabModel

final class CourseReader {
  let files: any CourseFiles
  var settings = CourseSettings()
  private(set) var sources: [SourceText] = []
  private var known: [String: SourceText] = [:]
  var diagnostics: [Diagnostic] = []

  init(files: any CourseFiles) { self.files = files }

  func report(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

  /// Reads a file, once; reports at `place` (or at the file itself) when it cannot be read.
  func read(_ path: String, from place: SourceLocation? = nil) -> SourceText? {
    if let source = known[path] { return source }
    let shown = files.display(path)
    let location = place ?? SourceLocation(file: shown)
    do {
      let source = SourceText(path: shown, bytes: try files.read(path))
      known[path] = source
      sources.append(source)
      return source
    } catch {
      switch error {
      case .missing: report(Diagnostic(.fileMissing, location, "File '\(shown)' does not exist"))
      case .outside:
        report(Diagnostic(.pathOutside, location, "File '\(shown)' is a link that leads out of the course"))
      case .unreadable(let reason):
        report(Diagnostic(.fileUnreadable, location, "File '\(shown)' cannot be read: \(reason)"))
      case .tooLarge(let bytes):
        report(
          Diagnostic(
            .fileTooLarge, SourceLocation(file: shown),
            "File of \(bytes / (1024 * 1024)) MiB is larger than the \(CourseLimits.fileBytesMax / (1024 * 1024)) MiB "
              + "that a course file may have"))
      }
      return nil
    }
  }

  func hasRead(_ path: String) -> Bool { known[path] != nil }

  func exists(_ path: String) -> Bool { files.entry(path) == .file }

  /// A path written in a file, seen from `folder`; reports one that leaves the course.
  func resolve(_ written: String, in folder: String, at place: SourceLocation) -> String? {
    if let path = CoursePath.join(folder, written) { return path }
    report(Diagnostic(.pathOutside, place, "Path '\(written)' leads out of the course"))
    return nil
  }

  /// A JSON file as a tree; nil, with a diagnostic, when it is none.
  func readJSON(_ path: String) -> (source: SourceText, node: JSONNode)? {
    guard let source = read(path) else { return nil }
    if let invalid = source.firstInvalidUTF8() {
      report(
        Diagnostic(
          .encoding, source.location(SourceRange(start: invalid, end: invalid + 1)), "Byte here is not UTF-8"))
      return nil
    }
    do {
      return (source, try JSONReader.read(source.bytes))
    } catch {
      let end = min(error.offset + 1, source.bytes.count)
      report(
        Diagnostic(
          .jsonSyntax, source.location(SourceRange(start: min(error.offset, end), end: end)), error.message))
      return nil
    }
  }

  /// A YAML file as a tree; nil when it is empty or, with a diagnostic, when it is none.
  func readYAML(_ path: String) -> (source: SourceText, node: JSONNode)? {
    guard let source = read(path) else { return nil }
    if let invalid = source.firstInvalidUTF8() {
      report(
        Diagnostic(
          .encoding, source.location(SourceRange(start: invalid, end: invalid + 1)), "Byte here is not UTF-8"))
      return nil
    }
    do {
      return try YAMLTree.read(source).map { (source, $0) }
    } catch {
      report(Diagnostic(.yamlSyntax, source.location(.point(error.offset)), error.message))
      return nil
    }
  }
}
