// `ardoise.yml`: the course's settings. Every key has a default; an unknown one is an error at its line, because a
// setting that silently does nothing is worse than none.
//
//   title: {fr: …, en: …}      description: …      author: …      licence: …      repository: URL
//   languages: [fr, en]        source: fr          theme: DIR     base_url: https://example.org/labs/
//   machine:
//     kubernetes: "1.32"       epoch: 2026-01-15T09:00:00Z        profile: NAME   seed: 1
//     terminal: {columns: 100, rows: 30}         limit: 10m
//     timings: {"postgres:15-alpine": {pull: 8s, start: 1s, ready: 2s, stop: 500ms}}
//     usage: {"postgres:15-alpine": {cpu: 5m, memory: 40Mi, request: 2ms}, node: {cpu: 200m, memory: 1Gi}}
//   lint:
//     rules: {missing-interrupt: off, heredoc-expands: error}      ignore: ["drafts/**"]      words: [pod]

import Diagnostics
import LabModel

struct SettingsReader {
  private let reader: CourseReader
  private let source: SourceText
  private var settings = CourseSettings()
  private var listsLanguages = false

  /// Reads the settings file, if the course has one.
  ///
  /// `listsLanguages` says whether it names the languages to publish.
  static func read(_ path: String, _ reader: CourseReader) -> (settings: CourseSettings, listsLanguages: Bool) {
    guard let (source, node) = reader.readYAML(path) else {
      var settings = CourseSettings()
      settings.languages = [settings.sourceLanguage]
      return (settings, false)
    }
    var settings = SettingsReader(reader: reader, source: source)
    settings.top(node)
    return (settings.settings, settings.listsLanguages)
  }

  private init(reader: CourseReader, source: SourceText) {
    self.reader = reader
    self.source = source
  }

  private func fail(_ range: SourceRange, _ message: String, explanation: String = "") {
    reader.report(Diagnostic(.settingsInvalid, source.location(range), message, explanation: explanation))
  }

  private func members(_ node: JSONNode, _ name: String, known: [String]) -> [JSONMember] {
    if case .null = node.value { return [] }
    guard let members = node.members else {
      fail(node.range, "'\(name)' is \(node.kindName) where a mapping was expected")
      return []
    }
    for member in members where !known.isEmpty && !known.contains(member.key) {
      let near = known.filter { EditDistance.between($0, member.key) <= 2 }
      let hint = near.isEmpty ? "Known here: \(known.joined(separator: ", "))." : "Did you mean '\(near[0])'?"
      fail(member.keyRange, "Unknown setting '\(member.key)'", explanation: hint)
    }
    return members
  }

  private func text(_ node: JSONNode, _ name: String) -> String? {
    switch node.value {
    case .string(let text), .number(let text): return text
    case .null: return nil
    default:
      fail(node.range, "'\(name)' is \(node.kindName) where text was expected")
      return nil
    }
  }

