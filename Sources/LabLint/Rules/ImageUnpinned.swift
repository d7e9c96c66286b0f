import Diagnostics
import LabModel

extension Rule {
  static let imageUnpinned = Rule(
    id: "image-unpinned", severity: .warning,
    summary: "A container image is named without a version",
    what:
      "Finds images without a tag, or with `latest`, in manifests (`image: nginx`) and in commands (`--image=nginx`, `set image … web=nginx`).",
    why:
      "The lab runs another program every few months, and one day another major version: what the page shows is no longer what the learner sees.",
    example: "```bash\nkubectl run web --image=nginx\n```{{exec}}",
    instead: "```bash\nkubectl run web --image=nginx:1.27\n```{{exec}}",
    check: { rule, context in
      var findings: [Diagnostic] = []
      for page in context.pages where page.isSource {
        for block in page.page.labBlocks where block.isExec || ["yaml", "yml"].contains(block.language.lowercased()) {
          for line in page.codeLines(block) where line.text.contains("image") {
            for match in line.text.matches(of: /(?:^\s*(?:-\s+)?image:\s+|--image[= ])["']?([^\s"'#,;{}]+)/) {
              let image = match.output.1
              guard isUnpinned(image) else { continue }
              findings.append(
                rule.finding(
                  page.location(line, image.startIndex..<image.endIndex),
                  "Image '\(image)' has no version", "Add a tag, like \(name(image)):1.2, or a digest."))
            }
          }
        }
      }
      return findings
    })

  private static func name(_ image: Substring) -> Substring {
    image.hasSuffix(":latest") ? image.dropLast(7) : image
  }

  private static func isUnpinned(_ image: Substring) -> Bool {
    // A variable or a template is filled in elsewhere.
    if image.contains("$") || image.contains("@") || image.contains("<") { return false }
    let last = image.split(separator: "/").last ?? image
    guard let colon = last.firstIndex(of: ":") else { return true }
    return last[last.index(after: colon)...] == "latest"
  }
}
