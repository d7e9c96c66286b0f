// The page about images agrees with the catalogue.

import Foundation
import Images
import Testing

@Suite struct CatalogueTests {
  static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("docs/images.md")

  @Test func everyImageIsOnThePage() throws {
    let written = try String(contentsOf: CatalogueTests.page, encoding: .utf8)
    if ProcessInfo.processInfo.environment["ARDOISE_UPDATE_GOLDENS"] != nil {
      try ImageCoverage.page.write(to: CatalogueTests.page, atomically: true, encoding: .utf8)
    } else {
      #expect(written == ImageCoverage.page, "run the test with ARDOISE_UPDATE_GOLDENS=1")
    }
    for name in ImageCatalogue.all.names { #expect(ImageCoverage.page.contains("`\(name)`"), "\(name) is missing") }
  }
}
