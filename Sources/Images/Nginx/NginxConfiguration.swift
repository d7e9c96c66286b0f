// Reads nginx' configuration language: directives with words, blocks, comments, quotes, `include`. What a directive means is the
// server's business; here only its place is checked, with nginx' own error lines.
// Source: nginx 1.22 `ngx_conf_file.c`.

import SimKernel
import SimMachine

final class NginxDirective {
  let words: [String]
  let children: [NginxDirective]
  let isBlock: Bool

  init(_ words: [String], _ children: [NginxDirective], isBlock: Bool) {
    self.words = words
    self.children = children
    self.isBlock = isBlock
  }

  var name: String { words[0] }
  /// The directives of a name in this block.
  func all(_ name: String) -> [NginxDirective] {
    var list: [NginxDirective] = []
    for child in children where child.name == name { list.append(child) }
    return list
  }
  func first(_ name: String) -> NginxDirective? {
    for child in children where child.name == name { return child }
    return nil
  }
}

struct NginxProblem: Error {
  /// After `[emerg] 1#1: `.
  let text: String
}

struct NginxReader {
  private let fileSystem: FileSystem
  /// Path and text of every file read, in order (`nginx -T`).
  private(set) var files: [(path: String, text: String)] = []

  /// Blocks and directives that change nothing a lab sees, or that are modelled.
  private static let known: Set<String> = [
    "absolute_redirect", "access_log", "add_header", "aio", "alias", "allow", "auth_basic", "auth_basic_user_file",
    "autoindex",
    "charset", "client_body_buffer_size", "client_body_timeout", "client_header_buffer_size", "client_header_timeout",
    "client_max_body_size", "daemon", "default_type", "deny", "env", "error_log", "error_page", "etag", "events",
    "expires",
    "fastcgi_param", "fastcgi_pass", "gzip", "gzip_comp_level", "gzip_min_length", "gzip_types", "gzip_vary", "hash",
    "http", "if",
    "include", "index", "internal", "ip_hash", "keepalive", "keepalive_requests", "keepalive_timeout",
    "large_client_header_buffers", "least_conn", "limit_conn", "limit_conn_zone", "limit_req", "limit_req_zone",
    "listen",
    "load_module", "location", "log_format", "map", "master_process", "multi_accept", "open_file_cache", "pcre_jit",
    "pid",
    "port_in_redirect", "proxy_buffering", "proxy_cache", "proxy_connect_timeout", "proxy_http_version", "proxy_pass",
    "proxy_read_timeout", "proxy_redirect", "proxy_send_timeout", "proxy_set_header", "random_index", "real_ip_header",
    "resolver", "return", "rewrite", "root", "satisfy", "send_timeout", "sendfile", "server", "server_name",
    "server_names_hash_bucket_size", "server_tokens", "set", "set_real_ip_from", "split_clients", "ssl_certificate",
    "ssl_certificate_key", "ssl_ciphers", "ssl_prefer_server_ciphers", "ssl_protocols", "ssl_session_cache",
    "ssl_session_timeout", "stream", "stub_status", "sub_filter", "tcp_nodelay", "tcp_nopush", "try_files", "types",
    "types_hash_max_size", "underscores_in_headers", "upstream", "use", "user", "variables_hash_max_size",
    "worker_connections", "worker_priority", "worker_processes", "worker_rlimit_nofile", "worker_shutdown_timeout",
  ]
  /// Where a block or directive may stand, for the ones that are often misplaced.
  private static let places: [String: Set<String>] = [
    "events": ["main"], "http": ["main"], "server": ["http", "upstream", "stream"], "location": ["server", "location"],
    "listen": ["server"], "server_name": ["server"], "proxy_pass": ["location", "if", "server"],
    "upstream": ["http", "stream"],
    "log_format": ["http", "stream"], "worker_processes": ["main"], "worker_connections": ["events"],
    "types": ["http", "server", "location"],
    "root": ["http", "server", "location", "if"], "index": ["http", "server", "location"],
    "try_files": ["server", "location"], "return": ["server", "location", "if"],
  ]

  init(_ fileSystem: FileSystem) { self.fileSystem = fileSystem }

  mutating func read(_ path: String) throws(NginxProblem) -> NginxDirective {
    NginxDirective(["main"], try file(path, context: "main", depth: 0), isBlock: true)
  }

  private mutating func file(_ path: String, context: String, depth: Int) throws(NginxProblem) -> [NginxDirective] {
    guard depth < 12 else { throw NginxProblem(text: "too many levels of include in \(path)") }
    guard let bytes = try? fileSystem.read(path) else {
      throw NginxProblem(text: "open() \"\(path)\" failed (2: No such file or directory)")
    }
    files.append((path, String(decoding: bytes, as: UTF8.self)))
    var cursor = Cursor(bytes: bytes, path: path)
    return try block(&cursor, context: context, isFile: true, depth: depth)
  }

  private struct Cursor {
    let bytes: [UInt8]
    let path: String
    var position = 0
    var line = 1
  }

  private enum Token {
    case word(String, quoted: Bool)
    case semicolon, open, close, end
  }

