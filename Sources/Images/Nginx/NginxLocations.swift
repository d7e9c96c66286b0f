// Which server block and which location answer a request. Source: nginx documentation, "How nginx processes a request" and the
// `location` directive; ngx_http_core_find_location.

import SimKernel
import SimMachine
import Utilities

enum NginxLocations {
  /// Exact names, then names with a star in front (the longest), at the end, then regular expressions, then the default.
  static func server(_ servers: [NginxDirective], host: String) -> NginxDirective {
    var names: [(String, NginxDirective)] = []
    for server in servers {
      for directive in server.all("server_name") {
        for name in directive.words.dropFirst() { names.append((name.lowercased(), server)) }
      }
    }
    for (name, server) in names where name == host { return server }
    var best: (length: Int, server: NginxDirective)?
    for (name, server) in names {
      let ending = name.hasPrefix("*.") ? String(name.dropFirst()) : name.hasPrefix(".") ? name : ""
      guard !ending.isEmpty, host.hasSuffix(ending) || name == "." + host else { continue }
      if ending.utf8.count > best?.length ?? 0 { best = (ending.utf8.count, server) }
    }
    if let best { return best.server }
    for (name, server) in names where name.hasSuffix(".*") && host.hasPrefix(name.dropLast()) { return server }
    for (name, server) in names where name.hasPrefix("~") {
      if PerlPattern(String(name.dropFirst()), ignoringCase: true)?.match(host) != nil { return server }
    }
    for server in servers {
      for directive in server.all("listen") where directive.words.contains("default_server") { return server }
    }
    return servers[0]
  }

  enum Choice {
    case none
    /// From the innermost outwards.
    case blocks([NginxDirective])
    /// A path without the slash at the end of its location, which is a proxy's: the client is sent there.
    case addSlash
    case notSimulated
  }

  /// Exact paths, then the longest beginning, then regular expressions in order unless that one says `^~`.
  static func find(_ exchange: NginxExchange, in parent: NginxDirective, outside: [NginxDirective] = []) -> Choice {
    var best: NginxDirective?
    var bestLength = -1
    var addsSlash = false
    for candidate in parent.all("location") {
      let words = candidate.words
      if words.count == 3, words[1] == "=" {
        if words[2] == exchange.uri { return .blocks([candidate] + outside) }
      } else if words.count == 2 || words[1] == "^~" {
        let path = words[words.count - 1]
        if path.utf8.first == 64 { continue }
        if exchange.uri.hasPrefix(path), path.utf8.count > bestLength {
          best = candidate
          bestLength = path.utf8.count
        }
        if path == exchange.uri + "/", candidate.first("proxy_pass") != nil || candidate.first("fastcgi_pass") != nil {
          addsSlash = true
        }
      }
    }
    if addsSlash { return .addSlash }
    var inner: Choice = .none
    if let best {
      inner = find(exchange, in: best, outside: [best] + outside)
      if case .blocks = inner { return inner }
      if case .notSimulated = inner { return inner }
    }
    if best?.words[1] != "^~" {
      for candidate in parent.all("location") where candidate.words.count == 3 && candidate.words[1].hasPrefix("~") {
        guard let pattern = PerlPattern(candidate.words[2], ignoringCase: candidate.words[1] == "~*") else {
          return .notSimulated
        }
        guard let found = pattern.match(exchange.uri) else { continue }
        exchange.remember(found, pattern)
        let nested = find(exchange, in: candidate, outside: [candidate] + outside)
        if case .blocks = nested { return nested }
        return .blocks([candidate] + outside)
      }
    }
    return best.map { .blocks([$0] + outside) } ?? .none
  }

  static func named(_ name: String, in server: NginxDirective) -> NginxDirective? {
    for candidate in server.all("location") where candidate.words.count == 2 && candidate.words[1] == name {
      return candidate
    }
    return nil
  }
}

extension NginxExchange {
  /// What a regular expression has found: `$1`, and its named groups.
  func remember(_ found: [String?], _ pattern: PerlPattern) {
    groups = found
    for (number, name) in pattern.names.enumerated() where number < found.count {
      if let name { variables[name] = found[number] ?? "" }
    }
  }
}
