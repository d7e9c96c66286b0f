// Programs that set something up and then become another program (exec): env, nohup, nice, stdbuf, setsid, sudo, su.
// GNU coreutils manual, chapter 23; sudo(8), su(1).

import SimKernel
import SimMachine

/// The last step of such a program: becomes the command, or says why it cannot.
private func become(_ words: [String], _ call: ToolCall, failure: (Errno) -> String) -> Step {
  do throws(Errno) {
    let (program, arguments) = try executable(words, from: call.process)
    call.process.become(program, arguments: arguments)
    return .again
  } catch {
    call.writeError(failure(error))
    call.flush()
    return .exit(error == .noEntry ? 127 : 126)
  }
}

private let envOptions = OptionTable(
  "i,ignore-environment 0,null u,unset= C,chdir= S,split-string= block-signal=? default-signal=? ignore-signal=? !list-signal-handling !v,debug",
  stopsAtOperand: true, usageCode: 125)

final class Env: Program {
  private let flavour: UtilityFlavour

  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  func resume(_ process: Process) -> Step {
    let call = ToolCall(process: process, flavour: flavour)
    var arguments = call.arguments
    // -S splits one argument into several, in shebang lines.
    if let first = arguments.first, first.hasPrefix("-S") || first.hasPrefix("--split-string=") {
      var text = first.hasPrefix("-S") ? String(first.dropFirst(2)) : String(first.dropFirst(15))
      arguments.removeFirst()
      if text.isEmpty, let next = arguments.first {
        text = next
        arguments.removeFirst()
      }
      var words: [String] = []
      for word in text.split(separator: " " as Character) { words.append(String(word)) }
      arguments = words + arguments
    }
    switch envOptions.parse(arguments) {
    case .options(let options): call.options = options
    case .wrong(let text): return .exit(call.usage(text, 125))
    case .notSimulated(let what): return .exit(call.notSimulated("env \(what)"))
    }
    var environment = call.options.has("i") || call.operands.first == "-" ? Environment() : process.environment
    for name in call.options.values("u") { environment[name] = nil }
    var words = call.operands[...]
    if words.first == "-" { words = words.dropFirst() }
    while let word = words.first, let equals = word.utf8.firstIndex(of: 61), equals != word.utf8.startIndex {
      environment[String(word[..<equals])] = String(word[word.utf8.index(after: equals)...])
      words = words.dropFirst()
    }
    if let folder = call.options.value("C") {
      do throws(Errno) {
        process.workingDirectory = try call.files.realPath(folder, in: call.directory, as: call.who)
      } catch {
        call.complain("cannot change directory to \(shellQuoted(folder)): \(error.message)")
        return .exit(125)
      }
    }
    guard let name = words.first else {
      for (key, value) in environment.variables {
        call.print("\(key)=\(value)")
        call.put(call.options.has("0") ? 0 : 10)
      }
      call.flush()
      return .exit(0)
    }
    process.environment = environment
    return become(Array(words), call) { error in
      var text = "\(call.name): \(quoted(name)): \(error.message)\n"
      if error == .noEntry, name.utf8.contains(32) {
        text += "\(call.name): use -[v]S to pass options in shebang lines\n"
      }
      return text
    }
  }
}

/// nohup: the command goes on when the terminal goes; what it prints to a terminal goes to nohup.out.
final class NoHangup: Program {
  private let flavour: UtilityFlavour
  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  func resume(_ process: Process) -> Step {
    let call = ToolCall(process: process, flavour: flavour)
    if let code = begin(call, OptionTable("", stopsAtOperand: true, usageCode: 125), "nohup") { return .exit(code) }
    guard let name = call.operands.first else { return .exit(call.usage("missing operand", 125)) }
    if !process.ignoredSignals.contains(.hangup) { process.ignoredSignals.append(.hangup) }
    let ignoresInput = process.file(0)?.isTerminal ?? false
    if ignoresInput { process.setFile(0, NullDevice()) }
    if process.file(1)?.isTerminal ?? false {
      let path = "nohup.out"
      guard let file = try? call.openForWriting(path, append: true) else {
        call.complain("failed to open \(quoted(path)): Permission denied")
        return .exit(125)
      }
      call.complain(
        ignoresInput
          ? "ignoring input and appending output to \(shellQuoted(path))" : "appending output to \(shellQuoted(path))",
        status: 0)
      process.setFile(1, file)
      if process.file(2)?.isTerminal ?? false { process.setFile(2, file) }
    } else if ignoresInput {
      call.complain("ignoring input", status: 0)
    }
    return become(call.operands, call) { "\(call.name): failed to run command \(shellQuoted(name)): \($0.message)\n" }
  }
}

