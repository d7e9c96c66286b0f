// The command line (PRODUCT.md §2): one file per command in Commands/, what they share in Output/ and Pipeline/. This
// module is the one place that reads arguments, disk and real time, and the only one that prints.
//
// Exit codes: 0 done, nothing found · 1 findings · 2 wrong usage · 3 input that cannot be read or understood ·
// 70 a defect of ours.

import ArgumentParser
import Foundation

enum ExitStatus {
  static let done: Int32 = 0
  static let findings: Int32 = 1
  static let usage: Int32 = 2
  static let unreadable: Int32 = 3
  static let defect: Int32 = 70
}

/// A command's end with something to say. Everything else that is thrown is a defect of ours.
struct CommandFailure: Error {
  var status: Int32
  /// A sentence for standard error; nil when all is said already.
  var message: String?

  static func usage(_ message: String) -> CommandFailure { CommandFailure(status: ExitStatus.usage, message: message) }

  static func unreadable(_ message: String) -> CommandFailure {
    CommandFailure(status: ExitStatus.unreadable, message: message)
  }

  /// Findings that have been printed.
  static var findings: CommandFailure { CommandFailure(status: ExitStatus.findings) }
}

/// What the executable calls.
package enum CommandLineTool {
  /// Parses and runs; ends the process with the command's exit code.
  package static func runAndExit(_ arguments: [String]) async -> Never {
    DefectHandler.install()
    Interruption.install()
    var status = await Ardoise.run(arguments)
    if Console.lostOutput != 0, status == ExitStatus.done || status == ExitStatus.findings {
      Console.error("ardoise: standard output cannot be written: \(String(cString: strerror(Console.lostOutput)))")
      status = ExitStatus.unreadable
    }
    exit(status)
  }
}

struct Ardoise: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "ardoise",
    abstract: "Hands-on Kubernetes courses in Markdown, played in a simulator, made into a website.",
    discussion: """
      Paths are course folders, scenario folders or Markdown files in the Killercoda format; without one, 'content'.

      EXAMPLES
        ardoise build content -o public       make the website
        ardoise record content --check        are the recordings up to date?
        ardoise lint content --format github  findings as annotations
        ardoise inspect step3.md              the blocks of a page as JSON
        ardoise shell                         a terminal on the simulated machine
        ardoise explain missing-interrupt     a rule's page

      EXIT CODES
        0   done, nothing found       1   findings       2   wrong usage
        3   input that cannot be read or understood      70  a defect of ours

      Shell completions: ardoise --generate-completion-script bash (zsh, fish)
      """,
    version: version,
    subcommands: commands)

  /// Parses and runs; gives the exit code.
  static func run(_ arguments: [String]) async -> Int32 {
    do {
      var command = try parseAsRoot(arguments)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try DeepStack.run { try command.run() }
      }
      return ExitStatus.done
    } catch let failure as CommandFailure {
      if let message = failure.message { Console.error("ardoise: " + message) }
      return failure.status
    } catch {
      return end(with: error)
    }
  }

  /// Help, version and usage errors come from the argument parser; its own code for wrong usage is not ours.
  private static func end(with error: any Error) -> Int32 {
    let code = exitCode(for: error)
    let message = fullMessage(for: error)
    if code.isSuccess {
      if !message.isEmpty { Console.write(message + "\n") }
      return ExitStatus.done
    }
    if code == .validationFailure || error is CleanExit || error is ValidationError {
      Console.error(message)
      return ExitStatus.usage
    }
    if let exit = error as? ExitCode { return exit.rawValue }
    Console.error(DefectHandler.sentence("\(error)"))
    return ExitStatus.defect
  }
}

/// Options that every command has.
struct CommonOptions: ParsableArguments {
  @Flag(name: [.long, .customShort("q")], help: "Say nothing but results and errors.")
  var quiet = false

  @Option(help: ArgumentHelp("Colour: auto, always or never (NO_COLOR is honoured).", valueName: "when"))
  var color: ColourChoice = .auto

  @Option(help: ArgumentHelp("How many scenarios are worked on at once.", valueName: "n"))
  var jobs: Int?

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs takes a number from 1 on.") }
  }

  var console: Console { Console(quiet: quiet, colour: color) }

  var jobCount: Int { jobs ?? max(1, ProcessInfo.processInfo.activeProcessorCount) }
}

enum ColourChoice: String, ExpressibleByArgument, CaseIterable {
  case auto
  case always
  case never
}
