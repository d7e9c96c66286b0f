// Where an author's links lead in the finished site, and what else a page says of its step: verification, preparation.

import Diagnostics
import Foundation
import LabModel
import LabParser
import LabTranscript
import Testing

@testable import LabSite

struct LinkTests {
  static let one = """
    # Été

    [titre](#ete) [section](#la-suite) [comme écrit](#La%20suite) [bloc](#bloc-1-1) [ailleurs](../two/b.md#hiver)
    [l'autre](../two/) [fichier](notes.txt) [nulle part](gone.md) [dehors](../../etc/passwd) [absent](#rien)

    ## La suite

    `ls`{{exec}}
    """

  static func site(
    verifications: [RecordingKey: Verification] = [:], setup: [String: [String]] = [:], blockDepends: String? = nil,
    baseURL: String? = nil
  ) throws -> [OutputFile] {
    let files = MemoryFiles(text: [
      "one/index.json": #"{"title": "Un", "details": {"steps": [{"text": "a.md", "verify": "v.sh"}]}}"#,
      "one/a.md": one, "one/notes.txt": "x", "one/v.sh": "test -f x\n",
      "two/index.json": #"{"title": "Deux", "details": {"steps": [{"text": "b.md"}]}}"#,
      "two/b.md": "# B\n\n## Hiver\n",
      "ardoise.yml": "languages: [fr, en]\n",
    ])
    let course = CourseParser.parse(files).course
    var transcript = Transcript(title: "Été", columns: 80, rows: 24)
    transcript.blocks = [
      BlockTranscript(
        id: "1.1", heading: "", file: "a.md", line: 8,
        events: [.input("ls\r", at: 0), .output("ls\r\nx\r\n", at: 0)], exitStatus: 0,
        dependsOnNotSimulated: blockDepends)
    ]
    return render(
      course: course, transcripts: [RecordingKey(scenario: "one", step: "step1"): transcript],
      verifications: verifications, setupNotSimulated: setup,
      options: SiteOptions(
        theme: try Sample.theme(), baseURL: baseURL, resource: { $0.hasSuffix("notes.txt") ? [0x78] : nil }))
  }

  @Test func linksLeadWhereTheyShould() throws {
    let site = try LinkTests.site()
    let page = site.text("fr/one/step1/index.html")
    for address in [
      "#ete\">titre", "#la-suite\">section", "#la-suite\">comme écrit", "#bloc-1-1\">bloc",
      "../../two/step1/index.html#hiver\">ailleurs", "../../two/index.html\">l’autre",
      "../../../files/one/notes.txt\">fichier",
    ] { #expect(page.contains("href=\"" + address), "\(address)") }
    for dead in ["gone.md", "../../etc/passwd", "#rien"] { #expect(page.contains("dead-link\">(\(dead))"), "\(dead)") }
    #expect(page.contains("<h1 id=\"ete\""))
    #expect(inspect(site, languages: [.fr, .en]).filter { $0.severity == .error } == [])
  }

  @Test func theStepSaysHowItsScriptEnded() throws {
    let key = RecordingKey(scenario: "one", step: "step1")
    func page(_ verification: Verification) throws -> String {
      try LinkTests.site(verifications: [key: verification]).text("fr/one/step1/index.html")
    }
    #expect(try page(Verification(step: "a", file: "v.sh", exitStatus: 0)).contains("</span>réussie"))
    let failed = try page(Verification(step: "a", file: "v.sh", exitStatus: 1, output: "<no x>"))
    #expect(failed.contains("</span>échouée") && failed.contains("&lt;no x&gt;"))
    // What cannot be told is not shown as a failure.
    let unknown = try page(Verification(step: "a", file: "v.sh", exitStatus: 1, dependsOnNotSimulated: "1.1"))
    #expect(unknown.contains("non simulée") && !unknown.contains("échouée"))
    #expect(try LinkTests.site().text("en/one/step1/index.html").contains("Verification <code>v.sh</code></summary>"))
  }

  @Test func aPreparationThatIsNotSimulatedIsSaid() throws {
    let site = try LinkTests.site(setup: ["one": ["helm"]], blockDepends: "setup")
    #expect(site.text("fr/one/step1/index.html").contains("Dépend de la préparation de la machine, non simulée"))
    #expect(site.text("fr/about/index.html").contains("<span lang=\"en\">helm</span>"))
    #expect(inspect(site, languages: [.fr, .en]).filter { $0.severity == .error } == [])
  }

  /// A pair of languages that is not named on both sides is ignored by search engines.
  @Test func languagesNameEachOther() throws {
    let site = try LinkTests.site(baseURL: "https://x.y/c/")
    for (path, set) in [
      ("index.html", ["fr https://x.y/c/fr/", "en https://x.y/c/en/", "x-default https://x.y/c/"]),
      ("fr/index.html", ["fr https://x.y/c/fr/", "en https://x.y/c/en/", "x-default https://x.y/c/"]),
      (
        "en/about/index.html",
        [
          "fr https://x.y/c/fr/about/", "en https://x.y/c/en/about/", "x-default https://x.y/c/fr/about/",
        ]
      ),
    ] {
      let found = site.text(path).matches(of: /rel="alternate" hreflang="([^"]+)" href="([^"]+)"/).map {
        "\($0.output.1) \($0.output.2)"
      }
      #expect(found == set, "\(path)")
    }
  }
}