/// nice, ionice, stdbuf, setsid, chrt: they change nothing that can be seen here, and run the command.
final class RunAs: Program {
  private let flavour: UtilityFlavour
  private let tool: String
  private let options: OptionTable
  /// Those of coreutils leave the low exit codes to the command they run.
  private let usageCode: Int32

  init(_ flavour: UtilityFlavour, _ tool: String, _ options: String) {
    self.flavour = flavour
    self.tool = tool
    usageCode = tool == "nice" || tool == "stdbuf" ? 125 : 1
    self.options = OptionTable(options, stopsAtOperand: true, usageCode: usageCode)
  }

  func resume(_ process: Process) -> Step {
    let call = ToolCall(process: process, flavour: flavour)
    var arguments = call.arguments
    if tool == "nice", let first = arguments.first, first.hasLeadingDash, decimal(String(first.dropFirst())) != nil {
      arguments.removeFirst()
    }
    switch options.parse(arguments) {
    case .options(let options): call.options = options
    case .wrong(let text): return .exit(call.usage(text, usageCode))
    case .notSimulated(let what): return .exit(call.notSimulated("\(tool) \(what)"))
    }
    if tool == "nice", let text = call.options.value("n"), signedDecimal(text) == nil {
      call.complain("invalid adjustment \(quoted(text))")
      return .exit(125)
    }
    guard let name = call.operands.first else {
      if tool == "nice" {
        call.printLine("0")
        call.flush()
        return .exit(0)
      }
      if tool == "ionice" {
        call.printLine("none: prio 0")
        call.flush()
        return .exit(0)
      }
      return .exit(
        call.usage(tool == "stdbuf" ? "missing operand" : tool == "setsid" ? "no command specified" : nil, usageCode))
    }
    return become(call.operands, call) { error in
      tool == "nice" || tool == "stdbuf"
        ? "\(call.name): \(tool == "nice" ? quoted(name) : "failed to run command \(shellQuoted(name))"): \(error.message)\n"
        : "\(call.name): failed to execute \(name): \(error.message)\n"
    }
  }
}

private let sudoOptions = OptionTable(
  "A,askpass b,background !C,close-from= D,chdir= E,preserve-env=~ !e,edit g,group= H,set-home h,host= i,login K,remove-timestamp k,reset-timestamp !l,list n,non-interactive P,preserve-groups p,prompt= S,stdin s,shell u,user= !U,other-user= v,validate V",
  stopsAtOperand: true)

