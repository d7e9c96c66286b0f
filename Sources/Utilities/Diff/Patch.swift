// patch (GNU patch 2.7.6): applies a patch to files, hunk by hunk, with offsets and fuzz. Sources: the diffutils manual, chapter
// "Merging with patch"; its rules for the place of a hunk and for the name of the file. Not modelled: ed scripts, the context form, renames, answers
// from a terminal (without one, patch takes each question's default, as here).

import SimMachine

let patchOptions = OptionTable(
  """
  p,strip= i,input= R,reverse N,forward b,backup o,output= s,quiet,silent d,directory= E,remove-empty-files dry-run F,fuzz= \
  f,force t,batch u,unified n,normal !c,context !e,ed !D,ifdef= r,reject-file= z,suffix= !B,prefix= !V,version-control= \
  l,ignore-whitespace !verbose binary posix no-backup-if-mismatch backup-if-mismatch !merge=? !Y,basename-prefix= !x,debug= \
  !reject-format= !read-only= !T,set-time !Z,set-utc g,get= v,version quoting-style=
  """, usageCode: 2, namesItself: true)

func patchReadsInput(_ call: ToolCall) -> Bool {
  call.operands.count < 2 && (call.options.value("i") ?? "-") == "-"
}

func patchFiles(_ call: ToolCall) -> Int32 { PatchRun(call).run() }

private final class PatchRun {
  private let call: ToolCall
  private let options: Options
  private var fuzzMax = 2
  private var strip: Int?
  private var status: Int32 = 0

  init(_ call: ToolCall) {
    self.call = call
    options = call.options
  }

  private func fatal(_ text: String) -> Int32 {
    call.flush()
    call.writeError("patch: **** \(text)\n")
    return 2
  }

  private func say(_ text: String) { if !options.has("s") { call.print(text) } }

  private func path(_ name: String) -> String {
    guard let folder = options.value("d"), name.utf8.first != 47 else { return name }
    return joined(folder, name)
  }

