// The whole site of the sample course: which files there are, that they hold together, and what each page must say.

import Diagnostics
import Foundation
import LabModel
import LabTranscript
import Testing

@testable import LabSite

struct SiteTests {
  @Test func filesOfTheSite() throws {
    let paths = try Sample.site(baseURL: "https://example.org/cours").map(\.path).filter { !$0.hasPrefix("assets/") }
    #expect(
      paths == [
        "404.html", "en/about/index.html", "en/index.html", "en/statefulset-postgres/finish/index.html",
        "en/statefulset-postgres/index.html", "en/statefulset-postgres/step1/index.html",
        "en/statefulset-postgres/step2/index.html", "fr/about/index.html", "fr/index.html",
        "fr/statefulset-postgres/finish/index.html", "fr/statefulset-postgres/index.html",
        "fr/statefulset-postgres/step1/index.html", "fr/statefulset-postgres/step2/index.html", "index.html",
        "recordings/statefulset-postgres/step1.cast", "robots.txt", "sitemap.xml",
      ])
    // For looking at it: ARDOISE_SAMPLE_SITE=/somewhere writes it there.
    if let folder = ProcessInfo.processInfo.environment["ARDOISE_SAMPLE_SITE"] {
      for file in try Sample.site() {
        let url = URL(fileURLWithPath: folder + "/" + file.path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(file.bytes).write(to: url)
      }
    }
  }

  @Test func holdsTogether() throws {
    let findings = inspect(try Sample.site(baseURL: "https://example.org/"), languages: [.fr, .en])
    #expect(findings.map { "\($0.location.file): \($0.summary)" } == [])
  }

  @Test func sameBytesTwice() throws {
    #expect(try Sample.site() == Sample.site())
  }

  @Test func anchorsAreTheSameInBothLanguages() throws {
    let site = try Sample.site()
    for language in ["fr", "en"] {
      let page = site.text("\(language)/statefulset-postgres/step1/index.html")
      for number in 1...7 { #expect(page.contains("id=\"bloc-1-\(number)\"")) }
    }
  }

  @Test func missingTranslationShowsTheOriginalAndSaysSo() throws {
    let site = try Sample.site(baseURL: "https://example.org/c")
    let page = site.text("en/statefulset-postgres/step2/index.html")
    #expect(page.contains("<html lang=\"en\">"))
    #expect(page.contains("<div class=\"prose\" lang=\"fr\">"))
    #expect(page.contains("This page has not been translated yet"))
    #expect(page.contains("rel=\"canonical\" href=\"https://example.org/c/fr/statefulset-postgres/step2/\""))
    #expect(!page.contains("rel=\"alternate\""))
    #expect(!site.text("sitemap.xml").contains("en/statefulset-postgres/step2/"))
    #expect(!site.text("fr/statefulset-postgres/step2/index.html").contains("rel=\"alternate\""))
    #expect(
      site.text("fr/statefulset-postgres/step1/index.html").contains(
        "hreflang=\"en\" href=\"https://example.org/c/en/statefulset-postgres/step1/\""))
  }

  @Test func withoutBaseAddressNothingIsAbsolute() throws {
    for file in try Sample.site() where file.path.hasSuffix(".html") {
      for element in HTMLScan(file.bytes).elements {
        for name in ["href", "src"] {
          guard let value = element.attributes[name] else { continue }
          #expect(!value.hasPrefix("/") && !value.contains("://"), "\(file.path): \(value)")
        }
      }
    }
  }

  @Test func notSimulatedIsSaidAloudAndShowsNothing() throws {
    let page = try Sample.site().text("fr/statefulset-postgres/step1/index.html")
    #expect(page.contains("<code>command helm</code>"))
    #expect(page.contains("Dépend du bloc 1.6, non simulé"))
    #expect(try Sample.site().text("en/about/index.html").contains("command helm"))
  }

  @Test func liveMarkupFromAuthorsNeverGetsOut() throws {
    var course = Sample.course()
    let here = Sample.here
    let attack =
      "<script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)><iframe src='//evil'></iframe>"
      + "<a href=\"java&#115;cript:alert(1)\" onclick=alert(1)>x</a><style>*{}</style><form action=x><base href=//e>"
    course.scenarios[0].steps[1].pages.fr?.blocks = [
      .html(attack, here),
      Sample.paragraph(.html("<b onmouseover='x'>", here), Sample.text("gras"), .html(attack, here)),
      Sample.paragraph(
        .link(destination: "java\tscript:alert(1)", title: "\"><script>", content: [Sample.text("<b>")], here)),
      Sample.paragraph(.image(source: "data:text/html,<script>", title: "", alternative: [Sample.text("\"'>")], here)),
      .code(Sample.block("2.1", "</code></pre><script>alert(1)</script>")),
      .heading(
        Heading(level: 2, id: "\"><script>", content: [Sample.text("<i>")], text: "<i>\"", range: here, line: 1)),
    ]
    course.scenarios[0].title.fr = "</title><script>alert(1)</script>"
    course.settings.title.fr = "<script>alert(1)</script>"
    let site = try Sample.site(course: course)
    let allowed: Set<String> = ["theme.js", "ardoise.js"]
    for file in site where file.path.hasSuffix(".html") {
      for element in HTMLScan(file.bytes).elements {
        #expect(!["iframe", "form", "base", "style", "object"].contains(element.name), "\(file.path)")
        if element.name == "script" {
          #expect(allowed.contains(element.attributes["src"]?.split(separator: "/").last.map(String.init) ?? ""))
        }
        #expect(element.attributes.keys.allSatisfy { !$0.hasPrefix("on") }, "\(file.path)")
        for name in ["href", "src"] {
          #expect(element.attributes[name].map { SafeAddress($0) != .unsafe } ?? true)
        }
      }
    }
    #expect(site.text("fr/statefulset-postgres/step2/index.html").contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
  }
}
