// What patch reads: the headers and hunks of a patch, unified or in diff's normal form. Source: the diffutils manual, chapter
// "Merging with patch", and its section on the formats.

import SimMachine

struct PatchHunk {
  enum Mark {
    case both, old, new
  }
  struct Line {
    let mark: Mark
    /// With its newline, unless the patch says that there is none.
    var text: [UInt8]
  }
  /// First line and count, old and new; a range without lines stands after its line.
  var oldFirst = 0
  var oldCount = 0
  var newFirst = 0
  var newCount = 0
  var lines: [Line] = []
  /// As it stands in the patch, for the file of rejects.
  var source: [UInt8] = []

  var oldLines: [[UInt8]] { texts(except: .new) }
  var newLines: [[UInt8]] { texts(except: .old) }
  private func texts(except mark: Mark) -> [[UInt8]] {
    var found: [[UInt8]] = []
    for line in lines where line.mark != mark { found.append(line.text) }
    return found
  }

  /// Lines of context at the beginning and the end.
  var prefix: Int { lines.firstIndex { $0.mark != .both } ?? 0 }
  var suffix: Int {
    var count = 0
    for line in lines.reversed() {
      if line.mark != .both { break }
      count += 1
    }
    return count
  }

  var reversed: PatchHunk {
    var other = self
    (other.oldFirst, other.newFirst) = (newFirst, oldFirst)
    (other.oldCount, other.newCount) = (newCount, oldCount)
    for index in lines.indices {
      let line = lines[index]
      other.lines[index] = Line(mark: line.mark == .both ? .both : line.mark == .old ? .new : .old, text: line.text)
    }
    return other
  }
}

struct FilePatch {
  var oldName = ""
  var newName = ""
  /// The lines before the first hunk, without newlines, and the number of the one after them.
  var header: [String] = []
  var lineAfterHeader = 0
  var isUnified = true
  var hunks: [PatchHunk] = []
}

enum PatchTrouble: Error {
  case malformed(line: Int, text: String)
  case notSimulated(String)
}

/// The patches of a text; empty where it holds none.
func parsePatches(_ bytes: [UInt8]) throws(PatchTrouble) -> [FilePatch] {
  let all = lines(bytes)
  var patches: [FilePatch] = []
  var leading: [String] = []
  var at = 0
  func content(_ index: Int) -> ArraySlice<UInt8> {
    all[index].last == 10 ? all[index].dropLast() : all[index]
  }
  func text(_ index: Int) -> String { String(bytes: content(index)) }
  while at < all.count {
    let line = text(at)
    if line.hasPrefix("GIT binary patch") || line.hasPrefix("rename from ") || line.hasPrefix("copy from ") {
      throw .notSimulated("patch: renames, copies and binary files")
    }
    if line.hasPrefix("*** "), at + 1 < all.count, text(at + 1).hasPrefix("--- ") {
      throw .notSimulated("patch: the context form")
    }
    if line.hasPrefix("--- "), at + 2 < all.count, text(at + 1).hasPrefix("+++ "), text(at + 2).hasPrefix("@@ ") {
      var patch = FilePatch()
      patch.oldName = headerName(line)
      patch.newName = headerName(text(at + 1))
      patch.header = leading + [line, text(at + 1)]
      leading = []
      at += 2
      patch.lineAfterHeader = at + 1
      while at < all.count, text(at).hasPrefix("@@ ") { patch.hunks.append(try unifiedHunk(all, &at)) }
      patches.append(patch)
      continue
    }
    if let hunk = try normalHunk(all, at) {
      var patch = FilePatch()
      patch.isUnified = false
      patch.header = leading
      patch.lineAfterHeader = at + 1
      leading = []
      var next: (hunk: PatchHunk, end: Int)? = hunk
      while let found = next {
        patch.hunks.append(found.hunk)
        at = found.end
        next = at < all.count ? try normalHunk(all, at) : nil
      }
      patches.append(patch)
      continue
    }
    leading.append(line)
    at += 1
  }
  return patches
}

private func headerName(_ line: String) -> String {
  var bytes = line.bytes.dropFirst(4)
  if let tab = bytes.firstIndex(of: 9) {
    bytes = bytes[..<tab]
  } else if let blank = bytes.firstIndex(of: 32) {
    bytes = bytes[..<blank]
  }
  return String(bytes: bytes)
}

