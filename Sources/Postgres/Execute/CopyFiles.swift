// COPY with a file of the server's machine: who may, which files, and the lines of a file. Programs are left out.
// Source: PostgreSQL 15 manual, COPY.

internal import SimKernel

/// The file system under a server, seen with the rights of the server's own user.
package struct ServerFiles {
  package let read: (String) -> FileOutcome
  /// Nil when it is written, or why not.
  package let write: (String, [UInt8]) -> String?

  package init(read: @escaping (String) -> FileOutcome, write: @escaping (String, [UInt8]) -> String?) {
    self.read = read
    self.write = write
  }
}

extension ClientSession {
  func requireFileAccess(_ path: String, isFrom: Bool) throws(SQLError) {
    let role = isFrom ? "pg_read_server_files" : "pg_write_server_files"
    if !isSuperuser, !server.cluster.isMember(currentUser, of: role) {
      throw SQLError(
        SQLState.insufficientPrivilege,
        "must be superuser or have privileges of the \(role) role to COPY \(isFrom ? "from" : "to") a file",
        hint: "Anyone can COPY to stdout or from stdin. psql's \\copy command also works for anyone.")
    }
    if !isFrom, !path.hasPrefix("/") {
      throw SQLError("42602", "relative path not allowed for COPY to file")
    }
  }

  private func failed(_ path: String, _ why: String, isFrom: Bool) -> SQLError {
    if why == "Is a directory", isFrom { return SQLError(SQLState.wrongObjectType, "\"\(path)\" is a directory") }
    let state = ["No such file or directory": "58P01", "Permission denied": "42501"][why] ?? "58030"
    let hint =
      isFrom
      ? "COPY FROM instructs the PostgreSQL server process to read a file. You may want a client-side facility such as psql's \\copy."
      : "COPY TO instructs the PostgreSQL server process to write a file. You may want a client-side facility such as psql's \\copy."
    return SQLError(
      state, "could not open file \"\(path)\" for \(isFrom ? "reading" : "writing"): \(why)",
      hint: state == "58030" ? nil : hint)
  }

  func serverLines(of path: String) throws(SQLError) -> [String] {
    guard let files = server.files else { throw .notSimulated("COPY with a file of the server") }
    switch files.read(path.hasPrefix("/") ? path : server.dataDirectory + "/" + path) {
    case .bytes(let bytes): return PsqlSession.splitLines(bytes)
    case .failed(let why): throw failed(path, why, isFrom: true)
    }
  }

  func writeServerFile(_ path: String, _ lines: [String]) throws(SQLError) {
    guard let files = server.files else { throw .notSimulated("COPY with a file of the server") }
    var bytes: [UInt8] = []
    for line in lines { bytes += Array(line.utf8) + [10] }
    if let why = files.write(path, bytes) { throw failed(path, why, isFrom: false) }
  }

  /// The first line tells whether lines end with a carriage return as well.
  static func withoutCarriageReturns(_ lines: [String]) -> [String] {
    guard let first = lines.first, first.utf8.last == 13 else { return lines }
    var out: [String] = []
    for line in lines {
      out.append(line.utf8.last == 13 ? String(decoding: line.utf8.dropLast(), as: UTF8.self) : line)
    }
    return out
  }
}
