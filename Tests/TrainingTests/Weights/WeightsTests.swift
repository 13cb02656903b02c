import Formats
import Models
import TestSupport
import Testing
import Training

@Suite("Weights from files")
struct WeightsTests {
  private static func network() -> Sequential {
    Sequential(named: [
      "conv1": Conv2D(1, 2, kernel: 3), "bn1": BatchNorm(2), "pool": GlobalAveragePool2D(),
      "fc": Dense(2, 3),
    ]).initialized(seed: 1)
  }

  private static func named(_ model: Sequential) -> [(name: String, array: NDArray)] {
    model.state.map { (name: $0.path, array: $0.array) }
  }

  /// A file of these tensors in memory.
  private static func file(
    _ tensors: [(name: String, array: NDArray)], metadata: [String: String] = [:]
  ) throws -> WeightsFile {
    try WeightsFile(Safetensors.encode(tensors, metadata: metadata), name: "w.safetensors")
  }

  private static func values(_ model: Sequential) -> [[Double]] {
    model.state.map(\.array.doubles)
  }

  @Test func everythingFits() throws {
    let source = Self.network().initialized(seed: 2)
    let batches = (name: "bn1.num_batches_tracked", array: NDArray([7] as [Int64]))
    var model = Self.network()
    let report = try model.load(Self.file(Self.named(source) + [batches]))
    #expect(Self.values(model) == Self.values(source))
    #expect(report.fitting.count == 8 && report.count == 8 && report.problems.isEmpty)
    #expect(report.description == "8 of 8 tensors taken from w.safetensors")
  }

  @Test(arguments: [DType.float16, .float64])
  func otherWidths(_ dtype: DType) throws {
    let source = Self.network().initialized(seed: 2)
    var model = Self.network()
    try model.load(Self.file(Self.named(source).map { ($0.name, $0.array.cast(to: dtype)) }))
    #expect(model.dtype == .float32)
    for (path, array) in model.state {
      let expected = source.state.first { $0.path == path }!.array
      #expect(array.dtype == .float32)
      // Half precision rounds to 11 bits.
      #expect(agree(array, expected, within: dtype == .float16 ? 0x1p-11 : 1e-300), "\(path)")
    }
    var double = Self.network().initialized(seed: 1, dtype: .float64)
    try double.load(Self.file(Self.named(source)))
    #expect(double.dtype == .float64 && Self.values(double) == Self.values(source))
  }

  /// 1, −2 and 0.15625 as the upper halves of their float32 numbers.
  @Test func brainFloats() throws {
    let header = #"{"bias":{"dtype":"BF16","shape":[3],"data_offsets":[0,6]}}"#
    let bytes: [UInt8] = [UInt8(header.utf8.count)] + [UInt8](repeating: 0, count: 7) + header.utf8
    let file = try WeightsFile(bytes + [0x80, 0x3F, 0x00, 0xC0, 0x20, 0x3E])
    var model = Dense(2, 3).initialized(seed: 0)
    let weight = model.weight.tensor.array.doubles
    let report = try model.load(file, partial: true)
    #expect(model.bias?.tensor.array.doubles == [1, -2, 0.15625])
    #expect(model.weight.tensor.array.doubles == weight)
    #expect(report.fitting == ["bias"])
  }

