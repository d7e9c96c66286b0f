// The strokes of aligned tables: `\pset linestyle` and the three unicode styles. Source: PostgreSQL 15 manual, psql, `\pset linestyle`.

struct LineStyle {
  struct Rule {
    var horizontal: String
    var left: String
    var middle: String
    var right: String
  }
  var top: Rule
  var header: Rule
  var bottom: Rule
  var data: Rule
  var dividerNewline: String
  var dividerWrap: String
  var dividerBlank: String
  var headerNewlineLeft = " "
  var headerNewlineRight: String
  var newlineLeft = " "
  var newlineRight: String
  var wrapLeft: String
  var wrapRight: String
  var wrapsRightBorder: Bool
  var isOld = false

  private static let plain = Rule(horizontal: "-", left: "+", middle: "+", right: "+")
  private static let bars = Rule(horizontal: "", left: "|", middle: "|", right: "|")

  static let ascii = LineStyle(
    top: plain, header: plain, bottom: plain, data: bars, dividerNewline: "|", dividerWrap: "|", dividerBlank: "|",
    headerNewlineRight: "+", newlineRight: "+", wrapLeft: ".", wrapRight: ".", wrapsRightBorder: true)

  static let oldAscii = LineStyle(
    top: plain, header: plain, bottom: plain, data: bars, dividerNewline: ":", dividerWrap: ";", dividerBlank: " ",
    headerNewlineLeft: "+", headerNewlineRight: " ", newlineRight: " ", wrapLeft: " ", wrapRight: " ",
    wrapsRightBorder: false, isOld: true)

  static func unicode(_ o: PrintOptions) -> LineStyle {
    let border = o.borderLines == "double"
    let column = o.columnLines == "double"
    let header = o.headerLines == "double"
    func pick(_ condition: Bool, _ single: String, _ double: String) -> String { condition ? double : single }
    let horizontal = pick(border, "─", "═")
    let vertical = pick(column, "│", "║")
    let edge = pick(border, "│", "║")
    return LineStyle(
      top: Rule(
        horizontal: horizontal, left: pick(border, "┌", "╔"),
        middle: column ? pick(border, "╥", "╦") : pick(border, "┬", "╤"), right: pick(border, "┐", "╗")),
      header: Rule(
        horizontal: pick(header, "─", "═"),
        left: header ? pick(border, "╞", "╠") : pick(border, "├", "╟"),
        middle: column ? pick(header, "╫", "╬") : pick(header, "┼", "╪"),
        right: header ? pick(border, "╡", "╣") : pick(border, "┤", "╢")),
      bottom: Rule(
        horizontal: horizontal, left: pick(border, "└", "╚"),
        middle: column ? pick(border, "╨", "╩") : pick(border, "┴", "╧"), right: pick(border, "┘", "╝")),
      data: Rule(horizontal: "", left: edge, middle: vertical, right: edge),
      dividerNewline: vertical, dividerWrap: vertical, dividerBlank: vertical, headerNewlineRight: "↵",
      newlineRight: "↵", wrapLeft: "…", wrapRight: "…", wrapsRightBorder: true)
  }

  static func of(_ o: PrintOptions) -> LineStyle {
    switch o.lineStyle {
    case "unicode": unicode(o)
    case "old-ascii": oldAscii
    default: ascii
    }
  }
}