  func run() -> Int32 {
    if options.has("v") {
      call.printLine("GNU patch 2.7.6")
      return call.notSimulated("patch --version beyond its first line")
    }
    if call.operands.count > 2 {
      call.writeError("patch: \(call.operands[2]): extra operand\n")
      return call.usage(nil, 2)
    }
    if let text = options.value("p") {
      guard let value = decimal(text) else { return fatal("strip count \(text) is not a number") }
      strip = Int(min(value, 1_000))
    }
    if let text = options.value("F") {
      guard let value = decimal(text) else { return fatal("fuzz factor \(text) is not a number") }
      fuzzMax = Int(min(value, 1_000))
    }
    let source = call.operands.count > 1 ? call.operands[1] : options.value("i") ?? "-"
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try call.read(source == "-" ? source : path(source))
    } catch {
      return fatal("Can't open patch file \(source) : \(error.message)")
    }
    let patches: [FilePatch]
    do throws(PatchTrouble) {
      patches = try parsePatches(bytes)
    } catch {
      switch error {
      case .malformed(let line, let text):
        return fatal("malformed patch at line \(line): \(text)\(text.utf8.last == 10 ? "" : "\n")")
      case .notSimulated(let what): return call.notSimulated(what)
      }
    }
    if patches.isEmpty { return bytes.isEmpty ? 0 : fatal("Only garbage was found in the patch input.") }
    for patch in patches { if let code = apply(patch) { return code } }
    return status
  }

  // MARK: Names

  /// A header's name without the folders that `-p` takes off; nil when there are not so many.
  private func stripped(_ name: String) -> String? {
    if name == "/dev/null" || name.isEmpty { return nil }
    guard var left = strip else { return lastPart(name) }
    var bytes = name.bytes[...]
    while left > 0 {
      guard let slash = bytes.firstIndex(of: 47) else { return nil }
      bytes = bytes[slash...].drop { $0 == 47 }
      left -= 1
    }
    return bytes.isEmpty ? nil : String(bytes: bytes)
  }

  /// Which of the header's names is meant: of those that are there, the one with the fewest folders, then the shortest.
  private func target(_ patch: FilePatch) -> String? {
    if let given = call.operands.first { return given }
    let candidates = [stripped(patch.oldName), stripped(patch.newName)]
    var best: String?
    func rank(_ name: String) -> (Int, Int, Int) {
      var slashes = 0
      for byte in name.utf8 where byte == 47 { slashes += 1 }
      return (slashes, lastPart(name).utf8.count, name.utf8.count)
    }
    for case let name? in candidates where call.inode(path(name)) != nil {
      if best == nil || rank(name) < rank(best!) { best = name }
    }
    if let best { return best }
    let isReversed = options.has("R")
    let creates = (isReversed ? patch.newName : patch.oldName) == "/dev/null" || isCreation(patch)
    guard creates else { return nil }
    for case let name? in [isReversed ? candidates[0] : candidates[1], isReversed ? candidates[1] : candidates[0]] {
      return name
    }
    return nil
  }

  /// Its only hunk begins with nothing.
  private func isCreation(_ patch: FilePatch) -> Bool {
    guard patch.hunks.count == 1 else { return false }
    let hunk = options.has("R") ? patch.hunks[0].reversed : patch.hunks[0]
    return hunk.oldFirst == 0 && hunk.oldCount == 0
  }

  // MARK: One file

  /// Applies the part of the patch that is about one file; an exit code when that is the end.
  private func apply(_ patch: FilePatch) -> Int32? {
    var hunks: [PatchHunk] = []
    for hunk in patch.hunks { hunks.append(options.has("R") ? hunk.reversed : hunk) }
    guard let name = target(patch) else { return giveUp(patch) }
    let file = path(name)
    let output = options.value("o").map { path($0) } ?? file
    var text: [UInt8] = []
    let isThere = call.inode(file) != nil
    do throws(Errno) {
      if isThere { text = try call.read(file, dash: false) }
    } catch {
      return fatal("Can't open file \(name) : \(error.message)")
    }
    let dry = options.has("dry-run")
    let suffix = options.has("o") ? "\(options.value("o") ?? "") (read from \(name))" : name
    say("\(dry ? "checking" : "patching") file \(suffix)\n")
    var input: [[UInt8]] = []
    for line in lines(text) { input.append(Array(line)) }
    var work = PatchedFile(input)
    var failed: [PatchHunk] = []
    var mismatch = false
    var isSkipped = false
    for (index, hunk) in hunks.enumerated() {
      call.process.account.spend(steps: 1)
      if isSkipped {
        failed.append(hunk)
        continue
      }
      var outcome = work.locate(hunk, fuzzMax)
      // Whatever was there before, a file that is to be made may not hold anything.
      if outcome != nil, hunk.oldCount == 0, hunk.oldFirst == 0, !input.isEmpty { outcome = nil }
      if outcome == nil, index == 0, !options.has("f") {
        var probe = PatchedFile(input)
        if probe.locate(hunk.reversed, fuzzMax) != nil, !(hunk.newCount == 0 && hunk.newFirst == 0 && !input.isEmpty) {
          switch agreesToReverse() {
          case .some(true):
            for other in hunks.indices { hunks[other] = hunks[other].reversed }
            outcome = work.locate(hunks[0], fuzzMax)
          case .some(false): isSkipped = true
          case .none: return 1
          }
        }
      }
      let current = hunks[index]
      if isSkipped {
        failed.append(current)
        continue
      }
      guard let found = outcome else {
        let place = (current.oldCount == 0 ? current.oldFirst + 1 : current.oldFirst) + work.shift
        say("Hunk #\(index + 1) FAILED at \(place).\n")
        failed.append(current)
        mismatch = true
        continue
      }
      if found.fuzz > 0 || work.offset != 0 {
        mismatch = true
        let lines = work.offset
        let fuzz = found.fuzz > 0 ? " with fuzz \(found.fuzz)" : ""
        let offset = lines != 0 ? " (offset \(lines) line\(lines == 1 ? "" : "s"))" : ""
        say("Hunk #\(index + 1) succeeded at \(found.line + work.shift)\(fuzz)\(offset).\n")
      }
      work.apply(current, found)
    }
    if !failed.isEmpty { status = max(status, 1) }
    let reject = options.value("r") ?? (options.value("o") ?? name) + ".rej"
    if !failed.isEmpty {
      let count = "\(failed.count) out of \(hunks.count) hunk\(hunks.count == 1 ? "" : "s") "
      say(count + (isSkipped ? "ignored" : "FAILED") + (dry ? "\n" : " -- saving rejects to file \(reject)\n"))
    }
    if dry { return nil }
    do throws(Errno) {
      if !isSkipped {
        let isOwn = !options.has("o")
        if isOwn, isThere,
          options.has("b") || (mismatch && !options.has("no-backup-if-mismatch") && !options.has("posix"))
        {
          try call.files.write(file + (options.value("z") ?? ".orig"), in: call.directory, text, as: call.who)
        }
        let isRemoved =
          work.result.isEmpty && failed.isEmpty && isOwn
          && ((options.has("R") ? patch.oldName : patch.newName) == "/dev/null" || options.has("E"))
        if isRemoved {
          try call.files.remove(file, in: call.directory, as: call.who)
        } else if isThere || failed.count < hunks.count {
          if let slash = output.utf8.lastIndex(of: 47), !isThere {
            try call.files.makeDirectory(String(output[..<slash]), in: call.directory, parents: true, as: call.who)
          }
          try call.files.write(output, in: call.directory, work.result, as: call.who)
        }
      }
      if !failed.isEmpty { try writeRejects(patch, failed, reject) }
    } catch {
      return fatal("Can't create file \(output) : \(error.message)")
    }
    return nil
  }

  private func writeRejects(_ patch: FilePatch, _ failed: [PatchHunk], _ name: String) throws(Errno) {
    guard patch.isUnified, !options.has("R") else {
      call.process.note(notSimulated: "patch: rejects in the context form")
      return
    }
    var text: [UInt8] = []
    for line in patch.header.suffix(2) { text += line.bytes + [10] }
    for hunk in failed { text += hunk.source }
    try call.files.write(path(name), in: call.directory, text, as: call.who)
  }

  /// The patch looks applied already. Nil: what is answered at a terminal is not known.
  private func agreesToReverse() -> Bool? {
    let what = options.has("R") ? "Unreversed patch detected!" : "Reversed (or previously applied) patch detected!"
    if options.has("N") {
      say(what + "  Skipping patch.\n")
      return false
    }
    if options.has("t") {
      say(what + "  \(options.has("R") ? "Ignoring" : "Assuming") -R.\n")
      return true
    }
    guard !hasTerminal else {
      call.process.note(notSimulated: "patch: its questions at a terminal")
      return nil
    }
    call.print(what + "  \(options.has("R") ? "Ignore" : "Assume") -R? [n] \nApply anyway? [n] \nSkipping patch.\n")
    return false
  }

  private var hasTerminal: Bool {
    for descriptor in 0...2 where call.process.file(descriptor)?.isTerminal ?? false { return true }
    return false
  }

  /// No file of the header's names is there.
  private func giveUp(_ patch: FilePatch) -> Int32? {
    status = 1
    call.print("can't find file to patch at input line \(patch.lineAfterHeader)\n")
    call.print("Perhaps you \(strip == nil ? "should have used the" : "used the wrong") -p or --strip option?\n")
    if !patch.header.isEmpty {
      call.print("The text leading up to this was:\n--------------------------\n")
      for line in patch.header { call.print("|\(line)\n") }
      call.print("--------------------------\n")
    }
    if options.has("f") || options.has("t") {
      call.print("No file to patch.  Skipping patch.\n")
    } else {
      guard !hasTerminal else { return call.notSimulated("patch: its questions at a terminal") }
      call.print("File to patch: \nSkip this patch? [y] \nSkipping patch.\n")
    }
    let count = patch.hunks.count
    call.print("\(count) out of \(count) hunk\(count == 1 ? "" : "s") ignored\n")
    return nil
  }
}