/// `3`, or `3,4`.
private func range(_ text: ArraySlice<UInt8>) -> (first: Int, second: Int?)? {
  let parts = text.split(separator: 44, omittingEmptySubsequences: false)
  guard parts.count < 3, let first = decimal(parts[0]) else { return nil }
  guard parts.count == 2 else { return (Int(first), nil) }
  guard let second = decimal(parts[1]) else { return nil }
  return (Int(first), Int(second))
}

private let noNewline = "\\ ".bytes

private func unifiedHunk(_ all: [ArraySlice<UInt8>], _ at: inout Int) throws(PatchTrouble) -> PatchHunk {
  let heading = all[at]
  let words = heading.split(separator: 32)
  var hunk = PatchHunk()
  guard words.count > 2, let old = range(words[1].dropFirst()),
    let new = range((words[2].last == 10 ? words[2].dropLast() : words[2]).dropFirst())
  else { throw .malformed(line: at + 1, text: String(bytes: heading)) }
  (hunk.oldFirst, hunk.oldCount) = (old.first, old.second ?? 1)
  (hunk.newFirst, hunk.newCount) = (new.first, new.second ?? 1)
  hunk.source = Array(heading)
  at += 1
  var oldLeft = hunk.oldCount
  var newLeft = hunk.newCount
  while oldLeft > 0 || newLeft > 0 {
    guard at < all.count else { throw .malformed(line: at + 1, text: "") }
    let line = all[at]
    let mark: PatchHunk.Mark
    switch line.first {
    case 32, 9, 10: mark = .both
    case 45: mark = .old
    case 43: mark = .new
    default: throw .malformed(line: at + 1, text: String(bytes: line))
    }
    if mark != .new { oldLeft -= 1 }
    if mark != .old { newLeft -= 1 }
    guard oldLeft >= 0, newLeft >= 0 else { throw .malformed(line: at + 1, text: String(bytes: line)) }
    hunk.lines.append(
      .init(mark: mark, text: line.first == 32 || mark != .both ? Array(line.dropFirst()) : Array(line)))
    hunk.source += line
    at += 1
    takeNoNewline(all, &at, &hunk)
  }
  return hunk
}

/// `\ No newline at end of file`: the line before has none.
private func takeNoNewline(_ all: [ArraySlice<UInt8>], _ at: inout Int, _ hunk: inout PatchHunk) {
  guard at < all.count, all[at].starts(with: noNewline), let last = hunk.lines.indices.last else { return }
  if hunk.lines[last].text.last == 10 { hunk.lines[last].text.removeLast() }
  hunk.source += all[at]
  at += 1
}

/// A hunk of the normal form (`5c5`, `2,3d1`, `4a6,7`), if there is one.
private func normalHunk(
  _ all: [ArraySlice<UInt8>], _ start: Int
) throws(PatchTrouble) -> (hunk: PatchHunk, end: Int)? {
  let heading = all[start].last == 10 ? all[start].dropLast() : all[start]
  guard let letter = heading.firstIndex(where: { [97, 99, 100].contains($0) }), let first = heading.first,
    isDigit(first),
    let old = range(heading[..<letter]), let new = range(heading[(letter + 1)...])
  else { return nil }
  let kind = heading[letter]
  var hunk = PatchHunk()
  hunk.oldFirst = old.first
  hunk.oldCount = kind == 97 ? 0 : (old.second ?? old.first) - old.first + 1
  hunk.newFirst = new.first
  hunk.newCount = kind == 100 ? 0 : (new.second ?? new.first) - new.first + 1
  hunk.source = Array(all[start])
  var at = start + 1
  func take(_ count: Int, _ sign: UInt8, _ mark: PatchHunk.Mark) throws(PatchTrouble) {
    for _ in 0..<max(0, count) {
      guard at < all.count, all[at].first == sign, all[at].count > 1 else {
        throw .malformed(line: at + 1, text: at < all.count ? String(bytes: all[at]) : "")
      }
      hunk.lines.append(.init(mark: mark, text: Array(all[at].dropFirst(2))))
      at += 1
      takeNoNewline(all, &at, &hunk)
    }
  }
  try take(hunk.oldCount, 60, .old)
  if kind == 99 {
    guard at < all.count, all[at].starts(with: "---".bytes) else {
      throw .malformed(line: at + 1, text: at < all.count ? String(bytes: all[at]) : "")
    }
    at += 1
  }
  try take(hunk.newCount, 62, .new)
  return (hunk, at)
}
