// Starting other programs, for tools that run commands (env, xargs, find -exec, timeout, watch, sudo …): the search of PATH
// and what execvp does with scripts.

import SimMachine

/// Starts a command as a child; `execvp`'s error otherwise.
func launch(
  _ words: [String], from process: Process, files: [Int: OpenFile]? = nil, environment: Environment? = nil,
  credentials: Credentials? = nil, workingDirectory: String? = nil, group: Int? = nil
) throws(Errno) -> Process {
  let (program, arguments) = try executable(words, from: process, environment: environment, credentials: credentials)
  return process.machine.start(
    program, arguments: arguments, environment: environment ?? process.environment,
    workingDirectory: workingDirectory ?? process.workingDirectory, credentials: credentials ?? process.credentials,
    files: files ?? standardFiles(process), parent: process, group: group ?? process.group, account: process.account)
}

/// The program that a command line means, and its arguments with the name first.
func executable(
  _ words: [String], from process: Process, environment: Environment? = nil, credentials: Credentials? = nil
) throws(Errno) -> (any Program, [String]) {
  guard let name = words.first, !name.isEmpty else { throw .noEntry }
  let environment = environment ?? process.environment
  let who = credentials ?? process.credentials
  let search = environment["PATH"] ?? "/bin:/usr/bin"
  var path = name
  if !name.utf8.contains(47) {
    guard let found = process.machine.find(name, path: search, in: process.workingDirectory, as: who) else {
      throw .noEntry
    }
    path = found
  }
  var arguments = words
  // A script's interpreter may be a script itself; Linux follows a few levels.
  for _ in 0..<5 {
    switch try process.machine.executable(path, in: process.workingDirectory, as: who) {
    case .program(let program): return (program, arguments)
    case .script(let interpreter):
      var line: [String] = interpreter
      line.append(path)
      arguments = line + arguments.dropFirst()
      path = interpreter[0]
    case .plainText:
      arguments = ["/bin/sh", path] + arguments.dropFirst()
      path = "/bin/sh"
    }
  }
  throw .tooManyLinks
}

func standardFiles(_ process: Process) -> [Int: OpenFile] {
  var files: [Int: OpenFile] = [:]
  // Descriptors that a shell opened for the command are inherited too.
  for descriptor in 0..<64 {
    if let file = process.file(descriptor) { files[descriptor] = file }
  }
  return files
}
