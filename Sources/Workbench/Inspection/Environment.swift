import Formats

/// What this machine offers and what is missing: the work behind `gradus doctor`.
public struct EnvironmentReport: Sendable {
  /// A named data set and where it is.
  public struct DataSet: Sendable {
    /// The name, as in `--data NAME`.
    public let name: String
    /// The folder, "embedded", or nil where it is not installed.
    public let place: String?
    /// How to get it.
    public let advice: String
  }

  /// The version of Gradus.
  public let version: String
  /// The engine of float32 arrays with its version, such as "oneDNN 2.6.3" or "reference".
  public let engine: String
  /// The instruction set that kernels use, such as "AVX-512".
  public let instructionSet: String
  /// Threads that kernels run on, as seen from the calling thread.
  public let threads: Int
  /// Processors that the process may use.
  public let processors: Int
  /// Bytes of memory, of the machine or the control group.
  public let memory: Int
  /// Bytes that arrays may take.
  public let memoryLimit: Int
  /// The named data sets, in the catalogue's order.
  public let data: [DataSet]
  /// Commands that would make things better, with the reason.
  public let advice: [String]

  /// Looks around.
  public init() {
    version = GradusVersion.text
    engine = Compute.engineName
    instructionSet = Compute.instructionSet
    threads = Compute.threads
    processors = SystemMemory.processorCount
    memory = SystemMemory.total
    memoryLimit = MemoryPool.shared.limit
    data = DataCatalog.entries.map { entry in
      DataSet(
        name: entry.name,
        place: entry.installation == .embedded ? "embedded" : DataCatalog.location(of: entry),
        advice: DataCatalog.advice(for: entry))
    }
    var advice: [String] = []
    if engine == "reference" {
      advice.append(
        "this is the portable build; with oneDNN training is many times faster: "
          + "apt-get install libdnnl-dev && swift build -c release")
    } else if !instructionSet.contains("AVX-512") && !instructionSet.contains("AVX2") {
      advice.append(
        "the processor has neither AVX2 nor AVX-512: kernels run at a fraction of speed")
    }
    if threads < processors {
      advice.append("\(threads) of \(processors) processors are used: --threads \(processors)")
    }
    self.advice = advice
  }

  /// What `gradus doctor --json` prints, for scripts to read.
  public var json: JSONValue {
    [
      "version": .string(version), "engine": .string(engine),
      "instruction_set": .string(instructionSet), "threads": .integer(threads),
      "processors": .integer(processors), "memory_bytes": .integer(memory),
      "memory_limit_bytes": .integer(memoryLimit),
      "data": .array(
        data.map {
          [
            "name": .string($0.name), "found": .bool($0.place != nil),
            "place": $0.place.map { .string($0) } ?? .null,
          ]
        }),
      "advice": .array(advice.map { .string($0) }),
    ]
  }
}
