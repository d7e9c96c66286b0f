// How a committed recording differs from what the simulator prints now: a unified diff per block, for `record --check`.

package import LabTranscript
import SimKernel

/// One block whose recording is out of date.
package struct BlockDrift: Hashable, Sendable {
  /// The block's id, or empty for the part before the first block.
  package let block: String
  /// The page, inside its scenario, and the line it stands at in the new recording (in the old one, when it is gone); for
  /// the part before the first block, the recording.
  package var file: String
  package let line: Int
  /// The recording's file.
  package let recording: String
  /// Unified diff, with `---` and `+++` lines.
  package let diff: String
}

package enum Drift {
  /// Compares two recordings. `old` nil means that there is none yet.
  package static func between(old: Transcript?, new: Transcript, path: String) -> [BlockDrift] {
    var result: [BlockDrift] = []
    func compare(_ id: String, _ place: BlockTranscript?, _ before: String, _ after: String) {
      guard before != after else { return }
      result.append(
        BlockDrift(
          block: id, file: place?.file ?? path, line: place?.line ?? 1, recording: path,
          diff: UnifiedDiff.text(
            old: before, new: after, oldName: "a/\(path.trimmingPrefix("/"))", newName: "b/\(path.trimmingPrefix("/"))",
            context: 3)))
    }
    compare("", nil, old.map(head) ?? "", head(new))
    for block in new.blocks {
      compare(block.id, block, old?.block(block.id).map(text) ?? "", text(block))
    }
    for block in old?.blocks ?? [] where new.block(block.id) == nil {
      compare(block.id, block, text(block), "")
    }
    return result
  }

  private static func head(_ transcript: Transcript) -> String {
    var empty = transcript
    empty.blocks = []
    return AsciicastV3.write(empty)
  }

  /// One block as it stands in a recording that begins with it, without the header line.
  private static func text(_ block: BlockTranscript) -> String {
    var moved = block
    let shift = block.startMilliseconds
    moved.startMilliseconds = 0
    moved.events = block.events.map { TranscriptEvent(milliseconds: $0.milliseconds - shift, kind: $0.kind) }
    let whole = AsciicastV3.write(Transcript(title: "", columns: 80, rows: 24, blocks: [moved]))
    return whole.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().joined(separator: "\n")
  }
}
