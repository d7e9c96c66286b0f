// The forms of a listing: one name a line, a grid as wide as the terminal, and long lines.

import SimKernel
import SimMachine

extension Lister {
  func show(_ entries: [Entry]) {
    guard !entries.isEmpty else { return }
    var inodeWidth = 0
    var blockWidth = 0
    var pad = false
    for entry in entries {
      inodeWidth = max(inodeWidth, String(entry.inode.number).utf8.count)
      blockWidth = max(blockWidth, blockText(entry.inode).utf8.count)
      if quotesIfNeeded, quote(entry.name) != entry.name { pad = true }
    }
    switch form {
    case .long: showLong(entries, inodeWidth, blockWidth, pad)
    case .single:
      for entry in entries {
        call.print(prefix(entry, inodeWidth, blockWidth) + shown(entry, pad: false).text)
        call.put(end)
      }
    case .commas:
      var column = 0
      for (index, entry) in entries.enumerated() {
        let cell = shown(entry, pad: false)
        let before = prefix(entry, 0, 0)
        let size = cell.width + before.utf8.count
        if index > 0 {
          if column + size + 2 < width {
            call.print(", ")
            column += 2
          } else {
            call.print(",\n")
            column = 0
          }
        }
        call.print(before + cell.text)
        column += size
      }
      call.put(end)
    case .columns, .across:
      var cells: [(text: String, width: Int)] = []
      for entry in entries {
        let before = prefix(entry, inodeWidth, blockWidth)
        let cell = shown(entry, pad: pad)
        cells.append((before + cell.text, before.utf8.count + cell.width))
      }
      showGrid(cells, byColumns: form == .columns)
    }
  }

  private func showGrid(_ cells: [(text: String, width: Int)], byColumns: Bool) {
    let count = cells.count
    if call.flavour == .busybox { return showEvenGrid(cells, byColumns: byColumns) }
    let most = max(1, min(count, width / 3 + (width % 3 != 0 ? 1 : 0)))
    var best = 1
    var bestWidths = [0]
    for cell in cells { bestWidths[0] = max(bestWidths[0], cell.width) }
    if most > 1 {
      for columns in stride(from: most, to: 1, by: -1) {
        var widths = [Int](repeating: 3, count: columns)
        var total = columns * 3
        let rows = (count + columns - 1) / columns
        var fits = true
        for (index, cell) in cells.enumerated() {
          let column = byColumns ? index / rows : index % columns
          let size = cell.width + (column == columns - 1 ? 0 : 2)
          if size > widths[column] {
            total += size - widths[column]
            widths[column] = size
            if total >= width {
              fits = false
              break
            }
          }
        }
        if fits {
          best = columns
          bestWidths = widths
          break
        }
      }
    }
    let rows = (count + best - 1) / best
    for row in 0..<rows {
      var position = 0
      for column in 0..<best {
        let index = byColumns ? column * rows + row : row * best + column
        guard index < count, byColumns || column < best else { break }
        call.print(cells[index].text)
        let nextIndex = byColumns ? index + rows : index + 1
        let isLast = byColumns ? nextIndex >= count : column == best - 1 || nextIndex >= count
        if isLast { break }
        indent(position + cells[index].width, position + bestWidths[column])
        position += bestWidths[column]
      }
      call.put(end)
    }
  }

  /// BusyBox' columns are all as wide as the longest name and two blanks.
  private func showEvenGrid(_ cells: [(text: String, width: Int)], byColumns: Bool) {
    var column = 2
    for cell in cells { column = max(column, cell.width + 2) }
    let columns = max(1, width / column)
    let rows = (cells.count + columns - 1) / columns
    for row in 0..<rows {
      for place in 0..<columns {
        let index = byColumns ? row + place * rows : row * columns + place
        guard index < cells.count else { break }
        call.print(cells[index].text)
        let next = byColumns ? index + rows : index + 1
        guard place < columns - 1, next < cells.count else { break }
        call.print(String(repeating: " " as Character, count: column - cells[index].width))
      }
      call.put(10)
    }
  }