  /// Names that another program gave, a missing, an extra, a misshapen and a mistyped tensor: each
  /// is told, and nothing is changed.
  @Test func everyProblemAtOnce() throws {
    var tensors = Self.named(Self.network().initialized(seed: 2))
    tensors.removeAll { $0.name == "bn1.running_var" }
    for (index, tensor) in tensors.enumerated() {
      switch tensor.name {
      case "conv1.weight": tensors[index].name = "module.conv1.weight"
      case "conv1.bias": tensors[index].array = NDArray([1, 2] as [Int32])
      case "bn1.running_mean": tensors[index].name = "bn1.runing_mean"
      case "fc.weight": tensors[index].array = NDArray.zeros([10, 2])
      default: break
      }
    }
    tensors.append((name: "head.scale", array: NDArray.zeros([5, 5])))
    let file = try Self.file(tensors)
    var model = Self.network()
    let before = Self.values(model)
    let error = #expect(throws: WeightsError.self) { try model.load(file) }
    #expect(
      error?.description
        == "8 tensors do not fit (3 of the model's 8 are there):"
        + "\n  conv1.weight is missing (the file has module.conv1.weight)"
        + "\n  conv1.bias is int32, expected floating-point numbers"
        + "\n  bn1.running_mean is missing (the file has bn1.runing_mean)"
        + "\n  bn1.running_var is missing (the file has bn1.runing_mean)"
        + "\n  fc.weight has shape [10, 2], the model's is [3, 2]"
        + "\n  module.conv1.weight is not in the model (which has conv1.weight)"
        + "\n  bn1.runing_mean is not in the model (which has bn1.running_mean)"
        + "\n  head.scale is not in the model")
    #expect(Self.values(model) == before)
  }

  /// What PyTorch's DataParallel writes is told in one sentence, and each name has its own counterpart.
  @Test func commonPrefix() throws {
    func network() -> Sequential {
      Sequential(named: ["fc": Dense(2, 2), "deep": Sequential(named: ["fc": Dense(2, 2)])])
    }
    let tensors = Self.named(network().initialized(seed: 2)).map {
      (name: "module." + $0.name, array: $0.array)
    }
    var model = network()
    let file = try Self.file(tensors)
    let error = #expect(throws: WeightsError.self) { try model.load(file) }
    let text = try #require(error?.description)
    #expect(
      text.hasPrefix(
        "8 tensors do not fit (0 of the model's 4 are there). All names of the file begin with "
          + "'module.': without it they fit.\n"))
    #expect(text.contains("module.deep.fc.bias is not in the model (which has deep.fc.bias)"))
    #expect(error?.canBePartial == false)
    #expect(model.report(on: file).prefix == "module.")
    #expect(throws: WeightsError.self) { try model.load(file, partial: true) }
  }

  @Test func notFinite() throws {
    var tensors = Self.named(Self.network().initialized(seed: 2))
    let index = try #require(tensors.firstIndex { $0.name == "fc.bias" })
    tensors[index].array = NDArray([0, Float.nan, 1])
    let file = try Self.file(tensors)
    var model = Self.network()
    let before = Self.values(model)
    let error = #expect(throws: WeightsError.self) { try model.load(file, partial: true) }
    #expect(
      error?.description
        == "1 tensor does not fit (7 of the model's 8 are there):"
        + "\n  fc.bias has NaN or infinity among its numbers")
    #expect(error?.canBePartial == false && Self.values(model) == before)
  }

  @Test func partial() throws {
    let source = Self.network().initialized(seed: 2)
    var tensors = Self.named(source)
    tensors[tensors.firstIndex { $0.name == "fc.weight" }!].array = NDArray.zeros([10, 2])
    tensors.removeAll { $0.name == "fc.bias" }
    var model = Self.network()
    let drawn = Self.values(model)
    let report = try model.load(Self.file(tensors), partial: true)
    #expect(
      report.description
        == "6 of 8 tensors taken from w.safetensors; not:"
        + "\n  fc.weight has shape [10, 2], the model's is [3, 2]\n  fc.bias is missing")
    for (index, entry) in model.state.enumerated() {
      let expected = entry.path.hasPrefix("fc.") ? drawn[index] : Self.values(source)[index]
      #expect(entry.array.doubles == expected, "\(entry.path)")
    }
    // What fits nowhere is an error even then.
    let other = try Self.file([("a", NDArray.zeros([1]))])
    #expect(throws: WeightsError.self) { try model.load(other, partial: true) }
    // Left out of account on both sides.
    let without = try model.load(Self.file(tensors), excluding: { $0.hasPrefix("fc.") })
    #expect(without.count == 6 && without.problems.isEmpty)
  }

  /// One of the program's own checkpoints, whose optimizer state is no weight.
  @Test func checkpoint() throws {
    let scratch = try ScratchFolder()
    let lesson = try Lesson()
    var trainer = lesson.trainer(Adam())
    try lesson.run(&trainer) { _, _ in .stop }
    try Checkpoint(trainer).write(to: scratch("c.safetensors"))
    var model = Lesson.network().initialized(seed: 9)
    let report = try model.load(WeightsFile(scratch("c.safetensors")))
    #expect(report.problems.isEmpty)
    #expect(Self.values(model) == Self.values(trainer.model))
  }

  /// Of a checkpoint with a moving average what is evaluated is taken: averages, and statistics.
  @Test func averagedCheckpoint() throws {
    let scratch = try ScratchFolder()
    var lesson = try Lesson()
    lesson.options.averageDecay = 0.9
    var trainer = lesson.trainer(SGD(learningRate: 0.1))
    try lesson.run(&trainer) { _, trainer in trainer.position.step < 3 ? .proceed : .stop }
    try Checkpoint(trainer).write(to: scratch("c.safetensors"))
    var model = Lesson.network().initialized(seed: 9)
    let report = try model.load(WeightsFile(scratch("c.safetensors")))
    #expect(report.problems.isEmpty && report.fitting.count == report.count)
    #expect(Self.values(model) == Self.values(trainer.evaluatedModel))
    #expect(Self.values(model) != Self.values(trainer.model))
  }

  /// A file that ends in the middle of what its header promises leaves the model alone.
  @Test func truncated() throws {
    let bytes = try Safetensors.encode(Self.named(Self.network().initialized(seed: 2)))
    for count in [0, 7, 20, bytes.count - 1] {
      #expect(throws: FormatError.self) { try WeightsFile(Array(bytes.prefix(count))) }
    }
  }
}