  private func token(_ cursor: inout Cursor) -> Token {
    while cursor.position < cursor.bytes.count {
      let byte = cursor.bytes[cursor.position]
      if byte == 10 { cursor.line += 1 }
      if isBlank(byte) {
        cursor.position += 1
      } else if byte == 35 {
        while cursor.position < cursor.bytes.count, cursor.bytes[cursor.position] != 10 { cursor.position += 1 }
      } else {
        break
      }
    }
    guard cursor.position < cursor.bytes.count else { return .end }
    let first = cursor.bytes[cursor.position]
    switch first {
    case 59:
      cursor.position += 1
      return .semicolon
    case 123:
      cursor.position += 1
      return .open
    case 125:
      cursor.position += 1
      return .close
    default: break
    }
    var word: [UInt8] = []
    if first == 34 || first == 39 {
      cursor.position += 1
      while cursor.position < cursor.bytes.count, cursor.bytes[cursor.position] != first {
        var byte = cursor.bytes[cursor.position]
        if byte == 92, cursor.position + 1 < cursor.bytes.count {
          let next = cursor.bytes[cursor.position + 1]
          let escapes: [UInt8: UInt8] = [110: 10, 116: 9, 114: 13, 34: 34, 39: 39, 92: 92]
          if let meant = escapes[next] {
            byte = meant
            cursor.position += 1
          }
        }
        if byte == 10 { cursor.line += 1 }
        word.append(byte)
        cursor.position += 1
      }
      cursor.position += 1
      return .word(String(decoding: word, as: UTF8.self), quoted: true)
    }
    while cursor.position < cursor.bytes.count {
      let byte = cursor.bytes[cursor.position]
      if isBlank(byte) || byte == 59 { break }
      if byte == 123, word.last != 36 { break }
      if byte == 92, cursor.position + 1 < cursor.bytes.count {
        word.append(byte)
        cursor.position += 1
      }
      word.append(cursor.bytes[cursor.position])
      cursor.position += 1
    }
    return .word(String(decoding: word, as: UTF8.self), quoted: false)
  }

  private mutating func block(
    _ cursor: inout Cursor, context: String, isFile: Bool, depth: Int
  ) throws(NginxProblem) -> [NginxDirective] {
    var list: [NginxDirective] = []
    var words: [String] = []
    while true {
      let item = token(&cursor)
      let place = "\(cursor.path):\(cursor.line)"
      switch item {
      case .word(let text, _): words.append(text)
      case .end:
        if !words.isEmpty { throw NginxProblem(text: "unexpected end of file, expecting \";\" or \"}\" in \(place)") }
        if !isFile { throw NginxProblem(text: "unexpected end of file, expecting \"}\" in \(place)") }
        return list
      case .close:
        if !words.isEmpty || isFile { throw NginxProblem(text: "unexpected \"}\" in \(place)") }
        return list
      case .semicolon:
        guard let name = words.first else { throw NginxProblem(text: "unexpected \";\" in \(place)") }
        if context != "types", context != "map", context != "split_clients" {
          try check(name, context, place)
          if ["server", "http", "events", "location", "upstream"].contains(name), context != "upstream" {
            throw NginxProblem(text: "directive \"\(name)\" has no opening \"{\" in \(place)")
          }
          if words.count == 1,
            ["listen", "root", "proxy_pass", "server_name", "index", "include", "return"].contains(name)
          {
            throw NginxProblem(text: "invalid number of arguments in \"\(name)\" directive in \(place)")
          }
        }
        if name == "include", words.count == 2 {
          list += try include(words[1], from: cursor.path, context: context, depth: depth)
        } else {
          list.append(NginxDirective(words, [], isBlock: false))
        }
        words = []
      case .open:
        guard let name = words.first else { throw NginxProblem(text: "unexpected \"{\" in \(place)") }
        try check(name, context, place)
        let blocks: Set<String> = [
          "server", "http", "events", "location", "upstream", "types", "map", "if", "stream", "split_clients",
          "limit_except",
        ]
        if !blocks.contains(name) {
          throw NginxProblem(text: "directive \"\(name)\" is not terminated by \";\" in \(place)")
        }
        let children = try block(&cursor, context: name, isFile: false, depth: depth + 1)
        list.append(NginxDirective(words, children, isBlock: true))
        words = []
      }
    }
  }

  private func check(_ name: String, _ context: String, _ place: String) throws(NginxProblem) {
    guard NginxReader.known.contains(name) else {
      throw NginxProblem(text: "unknown directive \"\(name)\" in \(place)")
    }
    if let allowed = NginxReader.places[name], !allowed.contains(context) {
      throw NginxProblem(text: "\"\(name)\" directive is not allowed here in \(place)")
    }
  }

  private mutating func include(
    _ pattern: String, from path: String, context: String, depth: Int
  ) throws(NginxProblem) -> [NginxDirective] {
    let whole = FileSystem.normalize(pattern, in: "/etc/nginx")
    guard whole.utf8.contains(42) else { return try file(whole, context: context, depth: depth + 1) }
    guard let slash = whole.utf8.lastIndex(of: 47) else { return [] }
    let folder = String(whole[..<slash])
    let wanted = String(whole[whole.utf8.index(after: slash)...])
    var list: [NginxDirective] = []
    for name in ((try? fileSystem.list(folder)) ?? []).sorted()
    where RedisGlob.matches(wanted, name) && name.utf8.first != 46 {
      list += try file(folder + "/" + name, context: context, depth: depth + 1)
    }
    return list
  }
}
