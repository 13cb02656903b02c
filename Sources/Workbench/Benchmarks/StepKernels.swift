import Arrays
import Formats
import Labs

/// What the kernels of a step take by themselves, each run again alone on the operands that it had,
/// and what the framework adds: allocation, conversions between layouts, copies, bookkeeping.
public struct StepKernels: Sendable {
  /// A kind of kernel.
  public struct Kernel: Sendable {
    /// What it computes.
    public let name: String
    /// How often the step calls it.
    public let calls: Int
    /// All its calls of a step together, run again alone, in milliseconds.
    public let milliseconds: Double
    /// The same in their places, where operands lie in memory rather than in the caches.
    public let millisecondsInPlace: Double
  }

  /// The kernels of a step, the costliest first.
  public let kernels: [Kernel]
  /// The time of a whole step in which nothing is measured, in milliseconds.
  public let step: Double

  /// The time of all kernels run again alone, in milliseconds.
  public var total: Double { kernels.reduce(0) { $0 + $1.milliseconds } }
  /// The time of all kernels in their places, in milliseconds.
  public var totalInPlace: Double { kernels.reduce(0) { $0 + $1.millisecondsInPlace } }

  /// The framework's part of the step: 1 − kernels / step. Below 0 where the kernels were slower
  /// alone than in the step, as on a machine that is disturbed.
  public var frameworkShare: Double { 1 - total / step }

  /// Measures five steps, and between them five in which nothing is measured: medians count, so that
  /// what disturbs the machine meets both alike.
  /// - Parameter step: A step, after those that warm up.
  init(step: () -> Void) {
    var steps: [Double] = []
    var entries: [String: [KernelClock.Entry]] = [:]
    for _ in 0..<5 {
      steps.append(ContinuousClock().measure(step).seconds)
      for (name, entry) in KernelClock.measure(step) { entries[name, default: []].append(entry) }
    }
    kernels = entries.map { name, entries in
      Kernel(
        name: name, calls: entries[0].calls,
        milliseconds: Statistics.median(entries.map(\.seconds)) * 1e3,
        millisecondsInPlace: Statistics.median(entries.map(\.secondsInPlace)) * 1e3)
    }.sorted { ($0.milliseconds, $1.name) > ($1.milliseconds, $0.name) }
    self.step = Statistics.median(steps) * 1e3
  }

  /// The fields that `gradus bench --primitives` adds to a workload's line.
  var fields: JSONObject {
    [
      "step_ms": .number(Self.rounded(step)),
      "kernels_ms": .number(Self.rounded(total)),
      "kernels_in_place_ms": .number(Self.rounded(totalInPlace)),
      "framework_share": .number(Self.rounded(frameworkShare)),
      "kernels": .array(
        kernels.map {
          [
            "name": .string($0.name), "calls": .integer($0.calls),
            "ms": .number(Self.rounded($0.milliseconds)),
            "in_place_ms": .number(Self.rounded($0.millisecondsInPlace)),
          ]
        }),
    ]
  }

  private static func rounded(_ value: Double) -> Double { (value * 1e4).rounded() / 1e4 }
}
