// What the prose between two blocks asks the learner to press. Looks for Ctrl+C in its usual spellings, in any language.

import Diagnostics
import LabModel

enum ProseHints {
  private static let spellings = ["ctrl+c", "ctrl-c", "ctrl + c", "control-c", "control+c", "^c", "<kbd>ctrl</kbd>"]

  static func saysInterrupt(after block: LabBlock, before next: LabBlock?, in page: Page) -> Bool {
    let lines = page.source.text.split(separator: "\n", omittingEmptySubsequences: false)
    let last = min(lines.count, (next?.line ?? lines.count + 1) - 1)
    guard block.endLine < last else { return false }
    for line in lines[block.endLine..<last] {
      let text = line.lowercased()
      if spellings.contains(where: { text.contains($0) }) { return true }
    }
    return false
  }
}