  /// Blanks up to a column, with tabs where they fit, as ls writes them.
  private func indent(_ from: Int, _ to: Int) {
    var at = from
    while at < to {
      if tabSize != 0, to / tabSize > (at + 1) / tabSize {
        call.put(9)
        at += tabSize - at % tabSize
      } else {
        call.put(32)
        at += 1
      }
    }
  }

  private func showLong(_ entries: [Entry], _ inodeWidth: Int, _ blockWidth: Int, _ pad: Bool) {
    var rows: [(mode: String, links: String, owner: String, group: String, size: String, time: String)] = []
    // BusyBox does not look at the others: its columns are always as wide.
    var widths = call.flavour == .busybox ? [4, 8, 8, human > 0 ? 7 : 9, 0] : [0, 0, 0, 0, 0]
    for entry in entries {
      let inode = entry.inode
      call.noteDate(of: inode)
      let owner = numeric ? String(inode.owner) : accounts.userName(inode.owner)
      let group = numeric ? String(inode.group) : accounts.groupName(inode.group)
      let size: String
      if inode.kind == .characterDevice {
        let (major, minor) = deviceNumbers(entry.name)
        size = "\(major), \(String(minor).paddedLeft(3))"
      } else {
        size = human > 0 ? humanSize(inode.size, base: human) : String(inode.size)
      }
      let row = (
        modeText(inode), String(linkCount(inode)), owner, group, size, timeText(time(inode))
      )
      rows.append(row)
      widths[0] = max(widths[0], row.1.utf8.count)
      widths[1] = max(widths[1], displayWidth(owner))
      widths[2] = max(widths[2], displayWidth(group))
      widths[3] = max(widths[3], size.utf8.count)
      widths[4] = max(widths[4], row.5.utf8.count)
    }
    for (entry, row) in zip(entries, rows) {
      var text = prefix(entry, inodeWidth, blockWidth)
      text += row.mode + " " + row.links.paddedLeft(widths[0]) + " "
      if showsOwner { text += row.owner.paddedRight(widths[1]) + " " }
      if showsGroup { text += row.group.paddedRight(widths[2]) + " " }
      if call.options.has("author") { text += row.owner.paddedRight(widths[1]) + " " }
      text += row.size.paddedLeft(widths[3]) + " " + row.time.paddedRight(widths[4]) + " "
      text += shown(entry, pad: pad).text
      if entry.inode.kind == .symbolicLink {
        text += " -> "
        let target = quote(entry.inode.target)
        if let colors, let code = colors.code(entry.inode.target, entry.target, nil, isDangling: entry.target == nil) {
          text += colors.begin(code) + target + colors.end
        } else {
          text += target
        }
        if let inode = entry.target, indicator != "none" {
          text += mark(Entry(name: "", path: "", inode: inode))
        }
      }
      call.print(text)
      call.put(end)
    }
  }

  private func timeText(_ instant: Instant) -> String {
    let clock = call.world.clock
    let zone = call.zone
    let time = clock.civil(instant)
    switch timeStyle {
    case "full-iso" where call.flavour == .busybox: return formatTime("%Y-%m-%d %H:%M:%S %z", time, in: zone)
    case "full-iso": return formatTime("%Y-%m-%d %H:%M:%S.%N %z", time, in: zone)
    case "long-iso": return formatTime("%Y-%m-%d %H:%M", time, in: zone)
    default: break
    }
    if timeStyle.utf8.first == 43 { return formatTime(String(timeStyle.dropFirst()), time, in: zone) }
    let now = call.world.now
    let recent = instant <= now && now - instant < Interval(nanoseconds: 15_778_476 * 1_000_000_000)
    if timeStyle == "iso" { return formatTime(recent ? "%m-%d %H:%M" : "%Y-%m-%d ", time, in: zone) }
    return formatTime(recent ? "%b %e %H:%M" : "%b %e  %Y", time, in: zone)
  }
}