/// A file while hunks are applied to it.
private struct PatchedFile {
  private let input: [[UInt8]]
  private var output: [[UInt8]] = []
  /// Lines of the input that are in the output, or left out.
  private var taken = 0
  /// How far hunks were found from where they say, and how many lines were added so far.
  private(set) var offset = 0
  var shift: Int { output.count - taken }

  struct Place {
    /// The line of the input, from 1.
    let line: Int
    let fuzz: Int
  }

  init(_ input: [[UInt8]]) { self.input = input }

  /// What came out, the rest of the input included.
  var result: [UInt8] {
    var bytes: [UInt8] = []
    for line in output { bytes += line }
    for line in input[taken...] { bytes += line }
    return bytes
  }

  mutating func locate(_ hunk: PatchHunk, _ fuzzMax: Int) -> Place? {
    let context = max(hunk.prefix, hunk.suffix)
    let pattern = hunk.oldLines
    var fuzz = 0
    while true {
      if let line = locate(hunk, pattern, context, fuzz) { return Place(line: line, fuzz: fuzz) }
      fuzz += 1
      if fuzz > min(fuzzMax, context) { return nil }
    }
  }

  private mutating func locate(_ hunk: PatchHunk, _ pattern: [[UInt8]], _ context: Int, _ fuzz: Int) -> Int? {
    let first = pattern.isEmpty ? hunk.oldFirst + 1 : hunk.oldFirst
    let guess = first + offset
    if pattern.isEmpty { return guess }
    var prefixFuzz = fuzz + hunk.prefix - context
    let suffixFuzz = fuzz + hunk.suffix - context
    func matches(_ line: Int, _ before: Int, _ after: Int) -> Bool {
      guard line > taken, line - 1 + pattern.count - max(0, after) <= input.count else { return false }
      for index in max(0, before)..<max(max(0, before), pattern.count - max(0, after))
      where input[line - 1 + index] != pattern[index] { return false }
      return true
    }
    if prefixFuzz < 0, first <= 1 {
      // Only at the beginning of the file.
      if suffixFuzz < 0, pattern.count != input.count { return nil }
      guard matches(1, 0, suffixFuzz) else { return nil }
      offset += 1 - guess
      return 1
    }
    prefixFuzz = max(0, prefixFuzz)
    if suffixFuzz < 0 {
      // Only at its end.
      let line = input.count - pattern.count + 1
      guard line >= 1, matches(line, prefixFuzz, 0) else { return nil }
      offset += line - guess
      return line
    }
    for distance in 0...(input.count + pattern.count + max(guess, 0)) {
      for line in distance == 0 ? [guess] : [guess + distance, guess - distance]
      where line >= 1 && matches(line, prefixFuzz, suffixFuzz) {
        offset += line - guess
        return line
      }
    }
    return nil
  }

  mutating func apply(_ hunk: PatchHunk, _ place: Place) {
    while taken < min(place.line - 1, input.count) {
      output.append(input[taken])
      taken += 1
    }
    for line in hunk.lines {
      switch line.mark {
      case .new: output.append(line.text)
      case .old: taken = min(taken + 1, input.count)
      case .both:
        // What is in the file stays, where fuzz lets it differ.
        if taken < input.count { output.append(input[taken]) }
        taken = min(taken + 1, input.count)
      }
    }
  }
}
