// The page about images agrees with the catalogue.

import Foundation
import Images
import Simulator
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

  @Test func theInventoryTellsWhatWorksFromWhatIsOnlyThere() {
    let inventory = Inventory.current()
    #expect(inventory.commands.contains("grep") && !inventory.declaredCommands.contains("grep"))
    #expect(inventory.declaredCommands.contains("docker") && !inventory.commands.contains("docker"))
    #expect(inventory.functions.contains("generate_series") && inventory.relations.contains("pg_catalog.pg_tables"))
    #expect(inventory.statements.contains("MERGE") && !inventory.statements.contains("EXPLAIN"))
    #expect(inventory.metaCommands.contains("conninfo"))
  }
}
