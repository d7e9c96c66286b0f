// What `block.mustache` and `timeline.mustache` get: a command, what it printed, and what it changed.

import LabModel
import LabTranscript

struct BlockModel {
  let site: SiteContext
  /// The language of the interface around the block.
  let language: Language
  let transcript: Transcript?
  /// The address of a block of the scenario, which may stand on another page.
  let hrefToBlock: (String) -> String

  func markup(_ block: LabBlock) -> Markup { site.theme.render(model(block), "block") }

  func model(_ block: LabBlock) -> TemplateModel {
    let text = block.text.hasSuffix("\n") ? String(block.text.dropLast()) : block.text
    let isExec = block.isExec
    var model: TemplateModel = [
      "t": .model(UIString.all(language)),
      "id": .text(block.id), "uiLang": .text(language.code),
      "anchor": .text(BlockAnchor.id(block.id)),
      "label": .text(UIPhrase.block(block.id).text(language)),
      "isExec": .flag(isExec), "isInline": .flag(block.isInline && isExec),
      "isCopy": .flag(block.action == .copy), "isOpen": .flag(block.action == .open),
      "hasCopy": .flag(block.action == .exec || block.action == .copy),
      "language": .text(optional: block.language.isEmpty ? nil : block.language),
      "commandHTML": .markup(
        ShellHighlight.markup(text, language: isExec ? "" : block.language, isTyped: isExec)),
      "interruptsFirst": .flag(block.interruptsFirst),
      "place": .text(optional: place(block)),
      "recorded": .absent, "notSimulated": .absent, "dependent": .absent, "isMissing": .flag(false),
      "timeline": .absent,
    ]
    guard isExec else { return model }
    guard let transcript, let recording = transcript.block(block.id) else {
      model["isMissing"] = .flag(true)
      return model
    }
    if !recording.notSimulated.isEmpty {
      model["notSimulated"] = .model(["reasons": .list(recording.notSimulated.map { ["reason": .text($0)] })])
    } else if let other = recording.dependsOnNotSimulated {
      let isBlock = other.contains(".")
      model["dependent"] = .model([
        "text": .text((isBlock ? UIPhrase.dependsOn(block: other) : .dependsOnSetup).text(language)),
        "href": isBlock ? .text(hrefToBlock(other)) : .absent,
      ])
    } else {
      model["recorded"] = .model(recorded(recording, transcript, written: text))
      if let timeline = Timeline(from: transcript, block: block.id), let layout = TimelineLayout(timeline) {
        model["timeline"] = .model(self.timeline(layout, block.id))
      }
    }
    return model
  }

  private func place(_ block: LabBlock) -> String? {
    var parts: [String] = []
    if block.host != 1 { parts.append(UIPhrase.host(block.host).text(language)) }
    if block.terminal != 1 { parts.append(UIPhrase.terminal(block.terminal).text(language)) }
    return parts.isEmpty ? nil : parts.joined(separator: " · ")
  }

  // MARK: Output

  private func recorded(_ recording: BlockTranscript, _ transcript: Transcript, written: String) -> TemplateModel {
    let output = BlockOutput(
      recording, columns: transcript.columns, rows: transcript.rows, written: written,
      before: openBefore(recording, transcript))
    let drawer = TerminalMarkup(language: language)
    let duration = recording.endMilliseconds - recording.startMilliseconds
    var segments: [TemplateModel] = []
    var hasTimes = false
    for (index, segment) in output.segments.enumerated() {
      let id = BlockAnchor.id(recording.id) + "-o\(index + 1)"
      switch segment {
      case .flow(let lines):
        let times = lines.compactMap(\.milliseconds)
        let spread = (times.max() ?? 0) - (times.min() ?? 0)
        let withTimes = spread >= 1000
        hasTimes = hasTimes || withTimes
        segments.append([
          "flow": .model([
            "linesHTML": .markup(drawer.lines(lines, withTimes: withTimes)), "withTimes": .flag(withTimes),
          ]),
          "frames": .absent, "id": .text(id),
        ])
      case .frames(let frames):
        segments.append(["flow": .absent, "frames": .model(pictures(frames, drawer)), "id": .text(id)])
      }
    }
    var model: TemplateModel = [
      "segments": .list(segments), "isEmpty": .flag(output.isEmpty), "hasTimes": .flag(hasTimes),
      "regionLabel": .text(UIPhrase.outputOfBlock(recording.id).text(language)),
      "duration": .text(optional: duration >= 1000 ? UIPhrase.lasted(duration).text(language) : nil),
      "exit": .absent, "ending": .absent,
    ]
    if let status = recording.exitStatus, status != 0, recording.ending == .finished {
      model["exit"] = .text(UIPhrase.exitStatus(status).text(language))
    }
    switch recording.ending {
    case .finished: break
    case .interrupted:
      model["ending"] = .text(UIPhrase.interrupted(afterMilliseconds: duration).text(language))
    case .leftOpen(let program):
      let phrase: UIPhrase =
        stopsBefore(recording, transcript) ? .keepsRunning : .leftOpen(program: program)
      model["ending"] = .text(phrase.text(language))
    }
    return model
  }

