// A script of sed, read: a flat list of commands with their addresses.

import SimKernel

struct SedError: Error {
  let message: String
}

enum SedAddress {
  case line(Int64)
  case last
  /// nil: the last regular expression used.
  case pattern(PosixRegex?)
  case step(first: Int64, step: Int64)
  /// `addr,+N` and `addr,~N`, as second addresses.
  case following(Int64)
  case multiple(Int64)
  /// `0,/re/`
  case zero
}

enum SedPiece {
  case text([UInt8])
  case group(Int)
  /// \L \U \l \u \E
  case fold(UInt8)
}

struct SedSubstitution {
  /// nil: the last regular expression used.
  var regex: PosixRegex?
  var replacement: [SedPiece] = []
  var global = false
  var number = 1
  var prints = 0
  var file: Int?
}

struct SedCommand {
  var first: SedAddress?
  var second: SedAddress?
  var negated = false
  var name: UInt8 = 0
  /// For `a i c`: the text; for `r R`: the file's name; for `b t T`: the label.
  var text: [UInt8] = []
  var number: Int64 = -1
  var substitution = SedSubstitution()
  /// For `y`: scalars by what they become.
  var map: [UInt32: UInt32] = [:]
  /// For `{ b t T`: where to go on.
  var target = 0
  /// For `w W`: which output.
  var file = 0
  /// Which open range this command keeps.
  var rangeSlot = -1
}
