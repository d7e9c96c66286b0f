// The door of this module: a course and its recordings in, the files of a site out, all in memory. Nothing is read or
// written here; what an author's page refers to is asked for through `SiteOptions.resource`. The same input always gives
// the same bytes.

package import Diagnostics
package import LabModel
package import LabTranscript

/// A file of the site.
package struct OutputFile: Hashable, Sendable {
  /// Relative to the output folder, `/`-separated.
  package var path: String
  package var bytes: [UInt8]

  package init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  package init(path: String, text: String) { self.init(path: path, bytes: Array(text.utf8)) }

  package var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// Which step a recording is of.
package struct RecordingKey: Hashable, Sendable {
  /// `Scenario.path`.
  package var scenario: String
  /// `Step.name`.
  package var step: String

  package init(scenario: String, step: String) {
    self.scenario = scenario
    self.step = step
  }
}

package struct SiteOptions: Sendable {
  package var theme: Theme
  /// Absolute address of the site: canonical links, language alternatives and the sitemap need it.
  package var baseURL: String?
  /// Where the simulator knowingly differs from the real programs, one Markdown-free line each.
  package var deviations: [String]
  /// Contents of an author's file, by path as in `Scenario.folder`; nil when there is none.
  package var resource: @Sendable (String) -> [UInt8]?

  package init(
    theme: Theme, baseURL: String? = nil, deviations: [String] = [],
    resource: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }
  ) {
    self.theme = theme
    self.baseURL = baseURL
    self.deviations = deviations
    self.resource = resource
  }
}

/// The whole site, in the order of paths.
package func render(
  course: Course, transcripts: [RecordingKey: Transcript], verifications: [RecordingKey: Verification] = [:],
  setupNotSimulated: [String: [String]] = [:], findings: [Diagnostic] = [], options: SiteOptions
) -> [OutputFile] {
  let site = SiteContext(
    course: course, transcripts: transcripts, verifications: verifications, setupNotSimulated: setupNotSimulated,
    findings: findings, options: options)
  var files = options.theme.assets
  for page in site.map.pages { files.append(OutputFile(path: page.path, text: site.render(page).html)) }
  for scenario in course.scenarios {
    for step in scenario.allSteps {
      guard let transcript = transcripts[RecordingKey(scenario: scenario.path, step: step.name)] else { continue }
      files.append(
        OutputFile(
          path: SiteMap.recordingPath(scenario: scenario.path, step: step), text: AsciicastV3.write(transcript)))
    }
  }
  files += site.resources.files
  files += site.searchEngineFiles
  return files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
}
