// Themes on disk, and where the default one is. A theme is a folder with `templates/` and `assets/`. The default theme is
// the folder `site/` of the sources; it is looked for, in this order:
//
//   1. where the command line or `theme:` in ardoise.yml says (then nowhere else)
//   2. where the environment variable ARDOISE_THEME says (then nowhere else)
//   3. beside the executable: `site`, `share/ardoise/site`, and the same in every folder above it. This finds the theme
//      of a checkout (`.build/release/ardoise` lies below it) and of an installation (`bin/ardoise` beside `share/`)
//   4. in the working directory and every folder above it
//   5. in the course's folder and every folder above it

import Foundation

package enum ThemeFolder {
  /// Where a theme may be, most wanted first.
  package static func candidates(
    wanted: String?, environment: String?, executable: String?, workingDirectory: String, course: String?
  ) -> [String] {
    if let wanted { return [wanted] }
    if let environment, !environment.isEmpty { return [environment] }
    var list: [String] = []
    func climb(from start: String) {
      var folder = URL(fileURLWithPath: start).standardizedFileURL
      while true {
        for place in ["site", "share/ardoise/site"] {
          let path = folder.appendingPathComponent(place).path
          if !list.contains(path) { list.append(path) }
        }
        guard folder.path != "/", !folder.path.isEmpty else { break }
        folder = folder.deletingLastPathComponent()
      }
    }
    if let executable {
      climb(from: URL(fileURLWithPath: executable).resolvingSymlinksInPath().deletingLastPathComponent().path)
    }
    climb(from: workingDirectory)
    if let course { climb(from: course) }
    return list
  }

  /// Finds and reads a theme.
  package static func find(
    wanted: String?, course: String?,
    environment: [String: String] = ProcessInfo.processInfo.environment,
    executable: String? = Bundle.main.executablePath,
    workingDirectory: String = FileManager.default.currentDirectoryPath
  ) throws(ThemeError) -> Theme {
    let list = candidates(
      wanted: wanted, environment: environment["ARDOISE_THEME"], executable: executable,
      workingDirectory: workingDirectory, course: course)
    guard let folder = list.first(where: isTheme) else {
      throw ThemeError(
        file: list.first ?? "site",
        summary: "No theme here: a theme is a folder with templates/step.mustache (see --theme and ARDOISE_THEME)")
    }
    return try load(folder)
  }

  package static func isTheme(_ folder: String) -> Bool {
    FileManager.default.fileExists(atPath: folder + "/templates/step.mustache")
  }

  package static func load(_ folder: String) throws(ThemeError) -> Theme {
    var templates: [String: String] = [:]
    for path in try files(in: folder + "/templates") where path.hasSuffix(".mustache") {
      let bytes = try read(folder + "/templates/" + path)
      templates[String(path.dropLast(".mustache".count))] = String(decoding: bytes, as: UTF8.self)
    }
    var assets: [OutputFile] = []
    for path in try files(in: folder + "/assets") {
      assets.append(OutputFile(path: "assets/" + path, bytes: try read(folder + "/assets/" + path)))
    }
    return try Theme(templates: templates, assets: assets)
  }

  /// Paths below a folder, sorted; files that begin with a dot are nobody's.
  private static func files(in folder: String) throws(ThemeError) -> [String] {
    guard let enumerator = FileManager.default.enumerator(atPath: folder) else {
      throw ThemeError(file: folder, summary: "Folder cannot be read")
    }
    var paths: [String] = []
    for case let path as String in enumerator {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: folder + "/" + path, isDirectory: &isFolder), !isFolder.boolValue,
        !path.split(separator: "/").contains(where: { $0.hasPrefix(".") })
      else { continue }
      paths.append(path)
    }
    return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func read(_ path: String) throws(ThemeError) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ThemeError(file: path, summary: "File cannot be read")
    }
    return [UInt8](data)
  }
}