/// sudo: root and the members of the group sudo may do everything without a password, as on cloud images.
final class Sudo: Program {
  private let flavour: UtilityFlavour
  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  func resume(_ process: Process) -> Step {
    let call = ToolCall(process: process, flavour: flavour)
    switch sudoOptions.parse(call.arguments) {
    case .options(let options): call.options = options
    case .wrong, .notSimulated: return .exit(call.notSimulated("sudo: this use of its options"))
    }
    let accounts = Accounts(call.files)
    let options = call.options
    if options.has("V") { return .exit(call.notSimulated("sudo --version")) }
    if options.has("v") || options.has("k") || options.has("K"), call.operands.isEmpty { return .exit(0) }
    let caller = accounts.user(process.credentials.user)
    if process.credentials.user != 0 {
      let group = accounts.group(named: "sudo")
      guard let caller, group?.members.contains(caller.name) ?? false else {
        return .exit(call.notSimulated("sudo asking for a password"))
      }
    }
    var name = options.value("u") ?? "root"
    if name.utf8.first == 35 { name = accounts.userName(Int(decimal(String(name.dropFirst())) ?? 0)) }
    guard let user = accounts.user(named: name) else {
      call.complain("unknown user \(name)")
      call.complain("error initializing audit plugin sudoers_audit", status: 1)
      return .exit(1)
    }
    var words = call.operands
    var environment = Environment()
    let kept = options.has("E")
    for (key, value) in process.environment.variables
    where kept || ["TERM", "LANG", "LC_ALL", "LANGUAGE", "DISPLAY", "COLORS", "LS_COLORS", "TZ"].contains(key) {
      environment[key] = value
    }
    environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin"
    environment["HOME"] = user.home
    environment["LOGNAME"] = user.name
    environment["USER"] = user.name
    environment["MAIL"] = "/var/mail/\(user.name)"
    environment["SHELL"] = user.shell
    environment["SUDO_COMMAND"] = nil
    environment["SUDO_USER"] = caller?.name ?? "root"
    environment["SUDO_UID"] = String(process.credentials.user)
    environment["SUDO_GID"] = String(process.credentials.group)
    while let word = words.first, let equals = word.utf8.firstIndex(of: 61), equals != word.utf8.startIndex {
      environment[String(word[..<equals])] = String(word[word.utf8.index(after: equals)...])
      words.removeFirst()
    }
    if options.has("i") || options.has("s") {
      let shell = options.has("i") ? user.shell : process.environment["SHELL"] ?? user.shell
      if options.has("i") { process.workingDirectory = user.home }
      words = words.isEmpty ? [shell] : [shell, "-c", words.joined(separator: " ")]
    }
    guard let command = words.first else { return .exit(call.notSimulated("sudo: its usage text")) }
    environment["SUDO_COMMAND"] = words.joined(separator: " ")
    process.environment = environment
    process.credentials = accounts.credentials(of: user)
    if let folder = options.value("D") { process.workingDirectory = FileSystem.normalize(folder, in: call.directory) }
    do throws(Errno) {
      let (program, arguments) = try executable(words, from: process)
      process.become(program, arguments: arguments)
      return .again
    } catch {
      call.writeError("sudo: \(command): \(error == .noEntry ? "command not found" : error.message)\n")
      return .exit(1)
    }
  }
}

private let suOptions = OptionTable(
  "c,command= f,fast g,group= !G,supp-group= l,login m,p,preserve-environment !P,pty s,shell= w,whitelist-environment=")

final class SwitchUser: Program {
  private let flavour: UtilityFlavour
  init(_ flavour: UtilityFlavour) { self.flavour = flavour }

  func resume(_ process: Process) -> Step {
    let call = ToolCall(process: process, flavour: flavour)
    if let code = begin(call, suOptions, "su") { return .exit(code) }
    var operands = call.operands
    var login = call.options.has("l")
    if operands.first == "-" {
      login = true
      operands.removeFirst()
    }
    let name = operands.first ?? "root"
    let accounts = Accounts(call.files)
    guard let user = accounts.user(named: name) else {
      call.complain("user \(name) does not exist or the user entry does not contain all the required fields")
      return .exit(1)
    }
    if process.credentials.user != 0 { return .exit(call.notSimulated("su asking for a password")) }
    if login {
      var environment = Environment()
      if let term = process.environment["TERM"] { environment["TERM"] = term }
      environment["PATH"] =
        user.uid == 0
        ? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games:/usr/local/games:/snap/bin"
        : "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"
      process.environment = environment
      process.workingDirectory = user.home
    }
    process.environment["HOME"] = user.home
    process.environment["SHELL"] = user.shell
    if user.uid != 0 || login {
      process.environment["USER"] = user.name
      process.environment["LOGNAME"] = user.name
    }
    process.credentials = accounts.credentials(of: user)
    var words = [call.options.value("s") ?? user.shell]
    if login { words.append("-l") }
    if let command = call.options.value("c") { words += ["-c", command] }
    words += operands.dropFirst()
    return become(words, call) { "\(call.name): failed to execute \(words[0]): \($0.message)\n" }
  }
}