  /// The blocks right before this one that left a program open in its terminal.
  private func openBefore(_ recording: BlockTranscript, _ transcript: Transcript) -> [BlockTranscript] {
    guard let index = transcript.blocks.firstIndex(where: { $0.id == recording.id }) else { return [] }
    let earlier = transcript.blocks[..<index].filter {
      $0.terminal == recording.terminal && $0.host == recording.host
    }
    let open = earlier.reversed().prefix { if case .leftOpen = $0.ending { true } else { false } }
    return open.reversed()
  }

  /// Whether the next block in the same terminal begins with Ctrl-C.
  private func stopsBefore(_ recording: BlockTranscript, _ transcript: Transcript) -> Bool {
    guard let index = transcript.blocks.firstIndex(where: { $0.id == recording.id }) else { return false }
    let next = transcript.blocks[(index + 1)...].first {
      $0.terminal == recording.terminal && $0.host == recording.host
    }
    return next?.typed.hasPrefix("\u{3}") ?? false
  }

  /// A redrawn screen: the first and the last picture, and each that shows something new.
  private func pictures(_ frames: [TerminalFrame], _ drawer: TerminalMarkup) -> TemplateModel {
    var kept: [TerminalFrame] = []
    var shape: String?
    for (index, frame) in frames.enumerated() {
      let isLast = index == frames.count - 1
      guard frame.shape != shape || isLast else { continue }
      // The last picture stands for the equal ones before it.
      if isLast, frame.shape == shape, kept.count > 1 { kept.removeLast() }
      shape = frame.shape
      kept.append(frame)
    }
    let omitted = frames.count - kept.count
    return [
      "items": .list(
        kept.enumerated().map { index, frame in
          [
            "number": .int(index + 1), "isLast": .flag(index == kept.count - 1),
            "milliseconds": .text(String(frame.milliseconds)),
            "time": .text(Typography.offset(frame.milliseconds, language)),
            "caption": .text(UIPhrase.frame(index + 1, of: kept.count).text(language)),
            "linesHTML": .markup(drawer.frame(frame)),
          ]
        }),
      "isMany": .flag(kept.count > 1), "count": .int(kept.count),
      "lastCaption": .text(UIPhrase.frame(kept.count, of: kept.count).text(language)),
      "lastTime": .text(kept.last.map { Typography.offset($0.milliseconds, language) } ?? ""),
      "omitted": .text(optional: omitted > 0 ? UIPhrase.omittedFrames(omitted).text(language) : nil),
    ]
  }

  // MARK: Timeline

  private func timeline(_ layout: TimelineLayout, _ blockID: String) -> TemplateModel {
    let anchor = BlockAnchor.id(blockID) + "-temps"
    let timeline = layout.timeline
    let start = timeline.startMilliseconds
    let items = TimelineText(timeline: timeline, language: language).items()
    let scale = zip(layout.scale.times, layout.scale.positions).map { time, position in
      "\(time - start):" + TimelineScale.percent(position).dropLast()
    }
    return [
      "id": .text(anchor),
      "label": .text(UIPhrase.timelineOfBlock(blockID).text(language)),
      "svgHTML": .markup(TimelineSVG(layout: layout, language: language, id: anchor).markup),
      "scale": .text(scale.joined(separator: " ")),
      "end": .text(String((layout.scale.times.last ?? start) - start)),
      "decimal": .text(language == .fr ? "," : "."), "halfSpeed": .text(language == .fr ? "0,5×" : "0.5×"),
      "changes": .text(UIPhrase.changeCount(items.count).text(language)),
      "eventCount": .int(items.count),
      "items": .list(
        items.enumerated().map { index, item in
          [
            "milliseconds": .text(String(max(0, item.milliseconds - start))), "time": .text(item.time),
            "sentenceHTML": .markup(item.sentence),
            "counted": .text(UIPhrase.eventOf(index + 1, items.count).text(language)),
          ]
        }),
      "omitted": .text(
        optional: layout.lanesOmitted > 0 ? UIPhrase.omittedLanes(layout.lanesOmitted).text(language) : nil),
      "legend": .list(
        layout.looks.map { ["swatchHTML": .markup(TimelineSVG.swatch($0)), "text": .text($0.label.text(language))] }),
    ]
  }
}
