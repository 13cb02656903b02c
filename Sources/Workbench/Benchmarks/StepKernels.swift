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
    /// All its calls of a step together, in milliseconds.
    public let milliseconds: Double
  }

  /// The kernels of a step, the costliest first.
  public let kernels: [Kernel]
  /// The time of a whole step, in milliseconds.
  public let step: Double

  /// The time of all kernels, in milliseconds.
  public var total: Double { kernels.reduce(0) { $0 + $1.milliseconds } }

  /// The framework's part of the step: 1 − kernels / step. Below 0 where the kernels were slower
  /// alone than in the step, as on a machine that is disturbed.
  public var frameworkShare: Double { 1 - total / step }

  /// Measures five steps, of which each kernel's fastest counts.
  /// - Parameters:
  ///   - step: A step, after those that warm up.
  ///   - seconds: What one takes when nothing is measured within it.
  init(step: () -> Void, seconds: Double) {
    var best: [String: KernelClock.Entry] = [:]
    for _ in 0..<5 {
      best.merge(KernelClock.measure(step)) { $0.seconds <= $1.seconds ? $0 : $1 }
    }
    kernels = best.map {
      Kernel(name: $0.key, calls: $0.value.calls, milliseconds: $0.value.seconds * 1e3)
    }.sorted { ($0.milliseconds, $1.name) > ($1.milliseconds, $0.name) }
    self.step = seconds * 1e3
  }

  /// The fields that `gradus bench --primitives` adds to a workload's line.
  var fields: JSONObject {
    [
      "kernels_ms": .number(Self.rounded(total)),
      "framework_share": .number(Self.rounded(frameworkShare)),
      "kernels": .array(
        kernels.map {
          [
            "name": .string($0.name), "calls": .integer($0.calls),
            "ms": .number(Self.rounded($0.milliseconds)),
          ]
        }),
    ]
  }

  private static func rounded(_ value: Double) -> Double { (value * 1e4).rounded() / 1e4 }
}
