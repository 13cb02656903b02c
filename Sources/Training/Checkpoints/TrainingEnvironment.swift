import Formats

/// What the bits of a run depend on beside its inputs.
public struct TrainingEnvironment: Sendable, Codable, Hashable {
  /// Such as "oneDNN 2.6.3" or "reference".
  public let engine: String
  /// Such as "AVX-512".
  public let instructionSet: String
  /// Threads that kernels ran on.
  public let threads: Int

  /// This process, as seen from the calling thread.
  public static var current: TrainingEnvironment {
    TrainingEnvironment(
      engine: Compute.engineName, instructionSet: Compute.instructionSet,
      threads: Compute.threads)
  }

  /// What differs from another environment, in words; empty where nothing does.
  public func differences(from other: TrainingEnvironment) -> [String] {
    var result: [String] = []
    if engine != other.engine { result.append("engine \(other.engine), now \(engine)") }
    if instructionSet != other.instructionSet {
      result.append("instruction set \(other.instructionSet), now \(instructionSet)")
    }
    if threads != other.threads {
      result.append(Excerpt.count(other.threads, "thread") + ", now \(threads)")
    }
    return result
  }
}