  private func number(_ node: JSONNode, _ name: String, _ range: ClosedRange<Int>) -> Int? {
    guard let number = node.int, range.contains(number) else {
      fail(node.range, "'\(name)' is not a number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return number
  }

  private func localized(_ node: JSONNode, _ name: String, _ source: Language) -> Localized<String> {
    var result = Localized<String>()
    if node.members != nil {
      for member in members(node, name, known: Language.allCases.map(\.code)) {
        if let language = Language(rawValue: member.key) { result[language] = text(member.value, name) }
      }
    } else {
      result[source] = text(node, name)
    }
    return result
  }

  private func language(_ node: JSONNode) -> Language? {
    let code = text(node, "language") ?? ""
    guard let language = Language(rawValue: code) else {
      fail(
        node.range, "Unknown language '\(code)'",
        explanation: "The interface has words for: \(Language.allCases.map(\.code).joined(separator: ", ")).")
      return nil
    }
    return language
  }

  private mutating func top(_ node: JSONNode) {
    let known = [
      "title", "description", "author", "licence", "repository", "languages", "source", "theme", "base_url", "machine",
      "lint",
    ]
    let members = members(node, "ardoise.yml", known: known)
    if let node = members.last(where: { $0.key == "source" })?.value, let language = language(node) {
      settings.sourceLanguage = language
    }
    if let node = members.last(where: { $0.key == "languages" })?.value {
      let listed = (node.array ?? [node]).compactMap(language)
      if !listed.isEmpty {
        settings.languages = listed
        listsLanguages = true
      }
      if !members.contains(where: { $0.key == "source" }), let first = listed.first { settings.sourceLanguage = first }
    }
    if !listsLanguages { settings.languages = [] }
    // The source language comes first, whatever the order in the file.
    settings.languages.removeAll { $0 == settings.sourceLanguage }
    settings.languages.insert(settings.sourceLanguage, at: 0)
    for member in members {
      switch member.key {
      case "title": settings.title = localized(member.value, "title", settings.sourceLanguage)
      case "description": settings.description = localized(member.value, "description", settings.sourceLanguage)
      case "author": settings.author = text(member.value, "author")
      case "licence": settings.licence = text(member.value, "licence")
      case "repository": settings.repository = text(member.value, "repository")
      case "theme": settings.theme = text(member.value, "theme")
      case "base_url": baseURL(member.value)
      case "machine": machine(member.value)
      case "lint": lint(member.value)
      default: break
      }
    }
  }

  private mutating func baseURL(_ node: JSONNode) {
    guard let url = text(node, "base_url") else { return }
    guard url.hasPrefix("https://") || url.hasPrefix("http://") else {
      fail(node.range, "'base_url' is no absolute address", explanation: "Like https://example.org/labs/")
      return
    }
    settings.baseURL = url
  }

  private mutating func machine(_ node: JSONNode) {
    let known = ["kubernetes", "epoch", "profile", "seed", "terminal", "limit", "timings", "usage", "workers"]
    for member in members(node, "machine", known: known) {
      let value = member.value
      switch member.key {
      case "kubernetes": settings.machine.kubernetes = text(value, "kubernetes") ?? settings.machine.kubernetes
      case "epoch": settings.machine.epoch = text(value, "epoch")
      case "profile": settings.machine.profile = text(value, "profile")
      case "seed":
        if let number = number(value, "seed", 0...Int(Int32.max)) { settings.machine.seed = UInt64(number) }
      case "limit":
        if let milliseconds = duration(value, "limit") { settings.machine.blockSecondsMax = Int(milliseconds / 1000) }
      case "terminal":
        for size in members(value, "terminal", known: ["columns", "rows"]) {
          if size.key == "columns", let columns = number(size.value, "columns", 20...500) {
            settings.machine.columns = columns
          }
          if size.key == "rows", let rows = number(size.value, "rows", 5...200) { settings.machine.rows = rows }
        }
      case "timings":
        settings.machine.timings = members(value, "timings", known: []).map { timings($0) }
          .sorted { $0.image.utf8.lexicographicallyPrecedes($1.image.utf8) }
      case "usage":
        settings.machine.usage = members(value, "usage", known: []).map { usage($0) }
          .sorted { $0.image.utf8.lexicographicallyPrecedes($1.image.utf8) }
      case "workers": settings.machine.workers = workers(value)
      default: break
      }
    }
  }

  /// A number of nodes, or a list of names and of nodes with `labels`, `cpu` and `memory`.
  private func workers(_ node: JSONNode) -> [WorkerNodeSettings] {
    guard case .array(let items) = node.value else {
      let count = number(node, "workers", 0...20) ?? 0
      return (0..<count).map { WorkerNodeSettings(name: "worker-\($0 + 1)") }
    }
    return items.compactMap { item in
      guard case .object = item.value else {
        return text(item, "workers").map { WorkerNodeSettings(name: $0) }
      }
      var worker = WorkerNodeSettings(name: "")
      for part in members(item, "workers", known: ["name", "labels", "cpu", "memory"]) {
        switch part.key {
        case "name": worker.name = text(part.value, "name") ?? ""
        case "cpu": worker.cpu = quantity(part.value, "cpu", ["", "m"])
        case "memory": worker.memory = quantity(part.value, "memory", ["", "Ki", "Mi", "Gi"])
        case "labels":
          for label in members(part.value, "labels", known: []) {
            worker.labels[label.key] = text(label.value, label.key)
          }
        default: break
        }
      }
      guard !worker.name.isEmpty else {
        fail(item.range, "a worker has no name", explanation: "Like worker-1, or {name: worker-1, cpu: 4}.")
        return nil
      }
      return worker
    }
  }

  private func usage(_ member: JSONMember) -> ImageUsage {
    var usage = ImageUsage(image: member.key)
    for part in members(member.value, member.key, known: ["cpu", "memory", "request"]) {
      switch part.key {
      case "cpu": usage.cpu = quantity(part.value, "cpu", ["", "m"])
      case "memory": usage.memory = quantity(part.value, "memory", ["", "Ki", "Mi", "Gi"])
      case "request": usage.requestMilliseconds = duration(part.value, "request")
      default: break
      }
    }
    return usage
  }

  /// `250m`, `1.5Gi`: a number with one of these units.
  private func quantity(_ node: JSONNode, _ name: String, _ units: [String]) -> String? {
    guard let text = text(node, name) else { return nil }
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    if let value = Double(number), value <= 1e9, units.contains(String(text.dropFirst(number.count))) { return text }
    fail(
      node.range, "'\(name)' is no quantity",
      explanation: "A number\(units.dropFirst().map { ", or one with \($0)" }.joined()).")
    return nil
  }

  private func timings(_ member: JSONMember) -> ImageTimings {
    var timings = ImageTimings(image: member.key)
    for phase in members(member.value, member.key, known: ["pull", "start", "ready", "stop"]) {
      let milliseconds = duration(phase.value, phase.key)
      switch phase.key {
      case "pull": timings.pullMilliseconds = milliseconds
      case "start": timings.startMilliseconds = milliseconds
      case "ready": timings.readyMilliseconds = milliseconds
      case "stop": timings.stopMilliseconds = milliseconds
      default: break
      }
    }
    return timings
  }

  /// `8s`, `1m30s`, `250ms`, `2h`, or a number of seconds, in milliseconds.
  private func duration(_ node: JSONNode, _ name: String) -> Int64? {
    func refuse() -> Int64? {
      fail(node.range, "'\(name)' is no duration", explanation: "Like 8s, 1m30s, 250ms or a number of seconds.")
      return nil
    }
    switch node.value {
    case .number(let text):
      guard let seconds = Double(text), seconds >= 0, seconds <= 1e7 else { return refuse() }
      return Int64((seconds * 1000).rounded())
    case .string(let text):
      var total: Int64 = 0
      var rest = Array(text.utf8)[...]
      guard !rest.isEmpty else { return refuse() }
      while !rest.isEmpty {
        let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
        let unit = rest[digits.endIndex...].prefix { $0 >= 0x61 && $0 <= 0x7A }
        let factor: Int64 =
          switch String(decoding: unit, as: UTF8.self) {
          case "ms": 1
          case "s": 1000
          case "m": 60_000
          case "h": 3_600_000
          default: 0
          }
        guard factor > 0, digits.count < 8, let number = Int64(String(decoding: digits, as: UTF8.self)) else {
          return refuse()
        }
        total += number * factor
        rest = rest[unit.endIndex...]
      }
      return total
    default: return refuse()
    }
  }

  private mutating func lint(_ node: JSONNode) {
    for member in members(node, "lint", known: ["rules", "ignore", "words"]) {
      switch member.key {
      case "rules":
        for rule in members(member.value, "rules", known: []) {
          // `off` is a boolean to some writers of YAML.
          let word = rule.value.bool == false ? "off" : text(rule.value, rule.key) ?? ""
          if let level = LintSettings.Level(rawValue: word) {
            settings.lint.rules[rule.key] = level
          } else {
            fail(rule.value.range, "Level of '\(rule.key)' is none of off, note, warning, error")
          }
        }
      case "ignore": settings.lint.ignore = texts(member.value, "ignore")
      case "words": settings.lint.words = texts(member.value, "words")
      default: break
      }
    }
  }

  private func texts(_ node: JSONNode, _ name: String) -> [String] {
    guard let items = node.array else {
      fail(node.range, "'\(name)' is \(node.kindName) where a list was expected")
      return []
    }
    return items.compactMap { text($0, name) }
  }
}
