import ArgumentParser
import Formats
import Foundation
import Workbench

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time of one step of each workload, or of the kernels beneath.",
    discussion: """
      Example: gradus bench lenet5 mlp
      Prints a JSON line a workload: the median time after three warm-up steps. Each runs in a
      process of its own, so that peak memory is its own. With --primitives, what each kind of
      kernel takes when it is run alone, and the share of the step that is the framework's.
      With --kernels, instead: a product of 1024 × 1024 matrices beside oneDNN's own; products with
      their operands in each order, beside the fastest order; operations over ten million elements
      beside the memory's bandwidth. A table in a terminal, else a JSON line each.
      With --augmentation, instead: a training step with and without augmentation on the loader's
      thread, and what augmentation takes by itself.
      """)

  @Argument(help: "Workloads; all where left out.")
  var workloads: [String] = []
  @Flag(help: "Time the kernels of each workload's step alone, too.")
  var primitives = false
  @Flag(help: "Measure matrix products, element-wise operations and reductions.")
  var kernels = false
  @Flag(help: "Measure what augmentation costs training.")
  var augmentation = false
  @Option(help: "Seconds for each: 6 for a workload and 0.5 for a kernel where left out.")
  var budget: Double?
  @OptionGroup var kernelOptions: KernelOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    try common.prepare()
    kernelOptions.prepare()
    if let budget, budget <= 0 || !budget.isFinite {
      throw WorkbenchError(.usage, "--budget", "found \(budget), expected seconds above 0")
    }
    let others = workloads + (kernels && augmentation ? ["--augmentation"] : [])
    if kernels || augmentation, !others.isEmpty {
      throw WorkbenchError(
        .usage, kernels ? "--kernels" : "--augmentation",
        "found workloads besides (\(others.joined(separator: ", "))), expected none")
    }
    if primitives, kernels || augmentation {
      throw WorkbenchError(
        .usage, "--primitives",
        "found \(kernels ? "--kernels" : "--augmentation") besides, expected workloads")
    }
    if kernels {
      try measureKernels(budget: budget ?? 0.5)
    } else if augmentation {
      try measureAugmentation(budget: budget ?? 20)
    } else {
      try measureWorkloads(budget: budget ?? 6)
    }
  }

  private func measureWorkloads(budget: Double) throws {
    let names = Workload.all.map(\.name)
    for name in workloads where !names.contains(name) {
      throw WorkbenchError.unknown("workload", name, among: names)
    }
    let chosen = workloads.isEmpty ? names : workloads
    if chosen.count == 1 {
      let workload = Workload.all.first { $0.name == chosen[0] }!
      Output.print(
        json: try Benchmark.measure(workload, budget: budget, timesKernels: primitives).json)
      return
    }
    for name in chosen {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      process.arguments = [
        "bench", name, "--budget", "\(budget)", "--threads", "\(Compute.threads)", "--json",
      ]
      if primitives { process.arguments?.append("--primitives") }
      if kernelOptions.exactConvolution { process.arguments?.append("--exact-convolution") }
      try process.run()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else { throw ExitCode(process.terminationStatus) }
    }
  }

  private func measureAugmentation(budget: Double) throws {
    let result = try AugmentationBenchmark.measure(budget: budget)
    if common.json || isatty(1) != 1 {
      Output.print(json: result.json)
      return
    }
    func milliseconds(_ seconds: Double) -> String { Text.fixed(seconds * 1e3, 3) + " ms" }
    print(
      """
      LeNet-5, batches of 64, \(Excerpt.count(result.threads, "thread"))
      a step without augmentation   \(milliseconds(result.plain))
      a step with augmentation      \(milliseconds(result.augmented))
      augmentation by itself        \(milliseconds(result.processorTime)) of one processor
      its share and 5 % on top      \(milliseconds(result.bound))
      """)
  }

  private func measureKernels(budget: Double) throws {
    let table = !common.json && isatty(1) == 1
    var results: [KernelResult] = []
    try KernelBenchmark.run(budget: budget) { result in
      if table { results.append(result) } else { Output.print(json: result.json) }
    }
    if table { print(Self.tables(results)) }
  }

  /// A table for each kind of result.
  private static func tables(_ results: [KernelResult]) -> String {
    var texts: [String] = []
    var products: [[String]] = []
    var operations: [[String]] = []
    for result in results {
      let milliseconds = Text.fixed(result.seconds * 1e3, 3)
      switch result {
      case .sgemm(let size, _, let direct):
        texts.append(
          "\(size)³: \(milliseconds) ms, sgemm \(Text.fixed(direct * 1e3, 3)) ms, ratio "
            + Text.fixed(result.ratio, 2))
      case .product(let rows, let columns, let inner, let order, _, _):
        if order == .neither { products.append(["\(rows) × \(columns) × \(inner)"]) }
        products[products.count - 1] += [milliseconds, Text.fixed(result.ratio, 2)]
      case .bandwidth(let operation, _, let bytes, let seconds, _):
        operations.append([
          operation, milliseconds, Text.fixed(Double(bytes) / seconds / 1e9, 1),
          Text.percent(result.ratio),
        ])
      }
    }
    texts.append(
      Text.table(
        ["rows × columns × inner, ms"]
          + OperandOrder.allCases.flatMap { ["\($0)", "by best"] },
        products, right: Set(1...8)))
    texts.append(
      Text.table(
        ["operation", "ms", "GB/s", "of triad"], operations, right: [1, 2, 3]))
    return texts.joined(separator: "\n\n")
  }
}
