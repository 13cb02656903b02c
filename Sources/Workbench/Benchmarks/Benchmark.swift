import Formats
import Foundation
import Labs

/// The time of a workload's step: the work behind `gradus bench`.
public struct Benchmark: Sendable {
  /// The workload's name.
  public let workload: String
  /// Median wall time of a step, in milliseconds.
  public let milliseconds: Double
  /// Samples a second, at the median.
  public let itemsPerSecond: Double
  /// Largest resident memory of the process so far, in MiB.
  public let peakMegabytes: Int
  /// Threads that kernels ran on.
  public let threads: Int
  /// What the step's kernels take by themselves; nil unless asked for.
  public let kernels: StepKernels?

  /// Measures after three warm-up steps: at least five steps, then until the budget is spent or
  /// 300 are done.
  /// - Parameters:
  ///   - workload: What is measured.
  ///   - budget: Seconds; 6 by default.
  ///   - timesKernels: Whether to find, too, what the kernels take by themselves: ten more steps,
  ///     in half of which each runs twice.
  /// - Throws: `WorkbenchError` where a step's result is not finite, and where kernels are to be
  ///   timed in a build that has no oneDNN.
  public static func measure(
    _ workload: Workload, budget: Double = 6, timesKernels: Bool = false
  ) throws -> Benchmark {
    if timesKernels, !Compute.timesKernels {
      throw WorkbenchError(
        .usage, "--primitives", "found a build without oneDNN, whose kernels are not timed")
    }
    let step = workload.prepare()
    for _ in 0..<3 {
      let result = step()
      guard result.isFinite else {
        throw WorkbenchError(.failed, workload.name, "a step gave \(result), expected a number")
      }
    }
    var times: [Double] = []
    let start = ContinuousClock.now
    while times.count < 5 || (start.duration(to: .now).seconds < budget && times.count < 300) {
      let before = ContinuousClock.now
      _ = step()
      times.append(before.duration(to: .now).seconds)
    }
    let median = Statistics.median(times)
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Benchmark(
      workload: workload.name, milliseconds: median * 1e3,
      itemsPerSecond: Double(workload.items) / median, peakMegabytes: usage.ru_maxrss / 1024,
      threads: Compute.threads,
      kernels: timesKernels ? StepKernels { _ = step() } : nil)
  }

  /// The line that `gradus bench --json` prints, for scripts to read.
  public var json: JSONValue {
    var fields: JSONObject = [
      "workload": .string(workload),
      "engine": .string("gradus \(GradusVersion.text), \(Compute.engineName)"),
      "ms": .number((milliseconds * 1e4).rounded() / 1e4),
      "items_per_s": .number((itemsPerSecond * 10).rounded() / 10),
      "peak_rss_mb": .integer(peakMegabytes), "threads": .integer(threads),
    ]
    for (name, value) in kernels?.fields ?? [:] { fields[name] = value }
    return .object(fields)
  }
}
