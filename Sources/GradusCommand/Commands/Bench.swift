import ArgumentParser
import Foundation
import Workbench

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time of one step of each workload.",
    discussion: """
      Example: gradus bench lenet5 mlp
      Prints a JSON line a workload: the median time after three warm-up steps. Each runs in a
      process of its own, so that peak memory is its own.
      """)

  @Argument(help: "Workloads; all where left out.")
  var workloads: [String] = []
  @Option(help: "Seconds for each.")
  var budget = 6.0
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.prepare()
    guard budget > 0, budget.isFinite else {
      throw WorkbenchError(.usage, "--budget", "found \(budget), expected seconds above 0")
    }
    let names = Workload.all.map(\.name)
    for name in workloads where !names.contains(name) {
      throw WorkbenchError.unknown("workload", name, among: names)
    }
    let chosen = workloads.isEmpty ? names : workloads
    if chosen.count == 1 {
      let workload = Workload.all.first { $0.name == chosen[0] }!
      Output.print(json: try Benchmark.measure(workload, budget: budget).json)
      return
    }
    for name in chosen {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      process.arguments = [
        "bench", name, "--budget", "\(budget)", "--threads", "\(Compute.threads)", "--json",
      ]
      try process.run()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else { throw ExitCode(process.terminationStatus) }
    }
  }
}
