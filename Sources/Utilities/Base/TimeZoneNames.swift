// Names of time zones that GNU date takes in a time: single letters as the military use them, and abbreviations.
// Source: gnulib lib/parse-datetime.y (its `military_table`, `universal_time_zone_table`, `time_zone_table`).

enum TimeZoneNames {
  /// How many seconds a zone is ahead of UTC, by its name in lower case; nil for a name that is none.
  static func seconds(_ name: String) -> Int64? {
    let bytes = Array(name.utf8)
    if bytes.count == 1 { return letter(bytes[0]) }
    guard let minutes = minutes[name] else { return nil }
    return minutes * 60
  }

  /// A to M without J are east of Greenwich, N to Y west of it.
  private static func letter(_ byte: UInt8) -> Int64? {
    switch byte {
    case 97...105: return Int64(byte - 96) * 3600
    case 107...109: return Int64(byte - 97) * 3600
    case 110...121: return -Int64(byte - 109) * 3600
    case 122: return 0
    default: return nil
    }
  }

  private static let minutes: [String: Int64] = [
    "gmt": 0, "ut": 0, "utc": 0, "wet": 0, "west": 60, "bst": 60, "art": -180, "brt": -180, "brst": -120, "nst": -210,
    "ndt": -150, "ast": -240, "adt": -180, "clt": -240, "clst": -180, "est": -300, "edt": -240, "cst": -360,
    "cdt": -300,
    "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "akst": -540, "akdt": -480, "hst": -600, "hast": -600,
    "hadt": -540, "sst": -720, "wat": 60, "cet": 60, "cest": 120, "met": 60, "mez": 60, "mest": 120, "mesz": 120,
    "eet": 120, "eest": 180, "cat": 120, "sast": 120, "eat": 180, "msk": 180, "msd": 240, "ist": 330, "sgt": 480,
    "kst": 540, "jst": 540, "gst": 600, "nzst": 720, "nzdt": 780,
  ]
}
