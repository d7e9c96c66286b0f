// The directives that nginx carries out in the order they are written: set, if, rewrite, break, return.
// Source: nginx documentation of ngx_http_rewrite_module; ngx_http_rewrite_module.c.

import SimKernel
import SimMachine
import Utilities

extension NginxServer {
  enum Rewritten {
    /// On to the next phase.
    case goesOn
    /// The path has changed: its location is looked for again.
    case searchAgain
    /// An answer stands.
    case answered
  }

  func rewrite(_ block: NginxDirective, _ exchange: NginxExchange) -> Rewritten {
    for directive in block.children {
      let words = directive.words
      switch directive.name {
      case "set":
        exchange.variables[String(words[1].dropFirst())] = expand(words[2], exchange)
      case "break":
        exchange.hasChanged = false
        return .goesOn
      case "return":
        give(Array(words.dropFirst()), exchange)
        return .answered
      case "rewrite":
        switch change(words, exchange) {
        case .none: break
        case .some(let outcome): return outcome
        }
      case "if":
        guard let holds = condition(Array(words.dropFirst()), exchange) else {
          notSimulated(exchange, "this condition of `if`")
          return .answered
        }
        guard holds else { continue }
        if block.name != "server" { exchange.blocks.insert(directive, at: 0) }
        let outcome = rewrite(directive, exchange)
        guard case .goesOn = outcome else { return outcome }
        if directive.first("break") != nil { return .goesOn }
      default: break
      }
    }
    return .goesOn
  }

  /// `rewrite regex replacement [flag]`; nil when it goes on with the next directive.
  private func change(_ words: [String], _ exchange: NginxExchange) -> Rewritten? {
    guard let pattern = PerlPattern(words[1]) else {
      notSimulated(exchange, "the regular expression \(words[1])")
      return .answered
    }
    guard let found = pattern.match(exchange.uri) else { return nil }
    exchange.remember(found, pattern)
    var target = expand(words[2], exchange)
    let flag = words.count > 3 ? words[3] : ""
    var keepsArguments = true
    if target.utf8.last == 63 {
      target.removeLast()
      keepsArguments = false
    }
    var arguments = keepsArguments ? exchange.arguments : ""
    if let mark = target.utf8.firstIndex(of: 63) {
      let own = String(target[target.utf8.index(after: mark)...])
      target = String(target[..<mark])
      arguments = arguments.isEmpty ? own : own + "&" + arguments
    }
    let isElsewhere = ["http://", "https://", "$scheme"].contains { words[2].hasPrefix($0) }
    if flag == "redirect" || flag == "permanent" || isElsewhere {
      redirect(exchange, flag == "permanent" ? 301 : 302, to: arguments.isEmpty ? target : target + "?" + arguments)
      return .answered
    }
    exchange.uri = target
    exchange.arguments = arguments
    exchange.isRewritten = true
    switch flag {
    case "last": return .searchAgain
    case "break":
      exchange.hasChanged = false
      return .goesOn
    default:
      exchange.hasChanged = true
      return nil
    }
  }

  /// What stands between `if (` and `)`; nil when it is not modelled.
  private func condition(_ given: [String], _ exchange: NginxExchange) -> Bool? {
    var words = given
    guard !words.isEmpty, words[0].hasPrefix("("), words[words.count - 1].hasSuffix(")") else { return nil }
    words[0] = String(words[0].dropFirst())
    words[words.count - 1] = String(words[words.count - 1].dropLast())
    if words.first == "" { words.removeFirst() }
    if words.last == "", words.count != 3 { words.removeLast() }
    // The reader takes a quoted word for what is in it, and the closing parenthesis with it.
    for (index, word) in words.enumerated() where word == "''" || word == "\"\"" { words[index] = "" }
    func isTrue(_ value: String) -> Bool { !value.isEmpty && value != "0" }
    switch words.count {
    case 1: return isTrue(expand(words[0], exchange))
    case 2:
      var flag = words[0]
      let isNegated = flag.hasPrefix("!")
      if isNegated { flag = String(flag.dropFirst()) }
      let inode = try? machine.fileSystem.lookup(expand(words[1], exchange))
      let holds: Bool
      switch flag {
      case "-f": holds = inode != nil && inode?.isDirectory == false
      case "-d": holds = inode?.isDirectory == true
      case "-e": holds = inode != nil
      default: return words[1].isEmpty ? isTrue(expand(words[0], exchange)) : nil
      }
      return holds != isNegated
    default: break
    }
    guard words.count == 3 || (words.count == 2 && ["=", "!="].contains(words[1])) else { return nil }
    let value = expand(words[0], exchange)
    let other = words[2]
    switch words[1] {
    case "=": return value == expand(other, exchange)
    case "!=": return value != expand(other, exchange)
    case "~", "~*", "!~", "!~*":
      guard let pattern = PerlPattern(other, ignoringCase: words[1].hasSuffix("*")) else { return nil }
      let found = pattern.match(value)
      if let found, !words[1].hasPrefix("!") { exchange.remember(found, pattern) }
      return (found != nil) != words[1].hasPrefix("!")
    default: return nil
    }
  }

  /// `return code`, `return code text`, `return URL`.
  private func give(_ words: [String], _ exchange: NginxExchange) {
    guard let code = Int(words[0]) else { return redirect(exchange, 302, to: expand(words[0], exchange)) }
    if [301, 302, 303, 307, 308].contains(code), words.count > 1 {
      return redirect(exchange, code, to: expand(words[1], exchange))
    }
    if code == 444 || code == 408 { return notSimulated(exchange, "return \(code) (it ends the connection)") }
    if words.count == 1, code >= 300 { return refuse(exchange, code) }
    exchange.response.status = code
    exchange.hasStatus = true
    exchange.response.body = words.count > 1 && code != 204 ? Array(expand(words[1], exchange).utf8) : []
    exchange.response.headers = [("Content-Type", type(of: exchange.uri, exchange))]
  }
}
