// printf's directives, shared by printf(1), awk, find -printf and others.

/// One directive of a format, after `%`.
struct PrintfDirective {
  var format = NumberFormat()
  var widthFromArgument = false
  var precisionFromArgument = false
  var conversion: UInt8 = 0
  /// The text of the directive as written, `%` included.
  var source: [UInt8] = []
  /// Wider fields, and more digits, are not made.
  static let widthMax = 1 << 20
  static let tooWide = "printf with a field of more than \(widthMax) characters"

  /// Whether more is asked for than is made.
  var isTooWide: Bool {
    format.width >= PrintfDirective.widthMax || format.precision ?? 0 >= PrintfDirective.widthMax
  }

  /// Reads the directive whose `%` is at `index`; leaves `index` after it. Nil when the text ends inside it. Length modifiers
  /// (`%ld`) are skipped unless their letters are directives themselves.
  static func read(_ text: [UInt8], _ index: inout Int, lengths: Bool = true) -> PrintfDirective? {
    var directive = PrintfDirective()
    let start = index
    index += 1
    flags: while index < text.count {
      switch text[index] {
      case 45: directive.format.minus = true
      case 43: directive.format.plus = true
      case 32: directive.format.space = true
      case 48: directive.format.zero = true
      case 35: directive.format.alternate = true
      case 39: break
      default: break flags
      }
      index += 1
    }
    if index < text.count, text[index] == 42 {
      directive.widthFromArgument = true
      index += 1
    } else {
      while index < text.count, isDigit(text[index]) {
        directive.format.width = min(PrintfDirective.widthMax, directive.format.width * 10 + Int(text[index] - 48))
        index += 1
      }
    }
    if index < text.count, text[index] == 46 {
      index += 1
      directive.format.precision = 0
      if index < text.count, text[index] == 42 {
        directive.precisionFromArgument = true
        index += 1
      } else {
        while index < text.count, isDigit(text[index]) {
          directive.format.precision = min(
            PrintfDirective.widthMax, directive.format.precision! * 10 + Int(text[index] - 48))
          index += 1
        }
      }
    }
    while lengths, index < text.count, [104, 108, 76, 106, 122, 116].contains(text[index]) { index += 1 }
    guard index < text.count else {
      directive.source = Array(text[start...])
      return nil
    }
    directive.conversion = text[index]
    index += 1
    directive.source = Array(text[start..<index])
    return directive
  }
}

/// `%d` and its family.
func formatInteger(_ value: Int64, _ conversion: UInt8, _ format: NumberFormat) -> String {
  var digits: String
  var prefix = ""
  switch conversion {
  case 100, 105:
    digits = String(value.magnitude)
    prefix = value < 0 ? "-" : format.plus ? "+" : format.space ? " " : ""
  case 111:
    digits = String(UInt64(bitPattern: value), radix: 8)
    if format.alternate, digits.utf8.first != 48 { digits = "0" + digits }
  case 120:
    digits = String(UInt64(bitPattern: value), radix: 16)
    if format.alternate, value != 0 { prefix = "0x" }
  case 88:
    digits = String(UInt64(bitPattern: value), radix: 16, uppercase: true)
    if format.alternate, value != 0 { prefix = "0X" }
  default:
    digits = String(UInt64(bitPattern: value))
  }
  if let precision = format.precision {
    if precision == 0, value == 0 { digits = "" }
    if digits.utf8.count < precision {
      digits = String(repeating: "0", count: precision - digits.utf8.count) + digits
    }
  }
  return format.field(prefix, digits, zeros: format.zero && format.precision == nil)
}

/// `%s`: at most `precision` bytes in a field of `width`.
func formatText(_ text: ArraySlice<UInt8>, _ format: NumberFormat) -> [UInt8] {
  var bytes = Array(format.precision.map { text.prefix($0) } ?? text)
  if bytes.count < format.width {
    let fill = [UInt8](repeating: 32, count: format.width - bytes.count)
    bytes = format.minus ? bytes + fill : fill + bytes
  }
  return bytes
}
