import ArgumentParser
import Foundation
import Workbench

/// The command line: parses, calls the workbench, prints.
@main
enum Main {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let json = arguments.contains("--json")
    do {
      try checkVerb(arguments)
      var command = try Gradus.parseAsRoot(arguments)
      try command.run()
    } catch let error as WorkbenchError {
      fail(error, json: json)
    } catch let code as ExitCode {
      exit(code.rawValue)
    } catch {
      if Gradus.exitCode(for: error) == .success {  // help and version
        print(Gradus.fullMessage(for: error))
        exit(0)
      }
      let isUsage = Gradus.exitCode(for: error) == .validationFailure
      if isUsage && !json {
        FileHandle.standardError.write(Data((Gradus.fullMessage(for: error) + "\n").utf8))
        exit(2)
      }
      fail(
        isUsage
          ? WorkbenchError(.usage, "arguments", Gradus.message(for: error))
          : WorkbenchError(error), json: json)
    }
  }

  /// Names the nearest verb for an unknown one, and of a verb with verbs of its own the nearest of
  /// those, which the parser does not.
  private static func checkVerb(_ arguments: [String]) throws {
    var command: any ParsableCommand.Type = Gradus.self
    var kind = "verb"
    for name in arguments {
      let known = command.configuration.subcommands
      guard !known.isEmpty, !name.hasPrefix("-"), name != "help" else { return }
      guard let next = known.first(where: { $0._commandName == name }) else {
        let names = known.map { $0._commandName } + (command == Gradus.self ? ["help"] : [])
        throw WorkbenchError.unknown(kind, name, among: names)
      }
      (command, kind) = (next, "verb of " + name)
    }
  }

  /// Prints an error and ends the process: 2 for wrong usage, 1 for work that failed.
  private static func fail(_ error: WorkbenchError, json: Bool) -> Never {
    if json {
      Output.print(
        json: [
          "error": [
            "kind": .string(error.kind.rawValue), "place": .string(error.place),
            "message": .string(error.message),
          ]
        ])
    } else {
      Output.note("gradus: \(error)")
    }
    exit(error.kind == .usage ? 2 : 1)
  }
}

struct Gradus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gradus",
    abstract: "Deep learning that trains fast and shows its work.",
    discussion: """
      Start with
        gradus train lenet5 --data digits
      and go on with `gradus help VERB`; every verb's help has an example.
      """,
    version: GradusVersion.text,
    subcommands: [
      Train.self, Transfer.self, Evaluate.self, Predict.self, SummaryCommand.self,
      DataCommand.self,
      ModelsCommand.self, RunsCommand.self, ExplainCommand.self, QuizCommand.self,
      GradeCommand.self, LabCommand.self, Bench.self, Doctor.self,
    ])
}

/// What every verb takes.
struct CommonOptions: ParsableArguments {
  @Flag(help: "Print JSON on standard output and nothing else there.")
  var json = false

  @Option(help: "Threads for kernels; the processors this process may use where left out.")
  var threads: Int?

  /// Sets the thread count of this thread, from which all kernels are started.
  func prepare() throws {
    if let threads {
      guard (1...1024).contains(threads) else {
        throw WorkbenchError(.usage, "--threads", "found \(threads), expected from 1 to 1024")
      }
      Compute.threads = threads
    } else {
      Compute.useDefaultThreads()
    }
  }
}

/// What verbs take that run networks.
struct KernelOptions: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Compute convolutions as defined, not by Winograd's algorithm.",
      discussion: "That one is used for 3 × 3 filters over many channels; its results differ by "
        + "about 1e-5 of the largest."))
  var exactConvolution = false

  func prepare() { Compute.isConvolutionExact = exactConvolution }
}
