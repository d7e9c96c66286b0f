// One flag of a verb: parsing, help and the coverage page all come from this value.

import SimKernel

package enum FlagMark: String, Sendable {
  case works
  case accepted = "accepted without effect"
  case notSimulated = "not simulated"
}

package struct Flag: Sendable {
  package enum Shape: Sendable {
    case bool
    case string
    case int32
    case int64
    case duration
    /// Comma-separated, may be repeated.
    case strings
    /// May be repeated, commas belong to the value.
    case list
  }

  package let name: String
  /// One letter, or empty.
  package let short: String
  package let shape: Shape
  package let fallback: String
  /// The value when the flag is given without one; nil when a value must follow.
  package let bare: String?
  package let mark: FlagMark
  package let isRequired: Bool
  /// What it does, in our own words.
  package let summary: String

  private init(
    _ name: String, _ short: String, _ shape: Shape, _ fallback: String, bare: String?, _ mark: FlagMark,
    required: Bool, _ summary: String
  ) {
    self.name = name
    self.short = short
    self.shape = shape
    self.fallback = fallback
    self.bare = bare
    self.mark = mark
    self.isRequired = required
    self.summary = summary
  }

  static func bool(
    _ name: String, _ short: String, _ fallback: Bool, _ summary: String
  ) -> Flag {
    Flag(name, short, .bool, fallback ? "true" : "false", bare: "true", .works, required: false, summary)
  }
  static func bool(
    _ name: String, _ short: String, _ fallback: Bool, _ mark: FlagMark, _ summary: String
  ) -> Flag {
    Flag(name, short, .bool, fallback ? "true" : "false", bare: "true", mark, required: false, summary)
  }
  static func string(
    _ name: String, _ short: String, _ fallback: String, bare: String? = nil, required: Bool = false, _ summary: String
  ) -> Flag {
    Flag(name, short, .string, fallback, bare: bare, .works, required: required, summary)
  }
  static func string(
    _ name: String, _ short: String, _ fallback: String, bare: String? = nil, _ mark: FlagMark, required: Bool = false,
    _ summary: String
  ) -> Flag {
    Flag(name, short, .string, fallback, bare: bare, mark, required: required, summary)
  }
  static func int32(
    _ name: String, _ short: String, _ fallback: Int64, required: Bool = false, _ summary: String
  ) -> Flag {
    Flag(name, short, .int32, String(fallback), bare: nil, .works, required: required, summary)
  }
  static func int32(
    _ name: String, _ short: String, _ fallback: Int64, _ mark: FlagMark, required: Bool = false, _ summary: String
  ) -> Flag {
    Flag(name, short, .int32, String(fallback), bare: nil, mark, required: required, summary)
  }
  static func int64(
    _ name: String, _ short: String, _ fallback: Int64, required: Bool = false, _ summary: String
  ) -> Flag {
    Flag(name, short, .int64, String(fallback), bare: nil, .works, required: required, summary)
  }
  static func int64(
    _ name: String, _ short: String, _ fallback: Int64, _ mark: FlagMark, required: Bool = false, _ summary: String
  ) -> Flag {
    Flag(name, short, .int64, String(fallback), bare: nil, mark, required: required, summary)
  }
  static func duration(
    _ name: String, _ short: String, _ fallback: String, _ summary: String
  ) -> Flag {
    Flag(name, short, .duration, fallback, bare: nil, .works, required: false, summary)
  }
  static func duration(
    _ name: String, _ short: String, _ fallback: String, _ mark: FlagMark, _ summary: String
  ) -> Flag {
    Flag(name, short, .duration, fallback, bare: nil, mark, required: false, summary)
  }
  static func strings(
    _ name: String, _ short: String, required: Bool = false, _ summary: String
  ) -> Flag {
    Flag(name, short, .strings, "", bare: nil, .works, required: required, summary)
  }
  static func strings(
    _ name: String, _ short: String, _ mark: FlagMark, _ summary: String
  ) -> Flag {
    Flag(name, short, .strings, "", bare: nil, mark, required: false, summary)
  }
  static func list(
    _ name: String, _ short: String, _ summary: String
  ) -> Flag {
    Flag(name, short, .list, "", bare: nil, .works, required: false, summary)
  }
  static func list(
    _ name: String, _ short: String, _ mark: FlagMark, _ summary: String
  ) -> Flag {
    Flag(name, short, .list, "", bare: nil, mark, required: false, summary)
  }

  /// `--filename=[]`: how usage lines show the default.
  var shownDefault: String {
    switch shape {
    case .strings, .list: return "[]"
    case .string: return bare == nil ? "'\(fallback)'" : "'\(fallback)'"
    default: return fallback
    }
  }
}
